"""Pictures and films that visitors take home from a walk: drawn a frame at a time, saved on threads of their own, each
with a sidecar."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.film import Frame, check_film, rate_of, save_film
from vrcnn.export.picture import next_free
from vrcnn.imprint import ask_who, imprint, known, seen_from, sidecar_of
from vrcnn.saving import Saving
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.onlookers import UNSEEN_BY_PANORAMA
from vrcnn.scene.turntable import SECONDS, Circle, around_network, around_wall

FILMS = Path("vrcnn-turntable.mp4"), Path("vrcnn-turntable.gif")  # where there is an ffmpeg, and where there is none
FILM_SIZE = 1280, 800  # pixels
WAITING = 3  # frames that may wait to be encoded


class _Cancelled(Exception):  # noqa: N818 - nobody has failed
    """The visitor does not want the film any more."""


@dataclass(frozen=True)
class _About:
    """What the sidecar of a file will tell; `who` is the number under which the networks say who they are."""

    what: str
    made_by: str
    settings: Mapping[str, Any]
    who: int


class Keepsakes:
    """Saves one picture after the other, and one film at a time."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit
        self._saving = Saving()
        self._begun: deque[_About] = deque()  # of pictures on their way to disk, in their order
        self._saved: list[tuple[Path, _About]] = []  # whose sidecars wait
        self._film: _Film | None = None

    def take(
        self,
        pixels: np.ndarray,
        name: Path,
        save: Callable[[np.ndarray, Path], Path],
        what: str,
        settings: Mapping[str, Any],
    ) -> None:
        """Has `save` write a picture to a file that is called like `name`, with a number."""
        self._begun.append(_About(what, what, {**settings, "camera": seen_from(self._exhibit)}, ask_who(self._exhibit)))
        self._saving.begin(pixels, name, save)

    def film(self, wall: bool) -> None:
        """Begins a film once around the network, or the wall, that the visitor is at. Raises UserError."""
        if self._film is not None:
            return
        world = self._exhibit.world
        aspect, at = FILM_SIZE[0] / FILM_SIZE[1], world.journey.at
        if wall and at is not None:
            hall = world.halls[at[0]]
            circle, what = around_wall(hall, hall.walls[at[1]], aspect), hall.walls[at[1]].name
        else:
            circle, what = around_network(world.hall, aspect), world.hall.network
        name = FILMS[0]
        try:
            check_film(name)
        except UserError:
            name = FILMS[1]
            check_film(name)
        settings = {"size": list(FILM_SIZE), "seconds": SECONDS, "rate": rate_of(name)}
        about = _About(f"once around {what}", "a film", settings, ask_who(self._exhibit))
        self._film = _Film(circle, next_free(name), about)
        world.touring.filming, world.touring.told = 0.0, ""

    def cancel(self) -> None:
        """Gives the film up; nothing of it is left."""
        if self._film is not None:
            self._film.cancel()

    def step(self) -> None:
        """Once a frame: draws one of the film's, where there is room for it."""
        film, touring = self._film, self._exhibit.world.touring
        if film is None:
            return
        film.step(self._exhibit)
        touring.filming = film.share

    def finished(self) -> list[Path | UserError]:
        """The files that were written since the last call, and why others could not be."""
        outcomes = self._outcomes(self._saving.finished())
        film = self._film
        if film is not None and film.done:
            outcomes += self._film_outcome(film)
        return outcomes + self._imprinted(lambda about: known(self._exhibit, about.who))

    def close(self) -> list[Path | UserError]:
        """Waits for pictures on their way to disk; a film that is not complete is given up."""
        outcomes: list[Path | UserError] = []
        film = self._film
        if film is not None:
            film.cancel()
            outcomes += self._film_outcome(film)
        outcomes += self._outcomes(self._saving.close())
        return outcomes + self._imprinted(lambda about: True)

    def _outcomes(self, done: list[Path | UserError]) -> list[Path | UserError]:
        for outcome in done:
            about = self._begun.popleft()
            if isinstance(outcome, Path):
                self._saved.append((outcome, about))
        return done

    def _film_outcome(self, film: _Film) -> list[Path | UserError]:
        touring = self._exhibit.world.touring
        self._film, touring.filming = None, None
        outcome = film.outcome()
        if outcome is None:
            touring.told = "The film was given up."
            return []
        if isinstance(outcome, Path):
            self._saved.append((outcome, film.about))
            touring.told = f"Saved {outcome.name}."
        return [outcome]

    def _imprinted(self, ready: Callable[[_About], bool]) -> list[Path | UserError]:
        """Writes the sidecars that can be written; tells of those that cannot."""
        refused: list[Path | UserError] = []
        waiting = []
        for path, about in self._saved:
            if not ready(about):
                waiting.append((path, about))
                continue
            try:
                imprint(path, sidecar_of(self._exhibit, about.made_by, about.what, about.settings))
            except UserError as error:
                refused.append(error)
            except OSError as error:
                refused.append(UserError(f"The sidecar of {path} could not be written: {error.strerror or error}."))
        self._saved = waiting
        return refused


class _Film:
    """A film on its way: the frames are drawn by `step`, and encoded and written by a thread."""

    def __init__(self, circle: Circle, path: Path, about: _About) -> None:
        self.about = about
        self._circle = circle
        self._total = round(SECONDS * rate_of(path))
        self._drawn = 0
        self._frames: queue.Queue[np.ndarray | None] = queue.Queue(WAITING)
        self._given_up = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="film")
        self._result: Future[Path] = self._thread.submit(lambda: save_film(self._arriving(), path))

    @property
    def share(self) -> float:
        """How much of it is drawn, 0 to 1."""
        return self._drawn / self._total

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self._result.done()

    def step(self, exhibit: Exhibit) -> None:
        """Draws a frame, unless there are enough that wait."""
        if self._given_up or self._drawn >= self._total or self._frames.full() or self._result.done():
            return
        view = View.symmetric(self._circle.eyes(self._drawn / self._total), FILM_SIZE[0] / FILM_SIZE[1], FIELD_OF_VIEW)
        self._frames.put(exhibit.renderer.render_picture(view, FILM_SIZE, UNSEEN_BY_PANORAMA))
        self._drawn += 1

    def cancel(self) -> None:
        """Lets the thread end; what it has written is gone."""
        self._given_up = True

    def outcome(self) -> Path | UserError | None:
        """The file, why there is none, or None where it was given up. Waits for the thread."""
        error = self._result.exception()
        self._thread.shutdown(wait=True)
        if isinstance(error, _Cancelled):
            return None
        if error is None:
            return self._result.result()
        return error if isinstance(error, UserError) else UserError(f"The film could not be made: {error}.")

    def _arriving(self) -> Iterator[Frame]:
        for _ in range(self._total):
            while True:
                if self._given_up:
                    raise _Cancelled
                try:
                    frame = self._frames.get(timeout=0.1)
                    break
                except queue.Empty:
                    continue
            assert frame is not None
            yield frame, 1
