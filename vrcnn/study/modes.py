"""The modes of training: what a network is given to learn, and how it begins. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """One way to train.

    Attributes:
        name: on the command line and in the names of folders.
        told: for people, in a few words.
        shuffled: share of the training pictures whose labels change places with each other, 0 to 1.
        augmented: whether pictures are moved, mirrored and cut a little, anew in each epoch.
        noisy: whether each picture has a copy with noise, fixed for that picture, and a random label.
        smooth: whether the first convolution begins low-passed.
        trained: whether it is trained at all.
    """

    name: str
    told: str
    shuffled: float = 0.0
    augmented: bool = False
    noisy: bool = False
    smooth: bool = False
    trained: bool = True

    @property
    def memorizes(self) -> bool | None:
        """Whether it can only know its answers by heart; None where it learns nothing, or some of them so."""
        if not self.trained or self.noisy:
            return None
        return self.shuffled > 0


MODES = {
    mode.name: mode
    for mode in (
        Mode("true-augmented", "true labels, with augmentation", augmented=True),
        Mode("true", "true labels"),
        Mode("half-shuffled", "half of the labels shuffled", shuffled=0.5),
        Mode("shuffled", "all labels shuffled", shuffled=1.0),
        Mode("noisy-copies", "true labels, and noisy copies with random ones", noisy=True),
        Mode("shuffled-augmented", "all labels shuffled, with augmentation", shuffled=1.0, augmented=True),
        Mode("true-smooth", "true labels, from a smooth first layer", smooth=True),
        Mode("shuffled-smooth", "all labels shuffled, from a smooth first layer", shuffled=1.0, smooth=True),
        Mode("untrained", "not trained", trained=False),
    )
}
