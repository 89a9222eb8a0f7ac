"""Claims on stops: how they are read, what they come to, what is wrong with them, and how a stop shows them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vrcnn.errors import UserError
from vrcnn.export.tour_file import read_tour, save_tour, tour_from_json, tour_to_json
from vrcnn.scene.claim_grammar import ClaimError, claim_of
from vrcnn.scene.claim_telling import claim_lines
from vrcnn.scene.claims import CANNOT_SAY, HOLDS, HOLDS_NOT, Measure, judged
from vrcnn.scene.tour import Stop, Tour, TourNetwork, TourPictures
from vrcnn.touring.check import Checked, Stated, as_text

VALUES = {
    "shift:1 of true": 0.2123,
    "shift:1 of shuffled": 0.98,
    "untrained shift:1 of true": 1.07,
    "participation at layer3.0.add of true": 17.2,
    "flips low-pass:0.18 of true": 0.125,
    "accuracy of true": 0.83,
    "accuracy of none": 0.0,
    'shift:1 at "a b" of "x y"': 2.0,
}


@pytest.mark.parametrize(
    ("text", "verdict", "told"),
    [
        ("shift:1 of shuffled > 3 * shift:1 of true", HOLDS, "0.98 > 3 × 0.212"),
        ("shift:1 of shuffled > 5 * shift:1 of true", HOLDS_NOT, "0.98 > 5 × 0.212"),
        ("0.8 < test accuracy of true < 85%", HOLDS, "0.8 < 0.83 < 85%"),
        ("0.8 < test accuracy of true < 82%", HOLDS_NOT, "0.8 < 0.83 < 82%"),
        ("accuracy of true > 80%", HOLDS, "83% > 80%"),
        ("10% < flips low-pass:0.18 of true < 2 * accuracy of true", HOLDS, "10% < 12.5% < 2 × 83%"),
        ("shift:1 of true < 80%", HOLDS, "0.212 < 80%"),
        (
            "participation at layer3.0.add of true >= 16 and flips low-pass:0.18 of true <= 0.125",
            HOLDS,
            "17.2 ≥ 16 and 0.125 ≤ 0.125",
        ),
        (
            "untrained shift:1 of true - shift:1 of shuffled < 1 - 0.5 - 0.25",
            HOLDS,
            "1.07 − 0.98 < 1 − 0.5 − 0.25",
        ),
        ("2 × (shift:1 of true − 1) < −1.5 ÷ 1", HOLDS, "2 × (0.212 − 1) < −1.5 / 1"),
        ('shift:1 at "a b" of "x y" > 1.99', HOLDS, "2 > 1.99"),
        ("1 + 2 * 3 >= 7 and 8 / 4 / 2 <= 1", HOLDS, "1 + 2 × 3 ≥ 7 and 8 / 4 / 2 ≤ 1"),
    ],
)
def test_a_claim_is_read_and_comes_to_what_arithmetic_says(text: str, verdict: str, told: str) -> None:
    found = judged(claim_of(text), VALUES)
    assert (found.verdict, found.told) == (verdict, told)


def test_what_was_not_measured_or_cannot_be_divided_by_is_said_unless_another_condition_fails() -> None:
    claim = claim_of("windows:2 of true > 1 and shift:1 of true < 1")
    assert [each.text for each in claim.measures] == ["windows:2 of true", "shift:1 of true"]
    found = judged(claim, VALUES)
    assert found.sentence == "windows:2 of true > 1 and 0.212 < 1: cannot be said (windows:2 of true was not measured)"
    assert judged(claim, VALUES, {"windows:2 of true": "it has no scores"}).why == "it has no scores"
    assert judged(claim, {**VALUES, "windows:2 of true": float("nan")}).verdict == CANNOT_SAY
    assert judged(claim, {"shift:1 of true": 2.0}).verdict == HOLDS_NOT
    divided = judged(claim_of("1 / accuracy of none > 0"), VALUES)
    assert (divided.verdict, divided.why) == (CANNOT_SAY, "0 is 0, and nothing can be divided by it")


@pytest.mark.parametrize("text", ["shift:1 of true", "low-pass:0.18 at layer1.0 of a-b", 'flips shift:2:up of "a b"'])
def test_a_measures_text_is_read_again_as_the_same_measure(text: str) -> None:
    (measure,) = claim_of(f"{text} > 1").measures
    assert measure.text == text
    assert claim_of(f"{replace(measure, untrained=True).text} > 1").measures == (replace(measure, untrained=True),)


def test_a_sieve_is_one_however_its_amount_is_written() -> None:
    assert claim_of("shift of a > low-pass:0.180 of a").measures == (
        Measure("change", "shift:1", "a"),
        Measure("change", "low-pass:0.18", "a"),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", 'a number or a measure such as "shift:1 of NETWORK" is expected at character 1, where there is the end'),
        ("shift:1 of true", "a comparison (<, <=, > or >=) is expected at character 16, where there is the end"),
        ("shift:1 true > 1", '"of" and the name of a network is expected at character 9, where there is "true"'),
        ("shift:1 of true > $", "there is a $ at character 19 that has no meaning here"),
        ('shift:1 of "true > 1', 'there is a " at character 12 that has no meaning here: a quote is never closed'),
        ("shift:0.5 of true > 1", 'at character 1 "shift:0.5" is no sieve: its amount is a whole number'),
        ("low-pass:0.9 of true > 1", 'at character 1 "low-pass:0.9" is no sieve: its frequency'),
        ("flips of true > 1", 'a sieve such as shift:1 is expected at character 7, where there is "of"'),
        ("participation of true > 1", 'name it, as in "participation at LAYER of true"'),
        ("accuracy at conv of true > 1", "the accuracy at character 1 is of a network, not of a layer"),
        ("train of true > 1", '"accuracy" is expected at character 7'),
        ("(1 > 2", '")" is expected at character 4, where there is ">"'),
        ("1 > 2 or 3 > 2", '"and" or the end is expected at character 7, where there is "or"'),
        ("1 > 2 and", "is expected at character 10, where there is the end"),
        ("1 == 1", "there is a = at character 3"),
        ("__import__('os') > 1", "there is a ' at character 12"),
        ("(" * 40 + "1" + ")" * 40 + " > 0", "more than 20 signs and brackets stand in each other at character 21"),
        ("1 > 0 and " * 60 + "1 > 0", "it has 605 characters, and 500 are the most"),
    ],
)
def test_what_is_no_claim_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(ClaimError) as raised:
        claim_of(text)
    assert says in str(raised.value)


def test_a_stop_shows_its_claim_with_what_was_measured() -> None:
    stop, tour = Stop("Shift", claim="shift:1 of shuffled > 3 * shift:1 of true"), Tour()
    told = "Claim: shift:1 of shuffled > 3 × shift:1 of true"
    assert claim_lines(Stop("Nothing"), tour) == ()
    assert claim_lines(stop, tour) == (told, "Not measured yet: vrcnn tour check does.")
    tour = replace(tour, measured=VALUES)
    assert claim_lines(stop, tour) == (told, "Measured: 0.98 > 3 × 0.212: holds")
    assert claim_lines(Stop("Bad", claim="1 >"), tour)[1].startswith("This claim cannot be read: a number")


def test_a_tours_file_has_its_networks_beside_it_and_keeps_what_it_does_not_know(tmp_path: Path) -> None:
    networks = (TourNetwork("true", str(tmp_path / "runs" / "true.py"), str(tmp_path / "seen.py")),)
    networks += (TourNetwork("other", "timm:resnet18"),)
    stop = Stop("One", "Told.", claim="shift:1 of true > 1", rest={"smell": "of rain"})
    tour = Tour("Two", (stop,), networks, TourPictures(128, 3), {"shift:1 of true": 0.25}, {"music": "loud"})
    (tmp_path / "tours").mkdir()
    path = save_tour(tmp_path / "tours" / "tour.json", tour)
    content = json.loads(path.read_text())
    assert [network["model"] for network in content["networks"]] == ["../runs/true.py", "timm:resnet18"]
    assert content["stops"][0]["claim"] == "shift:1 of true > 1"
    assert read_tour(path) == tour
    assert tour_from_json(tour_to_json(tour)) == tour, "as a session keeps it"
    path.rename(tmp_path / "tour.json")
    (tmp_path / "moved").mkdir()
    assert read_tour(tmp_path / "tour.json").networks[0].model == str(tmp_path.parent / "runs" / "true.py")


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"networks": [{"name": "a"}]}, "networks[0] has no model"),
        ({"networks": [{"name": "a", "model": "a.py"}] * 2}, "networks need names that differ"),
        ({"pictures": {"count": 0}}, "pictures are to be two or more"),
        ({"measured": {"shift:1 of a": "much"}}, "measured.shift:1 of a is not a number"),
        ({"stops": [{"claim": 3}]}, "stops[0].claim is no text"),
    ],
)
def test_a_bad_tour_is_refused_in_a_sentence(members: dict[str, object], says: str, tmp_path: Path) -> None:
    content = {"format": "vrcnn tour", "version": 1, "stops": [{"title": "One"}], **members}
    (tmp_path / "tour.json").write_text(json.dumps(content))
    with pytest.raises(UserError) as raised:
        read_tour(tmp_path / "tour.json")
    assert says in str(raised.value)


def test_what_a_check_came_to_is_counted_in_english() -> None:
    holds, fails = (judged(claim_of(text), {}) for text in ("1 > 0", "0 > 1"))
    stated = Stated(0, "One", claim_of("1 > 0"))
    for found, told in (
        ((holds,), "1 of 1 claim holds, on 2 pictures."),
        ((fails,), "0 of 1 claims hold, on 2 pictures."),
        ((holds, fails), "1 of 2 claims hold, on 2 pictures."),
    ):
        assert as_text(Checked("Tour", 2, tuple((stated, each) for each in found), {})).splitlines()[-1] == told
