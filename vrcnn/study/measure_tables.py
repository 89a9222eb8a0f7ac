"""What was measured, as text for the terminal: each number with its controls beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vrcnn.study.runs import Run
from vrcnn.susceptibility.results import HEADLINE, Measured, Susceptibility
from vrcnn.susceptibility.sieve import parsed

READ = (
    "No value is high or low in itself: compare it with the untrained twin, and with networks of the same architecture "
    "on the same pictures."
)
BY = HEADLINE[1]


def as_text(found: Susceptibility) -> str:
    """One network: its sieves, its layers, what is left without half of their channels, and the notes."""
    classes = f", {found.classes} classes" if found.classes else ""
    right = "".join(f", {100 * share:.1f} % right on {name}" for name, share in told_accuracy(found))
    lines = [f"{found.network}: {found.pictures:,} picture{'s' * (found.pictures != 1)}{classes}{right}"]
    twin = found.untrained
    if found.measures:
        head = ("sieve", "change", "95 %", "unnormalized", "flips", "untrained", "flips")
        rows = []
        for text, each in found.measures.items():
            other = None if twin is None else twin.measures.get(text)
            rows.append(
                (
                    _told(text) + " *" * (text in found.settings.get("descriptive", ())),
                    _number(each.value),
                    _interval(each),
                    _number(each.unnormalized),
                    _share(each.flips),
                    _number(None if other is None else other.value),
                    _share(None if other is None else other.flips),
                )
            )
        lines += ["", *_table(head, rows)]
        if any(text in found.measures for text in found.settings.get("descriptive", ())):
            lines.append("  * describes the network; that it tells memorizing from generalizing was not shown")
    if found.layers:
        lines += ["", *_layer_lines(found)]
    for about in dict.fromkeys(each.pictures for each in found.ablations):
        chosen = [each for each in found.ablations if each.pictures == about]
        of = f" ({about})" if about else ""
        names = (f"answers kept without half of{of}", "most changed", "least", f"random, {chosen[0].draws}")
        kept = [(each.layer, *(_share(each.kept.get(name)) for name in ("most", "least", "random"))) for each in chosen]
        lines += ["", *_table(names, kept)]
    lines += ["", *found.notes, *(() if not found.measures else (READ,))]
    return "\n".join(lines) + "\n"


def runs_as_text(measured: Sequence[tuple[Run, Susceptibility]]) -> str:
    """A line for each run: accuracies, the headline measures, each with the untrained twin's in brackets."""
    head = ("run", "taught", "test", *(_told(text) for text in HEADLINE), "participation", "without half of")
    rows = []
    for run, found in measured:
        values = [_beside(found, text) for text in HEADLINE]
        rows.append(
            (run.settings.name, _share(run.train), _share(run.test), *values, _participation(found), _without(found))
        )
    lines = _table(head, rows)
    lines += [
        "",
        "In brackets the untrained twin. Participation ratio of the second-last stage. Without a random half of the "
        "first stage's channels that many of the answers to held-out pictures stay.",
        READ,
    ]
    return "\n".join(lines) + "\n"


def told_accuracy(found: Susceptibility) -> list[tuple[str, float]]:
    """(of what, 0 to 1), as far as it is known."""
    names = {"train": "what it was taught", "clean": "the same with true labels", "test": "all that was held out"}
    names["pictures"] = "these pictures"
    return [(names[name], share) for name, share in found.accuracy.items() if name in names]


def _layer_lines(found: Susceptibility) -> list[str]:
    twins = {layer.name: layer for layer in found.untrained.layers} if found.untrained is not None else {}
    head = ("layer", "channels", "dead", _told(BY), "95 %", "unnormalized", "untrained", "participation", "untrained")
    rows = []
    for layer in found.layers:
        each, twin = layer.measures.get(BY), twins.get(layer.name)
        other = None if twin is None else twin.measures.get(BY)
        rows.append(
            (
                layer.name,
                f"{layer.channels:,}",
                f"{layer.dead:,}",
                _number(None if each is None else each.value),
                "–" if each is None else _interval(each),
                _number(None if each is None else each.unnormalized),
                _number(None if other is None else other.value),
                _number(None if layer.participation is None else layer.participation.value),
                _number(None if twin is None or twin.participation is None else twin.participation.value),
            )
        )
    return _table(head, rows)


def _beside(found: Susceptibility, text: str) -> str:
    each, twin = found.measures.get(text), None
    if found.untrained is not None:
        twin = found.untrained.measures.get(text)
    told = _number(None if each is None else each.value)
    return told if twin is None else f"{told} ({_number(twin.value)})"


def _participation(found: Susceptibility) -> str:
    name = found.settings.get("second_last")
    told = []
    for layers in (found.layers, () if found.untrained is None else found.untrained.layers):
        layer = next((each for each in layers if each.name == name), None)
        told.append(_number(None if layer is None or layer.participation is None else layer.participation.value))
    return told[0] if found.untrained is None else f"{told[0]} ({told[1]})"


def _without(found: Susceptibility) -> str:
    first = next((each for each in found.ablations if each.pictures in ("", "held out")), None)
    return "–" if first is None else _share(first.kept.get("random"))


def _told(text: str) -> str:
    sieve = parsed(text)
    told = sieve.told
    return told.removesuffix(f" {sieve.direction}") if sieve.kind == "shift" and text.count(":") < 2 else told


def _number(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _interval(each: Measured) -> str:
    known = math.isfinite(each.low) and math.isfinite(each.high)
    return f"{_number(each.low)} to {_number(each.high)}" if known else "–"


def _share(value: float | None) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    wide = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, *rows):
        cells = [row[0].ljust(wide[0]), *(cell.rjust(width) for cell, width in zip(row[1:], wide[1:], strict=True))]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines
