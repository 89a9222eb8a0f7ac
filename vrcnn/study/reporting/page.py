"""A report as one HTML file that needs nothing beside it: plots as SVG in the page's colours, tables, its method."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from vrcnn.resources import resource
from vrcnn.study.reporting.drawing import Plot, as_svgs
from vrcnn.study.reporting.findings import Report
from vrcnn.study.reporting.looks import LOOKS, variables
from vrcnn.study.reporting.page_tables import (
    ablation_table,
    accuracy_table,
    comparison_table,
    layer_tables,
    measure_table,
    network_table,
    prototype_table,
    provenance,
)
from vrcnn.study.reporting.plots import untrained_sentences
from vrcnn.study.reporting.prototype import Compared

TWINS = ("low-pass:0.18",)  # measures of which it is told where the untrained twins stand
MARKS = {
    "o": '<circle cx="17" cy="8" r="4.5"/>',
    "^": '<path d="M17 2.5 22.5 12.5H11.5Z"/>',
    "v": '<path d="M17 13 11.5 3H22.5Z"/>',
    "s": '<path d="M13 4h8v8h-8Z"/>',
    "D": '<path d="M17 2.5 22 8 17 13.5 12 8Z"/>',
    "x": '<path d="M13 4l8 8M21 4l-8 8" stroke-width="2"/>',
}


def page(
    report: Report, plots: Sequence[Plot], prototype: Sequence[Compared], date: str, weights: dict[str, str]
) -> str:
    """The whole file."""
    networks = [each for group in report.groups for each in group.trained]
    trained = sum(each.run.done for each in networks)
    measured = sum(len(group.measured) for group in report.groups)
    seeds = sorted({each.run.settings.seed for each in networks})
    parts = [
        "<header><h1>How these networks memorize, and what sets them apart</h1>",
        f'<p class="muted">{_counted(trained, "network")} trained, {measured} measured; '
        f"{_counted(len(report.groups), 'pair')} of data and architecture; seeds {', '.join(map(str, seeds))}. "
        f"Made by vrcnn study report, {escape(date)}.</p></header>",
        _missing(report.missing),
        _findings(report, plots, prototype),
    ]
    parts += [_figure(plot) for plot in plots]
    for group in report.groups:
        parts.append(f"<h2>{escape(group.title)}: accuracies and measures</h2>")
        parts += [accuracy_table(group), measure_table(group), comparison_table(group)]
    if prototype:
        parts += ["<h2>Beside what a prototype had found</h2>", prototype_table(prototype)]
    method = _words("method.html").replace("DRAWS", f"{report.draws:,}").replace("SEED", str(report.seed))
    parts += ["<h2>What does not follow</h2>", _words("limits.html"), "<h2>How it was measured</h2>", method]
    parts.append("<h2>In detail</h2>")
    for group in report.groups:
        parts += [network_table(group), layer_tables(group), ablation_table(group)]
    parts += ["<h2>Settings, seeds, versions, hashes</h2>", provenance(report, weights)]
    return _document("\n".join(part for part in parts if part))


def _document(body: str) -> str:
    light = "".join(f"  --{name}: {colours[0]};" for name, colours in variables().items())
    dark = "".join(f"  --{name}: {colours[1]};" for name, colours in variables().items())
    style = _words("page.css").replace("LIGHT", light).replace("DARK", dark)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>How these networks memorize</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _words(name: str) -> str:
    return resource("assets", "report", name).read_text(encoding="utf-8")


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in missing)
    return f'<section class="missing"><strong>What is missing</strong><ul>{items}</ul></section>'


def _findings(report: Report, plots: Sequence[Plot], prototype: Sequence[Compared]) -> str:
    """What one should take away, of plots whose titles are a sentence each; the others stand over their plots."""
    told = [plot.title for plot in plots if plot.key in ("frequency", "gap")]
    told += [sentence for measure in TWINS for sentence in untrained_sentences(report.groups, measure)]
    known = [each for each in prototype if each.holds is not None]
    if known:
        holding = sum(each.holds is True for each in known)
        told.append(f"Of {len(known)} comparisons with a prototype, the direction holds in {holding}.")
    if not told:
        return ""
    return f'<section class="findings"><ul>{"".join(f"<li>{escape(each)}</li>" for each in told)}</ul></section>'


def _figure(plot: Plot) -> str:
    panels = "".join(f"<div>{svg}</div>" for svg in as_svgs(plot))
    one = " one" if len(plot.panels) == 1 else ""
    return (
        f'<figure id="{plot.key}"><h2>{escape(plot.title)}</h2>{_legend(plot)}<div class="panels{one}">{panels}</div>'
        f"<figcaption>{escape(plot.caption)}</figcaption></figure>"
    )


def _legend(plot: Plot) -> str:
    items = [
        f'<li><svg viewBox="0 0 34 16" aria-hidden="true" fill="var(--mode-{name})" stroke="var(--mode-{name})">'
        f'<path d="M0 8H34" stroke-width="2.4"/>{MARKS[LOOKS[name].mark]}</svg>{escape(LOOKS[name].name)}</li>'
        for name in plot.modes
    ]
    if plot.twins:
        items.append(
            '<li><svg viewBox="0 0 34 16" aria-hidden="true" stroke="var(--untrained-twin)"><path d="M0 8H34" '
            'stroke-width="2.2" stroke-dasharray="6 4"/></svg>untrained twins</li>'
        )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
