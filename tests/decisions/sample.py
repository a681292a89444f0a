"""A small vocabulary and a small policy with one of everything, written as the checker would hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.decisions import Concluder, Decision, changed_by_readings
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.lowering import lower
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import EnumValue, Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Origin, Vocabulary

CONDITION = Type(kind=Kind.CONDITION)
TEXT = Type(kind=Kind.TEXT)
TIME = Type(kind=Kind.TIME)
DATE = Type(kind=Kind.DATE)
CODE = Type(kind=Kind.AREA_CODE)
YUAN = Type(kind=Kind.MONEY, unit="元")
CATEGORY = Type(
    kind=Kind.ENUM, values=(EnumValue(name="自然灾害"), EnumValue(name="事故灾害"), EnumValue(name="其他"))
)


def entity(english: str, parent: str | None, *fields: FieldSpec, single: bool = False) -> EntitySpec:
    return EntitySpec(name=english, english=english, parent=parent, single=single, fields=fields)


def field(fact: str, kind: Type, supplier: str, **more: bool) -> FieldSpec:
    owner, _, name = fact.partition(".")
    origin = Origin.DERIVED if more.pop("derived", False) else Origin.RAW
    return FieldSpec(
        entity=owner, name=name, english=name, type=kind, supplier=supplier, origin=origin, **more
    )


VOCABULARY = Vocabulary(
    entities=(
        entity(
            "context",
            None,
            field("context.as_of", TIME, "引擎调用方"),
            field("context.county_code", CODE, "配置"),
            field("context.fund", CONDITION, "县财政局"),
            single=True,
        ),
        entity(
            "disaster_event",
            "context",
            field("disaster_event.event_id", TEXT, "县应急管理局", is_identifier=True),
            field("disaster_event.category", CATEGORY, "县应急管理局"),
            field("disaster_event.occurred_at", TIME, "县应急管理局"),
            field("disaster_event.pushed", CONDITION, "各部门"),
        ),
        entity(
            "household",
            "context",
            field("household.household_id", TEXT, "全国系统", is_identifier=True),
            field("household.township_code", CODE, "乡镇"),
            field("household.rural", CONDITION, "村(社区)"),
            field("household.hardship", CONDITION, "乡镇"),
            field("household.special", CONDITION, "乡镇"),
            field("household.poor", CONDITION, "引擎", derived=True),
            single=True,
        ),
        entity(
            "water",
            "household",
            field("water.polluted", CONDITION, "县水务局"),
            single=True,
        ),
        entity(
            "finance",
            "household",
            field("finance.wages", YUAN, "入户核查"),
            field("finance.expense", YUAN, "入户核查"),
            field("finance.net", YUAN, "引擎", derived=True),
            single=True,
        ),
        entity(
            "member",
            "household",
            field("member.person_id", TEXT, "全国系统", is_identifier=True),
            field("member.sick", CONDITION, "县医保局"),
            field("member.treated_at", TIME, "县医保局"),
        ),
        entity(
            "impact",
            "household",
            field("impact.event_id", Type(kind=Kind.REFERENCE, entity="disaster_event"), "村/乡"),
            field("impact.affected", CONDITION, "村/乡"),
        ),
    )
)

IMPACTS = Relation("impact", "household")
IMPACT_EVENT = Relation("impact", "disaster_event", "event_id")
EVENTS = Relation("disaster_event", "context")
MEMBERS = Relation("member", "household")
HOUSEHOLDS = Relation("household", "context")


# --- expressions ----------------------------------------------------------------------------------


def is_true(fact: str) -> typed.FieldTest:
    return typed.FieldTest(
        domain=VOCABULARY.domain(fact.partition(".")[0]), fact=fact, kind=typed.TestKind.TRUE
    )


def is_one_of(fact: str, *values: str) -> typed.FieldTest:
    return replace(is_true(fact), kind=typed.TestKind.IS, values=values)


def happened(fact: str) -> typed.FieldTest:
    return replace(is_true(fact), kind=typed.TestKind.HAPPENED)


def every(*operands: typed.Condition) -> typed.AllOf:
    return typed.AllOf(domain=operands[0].domain, operands=operands)


def some(*operands: typed.Condition) -> typed.AnyOf:
    return typed.AnyOf(domain=operands[0].domain, operands=operands)


def no(operand: typed.Condition) -> typed.Negation:
    return typed.Negation(domain=operand.domain, operand=operand)


def named(domain: str, name: str) -> typed.Named:
    return typed.Named(domain=domain, name=name)


def number(fact: str) -> typed.NumberField:
    return typed.NumberField(domain=VOCABULARY.domain(fact.partition(".")[0]), fact=fact)


AFFECTED = typed.Quantified(
    domain="household",
    kind=typed.Quantification.EXISTS,
    relation=IMPACTS,
    condition=every(
        is_true("impact.affected"),
        typed.Lifted(domain="impact", relation=IMPACT_EVENT, operand=named("disaster_event", "属本方案灾种")),
    ),
)

# --- declarations ---------------------------------------------------------------------------------


def definition(name: str, about: str, condition: typed.Condition, *cites: str, derives: str | None = None):
    return checked.TypedDefinition(
        name=name,
        entity=about,
        domain=VOCABULARY.domain(about),
        condition=condition,
        cites=cites,
        derives=derives,
    )


def measure(name: str, about: str, condition: typed.Condition, **more) -> checked.TypedMeasure:
    return checked.TypedMeasure(
        name=name,
        entity=about,
        domain=VOCABULARY.domain(about),
        condition=condition,
        outcome=more.pop("outcome", condition),
        **{"category": "帮扶", "cites": ("4.1-01",), **more},
    )


def task(name: str, about: str, condition: typed.Condition, **more) -> checked.TypedTask:
    return checked.TypedTask(
        name=name,
        entity=about,
        domain=VOCABULARY.domain(about),
        condition=condition,
        outcome=more.pop("outcome", condition),
        **{"cites": ("3.1-03",), **more},
    )


def exception(name: str, about: str, condition: typed.Condition, **more) -> checked.TypedException:
    return checked.TypedException(
        name=name,
        entity=about,
        domain=VOCABULARY.domain(about),
        condition=condition,
        outcome=condition,
        **{"cites": ("2.4-02",), **more},
    )


def one_day(**more) -> checked.TypedLimit:
    return checked.TypedLimit(
        **{
            "word": "1天内",
            "start": number("disaster_event.occurred_at"),
            "within": 86_400,
            "within_unit": "天",
            **more,
        }
    )


def setting(
    since: str, value: int | None, text: str | None, source: str, origin: str = ""
) -> checked.ParameterValue:
    day = date.fromisoformat(since).toordinal()
    return checked.ParameterValue(since=day, value=value, text=text, source=source, origin=origin)


SCOPE = (
    definition("自然灾害类", "disaster_event", is_one_of("disaster_event.category", "自然灾害"), "1.1-01"),
    definition("事故灾害类", "disaster_event", is_one_of("disaster_event.category", "事故灾害"), "1.2-01"),
    definition(
        "属本方案灾种",
        "disaster_event",
        some(named("disaster_event", "自然灾害类"), named("disaster_event", "事故灾害类")),
        "1-07",
    ),
)
ELIGIBLE = definition("纳入监测帮扶", "household", every(is_true("household.rural"), AFFECTED), "1-01")


def policy(**parts) -> checked.TypedPolicy:
    """A policy of ``parts``, with 适用范围 and 资格 unless its definitions are given."""
    return checked.TypedPolicy(
        **{
            "name": "示例方案",
            "digest": "sha256:00",
            "vocabulary": VOCABULARY,
            "scope": "属本方案灾种",
            "eligibility": "纳入监测帮扶",
            "definitions": (*SCOPE, ELIGIBLE),
            **parts,
        }
    )


# --- cases ----------------------------------------------------------------------------------------

Rows = Mapping[str, Mapping[str, Value]]


def moment(text: str) -> int:
    """Seconds of a moment in Asia/Shanghai."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp())


AS_OF = moment("2023-08-02T09:00:00")


def case(
    household: Mapping[str, Value] | None = None,
    *,
    events: Rows | None = None,
    members: Rows | None = None,
    impacts: Rows | None = None,
    context: Mapping[str, Value] | None = None,
    as_of: int = AS_OF,
) -> Case:
    """A case; a list that is None was not supplied. An impact's ``impact.event_id`` names an event, and is a link only."""
    tables = {
        "context": Table(entity="context", ids=("context",), rows=(context or {},)),
        "household": Table(entity="household", ids=("H1",), rows=(household or {},)),
        "disaster_event": listed("disaster_event", events),
        "member": listed("member", members),
        "impact": listed("impact", impacts),
    }
    places = {name: place for place, name in enumerate(tables["disaster_event"].ids)}
    links = {
        HOUSEHOLDS: (0,),
        EVENTS: (0,) * len(tables["disaster_event"].ids),
        MEMBERS: (0,) * len(tables["member"].ids),
        IMPACTS: (0,) * len(tables["impact"].ids),
        IMPACT_EVENT: tuple(places.get(str(row.get("impact.event_id"))) for row in tables["impact"].rows),
    }
    return Case(as_of=as_of, tables=tables, links=links)


def listed(name: str, rows: Rows | None) -> Table:
    return Table(
        entity=name, ids=tuple(rows or ()), rows=tuple((rows or {}).values()), complete=rows is not None
    )


FLOOD = {
    "E1": {"disaster_event.category": "自然灾害", "disaster_event.occurred_at": moment("2023-08-01T20:00:00")}
}
HIT = {"I1": {"impact.event_id": "E1", "impact.affected": True}}


def decide(policy: checked.TypedPolicy, case: Case, readings: Mapping[str, str] | None = None) -> Decision:
    program = lower(policy)
    evaluator = compile_program(program)
    rails = evaluator.run(case, readings)
    changes = changed_by_readings(evaluator, rails, case, readings)
    return Concluder(program).conclude(rails, case, reading_changes=changes, readings=readings)


NET = checked.TypedIndicator(
    name="家庭纯收入值",
    entity="finance",
    domain="household",
    value=typed.Calculated(
        domain="household",
        operation=typed.Calculation.SUBTRACT,
        left=number("finance.wages"),
        right=number("finance.expense"),
    ),
    type=YUAN,
    derives="finance.net",
)
BELOW_LINE = typed.NumberCompare(
    domain="household",
    operator=Comparison.LESS,
    left=typed.NamedNumber(domain="household", name="家庭纯收入值"),
    right=typed.LiftedNumber(
        domain="household",
        relation=HOUSEHOLDS,
        operand=typed.NumberParameter(domain="context", name="收入线"),
    ),
)
