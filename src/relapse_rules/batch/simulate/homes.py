"""The truth about the households of a synthetic county, whether anybody has recorded it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from relapse_rules.batch.simulate.chance import WHOLE, Bools, Chance, Ints
from relapse_rules.batch.simulate.places import FLOOD_PARTS, FLOOD_REACH_M, Places

SIZES: Final = (140, 230, 200, 190, 120, 70, 30, 14, 6)
"""How many households in a thousand have 1, 2 … 9 people."""
MONITORED: Final = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户", "无")
UNSTABLE, MARGINAL, SUDDEN, NOT_MONITORED = range(4)
DIBAO: Final = ("否", "是", "申请中")
DIBAO_NO, DIBAO_YES, DIBAO_ASKED = range(3)

MEDIAN_INCOME_YUAN: Final = 15_000
"""Net income a year for each person of an ordinary household. No statistic of any place: 元/人/年."""

_THOUSAND: Final = 1000
_SCATTER_M: Final = 350
_FAR_M: Final = 6000
_ELDERLY: Final = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """A block of households; each array has a place for each. ``first``: the number of the first.

    ``income``: thousandths of the median. ``severity``: how hard a disaster hit, 0 to 1000. ``burden``: the same, set against the income.
    ``entered``: taken into monitoring because of a disaster. ``assessed``: somebody has visited and recorded how the household is.
    """

    first: int
    villages: Ints
    townships: Ints
    sizes: Ints
    head_ages: Ints
    rural: Bools
    relieved: Bools
    income: Ints
    flood_zone: Bools
    slide_zone: Bools
    flooded: Bools
    slid: Bools
    severity: Ints
    burden: Ints
    assessed: Bools
    entered: Bools
    monitored: Ints
    dibao: Ints
    destitute: Bools

    @property
    def count(self) -> int:
        """How many households there are."""
        return len(self.sizes)

    @property
    def hit(self) -> Bools:
        """Whom any disaster hit."""
        return self.flooded | self.slid

    @property
    def watched(self) -> Bools:
        """Who is monitored."""
        found: Bools = self.monitored != NOT_MONITORED
        return found


def homes_of(places: Places, first: int, count: int, chance: Chance) -> Homes:
    """Return the households ``first`` to ``first + count``."""
    villages = places.village_of(np.arange(first, first + count))
    away = places.river_m[villages]
    distance = np.maximum(away + chance.between(-_SCATTER_M, _SCATTER_M, count), 0)
    reach = np.searchsorted(np.array(FLOOD_REACH_M), distance, side="right")
    flooded = chance.happens(FLOOD_PARTS[reach], count)
    slide_zone = places.sliding[villages]
    slid = slide_zone & chance.happens(4000, count)
    hit = flooded | slid
    severity = np.where(hit, (chance.below(800, count) + np.where(slid, 200, 150 - 50 * reach)).clip(10), 0)

    sizes = chance.pick(SIZES, count) + 1
    lone_ages = chance.between(38, 92, count)
    head_ages = np.where(sizes == 1, lone_ages, 25 + chance.below(29, count) + chance.below(29, count))
    relieved = chance.happens(np.where(away > _FAR_M, 2600, 1300), count)
    before = np.where(
        relieved, chance.pick((450, 0, 60, 9490), count), chance.pick((0, 120, 60, 9820), count)
    )
    income = chance.income(count) * np.where(relieved, 780, 1000) // _THOUSAND
    income = income * np.where(before == NOT_MONITORED, 1000, 600) // _THOUSAND
    burden = severity * _THOUSAND // income
    assessed = chance.happens(np.where(hit, 7500, 3000), count)
    entered = hit & assessed & (burden > 500) & chance.happens(4500, count)
    poor = income < 420
    destitute = (sizes == 1) & (head_ages >= _ELDERLY) & (income < 500) & chance.happens(5000, count)
    dibao = np.where(poor & ~destitute, chance.pick((400, 520, 80), count), DIBAO_NO)
    return Homes(
        first=first,
        villages=villages,
        townships=places.townships[villages],
        sizes=sizes,
        head_ages=head_ages,
        rural=chance.happens(np.where(places.communities[villages], 5500, WHOLE * 98 // 100), count),
        relieved=relieved,
        income=income,
        flood_zone=FLOOD_PARTS[reach] > 0,
        slide_zone=slide_zone,
        flooded=flooded,
        slid=slid,
        severity=severity,
        burden=burden,
        assessed=assessed,
        entered=entered,
        monitored=np.where(entered & (before == NOT_MONITORED), SUDDEN, before),
        dibao=dibao,
        destitute=destitute,
    )
