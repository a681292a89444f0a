"""What is found about the plan that comes with the package, its waivers, and the document that tells the county of it."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import pytest

from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.findings.finders import find_all
from relapse_rules.analysis.findings.model import Ground
from relapse_rules.analysis.findings.waivers import read_waivers, weigh
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.policy import compile_policy, inspect, plan_path
from relapse_rules.source import SourceText

pytest.importorskip("z3", reason="extra prove is not installed")

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "findings.md"
WAIVERS = plan_path().with_name("plan.waivers.toml")
DAY = date(2026, 11, 25)
LACKING = ("RR0814", "RR0815")


@pytest.fixture(scope="module")
def inspection():
    return inspect(plan_path())


@pytest.fixture(scope="module")
def weighed(inspection):
    # The bulk of it repeats what the small policies cover, and coverage makes it three times as slow.
    tracer = sys.gettrace()
    sys.settrace(None)
    findings = tuple(find_all(inspection.policy, inspection.sources))
    sys.settrace(tracer)
    return weigh(findings, read_waivers(SourceText(WAIVERS.name, WAIVERS.read_text("utf-8"))), DAY)


def sections():
    """Return the parts of the document by their number."""
    parts = re.split(r"^## (.)、", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(section):
    """Return the rows of the only table of a part, without its head."""
    lines = [line for line in sections()[section].splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def row(finding):
    return finding.code.id, "、".join(finding.rules), "、".join(finding.cites)


def test_everything_about_the_plan_is_settled(weighed):
    assert [each.message for each in weighed.open if each.ground is Ground.UNDECIDED] == []


def test_the_document_tells_of_what_is_open(weighed):
    expected = {row(each) for each in weighed.open if each.code.id not in LACKING}

    assert {each[:3] for each in table("二")} == expected


def test_the_document_lists_what_has_no_unit_or_no_limit(weighed):
    lacking = {code: {each.rules[0] for each in weighed.open if each.code.id == code} for code in LACKING}
    cites = {each.rules[0]: "、".join(each.cites) for each in weighed.open if each.code.id in LACKING}

    assert set(table("三")) == {
        (rule, cited, *("没有" if rule in lacking[code] else "有" for code in LACKING))
        for rule, cited in cites.items()
    }


def test_the_document_counts_what_has_no_unit_or_no_limit(weighed):
    counted = [sum(each.code.id == code for each in weighed.open) for code in LACKING]

    assert [int(number) for number in re.findall(r"的 (\d+) 条（RR081[45]）", sections()["三"])] == counted


def test_the_document_gives_the_reasons_of_waivers(weighed):
    assert set(table("四")) == {(*row(each), waiver.reason) for each, waiver in weighed.waived}


def test_the_document_lists_the_readings(inspection):
    assert table("六") == [
        (
            each.name,
            "、".join(each.cites) or "—",
            each.taken,
            "、".join(option for option in each.options if option != each.taken),
        )
        for each in inspection.policy.readings
    ]


@pytest.mark.parametrize("code", ["RR0804", "RR0808", "RR0810", "RR0812", "RR0813", "RR0817"])
def test_what_the_document_says_is_not_there_is_not(weighed, code):
    found = (*weighed.open, *(each for each, _ in weighed.waived))

    assert code in sections()["五"]
    assert [each.rules for each in found if each.code.id == code] == []


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
