"""The command `vrcnn inspect`: what it is told, and the tables that it prints."""
