"""Two hundred picture files that nobody would wish to be given, made by a seed: broken, lying, odd, mutated ones."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

SEED, COUNT = 20260712, 200
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "JPEG2000")
SUFFIXES = {"JPEG": ".jpg", "TIFF": ".tif", "JPEG2000": ".png"}  # the last one under a name that is not its own
REAL = Path(__file__).parents[2] / "assets" / "pictures"
READABLE = (  # odd ones that are pictures all the same
    *("cmyk.jpg", "grey16.png", "palette.png", "transparent palette.png", "animated.gif", "animated.png", "alpha.webp"),
    *(
        "turned.jpg",
        "odd exif.jpg",
        "a jpeg.png",
        "a png.jpg",
        "one pixel.png",
        "one column.png",
        "long name " + "x" * 180 + ".png",
    ),
    *("line\nbreak.png", "ünïcode 図.png", "one bit.tif", "float.tif", "many frames.tif", "a link.png", "numbers.npy"),
)


def make_hostile(folder: Path, seed: int = SEED) -> list[Path]:
    """Writes COUNT of them into `folder`, and returns their paths in a fixed order; READABLE are among them."""
    chance = random.Random(seed)
    small = _small(chance)
    for maker in (_odd, _lying, _no_pictures):
        for name, make in maker(small).items():
            _put(folder / name, make)
    _in_the_file_system(folder)
    count = len(os.listdir(folder))
    for number in range(COUNT - count):
        form = FORMATS[number % len(FORMATS)]
        mutated = _mutated(_bytes(small, form), chance)
        (folder / f"mutated {number:03d}{SUFFIXES.get(form, '.' + form.lower())}").write_bytes(mutated)
    return sorted(folder.iterdir(), key=lambda path: path.name)


def _small(chance: random.Random) -> Image.Image:
    """A part of one of the shelf's pictures."""
    with Image.open(chance.choice(sorted(REAL.glob("*.jpg")))) as image:
        return image.convert("RGB").resize((160, 120))


def _bytes(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _put(path: Path, make: Callable[[], bytes]) -> None:
    path.write_bytes(make())


def _odd(small: Image.Image) -> dict[str, Callable[[], bytes]]:
    """Pictures, though rare ones."""
    frames = [small.rotate(90 * turn) for turn in range(4)]
    turned, broken = Image.Exif(), Image.Exif()
    turned[0x0112] = 6
    broken[0x0112] = 99
    values = np.linspace(0, 65535, 64 * 48).reshape(48, 64)
    palette = small.quantize(16)
    return {
        "cmyk.jpg": lambda: _bytes(small.convert("CMYK"), "JPEG"),
        "grey16.png": lambda: _bytes(Image.fromarray(values.astype(np.uint16)), "PNG"),
        "palette.png": lambda: _bytes(palette, "PNG"),
        "transparent palette.png": lambda: _bytes(palette, "PNG", transparency=3),
        "animated.gif": lambda: _bytes(small, "GIF", save_all=True, append_images=frames),
        "animated.png": lambda: _bytes(small, "PNG", save_all=True, append_images=frames),
        "alpha.webp": lambda: _bytes(small.convert("RGBA"), "WEBP"),
        "turned.jpg": lambda: _bytes(small, "JPEG", exif=turned.tobytes()),
        "odd exif.jpg": lambda: _bytes(small, "JPEG", exif=broken.tobytes()[:-3] + b"\xff\xff\xff"),
        "a jpeg.png": lambda: _bytes(small, "JPEG"),
        "a png.jpg": lambda: _bytes(small, "PNG"),
        "one pixel.png": lambda: _bytes(small.resize((1, 1)), "PNG"),
        "one column.png": lambda: _bytes(small.resize((1, 30000)), "PNG"),
        "long name " + "x" * 180 + ".png": lambda: _bytes(small, "PNG"),
        "line\nbreak.png": lambda: _bytes(small, "PNG"),
        "ünïcode 図.png": lambda: _bytes(small, "PNG"),
        "one bit.tif": lambda: _bytes(small.convert("1"), "TIFF", compression="group4"),
        "float.tif": lambda: _bytes(Image.fromarray(np.where(values > 9, values, np.nan).astype(np.float32)), "TIFF"),
        "many frames.tif": lambda: _bytes(small, "TIFF", save_all=True, append_images=frames * 10),
        "numbers.npy": lambda: _saved(values.astype(np.float32)),
    }


def _lying(small: Image.Image) -> dict[str, Callable[[], bytes]]:
    """Headers that promise what is not there, and bombs."""
    png, jpeg = _bytes(small, "PNG"), _bytes(small, "JPEG")
    made: dict[str, Callable[[], bytes]] = {
        "bomb 65535.png": lambda: _png(65535, 65535),
        "bomb 2 gigapixels.png": lambda: _png(2**31 - 1, 1),
        "bomb 80 megapixels.png": lambda: _png(10000, 8000, rows=200),
        "bomb text.png": lambda: _with_chunk(png, b"zTXt", b"k\0\0" + zlib.compress(bytes(8_000_000), 9)),
        "bomb profile.png": lambda: _with_chunk(png, b"iCCP", b"p\0\0" + zlib.compress(bytes(8_000_000), 9)),
        "bomb.gif": lambda: b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b",",
        "bomb.bmp": lambda: _bmp(2**31 - 1, 2**31 - 1),
        "negative.bmp": lambda: _bmp(-5, -2147483648),
        "bomb.ppm": lambda: b"P6 99999999 99999999 255\n",
        "bomb.tga": lambda: bytes([0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]) + struct.pack("<HHBB", 65535, 65535, 32, 0),
        "circle.tif": lambda: b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8),
        "many tags.tif": lambda: b"II*\0\x08\0\0\0" + struct.pack("<H", 65535) + bytes(70_000),
        "deep.npy": lambda: b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000,
        "bomb.npy": lambda: _npy("(1000000, 1000000)"),
        "bomb huge.npy": lambda: _npy("(" + "9999999999, " * 8 + ")"),
        "negative.npy": lambda: _npy("(-1, 5)"),
        "short.npy": lambda: _npy("(300, 300)"),
        "objects.npy": lambda: _npy("(3,)", "'|O'"),
        "code.npy": lambda: _npy("__import__('os').getcwd()"),
        "words.npy": lambda: _saved(np.array(["a", "b"])),
        "six axes.npy": lambda: _saved(np.zeros((2, 2, 2, 2, 2, 2), np.float32)),
        "nothing.npy": lambda: _saved(np.zeros((3, 0, 5), np.float32)),
        "bomb.npz": lambda: _zipped({"x.npy": _npy("(40000, 40000)") + bytes(1 << 20)}),
        "bomb zeros.npz": lambda: _zipped({"x.npy": bytes(20_000_000)}),
        "two.npz": lambda: _zipped({"a.npy": _npy("(1,)"), "b.npy": _npy("(1,)")}),
        "none.npz": lambda: _zipped({}),
        "upwards.npz": lambda: _zipped({"../../x.npy": _npy("(1, 1)")}),
        "a picture.npy": lambda: png,
        "numbers.png": lambda: _saved(np.zeros((8, 8), np.float32)),
    }
    for form in FORMATS:
        whole, suffix = _bytes(small, form), SUFFIXES.get(form, "." + form.lower())
        for share in (0.03, 0.5, 0.97):
            made[f"cut {form} {share}{suffix}"] = lambda whole=whole, share=share: whole[: int(share * len(whole))]
    made["twice.jpg"] = lambda: jpeg + jpeg
    made["tail.png"] = lambda: png + os.urandom(0) + b"MZ" * 5000
    return made


def _no_pictures(small: Image.Image) -> dict[str, Callable[[], bytes]]:
    """Other things under a picture's name."""
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n{ 1 1 add pop } loop\n"
    zeros: dict[str, bytes] = {f"empty{suffix}": b"" for suffix in (".png", ".jpg", ".gif", ".npy", ".npz", ".webp")}
    others = {
        "text.png": b"not a picture\n" * 100,
        "program.jpg": b"\x7fELF" + bytes(5000),
        "web page.gif": b"<html><body>404</body></html>",
        "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "postscript.png": postscript,
        "document.jpg": b"%PDF-1.7\n" + bytes(2000),
        "pickle.npy": b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.",
        "zeros.bmp": bytes(100_000),
        "signature.png": b"\x89PNG\r\n\x1a\n",
        "signature.jpg": b"\xff\xd8\xff",
        "signature.webp": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        "signature.gif": b"GIF89a",
        "film.avif": b"\0\0\0\x20ftypavif" + bytes(300),
        "icon.tga": b"\0\0\1\0\1\0" + bytes(40),
    }
    return {name: lambda content=content: content for name, content in {**zeros, **others}.items()}


def _in_the_file_system(folder: Path) -> None:
    """What is no file, or none that may be read."""
    (folder / "a folder.png").mkdir()
    (folder / "circle a.png").symlink_to(folder / "circle b.png")
    (folder / "circle b.png").symlink_to(folder / "circle a.png")
    (folder / "itself.jpg").symlink_to(folder / "itself.jpg")
    (folder / "gone.jpg").symlink_to(folder / "is not there.jpg")
    (folder / "a link.png").symlink_to(folder / "palette.png")
    (folder / "all.png").symlink_to(folder)
    (folder / "endless.png").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.png")
    (folder / "forbidden.png").write_bytes((folder / "palette.png").read_bytes())
    (folder / "forbidden.png").chmod(0)


def _mutated(whole: bytes, chance: random.Random) -> bytes:
    """Bits flipped, bytes set to the ends of their range, pieces cut out, doubled and swapped."""
    found = bytearray(whole)
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        at = chance.randrange(len(found)) if chance.random() < 0.5 else chance.randrange(min(200, len(found)))
        match chance.randrange(5):
            case 0:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                found[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
            case 2:
                del found[at : at + chance.randrange(1, 64)]
            case 3:
                found[at:at] = found[at : at + chance.randrange(1, 64)]
            case 4:
                found[at : at + 8] = chance.randbytes(8)
        found = found or bytearray(b"\0")
    return bytes(found)


def _png(width: int, height: int, rows: int = 0) -> bytes:
    """A header that promises so many pixels, with so many rows of them."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    return png[:33] + _chunk(kind, data) + png[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head + bytes(300)


def _npy(shape: str, kind: str = "'<f4'") -> bytes:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64)


def _saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
