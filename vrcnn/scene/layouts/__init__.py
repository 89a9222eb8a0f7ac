"""The layouts: each says where the walls of a network stand, and along which path one walks past them."""

from __future__ import annotations

from collections.abc import Mapping

from vrcnn.scene.layouts.corridor import corridor
from vrcnn.scene.layouts.spiral import spiral
from vrcnn.scene.layouts.stack import stack
from vrcnn.scene.layouts.standing import Layout

LAYOUT_OF: Mapping[str, Layout] = {"corridor": corridor, "stack": stack, "spiral": spiral}
