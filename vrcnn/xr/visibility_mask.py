"""The part of an eye's picture that its lens never shows, as the runtime tells it (XR_KHR_visibility_mask)."""

from __future__ import annotations

from ctypes import POINTER, byref, c_uint32, cast
from typing import Any

import numpy as np

from vrcnn.xr.runtime import Runtime

VISIBILITY_MASK = "XR_KHR_visibility_mask"
NOTHING_HIDDEN = np.zeros((0, 2), np.float32)


def hidden_triangles(runtime: Runtime, session: Any, eye: int) -> np.ndarray:
    """(3 * triangles, 2) float32: the corners of what is hidden, as tangents to the right and up from straight ahead.

    Without a row where the runtime knows of nothing that is hidden.
    """
    xr = runtime.xr
    if VISIBILITY_MASK not in runtime.extensions:
        return NOTHING_HIDDEN
    # pyopenxr's own get_visibility_mask_khr asks for the counts only.
    address = xr.get_instance_proc_addr(runtime.instance, "xrGetVisibilityMaskKHR")
    ask = cast(address, xr.PFN_xrGetVisibilityMaskKHR)
    mask = xr.VisibilityMaskKHR()

    def fill() -> None:
        stereo, kind = xr.ViewConfigurationType.PRIMARY_STEREO, xr.VisibilityMaskTypeKHR.HIDDEN_TRIANGLE_MESH
        result = xr.exception.check_result(xr.Result(ask(session, stereo.value, eye, kind.value, byref(mask))))
        if result.is_exception():
            raise result

    fill()
    vertices, indices = mask.vertex_count_output, mask.index_count_output
    if not vertices or not indices:
        return NOTHING_HIDDEN
    corners, order = (xr.Vector2f * vertices)(), (c_uint32 * indices)()
    mask.vertex_capacity_input, mask.index_capacity_input = vertices, indices
    mask.vertices, mask.indices = cast(corners, POINTER(xr.Vector2f)), cast(order, POINTER(c_uint32))
    fill()
    places = np.frombuffer(corners, np.float32).reshape(-1, 2)
    return places[np.frombuffer(order, np.uint32)[: indices - indices % 3]]
