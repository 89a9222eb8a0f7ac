"""How maps get into texture arrays: which way is chosen, and that every way brings the same values.

There is no graphics card here: CUDA's calls are made by a stand-in that does what its documentation says with the
processor's memory, on a real OpenGL buffer. Everything but those calls is what runs on a card.
"""

import builtins
import ctypes
import sys
from dataclasses import dataclass
from enum import IntEnum
from types import SimpleNamespace

import moderngl
import numpy as np
import pytest
import torch

from vrcnn.engine.map_memory import DeviceMaps, MapMemory, tensor_of
from vrcnn.render import transfer as module
from vrcnn.render.context import standalone_context
from vrcnn.render.gl_errors import GLErrors
from vrcnn.render.raw import PIXEL_UNPACK_BUFFER, UNPACK_ALIGNMENT, RawGL, TextureArray, _address_finder
from vrcnn.render.transfer import WITHOUT_BINDINGS, PinnedTransfer, RegisteredTransfer, Transfer, choose_transfer

SIZES = ((7, 5), (3, 2), (1, 1))
WRITE_BIT = 2


class Error(IntEnum):
    cudaSuccess = 0  # noqa: N815 - CUDA's own name
    cudaErrorNotSupported = 801  # noqa: N815


class Cuda:
    """cuda.bindings.runtime on a machine whose card is the processor; counts what is mapped at the moment."""

    cudaGraphicsRegisterFlags = SimpleNamespace(cudaGraphicsRegisterFlagsWriteDiscard=2)  # noqa: N815
    cudaMemcpyKind = SimpleNamespace(cudaMemcpyDeviceToDevice=3)  # noqa: N815
    cudaGLDeviceList = SimpleNamespace(cudaGLDeviceListAll=1)  # noqa: N815

    def __init__(self, devices=(0,), error: Error = Error.cudaSuccess) -> None:
        address = _address_finder()
        self._bind = ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_uint)(address("glBindBuffer"))
        arguments = (ctypes.c_uint, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_uint)
        self._map = ctypes.CFUNCTYPE(ctypes.c_void_p, *arguments)(address("glMapBufferRange"))
        self._unmap = ctypes.CFUNCTYPE(ctypes.c_ubyte, ctypes.c_uint)(address("glUnmapBuffer"))
        self.devices, self.error = devices, error
        self.mapped, self.pointer, self.copies = 0, 0, 0

    def cudaSetDevice(self, device):  # noqa: N802
        return (Error.cudaSuccess,)

    def cudaGLGetDevices(self, most, kind):  # noqa: N802
        return Error.cudaSuccess, len(self.devices), list(self.devices) + [0] * (most - len(self.devices))

    def cudaGraphicsGLRegisterBuffer(self, number, flags):  # noqa: N802
        return self.error, None if self.error else number

    def cudaGraphicsMapResources(self, count, resource, stream):  # noqa: N802
        assert not self.mapped, "a resource is mapped once at a time"
        self._bind(PIXEL_UNPACK_BUFFER, resource)
        self.pointer = self._map(PIXEL_UNPACK_BUFFER, 0, module.STAGING, WRITE_BIT)
        self._bind(PIXEL_UNPACK_BUFFER, 0)
        self.mapped += 1
        return (Error.cudaSuccess,)

    def cudaGraphicsResourceGetMappedPointer(self, resource):  # noqa: N802
        return Error.cudaSuccess, self.pointer, module.STAGING

    def cudaMemcpyAsync(self, to, origin, size, kind, stream):  # noqa: N802
        assert self.mapped
        assert self.pointer <= to <= to + size <= self.pointer + module.STAGING
        ctypes.memmove(to, origin, size)
        self.copies += 1
        return (Error.cudaSuccess,)

    def cudaStreamSynchronize(self, stream):  # noqa: N802
        return (Error.cudaSuccess,)

    def cudaGraphicsUnmapResources(self, count, resource, stream):  # noqa: N802
        self._bind(PIXEL_UNPACK_BUFFER, resource)
        assert self._unmap(PIXEL_UNPACK_BUFFER)
        self._bind(PIXEL_UNPACK_BUFFER, 0)
        self.mapped -= 1
        return (Error.cudaSuccess,)

    def cudaGraphicsUnregisterResource(self, resource):  # noqa: N802
        return (Error.cudaSuccess,)


@dataclass
class Here:
    context: moderngl.Context
    gl: RawGL

    def read(self, array: TextureArray, level: int) -> np.ndarray:
        """(layers, height, width) float16 of a level, by copying it through a framebuffer."""
        height, width = array.levels[level]
        read = np.zeros((array.layers, height, width), np.float16)
        address = _address_finder()
        get = ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p)
        store = ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_int)(address("glPixelStorei"))
        store(0x0D05, 1)  # GL_PACK_ALIGNMENT
        array.use(0)
        get(address("glGetTexImage"))(0x8C1A, level, 0x1903, 0x140B, read.ctypes.data)
        return read


@pytest.fixture
def here():
    context = standalone_context()
    with context:
        yield Here(context, RawGL())
        GLErrors(context).check("the end of a test")
    context.release()


@pytest.fixture
def levels():
    torch.manual_seed(0)
    return [torch.randn(9, height, width).half() for height, width in SIZES]


def uploaded(here: Here, way: Transfer, levels) -> list[np.ndarray]:
    array = TextureArray(here.gl, SIZES, 6)
    here.gl.PixelStorei(UNPACK_ALIGNMENT, 1)
    array.use(0)
    way.write(array, 1, 4, levels, 3)
    return [here.read(array, level)[1:5] for level in range(len(SIZES))]


def assert_right(found, levels):
    for level, maps in zip(found, levels, strict=True):
        np.testing.assert_array_equal(level, maps[3:7].numpy())


def test_maps_in_main_memory_arrive(here, levels):
    assert_right(uploaded(here, Transfer(), [level.numpy() for level in levels]), levels)


@pytest.mark.parametrize("staging", [16 << 20, 300, 60], ids=["all at once", "few at a time", "a few rows at a time"])
def test_maps_on_the_card_arrive_through_the_shared_buffer(here, levels, monkeypatch, staging):
    monkeypatch.setattr(module, "STAGING", staging)
    cuda = Cuda()
    way = RegisteredTransfer(here.gl, cuda)
    assert_right(uploaded(here, way, [DeviceMaps(level) for level in levels]), levels)
    assert cuda.copies >= len(SIZES)
    assert not cuda.mapped
    way.release()


def test_levels_that_the_card_had_no_room_for_come_from_main_memory(here, levels):
    cuda = Cuda()
    mixed = [DeviceMaps(levels[0]), *(level.numpy() for level in levels[1:])]
    assert_right(uploaded(here, RegisteredTransfer(here.gl, cuda), mixed), levels)
    assert cuda.copies == 1


@pytest.fixture
def bindings(here, monkeypatch):
    """Installs a stand-in for the package, or with None takes it away."""

    def install(cuda) -> None:
        if cuda is None:
            known = builtins.__import__

            def refuse(name, *rest, **more):
                if name.startswith("cuda"):
                    raise ImportError(name)
                return known(name, *rest, **more)

            monkeypatch.setattr(builtins, "__import__", refuse)
        else:
            package = SimpleNamespace(runtime=cuda)
            monkeypatch.setitem(sys.modules, "cuda", SimpleNamespace(bindings=package))
            monkeypatch.setitem(sys.modules, "cuda.bindings", package)

    return install


def test_a_network_on_the_processor_needs_no_card(here, bindings):
    bindings(None)
    assert choose_transfer(here.gl, "cpu").way == module.Way("plain")


def test_without_the_package_the_maps_come_through_pinned_memory(here, bindings):
    bindings(None)
    assert choose_transfer(here.gl, "cuda").way == module.Way("pinned", WITHOUT_BINDINGS)


def test_the_card_that_draws_and_computes_shares_its_memory(here, bindings):
    bindings(Cuda(devices=(1, 0)))
    assert isinstance(choose_transfer(here.gl, "cuda"), RegisteredTransfer)
    assert isinstance(choose_transfer(here.gl, "cuda:1"), RegisteredTransfer)


@pytest.mark.parametrize(
    ("cuda", "reason"),
    [
        ({"devices": (0,)}, "another graphics card"),
        ({"devices": (1,), "error": Error.cudaErrorNotSupported}, "NotSupp"),
    ],
)
def test_what_cannot_be_shared_goes_through_pinned_memory_and_says_why(here, bindings, cuda, reason):
    bindings(Cuda(**cuda))
    way = choose_transfer(here.gl, "cuda:1")
    assert isinstance(way, PinnedTransfer)
    assert reason in way.way.reason


def test_memory_on_a_way_that_is_not_open_here_falls_back_to_the_next(monkeypatch):
    def full(*shape, **options):
        if options.get("device") is not None:
            raise torch.OutOfMemoryError
        raise RuntimeError("cannot pin")

    memory = MapMemory(torch.device("cpu"), "registered")
    assert isinstance(memory.maps((2, 3, 3)), DeviceMaps)
    monkeypatch.setattr(torch, "zeros", full)
    maps = memory.maps((2, 3, 3))
    assert isinstance(maps, np.ndarray)
    assert memory.way == "plain"
    assert tensor_of(maps).shape == (2, 3, 3)
