"""Where sessions lie on disk: read at the start, written shortly after a change and at the end, never lost."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_data_path

from vrcnn.errors import UserError
from vrcnn.export.picture import next_free
from vrcnn.export.session import DamagedSession, NetworkSession, NewerSession, Session, read, written
from vrcnn.network.graph import Graph
from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.hall import Hall
from vrcnn.scene.world import Notice, World
from vrcnn.whole_file import write_whole

QUIET = 1.0  # s after the last change, before it is written
LONGEST_NAME = 60  # characters of a network's name in its file's


def structure_of(graph: Graph) -> str:
    """Tells a network from another one of its name: a hash of its layers' names and shapes, 16 hexadecimal digits."""
    lines = "\n".join(f"{node.name} {node.shape}" for node in graph.nodes)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def own_file(name: str, structure: str) -> Path:
    """Where the session of a network lies unless another file is named."""
    word = re.sub(r"[^\w.-]+", "-", name)[:LONGEST_NAME].strip("-.") or "network"
    return user_data_path("vrcnn", appauthor=False) / "sessions" / f"{word}-{structure}.json"


def apply_session(path: Path, world: World, structures: Sequence[str]) -> None:
    """Arranges the networks as the session in `path` has them, each known by its name and its structure.

    Raises UserError where the file cannot be read, or has nothing of any of them.
    """
    try:
        session = read(path.read_bytes())
    except OSError as error:
        raise UserError(f"The session {path} cannot be read: {error.strerror or error}.") from error
    except (DamagedSession, NewerSession) as error:
        raise UserError(f"The session {path} cannot be read: {error}.") from error
    found = [session.of(hall.network, structure) for hall, structure in zip(world.halls, structures, strict=True)]
    if not any(found):
        raise UserError(f"The session {path} {_of_others(session)}.")
    for hall, network in zip(world.halls, found, strict=True):
        if network is not None:
            _put(hall, network.arrangement)


class SessionKeeper:
    """Keeps what the visitor makes of the networks' places: in their own files, or all in one `path`."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._structures: list[str] = []
        self._sessions: dict[Path, Session | None] = {}  # None: a file that is not to be touched
        self._kept: list[Arrangement] = []  # what is in the files
        self._seen: list[Arrangement] = []
        self._changed = 0.0
        self._unwritten = False
        self._told: set[str] = set()

    def open(self, world: World, structures: Sequence[str]) -> None:
        """Arranges the networks as they were left; what cannot be read becomes a notice."""
        self._structures = list(structures)
        for number, hall in enumerate(world.halls):
            path = self._file(world, number)
            if path not in self._sessions:
                self._sessions[path] = self._read(path, world)
            session = self._sessions[path]
            found = session and session.of(hall.network, structures[number])
            if found:
                _put(hall, found.arrangement)
            elif session is not None and session.networks:
                self._tell(world, f"The session {path} {_of_others(session)}.", "It will hold this one too.")
        self._kept = self._seen = [hall.arrangement for hall in world.halls]

    def follow(self, world: World) -> None:
        """Once a frame: writes what has changed, when nobody has been at it for a moment."""
        now = [hall.arrangement for hall in world.halls]
        if any(a is not b for a, b in zip(now, self._seen, strict=True)):
            self._seen, self._changed, self._unwritten = now, world.time, True
        elif self._unwritten and world.time - self._changed > QUIET:
            self.finish(world)

    def finish(self, world: World) -> None:
        """Writes what has changed since; what cannot be written becomes a notice, once."""
        now = [hall.arrangement for hall in world.halls]
        changed = {}
        for number, hall in enumerate(world.halls):
            path = self._file(world, number)
            session = self._sessions.get(path)
            if session is not None and now[number] != self._kept[number]:
                before = session.of(hall.network, self._structures[number])
                rest = before.rest if before is not None else {}
                network = NetworkSession(hall.network, self._structures[number], now[number], rest)
                changed[path] = self._sessions[path] = session.with_network(network)
        for path, session in changed.items():
            try:
                self._write(path, session)
            except UserError as error:
                self._tell(world, f"What you have arranged is not kept: {error}")
        self._kept, self._seen, self._unwritten = now, now, False

    def _file(self, world: World, number: int) -> Path:
        return self._path or own_file(world.halls[number].network, self._structures[number])

    def _write(self, path: Path, session: Session) -> None:
        if self._path is None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UserError(f"Cannot make the folder {path.parent}: {error.strerror or error}.") from error
        write_whole(path, lambda file: file.write(written(session)))

    def _read(self, path: Path, world: World) -> Session | None:
        try:
            return read(path.read_bytes())
        except FileNotFoundError:
            return Session()
        except OSError as error:
            self._tell(world, f"The session {path} cannot be read: {error.strerror or error}.", "It is left as it is.")
        except NewerSession as error:
            self._tell(world, f"The session {path} is left as it is: {error}.", "What you arrange now is not kept.")
        except DamagedSession as error:
            return self._set_aside(path, world, error)
        return None

    def _set_aside(self, path: Path, world: World, error: DamagedSession) -> Session | None:
        """A damaged file gets another name, so that it is not written over."""
        aside = next_free(path.with_name(f"{path.stem}-damaged{path.suffix}"))
        try:
            os.replace(path, aside)
        except OSError:
            self._tell(world, f"The session {path} is damaged: {error}.", "It is left as it is.")
            return None
        self._tell(
            world, f"The session {path.name} is damaged: {error}.", f"It is kept as {aside}, and a new one begins."
        )
        return Session()

    def _tell(self, world: World, headline: str, detail: str = "") -> None:
        if headline not in self._told:
            self._told.add(headline)
            world.notices.append(Notice(headline, detail))


def _put(hall: Hall, arrangement: Arrangement) -> None:
    """At once, as it is found so at the start."""
    rearrange(hall, arrangement, 0.0)
    hall.motion = None


def _of_others(session: Session) -> str:
    names = ", ".join(dict.fromkeys(network.name for network in session.networks)) or "no network"
    return f"holds {names}, and nothing of a network with this name, these layers and these shapes"
