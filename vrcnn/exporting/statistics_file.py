"""Statistics as a table in CSV: a line for each layer, and one for each of its channels."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from contextlib import ExitStack

from torch import Tensor

from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.value_files import plain
from vrcnn.inspection.distributions import ChannelStatistics, channel_statistics, range_of, upper_only
from vrcnn.whole_file import whole

NAME = "statistics.csv"
COLUMNS = (
    "layer",
    "channel",
    "name",
    "shape",
    "dtype",
    "min",
    "max",
    "mean",
    "deviation",
    "zeros",
    "dead",
    "saturated",
    "nan",
    "infinite",
)
MEANINGS = {
    "channel": "its number; empty in the line of the whole layer",
    "shape": "of the layer's tensor, of the channel's values",
    "min, max, mean, deviation": "of the finite values, in double precision; the deviation divides by their number",
    "zeros": "the share of values that are exactly 0",
    "dead": "1 where all values of the channel are exactly 0; in the line of a layer how many channels are",
    "saturated": "1 where at least 95 % of the channel's values lie at an end of its activation's range; in the line "
    "of a layer how many channels do",
}


class StatisticsFile:
    """Adds the lines of one layer after the other; nothing is at its place before `finish`."""

    def __init__(self, facts: Facts, closing: ExitStack) -> None:
        self._facts = facts
        self._path = facts.folder / NAME
        self._file = ExitStack()
        closing.push(self._file)
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(COLUMNS)
        self._out = self._file.enter_context(whole(self._path))

    def work(self, layer: ChosenLayer) -> int:
        """How much it is, as if a file were 256 kB."""
        return 1 + (math.prod(layer.node.shape) >> 16)

    def take(self, layer: ChosenLayer, tensor: Tensor) -> Iterator[int]:
        """Writes the layer's lines. Raises UserError."""
        values = plain(tensor)
        values = values.abs() if values.is_complex() else values
        node, dtype = layer.node, str(tensor.dtype).removeprefix("torch.")
        ends, upper = range_of(node), upper_only(node)
        rows = values[None] if layer.axis is None else values.movedim(layer.axis, 0)
        shape = "x".join(map(str, rows.shape[1:]))
        channels, every = channel_statistics(rows, ends, upper), channel_statistics(values[None], ends, upper)
        flat = rows.reshape(len(rows), -1)
        nans, infinities = flat.isnan().sum(1).tolist(), flat.isinf().sum(1).tolist()
        dead, saturated = channels.silent.astype(int), channels.saturated.astype(int)
        counts = dead.sum(), saturated.sum(), sum(nans), sum(infinities)
        whole_shape = "x".join(map(str, node.shape))
        self._writer.writerow((node.name, "", node.title, whole_shape, dtype, *_numbers(every, 0), *counts))
        for channel in layer.channels if layer.axis is not None else ():
            counts = dead[channel], saturated[channel], nans[channel], infinities[channel]
            name = layer.channel_name(channel)
            self._writer.writerow((node.name, channel, name, shape, dtype, *_numbers(channels, channel), *counts))
        self._out.write(self._text.getvalue().encode(errors="replace"))
        self._text.seek(0)
        self._text.truncate()
        yield self.work(layer)

    def finish(self) -> None:
        """The table takes its place, and gets its sidecar."""
        self._file.close()
        self._facts.tell(self._path, "statistics of layers and of their channels", contents={"columns": MEANINGS})


def _numbers(found: ChannelStatistics, channel: int) -> Iterator[str]:
    """In as few digits as tell them from all other float32."""
    for values in (found.minima, found.maxima, found.means, found.deviations, found.zeros):
        yield str(values[channel])
