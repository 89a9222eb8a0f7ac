"""Furnishes the newest notice: a panel that says what went wrong and what helps to mend it."""

from __future__ import annotations

from vrcnn.scene.drawables import Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.signs import NOTICE, lines_of, panel, wrap
from vrcnn.scene.world import World


def furnish_notice(world: World) -> Drawables:
    """The newest notice on a panel between the shelf and the easel; pressing it puts it away."""
    notice = world.standing_notice
    if notice is None:
        return Drawables()
    left, top = -NOTICE.width / 2 + 0.06, NOTICE.height / 2 - 0.09
    room = NOTICE.width - 0.12
    headline = wrap(notice.headline, 0.034, room, 3, bold=True)
    labels = lines_of(headline, NOTICE.pose @ Pose((left, top, 0.002)), 0.034, 1.75, "text", bold=True)
    below = top - len(headline) * 0.034 * 1.75 - 0.02
    space = int((below + NOTICE.height / 2 - 0.05) / (0.022 * 1.8))
    if notice.detail and space > 0:
        detail = wrap(notice.detail, 0.022, room, space)
        labels += lines_of(detail, NOTICE.pose @ Pose((left, below, 0.002)), 0.022, 1.8, "muted")
    count = len(world.notices)
    hint = "Press to put away" + (f" (1 of {count})" if count > 1 else "")
    corner = NOTICE.pose @ Pose((NOTICE.width / 2 - 0.05, -NOTICE.height / 2 + 0.025, 0.002))
    labels.append(Label(hint, corner, 0.018, "right", "muted"))
    boxes = panel(NOTICE.pose, NOTICE.width, NOTICE.height, strip="accent" if notice.node is None else "failed")
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))
