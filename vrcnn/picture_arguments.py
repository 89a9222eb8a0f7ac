"""The options of the command line about pictures that are not the shelf's: a live one, and what hides a part of one."""

from __future__ import annotations

import argparse
import re

Share = tuple[float, float, float, float]  # left, top, width, height, in shares of the picture


def camera_argument(parser: argparse.ArgumentParser) -> None:
    """A live picture."""
    parser.add_argument(
        "--camera",
        metavar="SOURCE",
        help="a live picture on the easel: a camera's number such as 0, or the path or address of a film or stream",
    )


def occlude_argument(parser: argparse.ArgumentParser) -> None:
    """A part of the picture that is hidden."""
    parser.add_argument(
        "--occlude",
        type=_share,
        metavar="X,Y,W,H",
        help="hide a part of the picture with grey: its left and upper edge, width and height, as shares of it",
    )


def _share(text: str) -> Share:
    parts = text.split(",")
    if len(parts) == 4 and all(re.fullmatch(r"\s*\d*\.?\d+\s*", part) for part in parts):
        left, top, width, height = map(float, parts)
        if width > 0 and height > 0 and left + width <= 1.0001 and top + height <= 1.0001:
            return left, top, width, height
    raise argparse.ArgumentTypeError(
        f'"{text}" is no part of a picture: give its left, top, width and height as shares, such as 0.25,0.4,0.3,0.2'
    )
