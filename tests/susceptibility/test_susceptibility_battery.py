"""What the battery's measures must not depend on, what they are zero on, and pictures and networks that are not fit."""

import dataclasses

import numpy as np
import pytest
import torch
from measured_networks import Deaf, Maps, Refusing, Scaled, Small, Together, Unsure, pictures, subject_of

from vrcnn.errors import UserError
from vrcnn.susceptibility.battery import FULL, Battery, Plan, forms_of
from vrcnn.susceptibility.formulas import ScoreChange, centred, score_susceptibility
from vrcnn.susceptibility.results import HEADLINE
from vrcnn.susceptibility.transforms import ideally_low_passed, sifted


def values(found, texts=HEADLINE):
    return [number for text in texts for number in dataclasses.astuple(found.measures[text])]


def layer_values(found):
    return [
        number
        for layer in found.layers
        for each in (*layer.measures.values(), layer.participation)
        for number in (each.value, each.low, each.high)
    ]


def test_neither_the_size_of_a_batch_nor_the_order_of_the_pictures_matters():
    some, subject = pictures(), subject_of(Small())
    known = Battery(subject, some, Plan(layers=True)).measured()
    shuffled = some[torch.randperm(12, generator=torch.Generator().manual_seed(0))]
    for other, together in ((some, 1), (some, 5), (shuffled, None), (shuffled, 7)):
        found = Battery(subject, other, Plan(layers=True, together=together)).measured()
        assert values(found) == pytest.approx(values(known), rel=2e-5)
        assert layer_values(found) == pytest.approx(layer_values(known), rel=2e-5)


def test_neither_a_factor_nor_a_constant_on_the_scores_matters():
    known = Battery(subject_of(Small()), pictures()).measured()
    found = Battery(subject_of(Scaled()), pictures()).measured()
    for text, one in known.measures.items():
        other = found.measures[text]
        assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high), rel=1e-3)
        assert other.flips == one.flips
        assert other.unnormalized == pytest.approx(7 * one.unnormalized, rel=1e-3)


def test_a_shift_is_measured_in_all_four_directions():
    some, subject = pictures(), subject_of(Small())
    found = Battery(subject, some).measured().measures["shift:1"]
    base = centred(subject.scores_of(some))
    behind = [centred(subject.scores_of(some.roll(by, axis))) for axis in (2, 3) for by in (1, -1)]
    assert found.value == pytest.approx(score_susceptibility(base, ScoreChange.between(base, behind)).value, rel=1e-6)
    assert len(forms_of("shift:1", 1)) == 2
    assert len(forms_of("shift:1:up", 2)) == 1


def test_a_shift_by_a_whole_period_of_the_pictures_measures_zero():
    periodic = pictures(side=4).repeat(1, 1, 4, 4)
    found = Battery(subject_of(Small(), periodic), periodic, Plan(("shift:4", "shift:3"), layers=True)).measured()
    assert (found.measures["shift:4"].value, found.measures["shift:4"].flips) == (0, 0)
    assert all(layer.measures["shift:4"].value == 0 for layer in found.layers)
    assert found.measures["shift:3"].value > 0


def test_an_ideal_low_pass_of_pictures_that_are_smooth_already_measures_zero():
    smooth = ideally_low_passed(pictures(), 0.18)
    subject = subject_of(Small())
    base, behind = (centred(subject.scores_of(each)) for each in (smooth, ideally_low_passed(smooth, 0.18)))
    assert score_susceptibility(base, ScoreChange.between(base, [behind])).value < 1e-5


def test_a_network_that_ignores_a_band_scores_zero_on_it():
    found = Battery(subject_of(Deaf()), pictures(), Plan(("noise:0.25", "noise:0.06", "low-pass:0.06"))).measured()
    assert found.measures["noise:0.25"].value < 1e-5
    assert found.measures["noise:0.06"].value > 0.01
    assert found.measures["low-pass:0.06"].value > 0.01


def test_each_channel_is_measured_as_by_hand():
    some, subject = pictures(), subject_of(Small())
    found = Battery(subject, some, Plan(("windows:2",), layers=True)).measured()
    with torch.no_grad():
        before, behind = (
            subject.module.norm(subject.module.first(x)).relu().double().numpy() for x in (some, moved(some))
        )
    expected = np.sqrt(np.square(behind - before).mean((0, 2, 3))) / before.std((0, 2, 3))
    assert found.layers[0].name == "first"
    assert found.layers[0].each["windows:2"] == pytest.approx(expected, rel=1e-5)
    assert found.layers[0].channels == 6


def moved(some):
    return sifted(some, forms_of("windows:2", 2)[0])


def test_dead_channels_are_counted_and_left_out():
    module = Small()
    with torch.no_grad():
        module.norm.weight[:2] = 0
    layer = Battery(subject_of(module), pictures(), Plan(layers=True)).measured().layers[0]
    assert layer.dead == 2
    assert np.isnan(layer.each["shift:1"]).tolist() == [True] * 2 + [False] * 4
    assert np.isfinite(layer.measures["shift:1"].value)


def test_a_network_without_class_scores_is_measured_by_layers_only():
    found = Battery(subject_of(Maps()), pictures(), Plan(layers=True)).measured()
    assert (found.classes, found.measures) == (0, {})
    assert found.layers[0].measures["shift:1"].value > 0
    assert "puts out no scores of classes, so only its layers are measured" in found.notes[0]


def test_one_class_and_equal_scores_are_told():
    one = Battery(subject_of(Small(classes=1)), pictures()).measured()
    assert one.classes in (0, 2)
    module = Small()
    torch.nn.init.zeros_(module.last.weight)
    found = Battery(subject_of(module), pictures()).measured()
    assert np.isnan(found.measures["shift:1"].value)
    assert "All pictures have the same scores" in found.notes[0]


@pytest.mark.parametrize("kind", [Unsure, Refusing])
def test_pictures_that_give_no_numbers_are_left_out(kind):
    some = pictures()
    bright = some.clone()
    bright[[2, 5]] += 9.0
    found = Battery(subject_of(kind(), some), bright, Plan(layers=True)).measured()
    alone = Battery(subject_of(kind(), some), bright[[0, 1, 3, 4, *range(6, 12)]], Plan(layers=True)).measured()
    assert found.pictures == 10
    assert values(found) == pytest.approx(values(alone), rel=1e-5)
    assert layer_values(found) == pytest.approx(layer_values(alone), rel=1e-5)
    assert found.notes[0].startswith("2 pictures were left out: ")
    bright += 9.0
    with pytest.raises(UserError, match=r"not finite numbers|too bright"):
        Battery(subject_of(kind(), some), bright).measured()


def test_pictures_of_a_network_that_mixes_its_batch_go_through_one_by_one():
    found = Battery(subject_of(Together()), pictures()).measured()
    assert found.settings["batch"] == 1


def test_sieves_that_pictures_are_too_small_for_are_left_out():
    small = pictures(side=8)
    found = Battery(subject_of(Small(), small), small, Plan(FULL)).measured()
    assert "patches:8" not in found.measures
    assert any(note.startswith("patches:8 was left out: ") for note in found.notes)
    with pytest.raises(UserError, match="is no sieve"):
        Battery(subject_of(Small()), pictures(), Plan(("blur:1",)))
