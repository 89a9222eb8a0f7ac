"""Covid-resnet on fashion-mnist, true labels, seed 0.

With pictures that it has not seen; written by `vrcnn study tour`.
"""

from pathlib import Path

from vrcnn.study.kept_networks import stand

model, images, labels, preprocess, input_size, title = stand(Path(__file__))
