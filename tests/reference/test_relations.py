"""What elements say of what they belong to, and the other way: lists complete or not, references known or not."""

import pytest
from tests.reference.asking import HOME, MEMBERS, a_case, numbers, truths

from relapse_rules.check.typed import (
    Aggregated,
    Aggregation,
    CountOf,
    FieldTest,
    Lifted,
    LiftedNumber,
    NumberField,
    Quantification,
    Quantified,
    TestKind,
)
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth
from relapse_rules.values.types import NEVER

JOBS = Relation("employment", "member", "person")
SICK = FieldTest(domain="member", fact="member.sick", kind=TestKind.TRUE)
YES, NO, MISSING = {"member.sick": True}, {"member.sick": False}, {}

# members, list supplied -> is one sick, are all sick, how many are
FOLDS = {
    "one of two": ([YES, NO], True, True, False, 1),
    "all": ([YES, YES], True, True, True, 2),
    "none": ([NO, NO], True, False, False, 0),
    "one, one unknown": ([YES, MISSING], True, True, None, None),
    "none, one unknown": ([NO, MISSING], True, None, False, None),
    "unknown": ([MISSING], True, None, None, None),
    "nobody": ([], True, False, True, 0),
    "list not supplied": ([], False, None, None, None),
    "one of a list not supplied": ([YES], False, True, None, None),
    "a healthy one of a list not supplied": ([NO], False, None, False, None),
}


@pytest.mark.parametrize(
    ("members", "supplied", "exists", "every", "count"),
    [pytest.param(*row, id=name) for name, row in FOLDS.items()],
)
def test_members_seen_from_their_household(members, supplied, exists, every, count) -> None:
    case = a_case(lists={"member": members}, not_supplied=() if supplied else ("member",))
    one = Quantified(domain=HOME, kind=Quantification.EXISTS, relation=MEMBERS, condition=SICK)
    all_ = Quantified(domain=HOME, kind=Quantification.EVERY, relation=MEMBERS, condition=SICK)

    assert truths(one, case) == (exists,)
    assert truths(all_, case) == (every,)
    assert numbers(CountOf(domain=HOME, relation=MEMBERS, condition=SICK), case) == (count,)


STOPPED = FieldTest(domain="employment", fact="employment.stopped_at", kind=TestKind.HAPPENED)
ENDED, RUNS, UNSAID = {"employment.stopped_at": 0}, {"employment.stopped_at": NEVER}, {}

# (job, whose: 0, 1 or unknown) … -> for member 0: did one of the jobs end, did all, how many
REFERENCES = {
    "own job ended": ([(ENDED, 0)], True, True, 1),
    "the other's job ended": ([(ENDED, 1)], False, True, 0),
    "somebody's job ended": ([(ENDED, None)], None, True, None),
    "somebody's job runs": ([(RUNS, None)], False, None, 0),
    "somebody's job, unsaid": ([(UNSAID, None)], None, None, None),
    "own ended, somebody's runs": ([(ENDED, 0), (RUNS, None)], True, None, 1),
    "own runs, somebody's ended": ([(RUNS, 0), (ENDED, None)], None, False, None),
    "own unsaid, the other's ended": ([(UNSAID, 0), (ENDED, 1)], None, None, None),
    "the other's unsaid": ([(UNSAID, 1)], False, True, 0),
}


@pytest.mark.parametrize(
    ("jobs", "exists", "every", "count"), [pytest.param(*row, id=name) for name, row in REFERENCES.items()]
)
def test_jobs_seen_from_a_member(jobs, exists, every, count) -> None:
    """A job whose member is not known may be anybody's."""
    case = a_case(
        lists={"member": [{}, {}], "employment": [job for job, _ in jobs]},
        references={JOBS: tuple(whose for _, whose in jobs)},
    )
    one = Quantified(domain="member", kind=Quantification.EXISTS, relation=JOBS, condition=STOPPED)
    all_ = Quantified(domain="member", kind=Quantification.EVERY, relation=JOBS, condition=STOPPED)

    assert truths(one, case)[0] is exists
    assert truths(all_, case)[0] is every
    assert numbers(CountOf(domain="member", relation=JOBS, condition=STOPPED), case)[0] == count


def test_a_member_seen_from_its_jobs() -> None:
    case = a_case(
        lists={"member": [{**YES, "member.wage": 5}, NO], "employment": [{}, {}, {}]},
        references={JOBS: (1, 0, None)},
    )
    wage = NumberField(domain="member", fact="member.wage")

    assert truths(Lifted(domain="employment", relation=JOBS, operand=SICK), case) == (False, True, None)
    assert numbers(LiftedNumber(domain="employment", relation=JOBS, operand=wage), case) == (None, 5, None)


def test_the_household_seen_from_its_members() -> None:
    dibao = FieldTest(domain=HOME, fact="household.dibao", kind=TestKind.TRUE)
    case = a_case(home={"household.dibao": True}, lists={"member": [{}, {}]})

    assert truths(Lifted(domain="member", relation=MEMBERS, operand=dibao), case) == (True, True)


def _member(wage: int | None, sick: Truth) -> dict[str, bool | int]:
    stated = {"member.wage": wage, "member.sick": sick}
    return {fact: value for fact, value in stated.items() if value is not None}


# members (wage, sick), list supplied -> sum, maximum and minimum of the wages of those who are sick
AGGREGATES = {
    "two of three": ([(300, True), (-50, True), (9000, False)], True, (250, 300, -50)),
    "nobody counts": ([(300, False)], True, (0, None, None)),
    "nobody": ([], True, (0, None, None)),
    "a wage that counts is missing": ([(300, True), (None, True)], True, (None, None, None)),
    "a wage that does not count is missing": ([(300, True), (None, False)], True, (300, 300, 300)),
    "unknown whether it counts": ([(300, True), (1, None)], True, (None, None, None)),
    "list not supplied": ([(300, True)], False, (None, None, None)),
    "one has no date": ([(300, True), (NEVER, True)], True, (None, NEVER, 300)),
}


@pytest.mark.parametrize(
    ("members", "supplied", "kind", "expected"),
    [
        pytest.param(members, supplied, kind, expected, id=f"{name}-{kind}")
        for name, (members, supplied, row) in AGGREGATES.items()
        for kind, expected in zip(
            (Aggregation.SUM, Aggregation.MAXIMUM, Aggregation.MINIMUM), row, strict=True
        )
    ],
)
def test_aggregates(members, supplied, kind, expected) -> None:
    wage = NumberField(domain="member", fact="member.wage")
    value = Aggregated(domain=HOME, kind=kind, relation=MEMBERS, value=wage, condition=SICK)
    case = a_case(
        lists={"member": [_member(*row) for row in members]}, not_supplied=() if supplied else ("member",)
    )

    assert numbers(value, case) == (expected,)


@pytest.mark.parametrize(
    ("whose", "expected"),
    [
        pytest.param((0, 0), (300, 0), id="both of one"),
        pytest.param((0, 1), (100, 200), id="one of each"),
        pytest.param((0, None), (None, None), id="one of either"),
    ],
)
def test_sum_over_references(whose, expected) -> None:
    value = Aggregated(
        domain="member",
        kind=Aggregation.SUM,
        relation=JOBS,
        value=NumberField(domain="employment", fact="employment.wage"),
    )
    case = a_case(
        lists={"member": [{}, {}], "employment": [{"employment.wage": 100}, {"employment.wage": 200}]},
        references={JOBS: whose},
    )

    assert numbers(value, case) == expected
