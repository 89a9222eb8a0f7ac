"""The emoji of two vendors from their npm packages: nine categories, each emoji drawn by Google and by Twitter."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vrcnn.errors import UserError
from vrcnn.network.arrays import PictureError
from vrcnn.network.pictures import PictureFile
from vrcnn.study.picture_data import PictureData, digest_of, own_groups, sized

FOLDER = "emoji"
VENDORS = ("google", "twitter")
LICENSES = {"google": "Apache-2.0 (Google's drawings)", "twitter": "CC-BY-4.0 (Twitter's drawings)"}
NOT_A_KIND = "Component"  # the five skin tones
HELD_OUT = 0.25
SHARE_OF_ALL = 0.5  # a subcategory with more than this of its category cannot stand on one side: its emoji each do


def load_emoji(packages: Path, side: int, vendors: tuple[str, ...], across: bool = False) -> PictureData:
    """The drawings of the vendors, each emoji of each, on white.

    Groups are subcategories, whose drawings are much alike: where a subcategory is most of its category (the flags of
    countries), each emoji with all its drawings. `across` is for two vendors, one to learn from and one that is held
    out; each drawing is a group of its own then, as the same emoji is to be on both sides.
    """
    known = {vendor: _listed(packages / FOLDER / vendor, vendor) for vendor in vendors}
    classes = tuple(sorted({emoji["category"] for listed in known.values() for emoji in listed}))
    families: dict[tuple[str, ...], int] = {}
    pictures, labels, files, groups, tested = [], [], [], [], []
    for vendor, listed in known.items():
        large = _large(listed)
        for emoji in listed:
            path = packages / FOLDER / vendor / "64" / emoji["image"]
            pictures.append(sized(_opened(path), side))
            labels.append(classes.index(emoji["category"]))
            files.append(f"{vendor}/{emoji['image']}")
            kind = (emoji["category"], emoji["subcategory"])
            family = (*kind, emoji["image"]) if kind in large else kind
            groups.append(families.setdefault(family, len(families)))
            tested.append(across and vendor == vendors[-1])
    pixels, answers = torch.from_numpy(np.stack(pictures)), torch.tensor(labels)
    return PictureData(
        name="emoji" if vendors == VENDORS and not across else f"emoji:{'-to-'.join(vendors)}",
        pixels=pixels,
        labels=answers,
        classes=classes,
        files=tuple(files),
        groups=own_groups(len(files)) if across else torch.tensor(groups),
        official_test=torch.tensor(tested) if across else None,
        license=", ".join(LICENSES[vendor] for vendor in vendors),
        source=", ".join(f"emoji-datasource-{vendor} 16.0.0 (npm)" for vendor in vendors),
        digest=digest_of(pixels, answers, classes),
        held_out=HELD_OUT,
    )


def _listed(folder: Path, vendor: str) -> list[dict[str, Any]]:
    """What the package says of the emoji that the vendor has drawn."""
    path = folder / "emoji.json"
    try:
        said = json.loads(path.read_bytes())
        listed = [emoji for emoji in said if emoji["category"] != NOT_A_KIND and emoji.get(f"has_img_{vendor}", True)]
        for emoji in listed:
            if not all(isinstance(emoji[key], str) for key in ("category", "subcategory", "image")):
                raise TypeError("a category, subcategory or image that is no text")
    except FileNotFoundError as error:
        raise UserError(
            f"The emoji of {vendor} are not there: looked for emoji.json in {folder.resolve()}. Run `make study-data`."
        ) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{path} is no list of emoji with category, subcategory and image: delete the folder and run "
            "`make study-data`."
        ) from error
    if not listed:
        raise UserError(f"{path} lists no emoji: delete the folder and run `make study-data`.")
    return listed


def _large(listed: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The subcategories that are most of their category."""
    of_all = Counter(emoji["category"] for emoji in listed)
    kinds = Counter((emoji["category"], emoji["subcategory"]) for emoji in listed)
    return {kind for kind, count in kinds.items() if count > SHARE_OF_ALL * of_all[kind[0]]}


def _opened(path: Path) -> Any:
    try:
        return PictureFile(path.name, path).open()
    except PictureError as error:
        raise UserError(f"The drawing {path} {error}: delete its folder and run `make study-data`.") from error
