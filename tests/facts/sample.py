"""The shipped vocabulary, a small hand-made one for kinds that it lacks, and cases to start from."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from relapse_rules.check.vocabulary import build_vocabulary
from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.read import read_case
from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import Entity
from relapse_rules.syntax.parse import parse
from relapse_rules.values.types import EnumValue, Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Mutability, Origin, Vocabulary

AS_OF = "2023-08-02T09:00:00+08:00"
AS_OF_SECONDS = 1690938000


@cache
def shipped() -> Vocabulary:
    """Return the vocabulary of policies/vocabulary.policy."""
    path = policies_directory() / "vocabulary.policy"
    file = parse(SourceText(path.name, path.read_text(encoding="utf-8"))).value
    assert file is not None
    checked = build_vocabulary([each for each in file.declarations if isinstance(each, Entity)])
    assert checked.value is not None
    assert not checked.diagnostics
    return checked.value


def minimal(**household: Any) -> dict[str, Any]:
    """Return the smallest case, with more facts of the household."""
    return {"context": {"as_of": AS_OF}, "household": {"household_id": "H1", **household}}


def flood() -> dict[str, Any]:
    """Return a household of two hit by a flood, under English names."""
    return deepcopy(_FLOOD)


def problems(facts: Any, vocabulary: Vocabulary | None = None) -> tuple[FactProblem, ...]:
    """Return what is wrong with ``facts``; nothing when they can be read."""
    try:
        read_case(facts, vocabulary or shipped())
    except FactsError as error:
        return error.problems
    return ()


def read(facts: Any) -> Case:
    """Read ``facts`` with the shipped vocabulary."""
    return read_case(facts, shipped())


_FLOOD: dict[str, Any] = {
    "context": {"as_of": AS_OF, "county_code": "511000", "income_line": 7000},
    "disaster_event": [
        {
            "event_id": "E1",
            "category": "自然灾害",
            "subtype": "洪涝",
            "occurred_at": "2023-08-01T20:00:00+08:00",
        }
    ],
    "department_alert": [],
    "household": {
        "household_id": "H1",
        "household_type": "脱贫户",
        "is_rural_household": True,
        "population": 2,
        "dibao_eligible": {"value": True, "by": "某乡镇", "at": "2023-08-02", "basis": "入户核查"},
        "member": [
            {"person_id": "P1", "birth_date": "1980-05-01", "employment": {"wants_job": True}},
            {"person_id": "P2", "birth_date": "2015-09-01", "employment": []},
        ],
        "housing": [{"wall_collapsed": True, "relocated_at": "未发生"}, {"id": "老屋", "occupied": False}],
        "water": {"quality_ok": None, "fetch_minutes": 20, "litres_per_person_day": 35.5},
        "finance": {"wage_income": 12000.5, "income_plunge": "是"},
        "impact": [{"event_id": "E1", "affected": True, "damage_kinds": ["住房", "饮水"]}],
    },
}


def _spec(entity: str, name: str, english: str, kind: Type, **rest: Any) -> FieldSpec:
    return FieldSpec(entity=entity, name=name, english=english, type=kind, **rest)


SMALL = Vocabulary(
    entities=(
        EntitySpec(
            name="环境",
            english="context",
            parent=None,
            single=True,
            fields=(
                _spec("context", "判定时点", "as_of", Type(kind=Kind.TIME), nullable=False, required=True),
            ),
        ),
        EntitySpec(
            name="户",
            english="household",
            parent="context",
            single=True,
            fields=(
                _spec(
                    "household",
                    "户号",
                    "household_id",
                    Type(kind=Kind.TEXT),
                    nullable=False,
                    is_identifier=True,
                    mutability=Mutability.FIXED,
                ),
                _spec("household", "占比", "share", Type(kind=Kind.RATIO), low=0, high=10_000),
                _spec("household", "期限", "term", Type(kind=Kind.DURATION, unit="年")),
                _spec("household", "公示", "notice", Type(kind=Kind.DURATION, unit="工作日"), low=5),
                _spec(
                    "household",
                    "等级",
                    "grade",
                    Type(kind=Kind.ENUM, values=(EnumValue(name="甲"), EnumValue(name="乙", parent="甲"))),
                    origin=Origin.JUDGEMENT,
                    mutability=Mutability.TO_BE_PROVED,
                    documents=("核查表", "照片"),
                    supplier="乡镇",
                ),
            ),
        ),
        EntitySpec(
            name="人",
            english="member",
            parent="household",
            single=False,
            fields=(
                _spec("member", "人号", "person_id", Type(kind=Kind.TEXT), is_identifier=True, personal=True),
            ),
        ),
        EntitySpec(
            name="证件",
            english="paper",
            parent="member",
            single=False,
            fields=(_spec("paper", "编号", "id", Type(kind=Kind.TEXT), is_identifier=True, positional=True),),
        ),
    )
)
"""Kinds and a depth that the shipped vocabulary does not have."""
