"""Exact numbers of a network: of layers, channels, kernels, of one step of a convolution, of what drives a channel."""
