"""Kills trainings in mid-write of a checkpoint, fifty times, and tells as JSON what was left in the folder that it is
given: a program of its own, whose children have torch already."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from torch import nn

from vrcnn import whole_file
from vrcnn.network.checkpoints import Times, list_checkpoints
from vrcnn.training import Checkpoints

KILLS = 50


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    module = nn.Sequential(nn.Linear(300, 300), nn.Linear(300, 300))
    keep = Checkpoints(folder, module)
    began = time.perf_counter()
    keep(0, loss=1.0)
    seconds, clock, parts = time.perf_counter() - began, random.Random(5), 0
    for _ in range(KILLS):
        child = os.fork()
        if not child:
            whole_file._tidied.clear()
            for step in range(1, 1000):
                keep(step % 3, loss=1.0 / step)
            os._exit(0)
        time.sleep(clock.uniform(0.0, 6 * seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        parts += any(folder.glob(".*.part"))
        for checkpoint in list_checkpoints(folder):
            assert Times(module).take(checkpoint.path) == 4
            assert checkpoint.step in (0, 1, 2)
    whole_file._tidied.clear()
    keep(0)
    print(json.dumps({"parts": parts, "litter": [path.name for path in folder.glob(".*.part")]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
