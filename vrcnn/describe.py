"""`vrcnn graph`: the computational graph as a table, as JSON, or for Graphviz."""

from __future__ import annotations

from pathlib import Path

from vrcnn.export.graph_dot import as_dot
from vrcnn.export.graph_json import as_json
from vrcnn.export.graph_table import as_table
from vrcnn.export.graph_words import Described
from vrcnn.network.detail import reduce
from vrcnn.network.guard import unchanged
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.trace import trace
from vrcnn.printing import say
from vrcnn.whole_file import check_place, write_whole


def main(target: str | None, load_options: LoadOptions, scope: Scope, form: str, output: Path | None) -> int:
    """Writes the graph of `target` in a form ("table", "json" or "dot") to a file, or to the terminal; returns 0.

    Raises UserError when the network cannot be loaded, when its forward fails, or when the file cannot be written.
    """
    if output is not None:
        check_place(output)
    text = written(describe(target, load_options, scope), form)
    if output is None:
        say(text)
    else:
        say(f"Wrote {write_whole(output, lambda file: file.write(text.encode(errors='replace')))}.\n")
    return 0


def describe(target: str | None, load_options: LoadOptions, scope: Scope) -> Described:
    """The graph of one pass on the network's example input. Raises UserError as `main` does."""
    source = load(target, load_options)
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    return Described(source.name, full, reduce(full, scope), scope)


def written(described: Described, form: str) -> str:
    """The graph as text: "table", "json" or "dot"."""
    match form:
        case "json":
            return as_json(described)
        case "dot":
            return as_dot(described)
        case "table":
            return as_table(described, Path.cwd())
    raise ValueError(f"there is no form {form!r}")
