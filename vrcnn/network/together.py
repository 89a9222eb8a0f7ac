"""Several networks that are shown side by side: names that tell them apart, and one shelf of pictures for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recording_file import SUFFIX
from vrcnn.network.source import LoadOptions, NetworkSource, load, load_recording

_KINDS = {2: "signals", 3: "pictures", 4: "volumes"}  # by the dimensions of one input, without the batch


def load_together(targets: Sequence[str], options: LoadOptions) -> list[NetworkSource]:
    """Opens what `load` opens, one or several, or one recording; without any target the demo.

    `--images`, `--input-size` and `--device` are for all of them. Raises UserError as `load` does, and where an option
    is for one network alone.
    """
    for option, value in (("--model", options.model_name), ("--weights", options.weights)):
        if value is not None and len(targets) > 1:
            raise UserError(
                f"{option} is for one network, and {len(targets)} were given: leave it out, or show one at a time."
            )
    recordings = [target for target in targets if target.endswith(SUFFIX)]
    if recordings and len(targets) > 1:
        raise UserError(f"A recording is shown by itself: give {recordings[0]} alone.")
    if recordings:
        return [load_recording(Path(recordings[0]).expanduser(), options)]
    sources = [load(target, options) for target in targets] or [load(None, options)]
    return on_one_shelf(told_apart(sources))


def told_apart(sources: Sequence[NetworkSource]) -> list[NetworkSource]:
    """The same with names that differ: those of one name are told apart by their files, else by numbers."""
    count = Counter(source.name for source in sources)
    named = []
    for source in sources:
        alike = [other for other in sources if other.name == source.name]
        if count[source.name] > 1:
            mark = _tails(alike)[next(place for place, other in enumerate(alike) if other is source)]
            source = replace(source, name=f"{source.name} ({mark})")
        named.append(source)
    return named


def on_one_shelf(sources: Sequence[NetworkSource]) -> list[NetworkSource]:
    """The same with one shelf of pictures for all that can read them; each prepares them in its own way.

    They are those of the first network that reads pictures; of one for which the user has given some, where there is
    one. A network that reads something else, such as signals, runs on its example input.
    """
    reading = [source for source in sources if source.pictures]
    if len(sources) == 1 or not reading:
        return list(sources)
    owner = min(reading, key=lambda source: (len(source.input_size) != 3, not source.pictures_given))
    return [source if source is owner else _at_the_shelf_of(owner, source) for source in sources]


def with_picture(sources: Sequence[NetworkSource], picture: PictureFile) -> tuple[list[NetworkSource], int]:
    """The same with one more picture on the shelf, and its number. Raises UserError when no network reads any."""
    reading = [source for source in sources if source.pictures] or [s for s in sources if s.slot is not None]
    if not reading:
        who = f"{sources[0].name} reads no picture" if len(sources) == 1 else "None of these networks reads a picture"
        raise UserError(f"{who}, so there is nothing to do for --image: leave it out.")
    more = [
        replace(source, pictures=(*source.pictures, picture)) if any(source is each for each in reading) else source
        for source in sources
    ]
    return more, len(reading[0].pictures)


def _at_the_shelf_of(owner: NetworkSource, source: NetworkSource) -> NetworkSource:
    if not source.pictures:
        return source
    notes = tuple(note for note in source.notes if note not in source.shelf_notes)
    if len(source.input_size) == len(owner.input_size):
        return replace(source, pictures=owner.pictures, picture_set=owner.picture_set, notes=notes, shelf_notes=())
    kind, other = (_KINDS.get(len(each.input_size), "something else") for each in (source, owner))
    told = f"{source.name} reads {kind}, and those on the shelf are {other}: it runs on its example input."
    return replace(source, pictures=(), notes=(*notes, told), shelf_notes=())


def _tails(sources: Sequence[NetworkSource]) -> list[str]:
    """What tells networks of one name apart: the ends of their paths, as short as can be, or their numbers."""
    paths = [source.path.with_suffix("") for source in sources if source.path is not None]
    if len({*paths}) == len(sources):
        for length in range(1, max(len(path.parts) for path in paths) + 1):
            tails = [Path(*path.parts[-length:]).as_posix() for path in paths]
            if len({*tails}) == len(tails):
                return tails
    return [str(number + 1) for number in range(len(sources))]
