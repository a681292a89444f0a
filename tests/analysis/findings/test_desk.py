"""What findings share: digests of texts, invented households, variants of conditions, and what happens when nothing can be settled."""

from __future__ import annotations

import pytest
from tests.analysis.findings.policies import HEAD, checked, definition, exception, found, found_in, measure

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.finders import find_all
from relapse_rules.analysis.findings.model import Ground
from relapse_rules.analysis.findings.samples import sampled
from relapse_rules.analysis.findings.sketch import Sketch
from relapse_rules.analysis.findings.texts import Texts
from relapse_rules.analysis.proving import prover
from relapse_rules.ir import nodes
from relapse_rules.ir.verify import verify
from relapse_rules.lowering import lower

AID = measure("补助", "符合低保条件")


def digest(text, name="补助"):
    return Texts(*checked(HEAD + text)).digest([name])


@pytest.mark.parametrize(
    "rewritten",
    [
        AID.replace("当 符合低保条件", "当  符合低保条件   # 见办法"),
        AID.replace("、", ","),
        "\n\n" + AID,
        definition("人多", "家庭人口数 达到 5人") + AID,
    ],
    ids=["comment and spaces", "width", "place", "other rules"],
)
def test_a_digest_stays_as_long_as_the_rule_says_the_same(rewritten):
    assert digest(rewritten) == digest(AID)


def test_a_digest_changes_with_the_rule():
    assert digest(AID.replace("及时", "尽快")) != digest(AID)


def test_a_step_changes_with_its_procedure():
    text = (
        "程序 认定\n  对象 农户\n  当 生活陷入困境\n  步骤 核查\n    责任单位 县民政局\n    完成 (一户一策)\n"
    )

    assert digest(text, "认定/核查") != digest(text.replace("生活陷入困境", "是否严重受灾"), "认定/核查")


def test_invented_households_are_the_same_each_time():
    policy, _ = checked(HEAD + AID)
    program = lower(policy)

    first, second = (list(sampled(program, policy.vocabulary, 20)) for _ in range(2))

    assert first == second
    assert {case.tables["household"].rows[0].get("household.dibao_eligible") for case in first} == {
        True,
        False,
        None,
    }


def test_a_variant_is_a_right_program():
    policy, _ = checked(
        HEAD + definition("人多", "家庭人口数 达到 5人") + measure("补助", "人多 或 符合低保条件")
    )
    program = lower(policy)
    own, aid = program.named["人多"], program.listings[0].node
    sketch = Sketch(program)

    variant = sketch.taking(aid, {own: sketch.constant("household", value=False)})
    drawn, place = sketch.drawn([variant, aid])

    assert variant != aid
    assert verify(drawn) == ()
    assert isinstance(drawn.nodes[place[variant]], nodes.Or)


def test_what_does_not_change_is_not_copied():
    policy, _ = checked(HEAD + AID)
    program = lower(policy)
    sketch = Sketch(program)

    assert sketch.taking(program.listings[0].node, {}) == program.listings[0].node


def test_what_cannot_be_settled_is_said_and_not_passed_over(monkeypatch):
    """Without z3, numbers cannot be searched; a contradiction among them is then undecided, not found to be possible."""
    monkeypatch.setattr(prover, "find_spec", lambda name: None)

    findings = found(measure("补助", "家庭人口数 低于 3人 且 家庭人口数 达到 3人"), "RR0801")

    assert [(each.rules, each.ground) for each in findings] == [(("补助",), Ground.UNDECIDED)]
    assert findings[0].message == "未能判定：措施“补助”能不能是“是”"
    assert "relapse_rules[prove]" in findings[0].help


@pytest.mark.parametrize("only", ["RR0803", "RR0804", "RR0805", "RR0806", "RR0807", "RR0812", "RR0813"])
def test_no_kind_of_finding_passes_over_what_it_cannot_settle(monkeypatch, only):
    """Each of these turns on whether a household can have fewer than 3 people and at least 3."""
    monkeypatch.setattr(prover, "find_spec", lambda name: None)
    few, many = "家庭人口数 低于 3人", "家庭人口数 达到 3人"
    text = {
        "RR0803": definition("甲", few) + measure("补助", f"甲 且 {few} 且 {many}"),
        "RR0805": AID + exception("甲", f"{few} 且 {many}", "补助 不适用"),
        "RR0804": AID + exception("甲", few, "补助 适用") + exception("乙", many, "补助 不适用"),
        "RR0806": measure("补助", "家庭人口数 低于 4人") + measure("再补", f"{few} 且 生活陷入困境"),
        "RR0807": measure("补助", few) + measure("再补", f"非 ({many})"),
        "RR0812": measure("核查", many, done=few) + measure("补助", many, "之后 核查"),
        "RR0813": AID
        + measure("慰问", few, done="一户一策")
        + exception("甲", few, "慰问 在 补助 之后")
        + exception("乙", many, "补助 在 慰问 之后"),
    }

    findings = found(text[only], only)

    assert [(each.code.id, each.ground) for each in findings] == [(only, Ground.UNDECIDED)]


def test_a_gap_that_cannot_be_looked_for_is_said(monkeypatch):
    monkeypatch.setattr(prover, "find_spec", lambda name: None)
    head = HEAD.replace("  类别 甲类", "  资格 应帮\n  类别 甲类")
    text = head + definition("应帮", "家庭人口数 低于 3人") + measure("补助", "家庭人口数 低于 4人")

    findings = found_in(text, {"RR0808"})

    assert [(each.rules, each.ground) for each in findings] == [(("应帮",), Ground.UNDECIDED)]


def test_what_a_known_household_shows_needs_no_proof(monkeypatch):
    monkeypatch.setattr(prover, "find_spec", lambda name: None)

    assert found(measure("补助", "家庭人口数 达到 3人"), "RR0801") == []


def test_a_case_whose_facts_are_wrong_is_passed_over():
    case = "用例 一户\n  给定\n    判定时点 为 2023-08-01 09:00\n    农户 H1: 家庭人口数 为 0人\n  期望\n    补助 为 是\n"

    with_it, without = (len(Desk(*checked(HEAD + AID + text)).known) for text in (case, ""))

    assert with_it == without


def test_findings_come_as_they_are_found_with_progress():
    told = []
    policy, sources = checked(HEAD + measure("补助", "家庭人口数 低于 1人").replace("  时限 及时\n", ""))

    findings = find_all(policy, sources, progress=lambda *step: told.append(step))
    first = next(findings)

    assert first.rules == ("补助",)
    assert told == [("永远是、永远否", 0, 15)]
    assert [each.code.id for each in findings] == ["RR0815"]
    assert told[-1][1:] == (14, 15)


def test_nothing_is_looked_for_but_what_is_asked():
    told = []
    policy, sources = checked(HEAD + AID)

    assert list(find_all(policy, sources, only={"RR0814"}, progress=lambda *step: told.append(step))) == []
    assert told == [("责任单位", 0, 1)]
