"""`vrcnn check`: whether the captured graph computes what the network computes, as a table or as JSON."""

from __future__ import annotations

import json as json_format
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrcnn.network.check import NodeCheck, Report, check
from vrcnn.network.source import LoadOptions, load

WIDTH = 120
VERDICTS = ("same", "close", "opaque", "differs")
_KINDS = ("operation", "nodes", *VERDICTS, "largest difference")
_NODES = ("name", "operation", "shape", "verdict", "difference", "line")


@dataclass(frozen=True)
class _Column:
    """How wide a column is, and whether it holds numbers."""

    width: int
    right: bool


def main(target: str | None, load_options: LoadOptions, nodes: bool = False, json: bool = False) -> int:
    """Checks `target` on its example input and prints what was found; `nodes` tells every node, not every operation.

    Returns 0 when all promises hold, else 1. Raises UserError when it cannot be loaded or its forward fails.
    """
    source = load(target, load_options)
    report = check(source.module, source.arguments, source.keywords)
    if json:
        print(json_format.dumps(as_data(source.name, report), indent=2))
    else:
        print(as_text(source.name, report, nodes, Path.cwd()))
    return 0 if report.holds else 1


def as_data(name: str, report: Report) -> dict[str, Any]:
    """All that was found, for JSON; a difference that is not finite is null."""
    return {
        "network": name,
        "holds": report.holds,
        "edges": report.edges,
        "promises": [{"name": each.name, "holds": each.holds, "detail": each.detail} for each in report.promises],
        "notes": list(report.notes),
        "nodes": [
            {
                "name": each.node.name,
                "operation": each.node.operation,
                "shape": list(each.node.shape),
                "line": each.node.line,
                "verdict": each.verdict,
                "difference": each.difference if math.isfinite(each.difference) else None,
                "reason": each.reason,
            }
            for each in report.nodes
        ],
    }


def as_text(name: str, report: Report, nodes: bool, folder: Path) -> str:
    """The table, the promises and the verdict, at most 120 columns wide. Lines of files in `folder` are relative."""
    table = _table(_NODES, _node_rows(report.nodes, folder)) if nodes else _table(_KINDS, _kind_rows(report.nodes))
    width = max(len(promise.name) for promise in report.promises)
    lines = [f"{name}: {len(report.nodes):,} nodes, {report.edges:,} edges", "", *table] if report.nodes else [name]
    lines.append("")
    for promise in report.promises:
        lines += _wrapped(f"{'✓' if promise.holds else '✗'} {promise.name:<{width}}  ", promise.detail)
    for note in report.notes:
        lines += _wrapped(f"– {'note':<{width}}  ", note)
    return "\n".join([*lines, "", _verdict(report)])


def _verdict(report: Report) -> str:
    broken = [promise.name for promise in report.promises if not promise.holds]
    if broken:
        return f"The capture cannot be trusted here: {len(broken)} of {len(report.promises)} promises do not hold."
    return "The captured graph computes what the network computes, and the network is left as it was."


def _kind_rows(checks: Sequence[NodeCheck]) -> list[tuple[str, ...]]:
    """A row for each operation, the most frequent first, and one for all."""
    kinds: dict[str, list[NodeCheck]] = {}
    for each in checks:
        kinds.setdefault(each.node.operation, []).append(each)
    ordered = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    return [_kind_row(operation, found) for operation, found in [*ordered, ("all", list(checks))]]


def _kind_row(operation: str, checks: Sequence[NodeCheck]) -> tuple[str, ...]:
    counts = [sum(each.verdict == verdict for each in checks) for verdict in VERDICTS]
    largest = max((each.difference for each in checks), default=0.0)
    return operation, f"{len(checks):,}", *(f"{count:,}" if count else "–" for count in counts), _number(largest)


def _node_rows(checks: Sequence[NodeCheck], folder: Path) -> list[tuple[str, ...]]:
    return [
        (
            each.node.name,
            each.node.operation,
            "×".join(map(str, each.node.shape)) or "one number",
            each.verdict,
            _number(each.difference),
            _relative(each.node.line, folder),
        )
        for each in checks
    ]


def _number(value: float) -> str:
    return f"{value:.2g}" if value else "–"


def _relative(line: str, folder: Path) -> str:
    file, colon, number = line.rpartition(":")
    path = Path(file)
    return f"{path.relative_to(folder).as_posix()}{colon}{number}" if path.is_relative_to(folder) else line


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines; the widest columns give way, from their front, until all fit."""
    columns = [*zip(heads, *rows, strict=True)]
    widths = [max(map(len, cells)) for cells in columns]
    while sum(widths) + 2 * (len(widths) - 1) > WIDTH:
        widths[widths.index(max(widths))] -= 1
    numeric = [all(cell == "–" or cell[:1].isdigit() or cell == "inf" for cell in cells[1:]) for cells in columns]
    layout = [
        _Column(width, right and head not in ("shape", "name"))
        for width, right, head in zip(widths, numeric, heads, strict=True)
    ]
    return [
        _line(heads, layout),
        _line(["─" * each.width for each in layout], layout),
        *(_line(r, layout) for r in rows),
    ]


def _line(cells: Sequence[str], layout: Sequence[_Column]) -> str:
    fitted = []
    for cell, column in zip(cells, layout, strict=True):
        short = cell if len(cell) <= column.width else "…" + cell[len(cell) - column.width + 1 :]
        fitted.append(short.rjust(column.width) if column.right else short.ljust(column.width))
    return "  ".join(fitted).rstrip()


def _wrapped(first: str, text: str) -> list[str]:
    """`text` behind `first`, its further lines indented as far."""
    lines, line = [], first
    for word in text.split():
        if len(line) + len(word) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * len(first)
        line += word + " "
    return [*lines, line.rstrip()]
