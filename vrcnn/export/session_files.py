"""Where sessions lie on disk: read at the start, written shortly after a change and at the end, never lost."""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_data_path

import vrcnn.export.session_attribution
import vrcnn.export.session_pictures
import vrcnn.export.session_results
import vrcnn.export.session_sieve
import vrcnn.export.session_training
import vrcnn.export.tour_file  # noqa: F401
from vrcnn.errors import UserError
from vrcnn.export.picture import next_free
from vrcnn.export.session import DamagedSession, NetworkSession, NewerSession, Session, read, written
from vrcnn.export.session_fit import LIKENESS, Fit, fit, likeness, structure_of
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import keys_of, take_all, tell_all
from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.hall import Hall
from vrcnn.scene.world import Notice, World
from vrcnn.whole_file import write_whole

__all__ = ["SessionKeeper", "apply_session", "own_file", "session_of", "structure_of"]

QUIET, REST = 1.0, 10.0  # s after the last change, before it is written; after one of nothing but a restless part
Keys = tuple[object, ...]
LONGEST_NAME = 60  # characters of a network's name in its file's
FORMER = 8  # files of networks of the same name that are looked at for one that is like a network without a session


def own_file(name: str, structure: str) -> Path:
    """Where the session of a network lies unless another file is named."""
    word = re.sub(r"[^\w.-]+", "-", name)[:LONGEST_NAME].strip("-.") or "network"
    return user_data_path("vrcnn", appauthor=False) / "sessions" / f"{word}-{structure}.json"


def session_of(path: Path) -> Session:
    """What a file holds. Raises UserError where it cannot be read."""
    try:
        return read(path.read_bytes())
    except OSError as error:
        raise UserError(f"The session {path} cannot be read: {error.strerror or error}.") from error
    except (DamagedSession, NewerSession) as error:
        raise UserError(f"The session {path} cannot be read: {error}.") from error


def apply_session(path: Path, opening: Opening) -> None:
    """Everything as the session in `path` has it; what does not fit becomes a notice.

    Raises UserError where the file cannot be read, or has nothing of any of the networks.
    """
    session = session_of(path)
    if not take_up_session(session, opening, str(path)):
        raise UserError(f"The session {path} {_of_others(session)}.")


def take_up_session(session: Session, opening: Opening, named: str) -> bool:
    """Networks and parts, as far as they fit; what does not becomes a notice. False where it has none of the networks;
    then nothing is changed."""
    world, found = opening.world, _fits(session, opening)
    if not any(found):
        return False
    for number, each in enumerate(found):
        if each is not None:
            _take_network(each, number, opening, named)
    take_all(session.rest, opening)
    if opening.notes:
        world.notices.append(Notice(f"Not all of the session {named} is there any more.", "\n".join(opening.notes)))
        opening.notes = []
    return True


def _fits(session: Session, opening: Opening) -> list[Fit | None]:
    return [
        fit(session, hall.network, structure, layers)
        for hall, structure, layers in zip(opening.world.halls, opening.structures, opening.layers, strict=True)
    ]


def _take_network(found: Fit, number: int, opening: Opening, named: str) -> None:
    hall, network = opening.world.halls[number], found.network
    if network.scope is not None and network.scope != hall.chosen:
        opening.rescope(number, network.scope)
    _put(hall, network.arrangement)
    if found.change is not None:
        headline = f"{hall.network} is not the network that it was when the session {named} was written."
        opening.world.notices.append(Notice(headline, found.change.words))


class SessionKeeper:
    """Keeps what the visitor makes of the networks' places and what they see there, all in one `path`.

    Without it each network has a file of its own: a single one with everything; of several side by side only the
    arrangement of each.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._opening: Opening | None = None
        self._sessions: dict[Path, Session | None] = {}  # None: a file that is not to be touched
        self._kept: tuple[Keys, Keys] = (), ()  # of what is in the files
        self._seen: tuple[Keys, Keys] = self._kept
        self._changed = 0.0
        self._unwritten = False
        self._quiet = QUIET
        self._told: set[str] = set()

    @property
    def path(self) -> Path | None:
        """The file that everything is kept in, where it is one."""
        return self._path

    def open(self, opening: Opening) -> None:
        """Everything as it was left; what cannot be read, and what does not fit any more, becomes a notice."""
        self._opening, world = opening, opening.world
        for number, hall in enumerate(world.halls):
            path = self._file(world, number)
            if path not in self._sessions:
                self._sessions[path] = self._read(path, world)
            session = self._sessions[path]
            if session is None:
                continue
            found = fit(session, hall.network, opening.structures[number], opening.layers[number])
            if found is None and self._path is None and not session.networks:
                found = self._like(number)
            if found:
                _take_network(found, number, opening, path.name if self._path is None else str(path))
            elif session.networks:
                self._tell(world, f"The session {path} {_of_others(session)}.", "It will hold this one too.")
        whole = self._whole
        session = None if whole is None else self._sessions[whole]
        if session is not None and any(_fits(session, opening)):
            take_all(session.rest, opening)
            if opening.notes:
                self._tell(world, f"Not all of the session {whole} is there any more.", "\n".join(opening.notes))
                opening.notes = []
        world.touring.kept_in = str(whole or own_file("", "").parent)
        self._kept = self._seen = self._key(world)

    def begin(self, opening: Opening) -> None:
        """As things are, without any file."""
        self._opening = opening
        self._kept = self._seen = self._key(opening.world)

    def follow(self, world: World) -> None:
        """Once a frame: writes what has changed, when nobody has been at it for a moment."""
        now = self._key(world)
        if now != self._seen:
            self._quiet = QUIET if now[0] != self._kept[0] else REST
            self._seen, self._changed, self._unwritten = now, world.time, True
        elif self._unwritten and world.time - self._changed > self._quiet:
            self.finish(world)

    def finish(self, world: World) -> None:
        """Writes what has changed since; what cannot be written becomes a notice, once."""
        now = self._key(world)
        if now != self._kept:
            for path, session in self._changed_files(world).items():
                try:
                    self._write(path, session)
                except UserError as error:
                    self._tell(world, f"What you have arranged is not kept: {error}")
        self._kept, self._seen, self._unwritten = now, now, False

    def save_as(self, path: Path, world: World) -> None:
        """Writes everything to another file, which is kept up to date from now on.

        Raises UserError where it cannot be written, or is the session of something else; then all is as before.
        """
        former = session_of(path) if path.is_file() else Session()
        session = self._with_everything(former, world)
        write_whole(path, lambda file: file.write(written(session)))
        self._path, self._sessions = path, {path: session}
        self._kept = self._seen = self._key(world)
        world.touring.kept_in = str(path)

    def go_on_in(self, path: Path, session: Session, world: World) -> None:
        """Everything was opened as a session has it, and is kept in its file from now on."""
        self._path, self._sessions = path, {path: session}
        world.touring.kept_in = str(path)
        self._kept = self._seen = self._key(world)

    @property
    def _opened(self) -> Opening:
        assert self._opening is not None, "open() comes first"
        return self._opening

    @property
    def _whole(self) -> Path | None:
        """The file with all parts, where there is one."""
        if self._path is not None:
            return self._path
        world = self._opened.world
        return self._file(world, 0) if len(world.halls) == 1 else None

    def _key(self, world: World) -> tuple[Keys, Keys]:
        """Equal keys mean that nothing has to be written: of what was done, and of what changes all the time."""
        networks = tuple((hall.arrangement, hall.chosen) for hall in world.halls)
        if self._whole is None:
            return networks, ()
        return (*networks, *keys_of(world, restless=False)), keys_of(world, restless=True)

    def _changed_files(self, world: World) -> dict[Path, Session]:
        whole = self._whole
        if whole is not None:
            former = self._sessions.get(whole)
            if former is None:
                return {}
            self._sessions[whole] = session = self._with_everything(former, world)
            return {whole: session}
        changed = {}
        for number, hall in enumerate(world.halls):
            path = self._file(world, number)
            former, kept = self._sessions.get(path), self._kept[0][number]
            if former is not None and kept != (hall.arrangement, hall.chosen):
                changed[path] = self._sessions[path] = former.with_network(self._network(former, number, world))
        return changed

    def _with_everything(self, former: Session, world: World) -> Session:
        session = former
        for number in range(len(world.halls)):
            session = session.with_network(self._network(former, number, world))
        return session.with_parts(tell_all(world))

    def _network(self, former: Session, number: int, world: World) -> NetworkSession:
        hall, opening = world.halls[number], self._opened
        structure = opening.structures[number]
        before = former.of(hall.network, structure)
        rest = before.rest if before is not None else {}
        return NetworkSession(
            hall.network, structure, hall.arrangement, hall.chosen, dict(opening.layers[number]), rest
        )

    def _like(self, number: int) -> Fit | None:
        """What was left of a network of this name that was much like this one, the latest first."""
        opening = self._opened
        name, layers = opening.world.halls[number].network, opening.layers[number]
        own = own_file(name, opening.structures[number])
        stem = own.name.removesuffix(f"{opening.structures[number]}.json")
        try:
            files = [path for path in own.parent.glob(f"{stem}*.json") if len(path.name) == len(own.name)]
            latest = sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True)[:FORMER]
        except OSError:
            return None
        for path in latest:
            try:
                found = fit(session_of(path), name, "", layers)
            except UserError:
                continue
            if found is not None and likeness(found.network, layers) >= LIKENESS:
                return found
        return None

    def _file(self, world: World, number: int) -> Path:
        return self._path or own_file(world.halls[number].network, self._opened.structures[number])

    def _write(self, path: Path, session: Session) -> None:
        if self._path is None and path.parent == own_file("", "").parent:
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
