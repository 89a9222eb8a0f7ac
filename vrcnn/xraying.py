"""The sieve before the easel, between the World and the workers: who runs what behind it, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.attributions import find_attribution, renewed
from vrcnn.engine.messages import Predicted
from vrcnn.engine.xray_messages import ChannelChanges, CurveTold, FlipsTold, XrayMessage
from vrcnn.scene.hall import WallState
from vrcnn.scene.requests import Request
from vrcnn.scene.world import Notice
from vrcnn.scene.xray_requests import FindCurve, FindFlips, LookThrough
from vrcnn.susceptibility.sieve import Sieve

if TYPE_CHECKING:
    from vrcnn.display import Display
    from vrcnn.engine.inquiries import Inquiry
    from vrcnn.exhibit import Exhibit


class Sieves:
    """Lets all networks run the picture on the easel behind the sieve, one pass at a time.

    While one turns the sieve, the pass that runs goes on to its end, so that the walls follow, and of all that was
    asked meanwhile the last one is next. A sieve that is put before the picture or taken away comes at once.
    """

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit
        self._through: Sieve | None = None  # what the workers were told last
        self._waiting: Sieve | None = None
        self._asked: dict[tuple[int, str], int] = {}  # by the hall's number and the kind, the inquiry's number
        self._here: int | None = None  # the hall of which the easel shows what comes through

    def look_through(self, sieve: Sieve | None) -> None:
        """Asks for it; None takes the sieve away."""
        self._waiting = None
        if sieve == self._through:
            return
        if sieve is None or self._through is None or self._done:
            self._send(sieve)
        else:
            self._waiting = sieve

    def find(self, display: Display, what: str, inquiry: Inquiry) -> None:
        """Asks a network, in place of what is still looked for of the same kind, such as flips behind another sieve."""
        inquiries, key = display.worker.inquiries, (display.number, what)
        if key in self._asked:
            inquiries.cancel(self._asked[key])
        self._asked[key] = inquiries.ask(inquiry)

    def begin(self) -> None:
        """Before the first picture runs: the sieve may be there from the start."""
        sieving = self._exhibit.world.sieving
        if sieving.before:
            self._send(sieving.sieve, first=True)

    def follow(self) -> None:
        """Once a frame."""
        if self._waiting is not None and self._done:
            waiting, self._waiting = self._waiting, None
            self._send(waiting)
        self.turn_to_visitor()

    @property
    def _done(self) -> bool:
        """Whether every network has done with what it runs behind the sieve."""
        return all(display.idle for display in self._exhibit.displays if _refusal(display) is None)

    def _send(self, sieve: Sieve | None, first: bool = False) -> None:
        put_there, self._through = self._through is None, sieve
        able = [display for display in self._exhibit.displays if _refusal(display) is None]
        for display in self._exhibit.displays:
            refusal = _refusal(display)
            if refusal is None:
                _run_behind(display, sieve, first)
            elif put_there and sieve is not None:
                display.tell(Notice(refusal))
        if not able:
            self._exhibit.world.sieving.before, self._through = False, None

    def turn_to_visitor(self) -> None:
        """The easel shows what comes through to the network before whose walls one stands, at first to the one that a
        session wants."""
        world = self._exhibit.world
        if self._through is None or world.here not in world.overlays:
            self._here = None
        elif self._here != world.here:
            as_wanted, self._here = self._here is None and world.answer_wanted is not None, world.here
            world.overlaying = world.overlaying if as_wanted else world.here
            world.pictures_revision += 1


def ask_of_sieve(request: Request, exhibit: Exhibit) -> bool:
    """Whether the request is about the sieve; then it was handed on."""
    match request:
        case LookThrough(sieve):
            exhibit.sieves.look_through(sieve)
        case FindCurve(kind, pictures, hall):
            from vrcnn.engine.xray_curve import Curve  # here, as the start does without

            exhibit.sieves.find(exhibit.displays[hall], kind, Curve(kind, pictures))
        case FindFlips(sieve, pictures, hall):
            from vrcnn.engine.xray_flips import Flips

            exhibit.sieves.find(exhibit.displays[hall], "flips", Flips(sieve, pictures))
        case _:
            return False
    return True


def take_xray(display: Display, message: XrayMessage) -> None:
    """What a worker has found of the sieve."""
    xray, world = display.hall.xray, display.world
    match message:
        case ChannelChanges(sieve, picture, node, changes):
            if not world.sieving.before or picture not in (None, world.easel.picture):
                return
            xray.sieve, xray.picture, xray.changes[node] = sieve, picture, changes
        case CurveTold(kind):
            xray.curves[kind] = message
        case FlipsTold():
            xray.flips = message
    xray.revision += 1


def note_answer(display: Display, answer: Predicted) -> None:
    """The network has answered, behind a sieve or without one."""
    xray = display.hall.xray
    xray.behind = answer.behind
    xray.plain = answer.scores if answer.behind is None else answer.plain
    xray.revision += 1


def note_failure(display: Display) -> bool:
    """The network has not answered, and walls that it has not reached are about to be emptied: what it said behind a
    sieve before is told no more, nor how much those walls changed. Returns whether the easel shows what it read then.
    """
    xray = display.hall.xray
    was_behind = xray.behind is not None
    xray.behind, xray.plain = None, ()
    for wall in display.hall.walls:
        if wall.state is WallState.RUNNING:
            xray.changes.pop(wall.node, None)
    xray.revision += 1
    return was_behind


def _run_behind(display: Display, sieve: Sieve | None, first: bool) -> None:
    """The picture on the easel once more, or the example input; nothing where nothing has run as yet.

    `first`: an attribution that is there already is a session's, of what comes through this sieve.
    """
    if sieve is None:
        display.hall.xray.forget_changes()
    wish = None if first else renewed(display)
    if not first:
        display.hall.attributing.take(None)
    job = display.worker.look_through(sieve)
    if display.job:
        display.maps.states.calm = True
        display.job, display.has_read, display.refusal = job, False, None
    if wish is not None:
        find_attribution(display, wish)


def _refusal(display: Display) -> str | None:
    """Why no sieve can be held before this network's picture."""
    worker = display.worker
    if worker.lacks_network:
        return worker.lacks_network
    if not worker.takes_pictures:
        return f"{display.hall.network} reads no picture, so there is nothing that a sieve could be held before."
    return None
