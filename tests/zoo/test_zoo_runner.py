"""The zoo's own machinery: it goes on where it was stopped, and one configuration that misbehaves costs only itself."""

from __future__ import annotations

import multiprocessing
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from zoo import __main__ as zoo
from zoo.cages import examine_all
from zoo.keeper import examine
from zoo.libraries import Configuration, build, configurations, has_convolution
from zoo.quick_weights import QuickWeights, TooLarge
from zoo.records import Record, append, as_markdown, read, share, summary

RECORDS = [
    Record("timm", "a", "passed", inputs=((1, 3, 64, 64),), nodes=10, edges=11, parameters=1000, seconds=0.5),
    Record("timm", "b", "failed", "graph replays: it | differs"),
    Record("torchvision", "c", "skipped", "it has more than 400 million parameters"),
]
needs_timm = pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed: pip install timm")


def test_records_are_read_as_they_were_written_the_last_one_counts_and_a_torn_line_does_not(tmp_path: Path) -> None:
    file = tmp_path / "zoo.jsonl"
    assert read(file) == {}
    for record in (Record("timm", "a", "failed", "once"), *RECORDS):
        append(file, record)
    with file.open("a") as lines:
        lines.write('{"library": "timm", "na')
    found = read(file)
    assert {key: each.verdict for key, each in found.items()} == {
        ("timm", "a"): "passed",
        ("timm", "b"): "failed",
        ("torchvision", "c"): "skipped",
    }


def test_what_was_skipped_does_not_count_as_run() -> None:
    assert share(RECORDS) == 0.5
    assert share(RECORDS[2:]) == 1
    assert summary(RECORDS).startswith("1 of 2 configurations that ran pass (50.00%")


def test_the_report_names_every_configuration_and_every_reason() -> None:
    report = as_markdown(RECORDS)
    assert "| timm:b | graph replays: it \\| differs |" in report
    assert "| torchvision:c | it has more than 400 million parameters |" in report
    assert "| timm:a | 1×3×64×64 | 10 | 11 | 0 | 1,000 | 0.5 |" in report
    assert "| all | 1 | 1 | 1 | 10 | 11 |" in report


@needs_timm
def test_more_than_a_thousand_configurations_have_names() -> None:
    known = configurations()
    assert len(known) == len(set(known)) > 1000


def test_quick_weights_are_random_finite_of_the_wanted_spread_and_limited() -> None:
    with QuickWeights(1_000_000):
        layer = torch.nn.Conv2d(16, 32, 3)
        normal = torch.nn.init.normal_(torch.empty(70_001), mean=1.0, std=0.1)
    assert layer.weight.isfinite().all()
    assert layer.weight[0].ne(layer.weight[1]).any()
    assert layer.weight.std().item() == pytest.approx((2 / (16 * 9)) ** 0.5, rel=0.1)
    assert normal.mean().item() == pytest.approx(1.0, abs=0.01)
    assert normal.std().item() == pytest.approx(0.1, rel=0.05)
    with pytest.raises(TooLarge), QuickWeights(1000):
        torch.nn.Linear(100, 100)


@needs_timm
def test_a_network_without_a_convolution_is_told_from_one_with() -> None:
    assert has_convolution(build(Configuration("timm", "test_vit")))
    assert not has_convolution(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.Linear(4, 4)))


@pytest.mark.slow
@needs_timm
def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--only", "timm:test_[er]*", "--processes", "1", "--out", str(tmp_path)]
    assert zoo.main([*command, "--limit", "1"]) == 0
    first = (tmp_path / "zoo.jsonl").read_text()
    assert len(first.splitlines()) == 1
    assert zoo.main([*command, "--limit", "1"]) == 0
    assert (tmp_path / "zoo.jsonl").read_text().startswith(first)
    assert len(read(tmp_path / "zoo.jsonl")) == 2
    assert all(record.verdict == "passed" for record in read(tmp_path / "zoo.jsonl").values())
    assert "2 of 2 configurations that ran pass" in capsys.readouterr().out
    assert "## Passed: 2" in (tmp_path / "zoo.md").read_text()


@pytest.mark.slow
@needs_timm
@pytest.mark.parametrize(
    ("patience", "memory", "told"),
    [
        (1e-9, 10**12, ("failed", "it took longer than 0 s")),
        (600, 10**6, ("skipped", "it needs more than 0.0 GB of memory")),
    ],
)
def test_one_that_takes_too_long_or_too_much_is_stopped(patience: float, memory: int, told: tuple[str, str]) -> None:
    (record,) = examine_all([Configuration("timm", "test_resnet")], 1, patience, memory)
    assert (record.verdict, record.reason) == told


@pytest.mark.slow
@needs_timm
def test_one_that_ends_its_process_fails_and_the_next_gets_a_new_one() -> None:
    threading.Timer(1.0, lambda: [child.kill() for child in multiprocessing.active_children()]).start()
    wanted = [Configuration("timm", "test_resnet"), Configuration("timm", "test_efficientnet")]
    first, second = examine_all(wanted, 1, 600, 10**12)
    assert (first.verdict, first.reason) == ("failed", "its process ended with exit code -9")
    assert (second.name, second.verdict) == ("test_efficientnet", "passed")


@pytest.mark.skipif(find_spec("torchvision") is None, reason="torchvision is not installed: pip install torchvision")
def test_one_that_does_not_run_by_itself_is_skipped_with_what_it_said() -> None:
    record = examine(Configuration("torchvision", "no_such_network"))
    assert record.verdict == "skipped"
    assert "does not run by itself" in record.reason
    assert "no_such_network" in record.reason
