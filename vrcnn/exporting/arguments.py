"""The options of `vrcnn export`: what they are, and what they come to."""

from __future__ import annotations

import argparse
import re
import shlex
from datetime import datetime
from pathlib import Path

from vrcnn.arguments import channel_spans, colouring_of
from vrcnn.errors import UserError
from vrcnn.exporting.folders import dated_folder
from vrcnn.scene.export_wishes import FORMATS, KINDS, SCENE_PIXELS, WHOLE, ExportWishes

MOST_PIXELS = 512  # millions, of a scene


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of the command but those that other commands have, too."""
    parser.add_argument(
        "kinds",
        nargs="*",
        metavar="WHAT",
        help=f"{', '.join(KINDS[:-1])} or {KINDS[-1]}, one or several: see docs/export.md",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="a folder; without, a new one with the date")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--layer",
        action="append",
        metavar="NAME[,NAME]",
        help="which layers, as on their walls and in `vrcnn graph`",
    )
    which.add_argument("--all", action="store_true", help="all layers that are shown at this --detail")
    parser.add_argument(
        "--channels",
        type=channel_spans,
        metavar="RANGE",
        help="such as 0-63 or 0-7,12; all without. Class numbers, too",
    )
    parser.add_argument(
        "--image", type=Path, metavar="FILE", help="the picture to run; without, the first of --images, or the example"
    )
    parser.add_argument("--grey", action="store_true", help="maps as 16-bit grey, with the scale in the sidecar")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="of the values")
    parser.add_argument(
        "--pixels",
        type=_pixels,
        default=SCENE_PIXELS,
        metavar="N",
        help="of all walls of a scene together, in millions; 25 without",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is in the folder already")


def export_wishes_of(options: argparse.Namespace, now: datetime | None = None) -> ExportWishes:
    """What the options come to. Raises UserError where it is not said what, or of which layers."""
    _sort_out(options)
    kinds = tuple(dict.fromkeys(options.kinds))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        wrong = f'There is no kind of export "{unknown[0]}"' if unknown else "Say what shall be exported"
        raise UserError(f"{wrong}: give {', '.join(KINDS[:-1])} or {KINDS[-1]}.")
    names = [name.strip() for words in options.layer or () for name in words.split(",")]
    layers = tuple(dict.fromkeys(filter(None, names)))
    if not layers and not options.all and not set(kinds) <= {*WHOLE}:
        raise UserError("Say which layers: --layer NAME[,NAME], or --all; `vrcnn graph` lists them.")
    return ExportWishes(
        kinds=kinds,
        folder=options.output or dated_folder(options.target or "demo", now),
        layers=layers or None,
        channels=options.channels,
        colouring=colouring_of(options),
        theme=options.theme,
        grey=options.grey,
        format=options.format,
        pixels=options.pixels,
        overwrite=options.overwrite,
        made_by=shlex.join(["vrcnn", *options.typed]),
    )


def _sort_out(options: argparse.Namespace) -> None:
    """Without MODEL the first WHAT was taken for it."""
    if options.target in KINDS and not Path(options.target).exists():
        options.kinds, options.target = [options.target, *options.kinds], None


def _pixels(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}(\.\d+)?", text) or not 0.1 <= float(text) <= MOST_PIXELS:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of millions from 0.1 to {MOST_PIXELS}')
    return int(float(text) * 1e6)
