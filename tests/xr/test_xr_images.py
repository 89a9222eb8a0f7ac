"""What goes out to the headset: images of either kind, parts of them, depth, what lenses hide; all is given back."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from vrcnn.network.graph import Graph
from vrcnn.render.raw import READ_FRAMEBUFFER, RawGL
from vrcnn.render.renderer import Renderer
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import Player, World
from vrcnn.worn import Worn
from vrcnn.xr import headset as headset_module
from vrcnn.xr import pacing
from vrcnn.xr.eye_images import WITHOUT, Drawn
from vrcnn.xr.swapchains import DEPTH_FORMATS

DEPTH_COMPONENT, FLOAT = 0x1902, 0x1406
AROUND = 255, 0, 255
QUADRANTS = ((200, 30, 30), (30, 160, 30)), ((40, 60, 220), (230, 200, 40))  # of a picture, the lower row first


class Painter:
    """Draws four fields of colour into the lower left part of the eyes' images, and another colour around it."""

    def __init__(self, program, context, share: float) -> None:
        self.program, self.share = program, share
        self.target = program._target
        program.step = self.step

    def step(self) -> None:
        headset = self.program.headset
        headset.poll()
        frame = headset.begin()
        if frame is None:
            return
        if frame.should_render:
            width, height = (round(side * self.share) for side in headset.size)
            for eye in (0, 1):
                self.target.framebuffer.clear(1.0, 0.0, 1.0, 1.0)
                for row in (0, 1):
                    for column in (0, 1):
                        colour = (channel / 255 for channel in QUADRANTS[row][column])
                        corner = column * width // 2, row * height // 2
                        self.target.framebuffer.clear(*colour, 1.0, viewport=(*corner, width // 2, height // 2))
                self.target.copy_colour(frame.framebuffer(eye))
            frame.drawn = Drawn((width, height))
        headset.end(frame)


@pytest.fixture(params=["", "arrays"], ids=["array", "one per eye"])
def way(request, monkeypatch) -> str:
    """Either kind of swapchain."""
    monkeypatch.setenv(WITHOUT, request.param)
    return request.param


@pytest.mark.parametrize("share", [1.0, 0.7])
def test_what_is_drawn_of_an_image_fills_the_eye(way, rig, program, window, share):
    assert program.headset.layered == (way == "")
    program.step = Painter(program, window.context, share).step
    program.focus()
    wrong: list[str] = ["nothing is shown"]

    def fits() -> bool:
        program.step()
        wrong[:] = _differences(rig.grab().astype(int))
        return not wrong

    try:
        program.until(fits)
    except AssertionError:
        assert wrong == []


def _differences(picture: np.ndarray) -> list[str]:
    """What is not as the four fields should be, in what both eyes see."""
    found, width = [], picture.shape[1]
    for eye in (0, 1):
        # Without the outermost pixels, into which the runtime mixes what is beyond.
        shown = picture[1:-1, eye * width // 2 + 1 : (eye + 1) * width // 2 - 1]
        if (np.abs(shown - AROUND).sum(-1) < 60).any():
            found.append(f"eye {eye} sees what is around the part that was drawn")
        rows, columns = np.nonzero(np.abs(shown - QUADRANTS[0][0]).sum(-1) < 40)  # the lower left field
        if not len(rows):
            return [*found, f"eye {eye} does not see the lower left field"]
        for row in (0, 1):
            for column in (0, 1):
                y, x = rows.min() + (20 if row == 0 else -20), columns.max() + (20 if column else -20)
                if not np.allclose(shown[y, x], QUADRANTS[row][column], atol=8):
                    found.append(f"eye {eye} sees {shown[y, x]} in row {row}, column {column}")
    return found


def test_a_runtime_that_refuses_arrays_gets_one_swapchain_per_eye(rig, open_headset, monkeypatch):
    import xr

    create, refused = xr.create_swapchain, []

    def refuse_arrays(session, info):
        if info.array_size > 1:
            refused.append(info.format)
            raise xr.FeatureUnsupportedError
        return create(session, info)

    monkeypatch.setattr(xr, "create_swapchain", refuse_arrays)
    headset = open_headset()
    assert refused
    assert not headset.layered
    assert headset.depth_format is not None


@pytest.mark.parametrize("all_of_them", [False, True])
def test_depth_formats_are_tried_in_order_and_none_is_no_misfortune(rig, open_headset, monkeypatch, all_of_them):
    import xr

    create, refused = xr.create_swapchain, []

    def refuse_depth(session, info):
        if info.format in DEPTH_FORMATS and (all_of_them or not refused or info.format in refused):
            refused.append(info.format)
            raise xr.SwapchainFormatUnsupportedError
        return create(session, info)

    monkeypatch.setattr(xr, "create_swapchain", refuse_depth)
    headset = open_headset()
    tried = list(dict.fromkeys(refused))
    assert tried == [each for each in DEPTH_FORMATS if each in tried], "in order"
    if all_of_them:
        assert len(tried) > 1
        assert headset.depth_format is None
    else:
        assert len(tried) == 1
        assert headset.depth_format in DEPTH_FORMATS[DEPTH_FORMATS.index(tried[0]) + 1 :]
    assert not headset.closed


class Exhibit:
    """A world with one box, as far as the headset's eyes need one."""

    def __init__(self, context, scale: float) -> None:
        self.world = World([Hall("A network", Graph((), ()))])
        self.world.player = Player(position=(5.0, 0.0, 2.0), scale=scale)
        room = self.world.player.room
        self.renderer = Renderer(context, DARK)
        wall = Box(room.carry(Pose((0.0, 1.6, -3.0))), tuple(room.scale * side for side in (1.0, 1.0, 0.2)), "accent")
        self.renderer.prepare({"wall": Drawables(boxes=(wall,))}, 0.0)


@pytest.fixture
def wear(window, open_headset):
    """Wears a headset in a world with a wall 2.9 m ahead, which is a metre wide, as the visitor's room measures."""
    worn: list[tuple[Worn, Exhibit]] = []

    def put_on(scale: float = 1.0, samples: int = 0) -> tuple[Worn, Exhibit]:
        worn.append((Worn(open_headset(), window.context, samples), Exhibit(window.context, scale)))
        return worn[-1]

    yield put_on
    for each, exhibit in worn:
        each.close()
        exhibit.renderer.release()


def frames(worn: Worn, exhibit: Exhibit, count: int, look=lambda frame: None) -> None:
    """Draws so many frames; `look` sees each between drawing and its end."""
    headset = worn.headset
    while count:
        headset.poll()
        frame = headset.begin()
        if frame is None:
            continue
        if frame.should_render:
            worn.draw(frame, exhibit)
            look(frame)
            count -= 1
        headset.end(frame)


def read_depth(framebuffer, place: tuple[int, int]) -> float:
    """The depth of a pixel of one of the headset's images, 0 to 1."""
    gl, value = RawGL(), ctypes.c_float()
    gl.BindFramebuffer(READ_FRAMEBUFFER, framebuffer.glo)
    gl.ReadPixels(*place, 1, 1, DEPTH_COMPONENT, FLOAT, ctypes.byref(value))
    gl.BindFramebuffer(READ_FRAMEBUFFER, 0)
    return value.value


@pytest.mark.parametrize(("scale", "samples"), [(1.0, 0), (8.0, 4)])
def test_the_depth_layer_tells_how_far_things_are_in_the_room(way, rig, wear, scale, samples):
    rig.visitor.move(Pose((0.0, 1.6, 0.0)))
    worn, exhibit = wear(scale, samples)
    frames(worn, exhibit, 20)
    found: list[tuple[int, float, float, float]] = []

    def look(frame) -> None:
        drawn = frame.drawn
        width, height = drawn.size
        for eye, view in enumerate(frame.views):
            x, _, z = view.pose.position
            for aside in (-0.4, 0.0, 0.4):
                ahead = z + 2.9
                column = ((aside - x) / ahead - view.left) / (view.right - view.left) * width
                row = (0.0 - view.down) / (view.up - view.down) * height
                depth = read_depth(frame.depth(eye), (int(column), int(row)))
                distance = drawn.near * drawn.far / (drawn.far - depth * (drawn.far - drawn.near))
                found.append((eye, aside, ahead, distance))
            sky = read_depth(frame.depth(eye), (width // 2, height - 2))
            assert sky > 0.99

    frames(worn, exhibit, 1, look)
    assert len(found) == 6
    for eye, aside, ahead, distance in found:
        assert distance == pytest.approx(ahead, abs=0.01), (eye, aside)


@pytest.mark.parametrize("left_out", ["depth", "depth,arrays"])
def test_depth_can_be_left_out(rig, wear, monkeypatch, left_out):
    monkeypatch.setenv(WITHOUT, left_out)
    worn, exhibit = wear()
    seen = []
    frames(worn, exhibit, 3, lambda frame: seen.append(frame.depth(0)))
    assert seen == [None] * 3
    assert worn.headset.depth_format is None


def test_what_the_lenses_hide_is_asked_for_and_left_out(rig, wear, monkeypatch):
    """The runtime tells triangles for its headset; those that lie in the picture stay unshaded."""
    import xr

    worn, exhibit = wear()
    headset = worn.headset
    assert len(headset.hidden) == 2
    for triangles in headset.hidden:
        assert triangles.shape[1] == 2
        assert len(triangles) % 3 == 0
        assert len(triangles), "Monado's headset has corners that nobody sees"
    depths: list[list[object]] = []

    def look(frame) -> None:
        width, height = frame.drawn.size
        depths.append([read_depth(frame.depth(1), (column, height - 2)) for column in (1, width // 4, 3 * width // 4)])

    nothing, something = 0.0, pytest.approx(1.0, abs=0.01)  # the near plane; the sky
    frames(worn, exhibit, 2, look)
    assert depths == [[nothing, something, something]] * 2
    told = np.array(((-9.0, -9.0), (0.0, -9.0), (-9.0, 9.0), (0.0, -9.0), (0.0, 9.0), (-9.0, 9.0)), np.float32)
    monkeypatch.setattr(headset_module, "hidden_triangles", lambda *_: told)
    headset._session._handle(xr.EventDataVisibilityMaskChangedKHR(headset._session.handle))  # Monado never sends one
    depths.clear()
    frames(worn, exhibit, 2, look)
    assert depths == [[nothing, nothing, something]] * 2


def test_fewer_pixels_are_drawn_while_frames_come_late_and_the_world_is_told(rig, wear, monkeypatch):
    monkeypatch.setattr(pacing, "SETTLING", 0.1)
    worn, exhibit = wear()
    frames(worn, exhibit, 3)
    status = exhibit.world.headset
    assert (status.resolution, worn.used) == (1.0, worn.headset.size)
    headset, end = worn.headset, worn.headset.end

    def late(frame) -> None:
        import time

        time.sleep(0.04)
        end(frame)

    headset.end = late
    frames(worn, exhibit, 60)
    assert status.resolution == pytest.approx(0.6)
    assert status.missed > 20
    assert worn.used == tuple(round(0.6 * side) for side in headset.size)


def test_a_chosen_resolution_is_that_of_the_images_and_is_held(rig, window):
    from vrcnn.xr.headset import Headset

    plain = Headset.open(window.context, window.make_current)
    plain.close()
    chosen = Headset.open(window.context, window.make_current, resolution=0.5)
    try:
        assert chosen.size == tuple(round(side / 2) for side in plain.size)
        assert chosen.held
        assert not plain.held
    finally:
        chosen.close()


def test_all_framebuffers_are_given_back_also_after_the_runtime_died(way, rig, wear, window):
    from OpenGL import GL

    def alive() -> int:
        return sum(bool(GL.glIsFramebuffer(number)) for number in range(1, 200))

    worn, exhibit = wear()
    frames(worn, exhibit, 2)
    worn.headset.close()
    before = alive()
    for kill in (False, True):
        again, world = wear()
        frames(again, world, 2)
        assert alive() > before
        if kill:
            rig.monado.kill()
            while not again.headset.closed:
                again.headset.poll()
                if frame := again.headset.begin():
                    again.headset.end(frame)
        again.close()
        world.renderer.release()
        assert alive() == before
