"""Opens sessions in an exhibit: before anything runs, and pictures, scopes and all while it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.cataloguing import ask_of_set
from vrcnn.errors import UserError
from vrcnn.export.session_opening import KeptPicture, Opening
from vrcnn.network.pictures import PictureFile
from vrcnn.network.scope import Scope
from vrcnn.render.renderer import Renderer
from vrcnn.scene.anchors import number_anchors
from vrcnn.scene.build import lay_out
from vrcnn.scene.heat import heat_pixels
from vrcnn.scene.picture_numbers import heat_number
from vrcnn.scene.pointing import forget
from vrcnn.scene.requests import Request
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.shelving import put_on_shelf
from vrcnn.scene.world import World
from vrcnn.susceptibility.sieve import Sieve

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit


class ExhibitOpening(Opening):
    """What a session changes in an exhibit, before `Exhibit.open` or after it.

    Attributes:
        live: whether the workers run already, so that another scope and another picture are asked for.
    """

    def __init__(self, exhibit: Exhibit, live: bool) -> None:
        super().__init__(exhibit.world, [display.worker.full_graph for display in exhibit.displays])
        self._exhibit, self.live = exhibit, live

    def rescope(self, hall: int, scope: Scope) -> None:
        display = self._exhibit.displays[hall]
        if self.live:
            display.show(scope)
            return
        worker = display.worker
        worker.rescope(scope)
        lay_out(display.hall, worker.graph, worker.plan, scope)
        forget(self.world, hall)
        number_anchors(self.world)

    def shelve(self, picture: KeptPicture) -> int | None:
        exhibit = self._exhibit
        made = picture.made
        if made is not None:
            return exhibit.shelve(made, exhibit.displays[picture.hall])
        file, data = PictureFile(picture.name, picture.path), picture.data
        if data is not None:
            file = PictureFile(picture.name, data=data)
        readers = [display.worker for display in exhibit.displays if display.worker.takes_pictures]
        if not readers:
            return None
        number = exhibit.additions.place_for(self.world)
        for worker in readers:
            worker.put_picture(number, file)
        put_on_shelf(self.world, number, picture.name, None)
        shelved = self.world.pictures[number]
        shelved.path, shelved.brought = picture.path, file if data is not None else None
        if self.live:
            readers[0].load_pictures([number])
        return number

    def look_through(self, sieve: Sieve | None) -> None:
        if self.live:
            self._exhibit.sieves.look_through(sieve)

    def recall(self, checkpoint: int) -> None:
        retracing = self._exhibit.retracing
        assert retracing is not None
        if self.live:
            super().recall(checkpoint)
            retracing.load(checkpoint)
            return
        try:
            retracing.begin_at(checkpoint)
        except UserError as error:
            self.notes.append(str(error))

    def select(self, wanted: ShelfFilter, page: int) -> list[Request]:
        requests = super().select(wanted, page)
        for request in requests:
            ask_of_set(request, self._exhibit)
        if self.live:
            shown = self.world.shelf.shown(len(self.world.pictures))
            next(each.worker for each in self._exhibit.displays if each.worker.reads_pictures).load_pictures(shown)
        return requests

    def place(self, picture: int) -> None:
        if not self.live:
            self.world.put_on_easel(picture)
        elif picture != self.world.easel.picture:
            self._exhibit.place(picture)


def show_kept(world: World, renderer: Renderer) -> None:
    """Gives the renderer what a session has brought along: pictures of the shelf, and attributions over the easel's."""
    for number, picture in enumerate(world.pictures):
        if picture.pixels is not None:
            renderer.set_picture(number, picture.pixels)
    for number, hall in enumerate(world.halls):
        if hall.attributing.found is not None:
            renderer.set_picture(heat_number(number), heat_pixels(hall.attributing.found))
