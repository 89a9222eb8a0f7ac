"""Puts the parts together: a walk in headset and window, or a picture in a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vrcnn.engine.camera import Camera
from vrcnn.engine.checkpoint_inquiry import LAST, Course
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.preferences import PreferencesKeeper
from vrcnn.export.session_files import SessionKeeper
from vrcnn.export.tour_file import is_session, read_tour
from vrcnn.network.canvas import occluded
from vrcnn.network.pictures import PictureFile
from vrcnn.network.references import RANDOM_WEIGHTS
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, NetworkSource, load_recording
from vrcnn.network.together import with_picture
from vrcnn.retracing import Retracing
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.switching import begin_with
from vrcnn.still import Still, render_still
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.timeline import mark
from vrcnn.tour_networks import load_for
from vrcnn.whole_file import check_place

if TYPE_CHECKING:
    from vrcnn.filming import Film


@dataclass(frozen=True)
class RunOptions:
    """How to show the network: `display` is "auto", "desktop" or "vr"; `memory` is for all maps, in bytes.

    `session` is the file that everything is opened as, and kept in; without one `run` takes that of each network,
    unless nothing is to be kept (`keep`). `theme` is one of THEMES and `layout` one of LAYOUTS; None leaves them to the
    session, as the usual colouring and scope do. `tour` is the file of a tour to be played.
    `resolution` is a factor for what a headset's runtime recommends; None for as much as there is time for.
    `occlude` is the part of the easel's picture that is hidden, as in canvas.occluded.
    `camera` is the source of a live picture for the easel, as in Camera.
    `sieve` stands before the picture on the easel from the start; with `twin` each untrained twin beside its network.
    `checkpoints` is a folder with those of the network's training, `checkpoint` the one to begin with, as in Course.
    """

    display: str = "auto"
    scope: Scope = field(default_factory=Scope)
    memory: int | None = None
    theme: str | None = None
    colouring: Colouring = Colouring()
    fallback: Path = Path("vrcnn.png")
    session: Path | None = None
    keep: bool = True
    layout: str | None = None
    resolution: float | None = None
    tour: Path | None = None
    checkpoints: Path | None = None
    checkpoint: str | None = None
    camera: str | None = None
    occlude: tuple[float, float, float, float] | None = None
    sieve: Sieve | None = None
    twin: bool = False


def run(targets: Sequence[str], load_options: LoadOptions, options: RunOptions) -> int:
    """Loads the networks, without any those of the tour or the demo, and shows them until the visitor leaves; returns
    the exit code."""
    mark("load")
    if options.session is not None:
        check_place(options.session)
    camera = None if options.camera is None else Camera(options.camera)
    return walk(exhibit_of(load_for(targets, load_options, options.tour), options), options, camera)


def open_recording(file: Path, options: RunOptions) -> int:
    """Shows the passes that a file has recorded, as `run` shows networks."""
    mark("load")
    if options.session is not None:
        check_place(options.session)
    return walk(exhibit_of([load_recording(file.expanduser(), LoadOptions())], options), options)


def walk(exhibit: Exhibit, options: RunOptions, camera: Camera | None = None) -> int:
    """Shows the networks until the visitor leaves; returns the exit code. Raises UserError."""
    mark("network")
    tour = None if options.tour is None else read_tour(options.tour.expanduser())
    # Imported here, as machines without a screen may lack what these need.
    from vrcnn.desktop.window import NoDisplay, Window
    from vrcnn.loop import Loop

    try:
        window = Window("vrcnn · " + ", ".join(hall.network for hall in exhibit.world.halls))
    except NoDisplay:
        if options.display != "auto":
            raise
        path = _render_told(exhibit, Still(), options.fallback)
        print(f"There is neither a headset nor a screen here: the opening view was rendered to {path}.")
        return 0
    try:
        if options.keep:
            exhibit.keep(SessionKeeper(options.session), PreferencesKeeper())
        _insist(exhibit, options)
        if tour is not None:
            exhibit.guide.offer(tour)
        loop = Loop(exhibit, window, options.display, options.resolution)
        if camera is not None:
            exhibit.ways.watch(camera)
        loop.run()
    finally:
        exhibit.close()
        window.close()
    return 0


def exhibit_of(sources: Sequence[NetworkSource], options: RunOptions) -> Exhibit:
    """The networks on show. Raises UserError."""
    course = _course(sources, options)
    if options.twin:
        from vrcnn.twins import with_twins  # only here: the start does without

        sources = with_twins(sources)
    exhibit = Exhibit(sources, options.scope, options.memory)
    if course is not None:
        exhibit.retracing = Retracing(exhibit, course)
    return exhibit


def _course(sources: Sequence[NetworkSource], options: RunOptions) -> Course | None:
    """The network has the weights of a checkpoint then. Raises UserError."""
    if options.checkpoints is None:
        if options.checkpoint is not None:
            raise UserError("--checkpoint chooses one of a folder: name the folder with --checkpoints.")
        return None
    if len(sources) > 1:
        raise UserError("--checkpoints are those of one network: give one model.")
    course = Course(options.checkpoints.expanduser(), sources[0].module)
    course.begin(options.checkpoint or LAST)
    sources[0].notes = tuple(note for note in sources[0].notes if note != RANDOM_WEIGHTS)
    return course


def _insist(exhibit: Exhibit, options: RunOptions) -> None:
    """What the command line asks for goes before what a session has."""
    world = exhibit.world
    world.theme = options.theme or world.theme
    if options.colouring != Colouring():
        world.colouring = options.colouring
    if options.scope != Scope():
        for number, hall in enumerate(world.halls):
            if hall.scope != options.scope:
                exhibit.opening.rescope(number, options.scope)
    if options.sieve is not None:
        world.sieving.sieve, world.sieving.before = options.sieve, True
    if options.layout is not None:
        begin_with(world, options.layout)
    if options.checkpoint is not None and exhibit.retracing is not None:
        exhibit.retracing.begin_at(options.checkpoint)


def render(
    targets: Sequence[str],
    load_options: LoadOptions,
    still: Still,
    image: Path | None,
    output: Path,
    options: RunOptions,
) -> Path:
    """Renders one picture of the networks' world to `output`; `image` is put on the easel. Raises UserError."""
    still.check(output)
    sources, number = _with_image(load_for(targets, load_options, None), image, options.occlude)
    return _render_told(arranged(sources, options), replace(still, picture=number), output)


def film(
    targets: Sequence[str],
    load_options: LoadOptions,
    film: Film,
    subject: Path | str | None,
    image: Path | None,
    output: Path,
    options: RunOptions,
) -> list[Path]:
    """Renders a tour, whose file `subject` is, or a turn around a layer of this name, or around the network.

    Returns the files that were written. Raises UserError.
    """
    from vrcnn.filming import render_tour, render_turntable  # only here: the start does without

    tour = read_tour(subject.expanduser()) if isinstance(subject, Path) else None
    film.check(output, tour is not None)
    if isinstance(subject, Path) and options.session is None and is_session(subject.expanduser()):
        options = replace(options, session=subject.expanduser())
    sources = load_for(targets, load_options, subject if isinstance(subject, Path) else None)
    sources, number = _with_image(sources, image, options.occlude)
    exhibit = arranged(sources, options)
    if number:
        exhibit.world.put_on_easel(number)
    if tour is not None:
        paths = render_tour(exhibit, tour, film, output)
    else:
        paths = [render_turntable(exhibit, subject if isinstance(subject, str) else None, film, output)]
    _tell_notices(exhibit)
    return paths


def _with_image(
    sources: list[NetworkSource], image: Path | None, occlude: tuple[float, float, float, float] | None
) -> tuple[list[NetworkSource], int]:
    """The networks with a picture of one's own on their shelf, or with the first one, a part of which is hidden; and
    its number. Raises UserError."""
    if image is None:
        first = next((source.pictures[0] for source in sources if source.pictures), None)
        if occlude is None:
            return sources, 0
        if first is None:
            raise UserError("--occlude hides a part of a picture, and there is none: give one with --image.")
        return with_picture(sources, occluded(first, occlude))
    image = image.expanduser()
    if not image.is_file():
        raise UserError(f"There is no picture {image}: give a picture's file to --image.")
    file = PictureFile(image.name, image)
    return with_picture(sources, file if occlude is None else occluded(file, occlude))


def arranged(sources: Sequence[NetworkSource], options: RunOptions) -> Exhibit:
    """The networks as a session and what was asked for arrange them, to be drawn. Raises UserError."""
    exhibit = exhibit_of(sources, options)
    if options.session is not None:
        exhibit.arrange_as(options.session)
    _insist(exhibit, options)
    return exhibit


def _render_told(exhibit: Exhibit, still: Still, output: Path) -> Path:
    """Renders, and says what in a window or a headset a notice would say."""
    path = render_still(exhibit, still, output)
    _tell_notices(exhibit)
    return path


def _tell_notices(exhibit: Exhibit) -> None:
    for notice in exhibit.world.notices:
        print("Note:", " ".join(f"{notice.headline} {notice.detail}".split()), file=sys.stderr)
