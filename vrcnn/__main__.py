"""Lets `python -m vrcnn` do what the command `vrcnn` does."""

import sys

from vrcnn.cli import main

if __name__ == "__main__":
    sys.exit(main())
