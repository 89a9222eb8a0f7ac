"""Saves panoramas as JPEG or PNG files that say what they are, so that viewers let one look around in them.

Metadata: Google's photo sphere XMP (https://developers.google.com/streetview/spherical-metadata).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vrcnn.errors import UserError
from vrcnn.whole_file import check_place, write_whole

FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
QUALITY = 92
_NAMESPACE = b"http://ns.adobe.com/xap/1.0/\x00"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"
   GPano:UsePanoramaViewer="True" GPano:ProjectionType="equirectangular" GPano:CaptureSoftware="vrcnn"
   GPano:CroppedAreaImageWidthPixels="{width}" GPano:CroppedAreaImageHeightPixels="{height}"
   GPano:FullPanoWidthPixels="{width}" GPano:FullPanoHeightPixels="{height}"
   GPano:CroppedAreaLeftPixels="0" GPano:CroppedAreaTopPixels="0"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def save_panorama(pixels: np.ndarray, path: Path) -> Path:
    """Writes `pixels` ((H, 2 H, 3) uint8, rows from the top, sRGB-encoded), and returns `path`.

    An existing file is replaced, and only once the new one is complete. Raises UserError where it cannot be written.
    """
    from PIL import Image, PngImagePlugin  # only here: saving is rare, and the start shall be quick

    height, width = pixels.shape[:2]
    if pixels.dtype != np.uint8 or pixels.shape != (height, 2 * height, 3):
        raise ValueError(f"a panorama is (H, 2 H, 3) uint8, not {pixels.shape} {pixels.dtype}")
    check_panorama_destination(path)
    picture, told = Image.fromarray(np.ascontiguousarray(pixels)), _XMP.format(width=width, height=height)
    settings: dict[str, Any]
    if FORMATS[path.suffix.lower()] == "JPEG":
        body = _NAMESPACE + told.encode()
        settings = {"quality": QUALITY, "subsampling": 0, "extra": b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body}
    else:
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt("XML:com.adobe.xmp", told)
        settings = {"pnginfo": notes, "compress_level": 3}

    def write(file: BinaryIO) -> None:
        picture.save(file, FORMATS[path.suffix.lower()], **settings)

    return write_whole(path, write)


def check_panorama_destination(path: Path) -> None:
    """Raises UserError where a panorama clearly cannot be saved at `path`, before any work is done for it."""
    if path.suffix.lower() not in FORMATS:
        raise UserError(f"Cannot save {path}: panoramas are saved as JPEG or PNG, so let the name end in .jpg or .png.")
    check_place(path)
