"""A small label beside the map or visualization that a controller points at: what it is, and the value there."""

from __future__ import annotations

from math import dist

from vrcnn.scene.drawables import Drawables
from vrcnn.scene.feature_reading import feature_key
from vrcnn.scene.fields import sees
from vrcnn.scene.geometry import Pose
from vrcnn.scene.pointing import feature_shown, pixel_shown, reading_shown
from vrcnn.scene.reading import figure, share
from vrcnn.scene.sheet import Sheet
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import World

# At a distance of 1 m; the label is as much larger as it is further away, so that it is read alike everywhere.
TITLE, LINE = 0.0145, 0.0125  # m, cap heights
STEP, MARGIN = 0.0255, 0.016
LEAST, MOST = 0.2, 0.4  # m, its width
BESIDE = 0.035, 0.03  # m to the right of the ray's end and above it
NEARER = 0.9  # of the distance to the map, so that it stands before the wall


def furnish_tag(world: World) -> Drawables:
    """The label, while a headset is worn and the ray rests on a map or a visualization; the window has a card."""
    lines = _lines(world) if _wanted(world) else []
    if not lines:
        return Drawables()
    eyes, point = world.player.eyes, world.gallery.pointing.point
    reach = max(0.3, dist(eyes.position, point))
    (ex, ey, ez), (px, py, pz) = eyes.position, point
    near = Pose((ex + NEARER * (px - ex), ey + NEARER * (py - ey), ez + NEARER * (pz - ez)), eyes.orientation)
    width = max(LEAST, min(MOST, max(text_width(words, cap, bold) for words, cap, bold, _ in lines) + 2 * MARGIN))
    height = len(lines) * STEP + 1.4 * MARGIN
    scale = NEARER * reach
    x, y = BESIDE[0] + width / 2, BESIDE[1] + height / 2
    sheet = Sheet(near @ Pose((x * scale, y * scale, 0.0)), scale)
    sheet.box((0, 0, -0.003), (width, height, 0.004), "panel", 1.0)
    sheet.box((-width / 2 - 0.001, 0, -0.002), (0.003, height, 0.005), "accent", 1.0)
    top = height / 2 - 0.7 * MARGIN - TITLE
    for row, (words, cap, bold, role) in enumerate(lines):
        sheet.write(-width / 2 + MARGIN, top - row * STEP, words, cap, width - 2 * MARGIN, role, bold)
    return sheet.drawables()


def _lines(world: World) -> list[tuple[str, float, bool, str]]:
    """What it says: words, cap height, whether they are bold, the role of their colour."""
    reading, feature = reading_shown(world), feature_shown(world)
    if feature is not None:
        lines = [(feature.layer, TITLE, True, "text"), (feature.channel_words, LINE, False, "text")]
        return [*lines, *((words, LINE, role == "failed", role) for words, role in feature.lines)]
    if reading is None:
        return []
    known, pixel, sight = reading.statistics, pixel_shown(world), world.gallery.sight
    lines = [(reading.layer, TITLE, True, "text"), (reading.channel_words, LINE, False, "text")]
    lines += [
        (f"{figure(known.least)} to {figure(known.largest)}, mean {figure(known.mean)}", LINE, False, "muted"),
        (f"deviation {figure(known.deviation)}", LINE, False, "muted"),
        (f"sparsity {share(known.zeros)} exactly 0", LINE, False, "muted"),
    ]
    if known.nonfinite:
        lines.append((f"{known.nonfinite:,} not finite", LINE, True, "failed"))
    if pixel is not None:
        value = reading.told(*pixel)
        lines.append((f"{value}  at row {pixel[0]}, column {pixel[1]}", LINE, True, "accent text"))
    if sight is not None and pixel is not None:
        lines.append((sees(sight.field), LINE, False, "text"))
    return lines


def tag_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_tag` would say the same again."""
    if not _wanted(world):
        return ()
    gallery = world.gallery
    return (
        *(id(reading_shown(world)), feature_key(feature_shown(world)), gallery.pointing.shown, pixel_shown(world)),
        *(gallery.sight, gallery.pointing.point),
        *(world.player.eyes, world.theme),
    )


def _wanted(world: World) -> bool:
    gallery = world.gallery
    if world.player.head is None or gallery.large is not None or gallery.pointing.shown is None:
        return False
    return all(hand.carrying is None for hand in world.hands.values())
