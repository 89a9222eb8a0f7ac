"""The tour of the study: seven stops, each with a claim that holds on what was measured of three of its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from vrcnn.errors import UserError
from vrcnn.export.tour_file import save_tour
from vrcnn.network.source import LoadOptions, NetworkSource
from vrcnn.progress import Progress
from vrcnn.scene.claim_grammar import claim_of
from vrcnn.scene.claims import HOLDS, judged
from vrcnn.scene.tour import Tour, TourNetwork, TourPictures
from vrcnn.study.kept_networks import SEEN
from vrcnn.study.measuring import subject_of
from vrcnn.study.runs import Run
from vrcnn.study.tour_folder import Kept, write_folder
from vrcnn.study.tour_stops import Facts, measures_for, stops_for
from vrcnn.susceptibility.sieve import parsed
from vrcnn.susceptibility.stages import second_last, stage_ends
from vrcnn.susceptibility.transforms import sifted
from vrcnn.tour_networks import load_tour
from vrcnn.touring.measuring import measured

PICTURES = 256
TRUE, SHUFFLED, UNTRAINED = "true", "shuffled", "untrained"  # names in the tour
SIEVES = ("shift:1", "low-pass:0.18", "windows:2")  # of its stops
LEARNED = 0.9  # of the training pictures, as they were labelled, that both networks are to answer


def make_tour(runs: Sequence[Run], output: Path, folder: Path, half: bool = False, pictures: int = PICTURES) -> Tour:
    """Writes the tour of a study's runs to the file `output`, and its networks into the `folder`; returns it.

    It is about one seed: networks of true and of shuffled labels that have both learned their pictures, and the same
    network untrained. Raises UserError where there are none.
    """
    true, shuffled = pair_of(runs)
    networks = (Kept(TRUE, true), Kept(SHUFFLED, shuffled), Kept(UNTRAINED, true, trained=False))
    write_folder(folder, networks, pictures, half)
    tour = Tour(
        "How networks memorize",
        networks=tuple(
            TourNetwork(
                each.name,
                str((folder / f"{each.name}.py").resolve()),
                str((folder / f"{each.name}{SEEN}.py").resolve()) if each.trained else "",
            )
            for each in networks
        ),
        pictures=TourPictures(pictures),
    )
    sources = load_tour(tour, LoadOptions(), str(output))
    facts = replace(_facts(sources[0], true), picture=_telling_picture(sources))
    progress = Progress()
    try:
        found = measured(tour, sources, measures_for(facts), LoadOptions(), progress.show)
    finally:
        progress.clear()
    tour = replace(tour, stops=stops_for(facts, found.values), measured=found.values)
    for stop in tour.stops:
        finding = judged(claim_of(stop.claim), found.values, found.reasons)
        if finding.verdict != HOLDS:
            raise UserError(f'The claim of the stop "{stop.title}" does not hold as it is made: {finding.sentence}.')
    named = {measure.text for stop in tour.stops for measure in claim_of(stop.claim).measures}
    tour = replace(tour, measured={text: value for text, value in found.values.items() if text in named})
    save_tour(output, tour)
    return tour


def pair_of(runs: Sequence[Run]) -> tuple[Run, Run]:
    """The first runs of one seed, data set and network of which one has learned true labels, the other shuffled ones.

    Raises UserError.
    """
    done = [run for run in runs if run.done and (run.train or 0.0) >= LEARNED]

    def key(run: Run) -> tuple[bool, bool, int]:
        settings = run.settings
        return settings.data != "fashion-mnist", settings.network != "covid-resnet", settings.seed

    for shuffled in sorted((run for run in done if run.settings.mode == SHUFFLED), key=key):
        for mode in ("true", "true-augmented"):
            for true in done:
                alike = replace(true.settings, mode=SHUFFLED, device=shuffled.settings.device) == shuffled.settings
                if alike and true.settings.mode == mode:
                    return true, shuffled
    raise UserError(
        "The tour needs a network of true and one of shuffled labels, of one seed, that have both learned at least "
        f"{100 * LEARNED:.0f} % of their pictures: `vrcnn study train --modes true,shuffled` trains them."
    )


def _facts(source: NetworkSource, run: Run) -> Facts:
    """What the stops' words need to know of the networks."""
    layers = subject_of(source).layers
    ends = stage_ends(layers)
    last = second_last(ends)
    if last is None:
        raise UserError(f"{run.settings.network} has no layers with maps, so a tour has nothing to stand before.")
    titles = [layers[place].title for place in ends]
    return Facts(
        run.settings.data,
        Path(run.settings.network).stem,
        run.rest["pictures"]["train"],
        len(source.labels or ()),
        titles[0],
        layers[last].title,
    )


def _telling_picture(sources: Sequence[NetworkSource]) -> str:
    """The name of the first picture on the shelf which the first network knows behind every sieve of the tour, while
    the second one is wrong about it, and in another way behind one pixel; else of the first one that is there."""
    first, second = (replace(subject_of(source), layers=()) for source in sources[:2])
    for picture in sources[0].pictures:
        tensor = sources[0].picture_tensor(*sources[0].inputs_of(picture.open()))
        assert tensor is not None
        sieved = torch.cat([tensor, *(sifted(tensor, parsed(sieve)) for sieve in SIEVES)])
        known = sources[0].true_labels.class_of(picture, len(sources[0].labels or ()))
        if {*first.scores_of(sieved).argmax(1).tolist()} == {known}:
            answers = second.scores_of(sieved).argmax(1).tolist()
            if len({answers[0], answers[1], known}) == 3:
                return picture.name
    return sources[0].pictures[0].name
