"""The options of the command line about sieves: the one before the picture, and the untrained twin to compare with."""

from __future__ import annotations

import argparse

from vrcnn.susceptibility.sieve import Sieve, parsed


def sieve_argument(parser: argparse.ArgumentParser) -> None:
    """What the picture is looked at through."""
    parser.add_argument(
        "--sieve",
        type=_sieve,
        metavar="KIND:AMOUNT",
        help="hold a sieve before the picture: low-pass:0.12, shift:1:up, windows:2, patches:8 or noise:0.25 "
        "(docs/xray.md)",
    )
    parser.add_argument(
        "--twin", action="store_true", help="put each network's untrained twin beside it: the same layers, new weights"
    )


def _sieve(text: str) -> Sieve:
    try:
        return parsed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
