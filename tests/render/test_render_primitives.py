"""Sky, ground, boxes, shadows and ribbons as they come out of the renderer."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

import numpy as np
import pytest
from drawing import EYES, HEIGHT, Stage, pixel_of, stage

from vrcnn.scene.drawables import Box, Ribbon, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
DOWN = Pose((0.0, 3.0, 0.0), turn(pitch=-pi / 2))


@pytest.fixture(scope="module")
def shown() -> Iterator[Stage]:
    with stage() as made:
        yield made


def _bytes(role: str) -> np.ndarray:
    return np.array(DARK[role]) * 255


def test_the_sky_goes_from_the_zenith_to_the_horizon_without_a_step(shown: Stage) -> None:
    column = shown.picture(Pose((0, 1.6, 0), turn(pitch=pi / 4)))[:, 60:80].mean(axis=1)
    assert np.abs(column[0] - _bytes("zenith")).max() < 3
    assert np.abs(column[-2] - _bytes("horizon")).max() < 3
    assert np.abs(np.diff(column, axis=0)).max() < 2


def test_the_ground_meets_the_sky_in_the_colour_of_the_fog(shown: Stage) -> None:
    picture = shown.picture()
    assert np.abs(picture[HEIGHT // 2 - 1 : HEIGHT // 2 + 2, ::7] - _bytes("horizon")).max() <= 5
    assert np.abs(picture[-1, 0] - _bytes("ground")).max() < 16


def test_the_ground_has_a_line_every_metre_and_a_stronger_one_every_ten(shown: Stage) -> None:
    eyes = Pose((10.0, 3.0, 0.5), turn(pitch=-pi / 2))
    row = shown.picture(eyes)[HEIGHT // 2].sum(axis=1)
    metre = 240 / 2 / 3.0  # pixels at a height of 3 m
    smooth = np.median(np.stack([np.roll(row, k) for k in range(-12, 13)]), axis=0)
    bright = row - smooth
    for x in range(-3, 4):
        at = round(160 + x * metre)
        assert bright[at - 1 : at + 2].max() >= 3, f"no line at {10 + x} m"
    between = [round(160 + (x + 0.5) * metre) for x in range(-3, 3)]
    assert np.abs(bright[between]).max() <= 4
    strong = bright[158:163].max()
    assert strong > 1.4 * max(bright[round(160 + x * metre) - 1 :][:3].max() for x in (-2, 2))


def test_a_box_hides_what_is_behind_it_and_its_top_is_lighter_than_its_side(shown: Stage) -> None:
    box = Box(Pose((0, 0.8, -2)), (1.0, 0.6, 0.6), "frame")
    behind = Box(Pose((0, 0.8, -3)), (0.4, 0.4, 0.2), "accent", glow=1.0)
    picture = shown.picture(boxes=(box, behind))
    side, top = picture[pixel_of((0, 0.8, -1.7))], picture[pixel_of((0, 1.1, -2.0))]
    assert side[0] < 80, "the box behind shines through"
    assert top.sum() > 1.1 * side.sum()


def test_a_box_that_glows_has_exactly_its_colour(shown: Stage) -> None:
    picture = shown.picture(boxes=(Box(Pose((0, 1.6, -1)), (0.5, 0.5, 0.1), "accent", glow=1.0),))
    assert np.abs(picture[pixel_of((0, 1.6, -0.95))] - _bytes("accent")).max() <= 2


def test_a_translucent_box_lets_half_through_and_hides_nothing_that_comes_later(shown: Stage) -> None:
    back = Box(Pose((0, 1.6, -2)), (2.0, 2.0, 0.1), "text", glow=1.0)
    pane = Box(Pose((0, 1.6, -1)), (0.5, 0.5, 0.01), "panel", glow=1.0, opacity=0.5)
    seen = shown.picture(boxes=(pane, back))[pixel_of((0, 1.6, -1))]
    assert np.abs(seen - (_bytes("text") + _bytes("panel")) / 2).max() < 4


def test_all_six_faces_of_a_turned_box_are_there(shown: Stage) -> None:
    box = Box(Pose((0, 1.6, 0), turn(0.4, 0.3)), (0.6, 0.6, 0.6), "accent", glow=1.0)
    for yaw in np.arange(4) * pi / 2 + 0.2:
        for pitch in (-1.0, 0.0, 1.0):
            around = Pose((0, 1.6, 0), turn(float(yaw), pitch))
            picture = shown.picture(around @ Pose((0, 0, 1.5)), boxes=(box,))
            middle = picture[110:130, 150:170].reshape(-1, 3)
            assert np.abs(middle - _bytes("accent")).max() < 8


def test_fog_brings_a_distant_box_to_the_horizon(shown: Stage) -> None:
    def colour_at(distance: float) -> np.ndarray:
        box = Box(Pose((0, 1.6, -distance)), (distance, distance, 0.1), "accent", glow=1.0)
        return shown.picture(boxes=(box,))[HEIGHT // 2 - 5, 160]

    differences = [np.abs(colour_at(distance) - _bytes("horizon")).sum() for distance in (2, 30, 90, 300)]
    assert differences == sorted(differences, reverse=True)
    assert differences[0] > 300
    assert differences[-1] < 8


def test_a_shadow_darkens_the_ground_softly_and_only_there(shown: Stage) -> None:
    without = shown.picture(DOWN)
    with_shadow = shown.picture(DOWN, shadows=(Shadow((0.5, 0, -0.5), (2.0, 0.5), strength=0.8),))
    share = (with_shadow.sum(axis=2) + 1) / (without.sum(axis=2) + 1)

    def at(x: float, z: float) -> float:
        row, column = pixel_of((x, 0, z), DOWN)
        return float(share[row - 1 : row + 2, column - 1 : column + 2].mean())

    assert at(0.5, -0.5) < 0.4
    assert at(0.5, -0.5) < at(0.5, -0.78) < at(0.5, -0.95) < 1.01, "it does not fade outwards"
    assert at(0.5, 0.5) == pytest.approx(1, abs=0.03)
    assert at(-1.5, -0.5) == pytest.approx(1, abs=0.03)


def test_a_shadow_lies_on_a_floor_plate_too(shown: Stage) -> None:
    plate = Box(Pose((0, 0.006, 0)), (4.0, 0.012, 4.0), "plate")
    plain = shown.picture(DOWN, boxes=(plate,))
    shaded = shown.picture(DOWN, boxes=(plate,), shadows=(Shadow((0.5, 0, -0.5), (1.0, 0.5), strength=0.8),))
    middle = pixel_of((0.5, 0.012, -0.5), DOWN)
    assert shaded[middle].sum() < 0.5 * plain[middle].sum()


def test_a_turned_shadow_lies_along_its_yaw(shown: Stage) -> None:
    def darkness(yaw: float) -> tuple[int, int]:
        picture = shown.picture(DOWN, shadows=(Shadow((0, 0, 0), (2.0, 0.5), yaw=yaw, strength=1.0),))
        return tuple(int(picture[pixel_of((x, 0, z), DOWN)].sum()) for x, z in ((0.7, -0.7), (0.7, 0.7)))

    left_turn, right_turn = darkness(pi / 4), darkness(-pi / 4)
    assert left_turn[0] < 0.85 * left_turn[1], "positive yaw is to the left, seen from above"
    assert right_turn[1] < 0.85 * right_turn[0]


def _line(start: tuple, end: tuple, points: int = 20) -> np.ndarray:
    return np.linspace(start, end, points).astype(np.float32)


def test_a_ribbon_lies_where_its_points_are(shown: Stage) -> None:
    ribbon = Ribbon(_line((-1, 1.2, -2), (1, 2.0, -2)), 0.1, "accent", flow=0.0)
    picture = shown.picture(ribbons=(ribbon,))
    for share in (0.05, 0.5, 0.95):
        on = (-1 + 2 * share, 1.2 + 0.8 * share, -2)
        assert np.abs(picture[pixel_of(on)] - _bytes("accent")).max() < 8
        off = (on[0], on[1] + 0.12, on[2])
        assert picture[pixel_of(off)][0] < 60


def test_a_ribbon_shows_where_it_leads(shown: Stage) -> None:
    def picture(start: tuple, end: tuple) -> np.ndarray:
        return shown.picture(ribbons=(Ribbon(_line(start, end), 0.1, "accent"),))[:, :, 0] > 90

    right, left = picture((-1, 1.6, -2), (1, 1.6, -2)), picture((1, 1.6, -2), (-1, 1.6, -2))
    assert not np.array_equal(right, left)
    thickness = right.sum(axis=0)
    head = pixel_of((1 - 0.36, 1.6, -2))[1]
    assert thickness[head : head + 4].max() > 1.6 * thickness[150:170].max(), "no arrowhead at the target"
    assert thickness[: pixel_of((-0.7, 1.6, -2))[1]].max() <= thickness[150:170].max() + 1, "an arrowhead at the source"
    assert (right != left[:, ::-1]).mean() < 0.001


def test_the_wave_travels_from_source_to_target_and_only_with_a_flow(shown: Stage) -> None:
    def brightest(wave: float, flow: float) -> int:
        ribbon = Ribbon(_line((-1.5, 1.6, -2), (1.5, 1.6, -2)), 0.1, "edge", flow=flow, part=(0.2, 0.4))
        rest, now = (shown.picture(wave=w, ribbons=(ribbon,))[120].sum(axis=1) for w in (0.0, wave))
        return int((now - rest).argmax()) if np.abs(now - rest).max() > 20 else -1

    places = [brightest(wave, 1.0) for wave in (0.25, 0.3, 0.35)]
    assert 60 < places[0] < places[1] < places[2] < 260
    assert brightest(0.3, 0.0) == -1
    assert brightest(0.8, 1.0) == -1, "it lights up only where it is"


def test_the_wave_lights_up_a_box_on_its_way_for_a_moment(shown: Stage) -> None:
    box = Box(Pose((0, 1.6, -2)), (0.5, 0.5, 0.1), "convolution", glow=1.0, on_way=0.5)
    elsewhere = Box(Pose((0, 1.6, -2)), (0.5, 0.5, 0.1), "convolution", glow=1.0)
    before, there, after = (shown.picture(wave=wave, boxes=(box,))[120, 160] for wave in (0.4, 0.5, 0.8))
    assert np.abs(there - _bytes("spark")).max() < 6
    assert np.abs(before - _bytes("convolution")).max() < 6
    assert np.abs(after - _bytes("convolution")).max() < 6
    assert np.abs(shown.picture(wave=0.5, boxes=(elsewhere,))[120, 160] - _bytes("convolution")).max() < 6


def test_a_ribbon_thinner_than_a_pixel_grows_pale_but_stays(shown: Stage) -> None:
    def strength(width: float) -> float:
        ribbon = Ribbon(_line((-1, 1.63, -4), (1, 1.63, -4)), width, "accent", flow=0.0)
        rows = shown.picture(ribbons=(ribbon,))[110:125, 100:220, 0].astype(float)
        return float((rows.max(axis=0) - rows.min(axis=0)).mean())

    assert strength(0.1) > strength(0.02) > strength(0.005) > 5


def test_ribbons_without_length_are_left_out(shown: Stage) -> None:
    still = Ribbon(np.zeros((5, 3), np.float32), 0.1)
    single = Ribbon(np.zeros((1, 3), np.float32), 0.1)
    assert np.array_equal(shown.picture(ribbons=(still, single)), shown.picture())


def test_two_ribbons_are_not_joined(shown: Stage) -> None:
    two = (
        Ribbon(_line((-1.5, 1.6, -2), (-0.5, 1.6, -2)), 0.1, "accent"),
        Ribbon(_line((0.5, 1.6, -2), (1.5, 1.6, -2)), 0.1, "accent"),
    )
    assert shown.picture(EYES, ribbons=two)[115:125, 150:170, 0].max() < 60


def test_the_same_drawables_give_the_same_picture(shown: Stage) -> None:
    things = {
        "boxes": (Box(Pose((0, 0.8, -2)), (1.0, 0.6, 0.6), "frame"),),
        "ribbons": (Ribbon(_line((-1, 1.2, -2), (1, 2.0, -2)), 0.1),),
    }
    first = shown.picture(time=1.0, **things)
    shown.picture()
    assert np.array_equal(shown.picture(time=1.0, **things), first)
