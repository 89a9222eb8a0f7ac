"""Every kind of file that vrcnn writes: how one is written, and how a reader finds it whole. tests/faults walks them.

Whoever writes another kind of file adds it to KINDS. `write` runs in children that are killed and on a disk that is
full: it has to write for real, of something small (a few ms), and must not import anything when it is called.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil  # noqa: F401 - which write_whole imports when there is something to tidy
from PIL import Image

from vrcnn.attribute_command.files import save_attribution, values_path
from vrcnn.engine.results import Results
from vrcnn.errors import UserError
from vrcnn.evaluating.report import save_results
from vrcnn.export.contact_sheet import Row, Sheet, Tile, draw_sheet
from vrcnn.export.film import save_film
from vrcnn.export.glb import Glb, Surface
from vrcnn.export.grey_picture import save_grey
from vrcnn.export.panorama_file import save_panorama
from vrcnn.export.picture import save_picture
from vrcnn.export.plain import packed, unpacked
from vrcnn.export.preferences import PreferencesKeeper, comfort_from
from vrcnn.export.session import NetworkSession, Session, read
from vrcnn.export.session_files import SessionKeeper
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.export.susceptibility_file import read_susceptibility, write_susceptibility
from vrcnn.export.tour_file import read_tour, save_tour
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.network.graph import Graph, Node
from vrcnn.network.recording import RecordedPass, Recording
from vrcnn.network.recording_file import open_recording, save_recording
from vrcnn.scene.arrangement import Arrangement, Handling
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.tour import Stop, Tour
from vrcnn.study.picture_file import read_pictures, write_pictures
from vrcnn.study.reporting.command import write_files
from vrcnn.study.reporting.findings import Report
from vrcnn.study.reporting.tables import report_json
from vrcnn.study.run_files import RUN, read_run, write_run
from vrcnn.study.runs import RunSettings
from vrcnn.susceptibility.results import LayerMeasures, Measured, Susceptibility
from vrcnn.whole_file import whole, write_whole


@dataclass(frozen=True)
class Kind:
    """`write` writes one of a `name` that ends as such files do, to the path that it is given, over any before.

    It raises UserError where it cannot. `check` raises whatever it likes where what lies at the path is not whole.
    """

    name: str
    write: Callable[[Path], object]
    check: Callable[[Path], object]


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)


PICTURE, AROUND = _noise(60, 80), _noise(64, 128)
SETTINGS = preset("fast")
KEY = f"{'b2' * 6}-{'a1' * 10}"  # a NetworkKey as text: that itself is in a module that imports torch
PLACE = Place("conv1", 3)
JUDGED = [SimpleNamespace(name=f"cat/{number}.png", path=None) for number in range(300)]
RESULTS = Results.begun(("cat", "dog"), "by name", True, len(JUDGED))
VALUES_OF_A_PASS = np.random.default_rng(9).normal(size=(1, 3, 60, 80)).astype(np.float16)
MAPS = np.random.default_rng(8).normal(size=(16, 24, 32)).astype(np.float32)
VALUES = np.random.default_rng(7).normal(size=(3, 32, 32)).astype(np.float32)


def write_session(path: Path) -> None:
    handled = {f"layer{number}": Handling(1.5, 3, False, False) for number in range(60)}
    session = Session((NetworkSession("Net", "c3" * 8, replace(Arrangement(), handled=handled)),))
    keeper = SessionKeeper(path)
    keeper._write(path, session)


def check_session(path: Path) -> None:
    session = read(path.read_bytes()).of("Net", "c3" * 8)
    assert session is not None
    assert len(session.arrangement.handled) == 60


def write_preferences(path: Path) -> None:
    world, keeper = SimpleNamespace(comfort=Comfort(), notices=[]), PreferencesKeeper(path)
    keeper.open(world)
    world.notices.clear()
    world.comfort = replace(world.comfort, speed=1.0 if world.comfort.speed == 7.0 else 7.0)
    keeper.finish(world)
    if world.notices:
        raise UserError(world.notices[0].headline)


def check_preferences(path: Path) -> None:
    assert comfort_from(json.loads(path.read_bytes())["comfort"]).speed in (1.0, 7.0)


def write_feature(path: Path) -> None:
    made = Visualization(PLACE, 4, SETTINGS, PICTURE, 2.5, 0.5, None, "risen")
    FeatureCache(path).keep(KEY, made, VALUES, SETTINGS)


def check_feature(path: Path) -> None:
    found = FeatureCache(path).find(KEY, PLACE, 4, SETTINGS)
    assert found is not None
    assert np.array_equal(found[1], VALUES.astype(np.float16))


def check_picture(path: Path, expected: np.ndarray = PICTURE) -> None:
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), expected)


def check_panorama(path: Path) -> None:
    with Image.open(path) as image:
        image.load()
        assert image.size == (128, 64)
        assert b"GPano:ProjectionType" in image.info["xmp"]
    assert path.read_bytes()[-2:] == b"\xff\xd9"


def write_sheet(path: Path) -> None:
    tiles = tuple(Tile(PICTURE, str(number), "1.0") for number in range(3))
    (page,) = draw_sheet(Sheet("Net", "what it looks for", (Row("conv1", "Conv2d", "convolution", tiles),)))
    save_picture(np.asarray(page), path)


def check_sheet(path: Path) -> None:
    with Image.open(path) as image:
        image.load()
        assert image.width > 500


def write_graph(path: Path) -> None:
    text = json.dumps({"nodes": list(range(2000)), "crc": zlib.crc32(b"graph")})
    write_whole(path, lambda file: file.write(text.encode()))


def check_graph(path: Path) -> None:
    assert len(json.loads(path.read_bytes())["nodes"]) == 2000


def write_a_sidecar(path: Path) -> None:
    write_whole(path, lambda file: file.write(b"exported"))
    write_sidecar(path, Sidecar("vrcnn export", "nothing much", settings={"numbers": list(range(500))}))


def check_sidecar(path: Path) -> None:
    told = json.loads(path.with_name(path.name + ".json").read_bytes())
    assert told["settings"]["numbers"] == list(range(500))


def write_recording(path: Path) -> None:
    graph = Graph((Node(0, "input", "input", "input", "", (1, 3, 60, 80), axes="NCHW"),), ())
    shown = RecordedPass("pass 1", 0, {0: VALUES_OF_A_PASS}, {}, (), {"input": PICTURE}, True)
    save_recording(Recording("Net", None, (graph,), (shown,)), path)


def check_recording(path: Path) -> None:
    recording = open_recording(path)
    assert np.array_equal(recording.passes[0].values[0], VALUES_OF_A_PASS)
    assert np.array_equal(recording.passes[0].pictures["input"], PICTURE)


def write_grey(path: Path) -> None:
    save_grey(MAPS[0], (-4.0, 4.0), path)


def check_grey(path: Path) -> None:
    with Image.open(path) as image:
        assert np.asarray(image).max() > 255


def write_scene(path: Path) -> None:
    glb = Glb()
    material = glb.material("noise", PICTURE)
    square = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], np.float32)
    surface = Surface(material, square, square[:, :2], np.array([(0, 1, 2), (0, 2, 3)]))
    write_whole(path, lambda file: glb.write(file, [glb.node("wall", glb.mesh("wall", [surface]))]))


def check_scene(path: Path) -> None:
    content = path.read_bytes()
    assert content[:4] == b"glTF"
    assert int.from_bytes(content[8:12], "little") == len(content)


def write_streamed(path: Path) -> None:
    """As value files and tables are: a piece at a time, with time in between."""
    with whole(path) as file:
        for values in MAPS:
            file.write(values.tobytes())
        file.write(zlib.crc32(MAPS.tobytes()).to_bytes(4, "little"))


def check_streamed(path: Path) -> None:
    content = path.read_bytes()
    assert zlib.crc32(content[:-4]) == int.from_bytes(content[-4:], "little")


def write_attribution(path: Path) -> None:
    save_attribution(PICTURE, VALUES, path)


def check_attribution(path: Path) -> None:
    check_picture(path)
    assert np.array_equal(np.load(values_path(path)), VALUES)


FRAMES = [(np.roll(_noise(40, 64), 7 * number, axis=1), 1) for number in range(3)]
TOUR = Tour("Of faults", tuple(Stop(f"Stop {number}", "Told there. " * 40, layer="conv1") for number in range(40)))


def write_whole_session(path: Path) -> None:
    """With pictures and framed copies in it, as they are embedded."""
    embedded = {"frames": [{"map": {"values": packed(VALUES[0])}}], "pictures": {"shelf": [{"values": packed(VALUES)}]}}
    session = Session((NetworkSession("Net", "c3" * 8, Arrangement()),)).with_parts(embedded)
    SessionKeeper(path)._write(path, session)


def check_whole_session(path: Path) -> None:
    parts = read(path.read_bytes()).rest
    assert (unpacked(parts["pictures"]["shelf"][0]["values"], "values") == VALUES).all()


def check_tour(path: Path) -> None:
    assert read_tour(path) == TOUR


def check_gif(path: Path) -> None:
    with Image.open(path) as film:
        assert film.n_frames == len(FRAMES)
        film.seek(len(FRAMES) - 1)
        film.load()


def write_evaluation(path: Path) -> None:
    save_results(path, "Net", RESULTS, JUDGED)  # type: ignore[arg-type]


def check_evaluation(path: Path) -> None:
    rows = list(csv.reader(path.read_text().splitlines()))
    assert len(rows) == 1 + len(JUDGED)
    assert {len(row) for row in rows} == {8}


def write_study_run(path: Path) -> None:
    write_run(path.parent, RunSettings(), {"train": 1.0, "clean": 0.5, "test": 0.25}, {"about": "x" * 40_000})


def check_study_run(path: Path) -> None:
    run = read_run(path.parent)
    assert (run.settings, run.test, len(run.rest["about"])) == (RunSettings(), 0.25, 40_000)


def write_measured(path: Path) -> None:
    each = {"shift:1": np.linspace(0, 1, 20_000, dtype=np.float32)}
    layer = LayerMeasures("conv1", 20_000, 0, {"shift:1": Measured(1.0, 0.5, 1.5)}, None, each)
    write_susceptibility(path, Susceptibility("Net", 2, 0, {}, (layer,), notes=("x" * 40_000,)))


def check_measured(path: Path) -> None:
    found = read_susceptibility(path)
    assert (found.layers[0].measures["shift:1"].high, len(found.notes[0])) == (1.5, 40_000)
    assert all(len(each) == 20_000 for each in found.layers[0].each.values())


def write_kept_pictures(path: Path) -> None:
    write_pictures(path, PICTURE[None], {"labels": np.zeros(1, np.int64)})


def check_kept_pictures(path: Path) -> None:
    assert (read_pictures(path, "labels")[0][0] == PICTURE).all()


def write_report(path: Path) -> None:
    report = Report(Path("study"), (), ("x" * 40_000,), 0, 0)
    write_files(path.parent, [(path.name, report_json(report, (), (), {}).encode())])


def check_report(path: Path) -> None:
    assert len(json.loads(path.read_text(encoding="utf-8"))["missing"][0]) == 40_000


KINDS = (
    Kind("session.json", write_session, check_session),
    Kind("preferences.json", write_preferences, check_preferences),
    Kind("features", write_feature, check_feature),
    Kind("picture.png", lambda path: save_picture(PICTURE, path), check_picture),
    Kind("panorama.jpg", lambda path: save_panorama(AROUND, path), check_panorama),
    Kind("contact_sheet.png", write_sheet, check_sheet),
    Kind("attribution.png", write_attribution, check_attribution),
    Kind("graph.json", write_graph, check_graph),
    Kind("run.vrcnn", write_recording, check_recording),
    Kind("exported.bin", write_a_sidecar, check_sidecar),
    Kind("grey.png", write_grey, check_grey),
    Kind("evaluation.csv", write_evaluation, check_evaluation),
    Kind("scene.glb", write_scene, check_scene),
    Kind("values.bin", write_streamed, check_streamed),
    Kind("whole_session.json", write_whole_session, check_whole_session),
    Kind("tour.json", lambda path: save_tour(path, TOUR), check_tour),
    Kind("held-out.npz", write_kept_pictures, check_kept_pictures),
    Kind("film.gif", lambda path: save_film(FRAMES, path), check_gif),
    Kind(RUN, write_study_run, check_study_run),
    Kind("susceptibility.json", write_measured, check_measured),
    Kind("report.json", write_report, check_report),
)
