"""`vrcnn export` and the panel that does the same: what is taken out of a network, and the files that it becomes."""
