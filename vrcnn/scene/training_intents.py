"""What a visitor wants of the course of a training, free of any device; intents.py has all the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChooseCheckpoint:
    """Let the network have the weights of the checkpoint of this number, counted from 0."""

    number: int = 0


@dataclass(frozen=True)
class StepCheckpoint:
    """A later checkpoint (`step` 1), or the one before (-1)."""

    step: int


@dataclass(frozen=True)
class PlayTraining:
    """Let one checkpoint come after the other, or stop."""


TrainingAction = ChooseCheckpoint | StepCheckpoint | PlayTraining
