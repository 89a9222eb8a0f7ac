"""Writes the figures of docs/study.md from a study's report: tables between the page's marks, and plots beside it.

.venv/bin/python tools/study_page.py [study/report]
"""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from vrcnn.study.modes import MODES
from vrcnn.study.reporting.findings import told_measure
from vrcnn.whole_file import write_whole

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "study.md"
BEGIN, END = "<!-- tools/study_page.py begins -->", "<!-- tools/study_page.py ends -->"
PLOTS = ("frequency", "networks", "gap", "layers", "ablation")
SHOWN = ("shift:1", "low-pass:0.06", "low-pass:0.18", "low-pass:0.35", "windows:2", "windows:4", "participation")
WIDEST = 1800  # pixels of a plot


def figures(report: dict[str, Any]) -> str:
    """All that is between the marks, as Markdown."""
    networks = [each for group in report["groups"] for each in group["networks"]]
    measured = sum("measures" in each for each in networks)
    parts = [f"{len(networks)} networks were trained and {measured} measured; the seeds are {_seeds(networks)}."]
    parts += [f"Missing: {sentence}" for sentence in report["missing"]]
    for group in report["groups"]:
        parts += [f"### {group['title']}", _accuracies(group)]
        if group["measures"]:
            parts += [_measures(group), _contrasts(group)]
    for plot in report["plots"]:
        if plot["key"] in PLOTS:
            parts += [f"**{plot['title']}**", f"![{plot['title']}](study-{plot['key']}.png)", plot["caption"]]
    parts += ["### Beside the prototype", _prototype(report["prototype"])]
    return "\n\n".join(parts)


def _accuracies(group: dict[str, Any]) -> str:
    rows = []
    for mode, own in _by_mode(group).items():
        shares = [_shares([each[part] for each in own if each[part] is not None]) for part in ("train", "test")]
        rows.append([MODES[mode].told, str(len(own)), *shares])
    return _table(["mode", "networks", "training, as taught", "held out"], rows)


def _measures(group: dict[str, Any]) -> str:
    names = [name for name in SHOWN if name in group["measures"]]
    rows = [
        [MODES[mode].told, *(_spread(group["measures"][name]["modes"].get(mode)) for name in names)]
        for mode in _by_mode(group)
    ]
    rows.append(["untrained twins", *(_spread(group["measures"][name]["untrained"]) for name in names)])
    return _table(["mean (range)", *map(told_measure, names)], rows)


def _contrasts(group: dict[str, Any]) -> str:
    rows = []
    for name, found in group["measures"].items():
        contrast, chance = found["contrast"], found["contrast"]["chance"]
        p = "–" if chance is None else f"{chance['p']:.4f} ({chance['least']:.4f})"
        numbers = f"{contrast['memorizing']} v. {contrast['generalizing']}"
        matched = found["matched"]
        well = f"{_number(matched['auc']['value'])} ({matched['memorizing']} v. {matched['generalizing']})"
        twins = _number(found["untrained_contrast"]["auc"]["value"])
        row = [told_measure(name), _interval(contrast["auc"]), numbers, p, well, _interval(found["with_gap"]), twins]
        rows.append(row)
    head = ["measure", "AUC [95 %]", "networks", "p (least possible)", "AUC, well trained", "Spearman with gap [95 %]"]
    return _table([*head, "AUC of the twins"], rows)


def _prototype(claims: list[dict[str, Any]]) -> str:
    told = {True: "holds", False: "**does not hold**", None: "not known"}
    rows = [[each["group"], each["claim"], each["prototype"], each["here"], told[each["holds"]]] for each in claims]
    return _table(["networks", "claim", "prototype", "here", "the direction"], rows)


def _by_mode(group: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in group["networks"]:
        found.setdefault(each["settings"]["mode"], []).append(each)
    return found


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _number(value: float | None) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{value:.2f}"


def _interval(found: dict[str, float | None]) -> str:
    told = _number(found["value"])
    return told if found["low"] is None else f"{told} [{_number(found['low'])}, {_number(found['high'])}]"


def _spread(found: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    told = _number(found["mean"])
    return told if found["networks"] == 1 else f"{told} ({_number(found['low'])}–{_number(found['high'])})"


def _shares(values: list[float]) -> str:
    if not values:
        return "–"
    mean = f"{100 * sum(values) / len(values):.1f} %"
    return mean if len(values) == 1 else f"{mean} ({100 * min(values):.1f}–{100 * max(values):.1f})"


def _seeds(networks: list[dict[str, Any]]) -> str:
    return ", ".join(map(str, sorted({each["settings"]["seed"] for each in networks})))


def _copy(plot: Path, to: Path) -> None:
    """As a PNG of few colours, so that a page loads quickly."""
    with Image.open(plot) as picture:
        small = picture.convert("RGB")
        small.thumbnail((WIDEST, 10_000), Image.Resampling.LANCZOS)
        content = io.BytesIO()
        small.quantize(128, dither=Image.Dither.NONE).save(content, "png", optimize=True)
    write_whole(to, lambda file: file.write(content.getvalue()))


def main(folder: Path) -> int:
    """Writes the page."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    text = f"{before}{BEGIN}\n\n{figures(report)}\n\n{END}{after}"
    for key in PLOTS:
        if (folder / f"{key}.png").is_file():
            _copy(folder / f"{key}.png", DOCS / f"study-{key}.png")
    write_whole(PAGE, lambda file: file.write(text.encode()))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "study/report")))
