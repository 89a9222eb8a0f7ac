"""Recordings on disk: a zip file with JSON and with arrays as numpy writes them, which `numpy.load` opens as well.

Arrays are stored as they are, so that each is read when it is wanted and a large file opens at once. What a file says
of itself is believed only as far as its bytes are there; nothing in it is run, and nothing is unpacked to the disk.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vrcnn.errors import UserError
from vrcnn.network.graph import FAMILIES, Graph, Node
from vrcnn.network.recording import RecordedPass, Recording, Said
from vrcnn.network.scope import LEVELS
from vrcnn.network.typed_json import decoded
from vrcnn.whole_file import write_whole

SUFFIX = ".vrcnn"
FORMAT, VERSION = "vrcnn recording", 1
SAID = "recording.json"
LARGEST_SAID = 256 << 20  # bytes of JSON
MOST_NODES, MOST_PASSES, MOST_AXES, LARGEST_SIDE = 200_000, 100_000, 8, 1 << 31
HEADER = 4096  # bytes that an array's header may have
LOCAL = struct.Struct("<4s22xHH")  # of a member's own header: signature, lengths of name and extra field
DATED = (1980, 1, 1, 0, 0, 0)  # of every member, so that the same recording makes the same file
LETTERS = frozenset("NCHWDLF")
_BROKEN = (ValueError, TypeError, LookupError, RuntimeError, EOFError, zlib.error)  # of those who read damaged files


@dataclass(frozen=True)
class _Array:
    """Of an array in the file: `dtype` as numpy writes it, such as "<f2"."""

    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True)
class _Pass:
    name: str
    way: int
    values: dict[str, _Array]
    outputs: dict[str, _Array]
    inputs: tuple[tuple[str, tuple[int, ...], str], ...]
    pictures: dict[str, _Array]
    is_seen: bool
    kind: str = "none"
    scores: tuple[Said, ...] = ()


@dataclass(frozen=True)
class _Said:
    name: str
    ways: tuple[Graph, ...]
    passes: tuple[_Pass, ...]
    labels: tuple[str, ...] | None = None
    detail: str = "layers"
    exact: bool = False
    notes: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)


def save_recording(recording: Recording, path: Path) -> Path:
    """Writes the file, whole or not at all, and returns its path. Raises UserError where it cannot be written."""
    return write_whole(path, lambda file: _write(recording, file))


def open_recording(path: Path) -> Recording:
    """Reads what a file says of itself; arrays are read when they are asked for.

    Raises UserError for a file that is no recording, a newer one, damaged, or not what it says.
    """
    try:
        size = path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist()}
            if SAID not in members:
                raise UserError(f"{path} is no recording: give a file that `watched.save` has written.")
            if members[SAID].file_size > LARGEST_SAID:
                raise ValueError("its description is larger than any could be")
            with archive.open(SAID) as file:
                text = file.read(LARGEST_SAID + 1)
        return _Reader(path, size, members).recording(_said(path, text))
    except FileNotFoundError:
        raise UserError(f"There is no file {path}: give one that `watched.save` has written.") from None
    except IsADirectoryError:
        raise UserError(f"{path} is a folder: give a file that `watched.save` has written.") from None
    except zipfile.BadZipFile:
        what = "cut off or damaged" if _begins_as_zip(path) else "no recording"
        raise UserError(f"{path} is {what}: give a file that `watched.save` has written whole.") from None
    except _BROKEN as error:
        raise UserError(f"{path} is damaged, or no recording ({_reason(error)}): record it again.") from error
    except MemoryError as error:
        raise UserError(f"{path} says that it has more than this machine's memory holds: record it again.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}).") from error


def _write(recording: Recording, file: BinaryIO) -> None:
    passes = [
        _Pass(
            each.name,
            each.way,
            {str(node): _described(value) for node, value in each.values.items()},
            {name: _described(value) for name, value in each.outputs.items()},
            each.inputs,
            {name: _described(value) for name, value in each.pictures.items()},
            each.is_seen,
            each.kind,
            each.scores,
        )
        for each in recording.passes
    ]
    said = _Said(
        recording.name,
        recording.ways,
        tuple(passes),
        recording.labels,
        recording.detail,
        recording.exact,
        recording.notes,
        dict(recording.versions),
    )
    text = json.dumps({"format": FORMAT, "version": VERSION} | asdict(said), separators=(",", ":"))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(SAID, DATED), text, zipfile.ZIP_DEFLATED)
        for number, each in enumerate(recording.passes):
            for name, value in _arrays(number, each):
                with archive.open(zipfile.ZipInfo(name, DATED), "w", force_zip64=value.nbytes >= 1 << 31) as member:
                    np.lib.format.write_array(member, np.ascontiguousarray(value), (1, 0), allow_pickle=False)


def _arrays(number: int, each: RecordedPass) -> Iterator[tuple[str, np.ndarray]]:
    for node, value in each.values.items():
        yield _value_name(number, str(node)), value
    for place, value in enumerate(each.outputs.values()):
        yield _output_name(number, place), value
    for name, value in each.pictures.items():
        yield _picture_name(number, name), value


def _value_name(number: int, node: str) -> str:
    return f"{number}/{node}.npy"


def _output_name(number: int, place: int) -> str:
    return f"{number}/output-{place}.npy"


def _picture_name(number: int, name: str) -> str:
    return f"{number}/{name}.npy"


def _described(array: np.ndarray) -> _Array:
    return _Array(tuple(array.shape), array.dtype.str)


def _said(path: Path, text: bytes) -> _Said:
    said = json.loads(text)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise UserError(f"{path} is no recording: give a file that `watched.save` has written.")
    if said.get("version") != VERSION:
        raise UserError(f"{path} was written by a newer vrcnn (format {said.get('version')!r}): update this one.")
    found: _Said = decoded(_Said, said, "it")
    return found


class Stored(Mapping[Any, np.ndarray]):
    """Arrays of a file by their keys, each read anew whenever it is asked for.

    Raises UserError where the file is damaged there, or gone.
    """

    def __init__(self, reader: _Reader, names: Mapping[Any, tuple[str, _Array]]) -> None:
        self._reader, self._names = reader, names

    def __getitem__(self, key: Any) -> np.ndarray:
        return self._reader.array(*self._names[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class _Reader:
    """A file of `size` bytes with these members."""

    def __init__(self, path: Path, size: int, members: Mapping[str, zipfile.ZipInfo]) -> None:
        self._path, self._size, self._members = path, size, members

    def recording(self, said: _Said) -> Recording:
        """What the file says, where that can be. Raises ValueError where not."""
        if said.detail not in LEVELS or not said.passes or len(said.passes) > MOST_PASSES:
            raise ValueError("it has no passes")
        for graph in said.ways:
            _check_graph(graph)
        passes = tuple(self._pass(number, each, said.ways) for number, each in enumerate(said.passes))
        return Recording(
            said.name, said.labels, said.ways, passes, said.detail, said.exact, said.notes, dict(said.versions)
        )

    def array(self, name: str, described: _Array) -> np.ndarray:
        """The array of a member. Raises UserError."""
        info = self._members[name]
        try:
            with self._path.open("rb") as file:
                file.seek(info.header_offset)
                signature, name_length, extra_length = LOCAL.unpack(file.read(LOCAL.size))
                if signature != b"PK\3\4":
                    raise ValueError("a member is not where it should be")
                file.seek(name_length + extra_length, io.SEEK_CUR)
                content = file.read(info.file_size)
            if len(content) != info.file_size or zlib.crc32(content) != info.CRC:
                raise ValueError("bytes of it have changed")
            return _array(content, described)
        except (ValueError, struct.error, OSError) as error:
            raise UserError(
                f"{self._path} is damaged or gone: {name} cannot be read ({_reason(error)}). Record it again."
            ) from error

    def _pass(self, number: int, said: _Pass, ways: tuple[Graph, ...]) -> RecordedPass:
        if not 0 <= said.way < len(ways):
            raise ValueError(f"{said.name[:40]} takes a way that there is not")
        nodes = ways[said.way].nodes
        values: dict[int, tuple[str, _Array]] = {}
        for key, described in said.values.items():
            index = int(key) if key.isdecimal() and len(key) < 9 else -1
            if not 0 <= index < len(nodes) or not _fits(described, nodes[index]):
                raise ValueError(f"{said.name[:40]} has values that are no layer's")
            values[index] = self._known(_value_name(number, key), described)
        outputs = {
            name: self._known(_output_name(number, place), described)
            for place, (name, described) in enumerate(said.outputs.items())
        }
        if "input" not in said.pictures or not {*said.pictures} <= {"input", "overlay"}:
            raise ValueError(f"{said.name[:40]} has no picture")
        pictures = {}
        for name, described in said.pictures.items():
            height, width, colours = (*described.shape, 0, 0, 0)[:3]
            if not (0 < height <= 4096 and 0 < width <= 4096 and colours in (3, 4)) or described.dtype != "|u1":
                raise ValueError("a picture is none")
            pictures[name] = self._known(_picture_name(number, name), described)
        return RecordedPass(
            said.name,
            said.way,
            Stored(self, values),
            Stored(self, outputs),
            said.inputs,
            Stored(self, pictures),
            said.is_seen,
            said.kind,
            said.scores,
        )

    def _known(self, name: str, described: _Array) -> tuple[str, _Array]:
        """The same, where a member of that size is in the file."""
        info = self._members.get(name)
        if info is None:
            raise ValueError(f"{name} is missing")
        try:
            kind = np.dtype(described.dtype)
        except (TypeError, SyntaxError):
            raise ValueError(f"{name} is of no kind of number") from None
        if kind.kind not in "biufc" or kind.itemsize > 16 or kind.hasobject:
            raise ValueError(f"{name} is of no kind of number")
        if len(described.shape) > MOST_AXES or any(not 0 <= length <= LARGEST_SIDE for length in described.shape):
            raise ValueError(f"{name} is too large")
        size = prod(described.shape) * kind.itemsize
        whole = info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
        if not whole or not size <= info.file_size <= size + HEADER or info.header_offset + info.file_size > self._size:
            raise ValueError(f"{name} is of another size than it says")
        return name, described


def _array(content: bytes, described: _Array) -> np.ndarray:
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array is of another kind")
    shape, fortran, kind = np.lib.format.read_array_header_1_0(stream)
    if shape != described.shape or fortran or kind != np.dtype(described.dtype):
        raise ValueError("an array is another one than it says")
    rest = content[stream.tell() :]
    if len(rest) != prod(shape) * kind.itemsize:
        raise ValueError("an array is of another size than it says")
    return np.frombuffer(bytearray(rest), kind).reshape(shape)


def _fits(described: _Array, node: Node) -> bool:
    """Whether this can be the tensor of the node, or the first item of its batch."""
    if len(described.shape) != len(node.shape):
        return False
    batch = node.axes.find("N")
    return all(
        length == whole or (place == batch and length == 1 <= whole)
        for place, (length, whole) in enumerate(zip(described.shape, node.shape, strict=True))
    )


def _check_graph(graph: Graph) -> None:
    """Raises ValueError for what no trace makes, and what others rely on."""
    count = len(graph.nodes)
    if not 0 < count <= MOST_NODES:
        raise ValueError("a graph has no nodes")
    for place, node in enumerate(graph.nodes):
        sides = all(0 <= length <= LARGEST_SIDE for length in node.shape)
        letters = not node.axes or (len(node.axes) == len(node.shape) and {*node.axes} <= LETTERS)
        grid = node.grid is None or all(0 < side <= LARGEST_SIDE for side in node.grid)
        if node.index != place or node.family not in FAMILIES or node.members or not (sides and letters and grid):
            raise ValueError(f"node {place} of a graph is none")
        if node.window is not None:
            lengths = {*node.window.kernel, *node.window.stride, *node.window.dilation}
            if not all(0 < length <= LARGEST_SIDE for length in lengths):
                raise ValueError(f"the window of node {place} is none")
    if any(not 0 <= edge.source < edge.target < count for edge in graph.edges):
        raise ValueError("an edge of a graph leads nowhere")
    inside = [index for group in graph.groups for index in group.nodes] + list(graph.outputs)
    if graph.runs or any(not 0 <= index < count for index in inside):
        raise ValueError("a group of a graph has nodes that there are not")


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:120].rstrip(".") or type(error).__name__
