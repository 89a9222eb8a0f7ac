"""Draws plots with matplotlib: each panel as SVG whose colours follow the page, all panels of a plot as one PNG."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrcnn.errors import UserError
from vrcnn.resources import resource
from vrcnn.study.reporting.looks import GRID, INK, LOOKS, MUTED, UNTRAINED, variables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, HIGH = 4.5, 3.1  # inches of a panel
DPI = 160
COLUMNS = 3
FONTS = ("Inter", "DejaVu Sans", "sans-serif")


@dataclass(frozen=True)
class Panel:
    """One pair of axes: its title, what draws it, and its height in inches."""

    title: str
    draw: Callable[[Axes], object]
    high: float = HIGH


@dataclass(frozen=True)
class Plot:
    """A plot: its `key` for files, what is seen in it as a title, a caption, its panels, and the modes it shows."""

    key: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    modes: tuple[str, ...]
    twins: bool = False


def settings() -> Any:
    """matplotlib's settings for every plot. Raises UserError where it is not installed."""
    try:
        from matplotlib import font_manager
    except ImportError:
        raise UserError(
            "The report's plots need matplotlib, which is not installed here: install vrcnn with its extra `study`, "
            "as in pip install 'vrcnn[study]'."
        ) from None
    known = {Path(font.fname).name for font in font_manager.fontManager.ttflist}
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        if name not in known:
            font_manager.fontManager.addfont(resource("assets", "fonts", name))
    return {
        "font.family": list(FONTS),
        "font.size": 9.5,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlecolor": INK,
        "axes.labelsize": 9.5,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": MUTED,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.7,
        "text.color": INK,
        "text.parse_math": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "lines.linewidth": 1.0,
        "svg.fonttype": "none",
        "figure.dpi": 100,
    }


def as_svgs(plot: Plot) -> tuple[str, ...]:
    """Each panel as an <svg> for a page that has the variables of looks.variables()."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    found = []
    for number, panel in enumerate(plot.panels):
        with rc_context(settings() | {"svg.hashsalt": f"{plot.key}{number}"}):
            figure = Figure(figsize=(WIDE, panel.high), layout="constrained")
            axes = figure.add_subplot()
            panel.draw(axes)
            axes.set_title(panel.title)
            file = io.StringIO()
            figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        found.append(_for_page(file.getvalue(), f"{plot.key}{number}", panel.title))
    return tuple(found)


def as_png(plot: Plot) -> bytes:
    """All panels in one picture on white, for a paper: with a legend and without the title, which is the caption's."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    columns = min(COLUMNS, len(plot.panels))
    rows = [plot.panels[first : first + columns] for first in range(0, len(plot.panels), columns)]
    heights = [max(panel.high for panel in row) for row in rows]
    with rc_context(settings()):
        figure = Figure(figsize=(WIDE * columns, sum(heights) + 0.45), layout="constrained", facecolor="white")
        grid = figure.add_gridspec(len(rows), columns, height_ratios=heights)
        for place, panel in enumerate(plot.panels):
            axes = figure.add_subplot(grid[place // columns, place % columns])
            panel.draw(axes)
            axes.set_title(panel.title)
        _legend(figure, plot, columns)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def _legend(figure: Figure, plot: Plot, columns: int) -> None:
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=LOOKS[name].light, marker=LOOKS[name].mark, linewidth=2, label=LOOKS[name].name)
        for name in plot.modes
    ]
    if plot.twins:
        lines.append(Line2D([], [], color=UNTRAINED, linestyle=(0, (4, 3)), linewidth=1.6, label="untrained twins"))
    if lines:
        across = min(len(lines), 2 * columns + 1)
        figure.legend(handles=lines, loc="outside lower center", ncols=across, frameon=False, fontsize=9)


def _for_page(svg: str, key: str, title: str) -> str:
    """Without what only a file needs, sized by the page, in the page's colours, its ids its own."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    for name, (light, _) in variables().items():
        svg = svg.replace(light, f"var(--{name})")
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', svg)
    head = re.search(r'viewBox="([^"]+)"', svg)
    box = head[1] if head else "0 0 324 223"
    label = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    begin = f'<svg viewBox="{box}" role="img" aria-label="{label}" xmlns:xlink="http://www.w3.org/1999/xlink">'
    return re.sub(r"<svg[^>]*>", lambda _: begin, svg, count=1)


def labels_apart(places: Sequence[float], least: float) -> list[float]:
    """Places of labels near those that are wished for, at least so far from each other, in the same order: those that
    come too near share the mean (pool adjacent violators)."""
    order = sorted(range(len(places)), key=places.__getitem__)
    pools: list[tuple[float, int]] = []  # each: the sum of places, every one less its steps, and how many
    for step, each in enumerate(order):
        total, count = places[each] - step * least, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    means = [total / count for total, count in pools for _ in range(count)]
    found = [0.0] * len(places)
    for step, (each, mean) in enumerate(zip(order, means, strict=True)):
        found[each] = mean + step * least
    return found


def end_labels(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Names behind the ends of lines: (x, y, name, colour), apart from each other; the axes make room."""
    ends = [end for end in ends if math.isfinite(end[1])]
    if not ends:
        return
    low, high = axes.get_ylim()
    box = axes.get_position().height * axes.figure.get_figheight()  # type: ignore[union-attr]
    least = (high - low) * 0.155 / max(box, 0.5)
    for (x, y, name, colour), place in zip(ends, labels_apart([end[1] for end in ends], least), strict=True):
        axes.annotate(
            name,
            (x, y),
            xytext=(1.03, (place - low) / (high - low)),
            textcoords="axes fraction",
            color=colour,
            fontsize=8.5,
            va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2},
        )
