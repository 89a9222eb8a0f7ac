"""The panels that stand in the world while a headset is worn: where they are. What is on them is drawn by ui/."""

from __future__ import annotations

from dataclasses import dataclass, field

from vrcnn.scene.geometry import Pose

MENU, WALL, SETTINGS, JOBS, SEARCH = "menu", "wall", "settings", "jobs", "search"
PANELS = (MENU, WALL, SETTINGS, JOBS, SEARCH)
DENSITY = 1000.0  # pixels per m: 17 per degree at 1 m, about what the eyes of a headset have


@dataclass
class WorldPanel:
    """A panel of `width` x `height` m, whose middle is at `pose` in the world and which faces along its +z.

    Its texture has DENSITY pixels per m of the room's measure: `scale` is the visitor's (Player.scale), by which the
    panel is larger in the world than in the room. `hall` and `wall` are what a layer's panel speaks of.
    """

    name: str
    pose: Pose
    width: float
    height: float
    scale: float = 1.0
    hall: int = 0
    wall: str = ""

    @property
    def pixels(self) -> tuple[int, int]:
        """The texture's size."""
        return round(self.width / self.scale * DENSITY), round(self.height / self.scale * DENSITY)


@dataclass
class Panels:
    """Those that are open, by name, in the order in which they were opened; `menu_hand` wears the menu."""

    open: dict[str, WorldPanel] = field(default_factory=dict)
    menu_hand: str = "left"
