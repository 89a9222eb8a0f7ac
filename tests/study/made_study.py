"""A study's folder with runs and measures that were made up, for tests of what reads one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from vrcnn.export.susceptibility_file import write_susceptibility
from vrcnn.study.modes import MODES
from vrcnn.study.run_files import MEASURED, write_epochs, write_run
from vrcnn.study.runs import Epoch, RunSettings
from vrcnn.susceptibility.results import CURVE, HEADLINE, Ablation, LayerMeasures, Measured, Susceptibility

LEVELS = {"true-augmented": 0.25, "true": 0.35, "half-shuffled": 0.8, "shuffled": 1.0, "shuffled-smooth": 0.7}
TEST = {"true-augmented": 0.85, "true": 0.83, "half-shuffled": 0.54, "shuffled": 0.10, "shuffled-smooth": 0.11}
LAYERS = ("conv1", "layer1", "layer2", "layer3", "layer4")
SIEVES = tuple(dict.fromkeys((*HEADLINE, *(f"low-pass:{cut:g}" for cut in CURVE), "windows:4", "noise:0.25")))


def made_study(
    folder: Path,
    modes: Sequence[str] = tuple(LEVELS),
    seeds: Sequence[int] = (0, 1, 2),
    data: str = "fashion-mnist",
    network: str = "covid-resnet",
    levels: Mapping[str, float] = LEVELS,
    measured: bool = True,
    twins: bool = True,
) -> Path:
    """Adds runs, of which each measure is about the level of its mode, to a study's folder; returns it."""
    for mode in modes:
        for seed in seeds:
            settings = RunSettings(data=data, network=network, mode=mode, seed=seed)
            chance = np.random.default_rng([seed, sorted(MODES).index(mode)])
            where = folder / "runs" / settings.name
            (where / "checkpoints").mkdir(parents=True)
            (where / "checkpoints" / "step-00000012.pt").write_bytes(settings.name.encode())
            level = levels.get(mode, 0.5) * chance.uniform(0.9, 1.1)
            test = TEST.get(mode, 0.5) + chance.uniform(-0.03, 0.03)
            rise = [min(1.0, 0.3 + 0.07 * epoch) for epoch in range(12)]
            write_epochs(where, [Epoch(each + 1, 1.0, right, test * right, 1.0) for each, right in enumerate(rise)])
            rest = {"data": {"name": data, "sha256": "ab" * 32}, "packages": "somewhere"}
            write_run(where, settings, {"train": 0.995, "clean": 0.9, "test": test}, rest)
            if measured:
                twin = made_measures("twin", 0.95 * np.random.default_rng(seed).uniform(0.95, 1.05), 8.0)
                found = made_measures(settings.name, level, 12 + 22 * level, twin if twins else None, mode)
                write_susceptibility(where / MEASURED, found)
    return folder


def made_measures(
    name: str, level: float, directions: float, twin: Susceptibility | None = None, mode: str = ""
) -> Susceptibility:
    """Measures about a level, falling with the frequency of a low-pass; ablations where a mode is named."""

    def at(text: str, layer: float = 1.0) -> Measured:
        fall = 2.5 * np.exp(-5 * float(text.split(":")[1])) if text.startswith("low-pass") else 1.0
        value = float(level * fall * layer)
        return Measured(value, 0.95 * value, 1.05 * value, 3 * value, min(1.0, value / 2))

    layers = tuple(
        LayerMeasures(
            layer,
            4,
            1,
            {text: at(text, 0.5 + place / 8) for text in SIEVES},
            Measured(directions * (place + 1) / 4, 1.0, 40.0),
            {text: np.array([0.1, 0.2, 0.3, np.nan], np.float32) for text in SIEVES},
        )
        for place, layer in enumerate(LAYERS)
    )
    lost = {"held out": (0.3, 0.2, 0.1), "taught right": (0.2, 0.15, 0.1)}
    if mode and MODES[mode].memorizes:
        lost["memorized"] = (0.5, 0.3, 0.15)
    ablations = tuple(
        Ablation(
            layer,
            "low-pass:0.18",
            {half: 1 - cost for half, cost in zip(("most", "random", "least"), costs, strict=True)},
            {"all": 0.9},
            5,
            pictures,
        )
        for pictures, costs in (lost.items() if mode else ())
        for layer in ("layer1", "layer3")
    )
    settings = {"seed": 0, "draws": 1000, "second_last": "layer3"}
    measures = {text: at(text) for text in SIEVES}
    return Susceptibility(name, 256, 10, measures, layers, ablations, {}, twin, settings, ("A made-up note.",))
