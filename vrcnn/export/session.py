"""A session as JSON: what a visitor has made of networks' places, and what else they saw there (docs/sessions.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import hypot, isfinite
from types import MappingProxyType
from typing import Any, TypeVar

from vrcnn.errors import UserError
from vrcnn.export.plain import Misfit, plain, taken
from vrcnn.network.quantity import QUANTITIES
from vrcnn.network.scope import FOLDS, LEVELS, Scope
from vrcnn.scene.arrangement import LAYOUTS, Arrangement, Handling
from vrcnn.scene.features import FACES
from vrcnn.scene.geometry import Placing, Pose

FORMAT, VERSION = "vrcnn session", 2  # version 1 had nothing but networks, without scope and layers
Value = TypeVar("Value")


@dataclass(frozen=True)
class NetworkSession:
    """What was made of one network's place. `structure` tells it from others of its `name` (session_fit.py).

    `scope` is what was shown of it, `layers` are the shapes of all its layers, by name; both None where an older
    version has written it. `rest` is what another version of vrcnn has written of it.
    """

    name: str
    structure: str
    arrangement: Arrangement
    scope: Scope | None = None
    layers: Mapping[str, tuple[int, ...]] | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """Which network it is of."""
        return self.name, self.structure


@dataclass(frozen=True)
class Session:
    """Those of one file. `rest` has its other members: what each of the parts (session_parts.py) tells, and what
    another version of vrcnn has written."""

    networks: tuple[NetworkSession, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    def of(self, name: str, structure: str) -> NetworkSession | None:
        """That of this network, if there is one."""
        return next((network for network in self.networks if network.key == (name, structure)), None)

    def with_network(self, network: NetworkSession) -> Session:
        """With this one in place of a former one of the same network."""
        others = tuple(other for other in self.networks if other.key != network.key)
        return Session((*others, network), self.rest)

    def with_parts(self, parts: Mapping[str, Any]) -> Session:
        """With these members in place of those of the same names; None leaves one out."""
        kept = {**self.rest, **parts}
        return Session(self.networks, {name: told for name, told in kept.items() if told is not None})


class DamagedSession(UserError):  # noqa: N818 - as UserError, it is named for what happened
    """The file is no session; the message says where it ceases to be one."""


class NewerSession(UserError):  # noqa: N818 - as above
    """The file is of a newer version of vrcnn than this."""


def written(session: Session) -> bytes:
    """The session as JSON, to be read by people too."""
    networks = [_network_to_json(network) for network in session.networks]
    content = {"format": FORMAT, "version": VERSION, "networks": networks, **session.rest}
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read(data: bytes) -> Session:
    """The session that `written` has written. Raises DamagedSession and NewerSession."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise DamagedSession(f"it is no JSON ({error})") from error
    record = _record(content, "the file")
    if record.get("format") != FORMAT:
        raise DamagedSession(f'its "format" is not "{FORMAT}"')
    version = record.get("version")
    if not isinstance(version, int) or version < 1:
        raise DamagedSession('its "version" is no number')
    if version > VERSION:
        raise NewerSession(f"a newer version of vrcnn has written it (format {version}, here {VERSION})")
    networks = _list(record.get("networks", []), "networks", _network)
    return Session(tuple(networks), _rest(record, "format", "version", "networks"))


def _network_to_json(network: NetworkSession) -> dict[str, Any]:
    arrangement = network.arrangement
    return {
        "name": network.name,
        "structure": network.structure,
        "layout": arrangement.layout,
        "whole": _placing_to_json(arrangement.whole),
        "moved": [
            {"layout": layout, "layer": layer, **_placing_to_json(placing)}
            for (layout, layer), placing in arrangement.moved.items()
        ],
        "handled": {layer: asdict(handling) for layer, handling in arrangement.handled.items()},
        "closed": sorted(arrangement.closed),
        **({} if network.scope is None else {"scope": plain(network.scope)}),
        **({} if network.layers is None else {"layers": {name: list(shape) for name, shape in network.layers.items()}}),
        **network.rest,
    }


def arrangement_to_json(arrangement: Arrangement) -> dict[str, Any]:
    """An arrangement alone, as a stop of a tour has it."""
    told = _network_to_json(NetworkSession("", "", arrangement))
    return {name: value for name, value in told.items() if name not in ("name", "structure")}


def arrangement_from_json(content: object, where: str) -> Arrangement:
    """The same again. Raises DamagedSession."""
    return _network({**_record(content, where), "name": "", "structure": ""}, where).arrangement


def _network(content: object, where: str) -> NetworkSession:
    record = _record(content, where)
    moved = {}
    for number, one in enumerate(_list(record.get("moved", []), f"{where}.moved", _record)):
        place = f"{where}.moved[{number}]"
        moved[_layout(one.get("layout"), place), _text(one.get("layer"), f"{place}.layer")] = _placing(one, place)
    handled = _record(record.get("handled", {}), f"{where}.handled")
    arrangement = Arrangement(
        _layout(record.get("layout", "corridor"), where),
        MappingProxyType(moved),
        MappingProxyType({layer: _handling(one, f"{where}.handled[{layer!r}]") for layer, one in handled.items()}),
        _placing(record.get("whole", {}), f"{where}.whole"),
        frozenset(_list(record.get("closed", []), f"{where}.closed", _text)),
    )
    name, structure = _text(record.get("name"), f"{where}.name"), _text(record.get("structure"), f"{where}.structure")
    known = "name", "structure", "layout", "whole", "moved", "handled", "closed", "scope", "layers"
    scope = scope_from_json(record["scope"], f"{where}.scope") if "scope" in record else None
    layers = taken_here(dict[str, tuple[int, ...]], record["layers"], f"{where}.layers") if "layers" in record else None
    return NetworkSession(name, structure, arrangement, scope, layers, _rest(record, *known))


def scope_from_json(content: object, where: str) -> Scope:
    """What was shown of a network. Raises DamagedSession."""
    scope: Scope = taken_here(Scope, content, where)
    _one_of(LEVELS, scope.detail, f"{where}.detail")
    _one_of(FOLDS, scope.fold, f"{where}.fold")
    _one_of(QUANTITIES, scope.quantity, f"{where}.quantity")
    _one_of(QUANTITIES, scope.quantity, f"{where}.quantity")
    if not 0 <= scope.slice <= 1:
        raise DamagedSession(f"{where}.slice is not between 0 and 1")
    return scope


def taken_here(kind: Any, content: object, where: str) -> Any:
    """As `plain.taken`, but raises DamagedSession."""
    try:
        return taken(kind, content, where)
    except Misfit as misfit:
        raise DamagedSession(str(misfit)) from misfit


def _placing_to_json(placing: Placing) -> dict[str, Any]:
    return {
        "position": list(placing.pose.position),
        "orientation": list(placing.pose.orientation),
        "scale": placing.scale,
    }


def _placing(content: object, where: str) -> Placing:
    record = _record(content, where)
    x, y, z = _numbers(record.get("position", (0, 0, 0)), 3, f"{where}.position")
    a, b, c, d = _numbers(record.get("orientation", (0, 0, 0, 1)), 4, f"{where}.orientation")
    (scale,) = _numbers([record.get("scale", 1)], 1, f"{where}.scale")
    length = hypot(a, b, c, d)
    if scale <= 0 or abs(length - 1) > 1e-3:
        raise DamagedSession(f"{where} is no place: the scale is positive, and the orientation has the length 1")
    return Placing(Pose((x, y, z), (a, b, c, d)), scale)


def _handling(content: object, where: str) -> Handling:
    record = _record(content, where)
    zoom, first_row = _numbers([record.get("zoom", 1), record.get("first_row", 0)], 2, f"{where}.zoom, first_row")
    folded, hidden = record.get("folded", False), record.get("hidden", False)
    if zoom <= 0 or first_row < 0 or not isinstance(folded, bool) or not isinstance(hidden, bool):
        raise DamagedSession(f"{where} has values that cannot be")
    return Handling(zoom, first_row, folded, hidden, _one_of(FACES, record.get("face", FACES[0]), f"{where}.face"))


def _layout(content: object, where: str) -> str:
    return _one_of(LAYOUTS, content, f"{where}.layout")


def _one_of(known: Sequence[str], content: object, where: str) -> str:
    if content not in known:
        raise DamagedSession(f"{where} is none of {', '.join(known)}")
    return str(content)


def _record(content: object, where: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise DamagedSession(f"{where} is no object")
    return content


def _list(content: object, where: str, each: Callable[[object, str], Value]) -> list[Value]:
    if not isinstance(content, list):
        raise DamagedSession(f"{where} is no list")
    return [each(one, f"{where}[{number}]") for number, one in enumerate(content)]


def _text(content: object, where: str) -> str:
    if not isinstance(content, str):
        raise DamagedSession(f"{where} is no text")
    return content


def _numbers(content: object, count: int, where: str) -> list[float]:
    if (
        not isinstance(content, list | tuple)
        or len(content) != count
        or any(isinstance(one, bool) or not isinstance(one, int | float) or not isfinite(one) for one in content)
    ):
        raise DamagedSession(f"{where} is not {'a number' if count == 1 else f'{count} numbers'}")
    return [float(one) for one in content]


def _rest(record: Mapping[str, Any], *known: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in known}
