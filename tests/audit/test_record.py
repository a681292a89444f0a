"""A record holds everything that a stranger needs, and no personal value in its signed text."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from tests.audit.small import AT, KEY, OTHER_KEY

from relapse_rules import FactsError, load_plan
from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import How, Opening, Privacy, opening_from
from relapse_rules.audit.keys import new_signing_key
from relapse_rules.audit.making import make_record
from relapse_rules.audit.record import (
    opened,
    openings_from,
    revealed,
)
from relapse_rules.audit.replay import sealed_openings
from relapse_rules.audit.sealing import new_opening_key
from relapse_rules.policy import Policy

EXAMPLES = sorted(Path("examples").glob("[01]*.json"))
SEALING = new_opening_key()
EVERYTHING_SEALED = Privacy(unused=How.SEALED, used=How.SEALED, seal_to=SEALING.public)


@pytest.fixture(scope="module")
def plan() -> Policy:
    return load_plan(local=["examples/county.policy"])


def made(plan: Policy, facts=None, **options):
    salts = count()
    stated = Path("examples/01-flood-dibao.json").read_text("utf-8") if facts is None else facts
    return make_record(
        plan,
        stated,
        KEY,
        recorded_at=AT,
        salt=lambda: next(salts).to_bytes(16, "big"),
        **options,
    )


def personal_values(plan: Policy, facts: dict) -> set[str]:
    """The texts of all personal fields of the example households, found by hand: keys in English."""
    names = {spec.english for entity in plan.vocabulary.entities for spec in entity.fields if spec.personal}
    found: set[str] = set()

    def walk(value):
        if isinstance(value, dict):
            for key, each in value.items():
                if key in names and isinstance(each, str):
                    found.add(each)
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(facts)
    return found


@pytest.fixture(scope="module")
def usual(plan):
    return made(plan)


def test_a_record_states_what_was_asked_and_answered(plan, usual):
    body = usual.record.body()

    assert (body["kind"], body["format"], body["recorded_at"]) == ("record", 1, AT)
    assert body["as_of"] == "2023-08-02T18:00:00+08:00"
    assert body["policy"] == {"name": plan.name, "digest": plan.digest, "texts": usual.policy.texts}
    assert body["engine"]["name"] == "lanes"
    assert body["outcome"]["eligibility"]["outcome"] == "yes"
    assert body["proof"] is None
    assert body["signer"] == {"key": KEY.public.id, "statement": KEY.public.statement_digest}
    assert {"name": "低保月标准", "origin": "本地"}.items() <= next(
        each for each in body["parameters"] if each["name"] == "低保月标准"
    ).items()


def test_a_record_is_signed_canonical_json(usual):
    assert canonical(json.loads(usual.record.text, parse_float=Decimal)) == usual.record.text
    assert KEY.public.signed(usual.record.text, usual.record.signature)


def test_the_same_decision_makes_the_same_record(plan, usual):
    assert made(plan).record == usual.record


def test_the_decision_is_given_back_with_its_true_names(plan, usual):
    facts = Path("examples/01-flood-dibao.json").read_text("utf-8")

    assert usual.decision == plan.decide(facts)
    assert usual.record.body()["outcome"]["subject"] == {"entity": "household", "id": "〔匿1〕"} or (
        usual.record.body()["outcome"]["subject"]["id"].startswith("〔匿")
    )


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_no_personal_value_stands_in_the_signed_text(plan, file):
    facts = json.loads(file.read_text("utf-8"))

    record = made(plan, facts, privacy=EVERYTHING_SEALED).record

    # Names such as H1 may be part of other words, so they are looked for with their quotes.
    personal = {value for value in personal_values(plan, facts) if value not in {"无", "其他"}}
    facts_and_outcome = canonical([record.body()["facts"], record.body()["outcome"]])
    assert {value for value in personal if f'"{value}"' in facts_and_outcome} == set()
    assert record.openings == ()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_sealed_facts_come_back_exactly_with_the_key(plan, file):
    facts = json.loads(file.read_text("utf-8"), parse_float=Decimal)
    record = made(plan, facts, privacy=EVERYTHING_SEALED).record
    body = record.body()

    openings = sealed_openings(body, SEALING)

    assert canonical(revealed(record, body, openings)) == canonical(facts)


def test_what_the_policy_never_reads_is_masked_and_the_rest_kept(plan, usual):
    hows = {each["at"].rpartition("/")[2]: each["how"] for each in usual.record.body()["hidden"]}

    assert hows["household_id"] == hows["person_id"] == hows["relation_to_head"] == "masked"
    assert hows["birth_date"] == hows["disability_level"] == "kept"
    assert {opening.at.rpartition("/")[2] for opening in usual.masked}.isdisjoint({"birth_date"})
    assert "家庭成员：出生日期" in usual.in_clear
    assert "农户：户编号" not in usual.in_clear


def test_masked_facts_come_back_with_their_openings(plan, usual):
    facts = json.loads(Path("examples/01-flood-dibao.json").read_text("utf-8"), parse_float=Decimal)

    back = revealed(usual.record, usual.record.body(), usual.masked)

    assert canonical(back) == canonical(facts)


def test_unread_values_are_masked_and_read_ones_sealed_when_both_are_asked_for(plan):
    privacy = Privacy(unused=How.MASKED, used=How.SEALED, seal_to=SEALING.public)

    record = made(plan, privacy=privacy)

    assert record.in_clear == ()
    assert {each.at.rpartition("/")[2] for each in sealed_openings(record.record.body(), SEALING)} >= {
        "birth_date"
    }
    assert record.masked


def test_everything_can_be_kept(plan):
    record = made(plan, privacy=Privacy(unused=How.KEPT))

    assert record.masked == ()
    assert len(record.record.openings) == len(record.record.body()["hidden"])


def test_another_salt_makes_another_commitment(plan):
    first = Opening("/a", "00", "1950-01-01").commitment()

    assert first != Opening("/a", "01", "1950-01-01").commitment()
    assert first != Opening("/b", "00", "1950-01-01").commitment()
    assert first != Opening("/a", "00", "1950-01-02").commitment()


def test_an_opening_of_another_record_is_refused(plan, usual):
    body = usual.record.body()
    first = usual.masked[0]
    with pytest.raises(AuditError, match="承诺不符"):
        opened(usual.record, body, (first._replace(value="H2"),))
    with pytest.raises(AuditError, match="承诺不符"):
        revealed(usual.record, body, (first._replace(at="/none"),))


def test_masking_what_is_used_is_refused():
    with pytest.raises(AuditError, match="不能抹去"):
        Privacy(used=How.MASKED)


def test_sealing_without_a_key_is_refused():
    with pytest.raises(AuditError, match="公钥"):
        Privacy(unused=How.SEALED)


@pytest.mark.parametrize("value", [[], ["a", "b"], ["a", 1, None], "x", {"at": 1}])
def test_something_else_is_no_opening(value):
    with pytest.raises(AuditError, match="凭据"):
        opening_from(value)


def test_something_else_is_no_list_of_openings():
    with pytest.raises(AuditError, match="凭据"):
        openings_from("{}")


def test_a_judgement_that_is_personal_is_hidden_with_its_record(plan):
    facts = json.loads(Path("examples/01-flood-dibao.json").read_text("utf-8"))
    facts["household"]["member"][0]["dropout_due_to_disaster"] = {
        "value": False,
        "by": "清溪村",
        "basis": "家访",
    }

    body = made(plan, facts).record.body()

    assert "家访" not in canonical(body)
    assert "dropout_due_to_disaster" not in body["facts"]["household"]["member"][0]


@pytest.mark.parametrize("as_of", ["2023-08-12T09:00:00+08:00", "2023-08-12 09:00"])
def test_another_moment_stands_in_the_facts(plan, as_of):
    for facts in (None, Path("examples/12-chinese-keys-two-disasters.json").read_text("utf-8")):
        body = made(plan, facts, as_of=as_of).record.body()
        context = body["facts"].get("context") or body["facts"]["政策上下文"]

        assert body["as_of"] == context["as_of"] == "2023-08-12T09:00:00+08:00"
        assert "判定时点" not in context


def test_wrong_facts_are_told_as_ever(plan):
    with pytest.raises(FactsError):
        made(plan, {"context": {"as_of": "2023-08-02T18:00:00+08:00"}, "household": {"x": 1}})


def test_an_expired_key_makes_no_record(plan):
    key = new_signing_key(not_after="2026-01-01T00:00:00Z")
    with pytest.raises(AuditError, match="过期"):
        make_record(plan, "{}", key, recorded_at=AT)


def test_a_moment_that_is_none_is_told(plan):
    with pytest.raises(AuditError, match="不是时间"):
        make_record(plan, "{}", new_signing_key(not_after="2026-01-01T00:00:00Z"), recorded_at="昨天")


def test_a_policy_without_files_makes_no_record(plan):
    bare = Policy(plan.program, plan.vocabulary)
    with pytest.raises(AuditError, match="不是从文件读来的"):
        make_record(bare, "{}", OTHER_KEY, recorded_at=AT)


def test_the_proof_is_about_the_recorded_outcome(plan):
    body = made(plan, prove=lambda decision: {"about": decision.subject.id}).record.body()

    assert body["proof"] == {"about": body["outcome"]["subject"]["id"]}


def test_a_contradiction_about_a_personal_fact_is_not_spelt_out(plan):
    """No field of the plan is both personal and derived, so one is made so."""
    from dataclasses import replace  # noqa: PLC0415

    from relapse_rules.audit.making import outcome_of  # noqa: PLC0415

    facts = Path("examples/11-contradictory-appraisal.json").read_text("utf-8")
    decision = plan.decide(facts)
    entities = tuple(
        replace(entity, fields=tuple(replace(spec, personal=True) for spec in entity.fields))
        for entity in plan.vocabulary.entities
    )
    strict = Policy(plan.program, replace(plan.vocabulary, entities=entities), plan.evaluator)

    told = [(each["supplied"], each["derived"]) for each in outcome_of(decision, strict)["contradictions"]]

    assert told == [("（个人信息）", "（个人信息）")]
