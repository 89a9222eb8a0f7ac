"""Colours of the place, by role. Plain data; the renderer resolves the roles that drawables name."""

from __future__ import annotations

from dataclasses import dataclass, field

Colour = tuple[float, float, float]  # sRGB-encoded, 0..1


def _hex(text: str) -> Colour:
    value = int(text.lstrip("#"), 16)
    return (value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


@dataclass(frozen=True)
class Light:
    """How a theme is lit.

    `least` is the light on faces that look down, in shares of that on faces that look up; `pool` how much brighter the
    ground is along the path; `shade` how dark contact shadows are, in shares of what they ask for.
    """

    least: float
    pool: float
    shade: float


@dataclass(frozen=True)
class Theme:
    """A look: `roles` maps a role's name to its colour; `colormap` names the diverging map of the feature maps.

    Role "on accent" is what is written on the accent's colour, "accent text" the accent where it is written itself;
    "spark" is the light that travels along the edges.
    """

    name: str
    colormap: str
    light: Light
    roles: dict[str, Colour] = field(default_factory=dict)

    def __getitem__(self, role: str | Colour) -> Colour:
        """The colour of a role; a colour is its own."""
        return self.roles[role] if isinstance(role, str) else role


DARK = Theme(
    "dark",
    "crameri:berlin",
    Light(least=0.66, pool=0.4, shade=1.0),
    {
        "ground": _hex("#161a21"),
        "grid": _hex("#262c37"),
        "zenith": _hex("#0b0d11"),
        "horizon": _hex("#252c39"),
        "plate": _hex("#20262f"),
        "frame": _hex("#3a4250"),
        "wall": _hex("#0e1014"),
        "head": _hex("#171b22"),
        "wood": _hex("#4a4640"),
        "panel": _hex("#11141a"),
        "track": _hex("#242a35"),
        "text": _hex("#e8e6e1"),
        "muted": _hex("#bcc1c9"),
        "accent": _hex("#f2b134"),
        "accent text": _hex("#f2b134"),
        "on accent": _hex("#11141a"),
        "spark": _hex("#a8ece1"),
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

LIGHT = Theme(
    "light",
    "crameri:vik",
    Light(least=0.86, pool=0.03, shade=0.38),
    {
        "ground": _hex("#efede8"),
        "grid": _hex("#e1dfd9"),
        "zenith": _hex("#dfe5ec"),
        "horizon": _hex("#f4f3f0"),
        "plate": _hex("#e4e2dd"),
        "frame": _hex("#aab1bb"),
        "wall": _hex("#d3d7dc"),
        "head": _hex("#fbfaf8"),
        "wood": _hex("#d2c0a3"),
        "panel": _hex("#fbfaf8"),
        "track": _hex("#e2e4e7"),
        "text": _hex("#22252b"),
        "muted": _hex("#3c424c"),
        "accent": _hex("#f2b134"),
        "accent text": _hex("#5f3d00"),
        "on accent": _hex("#22252b"),
        "spark": _hex("#00796b"),
        "running": _hex("#0e7f70"),
        "failed": _hex("#c92a2f"),
        "edge": _hex("#6f84a6"),
        "input": _hex("#4a4f58"),
        "convolution": _hex("#2f66d0"),
        "normalization": _hex("#7d8899"),
        "activation": _hex("#7d8899"),
        "pooling": _hex("#8a4fb8"),
        "linear": _hex("#c96a1f"),
        "merge": _hex("#2f8f52"),
        "resample": _hex("#b83f78"),
        "attention": _hex("#a07c0c"),
        "shape": _hex("#7d8899"),
        "other": _hex("#7d8899"),
        "output": _hex("#e09a12"),
    },
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def following(name: str) -> str:
    """The name of the theme that comes after this one, round and round."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)]
