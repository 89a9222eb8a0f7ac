"""What panels tell of the headset: plain data of the World, kept up to date by the frame loop."""

from __future__ import annotations

from dataclasses import dataclass

# Whether there is one: none and nobody asks; waited for; worn; left alone by the visitor, though it is there.
NONE, AWAITED, WORN, ASIDE = "none", "awaited", "worn", "aside"


@dataclass
class HeadsetStatus:
    """`connection` is one of the four above; `name` that of headset and runtime, for people; `state` the session's.

    `present` is whether somebody wears it, where the runtime knows. `refresh_rate` in Hz, 0 where the runtime does not
    tell; `refresh_rates` those that can be chosen. `resolution` is the share of the recommended width and height that
    is drawn, below 1 while frames would be missed; `missed` counts the frames that came late in the last ten seconds.
    `reason` tells why there is none.
    """

    connection: str = NONE
    name: str = ""
    state: str = ""
    present: bool = True
    refresh_rate: float = 0.0
    refresh_rates: tuple[float, ...] = ()
    resolution: float = 1.0
    missed: int = 0
    reason: str = ""

    @property
    def wanted(self) -> bool:
        """Whether the visitor is in the headset, or would be if there were one."""
        return self.connection in (WORN, AWAITED)

    @property
    def words(self) -> str:
        """How it is with the headset, in a few words."""
        if self.connection == WORN:
            worn = "in its own menu" if self.state == "VISIBLE" else "worn"
            worn = worn if self.present and self.state in ("VISIBLE", "FOCUSED") else "taken off"
            return f"{worn}, {self.refresh_rate:.0f} Hz" if self.refresh_rate else worn
        return {AWAITED: "not there yet", ASIDE: "left aside"}.get(self.connection, "none")

    @property
    def step(self) -> str:
        """What WearHeadset would do now, in a word or two."""
        return {WORN: "Leave it", AWAITED: "Wait no more"}.get(self.connection, "Put it on")
