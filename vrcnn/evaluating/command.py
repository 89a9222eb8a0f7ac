"""`vrcnn evaluate`: how often a network is right on a labelled folder, class by class, and what it takes for what."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from vrcnn.engine.identifying import identify_network
from vrcnn.engine.results import Results
from vrcnn.errors import UserError
from vrcnn.evaluating.over_pictures import evaluation_of, require_classes
from vrcnn.evaluating.report import as_json, as_text, save_results
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.interrupting import interrupted_by
from vrcnn.network.guard import unchanged
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace
from vrcnn.printing import say
from vrcnn.progress import Progress
from vrcnn.whole_file import check_place

INTERRUPTED = 130  # exit code


def main(target: str | None, load_options: LoadOptions, json: bool, output: Path | None) -> int:
    """Evaluates, prints what it comes to, and writes the file where one is named.

    Returns 0; 130 after Ctrl-C, when what was judged until then is printed and no file is written. Raises UserError
    where the folder has no labels, none that the network knows, or the network no classes.
    """
    if output is not None:
        if output.suffix.lower() not in (".csv", ".json"):
            raise UserError(f"{output} is neither a .csv nor a .json file: give it such a name.")
        check_place(output)
    source = load(target, load_options)
    results, interrupted = _evaluated(source)
    if results is None:
        return INTERRUPTED
    pictures = source.picture_set or source.pictures
    say(as_json(source.name, results) if json else as_text(source.name, results, pictures))
    if interrupted:
        print(f"vrcnn: stopped after {results.done:,} of {results.total:,} pictures.", file=sys.stderr)
        return INTERRUPTED
    if output is not None:
        save_results(output, source.name, results, pictures)
        write_sidecar(output, _sidecar(source, results, target or ""))
        print(f"Wrote {output}.", file=sys.stderr if json else sys.stdout)
    return 0


def _evaluated(source: NetworkSource) -> tuple[Results | None, bool]:
    """The results, and whether Ctrl-C was pressed before they were complete."""
    evaluation, progress, stop = evaluation_of(source), Progress(), threading.Event()
    try:
        with interrupted_by(stop.set):
            for done, total in evaluation.steps():
                progress.show(done / total, f"{done:,} of {total:,} pictures")
                require_classes(evaluation)
                if stop.is_set() and done < total:
                    return evaluation.results, True
    finally:
        progress.clear()
    return evaluation.results, False


def _sidecar(source: NetworkSource, results: Results, target: str) -> Sidecar:
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    network = identify_network(source, full, target)
    holds = f"what {source.name} took each of {results.total:,} pictures for"
    return Sidecar("vrcnn evaluate", holds, (network,), settings={"labels": results.how})
