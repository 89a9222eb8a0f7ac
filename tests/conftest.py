"""What all tests share: one thread for torch, GL errors that are fatal, and the fast tests first."""

import os

import pytest

# Set before torch, numpy and Mesa are loaded, which read them once.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ.setdefault("LP_NUM_THREADS", "2")
os.environ["VRCNN_GL_ERRORS"] = "fatal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then those that draw, then the slow ones: a mistake shows early."""
    items.sort(
        key=lambda item: (item.get_closest_marker("slow") is not None, item.get_closest_marker("gl") is not None)
    )
