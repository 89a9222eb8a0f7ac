"""Operations by the way in which they read their sources: tables, nothing else, and no torch."""

from __future__ import annotations

_TABLES = {
    "same numbers": (
        "Identity Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout dropout dropout1d dropout2d "
        "dropout3d alpha_dropout feature_dropout feature_alpha_dropout contiguous to type type_as float half bfloat16 "
        "double cpu cuda detach clone alias requires_grad identity data"
    ),
    "pointwise": (
        "relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh "
        "softplus softsign logsigmoid threshold tanhshrink softshrink hardshrink clamp clip clamp_min clamp_max expit "
        "exp expm1 log log1p abs neg sqrt rsqrt square reciprocal sin cos erf sign round floor ceil nan_to_num "
        "add sub rsub mul div maximum minimum where lerp addcmul addcdiv fmax fmin pow atan2 floor_divide remainder "
        "fmod masked_fill eq ne lt gt le ge logical_not real imag "
        "expand expand_as broadcast_to broadcast_tensors"
    ),
    "one axis": (
        "softmax log_softmax softmin gumbel_softmax Softmax LogSoftmax Softmin Softmax2d GLU glu normalize "
        "LocalResponseNorm local_response_norm ChannelShuffle channel_shuffle native_channel_shuffle cumsum cumprod"
    ),
    "all of it": "GroupNorm group_norm LSTM GRU RNN",
    "reductions": "mean sum amax amin max min logsumexp norm std var prod any all argmax argmin median",
    "products": "matmul mm bmm baddbmm addmm",
    "reshapes": (
        "reshape view flatten Flatten unflatten Unflatten ravel squeeze unsqueeze reshape_as view_as atleast_1d "
        "atleast_2d atleast_3d"
    ),
    "permutations": "permute transpose swapaxes swapdims T mT H mH t adjoint",
    "splits": "getitem select narrow chunk split tensor_split unbind",
}
_NAMES = {kind: frozenset(names.split()) for kind, names in _TABLES.items()}

SAME_NUMBERS = _NAMES["same numbers"]
"""Operations of the family "shape" that leave every number at its place (in eval mode)."""
POINTWISE = SAME_NUMBERS | _NAMES["pointwise"]
"""A value depends on the values at its own place alone; of a source with one value, on that."""
ONE_AXIS = _NAMES["one axis"]
"""A value depends on all values along one axis."""
ALL_OF_IT = _NAMES["all of it"]
"""A value may depend on all values."""
REDUCTIONS, PRODUCTS, RESHAPES = _NAMES["reductions"], _NAMES["products"], _NAMES["reshapes"]
PERMUTATIONS, SPLITS = _NAMES["permutations"], _NAMES["splits"]
JOINS = frozenset({"cat", "stack"})
