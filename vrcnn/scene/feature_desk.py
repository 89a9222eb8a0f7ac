"""The desk at the left of the entrance: how feature visualizations are made, and what is being made now."""

from __future__ import annotations

from dataclasses import replace
from math import radians

from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.settings import PRESETS, Settings
from vrcnn.scene.desk import Choice, Desk, Row
from vrcnn.scene.feature_intents import (
    CancelFeatures,
    ChooseFeatureSettings,
    DeleteFeatures,
    PauseFeatures,
    TurnAllWalls,
    VisualizeAll,
    WantSights,
)
from vrcnn.scene.features import FeatureJob
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall
from vrcnn.scene.wording import storage, time_left
from vrcnn.scene.world import World

FEATURE_DESK, WIDTH = Pose((-1.36, 0.72, 0.24), turn(yaw=radians(70), pitch=radians(-42))), 1.0  # m
WORDS = {
    "fast": ("Fast", "Click for fast: clear in seconds"),
    "lucent": ("Lucent", "Click for Lucent: what most papers show"),
    "maco": ("MaCo", "Click for MaCo: the most natural colours"),
    "original": ("Original", "Click for the procedure of DeepVisionVR"),
}
AIMS = {
    "channel": ("Whole map", "Click to aim at the mean of the map"),
    "neuron": ("Its middle", "Click to aim at the map's middle value"),
    "percentile": ("Its peaks", "Click to aim at the map's largest values"),
    "dream": ("Dream", "Click to strengthen what the layer sees"),
}
BEGINNINGS = {
    "noise": ("Noise", "Click to begin with noise"),
    "picture": ("Picture", "Click to begin with the picture on the easel"),
    "result": ("Result", "Click to go on from the result of before"),
}
SHOWN = {
    "activations": ("Maps", "Click: all walls show activations"),
    "visualizations": ("Features", "Click: all walls show what channels look for"),
    "both": ("Both", "Click: all walls show both side by side"),
}
STEPS = (16, 32, 64, 128, 256, 512, 1024)
LEAKY = 0.2  # the slope that the desk chooses
NARROW = 0.36  # of a usual button's width


def feature_desk(world: World) -> Desk:
    """Of the hall that panels speak of; it stands at the first network's entrance."""
    given, hall, number = world.feature_settings, world.hall, world.here
    presets = tuple(Choice(*WORDS[name], ChooseFeatureSettings(preset(name)), name == given.preset) for name in PRESETS)
    aims = tuple(
        Choice(*AIMS[kind], _with(given, objective=replace(given.objective, kind=kind)), kind == given.objective.kind)
        for kind in AIMS
    )
    starts = tuple(Choice(*BEGINNINGS[name], _with(given, start=name), name == given.start) for name in BEGINNINGS)
    slopes = (
        Choice("Exact", "Click for gradients as they are", _with(given, leaky=0.0), given.leaky == 0.0),
        Choice("Leaky", "Click to let gradients leak through ReLUs", _with(given, leaky=LEAKY), given.leaky > 0.0),
    )
    photos = (
        Choice(
            "Photos too",
            "Click: best photos beside them or not",
            WantSights(not world.wants_sights),
            world.wants_sights,
        ),
    )
    faces = tuple(Choice(*SHOWN[face], TurnAllWalls(face, number), face == _common_face(hall)) for face in SHOWN)
    rows = (
        Row("Preset", presets),
        Row("Aim at", aims),
        Row("Steps", (*_steps(given), *photos)),
        Row("Begin", starts),
        Row("ReLUs", slopes),
        Row("Walls", faces),
        Row("Make", _making(hall, number)),
        Row("Stored", _stored(hall, number)),
    )
    return Desk("features", world.halls[0].place.carry(FEATURE_DESK), WIDTH, rows, number)


def feature_desk_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that the desk would be the same again."""
    hall = world.hall
    job = hall.features.job
    shown = job.title, job.done, job.total, job.failed, job.running, job.paused, job.stored, _left(job)
    settings = world.feature_settings, world.wants_sights, world.here, world.halls[0].place
    return settings, shown, hall.features.asking, hall.layout_revision, hall.arrangement.faces


def job_words(job: FeatureJob) -> str:
    """How far it is: "34 of 512, 3 min left"."""
    if not job.total:
        return "or G at a single tile"
    if not (job.running or job.paused):
        return f"{job.done:,} made" + (f", {job.failed} never rose" if job.failed else "")
    left = _left(job)
    return f"{job.done:,} of {job.total:,}" + (f", {left} left" if left and not job.paused else "")


def _left(job: FeatureJob) -> str:
    return "" if job.seconds_left is None else time_left(job.seconds_left)


def _with(given: Settings, **changes: object) -> ChooseFeatureSettings:
    return ChooseFeatureSettings(replace(given, **changes))  # type: ignore[arg-type] # names of its attributes


def _steps(given: Settings) -> tuple[Choice, ...]:
    fewer = max((steps for steps in STEPS if steps < given.steps), default=given.steps)
    more = min((steps for steps in STEPS if steps > given.steps), default=given.steps)
    return (
        Choice("−", "Click for fewer steps: sooner, fainter", _with(given, steps=fewer), width=NARROW),
        Choice(f"{given.steps}", width=0.5),
        Choice("+", "Click for more steps: later, clearer", _with(given, steps=more), width=NARROW),
    )


def _making(hall: Hall, number: int) -> tuple[Choice, ...]:
    job = hall.features.job
    if not (job.running or job.paused):
        everything = Choice("Whole network", "Click to visualize all channels of all layers", VisualizeAll(number))
        return everything, Choice(job_words(job), width=1.6)
    share = job.done / job.total if job.total else 0.0
    hold = Choice("Go on", "Click to go on", PauseFeatures(False, number), True, width=0.55)
    if not job.paused:
        hold = Choice("Pause", "Click to pause", PauseFeatures(True, number), width=0.55)
    cancel = Choice("Cancel", "Click to make none of the rest", CancelFeatures(number), width=0.55)
    return hold, cancel, Choice(job_words(job), width=1.6, filled=share)


def _stored(hall: Hall, number: int) -> tuple[Choice, ...]:
    stored = storage(hall.features.job.stored)
    if hall.features.asking:
        sure = Choice(f"Yes, delete {stored}", "Click to delete them for good", DeleteFeatures(number, True), True)
        return sure, Choice("No, keep them", "Click to keep them", DeleteFeatures(number))
    if not hall.features.job.stored:
        return (Choice("nothing on disk yet"),)
    return Choice(f"{stored} on disk", width=1.2), Choice("Delete", "Click to delete them", DeleteFeatures(number))


def _common_face(hall: Hall) -> str | None:
    """What all walls with maps show, None where they differ."""
    faces = {hall.arrangement.handling(wall.name).face for wall in hall.walls if wall.span is not None}
    return faces.pop() if len(faces) == 1 else None
