"""From the tables of a county to validated columns: names of columns, cells, repeated ids. What does not fit is set aside, with a reason.

Nothing is lost: a row is either in `Records` or among the rejects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from relapse_rules.compliance.columns import Column, Encoded, Keys, Numbers, chosen, encode, stated_in
from relapse_rules.compliance.repeats import NO_ROWS, alike, repeats, word_for_word
from relapse_rules.compliance.stacking import stacked
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import plain
from relapse_rules.tables.errors import InputError, Rejected
from relapse_rules.tables.files import Sheet, named
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
        records = _once(spec, _joined(spec, parts), parts, intake)
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
        with ThreadPoolExecutor() as pool:  # Arrow and numpy let go of the interpreter while they work
            columns = pool.map(
                lambda named: encode(named[1], stated[named[0]], renamed.get(named[1].fact, {})),
                self.fields.items(),
            )
            encoded = dict(zip((each.fact for each in self.fields.values()), columns, strict=True))
        self._note_zones(encoded)
        wrong = self._wrong(encoded)
        kept = np.ones(int(sheet.table.num_rows), dtype=np.bool_)
        rows = sorted(wrong)
        kept[rows] = False
        intake.rejects.extend(self.rejected(rows, [wrong[row] for row in rows]))
        whole = bool(kept.all())
        self.columns = {
            fact: each.column if whole else chosen(each.column, kept) for fact, each in encoded.items()
        }
        self.rows = np.flatnonzero(kept)

    @property
    def count(self) -> int:
        """How many rows are good."""
        return len(self.rows)

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

    def rejected(self, rows: Sequence[int], reasons: Sequence[str]) -> Iterator[Rejected]:
        """Yield rows of the table, good or not, as left out."""
        positions = np.array(rows, dtype=np.intp)
        columns = self.sheet.table.take(pa.array(positions)).columns
        contents = zip(*(column.to_pylist() for column in columns), strict=True)
        numbers = self.sheet.numbers(positions).tolist()
        for number, reason, cells in zip(numbers, reasons, contents, strict=True):
            content = ",".join("" if cell is None else str(cell) for cell in cells)[:_LONGEST_CONTENT]
            yield Rejected(source=self.sheet.source, row=number, reason=reason, content=content)


def _joined(spec: EntitySpec, parts: Sequence[_Part]) -> Records:
    facts = dict.fromkeys(fact for part in parts for fact in part.columns)
    if len(parts) == 1:
        columns = parts[0].columns
    else:
        columns = {fact: stacked([(part.columns.get(fact), part.count) for part in parts]) for fact in facts}
    return Records(entity=spec.english, count=sum(part.count for part in parts), columns=columns)


def _once(spec: EntitySpec, records: Records, parts: Sequence[_Part], intake: Intake) -> Records:
    """Return the records without rows that repeat an earlier one; what has the id of another but other content is set aside."""
    columns = [*records.columns.values()]
    ids = None if spec.identifier is None else records.columns.get(spec.identifier.fact)
    later, first = repeats(ids.codes) if isinstance(ids, Keys) else (NO_ROWS, NO_ROWS)
    same = alike(columns, later, first)
    _set_aside(parts, later[~same], first[~same], intake)
    unnamed = np.arange(records.count) if ids is None else np.flatnonzero(~stated_in(ids))
    repeated = np.concatenate([later[same], word_for_word(columns, unnamed)])
    if len(repeated):
        intake.notes.append(f"{spec.name}：{len(repeated)} 行与前面的行完全相同，只算一次")
    if not len(later) and not len(repeated):
        return records
    kept = np.ones(records.count, dtype=np.bool_)
    kept[later] = False
    kept[repeated] = False
    return Records(
        entity=records.entity,
        count=int(kept.sum()),
        columns={fact: chosen(column, kept) for fact, column in records.columns.items()},
    )


def _set_aside(
    parts: Sequence[_Part], later: npt.NDArray[np.intp], first: npt.NDArray[np.intp], intake: Intake
) -> None:
    """Reject rows that have the id of an earlier one (``first``) and other content; both are positions in the joined records."""
    begins = np.cumsum([0, *(part.count for part in parts)])
    sheet_of, earlier_sheet = (np.searchsorted(begins, rows, side="right") - 1 for rows in (later, first))
    for here, there in sorted(set(zip(sheet_of.tolist(), earlier_sheet.tolist(), strict=True))):
        part, before = parts[here], parts[there]
        both = (sheet_of == here) & (earlier_sheet == there)
        where = "" if here == there else f"“{before.sheet.source}”"
        known = before.sheet.numbers(before.rows[first[both] - begins[there]]).tolist()
        reasons = [f"编号与{where}第 {number} 行重复而内容不同" for number in known]
        intake.rejects.extend(part.rejected(part.rows[later[both] - begins[here]].tolist(), reasons))


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
