"""What a county lives with: how waivers are read, and when they still hold."""

from __future__ import annotations

from datetime import date

import pytest

from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.waivers import WaiversError, drafted, read_waivers, weigh
from relapse_rules.diagnostics.codes_findings import NO_LIMIT, RULE_DUPLICATED
from relapse_rules.source import NOWHERE, SourceText

ENTRY = """
[["豁免"]]
"代码" = "RR0815"
"规则" = ["补助"]
"理由" = "另行公布"
"到期" = 2026-12-31
"摘要" = "abc"
"""
DAY = date(2026, 6, 1)


def finding(code=NO_LIMIT, rules=("补助",), ground=Ground.STRUCTURE, digest="abc") -> Finding:
    return Finding(
        code=code, rules=rules, message="没有时限", help="写上", ground=ground, span=NOWHERE, digest=digest
    )


def read(text=ENTRY):
    return read_waivers(SourceText("示例.waivers.toml", text))


def codes(weighed):
    return [each.code.id for each in weighed.open]


def test_a_waiver_that_fits_closes_its_finding():
    weighed = weigh([finding()], read(), DAY)

    assert weighed.open == ()
    assert [(each.rules, waiver.reason) for each, waiver in weighed.waived] == [(("补助",), "另行公布")]


@pytest.mark.parametrize(
    ("on", "open_codes"),
    [(date(2026, 12, 30), []), (date(2026, 12, 31), []), (date(2027, 1, 1), ["RR0815", "RR0818"])],
    ids=["before", "on its last day", "after"],
)
def test_a_waiver_ends_with_its_day(on, open_codes):
    assert codes(weigh([finding()], read(), on)) == open_codes


def test_a_waiver_of_another_text_waives_nothing():
    weighed = weigh([finding(digest="def")], read(), DAY)

    assert codes(weighed) == ["RR0815", "RR0819"]
    assert "def" in weighed.open[1].help


def test_a_waiver_without_a_finding_is_one_itself():
    assert codes(weigh([], read(), DAY)) == ["RR0820"]


def test_a_waiver_of_a_code_that_was_not_looked_for_may_wait():
    assert codes(weigh([], read(), DAY, {"RR0801"})) == []


def test_what_is_undecided_cannot_be_waived():
    assert codes(weigh([finding(ground=Ground.UNDECIDED)], read(), DAY)) == ["RR0815"]


def test_two_rules_may_be_named_in_either_order():
    text = ENTRY.replace("RR0815", "RR0807").replace('["补助"]', '["甲", "乙"]')

    assert weigh([finding(RULE_DUPLICATED, ("乙", "甲"))], read(text), DAY).open == ()


def test_english_keys_and_a_single_rule_do_as_well():
    text = '[[waiver]]\ncode = "rr0815"\nrules = "补助"\nreason = "x"\nuntil = 2026-12-31\ndigest = "abc"\n'

    assert weigh([finding()], read(text), DAY).open == ()


def test_a_failing_waiver_points_to_its_own_line():
    second = ENTRY.replace("补助", "慰问")

    (failing,) = weigh([finding()], read(ENTRY + second), DAY).open

    assert failing.span.start == len(ENTRY) + 1


def test_a_draft_is_a_waiver_once_its_reason_is_written():
    text = drafted([finding()], date(2026, 12, 31)).replace('"理由" = ""', '"理由" = "另行公布"')

    assert weigh([finding()], read(text), DAY).open == ()


def test_a_draft_has_no_reason_to_forget():
    with pytest.raises(WaiversError, match="理由"):
        read(drafted([finding()], DAY))


def test_what_is_undecided_gets_no_draft():
    assert drafted([finding(ground=Ground.UNDECIDED)], DAY) == ""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"代码" = "RR0815"\n', "", "没有写“代码”"),
        ('"代码" = "RR0815"', '"代码" = 815', "没有写“代码”，或写得不对"),
        ('["补助"]', "[]", "没有写“规则”"),
        ('["补助"]', "[1]", "没有写“规则”"),
        ("2026-12-31", '"2026-12-31"', "写日期，如 2027-12-31，不加引号"),
        ("2026-12-31", "2026-12-31T00:00:00", "写日期"),
        ("2026-12-31", "2026-02-30", "不是 TOML"),
        ('"摘要"', '"摘耍"', "不认识的“摘耍”"),
        ('[["豁免"]]', '[["豁兔"]]', "不认识的“豁兔”"),
        ('[["豁免"]]', '["豁免"]', "每条豁免以"),
        ("=", "", "不是 TOML"),
    ],
)
def test_a_malformed_file_is_told_in_words(old, new, told):
    with pytest.raises(WaiversError, match=told) as raised:
        read(ENTRY.replace(old, new, 1))

    assert str(raised.value).startswith("“示例.waivers.toml”")
