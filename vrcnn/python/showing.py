"""vrcnn.show and vrcnn.render: a program's own networks in the window, in the headset, or in a picture."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from vrcnn.app import RunOptions, arranged, exhibit_of, walk
from vrcnn.attribution.results import METHODS
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.network.network_source import NetworkSource
from vrcnn.network.pictures import PictureFile
from vrcnn.network.quantity import QUANTITIES
from vrcnn.network.scope import Scope
from vrcnn.network.together import with_picture
from vrcnn.python.given import colouring_of, sources_of
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import THEMES
from vrcnn.still import Still, parse_camera, pictures
from vrcnn.susceptibility.sieve import Sieve, parsed

ENDING = 600.0  # s that a layer which is under way may take to end when the window is closed
DISPLAYS = ("auto", "desktop", "vr")


def show(
    model: Any,
    images: Any = None,
    labels: Any = None,
    *,
    preprocess: Any = None,
    input_size: Any = None,
    example_input: Any = None,
    mean: Any = None,
    std: Any = None,
    task: str | None = None,
    colours: Any = None,
    title: str | None = None,
    display: str = "auto",
    detail: str = "layers",
    fold: str = "auto",
    walls: str = QUANTITIES[0],
    of: int | None = None,
    layout: str | None = None,
    theme: str | None = None,
    range: str | float | None = None,
    colormap: str | None = None,
    gamma: float | None = None,
    order: str | None = None,
    memory: int | None = None,
    sieve: str | None = None,
    twin: bool = False,
    session: str | Path | None = None,
    keep: bool = True,
    resolution: float | None = None,
) -> None:
    """Opens the window, or the headset, on a network; returns when it is closed.

    The module is not changed: afterwards its mode, gradients, buffers and random numbers are as they were.

    Arguments:
        model: a torch module where it lies; several side by side as a list or as a dictionary by their names; or what
            `vrcnn run` is given: a model file, "torchvision:NAME", a recording.
        images ... title: what a model file may say, by the same names (README, "Your own network").
        display: "auto", "desktop" or "vr".
        detail ... resolution: as the options of `vrcnn run`; `keep=False` is --no-session.

    Where there is no screen, the opening view is rendered to vrcnn.png, and a line says so. Raises UserError, one
    sentence, for what cannot be shown.
    """
    said = {
        "images": images,
        "labels": labels,
        "preprocess": preprocess,
        "input_size": input_size,
        "example_input": example_input,
        "mean": mean,
        "std": std,
        "task": task,
        "colours": colours,
        "title": title,
    }
    look = look_of(
        detail=detail,
        fold=fold,
        walls=walls,
        of=of,
        layout=layout,
        theme=theme,
        range=range,
        colormap=colormap,
        gamma=gamma,
        order=order,
        memory=memory,
        sieve=sieve,
        twin=twin,
        session=session,
    )
    sources = sources_of(model, said, "vrcnn.show")  # type: ignore[arg-type]
    show_sources(sources, look, display, keep, resolution)


@dataclass(frozen=True)
class Look:
    """How the place is to be: the options that windows and pictures share."""

    scope: Scope
    layout: str | None
    theme: str | None
    colouring: Any
    memory: int | None
    session: Path | None
    sieve: Sieve | None = None
    twin: bool = False

    def options(self, **more: Any) -> RunOptions:
        """As the commands have them."""
        return RunOptions(
            scope=self.scope,
            layout=self.layout,
            theme=self.theme,
            colouring=self.colouring,
            memory=self.memory,
            session=self.session,
            sieve=self.sieve,
            twin=self.twin,
            **more,
        )


def show_sources(
    sources: Sequence[NetworkSource], look: Look, display: str, keep: bool, resolution: float | None
) -> None:
    """Until the window is closed. Nothing of the networks runs any more then."""
    if display not in DISPLAYS:
        raise UserError(f"There is no display {display!r}: choose one of {', '.join(DISPLAYS)}.")
    if threading.current_thread() is not threading.main_thread():
        raise UserError("A window can be opened on the main thread alone: call vrcnn.show there, or vrcnn.render.")
    exhibit: Exhibit | None = None
    try:
        exhibit = exhibit_of(sources, look.options(display=display, keep=keep, resolution=resolution))
        walk(exhibit, look.options(display=display, keep=keep, resolution=resolution))
    finally:
        _end(exhibit)


def render(
    model: Any,
    images: Any = None,
    labels: Any = None,
    *,
    preprocess: Any = None,
    input_size: Any = None,
    example_input: Any = None,
    mean: Any = None,
    std: Any = None,
    task: str | None = None,
    colours: Any = None,
    title: str | None = None,
    image: Any = None,
    picture: int = 0,
    size: tuple[int, int] | None = None,
    at: str | None = None,
    view: str | None = None,
    camera: str | tuple[float, float, float, float, float] | None = None,
    panorama: bool = False,
    transparent: bool = False,
    attribution: str | None = None,
    detail: str = "layers",
    fold: str = "auto",
    walls: str = QUANTITIES[0],
    of: int | None = None,
    layout: str | None = None,
    theme: str | None = None,
    range: str | float | None = None,
    colormap: str | None = None,
    gamma: float | None = None,
    order: str | None = None,
    memory: int | None = None,
    sieve: str | None = None,
    twin: bool = False,
    session: str | Path | None = None,
) -> Image.Image:
    """One picture of the networks' world, without a window or a screen; a notebook shows what this returns.

    Arguments:
        model ... title: as in `show`.
        image: a picture (a path, a PIL image, a tensor or an array) to run, instead of the shelf's number `picture`.
        size: width and height in pixels, by default 1600 x 1000.
        at, view, camera: where the eyes are: before the layer of this name; at "entrance", "path", "wall", "overview"
            or "exit"; or (x, y, z, yaw, pitch) in metres and degrees. One of them, or none.
        panorama, transparent, attribution, detail ... session: as the options of `vrcnn render`.

    Raises UserError, one sentence, for what cannot be drawn.
    """
    said = {
        "images": images,
        "labels": labels,
        "preprocess": preprocess,
        "input_size": input_size,
        "example_input": example_input,
        "mean": mean,
        "std": std,
        "task": task,
        "colours": colours,
        "title": title,
    }
    look = look_of(
        detail=detail,
        fold=fold,
        walls=walls,
        of=of,
        layout=layout,
        theme=theme,
        range=range,
        colormap=colormap,
        gamma=gamma,
        order=order,
        memory=memory,
        sieve=sieve,
        twin=twin,
        session=session,
    )
    sources = sources_of(model, said, "vrcnn.render")  # type: ignore[arg-type]
    if image is not None:
        sources, picture = with_picture(sources, _picture_of(image))
    still = still_of(
        size=size,
        at=at,
        view=view,
        camera=camera,
        picture=picture,
        panorama=panorama,
        transparent=transparent,
        attribution=attribution,
    )
    return render_sources(sources, look, still)


def render_sources(sources: Sequence[NetworkSource], look: Look, still: Still) -> Image.Image:
    """What the camera sees, RGB, or RGBA for a transparent one."""
    exhibit: Exhibit | None = None
    try:
        exhibit = arranged(sources, look.options())
        return Image.fromarray(pictures(exhibit, [still])[0])
    finally:
        _end(exhibit)


def _end(exhibit: Exhibit | None) -> None:
    """No layer of a network that somebody goes on with runs any more."""
    for display in () if exhibit is None else exhibit.displays:
        display.worker.close(timeout=ENDING)


def look_of(
    *,
    detail: str = "layers",
    fold: str = "auto",
    walls: str = QUANTITIES[0],
    of: int | None = None,
    layout: str | None = None,
    theme: str | None = None,
    range: str | float | None = None,
    colormap: str | None = None,
    gamma: float | None = None,
    order: str | None = None,
    memory: int | None = None,
    sieve: str | None = None,
    twin: bool = False,
    session: str | Path | None = None,
) -> Look:
    """As `show` and `render` have these words. Raises UserError."""
    if theme is not None and theme not in THEMES:
        raise UserError(f"There is no theme {theme!r}: choose one of {', '.join(THEMES)}.")
    if walls not in QUANTITIES:
        raise UserError(f"Walls do not show {walls!r}: choose one of {', '.join(QUANTITIES)}.")
    colouring = colouring_of(range, colormap, gamma, order)
    scope = Scope(detail, fold, quantity=walls, of=of)
    kept = None if session is None else Path(session)
    return Look(scope, layout, theme, colouring, memory, kept, None if sieve is None else _sieve_of(sieve), twin)


def _sieve_of(text: str) -> Sieve:
    try:
        return parsed(text)
    except ValueError as error:
        raise UserError(f"sieve={error}.") from None


def still_of(
    *,
    size: tuple[int, int] | None = None,
    at: str | None = None,
    view: str | None = None,
    camera: str | tuple[float, float, float, float, float] | None = None,
    picture: int = 0,
    panorama: bool = False,
    transparent: bool = False,
    attribution: str | None = None,
) -> Still:
    """As `render` has these words. Raises UserError."""
    if attribution is not None and attribution not in [method.name for method in METHODS]:
        raise UserError(f"attribution={attribution!r} is no method: see docs/attribution.md for them.")
    if sum(given is not None for given in (at, view, camera)) > 1:
        raise UserError("at=, view= and camera= all say where the eyes are: give one of them.")
    eyes: Pose | None = None
    if camera is not None:
        eyes = parse_camera(camera if isinstance(camera, str) else ",".join(str(part) for part in camera))
    size = size or ((4096, 2048) if panorama else (1600, 1000))
    sides = tuple(size) if isinstance(size, tuple | list) else ()
    if len(sides) != 2 or not all(isinstance(side, int) and 1 <= side <= 16384 for side in sides):
        wanted = "give width and height in pixels, each from 1 to 16384, such as (1600, 1000)"
        raise UserError(f"size={size} is no size: {wanted}.")
    still = Still((sides[0], sides[1]), eyes, at, view, picture, panorama, transparent, attribution)
    still.check(Path("vrcnn.png"))
    return still


def _picture_of(image: Any) -> PictureFile:
    from vrcnn.network.picture_sets import pictures_of

    if isinstance(image, str | Path) and not Path(image).expanduser().is_file():
        raise UserError(f"There is no picture {image}: give a picture's file to image=.")
    return pictures_of([image], Path.cwd() / "vrcnn.render")[0][0]
