"""The commands; nothing but argument parsing and wiring."""

from __future__ import annotations

import argparse
import io
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from vrcnn import __version__
from vrcnn.errors import UserError
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
        _scope(options),
        options.memory,
        options.theme,
        _colouring(options),
        session=options.session,
        keep=not options.no_session,
        layout=options.layout,
        resolution=options.resolution,
    )
    return run(options.targets, _load_options(options), shown)


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
    )
    shown = RunOptions(
        scope=_scope(options),
        memory=options.memory,
        theme=options.theme,
        colouring=_colouring(options),
        session=options.session,
        layout=options.layout,
    )
    output = options.output or Path("vrcnn-panorama.jpg" if options.panorama else "vrcnn.png")
    path = render(options.targets, _load_options(options), still, options.image, output, shown)
    print(f"Rendered {path}.")
    return 0


def _check(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn import checking

    return checking.main(options.target, _load_options(options), nodes=options.nodes, json=options.json)


def _graph(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn import describe

    form = "json" if options.json else "dot" if options.dot else "table"
    return describe.main(options.target, _load_options(options), _scope(options), form, options.output)


def _featvis(options: argparse.Namespace) -> int:
    with collector_at_rest():
        from vrcnn.featvis import command, forgetting

    if options.forget:
        return forgetting.main(options.target, _load_options(options), options.yes)
    return command.main(options.target, _load_options(options), wishes_of(options))


def _doctor(options: argparse.Namespace) -> int:
    from vrcnn import doctor

    return doctor.main(json=options.json)


def _bench(options: argparse.Namespace) -> int:
    from vrcnn import bench

    return bench.main(options.names, json=options.json, quick=options.quick, check=options.check)


def _scope(options: argparse.Namespace):
    from vrcnn.network.scope import Scope

    return Scope(options.detail, options.fold)


def _colouring(options: argparse.Namespace):
    from vrcnn.scene.colouring import Colouring

    return Colouring(**options.range, colormap=options.colormap, gamma=options.gamma, order=options.order)


def _load_options(options: argparse.Namespace):
    from vrcnn.network.source import LoadOptions

    return LoadOptions(
        model_name=options.model,
        images=options.images,
        weights=options.weights,
        input_size=options.input_size,
        device=options.device,
    )


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
    _network_arguments(run, several=True)
    _scope_arguments(run)
    _memory_argument(run)
    _layout_argument(run)
    _theme_argument(run)
    _colouring_arguments(run)
    session = run.add_mutually_exclusive_group()
    _session_argument(session, "where the arrangement of the walls is kept, instead of a file for each network")
    session.add_argument("--no-session", action="store_true", help="begin as the layout has it, and keep nothing")
    display = run.add_mutually_exclusive_group()
    display.add_argument("--desktop", action="store_true", help="in the window, even where a headset is there")
    display.add_argument("--vr", action="store_true", help="in the headset, or not at all")
    run.add_argument(
        "--resolution",
        type=_resolution,
        metavar="FACTOR",
        help="of what the headset's runtime recommends, 0.5 to 1.5, and always that; by default 1, and less while "
        "frames come late",
    )
    run.set_defaults(command=_run)

    render = commands.add_parser("render", help="save a picture of the same world, without any window")
    _network_arguments(render, several=True)
    _scope_arguments(render)
    _memory_argument(render)
    _layout_argument(render)
    _theme_argument(render)
    _colouring_arguments(render)
    _session_argument(render, "the arrangement of the walls, as `vrcnn run` has kept it")
    render.add_argument("-o", "--output", type=Path, metavar="FILE", help="a PNG; a panorama may be a JPEG too")
    render.add_argument("--size", type=_picture_size, metavar="WxH", help="in pixels")
    render.add_argument(
        "--panorama", action="store_true", help="all that is around the eyes, 360 by 180 degrees, to look around in"
    )
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
    _network_arguments(check)
    check.add_argument("--nodes", action="store_true", help="a line for every node, not for every kind")
    check.add_argument("--json", action="store_true")
    check.set_defaults(command=_check)

    graph = commands.add_parser("graph", help="the computational graph as data")
    _network_arguments(graph)
    _scope_arguments(graph)
    form = graph.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_true", help="nodes with shapes, parameters and source lines, edges, groups"
    )
    form.add_argument("--dot", action="store_true", help="for Graphviz, a cluster for each group")
    graph.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of the terminal")
    graph.set_defaults(command=_graph)

    featvis = commands.add_parser("featvis", help="pictures of what channels look for, by gradient ascent")
    _network_arguments(featvis)
    _detail_argument(featvis)
    _theme_argument(featvis)
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

    for command in (run, render, check, graph, featvis, doctor, bench):
        command.add_argument("--debug", action="store_true", help="show tracebacks")
    return parser


def _network_arguments(parser: argparse.ArgumentParser, several: bool = False) -> None:
    parser.add_argument(
        "targets" if several else "target",
        nargs="*" if several else "?",
        metavar="MODEL",
        help="model.py, package.module:factory, timm:NAME or torchvision:NAME; without it the demo"
        + ("; several stand side by side, on the same picture" if several else ""),
    )
    parser.add_argument("--model", metavar="NAME", help="which model of the file")
    parser.add_argument("--images", type=Path, metavar="DIR", help="a folder of pictures for the shelf")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="a state dict to load into the model")
    parser.add_argument("--input-size", type=_input_size, metavar="[Cx]HxW", help="what the network takes")
    parser.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, ...")


def _detail_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--detail",
        choices=("blocks", "layers", "all"),
        default="layers",
        help="a wall for each block, for each layer (as people draw it), or for every operation",
    )


def _scope_arguments(parser: argparse.ArgumentParser) -> None:
    _detail_argument(parser)
    parser.add_argument(
        "--fold",
        choices=("auto", "always", "never"),
        default="auto",
        help="show equal blocks in a row as one; auto does so where the walk would be long",
    )


def _theme_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--theme", choices=("dark", "light"), default="dark", help="a gallery at night, or the white of a paper"
    )


def _colouring_arguments(parser: argparse.ArgumentParser) -> None:
    from vrcnn.scene.colouring import COLORMAPS, ORDERS, Colouring

    usual = Colouring()
    parser.add_argument(
        "--range",
        type=_range,
        default={},
        metavar="RANGE",
        help="what the ends of the colours stand for: layer (the default), map (each map's own extremes), "
        "a percentile of the layer such as 95%%, or a value such as 2.5",
    )
    parser.add_argument(
        "--colormap",
        choices=[colormap.name for colormap in COLORMAPS],
        default=usual.colormap,
        help="by default the theme's; the last three are sequential, the others diverge from an exact zero",
    )
    parser.add_argument(
        "--gamma", type=_gamma, default=usual.gamma, help="below 1 lifts faint values, 1 leaves them; by default 0.75"
    )
    parser.add_argument("--order", choices=ORDERS, default=usual.order, help="the maps of a wall, the largest first")


def _layout_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--layout",
        choices=("corridor", "stack", "spiral"),
        help="how the walls stand: along a corridor (the usual way), one behind the other, or on a spiral",
    )


def _session_argument(parser: argparse._ActionsContainer, words: str) -> None:
    parser.add_argument("--session", type=Path, metavar="FILE", help=words)


def _memory_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory",
        type=_bytes,
        metavar="SIZE",
        help="for all feature maps, such as 4G or 500M; by default what the machine can spare",
    )


def _range(text: str) -> dict[str, object]:
    """The attributes of a Colouring that a range comes to."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?(?:e-?\d+)?)(%?)", text)
    if text in ("layer", "map"):
        return {"range": text}
    if match and match[2] and 50 <= float(match[1]) <= 100:
        return {"range": "percentile", "percentile": float(match[1])}
    if match and not match[2] and float(match[1]) > 0:
        return {"range": "fixed", "fixed": float(match[1])}
    raise argparse.ArgumentTypeError(
        f'"{text}" is no range: give layer, map, a percentile from 50% to 100%, or a value above 0'
    )


def _gamma(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0.1 <= float(text) <= 10:
        raise argparse.ArgumentTypeError(f'"{text}" is no gamma: give a number from 0.1 to 10')
    return float(text)


def _resolution(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0.5 <= float(text) <= 1.5:
        raise argparse.ArgumentTypeError(f'"{text}" is no resolution: give a factor from 0.5 to 1.5')
    return float(text)


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", text.strip().upper())
    size = float(match[1]) * 1024 ** " KMGT".index(match[2] or " ") if match else 0
    if size < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no amount of memory: give one such as 4G, 1.5G or 500M')
    return int(size)


def _picture_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if not match or not all(1 <= int(part) <= 16384 for part in match.groups()):
        raise argparse.ArgumentTypeError(f'"{text}" is no size: give width and height in pixels, such as 1600x1000')
    return int(match[1]), int(match[2])


def _input_size(text: str) -> tuple[int, ...]:
    parts = text.split("x")
    if not all(part.isdigit() and int(part) > 0 for part in parts) or len(parts) not in (1, 2, 3):
        raise argparse.ArgumentTypeError(f'"{text}" is no input size: give 224, 224x320 or 3x224x320')
    return tuple(int(part) for part in parts)
