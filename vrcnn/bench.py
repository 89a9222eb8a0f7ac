"""`vrcnn bench`: runs the files of benchmarks/ and prints their figures, the goal beside each.

A benchmark is a Python file in benchmarks/ with a function `rows(quick=False)` that yields a Row for each figure. The
files lie at the top level of a checkout and inside the package of an installed wheel, so they are loaded by their
path, and import what they share from here: `from vrcnn.bench import Row`.
"""

from __future__ import annotations

import importlib.util
import json as json_format
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from vrcnn.errors import UserError
from vrcnn.resources import resource

TOO_LONG = ("soak",)  # a quarter of an hour and more: these run only where they are named


@dataclass(frozen=True)
class Row:
    """One figure. All goals are upper bounds: `ok` is whether `value` is within `goal`, both in `unit`.

    `name` says what was measured, on what; `note` how, where the figure needs it. Without a `goal` the figure is there
    to know; without a `value` it could not be measured, and the note says what it needs. Both are `ok`.
    """

    name: str
    value: float | None
    goal: float | None
    ok: bool
    unit: str = "×"
    note: str = ""


class Benchmark(Protocol):
    """What a file of benchmarks/ offers; `quick` asks for fewer repetitions, to see that it works."""

    def rows(self, quick: bool = False) -> Iterator[Row]: ...


def benchmarks() -> dict[str, Path]:
    """The benchmarks by their names: their files' without the ending, and without the `_` that keeps a file from being
    taken for a module, as xr_.py for xr."""
    return {path.stem.removesuffix("_"): path for path in sorted(resource("benchmarks").glob("[!_]*.py"))}


def load(path: Path) -> Benchmark:
    """The benchmark in the file `path`."""
    specification = importlib.util.spec_from_file_location(f"vrcnn_benchmark_{path.stem}", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return cast(Benchmark, module)


def chosen(names: Sequence[str]) -> dict[str, Path]:
    """The benchmarks of these names, for none all but those that take too long.

    Raises UserError for a name that there is not.
    """
    known = benchmarks()
    for name in names:
        if name not in known:
            raise UserError(f"There is no benchmark {name!r}: the benchmarks are {', '.join(known)}.")
    return {name: known[name] for name in names or known if names or name not in TOO_LONG}


def measured_apart(file: str, environment: dict[str, str], *words: str) -> Any:
    """What the script `file` prints as JSON in its last line, run with `words` in a process with `environment` set.

    For settings that Mesa and torch read only once. Raises RuntimeError with the script's own words when it breaks.
    """
    command = [sys.executable, file, *words]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"{Path(file).name} broke:\n{done.stderr.strip()}")
    return json_format.loads(done.stdout.splitlines()[-1])


def bounded(name: str, value: float, goal: float, unit: str = "×", note: str = "") -> Row:
    """A figure that has a goal."""
    return Row(name, value, goal, value <= goal, unit, note)


def information(name: str, value: float, unit: str = "×", note: str = "") -> Row:
    """A figure that has none."""
    return Row(name, value, None, True, unit, note)


def skipped(name: str, needs: str) -> Row:
    """A figure that could not be measured here; `needs` is one sentence."""
    return Row(name, None, None, True, note=needs)


def line(row: Row, width: int = 0) -> str:
    """One line of the table: ✓ or ✗, the name, the figure, its goal and the note; · where there is no goal."""
    note = f"   {row.note}" if row.note else ""
    if row.value is None:
        return f"· {row.name:<{width}}{note}"
    value = f"{row.value:.3g} {row.unit}"
    if row.goal is None:
        return f"· {row.name:<{width}}  {value:>10}{note}"
    return f"{'✓' if row.ok else '✗'} {row.name:<{width}}  {value:>10}   goal ≤ {row.goal:.3g} {row.unit}{note}"


def main(names: Sequence[str] = (), json: bool = False, quick: bool = False, check: bool = False) -> int:
    """Runs the named benchmarks (see `chosen`), and prints a table as it goes, or JSON `{"rows": [...]}` at the end.

    Returns 1 where a benchmark broke, or, with `check`, where a figure misses its goal; else 0. Raises UserError for an
    unknown name.
    """
    rows: list[Row] = []
    broken = False
    for path in chosen(names).values():
        try:
            for row in load(path).rows(quick=quick):
                rows.append(row)
                if not json:
                    print(line(row, width=64), flush=True)
        except Exception:  # one benchmark that breaks must not take the others' figures along
            traceback.print_exc()
            broken = True
    if json:
        print(json_format.dumps({"rows": [asdict(row) for row in rows]}, indent=2))
    return int(broken or (check and not all(row.ok for row in rows)))
