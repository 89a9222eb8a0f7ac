"""The best natural pictures of every channel: as trying all of them one by one finds them, and where they see them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from small_networks import layers, photo, photos, place_of, seeded, source_of
from torch import Tensor, nn

from vrcnn.featurevis.natural import NaturalAnswers
from vrcnn.featurevis.settings import Objective
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.trace import trace

LAYERS = ("1", "3", "4", "7")


def all_of(answers: NaturalAnswers) -> NaturalAnswers:
    while not answers.finished:
        answers.advance()
    return answers


def maps_of(module: nn.Sequential, source, number: int) -> dict[str, Tensor]:
    """The maps (channels, height, width) of one picture, by the layer's name."""
    maps, found = source.preprocess(source.pictures[number].open())[None], {}
    with torch.no_grad():
        for name, layer in module.named_children():
            maps = layer(maps)
            found[name] = maps[0].clone()
    return found


def test_they_are_what_trying_one_by_one_finds():
    module = seeded(layers())
    source, full = source_of(module, photos(21))
    answers = all_of(NaturalAnswers(source, full, [place_of(full, name) for name in LAYERS], top=4))
    everyone = [maps_of(module, source, number) for number in range(21)]
    for name in LAYERS:
        place = place_of(full, name)
        reached = torch.stack(
            [maps[name].flatten(1).mean(1) if maps[name].ndim > 1 else maps[name] for maps in everyone]
        )
        for channel in range(reached.shape[1]):
            its = reached[:, channel]
            best = its.argsort(descending=True, stable=True)[:4]
            known = answers.baseline(place, channel)
            assert known is not None
            assert known.pictures == 21
            assert known.best == pytest.approx(float(its.max()), rel=1e-4, abs=1e-6)
            assert known.average == pytest.approx(float(its.mean()), rel=1e-4, abs=1e-6)
            sights = answers.sights(place, channel)
            if float(its.max() - its.min()) > 1e-5:
                assert [sight.picture for sight in sights] == best.tolist()
                assert [sight.name for sight in sights] == [f"photo {number}" for number in best.tolist()]


def test_the_box_is_what_the_largest_value_depends_on():
    module = seeded(layers())
    source, full = source_of(module, photos(3))
    place = place_of(full, "3")
    answers = all_of(NaturalAnswers(source, full, [place], top=1))
    for channel in range(8):
        for sight in answers.sights(place, channel):
            picture = source.preprocess(source.pictures[sight.picture].open())[None].requires_grad_(True)
            its = module[:4](picture)[0, channel]
            its.max().backward()
            assert picture.grad is not None
            assert sight.box is not None
            rows, columns = picture.grad[0].abs().sum(0).nonzero(as_tuple=True)
            left, top, right, bottom = sight.box
            assert left <= columns.min() <= columns.max() < right <= left + 5
            assert top <= rows.min() <= rows.max() < bottom <= top + 5


def test_a_layer_that_sees_everything_shows_whole_pictures():
    source, full = source_of(seeded(layers()), photos(3))
    place = place_of(full, "7")
    answers = all_of(NaturalAnswers(source, full, [place], top=2))
    for sight, pixels in answers.crops(place, 0):
        assert sight.box == (0, 0, 40, 32)
        assert pixels.shape == (102, 128, 3)
        seen = Image.fromarray(pixels).resize((40, 32), Image.Resampling.BOX)
        expected = source.preprocess(source.pictures[sight.picture].open()).permute(1, 2, 0).numpy()
        expected = expected * np.array(source.preprocess.std) + np.array(source.preprocess.mean)
        assert np.abs(np.asarray(seen) / 255 - expected).mean() < 0.02


def test_crops_are_cut_out_where_the_box_is():
    """A channel that looks for red, and pictures with one red spot each."""
    module = nn.Sequential(nn.Conv2d(3, 1, 3, padding=1))
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([1.0, -1.0, -1.0]).view(1, 3, 1, 1).expand(1, 3, 3, 3))
        module[0].bias.zero_()

    def spotted(row: int, column: int) -> Image.Image:
        pixels = np.full((32, 40, 3), 60, np.uint8)
        pixels[row : row + 3, column : column + 3] = 250 - row, 0, 0
        return Image.fromarray(pixels)

    spots = [(2, 3), (20, 30), (14, 18)]
    pictures = [PictureFile(str(spot), None, lambda spot=spot: spotted(*spot)) for spot in spots]
    source, full = source_of(module, pictures)
    object.__setattr__(source.preprocess, "crop", 1.0)
    place = place_of(full, "0")
    answers = all_of(NaturalAnswers(source, full, [place]))
    found = {sight.name: (sight, pixels) for sight, pixels in answers.crops(place, 0)}
    for row, column in spots:
        sight, pixels = found[str((row, column))]
        assert sight.box == (column, row, column + 3, row + 3)
        assert pixels.shape == (128, 128, 3)  # the box with what is around it
        reddest = (pixels[..., 0].astype(int) - pixels[..., 1]) > 150
        assert reddest.mean() == pytest.approx(9 / 256, abs=0.01)


def test_cancelling_loses_and_repeats_nothing():
    source, full = source_of(seeded(layers()), photos(21))
    places = [place_of(full, name) for name in LAYERS]
    once = all_of(NaturalAnswers(source, full, places))
    again = NaturalAnswers(source, full, places)
    chance = np.random.default_rng(0)
    cancelled = 0
    while not again.finished:
        try:
            again.advance(lambda: chance.random() < 0.1)
        except Cancelled:
            cancelled += 1
    assert cancelled > 3
    for place in places:
        for channel in range(4):
            assert again.baseline(place, channel) == once.baseline(place, channel)
            assert again.sights(place, channel) == once.sights(place, channel)


def test_pictures_that_cannot_be_used_are_left_out_and_told():
    def broken() -> Image.Image:
        raise OSError("image file is truncated (3 bytes not processed)")

    pictures = [*photos(3), PictureFile("broken.jpg", None, broken), *photos(2)]
    source, full = source_of(seeded(layers()), pictures)
    answers = all_of(NaturalAnswers(source, full, [place_of(full, "1")]))
    assert [(skipped.name, skipped.reason) for skipped in answers.skipped] == [("broken.jpg", "is truncated")]
    known = answers.baseline(place_of(full, "1"), 0)
    assert known is not None
    assert known.pictures == 5
    assert {sight.picture for sight in answers.sights(place_of(full, "1"), 0)} <= {0, 1, 2, 4, 5}


def test_pictures_of_several_sizes():
    """A preprocessing that keeps the size: each has boxes within itself."""
    module = nn.Sequential(*layers()[:4])
    sizes = [(32, 40), (32, 40), (24, 24), (50, 30), (50, 30)]
    pictures = [
        PictureFile(f"{height}x{width}", None, lambda n=number, h=height, w=width: photo(n, h, w))
        for number, (height, width) in enumerate(sizes)
    ]
    source, full = source_of(seeded(module), pictures)
    source.preprocess = lambda image: torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 255
    place = place_of(full, "3")
    answers = all_of(NaturalAnswers(source, full, [place]))
    assert not answers.skipped
    seen = set()
    for channel in range(8):
        for sight, pixels in answers.crops(place, channel):
            height, width = sizes[sight.picture]
            assert sight.box is not None
            assert max(pixels.shape) == 128
            left, top, right, bottom = sight.box
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            seen.add(sight.picture)
    assert seen == set(range(5))


def test_a_network_that_reads_one_size_tells_which_pictures_do_not_fit():
    module = nn.Sequential(nn.Flatten(), nn.Linear(3 * 32 * 40, 3))
    source, full = source_of(seeded(module), photos(2))
    usual = source.preprocess
    source.preprocess = lambda image: usual(image)[:, :16] if image.getpixel((0, 0)) == first else usual(image)
    first = photo(0).getpixel((0, 0))
    answers = all_of(NaturalAnswers(source, full, [place_of(full, "1")]))
    assert [skipped.name for skipped in answers.skipped] == ["photo 0"]
    assert "does not go through the network" in answers.skipped[0].reason
    known = answers.baseline(place_of(full, "1"), 0)
    assert known is not None
    assert known.pictures == 1


def test_a_dead_channel_has_no_best_pictures():
    module = seeded(layers())
    with torch.no_grad():
        module[0].weight[2], module[0].bias[2] = 0, 0
    source, full = source_of(module, photos(4))
    place = place_of(full, "1")
    answers = all_of(NaturalAnswers(source, full, [place]))
    assert answers.sights(place, 2) == ()
    known = answers.baseline(place, 2)
    assert known is not None
    assert known.best == known.average == 0
    assert len(answers.sights(place, 0)) == 4


@pytest.mark.parametrize(
    "objective",
    [Objective("neuron"), Objective("percentile"), Objective("pair", partner=1), Objective("dream")],
    ids=lambda objective: objective.kind,
)
def test_every_objective_has_its_own_best_pictures(objective: Objective):
    module = seeded(layers())
    source, full = source_of(module, photos(6))
    place = place_of(full, "3")
    answers = all_of(NaturalAnswers(source, full, [place], objective=objective, top=1))
    reached = []
    for number in range(6):
        maps = maps_of(module, source, number)["3"]
        flat = maps[4].flatten()
        reached.append(
            {
                "neuron": maps[4, 8, 10],
                "percentile": flat.sort().values[-round(len(flat) / 10) :].mean(),
                "pair": (maps[4].mean() + maps[1].mean()) / 2,
                "dream": maps.square().mean(),
            }[objective.kind]
        )
    best = int(torch.stack(reached).argmax())
    (sight,) = answers.sights(place, 4)
    assert (sight.picture, sight.value) == (best, pytest.approx(float(reached[best]), rel=1e-4))


def test_the_network_is_left_as_it_was():
    module = seeded(layers()).train()
    source, full = source_of(module, photos(3))
    module.train()
    before = torch.get_rng_state()
    all_of(NaturalAnswers(source, full, [place_of(full, "4")]))
    assert module.training
    assert torch.equal(torch.get_rng_state(), before)
    assert all(parameter.requires_grad and parameter.grad is None for parameter in module.parameters())


@pytest.mark.slow
def test_the_demo_answers_to_what_its_channels_are_about():
    source = load(None, LoadOptions())
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    names = ("stem.relu", "blocks.4.add", "blocks.9.depthwise_relu", "classifier")
    places = {name: place_of(full, name) for name in names}
    answers = all_of(NaturalAnswers(source, full, [*places.values()], top=3))
    found: dict[str, list[Tensor]] = {name: [] for name in names}
    modules = dict(source.module.named_modules()) | {"blocks.4.add": source.module.blocks[4]}
    hooks = [
        modules[name].register_forward_hook(lambda *made, name=name: found[name].append(made[2].clone()))
        for name in names
    ]
    with unchanged(source.module):
        for picture in source.pictures:
            arguments, keywords = source.inputs_of(picture.open())
            source.module(*arguments, **keywords)
    for hook in hooks:
        hook.remove()
    for name, place in places.items():
        reached = torch.cat([maps.flatten(2).mean(2) if maps.ndim == 4 else maps for maps in found[name]])
        assert len(reached) == 15
        for channel in range(0, reached.shape[1], 5):
            its, known = reached[:, channel], answers.baseline(place, channel)
            assert known is not None
            assert known.best == pytest.approx(float(its.max()), rel=1e-3, abs=1e-4)
            assert known.average == pytest.approx(float(its.mean()), rel=1e-3, abs=1e-3)
            if float(its.max() - its.min()) > 1e-2:
                best = [sight.picture for sight in answers.sights(place, channel)]
                assert its[best].tolist() == pytest.approx(its.sort(descending=True).values[:3].tolist(), abs=1e-4)
    assert source.labels is not None
    for words, name in (("tabby", "cat"), ("espresso", "coffee"), ("daisy", "flower"), ("moped", "motorcycle")):
        (best, _), *_ = answers.crops(
            places["classifier"], next(number for number, label in enumerate(source.labels) if words in label)
        )
        assert best.name == f"{name}.jpg"
