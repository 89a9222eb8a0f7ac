"""torch-lucent, prepared to run beside a current torch: what benchmarks/featvis.py holds the visualizations against.

Patched, and nothing else: IPython and the model zoo are not imported (they only show pictures and download networks);
where torchvision has no build for this torch, its Normalize is the same two lines; kornia 0.4.1's functions
are imported from where Lucent looks for them. Lucent makes one channel at a time, as its own notebooks do.

`python _lucent.py NETWORK OUT STEPS LAYER:CHANNEL ...` makes them, saves the pictures as arrays (0 to 1) to OUT, and
prints the seconds for each as JSON in the last line.
"""

from __future__ import annotations

import json
import sys
import time
import types
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vrcnn.network.preprocess import Standard
from vrcnn.network.source import NetworkSource


class _Normalize:
    """torchvision.transforms.Normalize."""

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        self._mean, self._std = torch.tensor(mean)[:, None, None], torch.tensor(std)[:, None, None]

    def __call__(self, picture: Tensor) -> Tensor:
        return (picture - self._mean) / self._std


def import_lucent() -> Any:
    """lucent.optvis's modules `render`, `param` and `transform`. Raises ImportError where Lucent is not installed."""
    _stand_in("IPython", display=_stand_in("IPython.display"))
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        models = _stand_in("torchvision.models", __all__=[])
        transforms = _stand_in("torchvision.transforms", Normalize=_Normalize)
        _stand_in("torchvision", models=models, transforms=transforms)
    _stand_in("lucent.modelzoo", inceptionv1=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lucent.optvis import param, render, transform
    return render, param, transform


def _stand_in(name: str, **contents: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module
    return module


def visualize(source: NetworkSource, layer: str, channel: int, steps: int) -> tuple[np.ndarray, float]:
    """What Lucent's defaults make of a channel's mean: (H, W, 3) from 0 to 1; and the seconds that it took.

    The picture gets the network's own mean and deviation in place of those of ImageNet, which Lucent assumes.
    """
    render, param, transform = import_lucent()
    network = source.module.eval()
    given = source.preprocess
    assert isinstance(given, Standard)
    normalize = _Normalize(given.mean, given.std)
    random = torch.random.get_rng_state()
    torch.manual_seed(0)
    np.random.seed(0)
    started = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = render.render_vis(
                network,
                f"{layer.replace('.', '_')}:{channel}",
                lambda: param.image(source.input_size[-1]),
                transforms=[*transform.standard_transforms, lambda pictures: torch.stack([*map(normalize, pictures)])],
                preprocess=False,
                thresholds=(steps,),
                progress=False,
                show_image=False,
            )
    finally:
        torch.random.set_rng_state(random)
    return made[-1][0], time.perf_counter() - started


def main(name: str, out: str, steps: str, *wanted: str) -> None:
    from _featvis_sides import network_of

    torch.set_num_threads(1)
    source = network_of(name)
    pictures, seconds = {}, {}
    for each in wanted:
        layer, _, channel = each.partition(":")
        pictures[each], seconds[each] = visualize(source, layer, int(channel), int(steps))
    np.savez(out, **pictures)  # type: ignore[arg-type] # numpy takes any names
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
