"""Which outputs are class scores, class maps or boxes, and what of them is named first."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch

from vrcnn.engine.answers import Answer, answer_of
from vrcnn.network.palette import colour_of

PICTURE = torch.rand(1, 3, 32, 48)


def answer(
    output: object, labels: tuple[str, ...] | None = None, task: str | None = None, picture: Any = PICTURE
) -> Answer:
    return answer_of(output, picture, labels, task)


def names(found: Answer) -> list[str]:
    return [score.label for score in found.scores]


# Classes


def test_softmax_orders_the_classes_under_their_labels():
    found = answer(torch.tensor([[0.0, 2.0, 1.0]]), ("cat", "dog", "fish"))
    assert (found.kind, names(found), found.overlay) == ("classes", ["dog", "fish", "cat"], None)
    assert [score.index for score in found.scores] == [1, 2, 0]
    expected = torch.softmax(torch.tensor([2.0, 1.0, 0.0]), 0).tolist()
    assert [score.probability for score in found.scores] == pytest.approx(expected, rel=1e-5)


def test_only_the_ten_best_are_named():
    assert names(answer(torch.arange(1000.0)[None])) == [f"class {index}" for index in range(999, 989, -1)]


def test_labels_of_another_number_are_not_used():
    assert names(answer(torch.tensor([[0.0, 5.0, 1.0]]), ("only",)))[0] == "class 1"


def test_probabilities_are_left_as_they_are():
    assert [score.probability for score in answer(torch.tensor([[0.25, 0.75]])).scores] == [0.75, 0.25]


@pytest.mark.parametrize("shape", [(1, 4), (4,), (1, 4, 1, 1)])
def test_a_vector_may_have_any_of_the_usual_shapes(shape: tuple[int, ...]):
    assert answer(torch.tensor([0.0, 3.0, 1.0, 2.0]).reshape(shape)).scores[0].index == 1


def test_the_logits_of_a_dictionary_go_before_its_other_vectors():
    assert len(answer({"embedding": torch.zeros(1, 5), "logits": torch.tensor([[0.0, 9.0]])}).scores) == 2


def test_the_first_vector_of_a_nested_output_is_taken():
    @dataclass
    class Output:
        features: torch.Tensor
        heads: list[torch.Tensor]

    output = Output(torch.zeros(1, 4, 7, 7), [torch.tensor([[3.0, 0.0, 0.0]]), torch.zeros(1, 2)])
    assert [score.index for score in answer(output).scores] == [0, 1, 2]


def test_one_value_is_a_class_and_its_opposite_where_labels_say_so():
    two = answer(torch.tensor([[2.0]]), ("cat", "dog"))
    assert names(two) == ["dog", "cat"]
    assert two.scores[0].probability == pytest.approx(torch.sigmoid(torch.tensor(2.0)).item())
    assert names(answer(torch.tensor([[0.1]]), ("ill",))) == ["not ill", "ill"], "0.1 is a probability already"
    assert answer(torch.tensor([[2.0]])).kind == "none"


def test_scores_that_are_not_finite_are_not_named():
    for value in (float("nan"), float("inf")):
        assert answer(torch.full((1, 10), value)) == Answer("classes")
        assert answer(torch.tensor([[value]]), ("ill",)) == Answer("classes")


@pytest.mark.parametrize(
    "output",
    [torch.zeros(2, 10), torch.zeros(1, 10, dtype=torch.int64), torch.zeros(1, 0), None, "text", {}, [], 3.5],
)
def test_other_outputs_have_no_classes(output: object):
    assert answer(output) == Answer("none")


# Class maps


def halves(classes: int = 4, height: int = 32, width: int = 48) -> torch.Tensor:
    """Scores whose best class is 1 in the left three quarters and 2 in the rest."""
    scores = torch.zeros(1, classes, height, width)
    scores[:, 1, :, : width * 3 // 4] = 5
    scores[:, 2, :, width * 3 // 4 :] = 5
    return scores


def test_the_classes_of_a_map_are_named_by_their_share_with_their_colours():
    found = answer(halves(), ("sky", "tree", "road", "house"))
    assert (found.kind, names(found)) == ("segments", ["tree", "road"])
    assert [score.probability for score in found.scores] == [0.75, 0.25]
    assert [score.colour for score in found.scores] == [colour_of(1), colour_of(2)]
    assert found.overlay is not None
    assert found.overlay.shape == (320, 480, 4)


def test_a_background_has_no_colour():
    found = answer(halves().flip(1)[:, 1:], ("background", "tree", "road"))
    assert [(score.label, score.colour is None) for score in found.scores] == [("tree", False), ("background", True)]
    assert found.scores[0].colour == colour_of(0), "the first class that is drawn has the first colour"


def test_the_main_map_of_a_dictionary_is_taken():
    assert answer({"aux": torch.zeros(1, 4, 32, 48), "out": halves()}).scores[0].index == 1


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (halves(3), "three channels are a picture"),
        (halves(5, 1, 1), "one value for the whole picture is none for each pixel"),
        (torch.zeros(1, 8, 1, 2), "far coarser than the picture"),
        (torch.zeros(1, 300, 32, 48), "too many channels without names"),
        ([torch.zeros(1, 8, 16, 24), torch.zeros(1, 16, 8, 12)], "several maps are features"),
        (torch.zeros(1, 1, 32, 48), "one channel without a task or names"),
        (torch.zeros(1, 32, 48, dtype=torch.int64), "whole numbers without a task"),
    ],
)
def test_maps_that_are_no_segmentation(output: object, why: str):
    assert answer(output).kind != "segments", why


def test_an_autoencoder_of_many_channels_is_no_segmentation():
    assert answer(torch.zeros(1, 5, 32, 48), picture=torch.rand(1, 5, 32, 48)).kind == "none"


def test_the_task_makes_a_mask_or_whole_numbers_a_segmentation():
    logits = torch.full((1, 1, 32, 48), -3.0)
    logits[..., :24] = 0.2
    mask = answer(logits, task="segmentation")
    assert [(score.label, score.probability) for score in mask.scores] == [("background", 0.5), ("class 1", 0.5)]
    probabilities = answer(logits.clamp(0, 1), task="segmentation")
    assert names(probabilities) == ["background"], "0.2 is no more than a fifth"
    assert names(answer(logits, ("road",))) == ["background", "road"]
    indices = torch.zeros(1, 32, 48, dtype=torch.int64)
    indices[:, 8:] = 2
    assert names(answer(indices, ("sky", "tree", "road"), "segmentation")) == ["road", "sky"]
    assert answer(halves(3), task="segmentation").scores[0].index == 1


def test_a_class_map_of_a_volume_shows_its_middle():
    scores = torch.zeros(1, 4, 6, 32, 48)
    scores[:, 3] = 1
    found = answer(scores, picture=torch.rand(1, 1, 6, 32, 48))
    assert (found.kind, found.scores[0].index, found.scores[0].probability) == ("segments", 3, 1.0)


def test_a_map_with_nan_is_a_map_without_classes():
    assert answer(halves() * float("nan")) == Answer("segments")


def test_another_task_allows_no_map():
    assert answer(halves(), task="none") == Answer("none")
    assert answer(halves(), task="classification") == Answer("none")


# Boxes


def detections(**more: torch.Tensor) -> dict[str, torch.Tensor]:
    boxes = torch.tensor([[2.0, 2, 20, 20], [5, 5, 40, 30], [0, 0, 9, 9]])
    return {"boxes": boxes, "scores": torch.tensor([0.6, 0.9, 0.2]), "labels": torch.tensor([1, 2, 1]), **more}


@pytest.mark.parametrize("wrap", [lambda found: found, lambda found: [found], lambda found: ({}, [found])])
def test_the_surest_boxes_come_first(wrap: Any):
    found = answer(wrap(detections()), ("background", "cat", "dog"))
    assert found.kind == "boxes"
    assert [(score.label, round(score.probability, 2)) for score in found.scores] == [("dog", 0.9), ("cat", 0.6)]
    assert found.overlay is not None


def test_where_none_is_sure_the_best_ten_are_shown():
    assert len(answer(detections(scores=torch.tensor([0.1, 0.3, 0.2]))).scores) == 3


def test_boxes_may_come_without_scores_and_labels():
    assert names(answer({"boxes": torch.tensor([[1.0, 1, 9, 9], [2, 2, 8, 8]])})) == ["box 1", "box 2"]


def test_no_box_is_an_answer_too():
    found = answer({"boxes": torch.zeros(0, 4), "scores": torch.zeros(0), "labels": torch.zeros(0)})
    assert (found.kind, found.scores) == ("boxes", ())
    assert found.overlay is not None


def test_boxes_with_nan_have_no_scores():
    found = answer(detections(scores=torch.tensor([0.1, float("nan"), 0.2])))
    assert (found.kind, found.scores) == ("boxes", ())


def test_without_a_picture_there_is_nothing_to_draw_on():
    assert answer(halves(), picture=None).kind == "none"
    found = answer(detections(), picture=None)
    assert (found.kind, len(found.scores), found.overlay) == ("boxes", 2, None)


def test_classes_have_the_colours_that_the_model_file_says() -> None:
    picture = torch.zeros(1, 3, 4, 4)
    scores = torch.zeros(1, 2, 4, 4)
    scores[:, 1, :, 2:] = 1
    colours = [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)]
    answer = answer_of(scores, picture, ["fire", "water"], None, colours)
    assert {score.label: score.colour for score in answer.scores} == dict(zip(["fire", "water"], colours, strict=True))
    assert answer.overlay is not None
    left, right = answer.overlay[10, 10], answer.overlay[10, -10]
    assert left[0] > left[2]
    assert right[2] > right[0]
