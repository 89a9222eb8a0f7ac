"""The options that several commands have: what they are, and what they come to."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

LONGEST = 16384  # pixels of a picture's side


def scope_of(options: argparse.Namespace):
    """What is shown, as the command line says."""
    from vrcnn.network.scope import Scope

    walls = getattr(options, "walls", "activations")
    return Scope(options.detail, options.fold, quantity=walls, of=getattr(options, "of", None))


def colouring_of(options: argparse.Namespace):
    """How values become colours, as the command line says."""
    from vrcnn.scene.colouring import Colouring

    return Colouring(**options.range, colormap=options.colormap, gamma=options.gamma, order=options.order)


def load_options_of(options: argparse.Namespace):
    """What the command line says beside the network."""
    from vrcnn.network.source import LoadOptions

    return LoadOptions(
        model_name=options.model,
        images=options.images,
        weights=options.weights,
        input_size=options.input_size,
        device=options.device,
    )


def network_arguments(parser: argparse.ArgumentParser, several: bool = False) -> None:
    """MODEL, and how it is loaded."""
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


def detail_argument(parser: argparse.ArgumentParser) -> None:
    """How much of the network is shown."""
    parser.add_argument(
        "--detail",
        choices=("blocks", "layers", "all"),
        default="layers",
        help="a wall for each block, for each layer (as people draw it), or for every operation",
    )


def scope_arguments(parser: argparse.ArgumentParser) -> None:
    """What is shown of it."""
    detail_argument(parser)
    parser.add_argument(
        "--fold",
        choices=("auto", "always", "never"),
        default="auto",
        help="show equal blocks in a row as one; auto does so where the walk would be long",
    )


def theme_argument(parser: argparse.ArgumentParser, usual: str | None = "dark") -> None:
    """The look of the place; `usual` is None where a session may have another than the dark one."""
    parser.add_argument(
        "--theme", choices=("dark", "light"), default=usual, help="a gallery at night, or the white of a paper"
    )


def colouring_arguments(parser: argparse.ArgumentParser) -> None:
    """How values become colours."""
    from vrcnn.scene.colouring import COLORMAPS, ORDERS, Colouring

    usual = Colouring()
    parser.add_argument(
        "--range",
        type=colour_range,
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


def checkpoints_arguments(parser: argparse.ArgumentParser) -> None:
    """The course of the network's training."""
    parser.add_argument(
        "--checkpoints", type=Path, metavar="DIR", help="files of weights that a training has left, to go through them"
    )
    parser.add_argument(
        "--checkpoint", metavar="WHICH", help="the one to begin with: a step, a name, first, or last (which is usual)"
    )


def layout_argument(parser: argparse.ArgumentParser) -> None:
    """How the walls stand."""
    parser.add_argument(
        "--layout",
        choices=("corridor", "stack", "spiral"),
        help="how the walls stand: along a corridor (the usual way), one behind the other, or on a spiral",
    )


def session_argument(parser: argparse._ActionsContainer, words: str) -> None:
    """The session file."""
    parser.add_argument("--session", type=Path, metavar="FILE", help=words)


def walls_arguments(parser: argparse.ArgumentParser) -> None:
    """What the walls show."""
    from vrcnn.network.quantity import QUANTITIES

    parser.add_argument(
        "--walls",
        choices=QUANTITIES,
        default=QUANTITIES[0],
        help="what the walls show of each layer: what it puts out, or what a class's score owes to that",
    )
    parser.add_argument(
        "--class", dest="of", type=int, metavar="NUMBER", help="which class, from 0; by default the best guess"
    )


def walk_arguments(parser: argparse.ArgumentParser) -> None:
    """How a walk is to be."""
    scope_arguments(parser)
    walls_arguments(parser)
    memory_argument(parser)
    layout_argument(parser)
    theme_argument(parser, None)
    colouring_arguments(parser)
    session = parser.add_mutually_exclusive_group()
    session_argument(session, "opens as this file has it and is kept there, instead of in a file for each network")
    session.add_argument("--no-session", action="store_true", help="begin at the entrance, and keep nothing")
    parser.add_argument(
        "--tour",
        type=Path,
        metavar="FILE",
        help="a tour to be led along, stop by stop with Page Down; without MODEL through the networks that it is about",
    )
    display = parser.add_mutually_exclusive_group()
    display.add_argument("--desktop", action="store_true", help="in the window, even where a headset is there")
    display.add_argument("--vr", action="store_true", help="in the headset, or not at all")
    parser.add_argument(
        "--resolution",
        type=resolution,
        metavar="FACTOR",
        help="of what the headset's runtime recommends, 0.5 to 1.5, and always that; by default 1, and less while "
        "frames come late",
    )


def film_arguments(parser: argparse._ActionsContainer) -> None:
    """What is more than one picture."""
    parser.add_argument(
        "--tour",
        type=Path,
        metavar="FILE",
        help="the stops of a tour, or of the tour in a session: pictures, or a film; without MODEL of its own networks",
    )
    parser.add_argument(
        "--turntable",
        type=_seconds,
        nargs="?",
        const=12.0,
        metavar="SECONDS",
        help="once around the network, or around the wall of --at; 12 s",
    )


def memory_argument(parser: argparse.ArgumentParser) -> None:
    """For all maps."""
    parser.add_argument(
        "--memory",
        type=_bytes,
        metavar="SIZE",
        help="for all feature maps, such as 4G or 500M; by default what the machine can spare",
    )


def channel_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Numbers of channels, from the first to the last of each span: "5", "0-63", "0-7,12"."""
    spans = []
    for part in text.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{1,9})(?:[-–](\d{1,9}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise argparse.ArgumentTypeError(f'"{text}" is no range of channels: give 5, 0-63 or 0-7,12,20-23')
        spans.append((first, last))
    return tuple(spans)


def colour_range(text: str) -> dict[str, object]:
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


def resolution(text: str) -> float:
    """A factor of the resolution of headsets."""
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0.5 <= float(text) <= 1.5:
        raise argparse.ArgumentTypeError(f'"{text}" is no resolution: give a factor from 0.5 to 1.5')
    return float(text)


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", text.strip().upper())
    size = float(match[1]) * 1024 ** " KMGT".index(match[2] or " ") if match else 0
    if size < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no amount of memory: give one such as 4G, 1.5G or 500M')
    return int(size)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or not 0.1 <= float(text) <= 600:
        raise argparse.ArgumentTypeError(f'"{text}" is no time: give seconds from 0.1 to 600')
    return float(text)


def picture_size(text: str) -> tuple[int, int]:
    """WxH, in pixels."""
    match = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if not match or not all(1 <= int(part) <= LONGEST for part in match.groups()):
        wanted = f"give width and height in pixels, each from 1 to {LONGEST}, such as 1600x1000"
        raise argparse.ArgumentTypeError(f'"{text}" is no size: {wanted}')
    return int(match[1]), int(match[2])


def _input_size(text: str) -> tuple[int, ...]:
    parts = text.split("x")
    if not all(part.isdigit() and int(part) > 0 for part in parts) or len(parts) not in (1, 2, 3):
        raise argparse.ArgumentTypeError(f'"{text}" is no input size: give 224, 224x320 or 3x224x320')
    return tuple(int(part) for part in parts)
