"""What nobody has recorded: each field has its own share of empty cells, by who supplies it and by township. Empty is unknown, never no."""

from __future__ import annotations

from typing import Final

import numpy as np

from relapse_rules.batch.simulate.chance import WHOLE, Bools, Chance, Ints, Stage
from relapse_rules.batch.simulate.columns import Rows
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Origin

_BY_SUPPLIER: Final = (
    ("全国系统", 150),
    ("公安", 100),
    ("医保", 250),
    ("民政", 400),
    ("教育", 700),
    ("卫体", 900),
    ("入户核查", 900),
    ("残联", 1200),
    ("银行", 1200),
    ("住建", 1400),
    ("农业农村", 1500),
    ("保险", 1500),
    ("人社", 1600),
    ("水务", 1500),
    ("乡镇", 1100),
    ("村", 800),
)
"""Empty cells in ten thousand by a word in the name of who supplies a field; the first that fits."""
_BY_OTHERS: Final = 700
_MOST: Final = 8000


class Hiding:
    """Hides cells. ``townships``: how many there are; some keep better records than others."""

    def __init__(self, seed: int, townships: int) -> None:
        self._seed = seed
        self._care = Chance(seed, Stage.HIDING).between(400, 2000, townships)

    def hidden(
        self, entity: EntitySpec, number: int, block: int, rows: Rows, townships: Ints
    ) -> dict[str, Bools | None]:
        """Return which rows of which field nobody has recorded; ``townships``: of each row. ``number``: of the entity."""
        chance = Chance(self._seed, Stage.HIDING, block, number)
        care = self._care[townships]
        return {name: self._drawn(entity.by_english[name], care, chance) for name in rows.columns}

    def _drawn(self, spec: FieldSpec, care: Ints, chance: Chance) -> Bools | None:
        if not spec.nullable or spec.is_identifier or spec.type.kind is Kind.REFERENCE:
            return None
        return chance.happens(np.minimum(rate(spec) * care // 1000, _MOST), len(care))


def rate(spec: FieldSpec) -> int:
    """Return how many cells in ten thousand of a field are empty in a township that takes ordinary care."""
    found = next((parts for word, parts in _BY_SUPPLIER if word in spec.supplier), _BY_OTHERS)
    match spec.origin:
        case Origin.JUDGEMENT:
            found *= 2
        case Origin.PROCESS:
            found = found * 3 // 2
        case _:
            pass
    # Fields of one supplier differ as well: by what they ask, here by the length of their names.
    return min(found * (80 + len(spec.english) * 2) // 100, WHOLE)
