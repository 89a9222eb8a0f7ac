"""What went wrong in the worker, in words: a sentence for everybody, and more for whoever wrote the code."""

from __future__ import annotations

import traceback

from vrcnn.engine.inference import Capture
from vrcnn.engine.messages import JobFailed
from vrcnn.errors import UserError
from vrcnn.network.failure import ForwardError
from vrcnn.network.pictures import PictureError

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")


def job_failure(job: int, name: str, error: Exception, capture: Capture) -> JobFailed:
    """That the picture of this name could not be run."""
    match error:
        case ForwardError():
            return JobFailed(job, error.headline, error.detail, capture.shown_node(error.node_name))
        case PictureError():
            return JobFailed(job, f"{name} {error}.", "Take another picture.", unreadable=True)
        case UserError():
            return JobFailed(job, str(error), "")
        case MemoryError():
            return JobFailed(
                job,
                f"There is not enough memory for the {capture.plan.count:,} feature maps of {name}.",
                "Give less with --memory, or a smaller input: `input_size` in the model file or --input-size.",
            )
    return JobFailed(job, f"{name} could not be run: {told(error)}", traced(error))


def words_for(error: Exception, what: str) -> tuple[str, str]:
    """A headline and a detail; errors that were not foreseen say that `what`, such as "This cannot be shown"."""
    match error:
        case ForwardError():
            return error.headline, error.detail
        case UserError():
            return str(error), ""
    return f"{what}: {told(error)}", traced(error)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it would have gone well with more memory, be it main memory or that of a graphics card."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, RuntimeError) and any(words in str(error).lower() for words in _OUT_OF_MEMORY):
        return True
    return error.__cause__ is not None and is_out_of_memory(error.__cause__)


def told(error: Exception) -> str:
    """The error's kind and message, on one line."""
    message = " ".join(str(error).split()) or "no message"
    return f"{type(error).__name__}: {message}"


def traced(error: Exception) -> str:
    """The last lines of where it came from."""
    return "".join(traceback.format_exception(error, limit=-4))
