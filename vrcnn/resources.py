"""Where the files that travel with the program lie: shaders, assets and examples.

In a checkout they are at the top level; in an installed wheel they lie inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, such as `resource("shaders", "wall.frag")`.

    Raises FileNotFoundError when neither the wheel nor the checkout has it.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of vrcnn: reinstall it.")
