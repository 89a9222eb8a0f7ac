"""Pictures as people have them: what can be shown is shown, the rest says why not."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureError, PictureFile, list_pictures, pixels_of


def photo(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image.convert(mode)


def saved(folder: Path, name: str, image: Image.Image, **options: object) -> PictureFile:
    image.save(folder / name, **options)
    return PictureFile(name, folder / name)


def colour(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The colour at a pixel, rounded to the nearest 32 so that a JPEG's losses do not matter."""
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(min(255, round(value / 32) * 32) for value in pixel)


def test_an_ordinary_photo_opens_as_rgb(tmp_path: Path) -> None:
    image = saved(tmp_path, "photo.jpg", photo()).open()
    assert (image.mode, image.size) == ("RGB", (64, 48))
    assert colour(image, 8, 24) == (255, 0, 0)


def test_a_truncated_picture_is_refused_with_its_reason(tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8))
    for name in ("photo.jpg", "photo.png"):
        file = saved(tmp_path, name, noise)
        assert file.path is not None
        file.path.write_bytes(file.path.read_bytes()[:-4000])
        with pytest.raises(PictureError, match="is truncated"):
            file.open()


def test_a_broken_picture_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path, "photo.png", photo())
    assert file.path is not None
    content = bytearray(file.path.read_bytes())
    content[40:80] = bytes(40)
    file.path.write_bytes(bytes(content))
    with pytest.raises(PictureError, match=r"is broken|is truncated|is not a picture"):
        file.open()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(PictureError, match="is empty"):
        PictureFile("photo.jpg", tmp_path / "photo.jpg").open()


def test_text_under_the_name_of_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("these are notes")
    with pytest.raises(PictureError, match="is not a picture"):
        PictureFile("notes.png", tmp_path / "notes.png").open()


def test_a_file_that_left_since_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is gone"):
        PictureFile("photo.jpg", tmp_path / "photo.jpg").open()


def test_a_single_pixel_is_a_picture(tmp_path: Path) -> None:
    image = saved(tmp_path, "dot.png", Image.new("RGB", (1, 1), "red")).open()
    assert (image.size, image.getpixel((0, 0))) == ((1, 1), (255, 0, 0))
    assert pixels_of(image).tolist() == [[[255, 0, 0, 255]]]


def test_cmyk_is_shown_in_its_colours(tmp_path: Path) -> None:
    image = saved(tmp_path, "print.jpg", photo(mode="CMYK")).open()
    assert (image.mode, colour(image, 8, 24), colour(image, 56, 24)) == ("RGB", (255, 0, 0), (0, 0, 255))


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, 0)
    for name in ("ramp.png", "ramp.tif"):
        image = saved(tmp_path, name, Image.fromarray(ramp)).open()
        row = np.asarray(image)[0, :, 0]
        assert np.abs(row.astype(int) - np.arange(256)).max() <= 1


def test_floating_point_goes_from_its_least_to_its_greatest(tmp_path: Path) -> None:
    values = np.array([[-1.0, 0.0, np.nan, 3.0]], np.float32)
    row = np.asarray(saved(tmp_path, "height.tif", Image.fromarray(values)).open())[0, :, 0]
    assert row.tolist() == [0, 64, 64, 255]


def test_a_palette_with_transparency_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([0, 0, 0, 0, 255, 0])
    image.paste(1, (4, 0, 8, 8))
    opened = saved(tmp_path, "icon.png", image, transparency=0).open()
    assert (opened.getpixel((0, 0)), opened.getpixel((7, 0))) == ((255, 255, 255), (0, 255, 0))


def test_half_transparency_is_blended_with_white(tmp_path: Path) -> None:
    image = saved(tmp_path, "glass.png", Image.new("RGBA", (4, 4), (255, 0, 0, 128))).open()
    assert image.getpixel((0, 0)) == (255, 127, 127)


def test_an_animation_shows_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), name) for name in ("red", "lime", "blue")]
    file = saved(tmp_path, "loop.gif", frames[0], save_all=True, append_images=frames[1:])
    assert file.open().getpixel((8, 8)) == (255, 0, 0)


def test_a_photo_is_turned_as_its_camera_noted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter clockwise to be upright
    image = saved(tmp_path, "phone.jpg", photo(), exif=exif).open()
    assert image.size == (48, 64)
    assert (colour(image, 24, 8), colour(image, 24, 56)) == ((255, 0, 0), (0, 0, 255))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [40, 100], ids=["where Pillow warns", "where Pillow raises"])
def test_a_decompression_bomb_is_refused_and_pillow_stays_as_it_was(
    side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    filters = list(warnings.filters)
    file = saved(tmp_path, "bomb.png", photo(side, side))
    with pytest.raises(PictureError, match="pixels"):
        file.open()
    assert Image.MAX_IMAGE_PIXELS == 1000
    assert warnings.filters == filters


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_where_warnings_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    file = saved(tmp_path, "bomb.png", photo(40, 40))
    with pytest.raises(PictureError, match="more pixels than are safe"):
        file.open()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_huge_jpeg_is_shown_since_it_can_be_decoded_at_a_fraction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.network.pictures.LARGEST_SIDE", 16)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 4000)
    assert saved(tmp_path, "huge.jpg", photo(80, 60)).open().size == (16, 12)


def test_a_bomb_of_real_size_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    file = saved(tmp_path, "bomb.png", Image.new("1", (30000, 30000)))
    with pytest.raises(PictureError, match="pixels"):
        file.open()


def test_a_very_large_picture_is_opened_smaller(tmp_path: Path) -> None:
    assert saved(tmp_path, "panorama.png", Image.new("L", (9000, 30), 128)).open().size == (4096, 14)
    assert saved(tmp_path, "thread.png", Image.new("L", (1, 9000), 128)).open().size == (1, 4096)


def test_a_picture_in_memory_stays_as_it_was() -> None:
    original = photo(5000, 20)
    opened = PictureFile("memory", None, lambda: original).open()
    assert (opened.size[0], original.size) == (4096, (5000, 20))


def test_a_folder_is_listed_as_people_count_and_without_decoding(tmp_path: Path) -> None:
    for name in ("photo10.jpg", "photo2.JPG", "photo1.png", ".hidden.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"not decoded")
    assert [picture.name for picture in list_pictures(tmp_path)] == ["photo1.png", "photo2.JPG", "photo10.jpg"]


def test_a_folder_of_classes_is_listed_one_deeper(tmp_path: Path) -> None:
    for name in ("dog", "cat"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").touch()
    assert [picture.name for picture in list_pictures(tmp_path)] == ["cat/1.jpg", "dog/1.jpg"]


def test_no_folder_and_no_pictures_are_said_clearly(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        list_pictures(tmp_path / "photos")
    with pytest.raises(UserError, match="There is no picture in"):
        list_pictures(tmp_path)


def test_pixels_for_the_shelf_are_small_opaque_and_from_the_top() -> None:
    image = Image.new("RGB", (1024, 256), "red")
    image.paste("blue", (0, 128, 1024, 256))
    pixels = pixels_of(image, side=512)
    assert (pixels.shape, pixels.dtype) == ((128, 512, 4), np.uint8)
    assert pixels[0, 0].tolist() == [255, 0, 0, 255]
    assert pixels[-1, -1].tolist() == [0, 0, 255, 255]


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_data_does_not_hide_the_picture(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    photo().save(buffer, "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")
    (tmp_path / "odd.jpg").write_bytes(buffer.getvalue())
    assert PictureFile("odd.jpg", tmp_path / "odd.jpg").open().size == (64, 48)
