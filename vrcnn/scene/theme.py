"""Colours of the place, by role. Plain data; the renderer resolves the roles that drawables name."""

from __future__ import annotations

from dataclasses import dataclass, field

Colour = tuple[float, float, float]  # sRGB-encoded, 0..1


def _hex(text: str) -> Colour:
    value = int(text.lstrip("#"), 16)
    return (value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


@dataclass(frozen=True)
class Theme:
    """A look: `roles` maps a role's name to its colour; `colormap` names the diverging map of the feature maps."""

    name: str
    colormap: str
    roles: dict[str, Colour] = field(default_factory=dict)

    def __getitem__(self, role: str | Colour) -> Colour:
        """The colour of a role; a colour is its own."""
        return self.roles[role] if isinstance(role, str) else role


DARK = Theme(
    "dark",
    "crameri:berlin",
    {
        "ground": _hex("#161a21"),
        "grid": _hex("#262c37"),
        "zenith": _hex("#0b0d11"),
        "horizon": _hex("#252c39"),
        "plate": _hex("#1c212a"),
        "frame": _hex("#3a4250"),
        "wall": _hex("#0e1014"),
        "head": _hex("#171b22"),
        "wood": _hex("#4a4640"),
        "panel": _hex("#11141a"),
        "track": _hex("#242a35"),
        "text": _hex("#e8e6e1"),
        "muted": _hex("#a3a8b0"),
        "accent": _hex("#f2b134"),
        "running": _hex("#39b8a5"),
        "failed": _hex("#e5484d"),
        "edge": _hex("#5b6f8f"),
        "input": _hex("#e8e6e1"),
        "convolution": _hex("#5b8def"),
        "normalization": _hex("#7d8899"),
        "activation": _hex("#7d8899"),
        "pooling": _hex("#b07cd8"),
        "linear": _hex("#e58f4e"),
        "merge": _hex("#5cb87a"),
        "resample": _hex("#d86a9b"),
        "attention": _hex("#d8b64a"),
        "shape": _hex("#7d8899"),
        "other": _hex("#7d8899"),
        "output": _hex("#f2b134"),
    },
)

THEMES = {"dark": DARK}
