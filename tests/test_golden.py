"""The comparison with golden pictures sees what changed, and knows a new renderer from a forgotten picture."""

from types import SimpleNamespace

import golden
import numpy as np
import pytest

PICTURE = np.full((50, 80, 3), 100, np.uint8)
MESA = SimpleNamespace(
    info={"GL_RENDERER": "llvmpipe (LLVM 15.0.6, 256 bits)", "GL_VERSION": "4.5 (Core Profile) Mesa 22.3.6"}
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Golden pictures of one renderer: a grey one."""
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    with monkeypatch.context() as patch:
        patch.setenv("VRCNN_GOLDEN", "write")
        golden.assert_like_golden(PICTURE, "grey", MESA)
    monkeypatch.delenv("VRCNN_GOLDEN", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("renderer", "version", "name"),
    [
        ("llvmpipe (LLVM 19.1.7, 256 bits)", "4.5 (Core Profile) Mesa 25.0.7-2+deb13u1", "llvmpipe-mesa-25.0"),
        ("NVIDIA H100 PCIe/PCIe/SSE2", "4.6.0 NVIDIA 535.183.01", "nvidia-h100-pcie-nvidia-535.183"),
    ],
)
def test_a_renderer_s_folder_is_named_after_it_and_its_driver(renderer, version, name):
    assert golden.renderer_name(SimpleNamespace(info={"GL_RENDERER": renderer, "GL_VERSION": version})) == name


def test_rounding_and_a_few_pixels_are_let_pass(folder):
    seen = PICTURE + 12
    seen[0, :4] = 255
    golden.assert_like_golden(seen, "grey", MESA)


def test_a_word_that_changed_is_seen_and_shown(folder):
    seen = PICTURE.copy()
    seen[0, :5] = 113
    with pytest.raises(pytest.fail.Exception, match=r"0\.1% of the pixels differ"):
        golden.assert_like_golden(seen, "grey", MESA)


def test_a_renderer_without_pictures_is_skipped_in_one_sentence(folder):
    other = SimpleNamespace(info={"GL_RENDERER": "softpipe", "GL_VERSION": "4.5 Mesa 22.3.6"})
    with pytest.raises(pytest.skip.Exception, match=r"no golden pictures of softpipe-mesa-22\.3"):
        golden.assert_like_golden(PICTURE, "grey", other)


def test_a_picture_that_was_forgotten_fails(folder):
    with pytest.raises(pytest.fail.Exception, match=r"blue\.png is missing"):
        golden.assert_like_golden(PICTURE, "blue", MESA)
