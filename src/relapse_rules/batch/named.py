"""Names of rows as numbers, so that a name is looked up once: households by their number, rows by their own name, and what refers to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.taken import Ints, Positions
from relapse_rules.engines.lanes.frame import Told

UNNAMED: Final = -1
"""The number of a name that is missing, or that nothing is called."""


@dataclass(frozen=True, slots=True)
class Named:
    """What rows are called. ``codes``: the number of each row's name, below ``count``; ``alone``: no name stands twice.

    ``referred``: by reference to these rows, the number of the name that each referring row states, also where no row has it.
    """

    codes: Positions
    count: int
    alone: bool
    referred: Mapping[Told, Positions]

    @classmethod
    def of(cls, names: pa.Array, referring: Mapping[Told, pa.Array]) -> Named:
        """Number the ``names`` of rows together with those that others refer to them by."""
        codes, *others = _numbered([names, *referring.values()])
        known = codes[codes >= 0]
        count = max(int(each.max(initial=UNNAMED)) for each in (codes, *others)) + 1
        alone = not len(known) or int(np.bincount(known).max()) == 1
        return cls(codes, count, alone, dict(zip(referring, others, strict=True)))

    def keys(self, lanes: Positions, codes: Positions) -> Ints:
        """Return a number for each household and name together; `UNNAMED` where either is missing."""
        keys: Ints = np.where(
            (lanes >= 0) & (codes >= 0), lanes.astype(np.int64) * (self.count + 1) + codes, UNNAMED
        )
        return keys


def places_among(households: pa.Array, names: Sequence[pa.Array]) -> list[Positions]:
    """Return for each row of each of ``names`` where its household stands in ``households``, `UNNAMED` where it does not."""
    # Rows of one household mostly stand together, and all are looked up in one table: each number is looked for once.
    runs = [pc.run_end_encode(each) for each in names]
    found = pc.index_in(
        pa.chunked_array([each.values for each in runs], households.type), value_set=households
    )
    places = _split(found.chunks, [len(each.values) for each in runs])
    return [
        np.repeat(place, np.diff(np.asarray(each.run_ends), prepend=0))
        for place, each in zip(places, runs, strict=True)
    ]


def _numbered(texts: Sequence[pa.Array]) -> list[Positions]:
    """Return a number for each text, the same for the same text in any of the arrays."""
    # Chunk by chunk, which all share one dictionary: Arrow takes half as long as for the same texts in one piece.
    encoded = pa.chunked_array(texts, pa.string()).dictionary_encode()
    return _split([each.indices for each in encoded.chunks], [len(each) for each in texts])


def _split(numbers: Sequence[pa.Array], lengths: Sequence[int]) -> list[Positions]:
    """Return the ``numbers``, laid end to end, as arrays of these ``lengths``; nulls as `UNNAMED`."""
    whole = np.concatenate(
        [np.zeros(0, np.int32), *(np.asarray(each.fill_null(UNNAMED), np.int32) for each in numbers)]
    )
    return np.split(whole, np.cumsum(lengths)[:-1])
