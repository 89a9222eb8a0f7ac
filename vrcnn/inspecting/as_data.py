"""Answers as what JSON can hold: lists for arrays, null for what is not finite."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def as_data(value: Any) -> Any:
    """Dictionaries, lists, numbers and words with all that is in it; float32 values as the shortest text for them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return [as_data(item) for item in value] if value.ndim else as_data(value[()])
    if isinstance(value, np.float32):
        return float(str(value)) if np.isfinite(value) else None
    if isinstance(value, np.generic):
        return as_data(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    return value
