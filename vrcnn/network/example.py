"""The arguments of a forward pass: where a picture goes among them, and how they come onto a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class ExampleInput:
    """The arguments of a forward pass with batches of one. A picture takes the place of the first picture tensor.

    Attributes:
        arguments, keywords: what `module(*arguments, **keywords)` reads.
        slot: the index among `arguments` or the name among `keywords` of the first floating-point tensor of
            (N, C, H, W); None where there is none.
    """

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    slot: int | str | None

    @property
    def tensor(self) -> torch.Tensor | None:
        """The picture tensor, (1, C, H, W)."""
        match self.slot:
            case int():
                return self.arguments[self.slot]
            case str():
                return self.keywords[self.slot]
        return None

    def with_tensor(self, tensor: torch.Tensor) -> ExampleInput:
        """The same arguments with another tensor (1, C, H, W) in the slot."""
        match self.slot:
            case int():
                arguments = (*self.arguments[: self.slot], tensor, *self.arguments[self.slot + 1 :])
                return ExampleInput(arguments, self.keywords, self.slot)
            case str():
                return ExampleInput(self.arguments, self.keywords | {self.slot: tensor}, self.slot)
        return self


def example_of(arguments: tuple[Any, ...], keywords: dict[str, Any], device: torch.device) -> ExampleInput:
    """Finds the picture among the arguments, cuts a batch down to its first item, and moves all to the device."""
    places: list[tuple[int | str, Any]] = [*enumerate(arguments), *keywords.items()]
    slot = next((place for place, value in places if _is_picture(value)), None)
    batch = next((value.shape[0] for place, value in places if place == slot), 0)
    moved = {place: on_device(_first_item(value, batch), device) for place, value in places}
    return ExampleInput(
        tuple(moved[index] for index in range(len(arguments))), {name: moved[name] for name in keywords}, slot
    )


def on_device(value: Any, device: torch.device) -> Any:
    """The same value with every tensor in it, also inside tuples, lists and dictionaries, on the device."""
    match value:
        case torch.Tensor():
            return value.to(device)
        case list():
            return [on_device(item, device) for item in value]
        case tuple() if type(value) is tuple:
            return tuple(on_device(item, device) for item in value)
        case dict():
            return {name: on_device(item, device) for name, item in value.items()}
    return value


def _is_picture(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.ndim == 4 and value.is_floating_point()


def _first_item(value: Any, batch: int) -> Any:
    if batch > 1 and isinstance(value, torch.Tensor) and value.ndim > 0 and value.shape[0] == batch:
        return value[:1]
    return value
