"""Small cases written by hand, and how to ask the oracle one question about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.strategies.vocabulary import DOMAINS, RELATIONS, SINGLE_ROWS, VOCABULARY

from relapse_rules.check import policy as checked
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.reference import Rails, evaluate
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Kind, Type

HOME = "household"
MEMBERS = Relation("member", HOME)
AS_OF = int(datetime(2023, 8, 2, 1, 0, 0, tzinfo=UTC).timestamp())
"""2023-08-02 09:00 in Asia/Shanghai."""

Row = Mapping[str, Value]


def a_case(
    *,
    home: Row | None = None,
    lists: Mapping[str, Sequence[Row]] | None = None,
    not_supplied: Sequence[str] = (),
    references: Mapping[Relation, tuple[int | None, ...]] | None = None,
    as_of: int = AS_OF,
) -> Case:
    """Return a case; facts in a row are ``entity.field``. A list in ``not_supplied`` may still hold a few elements."""
    rows: dict[str, Sequence[Row]] = {
        **dict.fromkeys(DOMAINS, ()),
        "context": ({},),
        HOME: (home or {},),
        **(lists or {}),
    }
    tables = {
        domain: Table(
            entity=domain,
            ids=tuple(f"{domain}[{position}]" for position in range(len(rows[domain]))),
            rows=tuple(rows[domain]),
            complete=domain in SINGLE_ROWS or domain not in not_supplied,
        )
        for domain in DOMAINS
    }
    structural = {
        relation: (0 if relation.reference is None else None,) * len(rows[relation.child])
        for relation in RELATIONS
    }
    return Case(as_of=as_of, tables=tables, links={**structural, **(references or {})})


def truths(
    condition: Condition,
    case: Case,
    *,
    parameters: Sequence[checked.ParameterSpec] = (),
    readings: Mapping[str, str] | None = None,
) -> tuple[bool | None, ...]:
    """Return the truth of ``condition`` for each element of its domain. 解读甲 is taken as 任一 unless said otherwise."""
    definition = checked.TypedDefinition(
        name="问", entity=condition.domain, domain=condition.domain, condition=condition
    )
    policy = checked.TypedPolicy(
        name="问",
        digest="",
        vocabulary=VOCABULARY,
        definitions=(definition,),
        parameters=tuple(parameters),
        readings=(checked.ReadingSpec(name="解读甲", taken="任一", options=("任一", "全部")),),
    )
    return _column(evaluate(policy, case, readings=readings))


def numbers(
    value: Quantity, case: Case, *, parameters: Sequence[checked.ParameterSpec] = ()
) -> tuple[int | None, ...]:
    """Return the number that ``value`` is for each element of its domain."""
    indicator = checked.TypedIndicator(
        name="问", entity=value.domain, domain=value.domain, value=value, type=Type(kind=Kind.INTEGER)
    )
    policy = checked.TypedPolicy(
        name="问", digest="", vocabulary=VOCABULARY, indicators=(indicator,), parameters=tuple(parameters)
    )
    return _column(evaluate(policy, case))


def _column(rails: Rails) -> tuple:
    assert rails.declared["问"] == rails.expressions["问", ()]
    return rails.declared["问"]
