"""Where the people of a synthetic county live: townships, villages, a river, and slopes that may slide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relapse_rules.batch.simulate.chance import Bools, Chance, Ints, Stage

COUNTY: Final = "519900"
"""No county has this code."""

FLOOD_REACH_M: Final = (400, 900, 1800, 3500)
FLOOD_PARTS: Final = np.array((9200, 7500, 4000, 1200, 0), np.int64)
"""How likely the flood reaches a house at up to so many metres from the river, in ten thousandths."""

_WIDTH_M: Final = 60_000
_BEND_M: Final = 10_000
_HOUSEHOLDS_PER_TOWNSHIP: Final = 6_000
_HOUSEHOLDS_PER_VILLAGE: Final = 450
_FEWEST_TOWNSHIPS: Final = 3
_MOST_TOWNSHIPS: Final = 900
_FIRST_TOWNSHIP: Final = 100
_FIRST_VILLAGE: Final = 200
_SLIDING: Final = 12
"""One township in so many has slopes that slide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The villages in the order in which their households are numbered. ``starts``: the first household of each; the last is their number.

    ``townships``: the township of each village by position. ``river_m``: how far it is from the river. ``sliding``: it lies below a slope.
    """

    starts: Ints
    townships: Ints
    communities: Bools
    river_m: Ints
    sliding: Bools
    township_codes: tuple[str, ...]
    village_codes: tuple[str, ...]

    def village_of(self, households: Ints) -> Ints:
        """Return the villages of households by their numbers."""
        return np.searchsorted(self.starts, households, side="right").astype(np.int64) - 1

    def areas(self, villages: Bools) -> tuple[str, ...]:
        """Return the codes of the townships that have any of ``villages``."""
        return tuple(self.township_codes[place] for place in np.unique(self.townships[villages]).tolist())


def settle(households: int, seed: int) -> Places:
    """Return the places of a county of so many households."""
    chance = Chance(seed, Stage.PLACES)
    count = min(max(households // _HOUSEHOLDS_PER_TOWNSHIP, _FEWEST_TOWNSHIPS), _MOST_TOWNSHIPS)
    average = min(max(households // count // _HOUSEHOLDS_PER_VILLAGE, 4), 60)
    villages = chance.between(average * 2 // 3, average * 4 // 3, count)
    townships = np.repeat(np.arange(count), villages)
    number = len(townships)
    within = np.arange(number) - np.repeat(np.cumsum(villages) - villages, villages)
    communities = chance.happens(1000, number)

    bends = chance.between(12_000, 28_000, _WIDTH_M // _BEND_M + 2)
    # Half of the townships lie along the river, the others in the hills; the first always does, and the last never.
    along = chance.happens(5000, count)
    along[0], along[-1] = True, False
    centre_x = chance.below(_WIDTH_M, count)
    off = np.where(along, chance.between(0, 2500, count), chance.between(7000, 18_000, count))
    side = np.where(chance.happens(5000, count), 1, -1)
    centre_y = _river_y(bends, centre_x) + side * off
    x = (centre_x[townships] + chance.between(-4000, 4000, number)).clip(0, _WIDTH_M)
    y = centre_y[townships] + chance.between(-3000, 3000, number)

    hills = np.flatnonzero(~along)
    slopes = hills[-max(len(hills) * 2 // _SLIDING, 1) :]
    weights = np.cumsum(chance.between(50, 200, number))
    starts = np.concatenate(([0], weights * households // weights[-1]))
    township_codes = tuple(f"{COUNTY}{_FIRST_TOWNSHIP + place}" for place in range(count))
    return Places(
        starts=starts,
        townships=townships,
        communities=communities,
        river_m=np.abs(y - _river_y(bends, x)),
        sliding=np.isin(townships, slopes) & (within % 2 == 0),
        township_codes=township_codes,
        village_codes=tuple(
            f"{township_codes[township]}{place if community else _FIRST_VILLAGE + place:03}"
            for township, place, community in zip(
                townships.tolist(), (within + 1).tolist(), communities.tolist(), strict=True
            )
        ),
    )


def _river_y(bends: Ints, x: Ints) -> Ints:
    """Return how far north the river runs at ``x``; it is straight between its bends."""
    bend, rest = x // _BEND_M, x % _BEND_M
    return bends[bend] + (bends[bend + 1] - bends[bend]) * rest // _BEND_M
