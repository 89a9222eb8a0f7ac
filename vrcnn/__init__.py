"""vrcnn: walk through your own neural network in 3D, on the desktop and in virtual reality."""

from vrcnn.annotations import group, hide, label, position, probe

__version__ = "0.1.0"
__all__ = ["group", "hide", "label", "position", "probe"]
