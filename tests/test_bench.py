"""The runner of the benchmarks: tables, JSON and exit codes."""

import json

import pytest

from vrcnn import bench
from vrcnn.errors import UserError

GOOD = """
from vrcnn.bench import Row
def rows(quick=False):
    yield Row("maps ready ÷ forward", 1.25 if quick else 1.26, 1.5, True, note="one thread")
"""
MISSES = """
from vrcnn.bench import Row
def rows(quick=False):
    yield Row("start", 2.0, 1.5, False, "s")
"""
KNOWN = """
from vrcnn.bench import information, skipped
def rows(quick=False):
    yield information("graph ÷ another tool's", 0.5)
    yield skipped("another tool", "pip install it.")
"""
BREAKS = "def rows(quick=False):\n    yield 1 / 0\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of benchmarks of the test's own."""
    monkeypatch.setattr(bench, "resource", lambda name: tmp_path)
    (tmp_path / "good.py").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_the_goal_stands_beside_each_figure(folder, capsys):
    (folder / "misses.py").write_text(MISSES, encoding="utf-8")
    assert bench.main() == 0
    good, misses = capsys.readouterr().out.splitlines()
    assert good.startswith("✓ maps ready ÷ forward ")
    assert good.split("  ")[-1] == " one thread"
    assert "1.26 ×   goal ≤ 1.5 ×" in good
    assert misses.startswith("✗ start ")
    assert "2 s   goal ≤ 1.5 s" in misses


def test_the_figures_as_json_carry_name_value_goal_and_ok(folder, capsys):
    assert bench.main(json=True, quick=True) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row == {
        "name": "maps ready ÷ forward",
        "value": 1.25,
        "goal": 1.5,
        "ok": True,
        "unit": "×",
        "note": "one thread",
    }


def test_figures_without_a_goal_and_those_that_could_not_be_measured_are_told_and_miss_nothing(folder, capsys):
    (folder / "good.py").write_text(KNOWN, encoding="utf-8")
    assert bench.main(check=True) == 0
    known, skipped = capsys.readouterr().out.splitlines()
    assert known.startswith("· graph ÷ another tool's ")
    assert known.split("  ")[-1].strip() == "0.5 ×"
    assert "goal" not in known
    assert skipped.startswith("· another tool ")
    assert skipped.endswith("pip install it.")
    bench.main(json=True)
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [(row["value"], row["goal"], row["ok"]) for row in rows] == [(0.5, None, True), (None, None, True)]


def test_a_name_picks_one_benchmark(folder, capsys):
    (folder / "misses.py").write_text(MISSES, encoding="utf-8")
    bench.main(["misses"])
    assert "maps ready" not in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_the_names_that_there_are(folder):
    with pytest.raises(UserError, match=r"no benchmark 'speed': the benchmarks are good\."):
        bench.main(["speed"])


def test_a_missed_goal_counts_only_for_a_check(folder):
    (folder / "misses.py").write_text(MISSES, encoding="utf-8")
    assert bench.main(["misses"]) == 0
    assert bench.main(["misses"], check=True) == 1


def test_a_benchmark_that_breaks_leaves_the_others_their_figures(folder, capsys):
    (folder / "breaks.py").write_text(BREAKS, encoding="utf-8")
    assert bench.main(json=True) == 1
    said = capsys.readouterr()
    assert [row["name"] for row in json.loads(said.out)["rows"]] == ["maps ready ÷ forward"]
    assert "ZeroDivisionError" in said.err


def test_the_project_measures_what_it_promises():
    always = {"capture", "featvis", "frame_jobs", "frame_python", "kills", "render", "startup", "study", "xr"}
    assert set(bench.benchmarks()) == {*always, "soak"}
    assert set(bench.chosen(())) == always, "what takes long has to be asked for"
    assert set(bench.chosen(["soak"])) == {"soak"}


@pytest.mark.parametrize("name", ["xr", "soak"])
def test_what_needs_the_rig_says_how_to_get_it(name, monkeypatch):
    benchmark = bench.load(bench.benchmarks()[name])

    def missing(*_):
        raise benchmark.MissingRigError("Run tests/xr/rig/setup.sh first.")

    monkeypatch.setattr(benchmark, "told_on_the_rig", missing)
    (row,) = benchmark.rows()
    assert (row.value, row.goal, row.ok, row.note) == (None, None, True, "Run tests/xr/rig/setup.sh first.")


def test_a_headset_s_garbage_is_told_by_its_worst_frame():
    benchmark = bench.load(bench.benchmarks()["xr"])
    pauses = [(0, 0.5), (0, 2.5), (1, 0.7)]
    told = {"count": 1000, "pauses": pauses, "cyclic": 60.0, "peaks": [50_000.0] * 9 + [2_050_000.0], "kept": 700.0}
    pause, spike, kept = benchmark.garbage_rows(told)
    assert (pause.value, pause.ok) == (2.5, False)
    assert "2 of generation 0, 1 of generation 1, 0 of generation 2" in pause.note
    assert (spike.value, spike.ok) == (pytest.approx(2.0), False)
    assert (kept.value, kept.ok) == (pytest.approx(0.7), True)


def test_a_soak_that_left_a_frame_without_a_layer_misses_its_goal():
    benchmark = bench.load(bench.benchmarks()["soak"])
    told = {"frames": 300, "asked": 299, "unanswered": 1, "returns": 0, "memory": [700.0, 1800.0], "complaints": []}
    told |= {"doings": {"looks": 9}, "effects": {"panel open": 20}, "growth": 1100.0, "creep": 0.2}
    told["left"] = {"textures": 0.0, "buffers": 20.0}
    frames, panel, layers, validation, objects, creep, memory = benchmark.soak_rows(told)
    assert [row.ok for row in (frames, layers, validation, creep, memory)] == [True, False, True, True, False]
    assert (objects.value, objects.ok, objects.note) == (20.0, False, "of buffers")
    assert (panel.value, panel.goal) == (20, None)
