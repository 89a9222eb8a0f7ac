"""Memory that one picture has freed is there for the next."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys, threading, torch
from vrcnn.engine.allocation import keep_freed_memory

torch.set_num_threads(1)
if sys.argv[1] == "kept":
    assert keep_freed_memory()
blocks = []

def work():
    for turn in range(25):
        if turn == 10:
            blocks.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
        held = [torch.ones(100_000 * (place % 7 + 1)) for place in range(30)]
        del held
    blocks.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)

thread = threading.Thread(target=work)
thread.start()
thread.join()
print(blocks[1] - blocks[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Only glibc is told to keep memory.")
def test_freed_tensors_are_not_mapped_anew_on_a_thread_either() -> None:
    kept, plain = (
        int(subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True).stdout)
        for how in ("kept", "plain")
    )
    assert kept < 0.1 * plain
