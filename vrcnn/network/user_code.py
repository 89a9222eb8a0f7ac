"""Runs code that is the user's own, and turns what goes wrong there into a sentence with its file and line."""

from __future__ import annotations

import importlib.util
import sys
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from vrcnn.errors import UserError

_PACKAGE = Path(__file__).resolve().parents[1]


@contextmanager
def importable_from(folder: Path) -> Iterator[None]:
    """Puts a folder at the front of sys.path for a while, as `python model.py` does with the file's own.

    What has been imported from the folder of another model file, under the name of a module of this one, is forgotten.
    """
    for name in _strangers(folder):
        del sys.modules[name]
    entry = str(folder)
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)


@contextmanager
def errors_located(what: str, folder: Path) -> Iterator[None]:
    """Turns an exception of the user's code into a UserError that names the deepest line of it inside `folder`.

    `what` says what was being done, such as "importing model.py".
    """
    try:
        yield
    except UserError:
        raise
    except SystemExit as error:
        raise UserError(
            f"Error while {what}{_place(error, folder)}: it ends the program. Keep what only a script should do "
            'under `if __name__ == "__main__":`.'
        ) from error
    except SyntaxError as error:
        line = f", in {Path(error.filename).name}, line {error.lineno}" if error.filename else ""
        raise UserError(f"Error while {what}{line}: {type(error).__name__}: {error.msg}") from error
    except Exception as error:
        raise UserError(f"Error while {what}{_place(error, folder)}: {type(error).__name__}: {error}") from error


def import_file(path: Path) -> ModuleType:
    """Imports a Python file under a name that no other module has. Call it inside `importable_from`."""
    name = f"_model_{path.stem}_{zlib.crc32(str(path).encode()):08x}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} cannot be imported as Python: give a .py file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # data classes and pickle look their module up by name
    with errors_located(f"importing {path.name}", path.parent):
        spec.loader.exec_module(module)
    return module


def _strangers(folder: Path) -> list[str]:
    """Modules that `folder` has too, but that were imported from a folder which sys.path no longer names."""
    found = []
    known = {Path(entry).resolve() for entry in sys.path}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." in name or file is None:
            continue
        home = Path(file).parent.parent if Path(file).name == "__init__.py" else Path(file).parent
        own = any((folder / part).exists() for part in (f"{name}.py", f"{name}/__init__.py"))
        if own and home != folder and home.resolve() not in known:
            found += [name, *(inner for inner in list(sys.modules) if inner.startswith(f"{name}."))]
    return found


def _place(error: BaseException, folder: Path) -> str:
    home = folder.resolve()
    files = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    own = [(file.relative_to(home), line) for file, line in files if home in file.parents and _is_users(file)]
    if not own:
        return ""
    file, line = own[-1]
    return f", in {file.as_posix()}, line {line}"


def _is_users(file: Path) -> bool:
    return _PACKAGE not in file.parents and not {"site-packages", "dist-packages"} & {*file.parts}
