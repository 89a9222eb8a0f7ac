"""What became of each configuration: kept line by line in a file, so that a run can go on, and told as Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WANTED = 0.995  # of what ran
LEAST = 1000  # that run at all


@dataclass(frozen=True)
class Record:
    """How one configuration ended.

    Attributes:
        library, name: which it is.
        verdict: "passed", "failed" or "skipped".
        reason: why it failed or was skipped; "" otherwise.
        inputs: shapes of its input tensors.
        nodes, edges: of its full graph.
        opaque: how many of the nodes could not be replayed.
        parameters: how many numbers it holds.
        seconds: how long building and checking took.
    """

    library: str
    name: str
    verdict: str
    reason: str = ""
    inputs: tuple[tuple[int, ...], ...] = ()
    nodes: int = 0
    edges: int = 0
    opaque: int = 0
    parameters: int = 0
    seconds: float = 0.0


def read(path: Path) -> dict[tuple[str, str], Record]:
    """The last record of each configuration by (library, name). A last line that was cut off does not count."""
    records: dict[tuple[str, str], Record] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            record = Record(**json.loads(line))
        except (ValueError, TypeError):
            continue
        records[record.library, record.name] = record
    return records


def append(path: Path, record: Record) -> None:
    """Adds one line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(record)) + "\n")


def share(records: Sequence[Record]) -> float:
    """How many of those that ran passed, from 0 to 1; 1 when none ran."""
    ran = [record for record in records if record.verdict != "skipped"]
    return sum(record.verdict == "passed" for record in ran) / len(ran) if ran else 1.0


def as_markdown(records: Sequence[Record]) -> str:
    """The report: a summary, then each that failed or was skipped with its reason, then each that passed."""
    lines = ["# The zoo", "", summary(records), "", "| library | passed | failed | skipped | nodes | edges |"]
    lines.append("|---|---|---|---|---|---|")
    for library in [*dict.fromkeys(record.library for record in records), "all"]:
        own = [record for record in records if library in (record.library, "all")]
        counts = [sum(record.verdict == verdict for record in own) for verdict in ("passed", "failed", "skipped")]
        cells = [*counts, sum(record.nodes for record in own), sum(record.edges for record in own)]
        lines.append(f"| {library} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
    for verdict in ("failed", "skipped"):
        found = [record for record in records if record.verdict == verdict]
        if found:
            lines += ["", f"## {verdict.capitalize()}: {len(found):,}", "", "| network | reason |", "|---|---|"]
            lines += [f"| {record.library}:{record.name} | {_cell(record.reason)} |" for record in found]
    passed = [record for record in records if record.verdict == "passed"]
    lines += ["", f"## Passed: {len(passed):,}", "", "| network | input | nodes | edges | opaque | parameters | s |"]
    lines.append("|---|---|---|---|---|---|---|")
    for record in passed:
        inputs = ", ".join("×".join(map(str, shape)) for shape in record.inputs)
        lines.append(
            f"| {record.library}:{record.name} | {inputs} | {record.nodes:,} | {record.edges:,} | {record.opaque:,} "
            f"| {record.parameters:,} | {record.seconds:.1f} |"
        )
    return "\n".join(lines) + "\n"


def summary(records: Sequence[Record]) -> str:
    """One sentence with the figures."""
    ran = sum(record.verdict != "skipped" for record in records)
    passed = sum(record.verdict == "passed" for record in records)
    return (
        f"{passed:,} of {ran:,} configurations that ran pass ({share(records):.2%}; wanted: {WANTED:.1%}); "
        f"{len(records) - ran:,} were skipped."
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
