"""A tour: named stops with a text each, and where a visitor is in it. Plain data of the World."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PICTURES = 256  # on which claims are measured where a tour does not say how many
SECONDS = 8.0  # that a stop is shown where it does not say how long
LEAST, MOST = 0.5, 600.0  # s


@dataclass(frozen=True)
class TourNetwork:
    """A network that a tour is about.

    Attributes:
        name: what its claims, stops and halls call it.
        model: what `vrcnn run` takes; of a model file the whole path.
        training: the same network with pictures that it was trained on, labelled as it was told; "" where nobody needs
            its accuracy on those.
    """

    name: str
    model: str
    training: str = ""


@dataclass(frozen=True)
class TourPictures:
    """On which pictures of the networks' set claims are measured: how many, and the seed that chooses them."""

    count: int = PICTURES
    seed: int = 0


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        title: its name; `text` what is told there.
        seconds: how long it is shown when the tour goes on by itself, without the way there.
        layer: the name of the layer that it speaks of; where it has no camera of its own, one stands before that.
        view: one of standard_views.VIEWS, where it has neither camera nor layer.
        state: what is shown, by the names of a session's parts, as export/tour_file.py has it; what is not told of
            stays as it was at the stop before.
        claim: a condition on measured values, as claim_grammar.py reads it; "" where nothing is claimed.
        rest: members of another version of vrcnn.
    """

    title: str
    text: str = ""
    seconds: float = SECONDS
    layer: str = ""
    view: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    claim: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tour:
    """A row of stops.

    Attributes:
        title: its name.
        networks: those that it is about, side by side; empty where it is played with whatever is on show.
        pictures: on which claims are measured.
        measured: the values that were found, by the measures' texts (claims.Measure.text).
        rest: members of another version of vrcnn.
    """

    title: str = "Tour"
    stops: tuple[Stop, ...] = ()
    networks: tuple[TourNetwork, ...] = ()
    pictures: TourPictures = TourPictures()
    measured: Mapping[str, float] = field(default_factory=dict)
    rest: Mapping[str, Any] = field(default_factory=dict)

    def with_stop(self, number: int, stop: Stop) -> Tour:
        """With another stop in place of this one; behind the last one where there is none."""
        return replace(self, stops=(*self.stops[:number], stop, *self.stops[number + 1 :]))

    def without(self, number: int) -> Tour:
        return replace(self, stops=(*self.stops[:number], *self.stops[number + 1 :]))

    def with_moved(self, number: int, step: int) -> Tour:
        """The stop changes places with the next one (1), or with the one before (-1), if there is one."""
        other = number + step
        if not (0 <= number < len(self.stops) and 0 <= other < len(self.stops)):
            return self
        stops = list(self.stops)
        stops[number], stops[other] = stops[other], stops[number]
        return replace(self, stops=tuple(stops))


@dataclass
class Touring:
    """Where the visitor is in the tour.

    Attributes:
        tour: of the session, or of the file that was opened last.
        at: the number of the stop that is shown, None while there is none.
        chosen: the number of the stop that the panel speaks of.
        going: whether it goes on by itself.
        since: World.time (s) when the stop was reached.
        told: what came of the visitor's last wish about tours, sessions and films, in a sentence.
        kept_in: the file in which everything is kept by itself; "" where nothing is.
        filming: how much of a film is made, 0 to 1; None while none is.
    """

    tour: Tour = field(default_factory=Tour)
    at: int | None = None
    chosen: int = 0
    going: bool = False
    since: float = 0.0
    told: str = ""
    kept_in: str = ""
    filming: float | None = None

    @property
    def stop(self) -> Stop | None:
        """The one that is shown."""
        return self.tour.stops[self.at] if self.at is not None and self.at < len(self.tour.stops) else None
