"""`python -m zoo`: checks every configuration that has no record yet, and writes a report of all."""

from __future__ import annotations

import argparse
import fnmatch
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from zoo.records import LEAST, WANTED, Record, append, as_markdown, read, share, summary


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when enough of what ran passed (and of all at least LEAST ran), 1 when not, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    from zoo.cages import examine_all
    from zoo.libraries import configurations

    options.out.mkdir(parents=True, exist_ok=True)
    lines, report = options.out / "zoo.jsonl", options.out / "zoo.md"
    known = [each for each in configurations() if fnmatch.fnmatch(str(each), options.only)]
    done = read(lines)
    wanted = []
    for each in known:
        record = done.get((each.library, each.name))
        if record is None or options.again in ("all", record.verdict):
            wanted.append(each)
    random.Random(0).shuffle(wanted)  # large and small ones in turn, so that the time left can be told early
    if options.limit is not None:
        wanted = wanted[: options.limit]
    print(f"{len(known):,} configurations, {len(wanted):,} of them to do; what is done stands in {lines}.")
    code = 0
    running = examine_all(wanted, options.processes, options.patience, int(options.memory * 1e9))
    progress = tqdm(total=len(wanted), unit="network", smoothing=0.05, disable=None)
    try:
        for record in running:
            append(lines, record)
            progress.update()
            progress.set_postfix_str(f"{record.library}:{record.name}", refresh=False)
            if record.verdict == "failed":
                progress.write(f"✗ {record.library}:{record.name}: {record.reason}")
    except KeyboardInterrupt:
        code = 130
    finally:
        running.close()
        progress.close()
    done = read(lines)
    records = [done[each.library, each.name] for each in known if (each.library, each.name) in done]
    report.write_text(as_markdown(records), encoding="utf-8")
    _say(records)
    print(f"\n{summary(records)}\nThe report with every reason: {report}")
    enough = len(records) < len(known) or options.only != "*" or len(records) - _skipped(records) >= LEAST
    return code or (0 if share(records) >= WANTED and enough else 1)


def _skipped(records: Sequence[Record]) -> int:
    return sum(record.verdict == "skipped" for record in records)


def _say(records: Sequence[Record]) -> None:
    """Each that failed; how many were skipped for which kind of reason."""
    for record in records:
        if record.verdict == "failed":
            print(f"✗ {record.library}:{record.name}: {record.reason}")
    reasons: dict[str, int] = {}
    for record in records:
        if record.verdict == "skipped":
            kind = record.reason.split(":")[0]
            reasons[kind] = reasons.get(kind, 0) + 1
    for reason, count in sorted(reasons.items(), key=lambda each: -each[1]):
        print(f"– {count:,} skipped: {reason}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m zoo", description=__doc__)
    parser.add_argument("--only", default="*", metavar="PATTERN", help='such as "timm:resnet*"')
    parser.add_argument("--limit", type=int, metavar="N", help="stop after N")
    parser.add_argument("--again", choices=("failed", "skipped", "all"), help="do these once more")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument(
        "--patience", type=float, default=300.0, metavar="S", help="seconds of a processor that one may take"
    )
    parser.add_argument("--memory", type=float, default=_spare(), metavar="GB", help="that one process may use")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where the report goes")
    return parser


def _spare() -> float:
    """Gigabytes for one of two processes, with a fifth of the machine left to others."""
    import psutil

    return round(psutil.virtual_memory().total * 0.8 / 2 / 1e9, 1)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
