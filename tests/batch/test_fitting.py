"""A policy that cannot be run on many households is refused before anything is decided, and the expression is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.batch.counties import AS_OF, PLAN, SUBJECT, table_of

from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.policy import Policy
from relapse_rules.tables.errors import InputError

TABLES = {SUBJECT: table_of(SUBJECT, [{"household_id": "一"}])}


def policy_of(program: Program) -> Policy:
    return Policy(program, PLAN.vocabulary, details=PLAN.details)


def resting_on(name: str, *added: nodes.AnyNode) -> Program:
    """Return the plan's program with more nodes, the last of which is what the conclusion called ``name`` says."""
    program = PLAN.program
    last = len(program.nodes) + len(added) - 1
    conclusions = tuple(
        replace(entry, node=last) if entry.id == name else entry for entry in program.conclusions
    )
    return replace(program, nodes=(*program.nodes, *added), conclusions=conclusions)


def test_a_number_that_may_not_fit_is_named_with_what_rests_on_it():
    size = len(PLAN.program.nodes)
    figure, leaf = next(
        (place, node) for place, node in enumerate(PLAN.program.nodes) if isinstance(node, nodes.FieldNumber)
    )
    factors = (figure, size, size + 1, size + 2)  # each the square of the one before: to the power of sixteen
    powers = [
        nodes.Calculate(
            domain=leaf.domain, operation="*", left=factor, right=factor, rounding="exact", scale=1
        )
        for factor in factors
    ]
    much = nodes.Compare(domain=leaf.domain, operator=">", left=size + 3, right=figure)

    with pytest.raises(InputError) as found:
        policy_of(resting_on("纳入监测帮扶", *powers, much)).decide_batch(TABLES, as_of=AS_OF)

    assert str(found.value) == (
        "不能成批判定：一个算式（纳入监测帮扶） 可能超出 64 位整数；请在词汇表中给用到的字段写上范围"
    )


def test_what_belongs_to_the_county_may_not_look_at_one_household():
    own = next(
        place
        for place, node in enumerate(PLAN.program.nodes)
        if node.domain == SUBJECT and isinstance(node, nodes.Test)
    )
    program = resting_on("纳入监测帮扶", nodes.Not(domain="disaster_event", operand=own))

    with pytest.raises(InputError, match="一个算式（纳入监测帮扶） 属于全县，却要看一户的情况"):
        policy_of(program).decide_batch(TABLES, as_of=AS_OF)


def test_an_expression_is_named_in_the_policys_words():
    program = PLAN.program
    place, words = next(
        (place, PLAN.details.words(place))
        for place, node in enumerate(program.nodes)
        if isinstance(node, nodes.And) and node.domain == SUBJECT and PLAN.details.words(place)
    )
    moved = replace(program.nodes[place], domain="disaster_event")
    changed = replace(program, nodes=(*program.nodes[:place], moved, *program.nodes[place + 1 :]))

    with pytest.raises(InputError) as found:
        policy_of(changed).decide_batch(TABLES, as_of=AS_OF)

    assert f"“{words}”" in str(found.value)


@pytest.mark.parametrize("held", [{"valid_from": 1}, {"valid_until": -1}])
def test_a_moment_outside_the_policys_dates_is_refused(held):
    day = date(2023, 8, 2).toordinal()
    program = replace(PLAN.program, **{name: day + apart for name, apart in held.items()})

    with pytest.raises(
        InputError, match=r"判定时点 2023-08-02T09:00:00\+08:00 不在“防范因灾返贫工作方案”的有效期内"
    ):
        policy_of(program).decide_batch(TABLES, as_of=AS_OF)
