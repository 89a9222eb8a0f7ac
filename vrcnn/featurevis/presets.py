"""The presets: named ways to make a feature visualization, each with its source. Plain data, no torch."""

from __future__ import annotations

from vrcnn.featurevis.settings import Settings


def preset(name: str) -> Settings:
    """The settings of this name, one of PRESETS."""
    return Settings(preset=name)
