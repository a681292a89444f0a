"""The vocabulary that ships with the package: it parses, and holds the whole fact model."""

import re
from collections import Counter

import pytest

from relapse_rules import resources
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import Entity, Field, Origin
from relapse_rules.syntax.parse import parse
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Mutability

# English name of each entity -> Chinese name, parent, one or many, fields of the fact model, fields added to it.
ENTITIES = {
    "context": ("政策上下文", None, "one", 12, 0),
    "disaster_event": ("灾害事件", "政策上下文", "many", 13, 0),
    "department_alert": ("部门预警/推送", "政策上下文", "many", 8, 0),
    "household": ("农户", "政策上下文", "one", 32, 1),
    "member": ("家庭成员", "农户", "many", 19, 0),
    "housing": ("住房", "农户", "many", 16, 1),
    "water": ("饮水", "农户", "one", 13, 0),
    "finance": ("收支", "农户", "one", 17, 0),
    "production": ("生产", "农户", "many", 10, 1),
    "employment": ("就业", "农户", "many", 9, 2),
    "loan": ("小额信贷", "农户", "many", 11, 1),
    "insurance": ("保险", "农户", "many", 8, 1),
    "impact": ("受灾影响", "农户", "many", 10, 1),
    "assistance": ("帮扶/救助记录", "农户", "many", 15, 1),
    "project": ("衔接资金项目", "政策上下文", "many", 7, 1),
    "procedure_event": ("程序事件", "农户", "many", 7, 1),
    "accountability_case": ("问责事项", "政策上下文", "many", 7, 1),
}


@pytest.fixture(scope="module")
def entities() -> dict[str, Entity]:
    (path,) = resources.policies_directory().rglob("vocabulary.policy")
    checked = parse(SourceText("vocabulary.policy", path.read_text(encoding="utf-8")))
    assert checked.diagnostics == ()
    assert checked.value is not None
    found = [declared for declared in checked.value.declarations if isinstance(declared, Entity)]
    assert len(found) == len(checked.value.declarations)
    return {entity.english.text: entity for entity in found}


@pytest.fixture(scope="module")
def fields(entities) -> dict[str, Field]:
    return {
        f"{name}.{field.english.text}": field for name, entity in entities.items() for field in entity.fields
    }


def test_the_entities_are_those_of_the_fact_model_in_its_order(entities):
    found = {
        name: (
            entity.name.text,
            entity.parent.text if entity.parent else None,
            "one" if entity.single else "many",
        )
        for name, entity in entities.items()
    }
    assert list(found.items()) == [(name, expected[:3]) for name, expected in ENTITIES.items()]


def test_each_entity_has_its_fields_and_no_other(entities):
    found = {name: len(entity.fields) for name, entity in entities.items()}
    assert found == {name: given + added for name, (*_, given, added) in ENTITIES.items()}


def test_the_fact_model_has_214_fields_to_which_12_are_added(fields):
    assert sum(given for *_, given, _ in ENTITIES.values()) == 214
    assert len(fields) == 226


def test_officers_read_in_chinese_who_supplies_a_fact(fields):
    told = {key: field.supplier.value for key, field in fields.items() if field.supplier is not None}

    assert {key: text for key, text in told.items() if re.search("[a-z]{3}", text)} == {}


def test_no_name_or_alias_stands_for_two_fields_of_one_entity(entities):
    for entity in entities.values():
        names = Counter(name.text for field in entity.fields for name in (field.name, *field.aliases))
        assert names.most_common(1)[0][1] == 1


def test_only_the_time_of_decision_is_required_besides_the_ids(fields):
    required = {name for name, field in fields.items() if field.required}
    identifiers = {name for name, field in fields.items() if field.is_identifier and not field.positional}

    assert required == {"context.as_of"}
    assert identifiers == {
        "disaster_event.event_id",
        "department_alert.alert_id",
        "household.household_id",
        "member.person_id",
    }


def test_an_element_without_an_id_of_its_own_may_be_given_one(fields):
    positional = {name for name, field in fields.items() if field.positional}
    assert positional == {
        f"{entity}.id"
        for entity in (
            "housing",
            "production",
            "employment",
            "loan",
            "insurance",
            "impact",
            "assistance",
            "project",
            "procedure_event",
            "accountability_case",
        )
    }
    assert all(fields[name].is_identifier for name in positional)


def test_every_field_says_who_supplies_it(fields):
    assert [
        name for name, field in fields.items() if field.supplier is None or not field.supplier.value
    ] == []


@pytest.mark.parametrize(("origin", "count"), [(Origin.JUDGEMENT, 38), (Origin.DERIVED, 8)])
def test_judged_and_derived_fields_are_marked(fields, origin, count):
    """37 judged fields of the fact model and 各县级部门无法解决 of the household; eight that rules derive."""
    assert sum(field.origin is origin for field in fields.values()) == count


@pytest.mark.parametrize(
    "name", ["household.monitor_category", "member.disability_level", "member.disability_type"]
)
def test_none_can_be_stated_where_null_means_unknown(fields, name):
    assert "无" in {value.name.text for value in fields[name].type.values}
    assert fields[name].nullable


@pytest.mark.parametrize(
    "name",
    [
        "department_alert.department",
        "department_alert.recipient",
        "household.needs_identified",
        "member.relation_to_head",
        "member.student_status",
        "member.dropout_reason",
        "procedure_event.actor",
        "accountability_case.unit",
    ],
)
def test_enumerations_that_the_fact_model_leaves_open_accept_other_text(fields, name):
    assert fields[name].type.is_open
    assert fields[name].type.values


def test_no_other_enumeration_is_open(fields):
    assert sum(field.type.is_open for field in fields.values()) == 8


@pytest.mark.parametrize(
    ("kind", "broader"),
    [
        ("洪涝", "水旱灾害"),
        ("干旱", "水旱灾害"),
        ("台风", "气象灾害"),
        ("风雹", "气象灾害"),
        ("低温冷冻", "气象灾害"),
        ("雪灾", "气象灾害"),
        ("沙尘暴", "气象灾害"),
        ("地震", "地震灾害"),
        ("崩塌", "地质灾害"),
        ("滑坡", "地质灾害"),
        ("泥石流", "地质灾害"),
        ("水旱灾害", None),
        ("森林火灾", None),
        ("森林草原火灾", None),
        ("草原火灾", None),
        ("海洋灾害", None),
        ("动物疫情", None),
        ("其他", None),
    ],
)
def test_statistical_kinds_of_disaster_belong_to_the_kinds_that_the_plan_names(fields, kind, broader):
    """森林草原火灾, 草原火灾 and 海洋灾害 stand alone: the plan names none of them, so a human decides (1.1-02)."""
    parents = {
        value.name.text: value.parent.text if value.parent else None
        for value in fields["disaster_event.subtype"].type.values
    }
    assert parents[kind] == broader


def test_incomes_may_be_negative_only_where_a_business_can_lose_money(fields):
    signed = {
        name
        for name, field in fields.items()
        if field.type.kind is Kind.MONEY and (field.range is None or field.range.low is None)
    }
    assert signed == {
        "finance.business_income",
        "finance.net_income",
        "finance.per_capita_net_income",
        "finance.prior_net_income",
    }


@pytest.mark.parametrize(
    "name",
    ["household.household_id", "household.helper_person", "member.person_id", "member.birth_date"],
)
def test_what_identifies_a_person_is_marked_personal(fields, name):
    assert fields[name].personal


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("member.birth_date", Mutability.FIXED),
        ("disaster_event.category", Mutability.FIXED),
        ("disaster_event.occurred_at", Mutability.FIXED),
        ("household.village_code", Mutability.FIXED),
        ("finance.prior_net_income", Mutability.FIXED),
        ("member.disability_level", Mutability.TO_BE_PROVED),
        ("member.health_status", Mutability.TO_BE_PROVED),
        ("household.risk_types", Mutability.TO_BE_PROVED),
        ("housing.damage_degree", Mutability.TO_BE_PROVED),
        ("housing.appraisal_grade", Mutability.TO_BE_PROVED),
        ("finance.wage_income", None),
        ("household.monitor_category", None),
        ("housing.retrofit_enrolled", None),
    ],
)
def test_fields_that_cannot_simply_become_otherwise_are_marked(fields, name, mark):
    assert fields[name].mutability is mark


def test_a_mark_is_written_only_where_it_is_not_the_usual_one(fields):
    assert [
        name
        for name, field in fields.items()
        if field.mutability is Mutability.CHANGEABLE
        or (field.mutability is Mutability.TO_BE_PROVED and field.origin is Origin.JUDGEMENT)
        or (
            field.mutability is Mutability.FIXED
            and (field.is_identifier or field.type.kind is Kind.REFERENCE)
        )
    ] == []
