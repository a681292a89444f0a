"""What comes before what, and how exceptions that apply change it."""

from __future__ import annotations

import pytest
from tests.decisions.sample import case, decide, exception, is_true, measure, policy, task

RURAL = is_true("household.rural")
RELIEF_FIRST = policy(
    measures=(
        measure("临时救助", "household", RURAL, after=("快速认定/公示", "入户")),
        measure("医疗救助", "member", is_true("member.sick"), after=("快速认定/公示",)),
    ),
    tasks=(
        task("快速认定/研判", "household", RURAL),
        task("快速认定/公示", "household", RURAL, after=("快速认定/研判",)),
    ),
    exceptions=(
        exception(
            "先救助后履行程序",
            "household",
            is_true("household.special"),
            orders=((("快速认定/研判", "快速认定/公示"), ("临时救助", "医疗救助")),),
        ),
    ),
)
MEMBERS = {"P1": {}}


@pytest.mark.parametrize("special", [False, None], ids=["does not apply", "not known"])
def test_without_the_exception_the_policys_order_holds(special):
    household = {} if special is None else {"household.special": special}

    decision = decide(RELIEF_FIRST, case(household, members=MEMBERS))

    assert decision.measure("临时救助").after == ("快速认定/公示", "入户")
    assert [found.after for found in decision.tasks] == [(), ("快速认定/研判",)]


def test_the_exception_puts_the_procedure_after_the_relief():
    decision = decide(RELIEF_FIRST, case({"household.special": True}, members=MEMBERS))

    assert [found.after for found in decision.tasks] == [
        ("临时救助", "医疗救助"),
        ("快速认定/研判", "临时救助", "医疗救助"),
    ]


def test_the_relief_no_longer_waits_for_the_procedure():
    decision = decide(RELIEF_FIRST, case({"household.special": True}, members=MEMBERS))

    assert decision.measure("临时救助").after == ("入户",)
    assert decision.measure("医疗救助", "P1").after == ()


def test_exceptions_are_listed_with_what_they_change():
    (found,) = decide(RELIEF_FIRST, case({"household.special": True})).exceptions

    assert found.dump() == {
        "id": "先救助后履行程序",
        "target": {"entity": "household", "id": "H1"},
        "cites": ["2.4-02"],
        "outcome": "yes",
        "changes": ["快速认定/研判", "快速认定/公示"],
    }


def ordered_by(entity: str, fact: str, later: str):
    listed = {
        "member": task("陪护", "member", is_true("member.sick")),
        "household": task("入户", "household", RURAL),
        "context": task("拨付", "context", is_true("context.fund")),
    }
    return policy(
        tasks=(*listed.values(),),
        exceptions=(exception("先办", entity, is_true(fact), orders=(((listed[later].name,), ("某事",)),)),),
    )


def test_a_members_exception_orders_that_members_tasks_only():
    members = {"P1": {"member.sick": True}, "P2": {"member.sick": False}}

    decision = decide(ordered_by("member", "member.sick", "member"), case(members=members))

    assert [found.after for found in decision.tasks if found.id == "陪护"] == [("某事",), ()]


@pytest.mark.parametrize("later", ["household", "context"])
def test_a_members_exception_orders_what_stands_above_it(later):
    members = {"P1": {"member.sick": False}, "P2": {"member.sick": True}}

    decision = decide(ordered_by("member", "member.sick", later), case(members=members))

    assert ("某事",) in [found.after for found in decision.tasks]


def test_a_county_exception_orders_every_members_tasks():
    decision = decide(
        ordered_by("context", "context.fund", "member"),
        case(context={"context.fund": True}, members={"P1": {}, "P2": {}}),
    )

    assert [found.after for found in decision.tasks if found.id == "陪护"] == [("某事",), ("某事",)]
