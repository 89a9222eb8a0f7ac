"""Any structure of arguments: where the picture is found in it, how it is replaced, and that the original stays."""

from collections import OrderedDict, UserDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
import torch
from torch import nn

from vrcnn.network.example import Place, arguments_of, example_of, mapped

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Batch:
    image: torch.Tensor
    mask: torch.Tensor | None = None
    area: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "area", 2.5)


@dataclass(slots=True)
class Slotted:
    image: torch.Tensor


class Pair(NamedTuple):
    tokens: torch.Tensor
    image: torch.Tensor


TOKENS = torch.arange(8).reshape(4, 2)
PICTURES = torch.rand(4, 3, 8, 9)


@pytest.mark.parametrize(
    ("arguments", "keywords", "slot"),
    [
        ((PICTURES,), {}, (0,)),
        ((TOKENS, PICTURES), {}, (1,)),
        ((), {"pixel_values": PICTURES}, ("pixel_values",)),
        (({"tokens": TOKENS, "image": PICTURES},), {}, (0, "image")),
        ((OrderedDict(image=PICTURES),), {}, (0, "image")),
        ((UserDict(image=PICTURES),), {}, (0, "image")),
        ((Batch(PICTURES),), {}, (0, "image")),
        ((Slotted(PICTURES),), {}, (0, "image")),
        ((Pair(TOKENS, PICTURES),), {}, (0, "image")),
        ((TOKENS,), {"batch": [{"deep": (TOKENS, PICTURES)}]}, ("batch", 0, "deep", 1)),
        ((torch.rand(4, 2, 50), torch.rand(4, 1, 6, 7, 8), PICTURES), {}, (2,)),
        ((torch.rand(4, 2, 50), torch.rand(4, 1, 6, 7, 8)), {}, (1,)),
        ((torch.rand(4, 2, 50),), {}, (0,)),
        ((TOKENS, torch.rand(4, 10), None, "text"), {"size": 3}, None),
    ],
)
def test_the_picture_is_found_and_takes_its_place(arguments: Any, keywords: dict[str, Any], slot: Place | None) -> None:
    example = example_of(arguments, keywords, CPU)
    assert example.slot == slot
    if example.tensor is None:
        assert (example.arguments, example.keywords) == (arguments, keywords)
        return
    assert example.tensor.shape[0] == 1
    other = torch.full_like(example.tensor, 7)
    changed = example.with_tensor(other)
    assert changed.tensor is not None
    assert torch.equal(changed.tensor, other)
    assert not torch.equal(example.tensor, other), "the original is as it was"
    kinds = [type(value) for value in (*changed.arguments, *changed.keywords.values())]
    assert kinds == [type(value) for value in (*arguments, *keywords.values())]


def test_a_batch_is_cut_everywhere_in_the_structure() -> None:
    other = torch.rand(5, 2)
    example = example_of((Batch(PICTURES, torch.rand(4, 8, 9)), [other, TOKENS]), {}, CPU)
    batch, (kept, tokens) = example.arguments
    assert (batch.image.shape[0], batch.mask.shape[0], batch.area) == (1, 1, 2.5)
    assert kept is other
    assert tokens.tolist() == [[0, 1]]


def test_a_list_of_single_pictures_is_what_detectors_read() -> None:
    example = example_of(([torch.rand(3, 20, 30)],), {}, CPU)
    assert example.slot == (0, 0)
    assert example.tensor is not None
    assert example.tensor.shape == (1, 3, 20, 30)
    assert example.with_tensor(torch.rand(1, 3, 8, 9)).arguments[0][0].shape == (3, 8, 9)


def test_what_holds_no_tensor_stays_the_object_that_it_is() -> None:
    settings, names = {"a": [1, 2]}, ("x", "y")
    first, second = mapped((settings, [names, torch.zeros(1)]), lambda tensor: tensor + 1)
    assert first is settings
    assert second[0] is names
    assert second[1].item() == 1


class One(nn.Module):
    def forward(self, batch: Any, gain: float = 1.0) -> Any:
        return batch


class Two(nn.Module):
    def forward(self, image: Any, tokens: Any) -> Any:
        return image, tokens


class Free(nn.Module):
    def forward(self, **keywords: Any) -> Any:
        return keywords


@pytest.mark.parametrize(
    ("example", "module", "arguments", "keywords"),
    [
        (3, One(), (3,), {}),
        ((3, 4), Two(), (3, 4), {}),
        ([3, 4], Two(), (3, 4), {}),
        ({"image": 3, "tokens": 4}, Two(), (), {"image": 3, "tokens": 4}),
        ({"image": 3, "tokens": 4}, One(), ({"image": 3, "tokens": 4},), {}),
        ({"batch": 3, "gain": 4}, One(), (), {"batch": 3, "gain": 4}),
        ({"image": 3}, Free(), (), {"image": 3}),
        (({"image": 3, "tokens": 4},), Two(), ({"image": 3, "tokens": 4},), {}),
        ({0: 3}, Free(), ({0: 3},), {}),
    ],
)
def test_a_dictionary_holds_keywords_unless_the_forward_wants_it_whole(
    example: Any, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> None:
    assert arguments_of(example, module) == (arguments, keywords)


def test_a_data_class_or_named_tuple_is_one_argument() -> None:
    for example in (Batch(PICTURES), Pair(TOKENS, PICTURES)):
        (only,), keywords = arguments_of(example, One())
        assert only is example
        assert keywords == {}
