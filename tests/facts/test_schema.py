"""The JSON Schema says what the vocabulary says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.facts.sample import SMALL, shipped

from relapse_rules.facts.schema import json_schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema(shipped())


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def test_the_same_vocabulary_gives_the_same_schema(schema):
    assert json.dumps(json_schema(shipped())) == json.dumps(schema)


def test_every_reference_is_defined_and_every_definition_used(schema):
    used = {reference.removeprefix("#/$defs/") for reference in _references(schema)}

    assert used == set(schema["$defs"])


def test_every_field_is_defined_once(schema):
    facts = {spec.fact for entity in shipped().entities for spec in entity.fields}

    assert facts <= set(schema["$defs"])


def test_each_name_of_a_field_is_a_property(schema):
    properties = schema["$defs"]["household"]["properties"]

    reference = {"$ref": "#/$defs/household.is_rural_household"}
    assert properties["is_rural_household"] == reference
    assert properties["是否农户"] == reference
    assert properties["是否农户(农村户籍/实际居住)"] == reference


def test_no_other_property_is_allowed(schema):
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["member"]["additionalProperties"] is False


def test_a_field_tells_supplier_kind_and_whether_it_is_personal(schema):
    field = schema["$defs"]["member.birth_date"]

    assert field["title"] == "出生日期"
    assert field["x-supplied-by"] == "公安"
    assert field["x-kind"] == "原始"
    assert field["x-personal"] is True
    assert field["format"] == "date"


def test_a_judgement_may_carry_its_record(schema):
    choices = schema["$defs"]["household.dibao_eligible"]["anyOf"]

    assert {"type": "null"} in choices
    assert set(choices[-1]["properties"]) == {
        "value",
        "by",
        "at",
        "basis",
        "认定结果",
        "认定单位",
        "认定时间",
        "认定依据",
    }


def test_what_must_be_stated_may_be_stated_under_any_name(schema):
    assert schema["$defs"]["household"]["allOf"] == [
        {"anyOf": [{"required": ["household_id"]}, {"required": ["户编号"]}]}
    ]


def test_employment_stands_under_household_and_member(schema):
    one = {"$ref": "#/$defs/employment"}

    assert schema["$defs"]["household"]["properties"]["employment"] == {"type": "array", "items": one}
    assert schema["$defs"]["member"]["properties"]["就业"] == {
        "anyOf": [one, {"type": "array", "items": one}]
    }


def test_ranges_are_in_the_unit_of_the_field():
    fields = json_schema(SMALL)["$defs"]

    assert (fields["household.share"]["anyOf"][0]) == {"type": "number", "minimum": 0, "maximum": 1}
    assert (fields["household.notice"]["anyOf"][0]) == {"type": "number", "minimum": 5}
