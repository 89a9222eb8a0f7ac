"""The command `vrcnn attribute`: what it is told, what it makes, its files; and the same as a function for Python."""
