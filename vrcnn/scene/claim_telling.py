"""What a stop claims, told to people: the condition, and what was measured."""

from __future__ import annotations

from functools import lru_cache

from vrcnn.scene.claim_grammar import ClaimError, claim_of
from vrcnn.scene.claims import SHOWN, Claim, judged
from vrcnn.scene.tour import Stop, Tour


def claim_lines(stop: Stop, tour: Tour) -> tuple[str, ...]:
    """The lines below a stop's text: the claim, and what was measured; none where nothing is claimed."""
    if not stop.claim:
        return ()
    try:
        claim = _read(stop.claim)
    except ClaimError as error:
        return (f"Claim: {stop.claim}", f"This claim cannot be read: {error}.")
    said = " ".join(SHOWN.get(word, word) for word in claim.text.split())
    if any(measure.text not in tour.measured for measure in claim.measures):
        return (f"Claim: {said}", "Not measured yet: vrcnn tour check does.")
    return (f"Claim: {said}", f"Measured: {judged(claim, tour.measured).sentence}")


@lru_cache(64)
def _read(text: str) -> Claim:
    return claim_of(text)
