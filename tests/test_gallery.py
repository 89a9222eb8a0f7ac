"""The gallery: five standard views of four networks against the golden pictures of this renderer, and its page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import gallery
import numpy as np
import pytest
from golden import assert_like_golden
from PIL import Image

from vrcnn.render.context import standalone_context
from vrcnn.scene.standard_views import VIEWS

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = 480, 300
INPUT = {"resnet50": (3, 128, 128), "densenet201": (3, 128, 128), "unet": (3, 128, 128)}  # the demo's is its own
NETWORKS = {shown.key: shown for shown in gallery.NETWORKS}


@cache
def views(key: str) -> dict[str, np.ndarray]:
    """All of one network, which is traced and run once."""
    return gallery.views_of(NETWORKS[key], SIZE, INPUT.get(key))


@pytest.mark.gl
@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("key", NETWORKS)
def test_a_view_of_the_gallery_looks_like_its_golden_picture(key: str, view: str) -> None:
    seen = views(key)[view]
    context = standalone_context()
    try:
        assert_like_golden(seen, f"gallery-{key}-{view}", context)
    finally:
        context.release()


def test_the_page_is_what_the_gallery_s_command_writes() -> None:
    assert (DOCS / "gallery.md").read_text(encoding="utf-8") == gallery.page()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("key", NETWORKS)
def test_every_picture_of_the_page_is_there_and_small_enough(key: str, view: str) -> None:
    path = DOCS / "gallery" / f"{key}-{view}.jpg"
    assert path.stat().st_size <= gallery.LARGEST
    with Image.open(path) as image:
        assert image.size == gallery.SIZE


def test_a_picture_is_compressed_until_it_is_small_enough() -> None:
    mosaic = np.random.default_rng(0).integers(0, 256, (250, 400, 3), np.uint8).repeat(4, axis=0).repeat(4, axis=1)
    small, whole = mosaic[:360, :640], mosaic
    assert len(gallery.compressed(small)) <= gallery.LARGEST
    with pytest.raises(ValueError, match="even at quality"):
        gallery.compressed(whole)
