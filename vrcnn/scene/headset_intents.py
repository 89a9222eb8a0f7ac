"""What a visitor does with a headset's controllers, and wants of the headset. The scene says what that means."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.geometry import Pose


@dataclass(frozen=True)
class ControllerChanged:
    """The hand holds another kind of controller: a key of controllers.KINDS; None while the runtime knows of none."""

    hand: str
    kind: str | None


@dataclass(frozen=True)
class FingersMoved:
    """The joints of a tracked hand in the stage's frame, in the order of XrHandJointEXT (26); empty while untracked."""

    hand: str
    joints: tuple[Pose, ...]


@dataclass(frozen=True)
class Steer:
    """A stick, or a pad while it is pressed: `x` to the right and `y` away from the visitor, -1 to 1, the dead zone
    cut out. One for each frame while it is out of its middle, and one that says that it is back."""

    hand: str
    x: float
    y: float


@dataclass(frozen=True)
class Grab:
    """The grip was squeezed (`on`), or opened."""

    hand: str
    on: bool


@dataclass(frozen=True)
class OpenMenu:
    """The menu of the hand: opened where it is closed, and closed where it is open."""

    hand: str


@dataclass(frozen=True)
class Recentred:
    """The runtime's room has another middle from now on, as the visitor has asked its menu for."""


@dataclass(frozen=True)
class ChooseComfort:
    """Other settings of moving and being treated."""

    comfort: Comfort


@dataclass(frozen=True)
class ResetView:
    """Stand upright in the world at its own size, where the visitor is, feet on the ground."""


@dataclass(frozen=True)
class WearHeadset:
    """Go into the headset, or look for one (`on`); or leave it for the window. None is the one that is not so now."""

    on: bool | None = None


@dataclass(frozen=True)
class ChooseRefreshRate:
    """Let the headset show so many frames a second, one of HeadsetStatus.refresh_rates."""

    hertz: float


@dataclass(frozen=True)
class OpenPanel:
    """Open the panel of this name (one of world_panels.PANELS) before the visitor, or close it where it is open."""

    name: str


@dataclass(frozen=True)
class ChooseAudience:
    """What the window shows while a headset is worn: one of AUDIENCE, the next one where none is named."""

    view: str = ""


@dataclass(frozen=True)
class TurnSpectator:
    """Turn the window's own camera: `yaw` to the left and `pitch` upwards, in rad."""

    yaw: float
    pitch: float


@dataclass(frozen=True)
class FlySpectator:
    """Move the window's own camera: shares of its speed, -1 to 1, as in intents.Move. One for each frame."""

    right: float
    up: float
    forward: float
    fast: bool = False


@dataclass(frozen=True)
class Panorama:
    """Save the whole surroundings of the eyes as a picture of 360 by 180 degrees."""


AUDIENCE = ("eye", "smoothed", "spectator")  # the left eye; the same without its tremor; a camera of its own

SpectatorMotion = TurnSpectator | FlySpectator
HeadsetMotion = ControllerChanged | FingersMoved | Steer | Grab | Recentred
HeadsetAction = (
    OpenMenu | ChooseComfort | ResetView | WearHeadset | ChooseRefreshRate | OpenPanel | ChooseAudience | Panorama
)
