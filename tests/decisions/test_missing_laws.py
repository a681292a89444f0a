"""An undecided element lists what it waits for: nothing else can decide it, and what is filled in is waited for no longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from random import Random

from hypothesis import given
from tests.strategies.cases import random_value
from tests.strategies.effort import COMPILED
from tests.strategies.policies import random_policy_and_case, randoms
from tests.strategies.vocabulary import FIELDS, SINGLE_ROWS

from relapse_rules.decisions import Concluder, Decision
from relapse_rules.decisions.model import MeasureElement, TaskElement
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.facts.case import Case, Value
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.values.types import Kind


def decide(evaluator: Evaluator, case: Case) -> Decision:
    return Concluder(evaluator.program).conclude(evaluator.run(case), case, reading_changes={})


def undecided(decision: Decision) -> tuple[MeasureElement | TaskElement, ...]:
    """Leaves out what stands for the elements of a list that was not supplied: there nothing is being decided yet."""
    return tuple(
        element
        for element in (*decision.measures, *decision.tasks)
        if element.outcome == "unknown" and element.target.id is not None
    )


def fill(case: Case, program: Program, rng: Random, wanted: Collection[str], *, others: bool) -> Case:
    """State every unknown fact in ``wanted``; with ``others``, every one not in it. Facts that a rule derives are left to it."""

    def chosen(fact: str) -> bool:
        return (fact in wanted) is not others and fact not in program.derived

    tables = {
        domain: table._replace(
            rows=tuple(fill_row(domain, row, rng, chosen) for row in table.rows),
            complete=table.complete or chosen(list_of(domain)),
        )
        for domain, table in case.tables.items()
    }
    links = {
        relation: tuple(
            rng.randrange(len(tables[relation.parent].ids))
            if parent is None
            and tables[relation.parent].ids
            and chosen(f"{relation.child}.{relation.reference}")
            else parent
            for parent in parents
        )
        for relation, parents in case.links.items()
    }
    return replace(case, tables=tables, links=links)


def fill_row(
    domain: str, row: Mapping[str, Value], rng: Random, chosen: Callable[[str], bool]
) -> dict[str, Value]:
    unstated = (
        spec
        for spec in FIELDS[domain]
        if spec.fact not in row and spec.type.kind is not Kind.REFERENCE and chosen(spec.fact)
    )
    return {**row, **{spec.fact: random_value(spec.type, rng) for spec in unstated}}


def list_of(domain: str) -> str:
    return (
        domain
        if domain in ("disaster_event", "department_alert") or domain in SINGLE_ROWS
        else f"household.{domain}"
    )


def still_open(case: Case) -> frozenset[str]:
    """Facts that may be waited for although they are stated: those with broader and narrower values, and references to an empty list."""
    broad = {
        spec.fact
        for specs in FIELDS.values()
        for spec in specs
        if any(value.parent is not None for value in spec.type.values)
    }
    dangling = {
        f"{relation.child}.{relation.reference}"
        for relation in case.links
        if not case.tables[relation.parent].ids
    }
    return frozenset(broad | dangling)


def facts(missing: Iterable[str]) -> set[str]:
    """Leaves out 参数, which no case can set."""
    return {fact for fact in missing if not fact.startswith("参数.")}


@COMPILED
@given(rng=randoms())
def test_nothing_else_decides_it(rng: Random) -> None:
    """However all other facts turn out, an element stays undecided as long as none of its missing facts is known."""
    policy, case = random_policy_and_case(rng)
    evaluator = compile_program(lower(policy))

    for element in undecided(decide(evaluator, case)):
        after = decide(evaluator, fill(case, evaluator.program, rng, element.missing, others=True))
        assert (element.id, element.target) in {(other.id, other.target) for other in undecided(after)}


@COMPILED
@given(rng=randoms())
def test_what_is_filled_in_is_waited_for_no_longer(rng: Random) -> None:
    policy, case = random_policy_and_case(rng)
    evaluator = compile_program(lower(policy))

    for element in undecided(decide(evaluator, case)):
        after = decide(evaluator, fill(case, evaluator.program, rng, element.missing, others=False))
        for other in undecided(after):
            if (other.id, other.target) == (element.id, element.target):
                assert facts(other.missing) & facts(element.missing) <= still_open(case)


@COMPILED
@given(rng=randoms())
def test_only_what_is_not_known_is_waited_for(rng: Random) -> None:
    """A case in which everything is stated exactly waits for nothing but 参数."""
    policy, case = random_policy_and_case(rng)
    evaluator = compile_program(lower(policy))

    decision = decide(evaluator, fill(case, evaluator.program, rng, (), others=True))

    assert facts(missing.fact for missing in decision.missing) <= still_open(case)


@COMPILED
@given(rng=randoms())
def test_each_missing_fact_counts_the_elements_that_wait_for_it(rng: Random) -> None:
    """No 资格 is declared here, so measures and tasks are all that counts."""
    policy, case = random_policy_and_case(rng)
    decision = decide(compile_program(lower(policy)), case)

    waiting = [fact for element in (*decision.measures, *decision.tasks) for fact in element.missing]

    assert {missing.fact: missing.decides for missing in decision.missing} == Counter(waiting)
