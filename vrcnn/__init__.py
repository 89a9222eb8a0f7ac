"""vrcnn: walk through your own neural network in 3D, on the desktop and in virtual reality."""

__version__ = "0.1.0"
