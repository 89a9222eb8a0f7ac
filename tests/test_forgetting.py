"""`vrcnn featvis --forget` asks before it deletes, says how much that is, and deletes nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vrcnn.cli import BAD_INPUT, main
from vrcnn.doctor import examine_cache
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featvis.forgetting import told_bytes

NETWORK = """
import torch
from torch import nn

torch.manual_seed({seed})
model = nn.Sequential(nn.Conv2d(3, 4, 3))
input_size = (3, 16, 16)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FeatureCache:
    """Two visualizations of one.py and one of two.py are kept; somebody sits at the keyboard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    for seed, (name, channels) in enumerate((("one.py", "0-1"), ("two.py", "0"))):
        (tmp_path / name).write_text(NETWORK.format(seed=seed))
        assert main(["featvis", name, "--layer", "0", "--channels", channels, "--steps", "2"]) == 0
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    return FeatureCache()


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    asked: list[str] = []

    def reply(question: str) -> str:
        asked.append(question)
        return text

    monkeypatch.setattr("builtins.input", reply)
    return asked


def test_of_one_network(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    size = told_bytes(cache.bytes())
    asked = answer(monkeypatch, "no")
    assert main(["featvis", "--forget"]) == 0
    assert asked == [f"Delete 3 visualizations of 2 networks ({size}) from {cache.folder}? [y/N] "]
    assert FeatureCache().count() == 3
    asked = answer(monkeypatch, "y")
    assert main(["featvis", "one.py", "--forget"]) == 0
    assert asked[0].startswith("Delete 2 visualizations of one.py as it is now (")
    assert (FeatureCache().count(), FeatureCache().networks()) == (1, 1)


def test_of_all_without_a_question(cache: FeatureCache, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["featvis", "--forget", "--yes"]) == 0
    assert capsys.readouterr().out.startswith("Deleted 3 visualizations of 2 networks (")
    assert FeatureCache().bytes() == 0
    assert main(["featvis", "--forget"]) == 0
    assert capsys.readouterr().out == f"Nothing is kept of any network in {cache.folder}.\n"


def test_where_nobody_can_be_asked_nothing_is_deleted(
    cache: FeatureCache, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert main(["featvis", "--forget"]) == BAD_INPUT
    assert "say --yes as well" in capsys.readouterr().err
    assert FeatureCache().count() == 3


def test_the_doctor_tells_how_much_is_kept(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    (finding,) = examine_cache()
    assert finding.ok is True
    assert finding.value == f"3 kept, {cache.bytes() / 1e6:.1f} MB in {cache.folder}"
    assert finding.advice == ""
    monkeypatch.setattr("vrcnn.doctor.MUCH", 1)
    assert "vrcnn featvis --forget" in examine_cache()[0].advice


@pytest.mark.parametrize(("size", "words"), [(800, "0.8 kB"), (2_345_678, "2.3 MB"), (3_200_000_000, "3.2 GB")])
def test_sizes_in_words(size: int, words: str) -> None:
    assert told_bytes(size) == words
