"""Makes what lies in assets/fonts from the original fonts: `python -m vrcnn.render.bake_glyphs REGULAR SEMIBOLD`.

Needs fonttools (`pip install -e .[bake]`). The fonts are cut down to European scripts and signs, with figures of equal
width; their metrics go to metrics.json, and distance pictures of the common glyphs to glyphs.png and glyphs.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

from vrcnn.render.glyph_atlas import FONTS, HEIGHT, MISSING, WIDTH, Shelves, glyph_picture, open_font
from vrcnn.resources import resource

SHIPPED = ((0x20, 0x24F), (0x2B0, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x22FF), (0x25A0, 0x26FF))
BAKED = ((0x20, 0x7E), (0xA0, 0xFF), (0x391, 0x3C9), (0x410, 0x44F))
BAKED_SIGNS = "ŁłŒœŠšŽžĀāĂăĄąĆćČčĎďĒēĘęĚěĞğİıŃńŇňŐőŘřŚśŞşŢţŤťŮůŰűŹźŻżЁёІіЇїЄєҐґ–—‘’‚“”„†•…‰‹›€™←↑→↓−√∞≈≠≤≥■□▲▶▼◀●○✓✗"
WEIGHTS = ("regular", "semibold")


def cut_down(original: Path, target: Path) -> None:
    """Writes the font with the SHIPPED characters, its figures replaced by those of equal width, and its kerning."""
    font = TTFont(original, recalcTimestamp=False)
    tabular = _single_substitutions(font, "tnum")
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            if code in getattr(table, "cmap", {}):
                table.cmap[code] = tabular.get(table.cmap[code], table.cmap[code])
    options = subset.Options(
        layout_features=["kern"], name_IDs=["*"], notdef_outline=True, glyph_names=False, hinting=False
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in SHIPPED for code in range(first, last + 1)])
    subsetter.subset(font)
    font.save(target)


def _single_substitutions(font: TTFont, feature: str) -> dict[str, str]:
    table = font["GSUB"].table
    records = (record.Feature for record in table.FeatureList.FeatureRecord if record.FeatureTag == feature)
    lookups = {index for record in records for index in record.LookupListIndex}
    result: dict[str, str] = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            result.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    return result


def metrics(path: Path) -> dict[str, Any]:
    """Cap height, advances of every character, and kerning between ASCII characters, in the font's units."""
    font = TTFont(path)
    names, advances = font.getBestCmap(), font["hmtx"]
    ascii_names = {names[code]: chr(code) for code in range(0x20, 0x7F)}
    kerning: dict[str, dict[str, int]] = {}
    for first, first_character in ascii_names.items():
        pairs = {second: _kerning(font, first, name) for name, second in ascii_names.items()}
        if kept := {second: amount for second, amount in pairs.items() if amount}:
            kerning[first_character] = kept
    return {
        "cap_height": font["OS/2"].sCapHeight,
        "missing": advances[".notdef"][0],
        "advance": {chr(code): advances[name][0] for code, name in names.items()},
        "kerning": kerning,
    }


def _kerning(font: TTFont, first: str, second: str) -> int:
    """What the font's pair positioning adds to the advance of `first` before `second`; the first match counts."""
    total = 0
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for part in (getattr(part, "ExtSubTable", part) for part in lookup.SubTable):
            if part.LookupType != 2 or first not in part.Coverage.glyphs:
                continue
            if part.Format == 1:
                pairs = part.PairSet[part.Coverage.glyphs.index(first)].PairValueRecord
                value = next((pair.Value1 for pair in pairs if pair.SecondGlyph == second), None)
                if value is None:
                    continue
            else:
                row = part.Class1Record[part.ClassDef1.classDefs.get(first, 0)]
                value = row.Class2Record[part.ClassDef2.classDefs.get(second, 0)].Value1
            total += getattr(value, "XAdvance", 0) if value else 0
            break
    return total


def bake(fonts: list[Path]) -> tuple[np.ndarray, dict[str, dict[str, list[int]]]]:
    """The sheet (H, WIDTH) uint8 of the common glyphs, and for each its x, y, width, height, left, bottom in pixels.

    Characters without ink have an empty record.
    """
    records: dict[str, dict[str, list[int]]] = {weight: {} for weight in WEIGHTS}
    pictures = []
    for weight, path in zip(WEIGHTS, fonts, strict=True):
        font, known = open_font(path), TTFont(path).getBestCmap()
        codes = [code for first, last in BAKED for code in range(first, last + 1)] + [ord(sign) for sign in BAKED_SIGNS]
        for code in [MISSING, *(code for code in codes if code in known)]:
            records[weight][chr(code)] = []
            if picture := glyph_picture(font, chr(code)):
                pictures.append((weight, chr(code), picture))
    pictures.sort(key=lambda entry: -entry[2].pixels.shape[0])
    sheet, shelves = np.zeros((HEIGHT, WIDTH), np.uint8), Shelves(WIDTH, HEIGHT)
    for weight, character, picture in pictures:
        height, width = picture.pixels.shape
        corner = shelves.place(width, height)
        if corner is None:
            raise SystemExit("The glyphs do not fit into the sheet: bake fewer, or make it larger.")
        x, y = corner
        sheet[y : y + height, x : x + width] = picture.pixels
        records[weight][character] = [x, y, width, height, picture.left, picture.bottom]
    return sheet[: shelves.y + shelves.row], records


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=True, separators=(",", ":")) + "\n", encoding="utf-8")


def main(originals: list[str]) -> None:
    if len(originals) != len(FONTS):
        raise SystemExit("Give the two original fonts: Inter-Regular.otf and Inter-SemiBold.otf.")
    folder = resource("assets", "fonts")
    fonts = [folder / name for name in FONTS]
    for original, font in zip(originals, fonts, strict=True):
        cut_down(Path(original), font)
    _write(folder / "metrics.json", {weight: metrics(font) for weight, font in zip(WEIGHTS, fonts, strict=True)})
    sheet, records = bake(fonts)
    Image.fromarray(sheet).save(folder / "glyphs.png", optimize=True)
    _write(folder / "glyphs.json", records)
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size / 1000:8.1f} kB  {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
