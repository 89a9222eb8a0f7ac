"""The jobs: what the workers do now, how far it is and how long it takes, and buttons to pause it or to give it up."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.feature_desk import job_words
from vrcnn.scene.feature_intents import PauseFeatures, VisualizeAll
from vrcnn.scene.intents import Intent
from vrcnn.scene.wording import duration, storage
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.job_list import Job, jobs_of
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

ROW, WITH_BUTTONS = 82.0, 148.0  # points, a job's height
CANCEL = 132.0  # points, the width of the button beside a picture
REST = 0.25  # s for which figures stand, so that they can be read


@dataclass
class JobsPanel:
    """Shows the jobs from number `first` on."""

    first: int = 0

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Jobs"

    def key(self, world: World, panel: WorldPanel) -> object:
        running = any(hall.job.running or hall.features.job.running or hall.inquiries for hall in world.halls)
        told = int(world.time / REST) if running else None
        return self.first, told, [(hall.job.running, hall.features.job.paused) for hall in world.halls], _last(world)

    def moves(self, world: World) -> bool:
        """A bar of a job whose length nobody knows."""
        return any(job.share is None for job in jobs_of(world))

    def scroll(self, notches: float) -> None:
        self.first = max(0, self.first + (-1 if notches > 0 else 1))

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        jobs, wishes = jobs_of(world), []
        self.first = min(self.first, max(0, len(jobs) - 1))
        y, end = TITLE + 16.0, height - MARGIN - BUTTON - 10
        if not jobs:
            pen.text(MARGIN, y, "Nothing runs, and nothing is being made.", "muted")
        for number, job in enumerate(jobs[self.first :]):
            tall = WITH_BUTTONS if job.features else ROW
            if y + tall > end:
                left = len(jobs) - self.first - number
                pen.text(MARGIN, y, f"{left} more: scroll with the stick", "muted", SMALL)
                break
            wishes += _draw_job(pen, job, y)
            y += tall
        foot = Area(MARGIN, height - MARGIN - BUTTON, width - MARGIN, height - MARGIN)
        pen.text(MARGIN, foot.top + 17, _last(world), "muted", SMALL, room=width / 2)
        if not any(job.features and job.hall == world.here for job in jobs):
            place = Area(width - MARGIN - 270, foot.top, foot.right, foot.bottom)
            if pen.button("everything", place, "Visualize all layers", size=SMALL * 1.08):
                wishes.append(VisualizeAll(world.here))
        return wishes


def _draw_job(pen: Pen, job: Job, y: float) -> list[Intent]:
    """Its name and how far it is, with a bar below, and its buttons: beside a picture, below feature visualizations."""
    right = pen.size[0] - MARGIN - (0.0 if job.features else CANCEL + 16.0)
    room, told = right - MARGIN, pen.width(job.progress, SMALL) + 16.0
    pen.text(MARGIN, y, job.title, "running" if not job.paused else "text", strong=True, room=room - told)
    pen.text(right, y + 2, job.progress, "muted", SMALL, align=1.0)
    pen.bar(Area(MARGIN, y + 40, right, y + 52), job.share)
    wishes: list[Intent] = []
    if not job.features:
        place = Area(right + 16.0, y, right + 16.0 + CANCEL, y + BUTTON)
        return (
            [job.cancelling]
            if pen.button(f"stop {job.hall}" if job.inquiry is None else f"stop inquiry {job.inquiry}", place, "Cancel")
            else []
        )
    hold, cancel = columns(Area(MARGIN, y + 68, right, y + 68 + BUTTON), 2)
    if pen.button(f"hold {job.hall}", hold, "Go on" if job.paused else "Pause", lit=job.paused):
        wishes.append(PauseFeatures(not job.paused, job.hall))
    if pen.button(f"cancel {job.hall}", cancel, "Cancel the rest"):
        wishes.append(job.cancelling)
    return wishes


def _last(world: World) -> str:
    """What the last ones came to."""
    job, features = world.hall.job, world.hall.features.job
    words = [] if job.running or job.seconds is None else [f"Last picture: {duration(job.seconds)}"]
    if features.total and not (features.running or features.paused):
        words.append(f"features: {job_words(features)}")
    if features.stored:
        words.append(f"{storage(features.stored)} on disk")
    return ", ".join(words)
