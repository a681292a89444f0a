"""What was not decided, row by row, and the count that shows that nothing was lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.batch.cells import Complaint

_NAME: Final = pa.dictionary(pa.int32(), pa.string())

REJECTS: Final = pa.schema(
    [
        ("entity", _NAME),
        ("row", pa.int64()),
        ("source", _NAME),
        ("household_id", pa.string()),
        ("field", _NAME),
        ("reason", _NAME),
        ("remedy", _NAME),
    ]
)
"""One line for each thing wrong. ``entity`` and ``field`` by their Chinese names; ``field`` is null where it is the row as a whole,
``household_id`` where the row names none. A personal value stands in none of them."""


@dataclass(slots=True, kw_only=True)
class Count:
    """The rows of one entity: so many came, so many are in what is decided, so many are rejected."""

    entity: str
    read: int = 0
    decided: int = 0
    rejected: int = 0

    @property
    def whole(self) -> bool:
        """Whether no row was lost and none counted twice."""
        return self.read == self.decided + self.rejected


def without_places(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return reasons without the file and row of another record that they name, so that what is wrong alike reads alike.

    >>> without_places(pa.chunked_array([["名下的住房（住房.csv 第 7 行）有误，整户没有判定"]])).to_pylist()
    ['名下的住房有误，整户没有判定']
    """
    return pc.replace_substring_regex(reasons, pattern=r"（[^（]* 第 [0-9]+ 行）有误", replacement="有误")


class Rejects:
    """Collects rejected rows. Taken out by `take`, in the order in which they were added."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []

    def add(
        self,
        entity: str,
        field: str | None,
        rows: npt.NDArray[np.int64],
        sources: pa.Array,
        households: pa.Array,
        which: npt.NDArray[np.int32],
        said: Sequence[Complaint],
    ) -> None:
        """Add rows that have the complaints ``said[which[i]]``. ``sources``: a dictionary array of names."""
        count = len(rows)
        if not count:
            return
        self._parts.append(
            pa.table(
                [
                    _repeated(entity, count),
                    pa.array(rows),
                    sources,
                    households,
                    _repeated(field, count),
                    _told(which, [each.reason for each in said]),
                    _told(which, [each.remedy for each in said]),
                ],
                schema=REJECTS,
            )
        )

    def take(self) -> pa.Table:
        """Return what has been added since the last time."""
        found = pa.concat_tables(self._parts) if self._parts else REJECTS.empty_table()
        self._parts = []
        return found


def _repeated(text: str | None, count: int) -> pa.Array:
    codes = pa.nulls(count, pa.int32()) if text is None else pa.array(np.zeros(count, np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array([text or ""]))


def _told(which: npt.NDArray[np.int32], texts: Sequence[str]) -> pa.Array:
    # Many complaints may be worded alike, but a dictionary says each thing once.
    different = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    places = np.array([different[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(places[which]), pa.array(list(different)))


def assert_whole(counts: Iterable[Count]) -> None:
    """Raise AssertionError unless each entity's rows are all decided or rejected."""
    for count in counts:
        assert count.whole, f"{count.entity}: {count.read} ≠ {count.decided} + {count.rejected}"
