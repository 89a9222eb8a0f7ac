"""The weights of an attention, head by head, which torch computes inside of one call and keeps to itself."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

OPERATION = "attention weights"  # of the node that stands for them, behind the nodes of the call
FUNCTIONAL = "scaled_dot_product_attention"
_SIGNATURE = inspect.signature(
    lambda query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False: None
)
_MODULE = inspect.signature(nn.MultiheadAttention.forward)


def is_attention(call: nn.Module | str) -> bool:
    """Whether a call, by its module or by the name of its operation, is one whose weights can be had."""
    return call == FUNCTIONAL if isinstance(call, str) else isinstance(call, nn.MultiheadAttention)


def weights_shape(
    call: nn.Module | str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> tuple[int, int, int, int] | None:
    """(N, heads, queries, keys) of the weights that `attention_weights` gives; None for other inputs than batches."""
    if isinstance(call, str):
        given = _SIGNATURE.bind(*arguments, **keywords).arguments
        query, key = given["query"], given["key"]
        if query.ndim != 4 or key.ndim != 4:
            return None
        batch, heads, queries, _ = query.shape
        return batch, heads, queries, key.shape[2]
    assert isinstance(call, nn.MultiheadAttention)
    given = _MODULE.bind(call, *arguments, **keywords).arguments
    query, key = given["query"], given["key"]
    if query.is_nested or key.is_nested:
        return None
    extra = int(call.bias_k is not None) + int(call.add_zero_attn)
    if query.ndim == 2:
        return 1, call.num_heads, query.shape[0], key.shape[0] + extra
    batch, line = (0, 1) if call.batch_first else (1, 0)
    return query.shape[batch], call.num_heads, query.shape[line], key.shape[line] + extra


def attention_weights(call: nn.Module | str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Tensor:
    """(N, heads, queries, keys): how much each query attends to each key; the rows add up to one.

    They are computed a second time, from the same inputs, so that the network's own call stays as it is; with gradients
    where torch makes any.
    """
    if isinstance(call, str):
        return _of_function(**_SIGNATURE.bind(*arguments, **keywords).arguments)
    given = _MODULE.bind(call, *arguments, **keywords).arguments
    given |= {"need_weights": True, "average_attn_weights": False}
    _, weights = nn.MultiheadAttention.forward(**given)
    assert weights is not None
    return weights if weights.ndim == 4 else weights[None]


def _of_function(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """As the documentation of torch.nn.functional.scaled_dot_product_attention writes it out, without dropout."""
    if enable_gqa:
        key = key.repeat_interleave(query.shape[-3] // key.shape[-3], -3)
    scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        scores = scores.masked_fill(~torch.ones_like(scores, dtype=torch.bool).tril(), -math.inf)
    if attn_mask is not None:
        blocked = attn_mask.dtype == torch.bool
        scores = scores.masked_fill(~attn_mask, -math.inf) if blocked else scores + attn_mask
    return torch.softmax(scores, -1)
