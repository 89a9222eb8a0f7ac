"""What the workers do now, as panels tell of it: pictures that run, and feature visualizations that are made."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.feature_desk import job_words
from vrcnn.scene.feature_intents import CancelFeatures
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import CancelInquiry, CancelRun
from vrcnn.scene.wording import time_left
from vrcnn.scene.world import World


@dataclass(frozen=True)
class Job:
    """What is told of a job of hall number `hall`; its `share` (0 to 1) that is done is None while its length is
    unknown. `features` tells that it makes feature visualizations, which may be `paused`; `inquiry` is the number of
    what was asked of the network beside its pictures."""

    title: str
    progress: str
    share: float | None
    hall: int = 0
    features: bool = False
    paused: bool = False
    inquiry: int | None = None

    @property
    def cancelling(self) -> CancelRun | CancelInquiry | CancelFeatures:
        """What gives it up."""
        if self.inquiry is not None:
            return CancelInquiry(self.inquiry, self.hall)
        return CancelFeatures(self.hall) if self.features else CancelRun(self.hall)


def jobs_of(world: World) -> list[Job]:
    """The pictures that run through networks now, then what else was asked of them, then the feature visualizations
    that are made; in each those of the hall where the visitor is come first."""
    numbers = [world.here, *(number for number in range(len(world.halls)) if number != world.here)]
    jobs = []
    for number in numbers:
        job = world.halls[number].job
        if job.running:
            progress = f"{job.done:,} of {job.total:,}" if job.total else ""
            share = job.done / job.total if job.total else None
            jobs.append(Job(_told(world.halls[number], world, job.title or "Working"), progress, share, number))
    for number in numbers:
        for inquiry, status in world.halls[number].inquiries.items():
            progress = f"{status.done:,} of {status.total:,}" if status.total else ""
            if status.seconds_left is not None and status.done < status.total:
                progress += f", {time_left(status.seconds_left)}"
            share = status.done / status.total if status.total else None
            title = _told(world.halls[number], world, status.title)
            jobs.append(Job(title, progress, share, number, inquiry=inquiry))
    for number in numbers:
        features = world.halls[number].features.job
        if features.running or features.paused:
            title = _told(world.halls[number], world, "Features paused" if features.paused else "Features")
            share = features.done / features.total if features.total else None
            jobs.append(Job(title, job_words(features), share, number, True, features.paused))
    return jobs


def _told(hall: Hall, world: World, title: str) -> str:
    return title if hall is world.hall else f"{hall.network}: {title}"
