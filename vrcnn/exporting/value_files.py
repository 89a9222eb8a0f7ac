"""The values themselves, bit for bit: all layers in one `.npz` or `.safetensors` file, which is written as they come.

Neither numpy's nor safetensors' own writer takes one array after the other, so that both would need all of them in
memory. Formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html and
https://github.com/huggingface/safetensors (a length, a header as JSON, the numbers).
"""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any, BinaryIO, Protocol

import numpy as np
import torch
from torch import Tensor

from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.exporting.facts import Facts, layer_facts
from vrcnn.whole_file import whole

NAME = "values"
SAFETENSORS = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e5m2: "F8_E5M2",
}
ENTRY = 160  # bytes of the header for one tensor beside its name and shape, at most


class Archive(Protocol):
    """A file that takes one array after the other."""

    def put(self, name: str, tensor: Tensor) -> str:
        """Writes it, and returns how it is stored."""
        ...

    def finish(self) -> None: ...


class ValueFiles:
    """Writes the tensors of one layer after the other; nothing is at its place before `finish`."""

    def __init__(self, facts: Facts, layers: Sequence[ChosenLayer], closing: ExitStack) -> None:
        self._facts = facts
        self._path = facts.folder / f"{NAME}.{facts.wishes.format}"
        self._file = ExitStack()
        closing.push(self._file)
        file = self._file.enter_context(whole(self._path))
        make = Npz if facts.wishes.format == "npz" else Safetensors
        self._archive: Archive = make(file, layers)
        self._told: dict[str, Any] = {}
        closing.callback(self._abandon)

    def work(self, layer: ChosenLayer) -> int:
        """How much it is, as if a file were 256 kB."""
        return 1 + (math.prod(layer.node.shape) >> 16)

    def take(self, layer: ChosenLayer, tensor: Tensor) -> Iterator[int]:
        """Writes the layer's values. Raises UserError."""
        values = layer.values(plain(tensor)).contiguous()
        stored = self._archive.put(layer.node.name, values)
        self._told[layer.node.name] = {
            **layer_facts(layer),
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "stored": stored,
            "exported_channels": list(layer.channels) if len(layer.channels) < layer.count else "all",
        }
        yield self.work(layer)

    def finish(self) -> None:
        """The file takes its place, and gets its sidecar."""
        self._archive.finish()
        self._file.close()
        holds = "the tensors of the layers, bit for bit as the network made them, by the layers' names"
        self._facts.tell(self._path, holds, contents={"layers": self._told})

    def _abandon(self) -> None:
        """What is not finished is not wanted any more; a zip file that is left open would complain when it is gone."""
        with suppress(Exception):
            self._archive.finish()


class Npz:
    """A zip file of `.npy` files, not compressed, as `numpy.savez` writes it."""

    def __init__(self, file: BinaryIO, layers: Sequence[ChosenLayer]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def put(self, name: str, tensor: Tensor) -> str:
        array = as_numpy(tensor)
        with self._zip.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as entry:
            np.lib.format.write_array(entry, array, allow_pickle=False)
        return str(array.dtype)

    def finish(self) -> None:
        self._zip.close()


class Safetensors:
    """Leaves room for the header, which is written last, when all types are known."""

    def __init__(self, file: BinaryIO, layers: Sequence[ChosenLayer]) -> None:
        self._file = file
        bound = sum(ENTRY + len(json.dumps([layer.node.name, layer.node.shape, 0])) for layer in layers) + ENTRY
        self._room = -(-bound // 8) * 8
        self._header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        self._written = 0
        file.write(bytes(8 + self._room))

    def put(self, name: str, tensor: Tensor) -> str:
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor)
        if tensor.dtype not in SAFETENSORS:
            tensor = tensor.to(torch.float32)
        numbers = tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data
        offsets = [self._written, self._written + len(numbers)]
        stored = SAFETENSORS[tensor.dtype]
        self._header[name] = {"dtype": stored, "shape": list(tensor.shape), "data_offsets": offsets}
        self._file.write(numbers)
        self._written = offsets[1]
        return stored

    def finish(self) -> None:
        header = json.dumps(self._header).encode()
        assert len(header) <= self._room, "the room for the header is an upper bound"
        self._file.seek(0)
        self._file.write(self._room.to_bytes(8, "little") + header.ljust(self._room))


def plain(tensor: Tensor) -> Tensor:
    """The tensor as numbers one behind the other: of sparse and quantized ones what they stand for."""
    if tensor.layout is not torch.strided:
        tensor = tensor.to_dense()
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    return tensor.resolve_conj().resolve_neg()


def as_numpy(tensor: Tensor) -> np.ndarray:
    """The same numbers; as float32 where numpy has no such type, as of bfloat16, which loses nothing."""
    try:
        array: np.ndarray = tensor.numpy()
    except TypeError:
        array = tensor.to(torch.float32).numpy()
    return array
