"""Forty architectures that stand for the rest: every family of convolutional networks, and what is near to them."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import pytest
from torch import nn

from zoo.libraries import Configuration, build, fitting_inputs

ARCHITECTURES = (
    "torchvision:vgg11_bn",
    "torchvision:resnet18",
    "torchvision:googlenet",
    "torchvision:inception_v3",
    "torchvision:mobilenet_v2",
    "torchvision:shufflenet_v2_x0_5",
    "torchvision:squeezenet1_1",
    "torchvision:swin_t",
    "torchvision:fcn_resnet50",
    "torchvision:deeplabv3_mobilenet_v3_large",
    "torchvision:lraspp_mobilenet_v3_large",
    "torchvision:fasterrcnn_mobilenet_v3_large_320_fpn",
    "torchvision:ssdlite320_mobilenet_v3_large",
    "torchvision:r3d_18",
    "torchvision:raft_small",
    "timm:resnext50_32x4d",
    "timm:densenet121",
    "timm:inception_v4",
    "timm:mobilenetv1_100",
    "timm:mobilenetv3_small_050",
    "timm:efficientnet_b0",
    "timm:regnety_002",
    "timm:convnext_atto",
    "timm:hrnet_w18_small",
    "timm:dla34",
    "timm:res2net50_14w_8s",
    "timm:dpn48b",
    "pytorchcv:nasnet_4a1056",
    "timm:xception41",
    "timm:seresnet50",
    "timm:ecaresnet26t",
    "timm:ghostnet_100",
    "timm:fbnetc_100",
    "timm:ese_vovnet19b_dw",
    "timm:cspresnet50",
    "timm:repvgg_a0",
    "timm:eca_nfnet_l0",
    "timm:vit_tiny_patch16_224",
    "timm:mixer_s32_224",
    "pytorchcv:quartznet5x5_en_ls",
    "pytorchcv:unet_cityscapes",
    "pytorchcv:pyramidnet110_a48_cifar10",
)


@lru_cache(1)
def opened(architecture: str) -> tuple[nn.Module, tuple[Any, ...], dict[str, Any]]:
    """The network with arguments and keywords on which it runs; the test is skipped where its library is missing.

    The next test of the same architecture gets the same network, which nothing may have changed.
    """
    library, _, name = architecture.partition(":")
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed: pip install {library}")
    configuration = Configuration(library, name)
    module = build(configuration)
    return module, *fitting_inputs(configuration, module)
