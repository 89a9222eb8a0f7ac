"""What an evaluation has come to, as text for the terminal, as JSON, and as a table of all pictures (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vrcnn.engine.metrics import ClassRow, Confusion, Summary, class_rows, confusions, summary
from vrcnn.engine.results import Results
from vrcnn.whole_file import write_whole

if TYPE_CHECKING:
    from vrcnn.network.pictures import PictureFile

CLASSES, PAIRS, BROKEN = 30, 10, 5  # lines of each in the terminal
NAME = 28  # letters of a class's name
COLUMNS = ("picture", "true", "predicted", "right", "confidence", "true_index", "predicted_index", "error")
FORMAT, VERSION = "vrcnn evaluation", 1


def as_text(network: str, results: Results, pictures: Sequence[PictureFile]) -> str:
    """The figures, the classes with the least recall first, the worst confusions, and what could not be judged."""
    total = summary(results)
    lines = [f"{network}: {total.judged:,} of {results.total:,} pictures judged. {results.how}", ""]
    lines += [f"  {name:<20} {figure}" for name, figure in figures(total)]
    shown = [row for row in class_rows(results) if row.pictures]
    rows = sorted(shown, key=lambda row: (row.recall or 0.0, -row.pictures))
    lines += ["", f"  {'class':<{NAME}} {'pictures':>8} {'recall':>8} {'precision':>9}"]
    lines += [_class_line(row) for row in rows[:CLASSES]]
    if len(rows) > CLASSES:
        lines.append(f"  and {len(rows) - CLASSES:,} more classes with a recall as good or better: see --json")
    worst = confusions(results)
    if worst:
        lines += ["", "  most confused"]
        lines += [f"  {confused(pair, results.names)}" for pair in worst[:PAIRS]]
    if results.broken:
        lines += ["", f"  {len(results.broken):,} could not be judged"]
        lines += [f"  {pictures[place].name} {reason}" for place, reason in results.broken[:BROKEN]]
        lines += ["  ..."] if len(results.broken) > BROKEN else []
    return "\n".join(lines) + "\n"


def figures(total: Summary) -> list[tuple[str, str]]:
    """(name, figure) of what everything comes to, for a table."""
    return [
        ("accuracy", share(total.accuracy)),
        ("among the first 5", share(total.top5)),
        ("mean confidence", share(total.confidence)),
        ("calibration error", share(total.calibration)),
    ]


def confused(pair: Confusion, names: Sequence[str]) -> str:
    """ "cat taken for dog: 12 of 40"."""
    return f"{names[pair.true]} taken for {names[pair.predicted]}: {pair.count:,} of {pair.pictures:,}"


def share(value: float | None) -> str:
    """ "91.2 %", or a dash."""
    return "–" if value is None else f"{100 * value:.1f} %"


def save_results(path: Path, network: str, results: Results, pictures: Sequence[PictureFile]) -> Path:
    """Writes all pictures into a .csv or a .json file. Raises UserError where it cannot be written."""
    table = path.suffix.lower() == ".csv"
    text = as_csv(results, pictures) if table else as_json(network, results, pictures)
    return write_whole(path, lambda file: file.write(text.encode(errors="replace")))


def as_json(network: str, results: Results, pictures: Sequence[PictureFile] | None = None) -> str:
    """Everything of above in full; with a row for each of the `pictures` where they are given."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "network": network,
        "how": results.how,
        "complete": results.complete,
        "pictures": results.total,
        **asdict(summary(results)),
        "classes": [{**asdict(row), "precision": row.precision, "recall": row.recall} for row in class_rows(results)],
        "confusions": [
            {**asdict(pair), "true": results.names[pair.true], "predicted": results.names[pair.predicted]}
            for pair in confusions(results)
        ],
        "failed": len(results.broken),
    }
    if pictures is not None:
        told["results"] = [dict(zip(COLUMNS, row, strict=True)) for row in _rows(results, pictures)]
    return json.dumps(told, indent=1) + "\n"


def as_csv(results: Results, pictures: Sequence[PictureFile]) -> str:
    """A row for each picture of the set, in its order; what is not known is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if value is None else value for value in row] for row in _rows(results, pictures))
    return text.getvalue()


def _rows(results: Results, pictures: Sequence[PictureFile]) -> list[list[str | int | float | bool | None]]:
    reasons = dict(results.broken)
    rows: list[list[str | int | float | bool | None]] = []
    indices = np.stack([results.true, results.predicted], 1).tolist()
    for place, ((true, predicted), confidence) in enumerate(zip(indices, results.confidence.tolist(), strict=True)):
        picture = pictures[place]
        known, judged = true >= 0, predicted >= 0
        rows.append(
            [
                str(picture.path or picture.name),
                results.names[true] if known else None,
                results.names[predicted] if judged else None,
                true == predicted if known and judged else None,
                confidence if judged else None,
                true if known else None,
                predicted if judged else None,
                reasons.get(place),
            ]
        )
    return rows


def _class_line(row: ClassRow) -> str:
    name = row.name if len(row.name) <= NAME else f"{row.name[: NAME - 1]}…"
    return f"  {name:<{NAME}} {row.pictures:>8,} {share(row.recall):>8} {share(row.precision):>9}"
