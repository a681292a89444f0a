"""Decision logs say how decisions came out and nothing about the household."""

from __future__ import annotations

import io
import json
import logging
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from relapse_rules import FactsError, load_plan
from relapse_rules.audit.log import DecisionLog, logged
from relapse_rules.audit.telemetry import traced

FACTS = Path("examples/01-flood-dibao.json").read_text("utf-8")


@pytest.fixture(scope="module")
def plan():
    return load_plan()


def test_a_line_tells_how_a_decision_came_out(plan):
    out = io.StringIO()
    ticks = iter([1_000, 5_900_000])
    policy = logged(
        plan,
        DecisionLog(out, plan.vocabulary),
        timer=lambda: next(ticks),
        clock=lambda: "2026-11-25T09:00:00+08:00",
    )

    decision = policy.decide(FACTS)

    assert decision == plan.decide(FACTS)
    assert out.getvalue().count("\n") == 1
    line = json.loads(out.getvalue())
    assert line == {
        "event": "decided",
        "format": 1,
        "at": "2026-11-25T09:00:00+08:00",
        "duration_us": 5899,
        "policy": {"name": plan.name, "digest": plan.digest, "as_of": "2023-08-02T18:00:00+08:00"},
        "subject": {"entity": "household", "id": "（个人信息）"},
        "eligibility": "yes",
        "measures": line["measures"],
        "tasks": line["tasks"],
        "missing": len(decision.missing),
        "contradictions": 0,
    }
    assert line["measures"]["yes"] == len(decision.measures_with("yes"))
    assert sum(line["tasks"].values()) == len(decision.tasks)


def test_a_line_has_only_what_the_caller_gives(plan):
    lines: list[str] = []

    DecisionLog(lines.append).decided(plan.decide(FACTS), id="7")

    line = json.loads(lines[0])
    assert line["id"] == "7"
    assert line["subject"]["id"] == "（个人信息）"
    assert not {"at", "duration_us"} & line.keys()


def test_a_subject_that_is_not_personal_is_named(plan):
    entities = tuple(
        replace(entity, fields=tuple(replace(spec, personal=False) for spec in entity.fields))
        for entity in plan.vocabulary.entities
    )
    lines: list[str] = []

    DecisionLog(lines.append, replace(plan.vocabulary, entities=entities)).decided(plan.decide(FACTS))

    assert json.loads(lines[0])["subject"]["id"] == "H1"


def test_refused_facts_are_logged_by_place_alone(plan):
    lines: list[str] = []
    facts = json.loads(FACTS)
    facts["household"]["member"][0]["birth_date"] = "1950-13-45"
    policy = logged(plan, DecisionLog(lines.append))

    with pytest.raises(FactsError):
        policy.decide(facts)

    line = json.loads(lines[0])
    assert (line["event"], line["problems"], line["places"]) == (
        "refused",
        1,
        ["household.member[0].birth_date"],
    )
    assert "1950" not in lines[0]


def test_a_logger_gets_the_lines(plan, caplog):
    with caplog.at_level(logging.INFO, "relapse"):
        DecisionLog(logging.getLogger("relapse")).decided(plan.decide(FACTS))

    assert json.loads(caplog.messages[0])["event"] == "decided"


def test_a_logged_policy_is_the_policy_otherwise(plan):
    assert logged(plan, DecisionLog(print)).digest == plan.digest


class Span:
    def __init__(self):
        self.attributes = {}

    def set_attribute(self, name, value):
        self.attributes[name] = value


def fake_telemetry(spans: dict[str, Span]) -> ModuleType:
    class Tracer:
        @contextmanager
        def start_as_current_span(self, name):
            spans[name] = Span()
            yield spans[name]

    module = ModuleType("opentelemetry")
    module.trace = ModuleType("opentelemetry.trace")
    module.trace.get_tracer = lambda name: Tracer()
    return module


def test_decisions_are_spans_where_the_host_has_opentelemetry(plan, monkeypatch):
    spans: dict[str, Span] = {}
    monkeypatch.setitem(sys.modules, "opentelemetry", fake_telemetry(spans))

    policy = traced(plan)

    assert policy.decide(FACTS) == plan.decide(FACTS)
    assert policy.name == plan.name
    attributes = spans["relapse_rules.decide"].attributes
    assert attributes["relapse_rules.policy.digest"] == plan.digest
    assert attributes["relapse_rules.eligibility"] == "yes"
    assert "H1" not in str(attributes)


def test_without_opentelemetry_nothing_changes(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)

    assert traced(plan) is plan
