"""Each page's wrong example earns the page's code and nothing else, with the household that the page shows; the right one earns nothing."""

from datetime import date

import pytest
from tests.analysis.findings.policies import checked, found_in

from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.findings.finders import FINDERS, TITLES
from relapse_rules.analysis.findings.waivers import read_waivers, weigh
from relapse_rules.diagnostics.catalogue import all_codes, explain
from relapse_rules.policy import compile_policy
from relapse_rules.source import SourceText

pytest.importorskip("z3", reason="extra prove is not installed")

PAGES = [
    page for code in all_codes() if code.id.startswith("RR08") and (page := explain(code.id)) is not None
]
WITH_WITNESS = [page for page in PAGES if any(file.name == "见证.policy" for file in page.wrong.files)]
NEW_YEAR = date(2026, 1, 1)
# A waiver that fails leaves the finding open that it was for.
WITH_ANOTHER = {"RR0818": {"RR0818", "RR0815"}, "RR0819": {"RR0819", "RR0815"}}


def still_open(example):
    """Find everything about an example, and weigh it against its waivers."""
    findings = found_in(example.files[0].text)
    waivers = [file for file in example.files if file.name.endswith(".waivers.toml")]
    stated = [each for file in waivers for each in read_waivers(SourceText(file.name, file.text))]
    return weigh(findings, stated, NEW_YEAR).open


def witness_text(page):
    return next(file.text for file in page.wrong.files if file.name == "见证.policy")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code.id)
def test_the_wrong_example_earns_its_code_and_no_other(page):
    findings = still_open(page.wrong)

    assert {each.code.id for each in findings} == WITH_ANOTHER.get(page.code.id, {page.code.id})
    assert all("\n" not in each.message and not each.message.endswith("。") for each in findings)
    assert all(each.help and each.digest for each in findings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code.id)
def test_the_right_example_earns_nothing(page):
    assert still_open(page.right) == ()


@pytest.mark.parametrize("page", WITH_WITNESS, ids=lambda page: page.code.id)
def test_the_page_shows_the_household_that_was_found(page):
    shown = [each.witness.case for each in still_open(page.wrong) if each.witness is not None]

    assert shown == [witness_text(page)]


@pytest.mark.parametrize("page", WITH_WITNESS, ids=lambda page: page.code.id)
def test_the_household_is_a_case_that_the_policy_passes(page):
    """The 用例 says what holds as the policy stands; it can be kept beside it."""
    typed, _ = checked(f"{page.wrong.files[0].text}\n{witness_text(page)}")
    policy = compile_policy(typed)

    (result,) = [run_case(lambda case: policy.decide(case.facts), case) for case in typed.cases]

    assert result.failures == ()


def test_every_code_has_a_title_and_someone_who_looks_for_it():
    looked_for = {code for finder in FINDERS for code in finder.codes}
    of_waivers = {code for code in TITLES if code.name.startswith("waiver-")}

    assert [code.id for code in TITLES] == [page.code.id for page in PAGES]
    assert looked_for | of_waivers == set(TITLES)
