"""A graph as a table for the terminal: a line for each node, indented below its modules, at most 120 columns wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vrcnn.export.graph_words import Described, below, homes, repeats, shortened, told_operations, told_shape
from vrcnn.network.graph import Group, Node

WIDTH = 120
GAP = "  "
HEADS = ("name", "operations", "shape", "parameters", "line")
SMALLEST = (34, 26, 16, 11, 23)  # what a column keeps when all are long; with the gaps no wider than WIDTH
GIVEN_FIRST = (2, 3, 0, 4, 1)  # the columns in the order in which they get what others leave
RIGHT = 3  # the column of numbers


@dataclass(frozen=True)
class _Row:
    """A line of the table; a module's has only a name."""

    cells: tuple[str, ...]
    heading: bool = False


def as_table(described: Described, folder: Path) -> str:
    """The table as text. Lines of files inside `folder` are told relative to it."""
    rows = _rows(described, folder)
    widths = _widths([row.cells for row in rows if not row.heading])
    shapes = ", ".join(f"{node.name} {told_shape(node.shape)}" for node in described.inputs) or "no input tensor"
    shown, operations = len(described.graph.nodes), len(described.full.nodes)
    lines = [
        shortened(described.name, WIDTH),
        shortened(f"reads {shapes}", WIDTH),
        "",
        _line(HEADS, widths),
        _line(["─" * width for width in widths], widths),
        *(shortened(row.cells[0], WIDTH) if row.heading else _line(row.cells, widths) for row in rows),
        "",
        f"{shown:,} nodes at detail {described.scope.detail}, of {operations:,} operations; "
        f"{described.parameters:,} parameters",
    ]
    return "".join(_printable(line).rstrip() + "\n" for line in lines)


def _rows(described: Described, folder: Path) -> list[_Row]:
    graph = described.graph
    told = repeats(graph)
    rows: list[_Row] = []
    around: tuple[Group, ...] = ()
    for node, groups in zip(graph.nodes, homes(graph), strict=True):
        for depth, group in enumerate(groups):
            if groups[: depth + 1] != around[: depth + 1]:
                outer = groups[depth - 1] if depth else None
                words = (group.title or below(group.path, outer), group.kind, told.get(group.path, ""))
                rows.append(_Row((GAP * depth + " ".join(word for word in words if word),), heading=True))
        around = groups
        rows.append(_Row(_cells(node, groups, told, folder)))
    return rows


def _cells(node: Node, groups: tuple[Group, ...], told: dict[str, str], folder: Path) -> tuple[str, ...]:
    name = node.marks.title or below(node.name, groups[-1] if groups else None)
    return (
        GAP * len(groups) + f"{name} {told.get(node.name, '')}".rstrip(),
        told_operations(node),
        told_shape(node.shape),
        f"{node.parameters:,}" if node.parameters else "",
        _relative(node.line, folder),
    )


def _relative(line: str, folder: Path) -> str:
    file, colon, number = line.rpartition(":")
    path = Path(file)
    return f"{path.relative_to(folder).as_posix()}{colon}{number}" if path.is_relative_to(folder) else line


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """As wide as the longest cell of each column, as far as all fit."""
    longest = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    widths = [min(wanted, least) for wanted, least in zip(longest, SMALLEST, strict=True)]
    left = WIDTH - len(GAP) * (len(HEADS) - 1) - sum(widths)
    for column in GIVEN_FIRST:
        more = min(left, longest[column] - widths[column])
        widths[column] += more
        left -= more
    return widths


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [shortened(cell, width) for cell, width in zip(cells, widths, strict=True)]
    aligned = [
        cell.rjust(width) if column == RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(fitted, widths, strict=True))
    ]
    return GAP.join(aligned)
