"""Furnishes the large view of a visualization: its picture, what it reaches, how it was made, and photos beside it."""

from __future__ import annotations

from vrcnn.featurevis.results import Sight, Visualization
from vrcnn.scene.feature_reading import FAILED, FeatureReading, reached, results_of, settings_of
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.map_shapes import HEADING, MAP_ROOM, PANEL, PANEL_MARGIN, MapShape
from vrcnn.scene.sheet import Sheet
from vrcnn.scene.signs import wrap
from vrcnn.scene.wording import counted

TITLE, SUBTITLE, ROW, REACHED, HINT = 0.032, 0.021, 0.0165, 0.0245, 0.0145  # m, cap heights
LINE, REACHED_LINE = 0.0355, 0.046  # m from row to row
COLUMN = -PANEL[0] / 2 + PANEL_MARGIN + MAP_ROOM[0] + 0.05  # where what is beside the picture begins
RIGHT, BOTTOM = PANEL[0] / 2 - PANEL_MARGIN, -PANEL[1] / 2 + PANEL_MARGIN
TOP = PANEL[1] / 2 - HEADING
ACROSS, GAP, LEAST = 5, 0.01, 16  # photos in a row; m between them; px of a crop, as featurevis/crops.py cuts them


def lay_feature(sheet: Sheet, shape: MapShape, reading: FeatureReading, picture: int) -> None:
    """Everything on the panel but the panel itself; renderer has the visualization as this picture."""
    left, room = -PANEL[0] / 2 + PANEL_MARGIN, PANEL[0] - 2 * PANEL_MARGIN
    y = PANEL[1] / 2 - PANEL_MARGIN - TITLE
    sheet.write(left, y, reading.layer, TITLE, room * 0.62, bold=True)
    sheet.write(left, y - 0.043, reading.full_channel_words, SUBTITLE, room * 0.62)
    sheet.write(RIGHT, y, "what it looks for", SUBTITLE, room * 0.35, "muted", align="right")
    feature, made = reading.feature, reading.made
    y = TOP - REACHED
    if feature is not None and made is not None:
        sheet.image(picture, shape.x, shape.y, shape.map_width, shape.map_height)
        y = _numbers(sheet, made, y)
        _photos(sheet, feature, y)
    if feature is None or made is None or feature.state in (FeatureState.WAITING, FeatureState.FORMING):
        for words, role in reading.lines:
            sheet.write(COLUMN, y, words[0].upper() + words[1:], REACHED, RIGHT - COLUMN, role)
            y -= REACHED_LINE


def _numbers(sheet: Sheet, made: Visualization, y: float) -> float:
    """What it reaches and how it was made, from a baseline at `y` on; returns the one that follows."""
    words = reached(made)
    if made.outcome == "failed":
        sheet.write(COLUMN, y, FAILED.capitalize(), REACHED, RIGHT - COLUMN, "failed", bold=True)
        y -= REACHED_LINE
        words = f"its picture {words}" if made.score is not None else words
    for line in wrap(words[0].upper() + words[1:], REACHED, RIGHT - COLUMN, 2, bold=made.outcome != "failed"):
        sheet.write(COLUMN, y, line, REACHED, RIGHT - COLUMN, bold=made.outcome != "failed")
        y -= REACHED_LINE
    for rows in (results_of(made), settings_of(made)):
        y -= 0.008
        for label, value in rows:
            sheet.write(COLUMN, y, label, ROW, 0.25, "muted")
            sheet.write(RIGHT, y, value, ROW, 0.3, align="right")
            y -= LINE
    if len(made.attempts) > 1:
        words = f"{counted(len(made.attempts), 'attempt')}; the last one {made.attempts[-1]}"
        for line in wrap(words, HINT, RIGHT - COLUMN, 2):
            sheet.write(COLUMN, y, line, HINT, RIGHT - COLUMN, "muted")
            y -= 0.0255
    return y


def _photos(sheet: Sheet, feature: Feature, y: float) -> None:
    """The crops of photos that the channel answers to most, in rows, as far as there is room."""
    side = (RIGHT - COLUMN - (ACROSS - 1) * GAP) / ACROSS
    y -= 0.012
    rows = int((y - 0.014 - BOTTOM - 0.02 + GAP) / (side + GAP))
    shown = list(zip(feature.thumbnails, feature.sights, strict=False))[: max(0, rows) * ACROSS]
    if not shown:
        return
    sheet.write(COLUMN, y, "Photos that it answers to most", ROW, RIGHT - COLUMN, "text")
    for place, (number, sight) in enumerate(shown):
        row, column = divmod(place, ACROSS)
        width, height = _fitted(sight, side)
        x = COLUMN + side / 2 + column * (side + GAP)
        sheet.image(number, x, y - 0.014 - side / 2 - row * (side + GAP), width, height)


def _fitted(sight: Sight, side: float) -> tuple[float, float]:
    """Width and height in m of a crop on a square of `side`."""
    left, top, right, bottom = sight.box or (0, 0, 1, 1)
    width, height = (
        (right - left, bottom - top) if sight.box is None else (max(LEAST, right - left), max(LEAST, bottom - top))
    )
    return side * min(1.0, width / height), side * min(1.0, height / width)
