"""`vrcnn study`: hands on to the part of the study that is asked for."""

from __future__ import annotations

import argparse


def main(options: argparse.Namespace) -> int:
    """Does it; returns the exit code. Raises UserError."""
    match options.part:
        case "train":
            from vrcnn.study.train_command import train_all

            return train_all(options)
        case "measure":
            from vrcnn.study.measure_command import measure

            return measure(options)
        case "tour":
            from vrcnn.study.tour_command import tour_of

            return tour_of(options)
        case "report":
            from vrcnn.study.reporting.command import report

            return report(options)
    raise AssertionError(options.part)
