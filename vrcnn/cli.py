"""The commands; nothing but argument parsing and wiring."""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from vrcnn import __version__
from vrcnn.arguments import (
    checkpoints_arguments,
    colouring_arguments,
    colouring_of,
    detail_argument,
    layout_argument,
    load_options_of,
    memory_argument,
    network_arguments,
    picture_size,
    resolution,
    scope_arguments,
    scope_of,
    session_argument,
    theme_argument,
)
from vrcnn.errors import UserError
from vrcnn.evaluating.arguments import add_evaluate_arguments
from vrcnn.featvis.arguments import add_featvis_arguments, wishes_of
from vrcnn.importing import collector_at_rest

BAD_INPUT, BROKEN = 2, 1  # exit codes
PICTURE_SIZE, PANORAMA_SIZE = (1600, 1000), (4096, 2048)  # pixels


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0, 2 for bad input, 1 when something broke, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack ✓ or ×
    options = _parser().parse_args(arguments)
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
        from vrcnn.app import RunOptions, run

    display = "vr" if options.vr else "desktop" if options.desktop else "auto"
    shown = RunOptions(
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
    )
    return run(options.targets, load_options_of(options), shown)


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
    )
    output = options.output or Path("vrcnn-panorama.jpg" if options.panorama else "vrcnn.png")
    path = render(options.targets, load_options_of(options), still, options.image, output, shown)
    print(f"Rendered {path}.")
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
    scope_arguments(run)
    memory_argument(run)
    layout_argument(run)
    checkpoints_arguments(run)
    theme_argument(run, None)
    colouring_arguments(run)
    session = run.add_mutually_exclusive_group()
    session_argument(session, "where the arrangement of the walls is kept, instead of a file for each network")
    session.add_argument("--no-session", action="store_true", help="begin as the layout has it, and keep nothing")
    display = run.add_mutually_exclusive_group()
    display.add_argument("--desktop", action="store_true", help="in the window, even where a headset is there")
    display.add_argument("--vr", action="store_true", help="in the headset, or not at all")
    run.add_argument(
        "--resolution",
        type=resolution,
        metavar="FACTOR",
        help="of what the headset's runtime recommends, 0.5 to 1.5, and always that; by default 1, and less while "
        "frames come late",
    )
    run.set_defaults(command=_run)

    render = commands.add_parser("render", help="save a picture of the same world, without any window")
    network_arguments(render, several=True)
    scope_arguments(render)
    memory_argument(render)
    layout_argument(render)
    checkpoints_arguments(render)
    theme_argument(render, None)
    colouring_arguments(render)
    session_argument(render, "the arrangement of the walls, as `vrcnn run` has kept it")
    render.add_argument("-o", "--output", type=Path, metavar="FILE", help="a PNG; a panorama may be a JPEG too")
    render.add_argument("--size", type=picture_size, metavar="WxH", help="in pixels")
    render.add_argument(
        "--panorama", action="store_true", help="all that is around the eyes, 360 by 180 degrees, to look around in"
    )
    render.add_argument("--transparent", action="store_true", help="the things alone, without ground and sky")
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
    render.set_defaults(command=_render)

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

    featvis = commands.add_parser("featvis", help="pictures of what channels look for, by gradient ascent")
    network_arguments(featvis)
    detail_argument(featvis)
    theme_argument(featvis)
    add_featvis_arguments(featvis)
    featvis.set_defaults(command=_featvis)

    doctor = commands.add_parser("doctor", help="what this machine has, and how to get what is missing")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(command=_doctor)

    bench = commands.add_parser("bench", help="measure the speed, each figure beside its goal")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks; all without")
    bench.add_argument("--json", action="store_true")
    bench.add_argument("--quick", action="store_true", help="fewer repetitions")
    bench.add_argument("--check", action="store_true", help="end with 1 when a goal is missed")
    bench.set_defaults(command=_bench)

    for command in (run, render, check, graph, evaluate, featvis, doctor, bench):
        command.add_argument("--debug", action="store_true", help="show tracebacks")
    return parser
