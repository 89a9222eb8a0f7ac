"""Compares pictures with those in tests/golden/, which are kept per renderer because no two draw quite the same.

`VRCNN_GOLDEN=write` in the environment writes the pictures of the renderer at hand instead: look at them, then commit
them. CONTRIBUTING.md has the command that does so for every renderer that the tests meet.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).parent / "golden"
# Two views of the demo, drawn and computed with SSE in place of AVX2, differed by 1 of 255 in 0.002 % of the pixels;
# Mesa 22.3 and 25.0 drew the same. A camera 1 cm aside changes 16 % by more than STEP, another word on a board 0.18 %.
STEP = 12  # of 255, in any channel: less is rounding
SHARE = 0.001  # of the pixels may differ by more, where edges fall on other samples


def renderer_name(context: moderngl.Context) -> str:
    """Such as "llvmpipe-mesa-22.3": the renderer's first word, and the driver's name and version where it has one."""
    renderer = context.info["GL_RENDERER"].split("(")[0].split("/")[0].strip()
    driver = re.search(r"(Mesa|NVIDIA) (\d+\.\d+)", context.info["GL_VERSION"])
    words = f"{renderer} {driver.group(1)} {driver.group(2)}" if driver else renderer
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-")


def assert_like_golden(picture: np.ndarray, name: str, context: moderngl.Context) -> None:
    """`picture` is (H, W, 3) uint8. Fails where it differs from tests/golden/<renderer>/<name>.png, or has none there.

    On a renderer that has no pictures at all the test is skipped.
    """
    folder = FOLDER / renderer_name(context)
    path = folder / f"{name}.png"
    if os.environ.get("VRCNN_GOLDEN") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path, optimize=True)
        return
    if not folder.is_dir():
        pytest.skip(f"no golden pictures of {folder.name}: make them with VRCNN_GOLDEN=write")
    if not path.exists():
        pytest.fail(f"{path} is missing: make it with VRCNN_GOLDEN=write, look at it, and commit it")
    with Image.open(path) as image:
        golden = np.asarray(image.convert("RGB"))
    assert picture.shape == golden.shape, f"{name} is {picture.shape}, golden is {golden.shape}"
    differs = np.abs(picture.astype(int) - golden).max(axis=2) > STEP
    if differs.mean() > SHARE:
        seen = Path(tempfile.gettempdir()) / f"vrcnn-{folder.name}-{name}.png"
        Image.fromarray(picture).save(seen)
        pytest.fail(f"{name}: {differs.mean():.1%} of the pixels differ from golden; compare {path} with {seen}")
