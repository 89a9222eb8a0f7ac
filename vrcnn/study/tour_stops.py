"""What the seven stops of the study's tour say and show, by what was measured of its three networks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vrcnn.scene.claim_grammar import claim_of
from vrcnn.scene.claims import Measure
from vrcnn.scene.tour import Stop
from vrcnn.study.tour_claims import ALIKE, MORE, Said, above, all_compared, below, compared

CUTS = ("low-pass:0.12", "low-pass:0.18", "low-pass:0.25", "low-pass:0.35")
WINDOWS = ("windows:2", "windows:4")
CAMERAS: dict[str, dict[str, Any]] = {  # where one stands between the networks, as a session has it
    "all": {"position": [9.0, 3.6, 5.6], "yaw": 0.0, "pitch": -0.22},
    "answers": {"position": [1.75, 0.1, 0.35], "yaw": -0.3, "pitch": -0.08},
    "two": {"position": [4.8, 1.4, 1.2], "yaw": 0.0, "pitch": -0.12},
    "above": {"position": [9.0, 9.5, 8.0], "yaw": 0.0, "pitch": -0.5},
}
BOTH = ("shift:1", "low-pass:0.18")  # by which the untrained network is held against the others


@dataclass(frozen=True)
class Facts:
    """What the words need to know.

    Attributes:
        data, network: names.
        learned: how many pictures the networks were trained on.
        classes: how many there are.
        first, middle: names of layers: the end of the first stage, and that of the second-last one.
        picture: the name of the picture on the easel.
    """

    data: str
    network: str
    learned: int
    classes: int
    first: str
    middle: str
    picture: str = ""


def measures_for(facts: Facts) -> tuple[Measure, ...]:
    """All that is measured before anything is said."""
    wanted = [f"{kind} of {name}" for kind in ("train accuracy", "accuracy") for name in ("true", "shuffled")]
    wanted += [f"{sieve} of {name}" for sieve in (*CUTS, *WINDOWS, "shift:1") for name in ("true", "shuffled")]
    wanted += [f"{sieve} of untrained" for sieve in BOTH]
    wanted += [_participation(facts, name) for name in ("true", "shuffled", "untrained")]
    return tuple(claim_of(f"{text} > 0").measures[0] for text in wanted)


def stops_for(facts: Facts, values: Mapping[str, float]) -> tuple[Stop, ...]:
    """The seven stops; what does not hold is not claimed. Raises KeyError where something was not measured."""
    return (
        _same_accuracy(facts, values),
        _held_out(facts, values),
        _shift(facts, values),
        _low_pass(facts, values),
        _windows(facts, values),
        _untrained(facts, values),
        _what_follows(facts, values),
    )


def _same_accuracy(facts: Facts, values: Mapping[str, float]) -> Stop:
    text = (
        f"All three are the same network. Two were trained on the same {facts.learned:,} pictures: `true` was told "
        "what they show, for `shuffled` the labels had changed places at random. Both answer nearly all of them as "
        "they were told, so the accuracy in training does not tell which one has understood anything."
    )
    claim = " and ".join(above(f"train accuracy of {name}", values) for name in ("true", "shuffled"))
    return _stop("The same accuracy in training", text, claim, "all", facts)


def _held_out(facts: Facts, values: Mapping[str, float]) -> Stop:
    said = compared("accuracy of true", "accuracy of shuffled", values)
    if said.how == MORE:
        claim = f"{above('accuracy of true', values)} and {below('accuracy of shuffled', values)}"
        guessing = values["accuracy of shuffled"] < 2 / facts.classes
        right = values["accuracy of true"]
        known = "most" if right > 0.5 else f"{right:.0%}"
        text = f"Pictures that neither has seen tell them apart: `true` is right about {known} of them, `shuffled` " + (
            f"about as often as one who guesses among {facts.classes} classes. It knows its pictures by heart, and "
            "only those."
            if guessing
            else "about fewer."
        )
    else:
        claim, text = said.claim, "Here even pictures that neither has seen do not tell the two apart, as they should."
    return _stop("Pictures they have not seen", text, claim, "answers", facts)


def _shift(facts: Facts, values: Mapping[str, float]) -> Stop:
    said = compared("shift:1 of shuffled", "shift:1 of true", values)
    text = "The sieve before the easel moves the picture by one pixel: for us it is the same picture. " + _by(
        said,
        f"That changes the scores of `shuffled` by {values['shift:1 of shuffled']:.0%} of how much they vary from "
        f"picture to picture, those of `true` by {values['shift:1 of true']:.0%}. Their answers stand at the right.",
        "The scores of `true` change even more by that than those of `shuffled`.",
        "The scores of both networks change alike by that: it does not tell them apart.",
    )
    return _stop("One pixel to the side", text, said.claim, "answers", facts, "shift:1")


def _low_pass(facts: Facts, values: Mapping[str, float]) -> Stop:
    whole = all_compared([(f"{sieve} of shuffled", f"{sieve} of true") for sieve in CUTS], values)
    said = whole or compared("low-pass:0.18 of shuffled", "low-pass:0.18 of true", values)
    where = "At each of four cut-offs, from coarse to fine," if whole else "At 0.18 cycles per pixel"
    text = "Now fine detail is taken away, and what is left is what one sees from far. " + _by(
        said,
        f"{where} the scores of `shuffled` depend on the missing detail more than those of `true`. Turn the sieve "
        "(6 and Shift+6) to go along the curve.",
        f"{where} it is `true` whose scores depend more on the missing detail.",
        f"{where} the scores of both networks depend alike on the missing detail.",
    )
    return _stop("Without the fine detail", text, said.claim, "two", facts, "low-pass:0.18")


def _windows(facts: Facts, values: Mapping[str, float]) -> Stop:
    whole = all_compared([(f"{sieve} of shuffled", f"{sieve} of true") for sieve in WINDOWS], values)
    said = whole or compared("windows:2 of shuffled", "windows:2 of true", values)
    text = (
        "Here pixels change places within windows of 2 x 2: all values stay, and each is almost where it was. "
        + _by(
            said,
            "`shuffled` depends on which pixel is exactly where; `true` depends on that much less.",
            "It is `true` that depends more on which pixel is exactly where.",
            "Both networks depend alike on which pixel is exactly where.",
        )
    )
    return _stop("Pixels that change places", text, said.claim, f"shuffled:{facts.middle}", facts, "windows:2")


def _untrained(facts: Facts, values: Mapping[str, float]) -> Stop:
    than_true = all_compared([(f"{sieve} of untrained", f"{sieve} of true") for sieve in BOTH], values)
    than_shuffled = [compared(f"{sieve} of untrained", f"{sieve} of shuffled", values) for sieve in BOTH]
    claims = [each.claim for each in (than_true, *than_shuffled) if each is not None]
    if than_true is not None and than_true.how == MORE and all(each.how in (MORE, ALIKE) for each in than_shuffled):
        than = "about" if all(each.how == ALIKE for each in than_shuffled) else "at least"
        text = (
            f"The control: nobody has trained this one, and it is {than} as susceptible as the network that memorizes. "
            "So memorizing does not put the susceptibility in. It is there from the start, and what takes it away is "
            "learning labels that are true."
        )
    elif than_true is not None and than_true.how == MORE:
        text = (
            "The control: nobody has trained this one, and it is more susceptible than `true`, though not by every "
            "sieve as much as `shuffled`. So part of the susceptibility is there from the start, and learning true "
            "labels takes it away."
        )
    else:
        text = (
            "The control: nobody has trained this one. It does not lie above `true` by both sieves, so what was seen "
            "at the stops before may come from training on shuffled labels."
        )
    return _stop("Never trained", text, " and ".join(claims), f"untrained:{facts.first}", facts, "shift:1")


def _what_follows(facts: Facts, values: Mapping[str, float]) -> Stop:
    one, *others = (_participation(facts, name) for name in ("shuffled", "true", "untrained"))
    said = [compared(one, other, values) for other in others]
    text = (
        "It does not follow that high frequencies make a network memorize, nor that one number tells a network that "
        "does: these are three networks of one seed, and the study has more. "
    )
    if all(each.how == MORE for each in said):
        text += (
            f"What `shuffled` has and neither of the others: the channels of {facts.middle} spread over more "
            "directions (participation ratio), as to tell every picture from every other one takes."
        )
    else:
        text += (
            f"Nor does over how many directions the channels of {facts.middle} spread (participation ratio) set "
            "`shuffled` apart from both others here."
        )
    claim = " and ".join(each.claim for each in said)
    return _stop("What does not follow", text, claim, "above", facts)


def _participation(facts: Facts, name: str) -> str:
    return Measure("participation", "", name, facts.middle).text


def _by(said: Said, more: str, less: str, alike: str) -> str:
    return more if said.how == MORE else alike if said.how == ALIKE else less


def _stop(title: str, text: str, claim: str, where: str, facts: Facts, sieve: str | None = None) -> Stop:
    state: dict[str, Any] = {"sieve": {"before": False} if sieve is None else {"text": sieve, "before": True}}
    if facts.picture:
        state["picture"] = {"name": facts.picture}
    layer = where if ":" in where else ""
    if not layer:
        state["camera"] = CAMERAS[where]
    return Stop(title, re.sub("`(.+?)`", "“\\1”", text), 14.0, layer, "", state, claim)
