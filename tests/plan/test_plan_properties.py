"""The 性质 of the county plan: all of them are proved, none of them says nothing, and what the text refutes is refuted as it is explained."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from relapse_rules.analysis.proving.goals import Demand, Goal, Wanted
from relapse_rules.analysis.proving.prove import prove
from relapse_rules.analysis.proving.prover import Prover
from relapse_rules.analysis.proving.verdicts import Outcome, Verdict
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.engines.lanes import compile_program
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Claim, Program
from relapse_rules.lowering import lower
from relapse_rules.policy import Inspection, inspect, plan_path
from relapse_rules.syntax.declarations import PropertyKind

pytest.importorskip("z3", reason="extra prove is not installed")

OPEN = plan_path().with_name("open-questions.policy")
DOCUMENTS = tuple((Path(__file__).parents[2] / "docs").glob("findings*.md"))
YES, NO = Wanted.YES, Wanted.NO

KINDS = {
    PropertyKind.IMPLIES: 73,
    PropertyKind.HAS_OWNER: 11,
    PropertyKind.NEVER_BOTH: 4,
    PropertyKind.NOT_DECREASING: 2,
    PropertyKind.NOT_INCREASING: 2,
    PropertyKind.UNCHANGED: 3,
    PropertyKind.AT_LEAST_ONE: 2,
    PropertyKind.HAS_LIMIT: 1,
}
UNREAD = {"收入越低越不会失去资格", "帮扶不看村组和联系人", "按人的待遇不看与户主关系"}
"""Why they are kept is said beside each of them."""

AGAINST = (True, False)
"""The left side is 是, the right side 否."""
TOGETHER = (True, True)
NEITHER = (False, False, True)
"""Not one of them, and yet the condition is 是."""
LISTED = ()
"""No household is needed: some declare no unit, or no limit."""
REFUTED: dict[str, tuple[bool, ...]] = {
    "每项措施都有责任单位": LISTED,
    "每项职责都有责任单位": LISTED,
    "每个步骤都有责任单位": LISTED,
    "每项措施都有时限": LISTED,
    "每项职责都有时限": LISTED,
    "低保申请中的也有着落": NEITHER,
    "有人居住的危房都转移": AGAINST,
    "受灾产业都有现场指导": AGAINST,
    "受灾农户都帮着补种补养": AGAINST,
    "受灾农户的农业险理赔都及时受理": AGAINST,
    "严重受灾的都申报救助": AGAINST,
    "动用监测基金的都是受灾户或监测户": AGAINST,
    "动用监测基金的都要有余额": AGAINST,
    "医疗先救助的都遭了方案里的灾": AGAINST,
    "问责的都有失职和后果": AGAINST,
    "进绿色通道的都先经乡村确认": AGAINST,
    "项目先行实施也先经县里同意": AGAINST,
    "低保与特困不同时纳入": TOGETHER,
    "同一户低保只走一处": TOGETHER,
    "已在低保的不再转入": AGAINST,
    "领特困金的都不是低保对象": AGAINST,
    "急难型与支出型不同时": TOGETHER,
    "还不上旧贷的不追加新贷": TOGETHER,
    "贷款不超过国家规定的额度": AGAINST,
    "追加后不超过国家规定的额度": AGAINST,
}


@contextmanager
def at_full_speed() -> Iterator[None]:
    """For bulk runs: small policies cover the same lines, and coverage makes them three times as slow."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)


class Plan(NamedTuple):
    """The plan with what it comes to. ``cases``: its worked cases."""

    program: Program
    verdicts: tuple[Verdict, ...]
    prover: Prover
    cases: tuple[Case, ...]


def read(path: Path) -> tuple[TypedPolicy, Inspection]:
    inspection = inspect(path)
    assert inspection.policy is not None
    return inspection.policy, inspection


@pytest.fixture(scope="module")
def plan() -> Plan:
    with at_full_speed():
        policy, inspection = read(plan_path().parent / "cases" / "all.policy")
        program = lower(policy, claims=True)
        reader = CaseReader(policy.vocabulary)
        return Plan(
            program=program,
            verdicts=tuple(prove(policy)),
            prover=Prover([program], policy.vocabulary),
            cases=tuple(reader.read(case.facts) for case in inspection.cases),
        )


@pytest.fixture(scope="module")
def refuted() -> tuple[Verdict, ...]:
    own = set(named(OPEN))
    with at_full_speed():
        return tuple(prove(read(OPEN)[0], only=own))


def named(path: Path) -> tuple[str, ...]:
    """Return the names of the 性质 that are written in one file."""
    return tuple(line.split()[1] for line in path.read_text("utf-8").splitlines() if line.startswith("性质 "))


def test_every_property_of_the_plan_is_proved(plan: Plan) -> None:
    assert [each.name for each in plan.verdicts if each.outcome is not Outcome.PROVED] == []


def test_the_plan_says_something_of_each_kind(plan: Plan) -> None:
    assert Counter(PropertyKind(each.kind) for each in plan.verdicts) == KINDS
    assert sum(KINDS.values()) > 40


def test_every_property_says_which_statements_it_is_drawn_from(plan: Plan) -> None:
    assert [each.name for each in plan.verdicts if not each.cites] == []


def test_what_holds_because_nothing_reads_the_fact_is_about_fairness(plan: Plan) -> None:
    """These say little as the plan stands; they watch over what a county may add."""
    unread = {claim.name for claim in plan.program.claims if claim.facts and not reads(plan.program, claim)}

    assert unread == UNREAD


@pytest.mark.usefixtures("untraced")
def test_no_property_is_empty(plan: Plan) -> None:
    """What each speaks of is so of some household, and not so of another: else it would hold whatever the plan said."""
    wanted = {(claim.name, side): claim for claim in plan.program.claims for side in sides(claim)}
    evaluator = compile_program(plan.program)
    for case in plan.cases:
        rails = evaluator.run(case)
        for (name, side), claim in list(wanted.items()):
            lanes = range(len(case.tables[claim.domain].rows))
            if any(all(rails.truth(node, lane) is truth for node, truth in side) for lane in lanes):
                del wanted[name, side]

    impossible = [key for key, claim in wanted.items() if not possible(plan.prover, claim, key[1])]

    assert impossible == []


def test_what_the_text_refutes_is_refuted_by_a_household(refuted: tuple[Verdict, ...]) -> None:
    assert {each.name: each.outcome for each in refuted} == dict.fromkeys(REFUTED, Outcome.REFUTED)
    assert {each.name: tuple(said.outcome for said in each.said) for each in refuted} == REFUTED
    assert all(each.witness is not None and each.witness.smallest for each in refuted if each.said)


def test_the_document_explains_what_the_text_refutes(refuted: tuple[Verdict, ...]) -> None:
    told = "".join(document.read_text("utf-8") for document in DOCUMENTS)

    assert [each.name for each in refuted if f"**{each.name}**" not in told] == []


def test_a_property_stands_in_one_file_only() -> None:
    """What the text refutes is not among what is proved."""
    files = [path for path in plan_path().parent.glob("*.policy") if path != OPEN]

    assert {name for path in files for name in named(path)}.isdisjoint(named(OPEN))


Side = tuple[tuple[int, bool], ...]
"""Nodes, and what each is of one household."""


def sides(claim: Claim) -> Iterator[Side]:
    """Yield what must be possible, each by itself, for ``claim`` to say something."""
    match PropertyKind(claim.kind):
        case PropertyKind.NEVER_BOTH:
            yield from (((node, True),) for node in claim.nodes)
        case PropertyKind.AT_LEAST_ONE:
            given: Side = () if claim.when is None else ((claim.when, True),)
            yield from ((*given, (node, truth)) for node in claim.nodes for truth in (True, False))
        case _:
            yield from (((node, truth),) for node in claim.nodes for truth in (True, False))


def possible(prover: Prover, claim: Claim, side: Side) -> bool:
    demands = tuple(Demand(node=node, wanted=YES if truth else NO) for node, truth in side)
    return prover.find(Goal(domain=claim.domain, demands=demands)).witness is not None


def reads(program: Program, claim: Claim) -> bool:
    used: Sequence[int] = sorted(leading_to(program, claim.nodes))
    return any(getattr(program.nodes[node], "fact", None) in claim.facts for node in used)
