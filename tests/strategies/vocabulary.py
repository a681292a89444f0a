"""One fixed vocabulary with every kind of field, every kind of tie between entities, and derived fields; small, for generated policies."""

from __future__ import annotations

from relapse_rules.values.relations import Relation
from relapse_rules.values.types import EnumValue, Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Origin, Vocabulary

ROOT = "context"

_DISASTERS = (
    EnumValue(name="自然灾害"),
    EnumValue(name="水旱灾害", parent="自然灾害"),
    EnumValue(name="洪涝", parent="水旱灾害"),
    EnumValue(name="干旱", parent="水旱灾害"),
    EnumValue(name="地震", parent="自然灾害"),
    EnumValue(name="其他"),
)
_GRADES = (
    EnumValue(name="危房"),
    EnumValue(name="C", parent="危房"),
    EnumValue(name="D", parent="危房"),
    EnumValue(name="B"),
)

BOOLEAN = Type(kind=Kind.CONDITION)
INTEGER = Type(kind=Kind.INTEGER)
MONEY = Type(kind=Kind.MONEY, unit="元")
DECIMAL = Type(kind=Kind.DECIMAL, unit="升")
DATE = Type(kind=Kind.DATE)
TIME = Type(kind=Kind.TIME)
DURATION = Type(kind=Kind.DURATION, unit="小时")
TEXT = Type(kind=Kind.TEXT)
DISASTER = Type(kind=Kind.ENUM, values=_DISASTERS)
DISASTERS = Type(kind=Kind.SET, values=_DISASTERS)
GRADE = Type(kind=Kind.ENUM, values=_GRADES)
OPEN_NEEDS = Type(kind=Kind.SET, values=(EnumValue(name="住房"), EnumValue(name="饮水")), is_open=True)
CODES = Type(kind=Kind.SET, item=Kind.AREA_CODE)


def _entity(
    english: str,
    parent: str | None,
    fields: dict[str, Type],
    *,
    single: bool = False,
    derived: tuple[str, ...] = (),
) -> EntitySpec:
    specs = tuple(
        FieldSpec(
            entity=english,
            name=f"{english}·{name}",
            english=name,
            type=kind,
            origin=Origin.DERIVED
            if name in derived
            else Origin.JUDGEMENT
            if name.startswith("judged")
            else Origin.RAW,
        )
        for name, kind in fields.items()
    )
    return EntitySpec(name=f"实体·{english}", english=english, parent=parent, single=single, fields=specs)


def _reference(entity: str) -> Type:
    return Type(kind=Kind.REFERENCE, entity=entity)


VOCABULARY = Vocabulary(
    entities=(
        _entity("context", None, {"emergency": BOOLEAN, "level": INTEGER, "declared_at": TIME}, single=True),
        _entity(
            "disaster_event",
            "context",
            {
                "subtype": DISASTER,
                "occurred_at": TIME,
                "ended_on": DATE,
                "areas": CODES,
                "deaths": INTEGER,
                "major": BOOLEAN,
            },
            derived=("major",),
        ),
        _entity(
            "department_alert",
            "context",
            {"event": _reference("disaster_event"), "sent_at": TIME, "urgent": BOOLEAN},
        ),
        _entity(
            "household",
            "context",
            {
                "dibao": BOOLEAN,
                "kind": Type(
                    kind=Kind.ENUM,
                    values=(EnumValue(name="脱贫户"), EnumValue(name="监测户"), EnumValue(name="一般农户")),
                ),
                "judged_hardship": Type(
                    kind=Kind.ENUM, values=(EnumValue(name="严重"), EnumValue(name="一般"))
                ),
                "judged_able": BOOLEAN,
                "risks": DISASTERS,
                "population": INTEGER,
                "income": MONEY,
                "included_on": DATE,
                "moved_at": TIME,
                "waited": DURATION,
                "poor": BOOLEAN,
                "per_head": MONEY,
            },
            single=True,
            derived=("poor", "per_head"),
        ),
        _entity(
            "water",
            "household",
            {"safe": BOOLEAN, "litres": DECIMAL, "cost": MONEY, "short": BOOLEAN},
            single=True,
            derived=("cost", "short"),
        ),
        _entity(
            "member",
            "household",
            {
                "born_on": DATE,
                "sick": BOOLEAN,
                "wage": MONEY,
                "needs": OPEN_NEEDS,
                "able": BOOLEAN,
                "share": MONEY,
            },
            derived=("able", "share"),
        ),
        _entity(
            "employment",
            "household",
            {
                "person": _reference("member"),
                "wage": MONEY,
                "since": DATE,
                "months": INTEGER,
                "stopped_at": TIME,
            },
        ),
        _entity(
            "impact",
            "household",
            {"event": _reference("disaster_event"), "affected": BOOLEAN, "loss": MONEY, "damage": DISASTERS},
        ),
        _entity("loan", "household", {"amount": MONEY, "due_on": DATE, "bank": TEXT, "overdue": DURATION}),
        _entity(
            "housing",
            "household",
            {"grade": GRADE, "area": DECIMAL, "moved_at": TIME, "unsafe": BOOLEAN},
            derived=("unsafe",),
        ),
    )
)

DOMAINS = tuple(
    entity.english for entity in VOCABULARY.entities if VOCABULARY.domain(entity.english) == entity.english
)
SINGLE_ROWS = frozenset({"context", "household"})

RELATIONS = (
    *(Relation(entity, VOCABULARY.by_english[entity].parent or ROOT) for entity in DOMAINS if entity != ROOT),
    Relation("department_alert", "disaster_event", "event"),
    Relation("employment", "member", "person"),
    Relation("impact", "disaster_event", "event"),
)

FIELDS: dict[str, tuple[FieldSpec, ...]] = {
    domain: tuple(
        spec
        for entity in VOCABULARY.entities
        if VOCABULARY.domain(entity.english) == domain
        for spec in entity.fields
    )
    for domain in DOMAINS
}
"""Fields by the domain whose rows hold them."""
