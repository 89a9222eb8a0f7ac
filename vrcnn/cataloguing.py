"""The whole set of pictures as the World knows it, and what is asked of it: an evaluation, pictures for the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vrcnn.engine.evaluation_inquiry import EvaluateSet
from vrcnn.network.picture_sets import shelf_places
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import SHELF, NetworkSource
from vrcnn.network.true_labels import TrueLabels, label_of
from vrcnn.scene.catalogue import Catalogue, Described
from vrcnn.scene.requests import Request
from vrcnn.scene.results_requests import BringPictures, EvaluateAll

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit


def catalogue_of(sources: Sequence[NetworkSource]) -> Catalogue:
    """Of the set that the shelf's pictures are from; empty where no network reads any."""
    source = next((source for source in sources if source.pictures and source.picture_set), None)
    if source is None:
        return Catalogue()
    pictures: Sequence[PictureFile] = source.picture_set
    places: Sequence[int] = shelf_places(pictures, SHELF)
    if [pictures[place].name for place in places] != [each.name for each in source.pictures[: len(places)]]:
        pictures, places = source.pictures, range(len(source.pictures))  # they were exchanged for others
    numbers = {place: number for number, place in enumerate(places)}
    labelled = label_of(pictures[0]) is not None
    return Catalogue(len(pictures), lambda: describe(pictures), labelled, numbers)


def describe(pictures: Sequence[PictureFile]) -> Described:
    """Names, files and labels; nothing is opened, but items of data sets that list no labels stay without any."""
    groups = TrueLabels(pictures, None).groups
    numbers = {group: number for number, group in enumerate(groups)}
    names, paths, group_of = [], [], np.full(len(pictures), -1, np.int32)
    asks_items = TrueLabels(pictures, None).asks_items
    for place in range(len(pictures)):
        picture = pictures[place]
        names.append(picture.name)
        paths.append(picture.path)
        label = None if asks_items else label_of(picture)
        if label is not None:
            group_of[place] = numbers.get(label, -1)
    return Described(tuple(names), tuple(paths), () if asks_items else tuple(map(str, groups)), group_of)


def ask_of_set(request: Request, exhibit: Exhibit) -> bool:
    """Whether the request is about the set; then it was handed on."""
    match request:
        case EvaluateAll(hall):
            exhibit.displays[hall].worker.inquiries.ask(EvaluateSet())
        case BringPictures(pictures):
            for display in exhibit.displays:
                display.worker.bring_pictures(pictures)
        case _:
            return False
    return True
