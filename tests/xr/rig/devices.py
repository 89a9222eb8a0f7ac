"""A scripted visitor: moves the headset and the controllers of Monado's "remote" driver over its socket.

The wire format is that of Monado 25.0.0, src/xrt/drivers/remote/r_interface.h: every packet is one whole struct
r_remote_data (little endian, 376 bytes), the service keeps the newest and acknowledges nothing. On connection it sends
the state that the devices started with and the one that they have now.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field, fields

from vrcnn.scene.geometry import Pose

_POSE = "7f"  # orientation x y z w, position x y z
_HEAD = struct.Struct(f"<{2 * ('4f' + _POSE + '4x')}{_POSE}?3x")  # two views (unused here), centre, "views are valid"
_HAND = struct.Struct(f"<{_POSE}3f3f5f3f2ff2f13?3x")
_HEADER = struct.Struct("<8s")
_SIZE = _HEADER.size + _HEAD.size + 2 * _HAND.size
_MEANT = {"menu": "b", "enlarge": "a", "x": "a", "y": "b"}  # the same buttons by what they do, and as Touch names them


@dataclass
class Hand:
    """One controller (a Valve Index one, to the runtime). `pose` is its grip and its aim, in the stage's frame.

    Which parts a program sees depends on the profiles that it suggests, as Monado lets an Index controller stand for
    others (src/xrt/auxiliary/vive/vive_bindings.c): `a` is A, on a left Touch controller X; `b` is B or Y, and the
    menu button of a simple controller; `system` is the menu button of a Touch controller. With the Touch profile
    `squeeze` is how far the grip is squeezed, with the Index one how hard: `resting` fingers lie around it meanwhile.

    `bare` says that the fingers are tracked too; `curls` are those of little, ring, middle, index finger and thumb,
    from 0 (stretched) to 1.
    """

    pose: Pose
    tracked: bool = True
    trigger: float = 0.0
    squeeze: float = 0.0
    resting: bool = False
    stick: tuple[float, float] = (0.0, 0.0)
    trackpad: tuple[float, float] = (0.0, 0.0)
    a: bool = False
    b: bool = False
    system: bool = False
    bare: bool = False
    curls: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)

    def packed(self) -> bytes:
        velocities = (0.0,) * 6
        around = 1.0 if self.resting else self.squeeze
        analog = (self.trigger, around, self.squeeze, *self.stick, 0.0, *self.trackpad)
        no = False  # touches, and the sticks' clicks
        pressed = (self.system, no, self.a, no, self.b, no, self.trigger >= 1.0)
        buttons = (self.bare, self.tracked, *pressed, no, no, no, no)
        return _HAND.pack(*_wire(self.pose), *velocities, *self.curls, *analog, *buttons)


@dataclass
class Devices:
    """What the headset and the hands do now; `Visitor` sends it."""

    head: Pose = field(default_factory=lambda: Pose((0.0, 1.6, 0.0)))
    left: Hand = field(default_factory=lambda: Hand(Pose((-0.2, 1.3, -0.4))))
    right: Hand = field(default_factory=lambda: Hand(Pose((0.2, 1.3, -0.4))))

    def packed(self) -> bytes:
        unused_views = (0.0,) * 22
        head = _HEAD.pack(*unused_views, *_wire(self.head), False)
        return _HEADER.pack(b"mndrmt3\0") + head + self.left.packed() + self.right.packed()


class Visitor(Devices):
    """Devices on the wire: `visitor.move(head=Pose(...))`, `visitor.hand("right", trigger=1.0)` take effect at once.

    Nothing is acknowledged: the program under test sees a change a frame or two later.
    """

    def __init__(self, port: int) -> None:
        super().__init__()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        for _ in ("the state at the start", "the state now"):
            self._receive()
        self.send()

    def _receive(self) -> None:
        missing = _SIZE
        while missing:
            received = self._socket.recv(missing)
            if not received:
                raise ConnectionError("Monado closed the connection of the scripted devices")
            missing -= len(received)

    def move(self, head: Pose) -> None:
        self.head = head
        self.send()

    def hand(self, hand: str, **changes: object) -> None:
        """Changes fields of the "left" or the "right" `Hand`; `menu` and `enlarge` are its buttons for these."""
        state: Hand = getattr(self, hand)
        known = {each.name for each in fields(Hand)}
        for given, value in changes.items():
            name = _MEANT.get(given, given)
            if name not in known:
                raise TypeError(f"a hand has no {name}")
            setattr(state, name, value)
        self.send()

    def send(self) -> None:
        self._socket.sendall(self.packed())

    def close(self) -> None:
        self._socket.close()


def _wire(pose: Pose) -> tuple[float, ...]:
    return *pose.orientation, *pose.position


assert (_SIZE, _HEAD.size, _HAND.size) == (376, 128, 120)
