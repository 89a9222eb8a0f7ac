"""Every convolutional architecture of timm, pytorchcv and torchvision, captured and checked: `make test-zoo`."""
