"""Recordings on disk: what was recorded comes back bit for bit, and whatever else a file is ends in one sentence."""

import io
import json
import random
import time
import zipfile

import numpy as np
import pytest
import torch
from programs import Classifier, Volumes, picture
from torch import nn

import vrcnn
from vrcnn.engine.worker import Worker
from vrcnn.errors import UserError
from vrcnn.network.graph import Graph, Node
from vrcnn.network.recorded_source import recorded_source
from vrcnn.network.recording import RecordedPass, Recording
from vrcnn.network.recording_file import open_recording, save_recording
from vrcnn.scene.build import build_world

torch.set_num_threads(1)
MUTATIONS = 50  # of bytes, and as many of what the bytes say
ODD = (0, -1, 3.5, 10**18, "", "x", "conv2d", "permute", "NCHW", "LLLL", None, True, [], [0, 0], {})


@pytest.fixture(scope="module")
def watched():
    torch.manual_seed(0)
    network = Classifier().eval()
    with vrcnn.watch(network, labels=["cat", "dog", "parrot", "fox"], detail="all") as watched, torch.no_grad():
        for _ in range(2):
            network(picture(2, 3, 12, 16))
        network.stem(picture(1, 3, 5, 5))
    return watched


@pytest.fixture
def file(watched, tmp_path):
    return watched.save(tmp_path / "run.vrcnn")


def test_what_is_saved_comes_back_bit_for_bit(watched, file):
    before, after = watched.recording(), open_recording(file)
    assert (after.name, after.labels, after.ways, after.detail) == (
        "Classifier",
        ("cat", "dog", "parrot", "fox"),
        before.ways,
        "all",
    )
    assert after.versions["torch"] == torch.__version__
    assert [each.name for each in after.passes] == ["pass 1", "pass 2", "pass 3: stem"]
    for one, other in zip(before.passes, after.passes, strict=True):
        assert (one.kind, one.scores, one.inputs, one.way) == (other.kind, other.scores, other.inputs, other.way)
        for kept, read in ((one.values, other.values), (one.outputs, other.outputs), (one.pictures, other.pictures)):
            assert kept.keys() == read.keys()
            for key in kept:
                assert kept[key].dtype == read[key].dtype
                assert np.array_equal(kept[key], read[key])
    assert after.passes[0].scores[0][1] in after.labels


def test_the_same_recording_makes_the_same_bytes(watched, tmp_path):
    first, second = (watched.save(tmp_path / f"{name}.vrcnn").read_bytes() for name in "ab")
    assert first == second


def test_numpy_opens_the_file_as_well(watched, file):
    kept = watched.activations(0)
    with np.load(file) as arrays:
        assert np.array_equal(arrays["0/0"], kept["input"])


def test_a_large_file_opens_at_once(tmp_path):
    node = Node(0, "input", "input", "input", "", (1, 8, 1024, 1024), axes="NCHW")
    values = np.zeros((1, 8, 1024, 1024), np.float16)
    passes = tuple(
        RecordedPass(f"pass {number}", 0, {0: values}, {}, (), {"input": np.zeros((4, 4, 3), np.uint8)}, True)
        for number in range(5)
    )
    path = save_recording(Recording("Net", None, (Graph((node,), ()),), passes), tmp_path / "large.vrcnn")
    assert path.stat().st_size > 80 << 20
    began = time.perf_counter()
    recording = open_recording(path)
    assert time.perf_counter() - began < 0.2
    assert recording.passes[4].values[0].shape == (1, 8, 1024, 1024)


def test_what_needs_the_network_says_that_there_is_none(file):
    source = recorded_source(open_recording(file))
    for ask in (source.require_network, lambda: source.module(picture(1, 3, 4, 4))):
        with pytest.raises(UserError, match=r"^Classifier is a recording, which has the maps of its passes and no"):
            ask()


def rewritten(file, change):
    """The file with another description."""
    with zipfile.ZipFile(file) as archive:
        members = {info.filename: (archive.read(info), info.compress_type) for info in archive.infolist()}
    said = json.loads(members["recording.json"][0])
    changed = change(said)
    members["recording.json"] = json.dumps(said if changed is None else changed).encode(), zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(file, "w") as archive:
        for name, (content, kind) in members.items():
            archive.writestr(name, content, kind)
    return file


def set_at(*way, value):
    def change(said):
        at = said
        for step in way[:-1]:
            at = at[step]
        at[way[-1]] = value

    return change


HOSTILE = {
    "no passes": set_at("passes", value=[]),
    "another way": set_at("passes", 0, "way", value=7),
    "absurd shape": set_at("passes", 0, "values", "0", "shape", value=[1, 3, 1 << 30, 1 << 30]),
    "negative shape": set_at("passes", 0, "values", "0", "shape", value=[1, 3, -12, 16]),
    "objects": set_at("passes", 0, "values", "0", "dtype", value="|O"),
    "records": set_at("passes", 0, "values", "0", "dtype", value="f4,f4"),
    "other numbers": set_at("passes", 0, "values", "0", "dtype", value="<f8"),
    "a path": set_at("passes", 0, "values", "../../x", value={"shape": [1], "dtype": "<f4"}),
    "no such layer": set_at("passes", 0, "values", "999", value={"shape": [1], "dtype": "<f4"}),
    "edge to nowhere": set_at("ways", 0, "edges", 0, value={"source": 0, "target": 10**6}),
    "edge backwards": set_at("ways", 0, "edges", 0, value={"source": 3, "target": 1}),
    "odd family": set_at("ways", 0, "nodes", 1, "family", value="sofa"),
    "text for a number": set_at("ways", 0, "nodes", 1, "index", value="1"),
    "no number": set_at("passes", 0, "scores", value=[[0, "cat", float("nan"), None]]),
    "huge node": set_at("ways", 0, "nodes", 0, "shape", value=[1, 3, 10**15, 10**15]),
    "a list": lambda said: [said],
    "deep": lambda said: said | {"notes": json.loads("[" * 900 + "]" * 900)},
    "window of nothing": set_at(
        "ways", 0, "nodes", 1, "window", value={"kernel": [0], "stride": [0], "padding": [0], "dilation": [0]}
    ),
    "no picture": set_at("passes", 0, "pictures", value={}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_file_says_is_not_believed(file, name):
    with pytest.raises(UserError, match=r"run\.vrcnn is (damaged, or )?no recording"):
        open_recording(rewritten(file, HOSTILE[name]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no recording"),
        (b"PK\3\4 and then nothing", "cut off or damaged"),
        (b"\x89PNG\r\n" * 100, "no recording"),
        (b'{"format": "vrcnn recording"}', "no recording"),
    ],
    ids=["empty", "cut", "picture", "json"],
)
def test_other_files_are_no_recordings(tmp_path, content, words):
    path = tmp_path / "some.vrcnn"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words):
        open_recording(path)
    with pytest.raises(UserError, match="There is no file"):
        open_recording(tmp_path / "none.vrcnn")
    with pytest.raises(UserError, match="is a folder"):
        open_recording(tmp_path)


def test_a_newer_file_and_other_archives_are_told_apart(file, tmp_path):
    with pytest.raises(UserError, match=r"written by a newer vrcnn \(format 2\): update this one"):
        open_recording(rewritten(file, set_at("version", value=2)))
    other = tmp_path / "other.vrcnn"
    np.savez(other.open("wb"), a=np.zeros(3))
    with pytest.raises(UserError, match="is no recording"):
        open_recording(other)


def test_a_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("vrcnn.network.recording_file.LARGEST_SAID", 1 << 20)
    path = tmp_path / "bomb.vrcnn"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("recording.json", "w") as member:
        for _ in range(16):
            member.write(bytes(1 << 20))
    began = time.perf_counter()
    with pytest.raises(UserError, match="larger than any could be"):
        open_recording(path)
    assert time.perf_counter() - began < 0.2


def places_in(said, way=()):
    """The ways to every value within."""
    if way:
        yield way
    for step, value in said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ():
        yield from places_in(value, (*way, step))


def test_mutated_descriptions_end_in_sentences_or_can_be_shown(file, tmp_path):
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    ways, refused, shown = [*places_in(json.loads(members["recording.json"]))], 0, 0
    for number in range(MUTATIONS):
        chance, said = random.Random(number), json.loads(members["recording.json"])
        way = chance.choice(ways)
        at = said
        for step in way[:-1]:
            at = at[step]
        value = at[way[-1]]
        doubled = value * 2 if isinstance(value, str | list) else value
        at[way[-1]] = chance.choice((*ODD, value + 1 if isinstance(value, int) else doubled))
        path = tmp_path / f"{number}.vrcnn"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, json.dumps(said) if name == "recording.json" else content)
        began = time.perf_counter()
        try:
            worker = Worker(recorded_source(open_recording(path)), memory=1 << 26)
            worker.prepare()
        except UserError:
            refused += 1
        else:
            build_world("mutated", worker.graph, worker.plan, ["pass 1"])
            shown += 1
        assert time.perf_counter() - began < 2
    assert refused > MUTATIONS // 2
    assert shown > 3


def test_mutations_of_the_bytes_end_in_sentences(file, tmp_path):
    whole, chance, refused = file.read_bytes(), random.Random(7), []
    for number in range(MUTATIONS):
        content = bytearray(whole)
        match number % 4:
            case 0:
                del content[chance.randrange(len(content)) :]
            case 1:
                for _ in range(chance.choice((1, 8, 200))):
                    content[chance.randrange(len(content))] = chance.randrange(256)
            case 2:
                start = chance.randrange(len(content))
                content[start:start] = chance.randbytes(chance.choice((1, 30, 4000)))
            case 3:  # at the ends, where the directory and the description are
                place = chance.choice((chance.randrange(2000), len(content) - 1 - chance.randrange(3000)))
                content[place] ^= 1 << chance.randrange(8)
        path = tmp_path / f"{number}.vrcnn"
        path.write_bytes(content)
        began = time.perf_counter()
        try:
            recording = open_recording(path)
            for each in recording.passes:
                for arrays in (each.values, each.outputs, each.pictures):
                    for key in arrays:
                        arrays[key]
        except UserError as error:
            refused.append((path, str(error)))
        assert time.perf_counter() - began < 2
    assert len(refused) > MUTATIONS * 0.8
    assert all(str(path) in words and "\n" not in words for path, words in refused)


def test_a_file_that_cannot_be_written_is_told_of(watched, tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        watched.save(tmp_path / "none" / "run.vrcnn")
    with pytest.raises(UserError, match="that is a folder"):
        watched.save(tmp_path)


def test_volumes_signals_and_words_have_pictures_on_the_shelf():
    with torch.no_grad():
        with vrcnn.watch(Volumes().eval(), task="segmentation") as volumes:
            volumes._watching.network(picture(1, 1, 8, 8, 8))
        with vrcnn.watch(nn.Conv1d(2, 3, 3)) as signals:
            signals._watching.network(picture(1, 2, 40))
        with vrcnn.watch(nn.Embedding(9, 4)) as words:
            words._watching.network(torch.tensor([[1, 2, 3]]))
    shapes = [each.recording().passes[0].pictures["input"].shape for each in (volumes, signals, words)]
    assert all(len(shape) == 3 and shape[2] == 3 and min(shape) > 0 for shape in shapes)
    assert volumes.recording().passes[0].kind == "segments"
    assert "overlay" in volumes.recording().passes[0].pictures


def test_a_member_that_has_changed_since_is_told_of(file):
    recording = open_recording(file)
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("0/0.npy")
    content[info.header_offset + 300] ^= 255
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged or gone: 0/0\.npy cannot be read \(bytes of it have changed"):
        recording.passes[0].values[0]
    file.unlink()
    with pytest.raises(UserError, match="damaged or gone"):
        recording.passes[0].values[0]
