"""Random typed policies over the test vocabulary, from a seed or from Hypothesis."""

from __future__ import annotations

import os
from random import Random

from hypothesis import strategies as st
from tests.strategies.cases import NUMBERS, random_case
from tests.strategies.expressions import Expressions
from tests.strategies.vocabulary import DISASTERS, DOMAINS, DURATION, FIELDS, VOCABULARY

from relapse_rules.check import policy as checked
from relapse_rules.check import typed
from relapse_rules.facts.case import Case
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import Origin

_HOME = "household"
_EARLIER, _TODAY, _LATER = (738_000, 738_734, 739_500)  # ordinals: 2021, 2023-08-02, 2025


def random_policy(rng: Random, *, depth: int = 4) -> checked.TypedPolicy:
    """Return a policy with every kind of declaration, each using only what stands before it."""
    parameters = _parameters(rng)
    readings = (
        checked.ReadingSpec(name="解读甲", taken=rng.choice(("任一", "全部")), options=("任一", "全部")),
        checked.ReadingSpec(name="解读乙", taken="二十四小时", options=("二十四小时", "次日终了")),
    )
    derivers = _derivers(rng)
    drawn = Expressions(
        rng=rng,
        number_parameters={
            spec.name: spec.type.kind for spec in parameters if spec.type.kind is not Kind.SET
        },
        set_parameters=tuple(spec.name for spec in parameters if spec.type.kind is Kind.SET),
        readings={spec.name: spec.options for spec in readings},
        derived=frozenset(derivers),
    )
    judgements = (
        checked.TypedJudgement(
            name="裁量甲", entity=_HOME, domain=_HOME, finding=drawn.judgement(), deciders=("乡镇",)
        ),
    )
    drawn.conditions["裁量甲"] = _HOME
    definitions: list[checked.TypedDefinition] = []
    indicators: list[checked.TypedIndicator] = []
    for number in range(rng.randint(2, 5)):
        _add_named(f"{number}", None, drawn, definitions, indicators, depth)
    for fact in derivers:
        _add_named(fact, fact, drawn, definitions, indicators, depth - 1)
    _add_named("末", None, drawn, definitions, indicators, depth)
    exceptions = _exceptions(drawn, depth - 1)
    return checked.TypedPolicy(
        name="随机方案",
        digest="sha256:0",
        vocabulary=VOCABULARY,
        parameters=parameters,
        readings=readings,
        judgements=judgements,
        definitions=tuple(definitions),
        indicators=tuple(indicators),
        exceptions=exceptions,
        measures=tuple(_measure(f"措施{number}", drawn, exceptions, depth - 1) for number in range(2)),
        tasks=(_task("职责甲", drawn, depth - 1),),
    )


class _Seeded(Random):
    """A source of choices that a failure names so that it can be made again."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._from = seed

    def __repr__(self) -> str:
        return f"seeded({self._from})"


def seeded(seed: int) -> Random:
    """Return the source of choices of a bulk run, the same for the same seed on every machine."""
    return _Seeded(seed)


def randoms() -> st.SearchStrategy[Random]:
    """Sources of choices for `random_policy` and the like, each from a seed, which does not shrink.

    With ``RELAPSE_SHRINK`` set every choice is Hypothesis's: a failure gets as small as it can, and each example takes ten
    times as long to draw.
    """
    if os.environ.get("RELAPSE_SHRINK"):
        return st.randoms(use_true_random=False)
    return st.integers(0, 2**32 - 1).map(seeded)


def random_policy_and_case(rng: Random) -> tuple[checked.TypedPolicy, Case]:
    """Return a policy and a case for it."""
    return random_policy(rng), random_case(rng)


def policies_and_cases() -> st.SearchStrategy[tuple[checked.TypedPolicy, Case]]:
    """Policies with cases, by `randoms`."""
    return randoms().map(random_policy_and_case)


def shrinking_policies_and_cases() -> st.SearchStrategy[tuple[checked.TypedPolicy, Case]]:
    """Policies with cases that shrink: every choice is Hypothesis's."""
    return st.randoms(use_true_random=False).map(random_policy_and_case)


def _parameters(rng: Random) -> tuple[checked.ParameterSpec, ...]:
    sets = checked.ParameterSpec(
        name="参数集合", type=DISASTERS, values=_dated(rng, (("洪涝",), ("水旱灾害", "地震"), ()))
    )
    numbers = (
        checked.ParameterSpec(name=f"参数{kind}", type=_type(kind), values=_dated(rng, NUMBERS[kind]))
        for kind in NUMBERS
    )
    return (sets, *numbers)


def _type(kind: Kind) -> Type:
    """Return a type of the kind, as the checker gives it: a duration has a unit."""
    return DURATION if kind is Kind.DURATION else Type(kind=kind)


def _dated(rng: Random, values: tuple[int | tuple[str, ...], ...]) -> tuple[checked.ParameterValue, ...]:
    """Return values from some dates on: also none in force yet, one from 判定时点's own date, and 待定."""
    dates = (since for since in (_EARLIER, _TODAY, _LATER) if rng.random() < 0.7)
    return tuple(
        checked.ParameterValue(
            since=since, value=None if rng.random() < 0.15 else rng.choice(values), text=None, source="本地"
        )
        for since in dates
    )


def _derivers(rng: Random) -> dict[str, Kind]:
    """Return the derived facts that this policy writes; the others are ordinary fields to it."""
    specs = (spec for domain in DOMAINS for spec in FIELDS[domain] if spec.origin is Origin.DERIVED)
    return {spec.fact: spec.type.kind for spec in specs if rng.random() < 0.4}


def _add_named(
    name: str,
    derives: str | None,
    drawn: Expressions,
    definitions: list[checked.TypedDefinition],
    indicators: list[checked.TypedIndicator],
    depth: int,
) -> None:
    """Add a 定义 or 指标; ``derives`` says which, and where, when it is a fact."""
    rng = drawn.rng
    if derives is None:
        domain, kind = rng.choice((_HOME, *DOMAINS)), rng.choice((Kind.CONDITION, Kind.CONDITION, *NUMBERS))
        entity = domain
    else:
        spec = VOCABULARY.field(derives)
        domain, kind, entity = VOCABULARY.domain(spec.entity), spec.type.kind, spec.entity
    if kind is Kind.CONDITION:
        condition = drawn.condition(domain, rng.randint(0, depth))
        declared = checked.TypedDefinition(
            name=f"定义{name}", entity=entity, domain=domain, condition=condition, derives=derives
        )
        definitions.append(declared)
        drawn.conditions[declared.name] = domain
    else:
        value = drawn.quantity(domain, kind, rng.randint(0, min(depth, 3)))
        indicator = checked.TypedIndicator(
            name=f"指标{name}",
            entity=entity,
            domain=domain,
            value=value,
            type=_type(kind),
            derives=derives,
        )
        indicators.append(indicator)
        drawn.numbers[indicator.name] = (domain, kind)


def _exceptions(drawn: Expressions, depth: int) -> tuple[checked.TypedException, ...]:
    """Return two exceptions, the first of which switches the second off at times."""
    first = drawn.condition(_HOME, depth)
    second = drawn.condition(_HOME, depth)
    overridden = typed.AllOf(
        domain=_HOME,
        operands=(second, typed.Negation(domain=_HOME, operand=typed.Named(domain=_HOME, name="例外甲"))),
    )
    outcome = overridden if drawn.rng.random() < 0.5 else second
    return (
        checked.TypedException(name="例外甲", entity=_HOME, domain=_HOME, condition=first, outcome=first),
        checked.TypedException(name="例外乙", entity=_HOME, domain=_HOME, condition=second, outcome=outcome),
    )


def _measure(
    name: str, drawn: Expressions, exceptions: tuple[checked.TypedException, ...], depth: int
) -> checked.TypedMeasure:
    rng = drawn.rng
    condition = drawn.condition(_HOME, depth)
    exception = typed.Named(domain=_HOME, name=rng.choice(exceptions).name)
    outcome = rng.choice(
        (
            condition,
            typed.AllOf(domain=_HOME, operands=(condition, typed.Negation(domain=_HOME, operand=exception))),
            typed.AnyOf(domain=_HOME, operands=(condition, exception)),
        )
    )
    return checked.TypedMeasure(
        name=name,
        entity=_HOME,
        domain=_HOME,
        category="类别",
        condition=condition,
        outcome=outcome,
        done=drawn.condition(_HOME, 1) if rng.random() < 0.5 else None,
    )


def _task(name: str, drawn: Expressions, depth: int) -> checked.TypedTask:
    rng = drawn.rng
    domain = rng.choice(DOMAINS)
    condition = drawn.condition(domain, depth)
    kind = rng.choice((Kind.TIME, Kind.DATE))
    limit = checked.TypedLimit(
        word="1天内",
        start=drawn.quantity(domain, kind, 1),
        start_is_date=kind is Kind.DATE,
        within=86_400,
        within_unit="天",
    )
    return checked.TypedTask(
        name=name,
        entity=domain,
        domain=domain,
        condition=condition,
        outcome=condition,
        done=drawn.condition(domain, 1),
        limit=limit,
    )
