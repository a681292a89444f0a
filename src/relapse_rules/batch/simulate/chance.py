"""Random numbers of a synthetic county, in whole numbers alone, so that every machine draws the same."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WHOLE: Final = 10_000
"""Probabilities are stated in parts of this."""

# fmt: off
_INCOMES: Final = np.array((
    188, 339, 411, 466, 513, 557, 598, 637, 676, 715, 753, 792, 831, 871, 913, 956, 1000,
    1047, 1096, 1147, 1203, 1263, 1328, 1399, 1479, 1569, 1673, 1796, 1949, 2148, 2435, 2946, 5309,
), np.int64)
# fmt: on
"""A log-normal distribution of spread 0.58 at the quantiles 0, 1/32 … 1, its ends cut off at 2‰; the median is 1000."""
_STEP: Final = 64


class Stage(IntEnum):
    """What numbers are drawn for; each has a stream of its own, so that one does not shift the others."""

    PLACES = 1
    SHARED = 2
    TRUTH = 3
    HIDING = 4
    DIRT = 5


class Chance:
    """A stream of random numbers. ``place``: what sets it apart from the other streams of the same seed."""

    def __init__(self, seed: int, stage: Stage, *place: int) -> None:
        sequence = np.random.SeedSequence(seed, spawn_key=(stage.value, *place))
        self._generator = np.random.Generator(np.random.PCG64(sequence))

    def happens(self, parts: int | Ints, count: int) -> Bools:
        """Return ``count`` times whether something of probability ``parts`` in ten thousand happens."""
        found: Bools = self._generator.integers(0, WHOLE, count, np.uint16) < parts
        return found

    def below(self, limit: int, count: int) -> Ints:
        """Return numbers from 0 to ``limit``, itself not included."""
        return self._generator.integers(0, limit, count, np.uint32).astype(np.int64)

    def between(self, low: int, high: int, count: int) -> Ints:
        """Return numbers from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1, count)

    def pick(self, weights: Sequence[int], count: int) -> Ints:
        """Return positions among ``weights``, each as often as its weight says."""
        upto = np.cumsum(np.array(weights, np.int64))
        return np.searchsorted(upto, self.below(int(upto[-1]), count), side="right").astype(np.int64)

    def income(self, count: int) -> Ints:
        """Return shares of a median income, in thousandths: few have much more, some have much less."""
        drawn = self.below((len(_INCOMES) - 1) * _STEP, count)
        step, rest = drawn // _STEP, drawn % _STEP
        return _INCOMES[step] + (_INCOMES[step + 1] - _INCOMES[step]) * rest // _STEP
