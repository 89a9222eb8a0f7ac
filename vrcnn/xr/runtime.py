"""The OpenXR runtime of this machine: whether there is one, what it can do, and the connection to it."""

from __future__ import annotations

import logging
import os
from ctypes import byref, pointer
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from vrcnn import __version__
from vrcnn.xr import errors
from vrcnn.xr.errors import HeadsetUnavailable

OPENGL = "XR_KHR_opengl_enable"
LOCAL_FLOOR = "XR_EXT_local_floor"
REFRESH_RATE = "XR_FB_display_refresh_rate"
USER_PRESENCE = "XR_EXT_user_presence"
DEPTH = "XR_KHR_composition_layer_depth"
VISIBILITY_MASK = "XR_KHR_visibility_mask"
HAND_TRACKING = "XR_EXT_hand_tracking"
# Each is enabled where it is offered, and done without elsewhere; what it gives, for people.
OPTIONAL = {
    LOCAL_FLOOR: "floor",
    REFRESH_RATE: "refresh rate",
    USER_PRESENCE: "presence of a wearer",
    DEPTH: "depth",
    VISIBILITY_MASK: "visibility mask",
    HAND_TRACKING: "hand tracking",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuntimeReport:
    """What `vrcnn doctor` says of virtual reality; `advice` is the one sentence that gets what is missing, if any."""

    bindings: str | None
    runtime: str | None = None
    extensions: tuple[str, ...] = field(default=(), repr=False)
    headset: str | None = None
    advice: str | None = None

    @property
    def ready(self) -> bool:
        """A headset is there, and its runtime takes OpenGL."""
        return self.advice is None


def load() -> ModuleType:
    """The module `xr`. Imported late: it takes a while, and it needs libGL. Raises HeadsetUnavailable."""
    os.environ.setdefault("XR_LOADER_DEBUG", "none")  # the loader writes its own view of every failure to stderr
    try:
        import xr
    except (
        Exception
    ) as reason:  # a missing libGL surfaces as AttributeError or OSError, another system as NotImplemented
        told = f"{type(reason).__name__}: {reason}" if str(reason) else type(reason).__name__
        raise HeadsetUnavailable(errors.NO_OPENXR.format(reason=told)) from reason
    return xr


class Runtime:
    """A connection to the runtime: an OpenXR instance and, after `find_headset`, the system that is the headset.

    `extensions` are those enabled. Raises HeadsetUnavailable where runtime or service are missing.
    """

    def __init__(self, wanted: tuple[str, ...] = ()) -> None:
        self.xr = xr = load()
        offered = offered_extensions(xr)
        self.extensions = tuple(each for each in dict.fromkeys((OPENGL, *OPTIONAL, *wanted)) if each in offered)
        self.instance = _create_instance(xr, self.extensions)
        try:
            properties = xr.get_instance_properties(self.instance)
        except BaseException:
            self.close()
            raise
        version = xr.Version(properties.runtime_version)
        self.name = properties.runtime_name.decode()
        self.version = f"{version.major}.{version.minor}.{version.patch}"
        self.system: Any = None
        self.headset: str | None = None

    def find_headset(self) -> None:
        """Raises HeadsetUnavailable where there is none, or the runtime has no OpenGL to draw into it."""
        xr = self.xr
        if OPENGL not in self.extensions:
            raise HeadsetUnavailable(errors.NO_OPENGL.format(runtime=self.name))
        try:
            system = xr.get_system(self.instance, xr.SystemGetInfo(xr.FormFactor.HEAD_MOUNTED_DISPLAY))
        except (xr.FormFactorUnavailableError, xr.FormFactorUnsupportedError) as reason:
            raise HeadsetUnavailable(errors.NO_HEADSET.format(runtime=self.name), may_come=True) from reason
        stereo = int(xr.ViewConfigurationType.PRIMARY_STEREO)
        if stereo not in map(int, xr.enumerate_view_configurations(self.instance, system)):
            raise HeadsetUnavailable(errors.NO_STEREO.format(runtime=self.name))
        self.headset = xr.get_system_properties(self.instance, system).system_name.decode()
        self.system = system

    def supports(self, extension: str, properties: Any, field: str) -> bool:
        """Whether the headset has what an extension is for: `field` of `properties`, an XrSystem...Properties.

        Raises xr's errors, as every call of a runtime that goes away.
        """
        if extension not in self.extensions:
            return False
        xr, chained = self.xr, pointer(properties)
        whole = xr.SystemProperties(next=chained)
        result = xr.check_result(xr.raw_functions.xrGetSystemProperties(self.instance, self.system, byref(whole)))
        if result.is_exception():
            raise result
        return bool(getattr(chained.contents, field))

    def check_opengl(self, version: int) -> None:
        """`version` is the context's, as 430 for 4.3. OpenXR wants to be asked before a session is made.

        The newest version that a runtime names is only the newest that it was tested with.
        """
        xr = self.xr
        requirements = xr.get_opengl_graphics_requirements_khr(self.instance, self.system)
        lowest, highest = (
            xr.Version(bound)
            for bound in (requirements.min_api_version_supported, requirements.max_api_version_supported)
        )
        check_version(self.name, version, (lowest.major, lowest.minor), (highest.major, highest.minor))

    def close(self) -> None:
        """Gives the connection back; also right after the runtime is gone."""
        try:
            self.xr.destroy_instance(self.instance)
        except self.xr.ErrorResult as reason:
            log.info("xrDestroyInstance: %s", reason)


def check_version(runtime: str, version: int, lowest: tuple[int, int], highest: tuple[int, int]) -> None:
    """Raises HeadsetUnavailable where OpenGL `version` (430 for 4.3) is below `lowest`; logs one above `highest`."""
    given = (version // 100, version // 10 % 10)
    if given < lowest:
        told = {"wanted": f"{lowest[0]}.{lowest[1]}", "given": f"{given[0]}.{given[1]}"}
        raise HeadsetUnavailable(errors.OLD_OPENGL.format(runtime=runtime, **told))
    if given > highest:
        log.info("%s was tested up to OpenGL %d.%d; this is %d.%d", runtime, *highest, *given)


def probe() -> RuntimeReport:
    """Looks for a runtime and a headset, and lets go of both. Raises nothing, needs no window, takes well under 1 s."""
    bindings = name = headset = advice = None
    extensions: tuple[str, ...] = ()
    try:
        xr = load()
        bindings = f"pyopenxr {xr.__version__}"
        extensions = offered_extensions(xr)
        runtime = Runtime()
        try:
            name = f"{runtime.name} {runtime.version}"
            runtime.find_headset()
            headset = runtime.headset
        finally:
            runtime.close()
    except HeadsetUnavailable as reason:
        advice = str(reason)
    except Exception as reason:  # whatever a runtime of unknown make does, `vrcnn doctor` has to tell it
        told = f"{type(reason).__name__}: {reason}"
        advice = errors.OTHER.format(runtime=name or "The OpenXR runtime", reason=told)
    return RuntimeReport(bindings, name, extensions, headset, advice)


def offered_extensions(xr: ModuleType) -> tuple[str, ...]:
    """The names of what the runtime can do beyond the core. Raises HeadsetUnavailable where there is no runtime."""
    try:
        found = xr.enumerate_instance_extension_properties()
    except xr.RuntimeUnavailableError as reason:
        raise HeadsetUnavailable(errors.NO_RUNTIME) from reason
    except xr.RuntimeFailureError as reason:
        raise HeadsetUnavailable(errors.SERVICE_DOWN, may_come=True) from reason
    return tuple(sorted(each.extension_name.decode() for each in found))


def _create_instance(xr: ModuleType, extensions: tuple[str, ...]) -> Any:
    program = xr.ApplicationInfo("vrcnn", 1, f"vrcnn {__version__}", 1, xr.Version(1, 0, xr.XR_VERSION_PATCH))
    try:
        return xr.create_instance(
            xr.InstanceCreateInfo(application_info=program, enabled_extension_names=list(extensions))
        )
    except xr.RuntimeUnavailableError as reason:
        raise HeadsetUnavailable(errors.NO_RUNTIME) from reason
    except (xr.RuntimeFailureError, xr.InitializationFailedError) as reason:
        raise HeadsetUnavailable(errors.SERVICE_DOWN, may_come=True) from reason
    except xr.ErrorResult as reason:
        told = f"{type(reason).__name__}: {reason}"
        refusal = errors.OTHER.format(runtime="The OpenXR runtime", reason=told)
        raise HeadsetUnavailable(refusal, may_come=True) from reason
