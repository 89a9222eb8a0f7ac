"""Curves and flipped answers over a set: the battery's numbers, a plain loop's, the untrained twin's; what fails."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_networks import Tiny, Volumes, Watched, broken, noise, of_kind, source
from torch import Tensor, nn

from vrcnn.engine.answers import answer_of
from vrcnn.engine.messages import InquiryDone, InquiryFailed, InquiryProgress, Message
from vrcnn.engine.worker import Worker
from vrcnn.engine.xray_curve import Curve
from vrcnn.engine.xray_flips import Flips
from vrcnn.engine.xray_messages import CurveTold, FlipsTold
from vrcnn.engine.xray_set import SieveSet
from vrcnn.engine.xray_subject import classifier_of
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import NetworkSource
from vrcnn.study.measuring import subject_of as measured_subject
from vrcnn.susceptibility.battery import Battery, Plan
from vrcnn.susceptibility.formulas import centred
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.susceptibility.transforms import sifted
from vrcnn.susceptibility.twin import untrained_twin

GOOD = [noise(seed) for seed in range(7)]
PICTURES = [*GOOD[:3], broken("is truncated"), *GOOD[3:]]


@pytest.fixture(autouse=True)
def one_core() -> None:
    torch.set_num_threads(1)


def asked(network: NetworkSource, *inquiries: object) -> list[Message]:
    with Watched(network) as watched:
        for inquiry in inquiries:
            watched.worker.inquiries.ask(inquiry)  # type: ignore[arg-type]
        return list(watched.rest())


def batch(network: NetworkSource) -> Tensor:
    """(7, C, H, W): those that can be opened."""
    return torch.cat([network.inputs_of(each.open())[0][0] for each in GOOD])


def test_the_curve_is_the_batterys_and_has_the_untrained_twin_beside_it() -> None:
    network = source(Tiny(), *PICTURES)
    told = of_kind(asked(network, Curve("windows", 8)), CurveTold)
    pictures, subject = batch(network), classifier_of(network).subject
    plan = Plan(sieves=("windows:2", "windows:6", "windows:16"), layers=False, draws=10)
    measured = Battery(subject, pictures, plan).measured().measures
    twin = untrained_twin(subject, pictures).subject
    assert twin is not None
    untrained = Battery(twin, pictures, plan).measured().measures
    points = {point.sieve.text: point for point in told[-1].points}
    assert list(points) == [f"windows:{amount}" for amount in (2, 3, 4, 6, 8, 12, 16)]
    for text, each in measured.items():
        assert points[text].value == pytest.approx(each.value, rel=1e-5)
        assert points[text].flips == pytest.approx(each.flips)
        assert points[text].untrained == pytest.approx(untrained[text].value, rel=1e-4)
        assert points[text].pictures == 7
    assert told[-1].skipped == 1
    assert [len(each.points) for each in told[:7]] == [1, 2, 3, 4, 5, 6, 7]  # as they come
    assert told[0].points[0].untrained is None


def test_a_shift_is_the_mean_over_its_directions_and_amounts_that_do_not_fit_are_left_out() -> None:
    network = source(Tiny(), *GOOD)
    told = of_kind(asked(network, Curve("shift", 7), Curve("patches", 7)), CurveTold)
    shift = next(each for each in reversed(told) if each.kind == "shift")
    plan = Plan(sieves=("shift:1",), layers=False, draws=10)
    measured = Battery(classifier_of(network).subject, batch(network), plan).measured().measures["shift:1"]
    assert shift.points[0].value == pytest.approx(measured.value, rel=1e-5)
    patches = next(each for each in reversed(told) if each.kind == "patches")
    assert [point.sieve.amount for point in patches.points] == [2, 4, 8]  # of 27 x 20 pixels


def test_flips_are_those_of_a_plain_loop() -> None:
    network, sieve = source(Tiny(), *PICTURES, labels=tuple("abcdefghijkl")), Sieve("low-pass", 0.35)
    head = network.module.get_submodule("head")
    with torch.no_grad():
        head.weight.mul_(30)
        head.bias -= network.module.eval()(batch(network)).mean(0)  # so that answers differ between pictures
    told = of_kind(asked(network, Flips(sieve, 8)), FlipsTold)
    subject, expected = classifier_of(network).subject, []
    for place, picture in enumerate(PICTURES):
        if picture in GOOD:
            tensor = network.inputs_of(picture.open())[0][0]
            before, behind = (subject.scores_of(each).softmax(1)[0] for each in (tensor, sifted(tensor, sieve)))
            if before.argmax() != behind.argmax():
                names = ["abcdefghijkl"[int(each.argmax())] for each in (before, behind)]
                expected.append((place, *names, float(before.max()), float(behind.max())))
    assert expected
    found = [(each.place, each.before, each.behind) for each in told[-1].flips]
    assert found == [each[:3] for each in expected]
    chances = [(each.probability_before, each.probability_behind) for each in told[-1].flips]
    np.testing.assert_allclose(chances, [each[3:] for each in expected], rtol=1e-4)
    twin = untrained_twin(subject, batch(network)).subject
    assert twin is not None
    behind = [centred(twin.scores_of(each)).argmax(1) for each in (batch(network), sifted(batch(network), sieve))]
    assert told[-1].flipped_untrained == int((behind[0] != behind[1]).sum())
    assert (told[-1].done, told[-1].total, told[-1].skipped) == (8, 8, 1)
    assert told[0].flipped_untrained is None


def test_what_cannot_be_asked_is_told_in_a_sentence() -> None:
    volumes = source(Volumes())
    volumes.arguments, volumes.input_size = (torch.rand(1, 1, 4, 6, 6),), (1, 4, 6, 6)
    failed = of_kind(asked(volumes, Curve("shift", 4)), InquiryFailed)
    assert "puts out no scores of classes" in failed[0].headline
    tiny = source(Tiny(), broken("is truncated"), broken("is empty"))
    assert "None of the 2 pictures" in of_kind(asked(tiny, Flips(Sieve(), 4)), InquiryFailed)[0].headline
    alone = source(Tiny(), GOOD[0])
    assert "two pictures at least" in of_kind(asked(alone, Curve("shift", 4)), InquiryFailed)[0].headline
    assert "smaller ones" in of_kind(asked(alone, Flips(Sieve("patches", 56.0), 4)), InquiryFailed)[0].headline


def test_a_network_for_one_picture_at_a_time_has_the_same_curve() -> None:
    class Single(Tiny):
        def forward(self, x: Tensor) -> Tensor:
            assert len(x) == 1
            return super().forward(x)

    curves = [of_kind(asked(source(each(), *GOOD), Curve("low-pass", 5)), CurveTold)[-1] for each in (Tiny, Single)]
    values = [[(point.value, point.flips) for point in curve.points] for curve in curves]
    np.testing.assert_allclose(*values, rtol=1e-5)


def test_batches_grow_although_others_have_their_turn_between_them() -> None:
    pictures = SieveSet(source(Tiny(), *(noise(seed) for seed in range(15))), 15)
    sizes = []
    for part in pictures.scored(pictures.subject, None):
        sizes.append(len(part.places))
        time.sleep(0.16)  # longer than a batch may take
    assert sizes == [1, 2, 4, 8]


def test_it_can_be_cancelled_and_begins_anew_with_other_weights() -> None:
    network = source(Tiny(), *GOOD)
    with Watched(network) as watched:
        number = watched.worker.inquiries.ask(Curve("noise", 7))
        watched.until(lambda: bool(of_kind(watched.arrived, CurveTold)))
        watched.worker.inquiries.cancel(number)
        arrived = watched.rest()
        assert of_kind(arrived, InquiryDone)[-1].cancelled
        assert of_kind(arrived, InquiryProgress)[0].title == "Susceptibility to noise band"
        watched.arrived.clear()
        with torch.no_grad():
            for each in network.module.parameters():
                each.mul_(1.1)
        watched.worker.inquiries.ask(Curve("windows", 7))
        told = of_kind(watched.rest(), CurveTold)[-1]
    wanted = of_kind(asked(network, Curve("windows", 7)), CurveTold)[-1]
    assert [each.value for each in told.points] == pytest.approx([each.value for each in wanted.points])


@pytest.mark.parametrize("inquiry", [Curve("patches", 3), Flips(Sieve("windows", 4.0), 3)])
def test_nothing_that_is_of_former_weights_is_told_once_there_are_others(inquiry: Curve | Flips) -> None:
    network = source(Tiny(), *GOOD[:3])
    worker = Worker(network)
    worker.prepare()
    sent: list[Message] = []
    bench = worker._workbench(lambda: False, sent.append)
    steps = sum(1 for _ in inquiry.steps(bench))
    assert sent
    for stop in range(steps):
        sent.clear()
        running = inquiry.steps(bench)
        for _ in range(stop + 1):
            next(running)
        before = len(sent)
        with torch.no_grad():
            network.module.get_submodule("head").bias += 1  # type: ignore[operator]
        with pytest.raises(Cancelled):
            next(running)
        assert len(sent) == before, stop


def test_pictures_that_are_too_small_for_a_sieve_are_left_out_and_the_others_counted() -> None:
    def sized(seed: int, side: int) -> PictureFile:
        image = Image.new("RGB", (side, side))
        image.info["tensor"] = torch.rand(3, side, side, generator=torch.Generator().manual_seed(seed))
        return PictureFile(f"{seed}.npy", read=lambda: image)

    network = source(Tiny(), *(sized(seed, 24 if seed < 3 else 12) for seed in range(5)))
    arrived = asked(network, Curve("patches", 5), Flips(Sieve("patches", 8.0), 5))
    assert not of_kind(arrived, InquiryFailed)
    points = {point.sieve.amount: point.pictures for point in of_kind(arrived, CurveTold)[-1].points}
    assert points == {2: 5, 4: 5, 8: 3}
    assert of_kind(arrived, CurveTold)[-1].notes == ("There is no untrained twin: the pictures are of several sizes.",)
    assert (of_kind(arrived, FlipsTold)[-1].done, of_kind(arrived, FlipsTold)[-1].skipped) == (5, 2)


@pytest.mark.parametrize("ending", [nn.Identity(), nn.Sigmoid()])
def test_the_flips_of_a_network_with_one_score_are_those_of_the_answers_on_its_board(ending: nn.Module) -> None:
    network = source(nn.Sequential(Tiny(), nn.Linear(12, 1), ending), *GOOD, labels=("cat", "dog"))
    last, sieve = network.module.get_submodule("1"), Sieve("windows", 4.0)
    with torch.no_grad():
        last.weight.mul_(6000)
        scores = network.module.get_submodule("0").eval()(batch(network)) @ last.weight[0]
        last.bias.copy_(-0.5 - scores.median())  # so that answers differ between pictures
    expected = []
    for place, picture in enumerate(GOOD):
        tensor = network.inputs_of(picture.open())[0][0]
        with torch.no_grad():
            read = tensor, sifted(tensor, sieve)
            said = [answer_of(network.module(each), each, network.labels, None) for each in read]
        before, behind = (each.scores[0] for each in said)
        if before.index != behind.index:
            expected.append((place, before.label, behind.label, before.probability, behind.probability))
    told = of_kind(asked(network, Flips(sieve, 7)), FlipsTold)[-1]
    assert [(each.place, each.before, each.behind) for each in told.flips] == [each[:3] for each in expected]
    assert expected
    chances = [(each.probability_before, each.probability_behind) for each in told.flips]
    np.testing.assert_allclose(chances, [each[3:] for each in expected], rtol=1e-4)


def test_the_probabilities_of_a_network_that_puts_them_out_are_told_as_they_are() -> None:
    for module in (Tiny(), nn.Sequential(Tiny(), nn.Softmax(1))):
        network = source(module, *GOOD)
        tensor = batch(network)[:1]
        classifier = classifier_of(network)
        chances = classifier.chances(centred(classifier.subject.scores_of(tensor))[0])
        with torch.no_grad():
            said = module.eval()(tensor)[0]
        wanted = said if isinstance(module, nn.Sequential) else said.softmax(0)
        np.testing.assert_allclose(chances, wanted.numpy(), atol=1e-6)


def test_the_curve_is_over_the_same_scores_as_the_study_measures() -> None:
    network = source(nn.Sequential(Tiny(), nn.Softmax(1)), *GOOD)
    scores = measured_subject(network).scores_of(batch(network))
    assert torch.equal(classifier_of(network).subject.scores_of(batch(network)), scores)


class Refusing(Tiny):
    """Fails for one picture."""

    refused = -1.0

    def forward(self, x: Tensor) -> Tensor:
        if bool((x.mean((1, 2, 3)) == self.refused).any()):
            raise ValueError("not this one")
        return super().forward(x)


def test_the_twin_knows_the_pictures_that_the_network_answers_to() -> None:
    network = source(Refusing(), *GOOD)
    network.module.refused = float(batch(network)[2].mean())
    pictures = SieveSet(network, 7)
    assert [place for part in pictures.without_sieve("") for place in part.places] == [0, 1, 3, 4, 5, 6]
    wanted = untrained_twin(pictures.subject, batch(network)[[0, 1, 3, 4, 5, 6]]).subject
    assert wanted is not None
    assert pictures.twin.notes == ()
    assert pictures.twin.subject is not None
    means = [each.module.get_buffer("stem.1.running_mean") for each in (wanted, pictures.twin.subject)]
    assert torch.equal(*means)
