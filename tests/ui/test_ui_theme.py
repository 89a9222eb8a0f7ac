"""The panel takes the theme of the world, also while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field

import moderngl
import numpy as np
import pytest

from vrcnn.network.graph import Graph
from vrcnn.scene.hall import Hall
from vrcnn.scene.theme import DARK, LIGHT
from vrcnn.scene.world import World
from vrcnn.ui.events import Area, Event
from vrcnn.ui.panel import FrameTimes, Panel
from vrcnn.ui.theme import GLASS


@dataclass
class Screen:
    """Where a panel is drawn, without a window."""

    size: tuple[int, int] = (1000, 640)
    scale: float = 1.0
    events: tuple[Event, ...] = ()
    claimed: tuple[Area, ...] = field(default_factory=tuple)


@pytest.mark.gl
def test_the_glass_and_the_words_change_with_the_world_s_theme() -> None:
    context = moderngl.create_context(standalone=True, backend="egl", require=430)
    screen = Screen()
    panel = Panel(screen, context, DARK)
    world = World([Hall("A network", Graph((), ()))])
    target = context.simple_framebuffer(screen.size, 4)
    for theme in (DARK, LIGHT, DARK):
        world.theme = theme.name
        for _ in range(3):
            target.use()
            target.clear(0.5, 0.5, 0.5, 1.0)
            panel.draw(world, FrameTimes(), target, captured=True)
        pixels = np.frombuffer(target.read(components=3), np.uint8).reshape(640, 1000, 3)[::-1] / 255
        card = screen.claimed[0]
        glass = pixels[int(card.top) + 6, int(card.right) - 20]
        assert glass == pytest.approx(GLASS * np.array(theme["panel"]) + (1 - GLASS) * 0.5, abs=0.02)
        words = pixels[int(card.top) + 12 : int(card.top) + 40, int(card.left) + 12 : int(card.right) - 12]
        assert (np.abs(words - theme["text"]).max(axis=2) < 0.1).sum() > 100
    panel.close()
    target.release()
    context.release()
