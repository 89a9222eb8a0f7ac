"""The options of `vrcnn inspect`: what they are, and what they come to."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from vrcnn.errors import UserError

if TYPE_CHECKING:
    from vrcnn.inspecting.command import Wishes

MOST_PICTURES, MOST_ROWS = 1000, 10_000


def add_inspect_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of the command but those that every command has."""
    parser.add_argument("--layer", metavar="NAME", help="one layer, as on its wall and in `vrcnn graph`; all without")
    parser.add_argument(
        "--channel", type=_number, metavar="N", help="one channel of it, from 0: its kernel, its drivers"
    )
    parser.add_argument(
        "--pixel", type=_pixel, metavar="Y,X", help="one pixel of its map: the convolution there, step by step"
    )
    parser.add_argument(
        "--image", type=Path, metavar="FILE", help="the picture to look at instead of the shelf's first"
    )
    parser.add_argument("--top", type=_top, default=8, metavar="N", help="how many rows of what is ranked; 8 without")
    parser.add_argument(
        "--pictures",
        type=_pictures,
        default=1,
        metavar="N",
        help="channels are dead when they are so for the first N pictures of the shelf, too",
    )
    parser.add_argument("--json", action="store_true", help="everything as JSON instead of text")


def inspect_wishes_of(options: argparse.Namespace) -> Wishes:
    """What the options come to. Raises UserError where one needs another."""
    from vrcnn.inspecting.command import Wishes
    from vrcnn.network.scope import Scope

    if options.channel is not None and options.layer is None:
        raise UserError("Say of which layer: --layer NAME beside --channel; `vrcnn graph` lists them.")
    if options.pixel is not None and options.channel is None:
        raise UserError("Say of which channel: --layer NAME --channel N beside --pixel.")
    return Wishes(
        layer=options.layer,
        channel=options.channel,
        pixel=options.pixel,
        image=options.image,
        top=options.top,
        pictures=options.pictures,
        json=options.json,
        scope=Scope(options.detail, "never"),
    )


def _number(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise argparse.ArgumentTypeError(f'"{text}" is no channel: give a number from 0')
    return int(text)


def _pixel(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*(\d{1,9})\s*,\s*(\d{1,9})\s*", text)
    if found is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no pixel: give its row and column from 0, such as 12,30')
    return int(found[1]), int(found[2])


def _top(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 1 <= int(text) <= MOST_ROWS:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of rows: give one from 1 to {MOST_ROWS:,}')
    return int(text)


def _pictures(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text) or not 1 <= int(text) <= MOST_PICTURES:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of pictures: give one from 1 to {MOST_PICTURES:,}')
    return int(text)
