"""Runs of equal blocks: the sign where a run begins, and the sheets that show how many a folded one stands for."""

from __future__ import annotations

from math import radians

from vrcnn.network.graph import Graph, Run
from vrcnn.scene.drawables import Box, Label, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Fold, Wall
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH
from vrcnn.scene.paths import Path
from vrcnn.scene.rooms import room_name
from vrcnn.scene.signs import panel, stand
from vrcnn.scene.typography import fit, text_width

SIGN = 0.62, 0.27  # m
HEIGHT = 0.86  # m of the sign's middle above the ground: below the maps
BEFORE = 0.42  # m before the run's first wall
APART = 0.7  # m between two signs
MOST_SHEETS = 4
BACK, ASIDE, UP = 0.045, 0.06, 0.052  # m from one sheet to the next


def build_folds(graph: Graph, walls: list[Wall], path: Path) -> list[Fold]:
    """A sign for every run that has walls to be seen, on the side of the path across from its first wall."""
    spot_of = {wall.node: wall.spot for wall in walls if not wall.indoors}
    folds: list[Fold] = []
    taken: list[tuple[int, float]] = []
    for run in graph.runs:
        inside = [spot_of[node] for node in run.nodes if node in spot_of]
        if not inside:
            continue
        first = max(inside, key=lambda spot: spot.z)
        side, z = _free(-first.side, first.z + BEFORE, taken)
        taken.append((side, z))
        place = path.at(side * (PATH_HALF_WIDTH - SIGN[0] / 2 - 0.02), z)
        pose = place @ Pose((0.0, HEIGHT, 0.0), turn(yaw=-side * radians(14), pitch=radians(-24)))
        folds.append(Fold(pose, *SIGN, run))
    return folds


def _free(side: int, z: float, taken: list[tuple[int, float]]) -> tuple[int, float]:
    """A side of the path and a place along it where no sign stands yet: runs within runs begin at the same wall."""
    while True:
        for tried in (side, -side):
            if not any(where == tried and abs(other - z) < APART for where, other in taken):
                return tried, z
        z += APART


def furnish_fold(fold: Fold) -> tuple[list[Box], list[Label], Shadow]:
    """How many blocks of which kind, which ones, and what a press does."""
    run, pose = fold.run, fold.pose
    margin, face = 0.03, 0.001
    left, right = -fold.width / 2 + margin, fold.width / 2 - margin
    times = f"×{len(run.blocks)}"
    count_width = text_width(times, 0.062, bold=True)
    room = right - left
    boxes = panel(pose, fold.width, fold.height, strip="accent")
    boxes += stand(pose, fold.height / 2 - 0.05, foot=(0.34, 0.24))
    word = "open" if run.folded else "fold"
    button = text_width(word, 0.03, bold=True) + 0.06
    place = pose @ Pose((right - button / 2, -fold.height / 2 + 0.055, 0.004))
    boxes.append(Box(place, (button, 0.066, 0.014), "accent", glow=0.9))
    labels = [
        Label(times, pose @ Pose((left, 0.04, face)), 0.062, role="accent text", bold=True),
        Label(
            fit(run.kind, 0.042, room - count_width - 0.03, bold=True),
            pose @ Pose((left + count_width + 0.03, 0.04, face)),
            0.042,
            bold=True,
        ),
        Label(fit(_between(run), 0.027, room), pose @ Pose((left, -0.022, face)), 0.027),
        Label(word, place @ Pose((0.0, -0.015, 0.0085)), 0.03, "centre", "on accent", bold=True),
    ]
    x, _, z = pose.position
    return boxes, labels, Shadow((x, 0.0, z), (0.7, 0.5))


def sheets(wall: Wall, outer: tuple[float, float], middle: float) -> list[Box]:
    """The frames of further blocks behind a wall of a folded run, each a little aside and higher than the one before.

    `outer` is (width, height) in m of the wall with its frame and head, `middle` how far its middle lies above the
    grid's.
    """
    towards = -wall.outward
    boxes: list[Box] = []
    for number in range(1, min(wall.stands_for - 1, MOST_SHEETS) + 1):
        at = Pose((towards * ASIDE * number, middle + UP * number, -0.045 - BACK * number))
        boxes.append(Box(at, (*outer, 0.014), "track"))
        boxes.append(Box(at @ Pose((0, outer[1] / 2 + 0.005, 0.001)), (outer[0], 0.008, 0.018), wall.family, glow=0.3))
        edge = at @ Pose((towards * (outer[0] / 2 + 0.004), 0, 0.001))
        boxes.append(Box(edge, (0.008, outer[1] + 0.02, 0.018), "frame"))
    return boxes


def _between(run: Run) -> str:
    first, last = room_name(run.blocks[0]), room_name(run.blocks[-1])
    return first if first == last else f"{first} to {last}"
