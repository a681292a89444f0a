"""What is found about the plan that comes with the package, its waivers, and the document that tells the county of it."""

from __future__ import annotations

import re
import sys

import pytest
from scripts import make_findings

from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.findings.model import Ground
from relapse_rules.analysis.findings.samples import sampled
from relapse_rules.analysis.worked_case import stated_facts
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.facts import CaseReader
from relapse_rules.lowering import lower
from relapse_rules.policy import compile_policy, inspect, plan_path

pytest.importorskip("z3", reason="extra prove is not installed")

DOCUMENT = make_findings.DOCUMENT


@pytest.fixture(scope="module")
def inspection():
    return inspect(plan_path())


@pytest.fixture(scope="module")
def weighed(inspection):
    # The bulk of it repeats what the small policies cover, and coverage makes it three times as slow.
    tracer = sys.gettrace()
    sys.settrace(None)
    found = make_findings.found(inspection)
    sys.settrace(tracer)
    return found


def test_everything_about_the_plan_is_settled(weighed):
    assert [each.message for each in weighed.open if each.ground is Ground.UNDECIDED] == []


def test_the_document_is_in_step_with_what_is_found(inspection, weighed):
    """Write it anew with ``python scripts/make_findings.py``, and say in it what is new."""
    text = DOCUMENT.read_text(encoding="utf-8")

    assert make_findings.filled(text, weighed, inspection) == text


def test_the_document_has_a_row_for_each_finding(weighed):
    """By the codes: what has neither unit nor limit has one row for both."""
    text = DOCUMENT.read_text(encoding="utf-8")
    lacking = {each.rules[0] for each in weighed.open if each.code.id in {"RR0814", "RR0815"}}
    others = [each for each in weighed.open if each.code.id not in {"RR0814", "RR0815"}]

    assert all(f"\n| {rule} | " in text for rule in lacking)
    assert all(each.message in text for each in others)
    assert all(f"| {waiver.reason} |" in text for _, waiver in weighed.waived)
    assert len(others) == text.count("| RR08") - len(weighed.waived) + text.count("| 解读“")


@pytest.mark.parametrize("code", ["RR0804", "RR0808", "RR0810", "RR0812", "RR0813", "RR0817"])
def test_what_the_document_says_is_not_there_is_not(weighed, code):
    found = (*weighed.open, *(each for each, _ in weighed.waived))

    assert code in DOCUMENT.read_text(encoding="utf-8").partition("## 五、")[2].partition("\n## ")[0]
    assert [each.rules for each in found if each.code.id == code] == []


def test_no_rule_of_the_plan_is_never_yes_but_by_reading_or_for_want_of_a_value(weighed):
    found = (*weighed.open, *(each for each, _ in weighed.waived))

    assert [
        each.rules
        for each in found
        if each.code.id == "RR0801" and not ("照现在的读法" in each.message or "待定期间" in each.message)
    ] == []


def test_invented_households_are_ones_that_a_facts_file_can_state(inspection):
    """What cannot be stated must not take a finding away."""
    policy = inspection.policy
    reader = CaseReader(policy.vocabulary)

    for case in sampled(lower(policy), policy.vocabulary, 20):
        read = reader.read(stated_facts(case, policy.vocabulary), source_name="facts")

        assert {name: table.rows for name, table in read.tables.items() if table.complete} == {
            name: table.rows for name, table in case.tables.items() if table.complete
        }


def test_two_kinds_of_recording_would_wait_for_each_other(weighed):
    """2.3-04, 3.4-08 and 2.4-02 cannot be read so that the recording comes after the county's decision."""
    (deadlock,) = (each for each in weighed.open if "互相等待" in each.message)

    assert deadlock.rules == ("绿色通道录入的先后", "认定后再录入", "先救助后履行程序")
    assert deadlock.witness is not None
    assert deadlock.witness.given == ("解读“绿色通道录入的先后”取“认定之后”",)
    assert {outcome for _, outcome in deadlock.witness.says} == {"是"}


def test_every_witness_is_a_case_that_the_plan_passes(inspection, weighed):
    """Each household is judged again from the text that an officer would keep."""
    found = (*weighed.open, *(each for each, _ in weighed.waived))
    cases = [each.witness.case for each in found if each.witness is not None]
    named = "\n".join(re.sub(r"^用例 (\S+)", rf"用例 \1_{number}", case) for number, case in enumerate(cases))
    sources = {name: source.text for name, source in inspection.sources.items()}
    entry = plan_path().with_name("见证.policy").as_posix()
    loaded = load_files(entry, read_from({**sources, entry: f'导入 "plan.policy"\n\n{named}'})).value
    assert loaded is not None
    typed = check(loaded).value
    assert typed is not None
    policy = compile_policy(typed)

    results = [run_case(lambda case: policy.decide(case.facts), case) for case in typed.cases]

    assert len(results) == len(cases) > 5
    assert [result for result in results if not result.passed] == []
