"""Why there is no headset, in one sentence each: what is wrong, and what gets it."""

from __future__ import annotations

from vrcnn.errors import UserError

NO_OPENXR = (
    "The OpenXR bindings cannot be loaded ({reason}): install the system's OpenGL library (on Debian and Ubuntu the "
    "package libgl1) and pyopenxr."
)
NO_RUNTIME = (
    "No OpenXR runtime is set up: install one (SteamVR, Monado, WiVRn, the headset maker's own) and make it the active "
    "one in its settings, or name its file in XR_RUNTIME_JSON."
)
SERVICE_DOWN = (
    "The OpenXR runtime is installed but does not answer: start it (SteamVR, monado-service, ...), then try again."
)
NO_HEADSET = "{runtime} sees no headset: connect it, switch it on, then try again."
NO_STEREO = "{runtime} has no headset with one view for each eye, and vrcnn draws for those only."
NO_OPENGL = (
    "{runtime} does not take OpenGL: make another OpenXR runtime the active one; on Windows SteamVR is one that does."
)
OLD_OPENGL = (
    "{runtime} wants OpenGL {wanted} or newer, but this machine's driver gives {given}: update the graphics driver."
)
NO_X11 = (
    "The headset needs an OpenGL context made through GLX, and the window has none: "
    "run vrcnn under X11 (or XWayland: unset WAYLAND_DISPLAY)."
)
NO_WGL = "The headset needs an OpenGL context made through WGL, and the window has none: update the graphics driver."
NO_SESSION = (
    "{runtime} does not take this machine's OpenGL context ({reason}): let the headset and the window use the same "
    "graphics card."
)
NO_FORMAT = (
    "{runtime} gives no image that vrcnn can draw into (tried {tried}; it offers {offered}): update it or the graphics "
    "driver."
)
OTHER = "{runtime} refused with {reason}: restart it, then try again."


class HeadsetUnavailable(UserError):  # noqa: N818 - the state of a machine, not a mistake
    """There is no headset to go to; the message says why and what to do. The window still works.

    `may_come` is whether it makes sense to look again later: the headset may be switched on, the service started.
    """

    def __init__(self, message: str, may_come: bool = False) -> None:
        super().__init__(message)
        self.may_come = may_come
