"""The page about the headset says what is there: links, pictures, controllers, settings, keys, and every message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import controllers
import numpy as np
import pytest
from PIL import Image

from vrcnn.render.context import standalone_context
from vrcnn.render.renderer import Renderer
from vrcnn.scene.controllers import KINDS
from vrcnn.scene.theme import THEMES
from vrcnn.ui import settings_panel
from vrcnn.xr import errors

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "vr.md").read_text(encoding="utf-8")
HALF = controllers.SIZE[0] // 2, controllers.SIZE[1] // 2
MESSAGES = {name: words for name, words in vars(errors).items() if name.isupper() and isinstance(words, str)}


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", PAGE)
    anchors = {
        re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", PAGE, re.M)
    }
    assert links
    for link in links:
        assert link[1:] in anchors if link.startswith("#") else (DOCS / link.split("#")[0]).exists(), link


@pytest.mark.parametrize("name", MESSAGES)
def test_every_reason_for_no_headset_is_told_with_what_to_do(name):
    pattern = re.sub(r"\\\{\w+\\\}", ".+?", re.escape(MESSAGES[name]))
    assert re.search(rf"^\| {pattern} \| .+ \|$", PAGE, re.M), "the table of messages has no such row"


def test_the_table_of_the_page_is_that_of_the_controllers():
    assert controllers.table() in PAGE
    for kind in KINDS.values():
        assert f"({controllers.picture_name(kind.key)})" in PAGE


@pytest.mark.parametrize("kind", controllers.SHOWN)
def test_every_kind_has_a_picture_that_is_small_enough(kind):
    path = DOCS / controllers.picture_name(kind)
    assert path.stat().st_size < 150_000
    with Image.open(path) as image:
        assert image.size == controllers.SIZE


def test_the_picture_of_the_entrance_is_as_large_as_the_command_draws_it():
    with Image.open(DOCS / "controllers.jpg") as image:
        assert image.size == controllers.WORLD_SIZE


def test_the_settings_that_the_page_speaks_of_are_on_the_panel():
    source = Path(settings_panel.__file__).read_text(encoding="utf-8")
    named = {
        *("Button labels", "Always", "Never", "Main hand", "Left", "Walk", "Both", "Seated", "Height", "Darker edges"),
        *("Strong", "Back to the ground", "Leave the headset", "Frames a second"),
    }
    for words in named:
        assert f"*{words}*" in PAGE, words
        assert f'"{words}"' in source, words


@pytest.fixture(scope="module")
def drawn() -> Iterator[dict[str, np.ndarray]]:
    """What the page's command draws now, at half the size, by kind."""
    context = standalone_context()
    with context:
        renderer = Renderer(context, THEMES[controllers.THEME])
        yield {kind: controllers.picture_of(renderer, kind, HALF) for kind in controllers.SHOWN}
        renderer.release()
    context.release()


@pytest.mark.gl
@pytest.mark.parametrize("kind", controllers.SHOWN)
def test_the_page_s_picture_of_a_kind_is_what_is_drawn_now(drawn: dict[str, np.ndarray], kind: str) -> None:
    width, height = controllers.SIZE[0] // 8, controllers.SIZE[1] // 8
    with Image.open(DOCS / controllers.picture_name(kind)) as image:
        shown = np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BOX)).astype(int)
    now = np.asarray(Image.fromarray(drawn[kind]).resize((width, height), Image.Resampling.BOX)).astype(int)
    assert np.ptp(now) > 100
    assert (np.abs(shown - now).max(2) > 16).mean() < 0.002, "run make gallery, and look at it"
