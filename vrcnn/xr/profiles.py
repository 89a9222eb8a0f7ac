"""Which button of which controller does what: the suggested bindings, as a table.

The component paths are those of the OpenXR specification 1.1, section "Interaction Profile Paths", and of the
extensions named. Two-dimensional pads are used like sticks, but only while they are pressed: a thumb rests on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HANDS = ("left", "right")
SELECT, ENLARGE, MOVE, TURN, PAD, GRIP, AIM, HAPTIC = (
    "select",
    "enlarge",
    "move",
    "turn",
    "pad",
    "grip",
    "aim",
    "haptic",
)

_BOTH = {GRIP: "input/grip/pose", AIM: "input/aim/pose", HAPTIC: "output/haptic"}
_TRIGGER = {SELECT: "input/trigger/value", **_BOTH}
_LEFT_STICK, _RIGHT_STICK = {MOVE: "input/thumbstick"}, {TURN: "input/thumbstick"}
_PAD = {PAD: "input/trackpad/click"}
_LEFT_PAD, _RIGHT_PAD = {MOVE: "input/trackpad", **_PAD}, {TURN: "input/trackpad", **_PAD}
_B = {ENLARGE: "input/b/click"}
_Y = {ENLARGE: "input/y/click"}
_SQUEEZE = {ENLARGE: "input/squeeze/click"}


@dataclass(frozen=True)
class Profile:
    """One kind of controller: for each hand, action -> component path; `extension` has to be enabled for it."""

    name: str
    path: str
    left: Mapping[str, str]
    right: Mapping[str, str]
    extension: str | None = None

    def bindings(self) -> list[tuple[str, str]]:
        """(action, full path) for both hands."""
        return [
            (action, f"/user/hand/{hand}/{component}")
            for hand, components in zip(HANDS, (self.left, self.right), strict=True)
            for action, component in components.items()
        ]


INDEX = Profile(
    "Valve Index",
    "/interaction_profiles/valve/index_controller",
    left={**_TRIGGER, **_LEFT_STICK, **_B},
    right={**_TRIGGER, **_RIGHT_STICK, **_B},
)
TOUCH = Profile(
    "Oculus Touch",
    "/interaction_profiles/oculus/touch_controller",
    left={**_TRIGGER, **_LEFT_STICK, **_Y},
    right={**_TRIGGER, **_RIGHT_STICK, **_B},
)
VIVE = Profile(
    "HTC Vive",
    "/interaction_profiles/htc/vive_controller",
    left={**_TRIGGER, **_LEFT_PAD, **_SQUEEZE},
    right={**_TRIGGER, **_RIGHT_PAD, **_SQUEEZE},
)
MOTION = Profile(
    "Microsoft motion controller",
    "/interaction_profiles/microsoft/motion_controller",
    left={**_TRIGGER, **_LEFT_STICK, **_SQUEEZE},
    right={**_TRIGGER, **_RIGHT_STICK, **_SQUEEZE},
)
REVERB = Profile(
    "HP Reverb G2",
    "/interaction_profiles/hp/mixed_reality_controller",
    left={**_TRIGGER, **_LEFT_STICK, **_Y},
    right={**_TRIGGER, **_RIGHT_STICK, **_B},
    extension="XR_EXT_hp_mixed_reality_controller",
)
PICO = Profile(
    "Pico 4",
    "/interaction_profiles/bytedance/pico4_controller",
    left={**_TRIGGER, **_LEFT_STICK, **_Y},
    right={**_TRIGGER, **_RIGHT_STICK, **_B},
    extension="XR_BD_controller_interaction",
)
SIMPLE = Profile(
    "simple controller",
    "/interaction_profiles/khr/simple_controller",
    left={SELECT: "input/select/click", ENLARGE: "input/menu/click", **_BOTH},
    right={SELECT: "input/select/click", ENLARGE: "input/menu/click", **_BOTH},
)

PROFILES = (INDEX, TOUCH, VIVE, MOTION, REVERB, PICO, SIMPLE)
