"""`vrcnn featvis --forget`: deletes the feature visualizations that are kept for later, after a question."""

from __future__ import annotations

import sys

from vrcnn.errors import UserError
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.colours import InputColours
from vrcnn.network.fingerprint import Fingerprint, NetworkKey
from vrcnn.network.guard import unchanged
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.trace import trace


def main(target: str | None, load_options: LoadOptions, yes: bool) -> int:
    """Deletes what is kept of `target` as it is now, or of everything; `yes` is the answer to the question.

    Returns 0, also where nothing was deleted. Raises UserError where nobody can be asked, or nothing be deleted.
    """
    cache = FeatureCache()
    key = None if target is None else _key_of(target, load_options)
    count, size = cache.count(key), cache.bytes(key)
    whose = _networks(cache.networks()) if target is None else f"{target} as it is now"
    if not count:
        print(f"Nothing is kept of {whose if target is not None else 'any network'} in {cache.folder}.")
        return 0
    what = f"{count:,} visualization{'s' if count > 1 else ''} of {whose} ({told_bytes(size)})"
    if not yes and not _agreed(f"Delete {what} from {cache.folder}? [y/N] "):
        print("Nothing was deleted.")
        return 0
    cache.forget(key)
    print(f"Deleted {what}.")
    return 0


def told_bytes(size: int) -> str:
    """ "1.3 MB"."""
    for unit, worth in (("kB", 1e3), ("MB", 1e6)):
        if size < 999.5 * worth:
            return f"{size / worth:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"


def _networks(count: int) -> str:
    return "1 network" if count == 1 else f"{count:,} networks"


def _key_of(target: str, load_options: LoadOptions) -> NetworkKey:
    source = load(target, load_options)
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    return Fingerprint(source, full, InputColours(source).words).key()


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UserError("Nobody can be asked here whether to delete them: say --yes as well.")
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False
