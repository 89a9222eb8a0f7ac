"""Builds one configuration and checks it, in a process of its own that `cages` watches."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import time
import warnings
from multiprocessing.connection import Connection

import torch

from vrcnn.network.check import check
from vrcnn.network.structures import tensors
from zoo.libraries import MOST_PARAMETERS, Configuration, build, fitting_inputs, has_convolution
from zoo.quick_weights import TooLarge
from zoo.records import Record


def work(orders: Connection) -> None:
    """Answers each configuration that comes with its record, until the other side is gone."""
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            orders.send(examine(orders.recv()))
            gc.collect()
            _return_memory()


def examine(configuration: Configuration) -> Record:
    """How the configuration does. A network that does not run by itself is skipped, since no capture could help it."""
    started = time.monotonic()

    def record(verdict: str, reason: str = "", **figures: object) -> Record:
        seconds = round(time.monotonic() - started, 2)
        plain = " ".join(reason.split())[:300]
        return Record(configuration.library, configuration.name, verdict, plain, seconds=seconds, **figures)  # type: ignore[arg-type]

    try:
        module = build(configuration)
        if not has_convolution(module):
            return record("skipped", "it has no convolution over more than one place")
        arguments, keywords = fitting_inputs(configuration, module)
    except TooLarge:
        return record("skipped", f"it has more than {MOST_PARAMETERS // 1_000_000} million parameters")
    except Exception as error:
        return record("skipped", f"it does not run by itself: {type(error).__name__}: {error}")
    figures = {
        "inputs": tuple(tuple(tensor.shape) for tensor in tensors((arguments, keywords))),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
    }
    try:
        report = check(module, arguments, keywords)
    except Exception as error:
        return record("failed", f"{type(error).__name__}: {error}", **figures)
    figures |= {
        "nodes": len(report.nodes),
        "edges": report.edges,
        "opaque": sum(each.verdict == "opaque" for each in report.nodes),
    }
    broken = [f"{promise.name}: {promise.detail}" for promise in report.promises if not promise.holds]
    return record("failed" if broken else "passed", "; ".join(broken), **figures)


def _return_memory() -> None:
    """Hands freed memory back to the machine; glibc would keep it."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except OSError:
        return
