"""From the tables of a county to validated columns: names of columns, cells, repeated ids. What does not fit is set aside, with a reason.

Nothing is lost: a row is either in `Records` or among the rejects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.compliance.columns import (
    MISSING,
    Coded,
    Codes,
    Column,
    Encoded,
    Keys,
    Numbers,
    encode,
)
from relapse_rules.compliance.files import Sheet, named
from relapse_rules.compliance.model import InputError, Rejected
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.values.types import NEVER
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

HOUSEHOLD: Final = "household"
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "procedure_event": ("case_ref", "step", "at"),
    "department_alert": ("department", "content_type", "pushed_at"),
    "assistance": ("program",),
    "disaster_event": ("event_id",),
    "household": ("household_id",),
    "impact": ("event_id",),
}
"""Fields without which a row of a table says nothing."""

_HOUSEHOLD_KEYS: Final = ("household_id", "township_code", "village_code")
"""Fields of 农户 that any table about households may carry, so that its rows can be told apart by household and place."""

_LONGEST_CONTENT: Final = 200


@dataclass(slots=True, kw_only=True)
class Records:
    """The rows of one entity that are good. ``columns`` by fact; a fact that no table has a column for is absent."""

    entity: str
    count: int
    columns: dict[str, Column]
    sources: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Intake:
    """All tables of a county after validation."""

    records: dict[str, Records] = field(default_factory=dict)
    rejects: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def take_in(
    vocabulary: Vocabulary,
    tables: Mapping[str, Sequence[Sheet]],
    *,
    as_of: int,
    renamed: Mapping[str, Mapping[str, str]],
) -> Intake:
    """Return the validated records. ``tables``: by English name of the entity. ``renamed``: fact → other name of a value → its name.

    Raises:
        InputError: a table lacks a column without which its rows say nothing, or a table is not one of the vocabulary.
    """
    intake = Intake()
    for entity, sheets in tables.items():
        spec = vocabulary.by_english[entity]
        parts = [_Part(vocabulary, spec, sheet, intake, renamed) for sheet in sheets]
        records = _joined(spec, parts)
        intake.records[entity] = records
        _note_future(spec, records, as_of, intake)
    return intake


class _Part:
    """One table: its columns found, its cells read, its wrong rows set aside."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        spec: EntitySpec,
        sheet: Sheet,
        intake: Intake,
        renamed: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.sheet = sheet
        self._spec = spec
        self._intake = intake
        try:
            stated = named(sheet.table)
        except InputError as error:
            message = f"“{sheet.source}”的{error}"
            raise InputError(message) from None
        intake.rejects.extend(sheet.broken)
        self.fields = self._fields(vocabulary, stated)
        self.count = int(sheet.table.num_rows)
        with ThreadPoolExecutor() as pool:  # Arrow and numpy let go of the interpreter while they work
            columns = pool.map(
                lambda named: encode(named[1], stated[named[0]], renamed.get(named[1].fact, {})),
                self.fields.items(),
            )
            encoded = dict(zip((each.fact for each in self.fields.values()), columns, strict=True))
        self._note_zones(encoded)
        wrong = self._wrong(encoded)
        repeated = self._repeated(encoded, wrong)
        kept = np.ones(self.count, dtype=np.bool_)
        for row, reason in sorted(wrong.items()):
            kept[row] = False
            intake.rejects.append(self._rejected(row, reason))
        kept[repeated] = False
        whole = bool(kept.all())
        self.columns = {
            fact: each.column if whole else chosen(each.column, kept) for fact, each in encoded.items()
        }
        self.count = int(kept.sum())

    def _fields(self, vocabulary: Vocabulary, stated: Mapping[str, pa.ChunkedArray]) -> dict[str, FieldSpec]:
        """Return by the name of its column each field that the table has."""
        known = {plain(name): spec for name, spec in self._spec.by_any_name.items()}
        household = vocabulary.by_english[HOUSEHOLD]
        if self._spec.parent == HOUSEHOLD:
            for name, spec in household.by_any_name.items():
                if spec.english in _HOUSEHOLD_KEYS:
                    known.setdefault(plain(name), spec)
        fields: dict[str, FieldSpec] = {}
        unused = []
        for name in stated:
            if name in known:
                if known[name] in fields.values():
                    message = f"“{self.sheet.source}”有两列都是“{known[name].name}”"
                    raise InputError(message)
                fields[name] = known[name]
            elif name:
                guess = closest(name, known)
                unused.append(f"“{shorten(name)}”" + (f"（是不是“{guess}”）" if guess else ""))
        if unused:
            self._intake.notes.append(f"{self.sheet.source}：没有用到的列 {'、'.join(unused)}")
        found = {each.english for each in fields.values()}
        lacking = [
            self._spec.by_english[name].name
            for name in NEEDED.get(self._spec.english, ())
            if name not in found
        ]
        if lacking:
            message = f"“{self.sheet.source}”没有{self._spec.name}必需的列：{'、'.join(lacking)}"
            raise InputError(message)
        return fields

    def _note_zones(self, encoded: Mapping[str, Encoded]) -> None:
        zoneless = sum(each.zoneless for each in encoded.values())
        if zoneless:
            self._intake.notes.append(f"{self.sheet.source}：{zoneless} 个时间没有写时区，按北京时间处理")

    def _wrong(self, encoded: Mapping[str, Encoded]) -> dict[int, str]:
        wrong: dict[int, str] = {}
        for each in encoded.values():
            for row, reason in each.wrong.items():
                wrong[row] = f"{wrong[row]}；{reason}" if row in wrong else reason
        for name in NEEDED.get(self._spec.english, ()):
            spec = self._spec.by_english[name]
            gaps = np.flatnonzero(~stated_in(encoded[spec.fact].column)).tolist()
            for row in gaps:
                wrong.setdefault(row, f"没有填“{spec.name}”")
        return wrong

    def _repeated(self, encoded: Mapping[str, Encoded], wrong: dict[int, str]) -> npt.NDArray[np.intp]:
        """Return rows that repeat an earlier one word for word; a row with the id of another but other content is ``wrong``."""
        identifier = self._spec.identifier
        nothing = np.zeros(0, dtype=np.intp)
        column = encoded[identifier.fact].column if identifier and identifier.fact in encoded else None
        if not isinstance(column, Keys):
            return nothing
        later, first = repeats(column.codes)
        if not len(later):
            return nothing
        same = np.ones(len(later), dtype=np.bool_)
        for each in encoded.values():
            same &= alike(each.column, later, first)
        for row, earlier in zip(later[~same].tolist(), first[~same].tolist(), strict=True):
            wrong.setdefault(row, f"编号与第 {earlier + 1} 行重复而内容不同")
        self._intake.notes.append(f"{self.sheet.source}：{int(same.sum())} 行与前面的行完全相同，只算一次")
        return later[same]

    def _rejected(self, row: int, reason: str) -> Rejected:
        table = self.sheet.table
        cells = (str(table.column(place)[row].as_py() or "") for place in range(table.num_columns))
        content = ",".join(cells)[:_LONGEST_CONTENT]
        return Rejected(source=self.sheet.source, row=row + 1, reason=reason, content=content)


def stated_in(column: Column) -> npt.NDArray[np.bool_]:
    """Return which cells are stated."""
    return column.known if isinstance(column, Numbers) else column.codes != MISSING


def chosen(column: Column, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Column:
    """Return the cells of some rows (a mask, or positions)."""
    match column:
        case Numbers():
            return Numbers(values=column.values[rows], known=column.known[rows])
        case Keys():
            return Keys(codes=column.codes[rows], texts=column.texts)
        case Coded():
            return Coded(codes=column.codes[rows], values=column.values)


def repeats(codes: Codes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the positions whose code stood before, and for each the position where it stood first."""
    used = int(codes.max(initial=MISSING)) + 1
    missing = int(np.count_nonzero(codes == MISSING))
    if used + missing == len(codes):  # as many different ones as there are
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing
    first = np.full(used + 1, -1, dtype=np.intp)
    backwards = codes[::-1]
    first[backwards] = np.arange(
        len(codes) - 1, -1, -1, dtype=np.intp
    )  # the last assignment, the first row, stays
    later = np.flatnonzero((codes != MISSING) & (first[codes] != np.arange(len(codes))))
    return later, first[codes[later]]


def alike(column: Column, later: npt.NDArray[np.intp], first: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Return where the cells of two lists of rows are the same."""
    if isinstance(column, Numbers):
        same = np.where(column.known[later], column.values[later], 0) == np.where(
            column.known[first], column.values[first], 0
        )
        both: npt.NDArray[np.bool_] = same & (column.known[later] == column.known[first])
        return both
    equal: npt.NDArray[np.bool_] = column.codes[later] == column.codes[first]
    return equal


def _joined(spec: EntitySpec, parts: Sequence[_Part]) -> Records:
    if len(parts) == 1:
        only = parts[0]
        return Records(
            entity=spec.english, count=only.count, columns=only.columns, sources=(only.sheet.source,)
        )
    facts = dict.fromkeys(fact for part in parts for fact in part.columns)
    columns = {fact: _appended([(part.columns.get(fact), part.count) for part in parts]) for fact in facts}
    return Records(
        entity=spec.english,
        count=sum(part.count for part in parts),
        columns=columns,
        sources=tuple(part.sheet.source for part in parts),
    )


def _appended(parts: Iterable[tuple[Column | None, int]]) -> Column:
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


def _note_future(spec: EntitySpec, records: Records, as_of: int, intake: Intake) -> None:
    """Say how many times lie after 判定时点: such a step has not happened yet, so it does not count."""
    for fact, column in records.columns.items():
        if not isinstance(column, Numbers) or spec.english not in {"procedure_event", "department_alert"}:
            continue
        if fact not in {"procedure_event.at", "department_alert.pushed_at"}:
            continue
        later = int(np.count_nonzero(column.known & (column.values > as_of) & (column.values != NEVER)))
        if later:
            intake.notes.append(f"{spec.name}：{later} 条的时间晚于判定时点，还没有计入")
