"""A case written out: as the facts file that states it, and as the 用例 that an officer reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.shape import AS_OF
from relapse_rules.facts.stated import NEVER_TEXT, number_scale
from relapse_rules.syntax.format_expressions import is_plain
from relapse_rules.values.literals import iso_time, text_of
from relapse_rules.values.types import NEVER, Kind
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

_MONTHS: Final = 12
_INDENT: Final = "  "

Expected = tuple[str, str | None, str]
"""(declaration, element or None, 是 否 or 未知)."""


def stated_facts(case: Case, vocabulary: Vocabulary) -> dict[str, object]:
    """Return the facts file (English keys) that states ``case``; reading it gives the same case.

    A list that is not complete is left out, with whatever elements it has.
    """
    root = next(entity for entity in vocabulary.entities if entity.parent is None)
    found: dict[str, object] = {}
    for entity in vocabulary.entities:
        if entity is root or entity.parent == root.english:
            if entity.single:
                found[entity.english] = _object(case, vocabulary, entity, 0)
            elif case.tables[entity.english].complete:
                found[entity.english] = _list(case, vocabulary, entity, 0)
    return found


def as_json(facts: dict[str, object]) -> object:
    """Return a facts file with its decimals as text, as JSON can hold them exactly."""
    return json.loads(json.dumps(facts, default=str))


def _object(case: Case, vocabulary: Vocabulary, entity: EntitySpec, lane: int) -> dict[str, object]:
    """Return the fields of the element in a lane of an entity's domain, with what hangs under it."""
    row = case.tables[vocabulary.domain(entity.english)].rows[lane]
    found: dict[str, object] = {
        spec.english: stated_value(spec, row[spec.fact]) for spec in entity.fields if spec.fact in row
    }
    if entity.parent is None:
        return found
    for child in vocabulary.entities:
        if child.parent != entity.english:
            continue
        if child.single:
            own = _object(case, vocabulary, child, lane)
            if own:
                found[child.english] = own
        elif case.tables[child.english].complete:
            found[child.english] = _list(case, vocabulary, child, lane)
    return found


def _list(case: Case, vocabulary: Vocabulary, entity: EntitySpec, parent: int) -> list[object]:
    return [
        _object(case, vocabulary, entity, lane)
        for lane, above in enumerate(_parents(case, entity))
        if above == parent
    ]


def _parents(case: Case, entity: EntitySpec) -> tuple[int | None, ...]:
    for relation, parents in case.links.items():
        if relation.child == entity.english and relation.reference is None:
            return parents
    return (0,) * len(case.tables[entity.english].rows)


def stated_value(spec: FieldSpec, value: Value) -> object:
    """Return how a facts file states a value of ``spec``."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, bool | str):
        return value
    if value == NEVER:
        return NEVER_TEXT
    match spec.type.kind:
        case Kind.DATE:
            return text_of(value, spec.type)
        case Kind.TIME:
            return iso_time(value)
        case Kind.YEAR_MONTH:
            return f"{value // _MONTHS:04}{value % _MONTHS + 1:02}"
        case _:
            whole, rest = divmod(value, number_scale(spec))
            return Decimal(value) / number_scale(spec) if rest else whole


# --- 用例 -----------------------------------------------------------------------------------------


def case_text(
    name: str,
    case: Case,
    vocabulary: Vocabulary,
    expected: Iterable[Expected],
    *,
    cites: Iterable[str] = (),
    note: str = "",
) -> str:
    """Return the 用例 that gives the facts of ``case`` and expects the outcomes ``expected``, as a policy file holds it.

    ``note``: a comment on its first line.
    """
    lines = [f"用例 {name}{f'    # {note}' if note else ''}"]
    listed = "、".join(cites)
    if listed:
        lines.append(f"{_INDENT}依据 {listed}")
    lines.append(f"{_INDENT}给定")
    lines.extend(f"{_INDENT * 2}{line}" for line in given_lines(case, vocabulary))
    lines.append(f"{_INDENT}期望")
    for declaration, target, outcome in expected:
        about = "" if target is None else f" 对 {_name(target)}"
        lines.append(f"{_INDENT * 2}{declaration}{about} 为 {outcome}")
    return "\n".join(lines) + "\n"


def given_lines(case: Case, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what ``case`` states, a line for 判定时点 and for each element, as a 用例 gives it."""
    for entity in vocabulary.entities:
        table = case.tables[vocabulary.domain(entity.english)]
        if entity.parent is None:
            yield from _context(entity, table)
        elif entity.single:
            values = _values(entity, table.rows[0])
            if values or entity.english == vocabulary.domain(entity.english):
                yield f"{_head(entity.name)}{_id(entity, table, 0)}: {values}"
        elif table.complete and not table.rows:
            yield f"{_head(entity.name)} 没有"
        elif table.complete:
            for lane, row in enumerate(table.rows):
                yield f"{_head(entity.name)}{_id(entity, table, lane)}: {_values(entity, row)}"


def _context(entity: EntitySpec, table: Table) -> Iterator[str]:
    row = table.rows[0]
    for spec in sorted(entity.fields, key=lambda spec: spec.english != AS_OF):
        if spec.fact in row:
            yield f"{_head(spec.name)} 为 {_written(spec, row[spec.fact])}"


def _id(entity: EntitySpec, table: Table, lane: int) -> str:
    identifier = entity.identifier
    stated = None if identifier is None else table.rows[lane].get(identifier.fact)
    return "" if stated is None else f" {_name(str(stated))}"


def _values(entity: EntitySpec, row: Mapping[str, Value]) -> str:
    return "、".join(
        f"{_head(spec.name)} 为 {_written(spec, row[spec.fact])}"
        for spec in entity.fields
        if spec.fact in row and not spec.is_identifier
    )


def _written(spec: FieldSpec, value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, frozenset):
        return "{" + "、".join(_name(each) for each in sorted(value)) + "}"
    if isinstance(value, str):
        return f'"{value}"' if spec.type.kind in _TEXTS else _name(value)
    return text_of(value, spec.type)


_TEXTS: Final = frozenset({Kind.TEXT, Kind.AREA_CODE, Kind.REFERENCE})


def _head(name: str) -> str:
    """Return the name of an entity or a field as policies write it: 「帮扶/救助记录」."""
    return name if is_plain(name) else f"「{name}」"


def _name(text: str) -> str:
    """Return a name as policies write it: in corner brackets where it is not a plain word."""
    plain = text.isidentifier() and not text[0].isdigit()
    return text if plain else f"「{text}」"
