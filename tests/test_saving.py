"""Pictures are saved by a thread, one after the other, and whoever took them hears how that went."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from vrcnn.errors import UserError
from vrcnn.export.picture import save_picture
from vrcnn.saving import Saving

PIXELS = np.zeros((4, 6, 3), np.uint8)


def test_pictures_that_are_taken_at_once_have_names_of_their_own(tmp_path: Path) -> None:
    saving = Saving()

    def slowly(pixels: np.ndarray, path: Path) -> Path:
        time.sleep(0.02)
        return save_picture(pixels, path)

    began = time.perf_counter()
    for _ in range(3):
        saving.begin(PIXELS, tmp_path / "seen.png", slowly)
    assert time.perf_counter() - began < 0.02, "nobody waits"
    assert saving.close() == [tmp_path / f"seen-00{number}.png" for number in (1, 2, 3)]
    assert saving.finished() == []


def test_what_could_not_be_saved_is_told_once_and_the_next_is_saved(tmp_path: Path) -> None:
    saving = Saving()
    saving.begin(PIXELS, tmp_path / "nowhere" / "seen.png", save_picture)
    saving.begin(PIXELS, tmp_path / "seen.png", save_picture)
    refusal, path = saving.close()
    assert isinstance(refusal, UserError)
    assert "there is no such folder" in str(refusal)
    assert path == tmp_path / "seen-001.png"


@pytest.mark.parametrize("error", [MemoryError("no room"), ValueError("odd")])
def test_whatever_goes_wrong_the_walk_goes_on(tmp_path: Path, error: Exception) -> None:
    def fails(*_: object) -> Path:
        raise error

    saving = Saving()
    saving.begin(PIXELS, tmp_path / "seen.png", fails)
    (refusal,) = saving.close()
    assert str(refusal) == f"The picture could not be saved: {type(error).__name__}: {error}."
