"""Visualizations on disk: exactly what was kept, never another one's, and whole whatever happens in mid-write."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.featurevis import cache as cache_module
from vrcnn.featurevis.cache import FeatureCache, digest
from vrcnn.featurevis.feature_file import DamagedFeature, FeatureFile, decoded, encoded
from vrcnn.featurevis.results import Baseline, Place, Visualization
from vrcnn.featurevis.settings import Objective, Settings, Transforms
from vrcnn.network.fingerprint import NetworkKey

KEY = NetworkKey("a" * 64, "b" * 64)
PLACE = Place("layer1.0.conv2", 17)
ASKED = Settings(
    preset="lucent",
    objective=Objective("direction", weights=((3, 0.5), (7, -1.0))),
    transforms=Transforms(jitter=4, scale=(0.9, 1.1)),
    size=(20, 30),
    coarse=((0.5, 0.25),),
)


def values_of(channels: int = 3, seed: int = 0) -> np.ndarray:
    """(C, 20, 30) float16 with a deviation of 1, as pictures have it in the network's units."""
    return np.random.default_rng(seed).normal(size=(channels, 20, 30)).astype(np.float16)


def pixels_of(values: np.ndarray) -> np.ndarray:
    shown = np.clip(values[[0, 1, 2] if len(values) >= 3 else [0, 0, 0]].astype(np.float32) * 0.225 + 0.45, 0, 1)
    return np.moveaxis((shown * 255).astype(np.uint8), 0, -1)


def visualization(channel: int = 5, values: np.ndarray | None = None, **changes: object) -> Visualization:
    made = Visualization(
        place=PLACE,
        channel=channel,
        settings=replace(ASKED, leaky=0.2),
        pixels=pixels_of(values_of() if values is None else values),
        activation=3.25,
        start=-0.125,
        baseline=Baseline(4.5, 0.5, 15),
        outcome="retried",
        attempts=("as asked", "leaky"),
        seconds=12.5,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "features")


def same(found: Visualization, kept: Visualization) -> bool:
    blank = np.zeros((1, 1, 3), np.uint8)
    return replace(found, pixels=blank) == replace(kept, pixels=blank) and np.array_equal(found.pixels, kept.pixels)


@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_what_was_kept_is_found_to_the_last_bit(cache: FeatureCache, channels: int) -> None:
    values = values_of(channels)
    kept = visualization(values=values)
    cache.keep(KEY, kept, values, ASKED)
    again = FeatureCache(cache.folder).find(KEY, PLACE, 5, ASKED)
    assert again is not None
    found, numbers = again
    assert same(found, kept)
    assert found.settings.leaky == 0.2, "what the last attempt had changed"
    assert numbers.dtype == np.float16
    assert np.array_equal(numbers.view(np.uint16), values.view(np.uint16))


@pytest.mark.parametrize("shape", [(3, 20, 30), (4, 100), (1, 6, 7, 8), (3, 40, 60)])
def test_every_float16_survives_whatever_is_shown_of_it(shape: tuple[int, ...]) -> None:
    every = np.random.default_rng(1).integers(0, 1 << 16, shape).astype(np.uint16).view(np.float16)
    made = visualization()
    found = decoded(encoded(FeatureFile(made, ASKED, "", every)))
    assert found.values is not None
    assert np.array_equal(found.values.view(np.uint16), every.view(np.uint16)), "NaN, infinities and -0 among them"


def test_the_file_is_a_picture_that_every_program_opens_and_small() -> None:
    size = 224
    rows, columns = np.mgrid[0:size, 0:size] / size
    smooth = np.stack([np.sin(9 * rows + 5 * columns), np.cos(7 * columns), np.sin(20 * rows * columns)])
    values = (smooth + np.random.default_rng(0).normal(0, 0.1, smooth.shape)).astype(np.float16)
    made = visualization(pixels=pixels_of(values))
    file = encoded(FeatureFile(made, ASKED, "", values))
    alone = encoded(FeatureFile(made, ASKED, ""))
    assert len(file) - len(alone) < 0.5 * values.nbytes
    with Image.open(io.BytesIO(file)) as image:
        assert np.array_equal(np.asarray(image), made.pixels)
        assert image.info["Title"] == "layer1.0.conv2, channel 5"
    assert decoded(alone).values is None


def test_nothing_else_is_found_than_what_was_asked_for(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(KEY, visualization(), values_of(), ASKED)
    other = NetworkKey("c" * 64, KEY.structure)
    assert cache.find(other, PLACE, 5, ASKED) is None, "other weights"
    assert cache.find(replace(KEY, structure="d" * 64), PLACE, 5, ASKED) is None
    assert cache.find(KEY, Place(PLACE.name, 18), 5, ASKED) is None
    assert cache.find(KEY, PLACE, 6, ASKED) is None
    assert cache.find(KEY, PLACE, 5, ASKED, digest(values_of(seed=1))) is None, "another start"
    for changed in (
        replace(ASKED, seed=1),
        replace(ASKED, transforms=replace(ASKED.transforms, jitter=5)),
        replace(ASKED, objective=replace(ASKED.objective, weights=((3, 0.5), (7, -1.5)))),
        replace(ASKED, leaky=0.2),
    ):
        assert cache.find(KEY, PLACE, 5, changed) is None
    renamed = cache.find(KEY, Place("another word for it", PLACE.tensor), 5, ASKED)
    assert renamed is not None
    assert renamed[0].place.name == "another word for it"
    monkeypatch.setattr(cache_module, "ALGORITHM", 999)
    assert cache.find(KEY, PLACE, 5, ASKED) is None, "made by another version of the algorithm"


def test_a_file_in_anothers_place_is_not_taken_for_it(cache: FeatureCache) -> None:
    """As after somebody has copied files by hand, or where two hashes agree."""
    cache.keep(KEY, visualization(), values_of(), ASKED)
    (file,) = cache.folder.rglob("*.png")
    cache.keep(KEY, visualization(6), values_of(), ASKED)
    (second,) = set(cache.folder.rglob("*.png")) - {file}
    second.write_bytes(file.read_bytes())
    assert cache.find(KEY, PLACE, 6, ASKED) is None


def test_a_damaged_file_is_as_good_as_none_and_is_made_anew(cache: FeatureCache) -> None:
    cache.keep(KEY, visualization(), values_of(), ASKED)
    (file,) = cache.folder.rglob("*.png")
    whole = file.read_bytes()
    random = np.random.default_rng(0)
    for cut in (0, 1, 8, 40, len(whole) // 2, len(whole) - 20):
        file.write_bytes(whole[:cut])
        assert cache.find(KEY, PLACE, 5, ASKED) is None, f"cut to {cut} bytes"
    unnoticed = []
    for place in random.integers(0, len(whole), 200):
        broken = bytearray(whole)
        broken[place] ^= 1 << int(random.integers(8))
        file.write_bytes(broken)
        found = cache.find(KEY, PLACE, 5, ASKED)
        if found is not None and not (same(found[0], visualization()) and np.array_equal(found[1], values_of())):
            unnoticed.append(place)
    assert unnoticed == [], "a flipped bit is noticed, or changes nothing that anybody sees"
    file.write_bytes(whole[: len(whole) // 2])
    cache.keep(KEY, visualization(), values_of(), ASKED)
    assert cache.find(KEY, PLACE, 5, ASKED) is not None


@pytest.mark.parametrize("text", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"no picture at all" * 100])
def test_what_is_no_visualization_is_said_to_be_none(text: bytes) -> None:
    with pytest.raises(DamagedFeature):
        decoded(text)


def test_a_full_disk_costs_only_the_new_file(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(KEY, visualization(), values_of(), ASKED)
    size = cache.bytes()
    original = Path.open

    class Full(io.FileIO):
        def write(self, content: object) -> int:
            super().write(bytes(content)[: len(bytes(content)) // 2])  # type: ignore[call-overload]
            raise OSError(errno.ENOSPC, "No space left on device")

    def full(path: Path, mode: str = "r", **keywords: object) -> object:
        return Full(path, mode) if path.suffix == ".part" else original(path, mode, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    for channel in (5, 6):
        with pytest.raises(UserError, match="the disk is full: make room"):
            cache.keep(KEY, visualization(channel, activation=9.0), values_of(), ASKED)
    monkeypatch.undo()
    assert cache.bytes() == FeatureCache(cache.folder).bytes() == size
    assert [path.suffix for path in cache.folder.rglob("*.p*")] == [".png"], "nothing half-written is left"
    found = cache.find(KEY, PLACE, 5, ASKED)
    assert found is not None
    assert found[0].activation == 3.25, "what was there before"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="Cannot make the folder"):
        FeatureCache(tmp_path / "features").keep(KEY, visualization(), values_of(), ASKED)
    tmp_path.chmod(0o700)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "features").write_text("")
    cache = FeatureCache(tmp_path / "features")
    with pytest.raises(UserError, match="Cannot make the folder"):
        cache.keep(KEY, visualization(), values_of(), ASKED)
    assert cache.find(KEY, PLACE, 5, ASKED) is None
    assert cache.bytes() == 0
    cache.forget()


def test_sizes_are_told_and_followed_and_all_can_be_forgotten(cache: FeatureCache) -> None:
    other = NetworkKey("c" * 64, "d" * 64)
    assert (cache.bytes(), cache.count(), cache.networks()) == (0, 0, 0)
    for channel in range(3):
        cache.keep(KEY, visualization(channel), values_of(), ASKED)
    cache.keep(other, visualization(), values_of(), ASKED)
    cache.keep(KEY, visualization(1), values_of(seed=3), ASKED)
    on_disk = sum(path.stat().st_size for path in cache.folder.rglob("*.png"))
    assert cache.bytes() == FeatureCache(cache.folder).bytes() == on_disk
    assert cache.bytes(KEY) + cache.bytes(other) == on_disk
    assert (cache.count(), cache.count(KEY), cache.networks()) == (4, 3, 2)
    (cache.folder / "holiday").mkdir()
    (cache.folder / "holiday" / "beach.png").write_bytes(b"mine")
    cache.forget(KEY)
    assert (cache.bytes(KEY), cache.count(), cache.networks()) == (0, 1, 1)
    assert cache.find(KEY, PLACE, 1, ASKED) is None
    assert cache.find(other, PLACE, 5, ASKED) is not None
    cache.forget()
    assert cache.bytes() == 0
    assert [path.name for path in cache.folder.iterdir()] == ["holiday"], "what is not vrcnn's stays"


def test_it_lies_in_the_accounts_cache_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path))
    assert FeatureCache().folder == tmp_path / "features"
    monkeypatch.delenv("VRCNN_CACHE")
    assert FeatureCache().folder.parts[-2:] == ("vrcnn", "features")
