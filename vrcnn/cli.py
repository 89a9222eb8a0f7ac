"""The commands; nothing but argument parsing and wiring."""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vrcnn import __version__
from vrcnn.arguments import (
    checkpoints_arguments,
    colouring_arguments,
    colouring_of,
    detail_argument,
    film_arguments,
    layout_argument,
    load_options_of,
    memory_argument,
    network_arguments,
    picture_size,
    scope_arguments,
    scope_of,
    session_argument,
    theme_argument,
    walk_arguments,
    walls_arguments,
)
from vrcnn.attribute_command.arguments import add_attribute_arguments, attribute_wishes_of
from vrcnn.attribution.results import METHODS
from vrcnn.errors import UserError
from vrcnn.evaluating.arguments import add_evaluate_arguments
from vrcnn.exporting.arguments import add_export_arguments, export_wishes_of
from vrcnn.featvis.arguments import add_featvis_arguments, wishes_of
from vrcnn.importing import collector_at_rest
from vrcnn.inspecting.arguments import add_inspect_arguments, inspect_wishes_of
from vrcnn.picture_arguments import camera_argument, occlude_argument
from vrcnn.sieve_arguments import sieve_argument
from vrcnn.study.arguments import add_study_arguments
from vrcnn.touring.arguments import add_tour_arguments

if TYPE_CHECKING:
    from vrcnn.app import RunOptions

BAD_INPUT, BROKEN = 2, 1  # exit codes
PICTURE_SIZE, PANORAMA_SIZE = (1600, 1000), (4096, 2048)  # pixels


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0, 2 for bad input, 1 when something broke, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack ✓ or ×
    options = _parser().parse_args(arguments)
    options.typed = sys.argv[1:] if arguments is None else [*arguments]
    try:
        return options.command(options)
    except UserError as error:
        if options.debug:
            traceback.print_exc()
        print(f"vrcnn: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if options.debug:
            raise
        print(
            f"vrcnn: something broke that should not have: {type(error).__name__}: {error} "
            "(run the command again with --debug for the details).",
            file=sys.stderr,
        )
        return BROKEN


def _run(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.app import run

    return run(options.targets, load_options_of(options), _walked(options))


def _open(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.app import open_recording

    return open_recording(options.file, _walked(options))


def _walked(options: argparse.Namespace):
    """How a walk is to be, as the command line says."""
    from vrcnn.app import RunOptions

    display = "vr" if options.vr else "desktop" if options.desktop else "auto"
    return RunOptions(
        display,
        scope_of(options),
        options.memory,
        options.theme,
        colouring_of(options),
        session=options.session,
        keep=not options.no_session,
        layout=options.layout,
        resolution=options.resolution,
        checkpoints=options.checkpoints,
        checkpoint=options.checkpoint,
        camera=options.camera,
        tour=options.tour,
        sieve=options.sieve,
        twin=options.twin,
    )


def _render(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.app import RunOptions, render
        from vrcnn.still import Still, parse_camera

    still = Still(
        size=options.size or (PANORAMA_SIZE if options.panorama else PICTURE_SIZE),
        camera=parse_camera(options.camera) if options.camera else None,
        at=options.at,
        view=options.view,
        panorama=options.panorama,
        transparent=options.transparent,
        attribution=options.attribution,
    )
    shown = RunOptions(
        scope=scope_of(options),
        memory=options.memory,
        theme=options.theme,
        colouring=colouring_of(options),
        session=options.session,
        layout=options.layout,
        checkpoints=options.checkpoints,
        checkpoint=options.checkpoint,
        occlude=options.occlude,
        sieve=options.sieve,
        twin=options.twin,
    )
    if options.tour is not None or options.turntable is not None:
        return _film(options, shown)
    if options.captions:
        raise UserError("--captions writes the texts of a tour's stops: give the tour with --tour.")
    output = options.output or Path("vrcnn-panorama.jpg" if options.panorama else "vrcnn.png")
    path = render(options.targets, load_options_of(options), still, options.image, output, shown)
    print(f"Rendered {path}.")
    return 0


def _film(options: argparse.Namespace, shown: RunOptions) -> int:
    way = "--turntable" if options.tour is None else "--tour"
    for wanted, name in ((options.panorama, "--panorama"), (options.attribution, "--attribution")):
        if wanted:
            raise UserError(f"{name} is of a single picture: leave it or {way} out.")
    with collector_at_rest():
        from vrcnn.app import film
        from vrcnn.filming import FILM_SIZE, Film

    size, seconds = options.size or FILM_SIZE, options.turntable or 0.0
    made_by = "vrcnn render --tour" if options.tour is not None else "vrcnn render --turntable"
    wanted = Film(size, options.captions, options.transparent, seconds, made_by)
    subject = options.tour if options.tour is not None else options.at
    output = options.output or Path("vrcnn-tour" if options.tour is not None else "vrcnn-turntable.gif")
    paths = film(options.targets, load_options_of(options), wanted, subject, options.image, output, shown)
    print(f"Rendered {paths[0]}." if len(paths) == 1 else f"Rendered {len(paths)} pictures to {output}.")
    return 0


def _check(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn import checking

    return checking.main(options.target, load_options_of(options), nodes=options.nodes, json=options.json)


def _graph(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn import describe

    form = "json" if options.json else "dot" if options.dot else "table"
    return describe.main(options.target, load_options_of(options), scope_of(options), form, options.output)


def _study(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.study.command import main

    return main(options)


def _evaluate(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.evaluating import command

    return command.main(options.target, load_options_of(options), json=options.json, output=options.output)


def _featvis(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.featvis import command, forgetting

    if options.forget:
        return forgetting.main(options.target, load_options_of(options), options.yes)
    return command.main(options.target, load_options_of(options), wishes_of(options))


def _export(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.exporting import command

    wishes = export_wishes_of(options)
    return command.main(
        options.target, load_options_of(options), wishes, scope_of(options), options.image, options.layout
    )


def _attribute(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.attribute_command import command

    return command.main(options.target, load_options_of(options), attribute_wishes_of(options))


def _inspect(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.inspecting import command

    return command.main(options.target, load_options_of(options), inspect_wishes_of(options))


def _tour(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.touring import command

    return command.main(options)


def _doctor(options: argparse.Namespace) -> int:
    from vrcnn import doctor

    return doctor.main(json=options.json)


def _bench(options: argparse.Namespace) -> int:
    from vrcnn import bench

    return bench.main(options.names, json=options.json, quick=options.quick, check=options.check)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command line in one sentence, as everything else is said."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"vrcnn: {message.removeprefix('argument ')} (`{self.prog} --help` explains).\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vrcnn", description="Walk through your own neural network in 3D, on the desktop and in virtual reality."
    )
    parser.add_argument("--version", action="version", version=f"vrcnn {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="walk through a network, or several; without MODEL through the demo")
    network_arguments(run, several=True)
    checkpoints_arguments(run)
    walk_arguments(run)
    camera_argument(run)
    sieve_argument(run)
    run.set_defaults(command=_run)

    render = commands.add_parser("render", help="save a picture of the same world, without any window")
    network_arguments(render, several=True)
    scope_arguments(render)
    walls_arguments(render)
    render.add_argument(
        "--attribution",
        choices=[method.name for method in METHODS],
        help="lay over the picture what the class's score owes to its parts (docs/attribution.md)",
    )
    memory_argument(render)
    layout_argument(render)
    checkpoints_arguments(render)
    theme_argument(render, None)
    colouring_arguments(render)
    session_argument(render, "everything as `vrcnn run` has kept it, also where the eyes are")
    render.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="a PNG; a panorama may be a JPEG too; "
        "of a tour or a turntable a folder for pictures, or a .gif, .mp4 or .webm",
    )
    render.add_argument("--size", type=picture_size, metavar="WxH", help="in pixels")
    render.add_argument(
        "--panorama", action="store_true", help="all that is around the eyes, 360 by 180 degrees, to look around in"
    )
    render.add_argument("--transparent", action="store_true", help="the things alone, without ground and sky")
    film = render.add_mutually_exclusive_group()
    film_arguments(film)
    render.add_argument("--captions", action="store_true", help="write each stop's text below its picture")
    where = render.add_mutually_exclusive_group()
    where.add_argument("--camera", metavar="X,Y,Z,YAW,PITCH", help="where the eyes are, in metres and degrees")
    where.add_argument(
        "--view",
        choices=("entrance", "path", "wall", "overview", "exit"),
        help="one of the views that every network has",
    )
    where.add_argument(
        "--at", metavar="LAYER", help="stand before this layer's wall; NETWORK:LAYER where several have one"
    )
    render.add_argument("--image", type=Path, metavar="FILE", help="the picture to run instead of the shelf's first")
    occlude_argument(render)
    sieve_argument(render)
    render.set_defaults(command=_render)

    opened = commands.add_parser("open", help="walk through the passes that a program has recorded with vrcnn.watch")
    opened.add_argument("file", type=Path, metavar="FILE", help="what `watched.save` has written")
    walk_arguments(opened)
    opened.set_defaults(command=_open, checkpoints=None, checkpoint=None, camera=None, sieve=None, twin=False)

    check = commands.add_parser("check", help="does the captured graph compute what the network computes?")
    network_arguments(check)
    check.add_argument("--nodes", action="store_true", help="a line for every node, not for every kind")
    check.add_argument("--json", action="store_true")
    check.set_defaults(command=_check)

    graph = commands.add_parser("graph", help="the computational graph as data")
    network_arguments(graph)
    scope_arguments(graph)
    form = graph.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help="nodes with shapes, parameters and source lines, edges, groups"
    )
    form.add_argument("--dot", action="store_true", help="for Graphviz, a cluster for each group")
    graph.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of the terminal")
    graph.set_defaults(command=_graph)

    evaluate = commands.add_parser("evaluate", help="how often a network is right on a labelled folder, class by class")
    network_arguments(evaluate)
    add_evaluate_arguments(evaluate)
    evaluate.set_defaults(command=_evaluate)

    study = commands.add_parser("study", help="networks that generalize and networks that memorize, and what differs")
    add_study_arguments(study)
    study.set_defaults(command=_study)

    inspect = commands.add_parser("inspect", help="exact numbers: of layers, channels, one step of a convolution")
    network_arguments(inspect)
    detail_argument(inspect)
    add_inspect_arguments(inspect)
    inspect.set_defaults(command=_inspect)

    featvis = commands.add_parser("featvis", help="pictures of what channels look for, by gradient ascent")
    network_arguments(featvis)
    detail_argument(featvis)
    theme_argument(featvis)
    add_featvis_arguments(featvis)
    featvis.set_defaults(command=_featvis)

    export = commands.add_parser(
        "export", help="maps, contact sheets, values, statistics, the graph, the scene: into a folder"
    )
    network_arguments(export)
    scope_arguments(export)
    theme_argument(export)
    colouring_arguments(export)
    layout_argument(export)
    add_export_arguments(export)
    export.set_defaults(command=_export, fold="never")

    attribute = commands.add_parser("attribute", help="what a class's score owes to each part of a picture")
    network_arguments(attribute)
    add_attribute_arguments(attribute)
    attribute.set_defaults(command=_attribute)

    tour = commands.add_parser("tour", help="do the claims that a tour makes of its networks hold?")
    add_tour_arguments(tour)
    tour.set_defaults(command=_tour)

    doctor = commands.add_parser("doctor", help="what this machine has, and how to get what is missing")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(command=_doctor)

    bench = commands.add_parser("bench", help="measure the speed, each figure beside its goal")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks; all without")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--quick", action="store_true", help="fewer repetitions")
    bench.add_argument("--check", action="store_true", help="end with 1 when a goal is missed")
    bench.set_defaults(command=_bench)

    for command in (run, render, opened, check, graph, evaluate, inspect, featvis, attribute, export, doctor, bench):
        command.add_argument("--debug", action="store_true", help="show tracebacks")
    return parser
