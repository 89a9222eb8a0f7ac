"""What a session is opened in: a World with its networks, and what was found to be missing there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vrcnn.engine.messages import PictureMade
from vrcnn.export.session_fit import Layers, layers_of, structure_of
from vrcnn.network.graph import Graph
from vrcnn.network.scope import Scope
from vrcnn.scene.requests import Request
from vrcnn.scene.shelf_filter import ShelfFilter, select
from vrcnn.scene.shelf_pages import show_page, show_selection
from vrcnn.scene.shelving import put_on_shelf
from vrcnn.scene.world import Picture, World
from vrcnn.susceptibility.sieve import Sieve


@dataclass(frozen=True)
class KeptPicture:
    """A picture of a session: `made` has its values where it was made while the program ran, for the network of hall
    number `hall`; `data` the bytes of its file where it was brought in; else it is the file at `path`."""

    name: str
    made: PictureMade | None = None
    hall: int = 0
    data: bytes | None = None
    path: Path | None = None


class Opening:
    """By itself it changes the World only; what belongs to networks and pictures is added by who has them.

    Attributes:
        world: what is changed.
        structures, layers: of each network, as in session_fit.py.
        notes: what could not be had, a sentence each.
        numbers: of the pictures of a session, those of the World, as far as they are there.
        aside: whether the visitor stays where they are, as a tour brings them along.
    """

    def __init__(self, world: World, graphs: Sequence[Graph]) -> None:
        self.world = world
        self.structures = [structure_of(graph) for graph in graphs]
        self.layers: list[Layers] = [layers_of(graph) for graph in graphs]
        self.notes: list[str] = []
        self.numbers: dict[int, int] = {}
        self.aside = False

    def rescope(self, hall: int, scope: Scope) -> None:
        """Another scope of the network of this hall."""
        self.world.halls[hall].wanted = scope

    def shelve(self, picture: KeptPicture) -> int | None:
        """Puts a picture on the shelf; returns its number, None where that cannot be."""
        if picture.made is None:
            return None
        number = len(self.world.pictures)
        put_on_shelf(self.world, number, picture.name, picture.made.pixels)
        self.world.pictures[number].made = picture.made
        return number

    def place(self, picture: int) -> None:
        """Puts a picture on the easel."""
        self.world.put_on_easel(picture)

    def look_through(self, sieve: Sieve | None) -> None:
        """Lets the networks run what comes through the sieve, or the picture as it is."""

    def recall(self, checkpoint: int) -> None:
        """Lets the network have the weights of the checkpoint of this number."""
        assert self.world.training is not None
        self.world.training.wanted = checkpoint

    def select(self, wanted: ShelfFilter, page: int) -> list[Request]:
        """Lets the shelf show these pictures of the set; returns what that asks for."""
        requests = show_selection(self.world, select(self.world, wanted))
        last = self.world.shelf.pages(len(self.world.pictures)) - 1
        return requests if page <= 0 else [*requests, *show_page(self.world, min(page, last))]

    def hall_named(self, name: str) -> int | None:
        """The number of the hall of a network."""
        return next((number for number, hall in enumerate(self.world.halls) if hall.network == name), None)

    def picture_like(self, name: str, path: str) -> int | None:
        """The number of the picture of the shelf with this file, else of this name."""

        def found(fits: Sequence[bool]) -> int | None:
            return fits.index(True) if True in fits else None

        pictures: list[Picture] = self.world.pictures
        same = None if not path else found([each.path is not None and str(each.path) == path for each in pictures])
        return found([each.name == name for each in pictures]) if same is None else same
