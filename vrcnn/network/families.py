"""Which family (graph.FAMILIES) a module of torch or a functional operation belongs to: tables, nothing else."""

from __future__ import annotations

from torch import nn

from vrcnn.network.operations import torch_class
from vrcnn.network.operations_alike import SAME_NUMBERS

__all__ = ["SAME_NUMBERS", "family_of_module", "family_of_operation"]

_FAMILY_OF_FILE = {
    "activation": "activation",
    "batchnorm": "normalization",
    "channelshuffle": "shape",
    "conv": "convolution",
    "dropout": "shape",
    "flatten": "shape",
    "fold": "shape",
    "instancenorm": "normalization",
    "linear": "linear",
    "normalization": "normalization",
    "padding": "shape",
    "pixelshuffle": "resample",
    "pooling": "pooling",
    "upsampling": "resample",
}
_FAMILY_OF_CLASS = {
    "MultiheadAttention": "attention",
    "Identity": "shape",
    "MaxUnpool1d": "resample",
    "MaxUnpool2d": "resample",
    "MaxUnpool3d": "resample",
    "ConvTranspose1d": "resample",
    "ConvTranspose2d": "resample",
    "ConvTranspose3d": "resample",
}

_OPERATIONS = {
    "convolution": "conv1d conv2d conv3d convolution",
    "normalization": "batch_norm layer_norm group_norm instance_norm rms_norm local_response_norm normalize",
    "activation": (
        "relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh "
        "softplus softsign softmax log_softmax logsigmoid threshold glu softmin gumbel_softmax tanhshrink softshrink "
        "hardshrink clamp clip clamp_min clamp_max expit "
        "exp expm1 log log1p abs neg sqrt rsqrt square reciprocal sin cos erf sign"
    ),
    "pooling": (
        "avg_pool1d avg_pool2d avg_pool3d max_pool1d max_pool2d max_pool3d lp_pool1d lp_pool2d lp_pool3d "
        "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d "
        "adaptive_max_pool3d fractional_max_pool2d fractional_max_pool3d max_pool2d_with_indices mean sum amax amin "
        "logsumexp"
    ),
    "linear": "linear matmul mm bmm mv addmm baddbmm addbmm einsum bilinear tensordot",
    "merge": (
        "add sub mul div cat stack hstack vstack dstack maximum minimum max min where lerp addcmul addcdiv fmax fmin "
        "pow atan2 setitem copy masked_scatter index_put index_add index_copy scatter scatter_add cross floor_divide "
        "remainder fmod"
    ),
    "resample": (
        "conv_transpose1d conv_transpose2d conv_transpose3d interpolate upsample upsample_nearest upsample_bilinear "
        "grid_sample pixel_shuffle pixel_unshuffle max_unpool1d max_unpool2d max_unpool3d"
    ),
    "attention": "scaled_dot_product_attention multi_head_attention_forward",
    "shape": (
        "flatten unflatten view view_as reshape reshape_as permute transpose swapaxes swapdims movedim moveaxis "
        "squeeze unsqueeze getitem select narrow index_select gather chunk split tensor_split unbind expand expand_as "
        "repeat repeat_interleave tile broadcast_to broadcast_tensors roll flip rot90 T mT H mH real imag data "
        "ravel t adjoint pad unfold fold as_strided take_along_dim channel_shuffle native_channel_shuffle atleast_1d "
        "atleast_2d atleast_3d diagonal view_as_real view_as_complex "
        "dropout dropout1d dropout2d dropout3d alpha_dropout feature_dropout feature_alpha_dropout "
        "contiguous to type type_as float half bfloat16 double cpu cuda detach clone alias requires_grad identity "
        "set_data cast"
    ),
}
_FAMILY_OF_OPERATION = {name: family for family, names in _OPERATIONS.items() for name in names.split()}

_JOINS = frozenset({"cat", "stack", "hstack", "vstack", "dstack", "setitem", "copy"})
_EXTREMES = frozenset({"max", "min"})


def family_of_module(module: nn.Module) -> str:
    """The family of one of torch's own modules, "other" where no family fits (recurrent layers, embeddings)."""
    kind = torch_class(module)
    return _FAMILY_OF_CLASS.get(kind.__name__) or _FAMILY_OF_FILE.get(kind.__module__.rpartition(".")[2], "other")


def family_of_operation(operation: str, sources: int) -> str:
    """The family of a functional operation that reads `sources` tensors which depend on the network's input.

    An operation that could join tensors but gets only one is none: arithmetic with constants or parameters is a
    scale or a shift (normalization), a concatenation of one tensor changes nothing (shape).
    """
    family = _FAMILY_OF_OPERATION.get(operation, "other")
    if family == "linear" and sources > 1:
        return "merge"
    if family != "merge" or sources > 1:
        return family
    if sources == 0:
        return "other"
    if operation in _JOINS:
        return "shape"
    return "pooling" if operation in _EXTREMES else "normalization"
