"""Which outputs are class scores, and which classes come first."""

import pytest
import torch

from vrcnn.engine.predictions import best_scores


def test_softmax_orders_the_classes_under_their_labels():
    scores = best_scores(torch.tensor([[0.0, 2.0, 1.0]]), ("cat", "dog", "fish"))
    assert [score.label for score in scores] == ["dog", "fish", "cat"]
    assert [score.index for score in scores] == [1, 2, 0]
    expected = torch.softmax(torch.tensor([2.0, 1.0, 0.0]), 0).tolist()
    assert [score.probability for score in scores] == pytest.approx(expected, rel=1e-5)


def test_only_the_ten_best_are_named():
    scores = best_scores(torch.arange(1000.0)[None], None)
    assert [score.label for score in scores] == [f"class {index}" for index in range(999, 989, -1)]


def test_labels_of_another_number_are_not_used():
    assert best_scores(torch.tensor([[0.0, 5.0]]), ("only",))[0].label == "class 1"


def test_probabilities_are_left_as_they_are():
    assert [score.probability for score in best_scores(torch.tensor([[0.25, 0.75]]), None)] == [0.75, 0.25]


def test_the_logits_of_a_dictionary_go_before_its_other_vectors():
    output = {"embedding": torch.zeros(1, 5), "logits": torch.tensor([[0.0, 9.0]])}
    assert len(best_scores(output, None)) == 2


def test_the_first_vector_of_a_nested_output_is_taken():
    output = (torch.zeros(1, 4, 7, 7), [torch.tensor([[3.0, 0.0, 0.0]]), torch.zeros(1, 2)])
    assert [score.index for score in best_scores(output, None)] == [0, 1, 2]


@pytest.mark.parametrize(
    "output",
    [
        torch.zeros(1, 21, 8, 8),
        torch.zeros(1, 1),
        torch.zeros(2, 10),
        torch.zeros(1, 10, dtype=torch.int64),
        torch.full((1, 10), float("nan")),
        None,
        "text",
        {},
    ],
)
def test_other_outputs_have_no_classes(output):
    assert best_scores(output, None) == ()
