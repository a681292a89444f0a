"""Every outcome of the county plan's worked cases can be explained, and every explanation keeps its contract."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.explain.proving import steps

import relapse_rules
from relapse_rules import FactsError
from relapse_rules import policy as policies
from relapse_rules.decisions.model import Target
from relapse_rules.explain.errors import AskError
from relapse_rules.explain.explained import Explained
from relapse_rules.explain.model import Explanation, PremiseKind, StepKind, dumped
from relapse_rules.explain.naming import HIDDEN
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.resources import policies_directory

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAN = relapse_rules.load_plan(local=[EXAMPLES / "county.policy"])
READER = CaseReader(PLAN.vocabulary)
EVERY = 8
"""One worked case in so many; the bulk repeats itself."""

NAMED = {
    StepKind.MEASURE,
    StepKind.STEP,
    StepKind.DUTY,
    StepKind.EXCEPTION,
    StepKind.DEFINITION,
    StepKind.JUDGEMENT,
}


def worked_cases() -> list[dict[str, object]]:
    inspection = policies.inspect(policies_directory() / "cases/all.policy")
    stated = [dict(case.facts) for case in inspection.cases]
    examples = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(EXAMPLES.glob("*.json"))]
    return [*examples, *stated[::EVERY]]


def elements(decision: Explained) -> Iterator[tuple[str, Target]]:
    for listed in (
        decision.conclusions,
        decision.judgements,
        decision.measures,
        decision.tasks,
        decision.exceptions,
    ):
        for element in listed:
            yield element.id, element.target


def stated_facts(case: Case) -> set[tuple[str, str]]:
    return {
        (table.ids[lane], fact)
        for table in case.tables.values()
        for lane, row in enumerate(table.rows)
        for fact in row
    }


def check_contract(explanation: Explanation, case: Case, stated: set[tuple[str, str]]) -> None:
    """True in the case, no value twice, absence never shown as a value, each declaration with its statements."""
    told: set[tuple[str, Target]] = set()
    for step in steps(explanation):
        assert step.text
        if step.kind in NAMED and step.same_as is None:
            known = {cite.id for cite in step.cites}
            assert known == set(CITES.get(step.id, ()))
            assert all(cite.gist for cite in step.cites)
        for premise in step.premises:
            if premise.seen_in is not None:
                assert premise.value is None
                continue
            place = (premise.fact, premise.target)
            assert place not in told
            told.add(place)
            if premise.kind is PremiseKind.FACT and premise.target.id is not None:
                ids = {premise.target.id, *ids_of(case, premise.target)}
                assert (premise.value is not None) == any((id_, premise.fact) in stated for id_ in ids)


def ids_of(case: Case, target: Target) -> tuple[str, ...]:
    """Return what the row of a target is called: 饮水 and 收支 are in their household's, 政策上下文 has its county's code."""
    domain = {"water": "household", "finance": "household"}.get(target.entity, target.entity)
    return case.tables[domain].ids if domain in {"household", "context"} else ()


CITES = {
    entry.id: entry.cites
    for entry in (*PLAN.program.conclusions, *PLAN.program.judgements, *PLAN.program.listings)
}


@pytest.mark.usefixtures("untraced")
def test_every_outcome_of_the_worked_cases_is_explained():
    count = 0
    for facts in worked_cases():
        decision = PLAN.decide(facts)
        case = READER.read(facts)
        stated = stated_facts(case)
        for id_, target in elements(decision):
            explanation = decision.explain(id_, target)
            check_contract(explanation, case, stated)
            count += 1

    assert count > 4_000


def test_an_explanation_is_plain_json():
    decision = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    dump = dumped(decision.explain("纳入监测帮扶"))

    assert json.loads(json.dumps(dump)) == dump
    assert dump["proof"]["parts"][0]["outcome"] == "yes"
    assert dump["cites"][0] == {"id": "1-01", "gist": PLAN.details.gists["1-01"]}


def test_who_decided_when_and_why_is_told():
    decision = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    recorded = [premise.recorded for premise in decision.explain("纳入监测帮扶").premises if premise.recorded]

    assert "清溪村，2023-08-02，入户核查" in recorded


def test_exceptions_that_do_not_apply_are_told_as_well():
    decision = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    told = {
        step.id: step.outcome.value
        for step in decision.explain("快速认定/分析研判").exceptions
        if step.outcome is not None
    }

    assert told == {"先录入后认定": "no", "先救助后履行程序": "no", "医疗救助在先": "unknown"}


def test_what_a_bureau_owes_is_told_with_it():
    decision = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())
    owed = decision.measure("纳入最低生活保障")

    explanation = decision.explain("纳入最低生活保障")

    assert (explanation.units, explanation.time_limit) == (owed.units_resolved, owed.time_limit)


def test_personal_values_are_hidden_unless_asked_for():
    facts = json.loads((EXAMPLES / "01-flood-dibao.json").read_text(encoding="utf-8"))
    decision = PLAN.decide(facts)
    hidden = shown = 0
    for id_, target in elements(decision):
        for premise in decision.explain(id_, target).premises:
            hidden += premise.hidden
            assert premise.hidden == (premise.value == HIDDEN)
        shown += sum(premise.hidden for premise in decision.explain(id_, target, personal=True).premises)

    assert hidden > 0
    assert shown == 0


def test_a_decision_that_was_sent_elsewhere_says_that_it_cannot_be_asked():
    decision = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())

    sent = pickle.loads(pickle.dumps(decision))

    assert sent == decision
    with pytest.raises(AskError, match="这份判定不带事实"):
        sent.explain("纳入监测帮扶")


def test_a_policy_sent_elsewhere_explains_in_its_own_words():
    sent = pickle.loads(pickle.dumps(PLAN))
    facts = (EXAMPLES / "01-flood-dibao.json").read_bytes()

    assert sent.decide(facts).explain("纳入监测帮扶") == PLAN.decide(facts).explain("纳入监测帮扶")


@pytest.mark.parametrize("engine", ["lanes", "durable"])
def test_whichever_engine_decides_the_reasons_are_the_same(engine):
    if engine == "durable":
        pytest.importorskip("durable_rules_engine")
    facts = (EXAMPLES / "03-landslide-house.json").read_bytes()

    explanation = PLAN.decide(facts, engine=engine).explain("纳入监测帮扶")

    assert explanation == PLAN.decide(facts).explain("纳入监测帮扶")


DECISION = PLAN.decide((EXAMPLES / "01-flood-dibao.json").read_bytes())
NAMES_AND_MORE = st.text() | st.sampled_from(["纳入监测帮扶", "控辍保学", "及时转移", "评议公示"])


@settings(max_examples=150)
@given(
    id_=NAMES_AND_MORE,
    target=st.none() | st.text() | st.sampled_from(["P4", "H1", "老屋"]),
    wanted=st.none() | st.text(),
)
def test_whatever_is_asked_is_answered_or_refused_in_words(id_, target, wanted):
    for ask in (lambda: DECISION.explain(id_, target), lambda: DECISION.why_not(id_, target, wanted)):
        try:
            assert ask().policy == DECISION.policy
        except AskError as error:
            assert error.message


@settings(max_examples=150)
@given(first=st.text() | st.dates().map(str), last=st.text() | st.dates().map(str))
def test_whatever_days_are_asked_for_a_timeline_is_given_or_refused_in_words(first, last):
    try:
        assert DECISION.timeline(first, last).subject == DECISION.subject
    except FactsError as error:
        assert error.problems
