"""`vrcnn study report`: from a study's folder to a page, plots and tables, and sentences on what is missing."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_study import LEVELS, made_measures, made_study
from PIL import Image

from vrcnn.cli import main
from vrcnn.study.reporting.command import as_text, plots_of
from vrcnn.study.reporting.comparing import groups_of
from vrcnn.study.reporting.drawing import as_svgs, labels_apart
from vrcnn.study.reporting.findings import BEYOND, PARTICIPATION, Report
from vrcnn.study.reporting.page import page
from vrcnn.study.reporting.page_tables import prototype_table
from vrcnn.study.reporting.prototype import compared
from vrcnn.study.reporting.reading import lacking, read_study
from vrcnn.study.reporting.wording import change_sentence, over_groups, standing
from vrcnn.study.run_files import read_run, write_run
from vrcnn.study.runs import RunSettings

LOW_PASS = "low-pass:0.18"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = made_study(tmp_path_factory.mktemp("study"))
    return made_study(folder, ("true", "shuffled"), data="emoji", twins=False)


@pytest.fixture(scope="module")
def groups(study):
    return groups_of(read_study(study)[0], draws=100)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The folder of a report on the smallest study, as the command writes it."""
    folder = made_study(tmp_path_factory.mktemp("small"), ("true", "shuffled"), seeds=(0, 1))
    assert main(["study", "report", "--folder", str(folder)]) == 0
    return folder / "report"


def test_networks_are_grouped_and_parted_as_their_modes_are(groups):
    fashion, emoji = groups
    assert (fashion.title, emoji.title) == ("Fashion-MNIST, CovidResNet", "Emoji, CovidResNet")
    assert fashion.modes == tuple(LEVELS)
    finding = fashion.measures[LOW_PASS]
    assert (finding.contrast.memorizing, finding.contrast.generalizing) == (9, 6)
    assert finding.contrast.auc.value == 1.0
    assert finding.contrast.chance.p == pytest.approx(2 / 5005)
    assert finding.with_gap.value > 0.7
    # All twins of a seed are one network: they are counted once, and tell no kind from the other.
    assert finding.untrained.networks == 3
    assert finding.untrained_contrast.auc.value == pytest.approx(0.5)
    assert emoji.measures[LOW_PASS].untrained is None
    assert PARTICIPATION in fashion.measures
    assert fashion.described == ("noise:0.25",)


def test_layers_and_silenced_halves_are_summed_up_over_networks(groups):
    fashion = groups[0]
    assert [layer.layer for layer in fashion.layers] == ["conv1", "layer1", "layer2", "layer3", "layer4"]
    assert fashion.layers[0].contrasts[LOW_PASS].auc.value == 1.0
    assert fashion.layers[0].modes[LOW_PASS]["true"].networks == 3
    beyond = next(each for each in fashion.ablations if each.pictures == BEYOND)
    assert (beyond.in_order, beyond.networks) == (9, 9)
    assert beyond.lost["shuffled"]["most"].mean == pytest.approx(0.3)
    assert "true" not in beyond.lost


def test_words_follow_the_numbers(tmp_path, groups):
    assert "every network that memorizes changes more" in change_sentence(groups[0], [LOW_PASS, "shift:1"], "sieves")
    assert over_groups([("A", "it holds"), ("B", "it holds")]) == "In all 2 pairs of data and network it holds."
    assert over_groups([("A", "yes"), ("B", "no"), ("C", "yes")]) == "A; C: yes. B: no."
    turned = made_study(tmp_path, ("true", "shuffled"), levels={"true": 1.0, "shuffled": 0.3})
    found = groups_of(read_study(turned)[0], draws=0)
    assert "changes less" in change_sentence(found[0], [LOW_PASS], "sieves")
    assert {each.holds for each in compared(found) if "more of" in each.claim} == {False}
    assert {each.holds for each in compared(groups[:1])} == {True}
    assert [standing(auc) for auc in (1.0, 0.95, 0.5, 0.05, 0.0, float("nan"))] == [
        "all above",
        "mostly above",
        "not apart",
        "mostly below",
        "all below",
        "unknown",
    ]


def test_every_plot_has_panels_and_words_and_no_title_speaks_of_what_is_not_there(groups):
    keys = [plot.key for plot in plots_of(groups)]
    assert keys == ["frequency", "networks", "gap", "layers", "participation", "ablation", "training"]
    assert all(plot.title and plot.caption and plot.panels for plot in plots_of(groups))


class _Page(HTMLParser):
    """Collects tags that are left open and whatever would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href") or tag in ("link", "script")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.fetched += [value for name, value in attributes if name in ("src", "href", "xlink:href")]


def test_the_page_stands_alone_in_light_and_dark(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    assert len(ids) == len(re.findall(r'\bid="', text))
    assert all(each.startswith("#") and each[1:] in ids for each in page.fetched)
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= ids
    assert "prefers-color-scheme: dark" in text
    for variable in set(re.findall(r"var\(--([\w-]+)\)", text)) - {"page", "card", "line", "link"}:
        assert text.count(f"--{variable}: ") >= 3  # on light and dark ground, and on paper
    assert text.count("<svg viewBox") > 10
    # A single network of each kind is no more than this: the least p that two against two can give.
    assert "0.3333" in text


def test_plots_and_tables_lie_beside_it(report):
    names = {path.name for path in report.iterdir()}
    assert {"frequency.png", "networks.png", "gap.png", "ablation.png", "training.png"} <= names
    with Image.open(report / "frequency.png") as picture:
        assert picture.width > 600
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 10
    rows = list(csv.DictReader((report / "measures.csv").open(encoding="utf-8")))
    assert [(row["mode"], row["seed"]) for row in rows] == [
        ("true", "0"),
        ("true", "1"),
        ("shuffled", "0"),
        ("shuffled", "1"),
    ]
    assert float(rows[0]["low-pass:0.18 value"]) < float(rows[2]["low-pass:0.18 value"])
    assert rows[0]["low-pass:0.18 untrained"] != ""
    channels = list(csv.DictReader((report / "channels.csv").open(encoding="utf-8")))
    assert len(channels) == 4 * 5 * 4
    assert [row["shift:1"] for row in channels[:4]] == ["0.1", "0.2", "0.3", ""]
    content = json.loads((report / "report.json").read_text(encoding="utf-8"))
    assert content["groups"][0]["measures"][LOW_PASS]["contrast"]["auc"]["value"] == 1.0
    assert content["groups"][0]["networks"][0]["about"] == {"data": {"name": "fashion-mnist", "sha256": "ab" * 32}}
    sidecar = json.loads((report.parent / "report.json").read_text(encoding="utf-8"))
    assert set(sidecar["files"]) == names
    assert len(sidecar["contents"]["checkpoints_sha256"]["fashion-mnist_covid-resnet_true_0"]) == 64


def test_what_is_missing_is_said(tmp_path, capsys):
    assert main(["study", "report", "--folder", str(tmp_path)]) == 2
    assert "has no training to report on" in capsys.readouterr().err
    made_study(tmp_path, ("shuffled",), seeds=(0,))
    made_study(tmp_path, ("shuffled",), seeds=(1,), measured=False)
    begun = tmp_path / "runs" / "begun"
    begun.mkdir()
    write_run(begun, RunSettings(seed=5), {}, {})
    broken = tmp_path / "runs" / "broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    (tmp_path / "runs" / "fashion-mnist_covid-resnet_shuffled_1" / "susceptibility.json").write_text("[]")
    trained, unread = read_study(tmp_path)
    groups = groups_of(trained, draws=0)
    told = "\n".join([*unread, *lacking(groups, tmp_path)])
    assert len(unread) == 2
    for words in (
        "broken/run.json is damaged",
        "something else than what",
        "1 training (fashion-mnist_covid-resnet_true_5) has not ended",
        "1 network (fashion-mnist_covid-resnet_shuffled_1) has ended training and not been measured",
        "no network that generalizes is measured",
        "1 mode (shuffled) has a single measured network",
    ):
        assert words in told
    plots = {plot.key: plot.title for plot in plots_of(groups)}
    assert "both kinds of networks are not there yet" in plots["frequency"]
    report = Report(tmp_path, groups, (), 0, 0)
    assert as_text(report, ()).startswith("Fashion-MNIST, CovidResNet: 2 networks trained, 1 measured\n")
    assert "2 networks trained, 1 measured; 1 pair" in page(report, (), (), "today", {})
    assert [each.holds for each in compared(groups) if "more of" in each.claim] == [None] * 5


def test_trainings_that_differ_in_more_than_mode_and_seed_are_told_of(tmp_path):
    made_study(tmp_path, ("true", "shuffled"), seeds=(0, 1))
    assert not [each for each in _told(tmp_path) if "differ in more" in each]
    run = read_run(tmp_path / "runs" / "fashion-mnist_covid-resnet_shuffled_1")
    write_run(run.folder, replace(run.settings, side=64, device="cuda"), {"train": 1.0, "clean": 0.9, "test": 0.1}, {})
    (told,) = [each for each in _told(tmp_path) if "differ in more" in each]
    assert "(side 64 and 32)" in told or "(side 32 and 64)" in told


def _told(folder):
    return lacking(groups_of(read_study(folder)[0], draws=0), folder)


def test_a_page_means_the_names_of_folders_and_layers_as_they_are(groups):
    name = "<b>cats & dogs</b>"
    named = [replace(each, group=name, claim=name, here=name) for each in compared(groups)[:1]]
    assert escape(name) in prototype_table(named)
    assert name not in prototype_table(named)


@pytest.mark.parametrize("data", [r"C:\Users\new\x-rays", "/pictures/$cats$ & <dogs> v1.2"])
def test_a_folder_of_any_name_has_its_plots(tmp_path, data):
    made_study(tmp_path, ("true",), seeds=(0,), data=data, measured=False)
    groups = groups_of(read_study(tmp_path)[0], draws=0)
    (plot,) = plots_of(groups)
    (drawn,) = as_svgs(plot)
    name = groups[0].title.removesuffix(", CovidResNet")
    assert name == Path(data).name
    assert f">{escape(name, quote=False)}, CovidResNet</text>" in drawn
    assert f'aria-label="{name.replace("&", "&amp;").replace("<", "&lt;")}, CovidResNet"' in drawn


def test_without_any_measure_there_are_still_the_trainings(tmp_path):
    made_study(tmp_path, ("true",), seeds=(0,), measured=False)
    groups = groups_of(read_study(tmp_path)[0], draws=0)
    assert [plot.key for plot in plots_of(groups)] == ["training"]
    assert compared(groups) == ()


def test_labels_stay_in_order_and_apart():
    places = labels_apart([0.5, 0.1, 0.52, 0.51], 0.1)
    assert sorted(range(4), key=places.__getitem__) == [1, 0, 3, 2]
    assert min(abs(one - other) for one in places for other in places if one != other) >= 0.0999
    assert labels_apart([0.0, 1.0], 0.1) == [0.0, 1.0]


def test_the_twin_of_a_measure_is_read_back(study):
    trained, _ = read_study(study)
    found = next(each.found for each in trained if each.mode.name == "true" and each.found.untrained)
    assert found.untrained.measures[LOW_PASS].value == pytest.approx(
        made_measures("x", found.untrained.measures["shift:1"].value, 8.0).measures[LOW_PASS].value
    )
