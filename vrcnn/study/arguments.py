"""The options of `vrcnn study` and of what it can do."""

from __future__ import annotations

import argparse
from pathlib import Path

from vrcnn.study.measure_arguments import add_measure_arguments
from vrcnn.study.modes import MODES
from vrcnn.study.reporting.arguments import add_report_arguments
from vrcnn.study.runs import RunSettings
from vrcnn.touring.arguments import add_study_tour_arguments

FOLDER, PACKAGES = Path("study"), Path("study-data")


def add_study_arguments(parser: argparse.ArgumentParser) -> None:
    """`train` and the rest, each with its options; what was chosen is in `options.part`."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    train = parts.add_parser("train", help="train networks in several modes, to generalize and to memorize")
    _train_arguments(train)
    measure = parts.add_parser("measure", help="how susceptible a network is to what should not matter, or every run")
    add_measure_arguments(measure)
    tour = parts.add_parser("tour", help="seven stops through the study's networks, with claims that can be checked")
    folder_argument(tour)
    add_study_tour_arguments(tour)
    report = parts.add_parser("report", help="a page, plots and tables of what the runs came to")
    folder_argument(report)
    add_report_arguments(report)
    for part in (train, measure, report, tour):
        part.add_argument("--debug", action="store_true", help="show tracebacks")


def folder_argument(parser: argparse.ArgumentParser) -> None:
    """Where the study lies."""
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, metavar="DIR", help="of the study, by default ./study; it is made"
    )


def _train_arguments(parser: argparse.ArgumentParser) -> None:
    usual = RunSettings()
    folder_argument(parser)
    parser.add_argument(
        "--data",
        default=usual.data,
        metavar="DATA",
        help="fashion-mnist, emoji, emoji:google, emoji:google-to-twitter (learns one vendor's drawings, tested on "
        "the other's), or a folder with a folder of pictures for each class; by default fashion-mnist",
    )
    parser.add_argument(
        "--study-data", type=Path, default=PACKAGES, metavar="DIR", help="where `make study-data` has put its data"
    )
    parser.add_argument(
        "--network",
        default=usual.network,
        metavar="NETWORK",
        help="covid-resnet (the usual one), covid-densenet, or a Python file with build_model(classes)",
    )
    parser.add_argument("--pretrained", type=Path, metavar="FILE", help="ImageNet weights to begin with, by name")
    parser.add_argument(
        "--modes",
        type=modes,
        default=("true", "shuffled"),
        metavar="MODE,...",
        help=f"of {', '.join(MODES)}; by default true,shuffled",
    )
    parser.add_argument(
        "--seeds", type=seeds, default=(0,), metavar="SEED,...", help="a training of each mode for each: 0, or 0-2"
    )
    parser.add_argument("--side", type=_positive, default=usual.side, help="of the pictures, in pixels; 32")
    parser.add_argument("--train", type=_whole, default=usual.train, help="pictures to learn from, 0 for all; 2000")
    parser.add_argument("--test", type=_whole, default=usual.test, help="pictures held out, 0 for all; 2000")
    parser.add_argument("--epochs", type=_positive, default=usual.epochs, help="at most; 30")
    parser.add_argument(
        "--enough",
        type=_share,
        default=usual.enough,
        help="a training ends with two epochs of this accuracy on its own pictures; 0.995",
    )
    parser.add_argument("--batch", type=_batch, default=usual.batch, help="pictures at a time, 2 or more; 64")
    parser.add_argument("--rate", type=_rate, default=usual.rate, help="the largest learning rate; 0.05")
    parser.add_argument("--device", default=usual.device, help="cpu, cuda, cuda:1, ...")


def modes(text: str) -> tuple[str, ...]:
    """Names of modes, in their order."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in found if name not in MODES]
    if unknown or not found:
        raise argparse.ArgumentTypeError(f'"{", ".join(unknown) or text}" is no mode: give some of {", ".join(MODES)}')
    return tuple(dict.fromkeys(found))


def seeds(text: str) -> tuple[int, ...]:
    """Numbers from 0: "0", "0,1,2", "0-2"."""
    from vrcnn.arguments import channel_spans

    try:
        spans = channel_spans(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f'"{text}" are no seeds: give 0, 0-2 or 0,3,5') from None
    return tuple(dict.fromkeys(seed for first, last in spans for seed in range(first, min(last, first + 999) + 1)))


def _whole(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f'"{text}" is no number of pictures: give 0 for all, or how many')
    return int(text)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from 1')
    return int(text)


def _batch(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f'"{text}" is no batch: give 2 or more, as one picture alone has no variance')
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f'"{text}" is no learning rate: give a number above 0, such as 0.05')
    return rate


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no share: give a number above 0 and at most 1')
    return share
