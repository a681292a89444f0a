"""Columns of several tables of one entity, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.compliance.columns import MISSING, Coded, Codes, Column, Keys, Numbers


def stacked(parts: Iterable[tuple[Column | None, int]]) -> Column:
    """Return columns of one fact one below the other; a table without the column does not state it."""
    listed = list(parts)
    sample = next(column for column, _ in listed if column is not None)
    if isinstance(sample, Numbers):
        return Numbers(
            values=np.concatenate(
                [c.values if isinstance(c, Numbers) else np.zeros(n, dtype=np.int64) for c, n in listed]
            ),
            known=np.concatenate(
                [c.known if isinstance(c, Numbers) else np.zeros(n, dtype=np.bool_) for c, n in listed]
            ),
        )
    if isinstance(sample, Keys):
        texts = pa.concat_arrays([c.texts for c, _ in listed if isinstance(c, Keys)])
        merged = pc.dictionary_encode(texts)
        places = np.append(np.asarray(merged.indices, dtype=np.int32), np.int32(MISSING))
        return Keys(codes=_shifted(listed, places), texts=merged.dictionary)
    values: dict[Any, int] = {}
    recoded = [
        values.setdefault(value, len(values)) for c, _ in listed if isinstance(c, Coded) for value in c.values
    ]
    return Coded(codes=_shifted(listed, np.array([*recoded, MISSING], dtype=np.int32)), values=tuple(values))


def _shifted(listed: Sequence[tuple[Column | None, int]], places: Codes) -> Codes:
    """Return the codes of parts in terms of one list of values. ``places``: of all parts' values after each other, then MISSING."""
    found, shift = [], 0
    for column, count in listed:
        if isinstance(column, Keys | Coded):
            codes = column.codes
            found.append(np.where(codes == MISSING, np.int32(MISSING), places[codes + shift]))
            shift += len(column.texts if isinstance(column, Keys) else column.values)
        else:
            found.append(np.full(count, MISSING, dtype=np.int32))
    return np.concatenate(found)
