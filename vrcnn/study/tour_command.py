"""`vrcnn study tour`: writes the tour of a study, with its networks beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from vrcnn.study.run_files import runs_of
from vrcnn.study.tour_making import make_tour
from vrcnn.whole_file import check_place, make_folder

TOUR = "tour.json"


def tour_of(options: argparse.Namespace) -> int:
    """Writes FOLDER/tour.json and FOLDER/tour/, or the file of --output and its networks beside it.

    Returns 0. Raises UserError.
    """
    study: Path = options.folder.expanduser()
    output: Path = (options.output or study / TOUR).expanduser()
    runs = runs_of(study)
    if options.output is not None:
        make_folder(output.parent)
    check_place(output)
    beside = output.parent if options.output is not None else study / "tour"
    tour = make_tour(runs, output, beside, options.half)
    print(f"Wrote {output}: {len(tour.stops)} stops, whose claims hold.")
    print(f"Play it with `vrcnn run --tour {output}`, check it with `vrcnn tour check {output}`.")
    return 0
