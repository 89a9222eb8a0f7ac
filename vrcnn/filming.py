"""Renders tours and turntables without a window: pictures of the stops, or films with the flights between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import asin, pi
from pathlib import Path
from typing import Any

import numpy as np

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.caption import with_caption, with_card
from vrcnn.export.film import Frame, check_film, is_folder, rate_of, save_film
from vrcnn.export.picture import save_picture
from vrcnn.export.plain import Misfit
from vrcnn.export.tour_file import eyes_of, show_stop, wall_of
from vrcnn.guide import flight_seconds
from vrcnn.imprint import ask_who, imprint, place_of, sidecar_of
from vrcnn.opening import ExhibitOpening
from vrcnn.progress import Progress
from vrcnn.scene.claim_telling import claim_lines
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.journey import Glide, Stand
from vrcnn.scene.staying import heading
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.turntable import Circle, around_network, around_wall
from vrcnn.scene.world import Notice
from vrcnn.still import Still, layer_of, wall_of_layer
from vrcnn.studio import Studio, open_studio

FILM_SIZE = 1280, 800  # pixels


@dataclass(frozen=True)
class Film:
    """What to render. `size` in pixels; with `captions` the pictures of a tour have its texts below them; things
    `alone` have neither ground nor sky; `seconds` is one turn of a turntable; `made_by` the command."""

    size: tuple[int, int] = FILM_SIZE
    captions: bool = False
    alone: bool = False
    seconds: float = 12.0
    made_by: str = "vrcnn render"

    def check(self, output: Path, tour: bool) -> None:
        """Raises UserError where it clearly cannot be made, or not saved there."""
        check_film(output)
        if self.alone and not is_folder(output):
            raise UserError("A film has no transparency: name a folder for numbered pictures, or leave it out.")
        if self.alone and tour and self.captions:
            raise UserError("Captions stand on a ground of their own: leave --captions or --transparent out.")


@dataclass(frozen=True)
class _Shown:
    """A stop as it is to be seen: from where, and by which scale of the visitor's."""

    stop: Stop
    number: int
    eyes: Pose
    scale: float


def render_tour(exhibit: Exhibit, tour: Tour, film: Film, output: Path) -> list[Path]:
    """Renders a tour to numbered pictures in the folder `output`, or to a film; returns the files.

    What a stop shows that is not there is told as a notice of the World. Raises UserError.
    """
    film.check(output, tour=True)
    with open_studio(exhibit) as studio:
        studio.settle()
        return (
            _tour_pictures(studio, tour, film, output)
            if is_folder(output)
            else [_tour_film(studio, tour, film, output)]
        )


def render_turntable(exhibit: Exhibit, at: str | None, film: Film, output: Path) -> Path:
    """Goes once around the first network, or around the wall of the layer `at`. Raises UserError."""
    film.check(output, tour=False)
    still = Still(film.size, at=at)
    layer = layer_of(exhibit, still)
    with open_studio(exhibit) as studio:
        if layer is not None and layer.scope != layer.display.worker.scope:
            layer.display.show(layer.scope)
        studio.settle()
        aspect = film.size[0] / film.size[1]
        if layer is not None:
            circle = around_wall(layer.display.hall, wall_of_layer(layer, studio), aspect)
        else:
            circle = around_network(exhibit.world.hall, aspect)
        _know(studio)
        progress = Progress()
        count = max(2, round(film.seconds * rate_of(output)))
        frames = turntable_frames(studio.picture, circle, film.size, count, film.alone)
        save_film(_shown(frames, count, progress), output)
        progress.clear()
        files = [f"{number:05}.png" for number in range(1, count + 1)] if is_folder(output) else []
        settings = {
            "size": list(film.size),
            "seconds": film.seconds,
            "rate": rate_of(output),
            "transparent": film.alone,
        }
        around = {
            "middle": list(circle.middle),
            "radius": circle.radius,
            "height": circle.height,
            "start": circle.start,
        }
        what = f"once around {at or exhibit.world.hall.network}"
        imprint(output, sidecar_of(exhibit, film.made_by, what, {**settings, "circle": around}), files)
        return output


def turntable_frames(
    picture: Callable[..., np.ndarray], circle: Circle, size: tuple[int, int], count: int, alone: bool = False
) -> Iterator[Frame]:
    """The frames of one turn, whose last one comes just before the first; `picture` as in Studio."""
    for number in range(count):
        yield picture(circle.eyes(number / count), size, alone=alone, settled=number > 0), 1


def _tour_pictures(studio: Studio, tour: Tour, film: Film, output: Path) -> list[Path]:
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder {output}: {error.strerror or error}.") from error
    theme, written = THEMES, []
    digits = max(2, len(str(len(tour.stops))))
    for shown in _stops(studio, tour, film):
        pixels = studio.picture(shown.eyes, film.size, shown.scale, film.alone)
        stop = shown.stop
        if film.captions:
            pixels = with_caption(pixels, stop.title, _words(stop, tour), theme[studio.exhibit.world.theme])
        _know(studio)
        path = output / f"{shown.number + 1:0{digits}}-{_word(stop.title)}.png"
        save_picture(pixels, path)
        imprint(path, _sidecar(studio, tour, shown, film))
        written.append(path)
    return written


def _tour_film(studio: Studio, tour: Tour, film: Film, output: Path) -> Path:
    progress = Progress()
    _know(studio)
    told: list[dict[str, Any]] = []
    frames = _tour_frames(studio, tour, film, rate_of(output), told)
    seconds = sum(stop.seconds for stop in tour.stops)
    save_film(_shown(frames, round(seconds * rate_of(output)), progress), output)
    progress.clear()
    settings = {"size": list(film.size), "rate": rate_of(output)}
    contents = {"title": tour.title, "stops": told}
    imprint(output, sidecar_of(studio.exhibit, film.made_by, f"the tour {tour.title}", settings, contents))
    return output


def _tour_frames(studio: Studio, tour: Tour, film: Film, rate: int, told: list[dict[str, Any]]) -> Iterator[Frame]:
    """The flight to each stop, and the stop itself with its card, which is drawn once."""
    before: _Shown | None = None
    for shown in _stops(studio, tour, film):
        stop, frames = shown.stop, 0
        studio.prepare()
        if before is not None:
            for eyes, scale in _flight(before, shown, rate):
                yield studio.picture(eyes, film.size, scale, settled=True), 1
                frames += 1
        pixels = studio.picture(shown.eyes, film.size, shown.scale, settled=True)
        theme, count = THEMES[studio.exhibit.world.theme], f"{shown.number + 1} of {len(tour.stops)}"
        held = max(1, round(stop.seconds * rate))
        told.append({"title": stop.title, "text": stop.text, "layer": stop.layer, "frames": [frames, held]})
        yield with_card(pixels, stop.title, _words(stop, tour), theme, count), held
        before = shown


def _stops(studio: Studio, tour: Tour, film: Film) -> Iterator[_Shown]:
    """Each stop, once everything that it shows is there."""
    exhibit, world = studio.exhibit, studio.exhibit.world
    aspect = film.size[0] / film.size[1]
    eyes, scale = world.player.eyes, world.player.scale
    for number, stop in enumerate(tour.stops):
        opening = ExhibitOpening(exhibit, live=True)
        try:
            show_stop(stop, opening)
            studio.settle()
            if stop.layer and wall_of(stop, world) is None:
                _reveal(exhibit, stop, opening)
                studio.settle()
            for hall in world.halls:
                hall.motion = None
            found = eyes_of(stop, world, aspect)
        except Misfit as misfit:
            raise UserError(f'The stop "{stop.title}" is damaged: {misfit}.') from misfit
        if found is not None:
            eyes, scale = found
        if stop.layer and wall_of(stop, world) is None:
            opening.notes.append(f'There is no layer "{stop.layer}" any more.')
        if opening.notes:
            world.notices.append(Notice(f'Not all of the stop "{stop.title}" is here.', " ".join(opening.notes)))
        yield _Shown(stop, number, eyes, scale)


def _reveal(exhibit: Exhibit, stop: Stop, opening: ExhibitOpening) -> None:
    """A layer that is in a folded run, or not shown at this detail, gets its wall."""
    network, _, name = stop.layer.rpartition(":")
    for display in exhibit.displays:
        if network in ("", display.hall.network):
            try:
                layer = layer_of(exhibit, Still(at=f"{display.hall.network}:{name}"))
            except UserError:
                return
            if layer is not None:
                opening.rescope(display.number, layer.scope)
            return


def _flight(before: _Shown, after: _Shown, rate: int) -> Iterator[tuple[Pose, float]]:
    """Where the eyes are on their way, and the visitor's scale."""
    start, end = before.eyes, after.eyes
    seconds = flight_seconds(start.position, end.position)
    glide = Glide(_stand(start), _stand(end, _stand(start).yaw), 0.0, seconds, gently=True)
    count = max(1, round(seconds * rate))
    for number in range(1, count):
        at = glide.at(seconds * number / count)
        scale = before.scale * (after.scale / before.scale) ** (number / count)
        yield Pose(at.position, turn(at.yaw, at.pitch)), scale


def _stand(eyes: Pose, near: float | None = None) -> Stand:
    """Eyes by yaw and pitch, the yaw by the shorter way from another one."""
    yaw = heading(eyes)
    if near is not None:
        yaw = near + (yaw - near + pi) % (2 * pi) - pi
    return Stand(eyes.position, yaw, asin(max(-1.0, min(1.0, eyes.forward[1]))))


def _know(studio: Studio) -> None:
    """The networks have said who they are, for the sidecars."""
    ask_who(studio.exhibit)
    studio.settle()


def _sidecar(studio: Studio, tour: Tour, shown: _Shown, film: Film) -> Any:
    stop = shown.stop
    settings = {
        "size": list(film.size),
        "transparent": film.alone,
        "camera": place_of(shown.eyes),
        "scale": shown.scale,
    }
    contents = {
        "tour": tour.title,
        "stop": shown.number + 1,
        "of": len(tour.stops),
        "title": stop.title,
        "text": stop.text,
        "layer": stop.layer,
        **({"claim": claim_lines(stop, tour)} if stop.claim else {}),
    }
    return sidecar_of(studio.exhibit, film.made_by, f"the stop {stop.title}", settings, contents)


def _words(stop: Stop, tour: Tour) -> str:
    """What is told and claimed there."""
    return "\n".join([*stop.text.splitlines(), *claim_lines(stop, tour)])


def _shown(frames: Iterator[Frame], expected: int, progress: Progress) -> Iterator[Frame]:
    """The same frames, while a line tells how far it is."""
    progress.begin()
    done = 0
    for pixels, count in frames:
        done += count
        progress.show(min(1.0, done / max(1, expected)), f"frame {done:,}")
        yield pixels, count


def _word(title: str) -> str:
    """A title as a part of a file's name."""
    return re.sub(r"[^\w]+", "-", title.lower())[:60].strip("-") or "stop"
