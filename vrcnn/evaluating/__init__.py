"""`vrcnn evaluate` and `vrcnn.evaluate`: a network over a labelled folder, and what that comes to."""
