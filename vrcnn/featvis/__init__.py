"""The command `vrcnn featvis`: what it is told, what it makes, and the files that it leaves."""
