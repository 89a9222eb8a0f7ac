"""What a visitor wants of sessions, tours and pictures of the place; and what that asks of the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlayTour:
    """Let the tour go on by itself (`on`), from its first stop where none is shown, or wait; None is what it does not
    do now."""

    on: bool | None = None


@dataclass(frozen=True)
class NextStop:
    """To the next stop of the tour (`step` 1), or back to the one before (-1)."""

    step: int


@dataclass(frozen=True)
class GoToStop:
    """To the stop of this number."""

    number: int


@dataclass(frozen=True)
class EndTour:
    """Leave the tour; everything stays as it is."""


@dataclass(frozen=True)
class ChooseStop:
    """The panel speaks of the stop of this number from now on."""

    number: int


@dataclass(frozen=True)
class AddStop:
    """Another stop where the visitor is, with what they see, behind the one that is chosen."""

    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class UpdateStop:
    """The stop of this number has what the visitor sees now; with `title` and `text` where these are given."""

    number: int = 0
    title: str | None = None
    text: str | None = None
    view: bool = True


@dataclass(frozen=True)
class MoveStop:
    """The stop of this number changes places with the one after it (`step` 1), or before it (-1)."""

    number: int
    step: int


@dataclass(frozen=True)
class DeleteStop:
    """The stop of this number is gone."""

    number: int


@dataclass(frozen=True)
class SaveSession:
    """Keep everything in the file of this name from now on; in the usual one where none is named."""

    name: str = ""


@dataclass(frozen=True)
class OpenSession:
    """Open a session's or a tour's file."""

    name: str


@dataclass(frozen=True)
class Snapshot:
    """Save what is seen: `times` as large as the window, without ground and sky where it is `transparent`."""

    times: int = 1
    transparent: bool = False


@dataclass(frozen=True)
class FilmTurntable:
    """Save a film that goes once around the network, or around the wall where the visitor is (`wall`)."""

    wall: bool = False


@dataclass(frozen=True)
class CancelFilm:
    """Give up the film that is being made."""


TourAction = (
    PlayTour
    | NextStop
    | GoToStop
    | EndTour
    | ChooseStop
    | AddStop
    | UpdateStop
    | MoveStop
    | DeleteStop
    | SaveSession
    | OpenSession
    | Snapshot
    | FilmTurntable
    | CancelFilm
)


@dataclass(frozen=True)
class ShowStop:
    """A request: bring the visitor to the stop of this number, and show what it shows."""

    number: int


@dataclass(frozen=True)
class NoteStop:
    """A request: take down what the visitor sees as the state of a stop, a new one (`number` None) or another's."""

    number: int | None
    title: str = ""
    text: str = ""


TourRequest = ShowStop | NoteStop | SaveSession | OpenSession | Snapshot | FilmTurntable | CancelFilm
