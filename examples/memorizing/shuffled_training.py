"""Covid-resnet on fashion-mnist, all labels shuffled, seed 0.

With pictures that it learned from, as they were labelled then; written by `vrcnn study tour`.
"""

from pathlib import Path

from vrcnn.study.kept_networks import stand

model, images, labels, preprocess, input_size, title = stand(Path(__file__))
