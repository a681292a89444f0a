"""Names, derived fields with their stated values, exceptions, and the keys under which the oracle answers."""

import pytest
from tests.reference.asking import HOME, a_case
from tests.strategies.vocabulary import MONEY, VOCABULARY

from relapse_rules.check import policy as checked
from relapse_rules.check.typed import (
    AllOf,
    FieldTest,
    Named,
    NamedNumber,
    Negation,
    NumberCompare,
    NumberField,
    TestKind,
)
from relapse_rules.reference import Contradiction, evaluate
from relapse_rules.values.truth import Comparison

DIBAO = FieldTest(domain=HOME, fact="household.dibao", kind=TestKind.TRUE)
ABLE = FieldTest(domain=HOME, fact="household.judged_able", kind=TestKind.TRUE)
POOR = checked.TypedDefinition(
    name="困难", entity=HOME, domain=HOME, condition=DIBAO, derives="household.poor"
)
USES_POOR = checked.TypedDefinition(
    name="不困难",
    entity=HOME,
    domain=HOME,
    condition=Negation(domain=HOME, operand=Named(domain=HOME, name="困难")),
)
COST = checked.TypedIndicator(
    name="水费",
    entity="water",
    domain=HOME,
    value=NumberField(domain=HOME, fact="household.income"),
    type=MONEY,
    derives="water.cost",
)
USES_COST = checked.TypedDefinition(
    name="水费相同",
    entity=HOME,
    domain=HOME,
    condition=NumberCompare(
        domain=HOME,
        operator=Comparison.EQUAL,
        left=NamedNumber(domain=HOME, name="水费"),
        right=NumberField(domain=HOME, fact="household.per_head"),
    ),
)


def _policy(**declared) -> checked.TypedPolicy:
    return checked.TypedPolicy(name="试", digest="", vocabulary=VOCABULARY, **declared)


# by rule, as stated -> merged, in contradiction
MERGED = {
    (True, None): (True, False),
    (None, True): (True, False),
    (False, None): (False, False),
    (None, False): (False, False),
    (True, True): (True, False),
    (False, False): (False, False),
    (None, None): (None, False),
    (True, False): (None, True),
    (False, True): (None, True),
}


@pytest.mark.parametrize(("pair", "expected"), MERGED.items())
def test_derived_condition_merged_with_its_stated_value(pair, expected) -> None:
    stated = dict(zip(("household.dibao", "household.poor"), pair, strict=True))
    case = a_case(home={fact: value for fact, value in stated.items() if value is not None})

    rails = evaluate(_policy(definitions=(POOR, USES_POOR)), case)

    assert (rails.declared["困难"][0], bool(rails.contradictions)) == expected
    assert rails.expressions["困难", ()] == (pair[0],)
    assert rails.expressions["不困难", (0,)] == (expected[0],)


def test_contradiction_says_where_and_what() -> None:
    case = a_case(home={"household.dibao": True, "household.poor": False})

    rails = evaluate(_policy(definitions=(POOR, USES_POOR)), case)

    assert rails.contradictions == (
        Contradiction(
            fact="household.poor", domain=HOME, lane=0, element="household[0]", rule=True, supplied=False
        ),
    )


@pytest.mark.parametrize(
    ("rule", "stated", "merged", "downstream", "clashes"),
    [
        (100, None, 100, True, 0),
        (None, 100, 100, True, 0),
        (100, 100, 100, True, 0),
        (0, None, 0, False, 0),
        (None, None, None, None, 0),
        (100, 101, None, None, 1),
        (0, 100, None, None, 1),
    ],
)
def test_derived_number_of_a_single_child(rule, stated, merged, downstream, clashes) -> None:
    facts = {"household.income": rule, "water.cost": stated, "household.per_head": 100}
    case = a_case(home={fact: value for fact, value in facts.items() if value is not None})

    rails = evaluate(_policy(indicators=(COST,), definitions=(USES_COST,)), case)

    assert rails.declared["水费"] == (merged,)
    assert rails.declared["水费相同"] == (downstream,)
    assert len(rails.contradictions) == clashes


def test_contradiction_clears_only_its_own_element() -> None:
    fit = checked.TypedDefinition(
        name="健康",
        entity="member",
        domain="member",
        condition=Negation(
            domain="member", operand=FieldTest(domain="member", fact="member.sick", kind=TestKind.TRUE)
        ),
        derives="member.able",
    )
    members = [
        {"member.sick": True, "member.able": False},
        {"member.sick": True, "member.able": True},
        {"member.able": True},
    ]

    rails = evaluate(_policy(definitions=(fit,)), a_case(lists={"member": members}))

    assert rails.declared["健康"] == (False, None, True)
    assert [found.element for found in rails.contradictions] == ["member[1]"]


def test_a_derived_field_without_a_rule_is_an_ordinary_field() -> None:
    stated = FieldTest(domain=HOME, fact="household.poor", kind=TestKind.TRUE)
    definition = checked.TypedDefinition(name="困难", entity=HOME, domain=HOME, condition=stated)

    rails = evaluate(_policy(definitions=(definition,)), a_case(home={"household.poor": True}))

    assert rails.declared["困难"] == (True,)


def test_a_measure_answers_for_outcome_condition_done_and_start() -> None:
    exception = checked.TypedException(name="例外甲", entity=HOME, domain=HOME, condition=ABLE, outcome=ABLE)
    blocked = Negation(domain=HOME, operand=Named(domain=HOME, name="例外甲"))
    measure = checked.TypedMeasure(
        name="措施甲",
        entity=HOME,
        domain=HOME,
        category="类",
        condition=DIBAO,
        outcome=AllOf(domain=HOME, operands=(DIBAO, blocked)),
        done=ABLE,
        limit=checked.TypedLimit(word="1天内", start=NumberField(domain=HOME, fact="household.moved_at")),
    )
    home = {"household.dibao": True, "household.judged_able": True, "household.moved_at": 7}

    rails = evaluate(_policy(measures=(measure,), exceptions=(exception,)), a_case(home=home))

    assert rails.declared == {
        "例外甲": (True,),
        "例外甲#condition": (True,),
        "措施甲": (False,),
        "措施甲#condition": (True,),
        "措施甲#done": (True,),
        "措施甲#start": (7,),
    }


def test_a_switched_off_exception_no_longer_switches() -> None:
    first = checked.TypedException(name="先", entity=HOME, domain=HOME, condition=ABLE, outcome=ABLE)
    off = Negation(domain=HOME, operand=Named(domain=HOME, name="先"))
    second = checked.TypedException(
        name="后",
        entity=HOME,
        domain=HOME,
        condition=DIBAO,
        outcome=AllOf(domain=HOME, operands=(DIBAO, off)),
    )
    uses = checked.TypedDefinition(
        name="后生效", entity=HOME, domain=HOME, condition=Named(domain=HOME, name="后")
    )
    case = a_case(home={"household.dibao": True, "household.judged_able": True})

    rails = evaluate(_policy(exceptions=(first, second), definitions=(uses,)), case)

    assert (rails.declared["后#condition"], rails.declared["后生效"]) == ((True,), (False,))


def test_a_judgement_answers_by_its_recorded_finding() -> None:
    judgement = checked.TypedJudgement(
        name="能够解决", entity=HOME, domain=HOME, finding=ABLE, deciders=("乡镇",)
    )

    rails = evaluate(_policy(judgements=(judgement,)), a_case(home={"household.judged_able": False}))

    assert rails.declared["能够解决"] == (False,)
