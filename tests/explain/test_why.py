"""A proof shows what forces an outcome, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.decisions.sample import (
    BELOW_LINE,
    FLOOD,
    HIT,
    NET,
    YUAN,
    case,
    definition,
    every,
    happened,
    is_true,
    measure,
    named,
    no,
    policy,
    setting,
    some,
)
from tests.strategies.policies import random_policy_and_case

from relapse_rules.check import policy as checked
from relapse_rules.engines.lanes import compile_program
from relapse_rules.explain import Proof, explain, rendered
from relapse_rules.lowering import lower
from relapse_rules.values.types import NEVER

NAMES = {"household.rural": "农户.是否农户", "impact.affected": "受灾影响.是否受灾"}


def prove(drawn: checked.TypedPolicy, name: str, given_case, lane: int = 0) -> Proof:
    program = lower(drawn)
    rails = compile_program(program).run(given_case)
    node = next((listing.node for listing in program.listings if listing.id == name), program.named.get(name))
    assert node is not None
    return explain(program, rails, given_case, node, lane, NAMES)


def outline(drawn: checked.TypedPolicy, name: str, given_case, lane: int = 0) -> list[str]:
    return rendered(prove(drawn, name, given_case, lane)).splitlines()


def test_a_yes_is_proved_down_to_the_facts():
    assert outline(policy(), "纳入监测帮扶", case({"household.rural": True}, events=FLOOD, impacts=HIT)) == [
        "是  纳入监测帮扶  [H1]  依据 1-01",
        "  是  农户.是否农户(填报的是是)  [H1]",
        "  是  存在 impact  [H1]",
        "    是  以下全部  [I1]",
        "      是  受灾影响.是否受灾(填报的是是)  [I1]",
        "      是  属本方案灾种  [E1]  依据 1-07",
        "        是  自然灾害类  [E1]  依据 1.1-01",
    ]


def test_a_no_shows_only_what_forces_it():
    assert outline(policy(), "纳入监测帮扶", case({"household.rural": False}, events=FLOOD, impacts=HIT)) == [
        "否  纳入监测帮扶  [H1]  依据 1-01",
        "  否  农户.是否农户(填报的是否)  [H1]",
    ]


def test_an_unknown_shows_only_what_is_unknown():
    assert outline(
        policy(), "纳入监测帮扶", case({"household.rural": True}, events=FLOOD, impacts={"I1": {}})
    ) == [
        "未知  纳入监测帮扶  [H1]  依据 1-01",
        "  未知  存在 impact  [H1]",
        "    未知  以下全部  [I1]",
        "      未知  受灾影响.是否受灾(没有填报)  [I1]",
        "      未知  所指的一条没有填报  [I1]",
    ]


def test_numbers_and_parameters_are_shown_with_what_is_stated():
    line = checked.ParameterSpec(
        name="收入线", type=YUAN, values=(setting("2023-01-01", 750_000, "7500元", "本地"),)
    )
    poor = policy(
        parameters=(line,),
        indicators=(NET,),
        definitions=(definition("低收入", "household", BELOW_LINE),),
        scope=None,
    )

    assert outline(poor, "低收入", case({"finance.wages": 850_000, "finance.expense": 150_000})) == [
        "是  低收入  [H1]",
        "  家庭纯收入值  [H1]",
        "    计算  [H1]",
        "      finance.wages(填报的是8500元)  [H1]",
        "      finance.expense(填报的是1500元)  [H1]",
        "  参数 收入线(7500元)  [context]",
    ]


def test_a_contradiction_shows_both_sides():
    poor = definition("贫困", "household", is_true("household.hardship"), derives="household.poor")
    drawn = policy(definitions=(poor,), scope=None, eligibility=None)

    assert outline(drawn, "贫困", case({"household.hardship": True, "household.poor": False})) == [
        "未知  贫困  [H1]",
        "  是  household.hardship(填报的是是)  [H1]",
        "  否  household.poor(填报的是否)  [H1]",
    ]


def test_what_was_shown_before_is_not_taken_apart_again():
    hard = definition("困难", "household", every(is_true("household.hardship"), is_true("household.special")))
    twice = some(
        every(is_true("household.rural"), named("household", "困难")), no(named("household", "困难"))
    )
    drawn = policy(
        definitions=(hard,), scope=None, eligibility=None, measures=(measure("救助", "household", twice),)
    )

    lines = outline(drawn, "救助", case())

    assert [line.strip() for line in lines if "困难" in line] == [
        "未知  困难  [H1]",
        "未知  困难  [H1]  (见上)",
    ]


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (NEVER, "否  member.treated_at 已发生(填报的是未发生)  [P1]"),
        (None, "未知  member.treated_at 已发生(没有填报)  [P1]"),
    ],
    ids=["not happened", "not stated"],
)
def test_a_moment_is_told_as_stated(stated, text):
    drawn = policy(
        measures=(measure("救助", "member", every(happened("member.treated_at"), is_true("member.sick"))),)
    )
    members = {"P1": {"member.sick": True} | ({} if stated is None else {"member.treated_at": stated})}

    assert outline(drawn, "救助", case(members=members))[1].strip() == text


@given(rng=st.randoms(use_true_random=False))
def test_every_measure_can_be_explained(rng):
    """Whatever the policy, the root of a proof has the outcome that it explains, and a proof comes to an end."""
    drawn, given_case = random_policy_and_case(rng)
    program = lower(drawn)
    rails = compile_program(program).run(given_case)

    for listing in program.listings:
        for lane in range(len(given_case.tables[listing.domain].ids)):
            proof = explain(program, rails, given_case, listing.node, lane)
            expected = {True: "yes", False: "no", None: "unknown"}[rails.truth(listing.node, lane)]
            assert proof.outcome == expected
            assert rendered(proof)
