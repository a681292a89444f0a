"""The JSON form: its keys and their order, plain values only, and the same bytes every time."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given
from tests.decisions.sample import (
    AS_OF,
    FLOOD,
    HIT,
    NET,
    YUAN,
    case,
    decide,
    exception,
    happened,
    is_true,
    measure,
    one_day,
    policy,
    setting,
    task,
)
from tests.strategies.cases import renamed
from tests.strategies.effort import COMPILED
from tests.strategies.policies import random_policy_and_case, randoms

from relapse_rules.check import policy as checked

EVERYTHING = policy(
    parameters=(
        checked.ParameterSpec(
            name="低保月标准",
            type=YUAN,
            values=(setting("2023-01-01", None, None, "本地", "由县民政局公布后填写"),),
        ),
    ),
    readings=(checked.ReadingSpec(name="顿号", taken="任一", options=("任一", "全部")),),
    judgements=(
        checked.TypedJudgement(
            name="生产生活严重困难",
            entity="household",
            domain="household",
            finding=is_true("household.hardship"),
            deciders=("乡镇", "村(社区)"),
            cites=("1-03",),
        ),
    ),
    indicators=(NET,),
    measures=(
        measure(
            "纳入最低生活保障",
            "household",
            is_true("household.special"),
            category="落实兜底帮扶",
            force="应当",
            cites=("4.1-02",),
            units=("县民政局", "县财政局"),
            limit=checked.TypedLimit(word="及时"),
            after=("快速认定/公示",),
        ),
    ),
    tasks=(
        task(
            "快速认定/公示",
            "disaster_event",
            is_true("disaster_event.pushed"),
            cites=("3.4-04",),
            units=("村(社区)",),
            after=("快速认定/研判",),
            limit=one_day(),
            done=happened("disaster_event.occurred_at"),
        ),
    ),
    exceptions=(
        exception("先救助后履行程序", "household", is_true("household.hardship"), switches=("某措施",)),
    ),
)
ONE = case(
    {
        "household.rural": True,
        "household.hardship": True,
        "finance.wages": 100,
        "finance.expense": 0,
        "finance.net": 200,
    },
    events={"E1": {**FLOOD["E1"], "disaster_event.pushed": True}},
    impacts=HIT,
)
EXPECTED = {
    "policy": {"name": "示例方案", "digest": "sha256:00", "as_of": "2023-08-02T09:00:00+08:00"},
    "subject": {"entity": "household", "id": "H1"},
    "scope": [{"event": "E1", "category": "自然灾害", "outcome": "yes", "cites": ["1-07", "1.1-01"]}],
    "eligibility": {"outcome": "yes", "cites": ["1-01"]},
    "conclusions": [
        {
            "id": "自然灾害类",
            "target": {"entity": "disaster_event", "id": "E1"},
            "outcome": "yes",
            "cites": ["1.1-01"],
        },
        {
            "id": "事故灾害类",
            "target": {"entity": "disaster_event", "id": "E1"},
            "outcome": "no",
            "cites": ["1.2-01"],
        },
        {
            "id": "属本方案灾种",
            "target": {"entity": "disaster_event", "id": "E1"},
            "outcome": "yes",
            "cites": ["1-07"],
        },
        {
            "id": "纳入监测帮扶",
            "target": {"entity": "household", "id": "H1"},
            "outcome": "yes",
            "cites": ["1-01"],
        },
    ],
    "measures": [
        {
            "id": "纳入最低生活保障",
            "category": "落实兜底帮扶",
            "target": {"entity": "household", "id": "H1"},
            "outcome": "unknown",
            "force": "应当",
            "cites": ["4.1-02"],
            "units": ["县民政局", "县财政局"],
            "units_resolved": ["县民政局", "县财政局"],
            "time_limit": "及时",
            "due": None,
            "after": ["快速认定/公示"],
            "done": "unknown",
            "missing": ["household.special"],
        }
    ],
    "tasks": [
        {
            "id": "快速认定/公示",
            "target": {"entity": "disaster_event", "id": "E1"},
            "outcome": "yes",
            "cites": ["3.4-04"],
            "units": ["村(社区)"],
            "units_resolved": ["村(社区)"],
            "after": ["快速认定/研判"],
            "time_limit": "1天内",
            "start": "2023-08-01T20:00:00+08:00",
            "due": "2023-08-02T20:00:00+08:00",
            "done": "yes",
            "missing": [],
        }
    ],
    "exceptions": [
        {
            "id": "先救助后履行程序",
            "target": {"entity": "household", "id": "H1"},
            "cites": ["2.4-02"],
            "outcome": "yes",
            "changes": ["某措施"],
        }
    ],
    "missing": [{"fact": "household.special", "supplied_by": "乡镇", "decides": 1}],
    "judgements": [
        {
            "id": "生产生活严重困难",
            "target": {"entity": "household", "id": "H1"},
            "by": "乡镇、村(社区)",
            "outcome": "yes",
            "cites": ["1-03"],
        }
    ],
    "readings": [{"id": "顿号", "taken": "任一", "changes": []}],
    "assumptions": [{"parameter": "低保月标准", "value": None, "origin": "本地"}],
    "contradictions": [
        {"fact": "finance.net", "target": {"entity": "finance", "id": "H1"}, "supplied": "2", "derived": "1"}
    ],
}


def test_the_whole_decision_as_json():
    dumped = decide(EVERYTHING, ONE).model_dump(mode="json")

    # Compared as text, so that the order of the keys counts and a text may not be an enumeration's member in disguise.
    assert json.dumps(dumped, ensure_ascii=False, indent=1) == json.dumps(
        EXPECTED, ensure_ascii=False, indent=1
    )


def plain_types(value: object) -> set[type]:
    if isinstance(value, dict):
        return {dict}.union(*(plain_types(part) for pair in value.items() for part in pair))
    if isinstance(value, list):
        return {list}.union(*(plain_types(part) for part in value))
    return {type(value)}


@pytest.mark.parametrize("mode", ["json", "python"])
def test_nothing_but_plain_values(mode):
    assert plain_types(decide(EVERYTHING, ONE).model_dump(mode=mode)) <= {dict, list, str, int, type(None)}


def test_json_text_is_compact_unless_indented():
    decision = decide(EVERYTHING, ONE)

    assert decision.model_dump_json().startswith('{"policy":{"name":"示例方案","digest":')
    assert decision.model_dump_json(indent=2).startswith('{\n  "policy": {\n    "name": "示例方案",\n')
    assert (
        json.loads(decision.model_dump_json(indent=2)) == json.loads(decision.model_dump_json()) == EXPECTED
    )


def test_as_of_is_told_in_the_countys_time():
    late = case(as_of=AS_OF + 15 * 3600 - 1)

    assert decide(policy(), late).policy.as_of == "2023-08-02T23:59:59+08:00"


@COMPILED
@given(rng=randoms())
def test_the_same_facts_give_the_same_bytes(rng):
    """Also when they come in another order of keys, and the policy is compiled anew."""
    drawn, given_case = random_policy_and_case(rng)
    turned = type(given_case)(
        as_of=given_case.as_of,
        tables={
            name: type(table)(
                entity=table.entity,
                ids=table.ids,
                rows=tuple(dict(reversed(row.items())) for row in table.rows),
                complete=table.complete,
            )
            for name, table in reversed(given_case.tables.items())
        },
        links=dict(reversed(given_case.links.items())),
    )

    assert decide(drawn, turned).model_dump_json() == decide(drawn, given_case).model_dump_json()


@COMPILED
@given(rng=randoms())
def test_a_decision_survives_being_sent_elsewhere(rng):
    decision = decide(*random_policy_and_case(rng))

    assert pickle.loads(pickle.dumps(decision)) == decision


@COMPILED
@given(rng=randoms())
def test_names_of_elements_change_nothing_but_themselves(rng):
    drawn, given_case = random_policy_and_case(rng)

    told, otherwise = decide(drawn, given_case), decide(drawn, renamed(given_case))

    def without_names(elements):
        return [element._replace(target=element.target.entity) for element in elements]

    assert without_names(told.measures) == without_names(otherwise.measures)
    assert without_names(told.tasks) == without_names(otherwise.tasks)
    assert told.missing == otherwise.missing
