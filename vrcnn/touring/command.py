"""`vrcnn tour check`: measures a tour's networks anew and says of each stop's claim whether it holds."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.export.tour_file import is_session, read_tour, save_tour
from vrcnn.network.source import LoadOptions
from vrcnn.printing import say
from vrcnn.progress import Progress
from vrcnn.scene.tour import TourPictures
from vrcnn.tour_networks import load_tour
from vrcnn.touring.check import Checked, as_json, as_text, check, claims_of, measures_of
from vrcnn.touring.measuring import measured

FAILED = 1  # exit code


def main(options: argparse.Namespace) -> int:
    """Prints what the claims come to; returns 0 where all of them hold, else 1. Raises UserError for a bad tour."""
    file: Path = options.file.expanduser()
    checked = checked_tour(file, LoadOptions(device=options.device), options.pictures)
    say(json.dumps(as_json(checked), indent=1, ensure_ascii=False) + "\n" if options.json else as_text(checked))
    if options.keep:
        _keep(file, checked, options.pictures)
    return 0 if checked.holds else FAILED


def checked_tour(file: Path, options: LoadOptions, pictures: int | None = None) -> Checked:
    """What the claims of a tour's file come to, on as many pictures as it says or as are asked for.

    Raises UserError.
    """
    tour = read_tour(file)
    if pictures is not None:
        tour = replace(tour, pictures=TourPictures(pictures, tour.pictures.seed))
    stated = claims_of(tour, str(file))
    progress = Progress()
    try:
        sources = load_tour(tour, options, str(file))
        found = measured(tour, sources, measures_of(stated), options, progress.show)
    finally:
        progress.clear()
    return check(tour, stated, found.pictures, found.values, found.reasons)


def _keep(file: Path, checked: Checked, pictures: int | None) -> None:
    """Writes the values, and on how many pictures they were measured where that is not what the tour says."""
    if is_session(file):
        raise UserError(f"{file} is a session: --keep writes into a tour's own file.")
    tour = read_tour(file)
    count = TourPictures(tour.pictures.count if pictures is None else pictures, tour.pictures.seed)
    save_tour(file, replace(tour, pictures=count, measured=checked.values))
    print(f"Wrote the values into {file}.", file=sys.stderr)
