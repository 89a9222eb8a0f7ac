"""The board with noise beside the shelf: a press on one of its swatches brings a new picture of that kind."""

from __future__ import annotations

from math import radians

import numpy as np

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Image, Label, Shadow
from vrcnn.scene.feature_intents import TakeNoise
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Surface
from vrcnn.scene.picture_numbers import noise_number
from vrcnn.scene.signs import panel, stand
from vrcnn.scene.world import HANDS, World

KINDS = {  # what a swatch is called, alone and in a sentence
    "gaussian": ("Gaussian", "Gaussian noise"),
    "uniform": ("Uniform", "uniform noise"),
    "natural": ("Natural spectrum", "noise with the spectrum of photos"),
}
NOISE_YAW = radians(57)
NOISE_AT = Pose((-2.52, 1.02, -0.62), turn(yaw=NOISE_YAW, pitch=radians(-28)))
SIDE = 0.3  # m, of a swatch
SLOT = 0.36  # m, from one swatch to the next
WIDTH = len(KINDS) * SLOT + 0.04  # m, of the plate
NAME, HEADING = 0.024, 0.034  # m, cap heights
HEIGHT = 0.46  # m, of the plate
RIM = 0.012  # m of the frame around a swatch
PIXELS = 80  # of a swatch, each side: so few that its grains are seen from the entrance
DEVIATION = 0.2  # as the noise that a press brings has it (featurevis/noise.py)
COLOURED = 0.35  # how strong a natural swatch's colours are, in shares of its lightness


def noise_surface(place: int) -> Surface:
    """Where the swatch of one of KINDS is, in the world."""
    x = (place - (len(KINDS) - 1) / 2) * SLOT
    return Surface(NOISE_AT @ Pose((x, NAME, 0.012)), SIDE, SIDE)


def noise_controls(world: World) -> list[Control]:
    """Its swatches; none where no network reads pictures, as there is no board then."""
    if not world.pictures:
        return []
    return [
        Control(
            "noise", noise_surface(place), f"Click to take {words}", TakeNoise(HANDS[0], kind), place, hall=world.here
        )
        for place, (kind, (_, words)) in enumerate(KINDS.items())
    ]


def noise_key(world: World) -> object:
    """Equal keys mean that the board would be the same again."""
    return bool(world.pictures), world.here


def furnish_noise(world: World) -> Drawables:
    """The plate on its post, the swatches in their frames, and their names."""
    if not world.pictures:
        return Drawables()
    boxes = panel(NOISE_AT, WIDTH, HEIGHT, strip="accent")
    boxes += stand(NOISE_AT, HEIGHT / 2)
    labels = [Label("Noise", NOISE_AT @ Pose((0.04 - WIDTH / 2, HEIGHT / 2 + 0.055, 0)), HEADING, bold=True)]
    images = []
    for place, (words, _) in enumerate(KINDS.values()):
        surface = noise_surface(place)
        frame = surface.width + 2 * RIM, surface.height + 2 * RIM, 0.02
        boxes.append(Box(surface.pose @ Pose((0, 0, -0.012)), frame, "frame"))
        images.append(Image(noise_number(place), surface.pose, surface.width, surface.height))
        below = surface.pose @ Pose((0, -SIDE / 2 - RIM - NAME - 0.02, -0.01))
        labels.append(Label(words, below, NAME, "centre"))
    x, _, z = NOISE_AT.position
    shadow = Shadow((x, 0, z), (WIDTH, 0.7), NOISE_YAW)
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), images=tuple(images), shadows=(shadow,))


def swatches() -> dict[int, np.ndarray]:
    """The swatches by their pictures' numbers: (PIXELS, PIXELS, 4) uint8, opaque, always the same."""
    return {noise_number(place): _swatch(kind) for place, kind in enumerate(KINDS)}


def _swatch(kind: str) -> np.ndarray:
    random = np.random.default_rng(0)
    size = PIXELS, PIXELS, 3
    match kind:
        case "uniform":
            shares = random.random(size)
        case "natural":
            waves = _falling(random.standard_normal(size))
            shares = 0.5 + DEVIATION * (waves[..., :1] + COLOURED * waves * (1, 0, -1))
        case _:
            shares = 0.5 + DEVIATION * random.standard_normal(size)
    pixels = np.full((PIXELS, PIXELS, 4), 255, np.uint8)
    pixels[..., :3] = np.rint(255 * shares.clip(0, 1))
    return pixels


def _falling(white: np.ndarray) -> np.ndarray:
    """White noise (H, W, 3) with amplitudes that fall with the frequency, as those of photos do; of deviation 1."""
    rows, columns = (np.fft.fftfreq(length) for length in white.shape[:2])
    frequency = np.hypot(rows[:, None], columns[None])
    frequency[0, 0] = np.inf  # no mean
    waves = np.fft.ifft2(np.fft.fft2(white, axes=(0, 1)) / frequency[..., None], axes=(0, 1)).real
    return waves / waves.std(axis=(0, 1))
