"""What a visitor wants, free of any device. Mouse, keyboard and controllers all make these.

Hands are "left", "right", or "mouse" (the one hand of the desktop, which aims where the view looks).
"""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.attribution_intents import AttributionAction
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.export_intents import ExportAction
from vrcnn.scene.feature_intents import FeatureAction
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import HeadsetAction, HeadsetMotion, SpectatorMotion
from vrcnn.scene.inspect_intents import InspectAction
from vrcnn.scene.panel_intents import PanelAction, PanelMotion
from vrcnn.scene.results_intents import ResultsAction
from vrcnn.scene.sieve_panel_intents import SievePanelAction
from vrcnn.scene.tour_intents import TourAction
from vrcnn.scene.training_intents import TrainingAction
from vrcnn.scene.way_intents import PointAt, WayAction
from vrcnn.scene.xray_intents import XrayAction


@dataclass(frozen=True)
class HeadMoved:
    """The headset is at `pose` in the stage's frame (the floor of the room, in metres)."""

    pose: Pose


@dataclass(frozen=True)
class HandMoved:
    """A controller holds at `grip` and aims along `aim`, both in the stage's frame; None while it is not tracked."""

    hand: str
    grip: Pose | None
    aim: Pose | None


@dataclass(frozen=True)
class Look:
    """The desktop's view turns by these angles (rad): `yaw` positive to the left, `pitch` positive upwards."""

    yaw: float
    pitch: float


@dataclass(frozen=True)
class Move:
    """Walk: each part from -1 to 1, relative to where the visitor looks; `fast` is running."""

    right: float = 0.0
    up: float = 0.0
    forward: float = 0.0
    fast: bool = False


@dataclass(frozen=True)
class Turn:
    """Turn at once by `angle` (rad, positive to the left), about the visitor's head."""

    angle: float


@dataclass(frozen=True)
class Select:
    """The trigger or the left button went down."""

    hand: str


@dataclass(frozen=True)
class Release:
    """The trigger or the left button came up."""

    hand: str


@dataclass(frozen=True)
class Enlarge:
    """Show what is held or pointed at large (`on`), or no longer."""

    on: bool


@dataclass(frozen=True)
class ToggleLarge:
    """Show what `hand` holds or points at large, until this is asked for again."""

    hand: str


@dataclass(frozen=True)
class ChooseDetail:
    """Show this much of the network: one of LEVELS."""

    level: str


@dataclass(frozen=True)
class ToggleRun:
    """Open the run of equal blocks of this path, or fold it."""

    path: str


@dataclass(frozen=True)
class BringBack:
    """Show the maps of the layer of this name, which were left out as memory is short."""

    name: str


@dataclass(frozen=True)
class TurnPage:
    """Show the shelf's next page (1) or the one before (-1)."""

    step: int


@dataclass(frozen=True)
class ToggleOverlay:
    """Show the answer over the picture on the easel, or the picture alone."""


@dataclass(frozen=True)
class CancelRun:
    """Stop the picture that runs through the network of hall number `hall`; what it has reached stays."""

    hall: int = 0


@dataclass(frozen=True)
class CancelInquiry:
    """Give up what was asked of the network of hall number `hall` under this `number`."""

    number: int = 0
    hall: int = 0


@dataclass(frozen=True)
class Dismiss:
    """Put the newest notice away."""


@dataclass(frozen=True)
class ChooseLayout:
    """Let the walls stand in another way: one of LAYOUTS, the next one without a name."""

    layout: str = ""


@dataclass(frozen=True)
class ToggleRoom:
    """Close the room of this path, so that only its door is left, or open it again."""

    path: str


@dataclass(frozen=True)
class FoldWall:
    """Fold the wall that `hand` points at, so that only its head is left, or open it again."""

    hand: str


@dataclass(frozen=True)
class HideWall:
    """Hide the wall that `hand` points at; its links stay, faint."""

    hand: str


@dataclass(frozen=True)
class ResetWall:
    """Put the wall that `hand` points at where the layout has it, at its own size; at the plinth the whole network."""

    hand: str


@dataclass(frozen=True)
class ZoomTiles:
    """Larger (1) or smaller (-1) tiles on the wall that `hand` points at."""

    hand: str
    step: int


@dataclass(frozen=True)
class ShowHidden:
    """Bring the hidden walls of hall number `hall` back, or of all."""

    hall: int | None = None


@dataclass(frozen=True)
class ResetWhole:
    """Put the network of hall number `hall` where it stood, as large as it was."""

    hall: int


@dataclass(frozen=True)
class ResetAll:
    """Everything as the layout has it, hidden walls too."""


@dataclass(frozen=True)
class Scroll:
    """The wheel turned by `notches` (positive away from the visitor) while `hand` holds or points at something."""

    hand: str
    notches: float


@dataclass(frozen=True)
class Undo:
    """Take the last change of the arrangement back."""


@dataclass(frozen=True)
class Redo:
    """Make the change again that was taken back last."""


@dataclass(frozen=True)
class PullOut:
    """Take a framed copy of the feature map that `hand` points at."""

    hand: str


@dataclass(frozen=True)
class PutAway:
    """Put away the framed copy that `hand` carries, or else the one that it points at."""

    hand: str


@dataclass(frozen=True)
class Colour:
    """Show the values of the maps in another way."""

    colouring: Colouring


@dataclass(frozen=True)
class StepColouring:
    """The next choice (`step` 1) or the one before (-1) of one `part` of how values are shown.

    A part is the name of an attribute of Colouring.
    """

    part: str
    step: int


@dataclass(frozen=True)
class ChooseTheme:
    """Another look of the place: one of THEMES, the next one where none is named."""

    theme: str | None = None


@dataclass(frozen=True)
class SendWave:
    """Let the way of the data light up once, from the input to the output."""


@dataclass(frozen=True)
class GoTo:
    """Stand before the wall of the layer of this name, in hall number `hall`."""

    name: str
    hall: int = 0


@dataclass(frozen=True)
class StandAt:
    """Stand at the place (`x`, `z`) of the ground, in m in the world's frame."""

    x: float
    z: float


@dataclass(frozen=True)
class NextLayer:
    """Go on to the next wall along the way (`step` 1), or back to the one before (-1)."""

    step: int


@dataclass(frozen=True)
class ToggleTable:
    """Bring the table with the model of the network before the visitor, or put it away."""


@dataclass(frozen=True)
class Screenshot:
    """Save what is seen now."""


@dataclass(frozen=True)
class Quit:
    """Leave the program."""


Motion = HeadMoved | HandMoved | Look | Move | Turn | HeadsetMotion | SpectatorMotion | PointAt
Action = (
    ToggleLarge
    | ChooseDetail
    | ToggleRun
    | BringBack
    | TurnPage
    | ToggleOverlay
    | CancelRun
    | CancelInquiry
    | Dismiss
    | ChooseLayout
    | ToggleRoom
    | FoldWall
    | HideWall
    | ResetWall
    | ZoomTiles
    | ShowHidden
    | ResetWhole
    | ResetAll
    | Scroll
    | Undo
    | Redo
    | PullOut
    | PutAway
    | Colour
    | StepColouring
    | ChooseTheme
    | SendWave
    | GoTo
    | StandAt
    | NextLayer
    | ToggleTable
    | FeatureAction
    | HeadsetAction
    | WayAction
    | ResultsAction
    | TrainingAction
    | PanelAction
    | AttributionAction
    | TourAction
    | ExportAction
    | InspectAction
    | SievePanelAction
    | XrayAction
    | Screenshot
    | Quit
)
Intent = Motion | Select | Release | Enlarge | PanelMotion | Action
