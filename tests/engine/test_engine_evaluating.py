"""An evaluation judges every picture as a plain loop of single passes does, in batches where that is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from vrcnn.engine.evaluating import Evaluation
from vrcnn.engine.evaluation_inquiry import EvaluateSet
from vrcnn.engine.evaluation_messages import EvaluationTold
from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.results import Results
from vrcnn.engine.shelf import Shelf
from vrcnn.errors import UserError
from vrcnn.network.picture_sets import pictures_of
from vrcnn.network.pictures import PictureFile, list_pictures
from vrcnn.network.preprocess import standard
from vrcnn.network.source import NetworkSource

CLASSES = ("cat", "dog", "fox", "hen", "owl", "pig", "yak")
SIZE = (3, 8, 8)


class Classifier(nn.Module):
    """Counts its passes, and the pictures of each."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.conv, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, len(CLASSES))
        self.passes: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        self.passes.append(len(x))
        return 9 * self.head(torch.relu(self.conv(x)).mean((2, 3)))


class Mixing(Classifier):
    """What it says of a picture depends on the others of the batch."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x - x.mean(0, keepdim=True) * (len(x) > 1))


class OneAtATime(Classifier):
    def forward(self, x: Tensor) -> Tensor:
        if len(x) > 1:
            raise RuntimeError("one at a time, please")
        return super().forward(x)


class Structured(Classifier):
    """Its scores come in a dictionary, behind something else."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:  # type: ignore[override]
        return {"features": self.conv(x), "logits": super().forward(x)[:, :, None, None]}


class Segmenting(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, x[:, :1]], 1)


def source_of(module: nn.Module, pictures: tuple[PictureFile, ...], labels=CLASSES) -> NetworkSource:
    preprocess = standard(SIZE)
    return NetworkSource(
        "Judge", module, (torch.zeros(1, *SIZE),), {}, pictures, labels, preprocess, SIZE, (), None, (0,)
    )


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Three pictures of each of four classes, in folders."""
    random = np.random.default_rng(0)
    for name in CLASSES[:4]:
        (tmp_path / name).mkdir()
        for number in range(3):
            pixels = random.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    return tmp_path


def evaluated(source: NetworkSource, together: float = 60.0) -> Results:
    evaluation = Evaluation(source, together=together)
    steps = list(evaluation.steps())
    assert steps[-1] == (evaluation.total, evaluation.total)
    assert evaluation.results is not None
    assert evaluation.results.complete
    return evaluation.results


@pytest.mark.parametrize("kind", [Classifier, Mixing, OneAtATime, Structured])
def test_every_number_is_that_of_a_plain_loop(kind: type[nn.Module], labelled: Path):
    pictures = list_pictures(labelled)
    results = evaluated(source_of(kind(), pictures))
    plain = kind().eval()
    for place, picture in enumerate(pictures):
        with torch.no_grad():
            output = plain(standard(SIZE)(picture.open())[None])
        logits = output["logits"] if isinstance(output, dict) else output
        said = logits.flatten().double().softmax(0)
        assert results.predicted[place] == int(said.argmax())
        assert results.top[place].tolist() == said.argsort(descending=True)[:5].tolist()
        np.testing.assert_allclose(results.scores[place], said.sort(descending=True).values[:5], atol=1e-6)
        assert CLASSES[results.true[place]] == picture.name.split("/")[0]


def test_pictures_go_together_only_where_that_changes_nothing(labelled: Path):
    pictures = list_pictures(labelled) * 4
    together, mixing = Classifier(), Mixing()
    evaluated(source_of(together, pictures))
    evaluated(source_of(mixing, pictures))
    assert max(together.passes) > 8
    assert mixing.passes[-40:] == [1] * 40


def test_a_batch_takes_no_longer_than_it_may(labelled: Path):
    network = Classifier()
    evaluated(source_of(network, list_pictures(labelled)), together=0.0)
    assert set(network.passes) == {1}


def test_broken_pictures_are_named_and_the_rest_goes_on(labelled: Path):
    (labelled / "dog" / "1.png").write_bytes((labelled / "dog" / "1.png").read_bytes()[:60])
    pictures = list_pictures(labelled)
    results = evaluated(source_of(Classifier(), pictures))
    [(place, reason)] = results.broken
    assert pictures[place].name == "dog/1.png"
    assert reason
    assert results.predicted[place] == -1
    assert int(results.judged.sum()) == len(pictures) - 1
    assert results.done == len(pictures)


def test_one_picture_that_makes_the_network_fail_is_named_too(labelled: Path):
    class Picky(Classifier):
        def forward(self, x: Tensor) -> Tensor:
            if torch.equal(x[0, 0], refused):
                raise RuntimeError("not this one")
            return super().forward(x)

    pictures = list_pictures(labelled)
    refused = standard(SIZE)(pictures[5].open())[0]
    results = evaluated(source_of(Picky(), pictures), together=0.0)
    assert results.broken == ((5, "makes the network fail: RuntimeError: not this one"),)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (Segmenting(), "Judge answers with a class for every pixel: an evaluation needs class scores."),
        (nn.Identity(), "Judge answers with something else than class scores: an evaluation needs class scores."),
        (nn.Linear(5, 5), "No picture can be judged: cat/0.png makes the network fail: RuntimeError"),
    ],
)
def test_a_network_that_cannot_be_evaluated_says_why(module: nn.Module, words: str, labelled: Path):
    with pytest.raises(UserError) as caught:
        evaluated(source_of(module, list_pictures(labelled), None))
    assert str(caught.value).startswith(words)


def test_without_labels_everything_is_judged_and_nothing_counted(labelled: Path):
    results = evaluated(source_of(Classifier(), list_pictures(labelled / "cat")))
    assert not results.labelled
    assert results.judged.all()
    assert not results.counted.any()


def test_a_data_set_of_pairs_says_itself_what_its_items_show(tmp_path: Path):
    class Pairs(torch.utils.data.Dataset):
        reads = 0

        def __len__(self) -> int:
            return 6

        def __getitem__(self, index: int) -> tuple[Tensor, int]:
            Pairs.reads += 1
            return torch.full(SIZE, index / 6), index % 3

    pictures, _ = pictures_of(Pairs(), tmp_path / "model.py")
    results = evaluated(source_of(Classifier(), pictures, None))  # type: ignore[arg-type]
    assert results.true.tolist() == [0, 1, 2, 0, 1, 2]
    assert Pairs.reads <= 8  # each item once, and the first to see whether there are labels


def test_with_other_weights_in_the_middle_it_begins_anew(labelled: Path):
    sent: list[EvaluationTold] = []
    source = source_of(Classifier(), list_pictures(labelled) * 20)
    bench = Workbench(source, Shelf(source.pictures), None, None, sent.append, lambda: False, 0, lambda: None)  # type: ignore[arg-type]
    dones = []
    for number, (done, _) in enumerate(EvaluateSet().steps(bench)):
        dones.append(done)
        if number == 4:
            with torch.no_grad():
                source.module.head.weight.mul_(-1)
    assert dones.count(1) == 2, "from the first picture on"
    last = sent[-1].results
    assert last.complete
    assert (last.predicted == evaluated(source_of(source.module, source.pictures)).predicted).all()
