"""Which part of which controller does what: the suggested bindings, as a table.

The component paths are those of the OpenXR specification 1.1, section "Interaction Profile Paths", and of the
extensions named. Two-dimensional pads are used like sticks, but only while they are pressed: a thumb rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene import controllers
from vrcnn.scene.controllers import ENLARGE, GRAB, MENU, SELECT, STEER, ControllerKind

HANDS = ("left", "right")
PAD, GRIP, AIM, HAPTIC = "pad", "grip", "aim", "haptic"

Bindings = tuple[tuple[str, str], ...]  # action and component path; an action with two of them hears either
Bounds = tuple[float, float]  # of an analog part as a button: pressed from the first on, released below the second

_POSES: Bindings = ((GRIP, "input/grip/pose"), (AIM, "input/aim/pose"))
_BOTH: Bindings = (*_POSES, (HAPTIC, "output/haptic"))
_TRIGGER: Bindings = ((SELECT, "input/trigger/value"), *_BOTH)
_SQUEEZE: Bindings = ((GRAB, "input/squeeze/value"),)
_GRIP_BUTTON: Bindings = ((GRAB, "input/squeeze/click"),)
_STICK: Bindings = ((STEER, "input/thumbstick"),)
_TRACKPAD: Bindings = ((STEER, "input/trackpad"), (PAD, "input/trackpad/click"))
_MENU: Bindings = ((MENU, "input/menu/click"),)
_A_AND_B: Bindings = ((ENLARGE, "input/a/click"), (MENU, "input/b/click"))
_X_AND_Y: Bindings = ((ENLARGE, "input/x/click"), (MENU, "input/y/click"))


@dataclass(frozen=True)
class Profile:
    """The bindings of one kind of controller, for each hand; `extension` has to be enabled for it.

    `select_at` and `grab_at` say when its trigger and its grip count as pressed.
    """

    kind: ControllerKind
    path: str
    left: Bindings
    right: Bindings
    extension: str | None = None
    select_at: Bounds = (0.5, 0.4)
    grab_at: Bounds = (0.6, 0.4)

    @property
    def name(self) -> str:
        """For people."""
        return self.kind.name

    def bindings(self) -> list[tuple[str, str]]:
        """(action, full path) for both hands."""
        return [
            (action, f"/user/hand/{hand}/{component}")
            for hand, components in zip(HANDS, (self.left, self.right), strict=True)
            for action, component in components
        ]


def alike(kind: ControllerKind, path: str, hands: Bindings) -> Profile:
    """A profile whose two controllers have the same parts."""
    return Profile(kind, path, hands, hands)


# The fingers of a hand that merely holds an Index controller lie around its grip, which squeeze/value takes for a full
# squeeze, so a grab is one with force. Resting fingers press with up to 0.1 (DorsalVR issue 5), and what needs 0.7 is
# felt as too hard (wayvr 279).
INDEX = Profile(
    controllers.INDEX,
    "/interaction_profiles/valve/index_controller",
    left=(*_TRIGGER, *_STICK, *_A_AND_B, (GRAB, "input/squeeze/force")),
    right=(*_TRIGGER, *_STICK, *_A_AND_B, (GRAB, "input/squeeze/force")),
    grab_at=(0.35, 0.15),
)
TOUCH = Profile(
    controllers.TOUCH,
    "/interaction_profiles/oculus/touch_controller",
    left=(*_TRIGGER, *_SQUEEZE, *_STICK, *_X_AND_Y, *_MENU),
    right=(*_TRIGGER, *_SQUEEZE, *_STICK, *_A_AND_B),
)
VIVE = alike(
    controllers.VIVE,
    "/interaction_profiles/htc/vive_controller",
    (*_TRIGGER, *_GRIP_BUTTON, *_TRACKPAD, *_MENU),
)
MOTION = alike(
    controllers.MOTION,
    "/interaction_profiles/microsoft/motion_controller",
    (*_TRIGGER, *_GRIP_BUTTON, *_STICK, *_MENU, (ENLARGE, "input/trackpad/click")),
)
REVERB = Profile(
    controllers.REVERB,
    "/interaction_profiles/hp/mixed_reality_controller",
    left=(*_TRIGGER, *_SQUEEZE, *_STICK, *_X_AND_Y, *_MENU),
    right=(*_TRIGGER, *_SQUEEZE, *_STICK, *_A_AND_B, *_MENU),
    extension="XR_EXT_hp_mixed_reality_controller",
)
PICO = Profile(
    controllers.PICO,
    "/interaction_profiles/bytedance/pico4_controller",
    left=(*_TRIGGER, *_SQUEEZE, *_STICK, *_X_AND_Y, *_MENU),
    right=(*_TRIGGER, *_SQUEEZE, *_STICK, *_A_AND_B),
    extension="XR_BD_controller_interaction",
)
SIMPLE = alike(
    controllers.SIMPLE,
    "/interaction_profiles/khr/simple_controller",
    ((SELECT, "input/select/click"), *_MENU, *_BOTH),
)
# Of a bare hand, which the runtime tells as a controller.
HAND = Profile(
    controllers.HAND,
    "/interaction_profiles/ext/hand_interaction_ext",
    left=((SELECT, "input/pinch_ext/value"), (GRAB, "input/grasp_ext/value"), *_POSES),
    right=((SELECT, "input/pinch_ext/value"), (GRAB, "input/grasp_ext/value"), *_POSES),
    extension="XR_EXT_hand_interaction",
    select_at=(0.8, 0.5),
    grab_at=(0.8, 0.5),
)

PROFILES = (INDEX, TOUCH, VIVE, MOTION, REVERB, PICO, SIMPLE, HAND)
BY_PATH = {profile.path: profile for profile in PROFILES}
