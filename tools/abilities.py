"""Writes docs/abilities.md: what a visitor can do, at the desk, in the headset, and elsewhere, from the scene's table.

.venv/bin/python tools/abilities.py
"""

from __future__ import annotations

from pathlib import Path

from vrcnn.scene.abilities import GROUPS, Ability
from vrcnn.scene.elsewhere import ALONE, elsewhere
from vrcnn.whole_file import write_whole

PAGE = Path(__file__).resolve().parent.parent / "docs" / "abilities.md"
HEAD = """# Abilities

What a visitor can do, at the desk and in the headset, and how the same is done on the command line and from Python.
The program's menus are made of the same table (`vrcnn/scene/abilities.py`, `elsewhere.py`), and
`tests/scene/test_abilities.py` and `test_parity.py` walk it: every key, every button, every part of a controller, every
option and every function that is told of here is there. `tools/abilities.py` writes this page.

The *main* hand is the right one and the *off* hand the left one, unless "left-handed" is chosen. The *menu* is that at
the off hand's wrist, with a page for each kind of thing; its buttons mean what the main hand has rested on last, which
has an outline while one points at the menu. "Panel" is the window's, under Tab, and "the desk" one of those that stand
in the entrance, for both. A controller without stick and grip does with its select what these do: held on the ground it
teleports, held on nothing it opens the menu.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [HEAD]
    for title, group in GROUPS:
        rows = "".join(
            f"| {each.words} | {_desktop(each)} | {_headset(each)} | {_code(elsewhere(each.words).command, 'vrcnn ')} "
            f"| {_code(elsewhere(each.words).python, 'vrcnn.')} |\n"
            for each in group
        )
        head = "| | at the desk | in the headset | command line | Python |\n|---|---|---|---|---|\n"
        reason = f"\nWhere the last columns are empty: {ALONE[title]}.\n" if title in ALONE else ""
        parts.append(f"\n## {title}\n\n{head}{rows}{reason}")
    return "".join(parts)


def _desktop(ability: Ability) -> str:
    return ability.desktop or f"none: {ability.only}"


def _code(way: str, before: str) -> str:
    return f"`{before}{way}`" if way else ""


def _headset(ability: Ability) -> str:
    ways = [ability.headset] if ability.headset else []
    ways += [f"menu, {ability.page}"] if ability.page else []
    ways += ["the lectern"] if ability.control == "lectern" and not ability.headset else []
    ways += ["the desk"] if ability.control in ("view", "features") and not ability.headset else []
    return "; ".join(ways) or f"none: {ability.only}"


if __name__ == "__main__":
    write_whole(PAGE, lambda file: file.write(page().encode("utf-8")))
