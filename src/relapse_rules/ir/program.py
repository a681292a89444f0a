"""The program as a value: nodes in order, what they stand for, and what a decision lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relapse_rules.ir.nodes import AnyNode
from relapse_rules.source import Span
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit. ``word`` as printed. ``start``: the number node of its start (a date when ``start_is_date``).

    ``within`` in the steps of ``within_unit`` (seconds for 天 小时 分钟; months for 月 年; days for 工作日), or a 参数's name.
    """

    word: str
    start: int | None = None
    start_is_date: bool = False
    within: int | str | None = None
    within_unit: str = ""
    same_day: bool = False
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """A 定义 or 裁量: what a decision lists under conclusions or judgements. ``deciders`` is empty for a 定义."""

    id: str
    entity: str
    domain: str
    cites: tuple[str, ...]
    node: int
    deciders: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A 措施, a step, a 职责 or a 例外: what a decision lists with units and limits.

    ``kind`` is ``measure``, ``step``, ``duty`` or ``exception``. ``node`` is its outcome with the exceptions worked in; ``condition``
    the condition as written. ``changes`` (exceptions): ids that it orders or switches.
    ``ordered_after``: (exception id, ids) that come first when the exception applies.
    """

    kind: str
    id: str
    entity: str
    domain: str
    cites: tuple[str, ...]
    node: int
    condition: int
    category: str = ""
    force: str | None = None
    units: tuple[str, ...] = ()
    limit: Limit | None = None
    after: tuple[str, ...] = ()
    ordered_after: tuple[tuple[str, tuple[str, ...]], ...] = ()
    done: int | None = None
    changes: tuple[str, ...] = ()
    funding: str = ""
    procedure: str | None = None
    recipient: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A 性质: what must hold for each element of ``entity``; see `check.policy.TypedProperty`.

    ``nodes``: the conditions that it speaks of, all over ``domain``. ``when``: the node of the condition of 至少一项.
    ``listings``: ids of `Listing` that must have an owner or a limit.
    """

    name: str
    kind: str
    cites: tuple[str, ...]
    entity: str
    domain: str
    nodes: tuple[int, ...] = ()
    when: int | None = None
    subjects: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    other: str | None = None
    above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedSetting:
    """A 参数's value from a date (ordinal) on; see `check.policy.ParameterValue`."""

    since: int
    value: int | tuple[str, ...] | bool | None
    text: str | None
    source: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterEntry:
    """A 参数 and its dated values, ascending."""

    name: str
    values: tuple[DatedSetting, ...]


def in_force(entry: ParameterEntry, today: int) -> DatedSetting | None:
    """Return the value of ``entry`` that holds on the date ``today`` (ordinal), or None before the first."""
    holding = [setting for setting in entry.values if setting.since <= today]
    return holding[-1] if holding else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEntry:
    """A 解读: what is taken, what could be."""

    name: str
    taken: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEntry:
    """A 单位 and how its name resolves: through a household's fact, by succession (unit, date ordinal), or as the name of a code."""

    name: str
    aliases: tuple[str, ...] = ()
    successions: tuple[tuple[str, int], ...] = ()
    fact: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactEntry:
    """What a decision says of a fact: who supplies it. ``type`` tells the engine how stated values answer tests."""

    fact: str
    domain: str
    supplier: str
    type: Type


@dataclass(frozen=True, kw_only=True)
class Program:
    """All that the back half needs. ``nodes[i]`` uses only nodes before ``i``.

    ``origins[i]``: where node ``i`` was written and for which statements. ``named``: node of each 定义, 裁量, 例外 and 指标.
    ``expressions``: (declaration, path of child positions) → node, for every typed expression (used by the conformance tests).
    ``domains``: entities with lanes, parents first, with their structural parent (None for the root).
    """

    policy: str
    digest: str
    nodes: tuple[AnyNode, ...]
    origins: tuple[tuple[Span, ...], ...]
    named: Mapping[str, int]
    expressions: Mapping[tuple[str, tuple[int, ...]], int]
    domains: tuple[tuple[str, str | None], ...]
    singular: frozenset[str]
    """Domains that have exactly one lane in one case: 政策上下文 and 农户."""
    relations: tuple[Relation, ...]
    facts: Mapping[str, FactEntry]
    derived: Mapping[str, int]
    """fact → its Merge or MergeNumber node."""
    conclusions: tuple[Concluded, ...] = ()
    judgements: tuple[Concluded, ...] = ()
    listings: tuple[Listing, ...] = ()
    claims: tuple[Claim, ...] = ()
    """What must hold, only in a program that was lowered for proving it."""
    parameters: tuple[ParameterEntry, ...] = ()
    readings: tuple[ReadingEntry, ...] = ()
    units: tuple[UnitEntry, ...] = ()
    categories: tuple[str, ...] = ()
    scope: str | None = None
    eligibility: str | None = None
    issuer: str = ""
    document_number: str = ""
    valid_from: int | None = None
    valid_until: int | None = None


def is_valid_on(program: Program, day: int) -> bool:
    """Whether a date (ordinal) is within the dates from and until which ``program`` says it is valid."""
    first, last = program.valid_from, program.valid_until
    return (first is None or day >= first) and (last is None or day <= last)


def outcomes(program: Program) -> Iterator[Concluded | Listing]:
    """Yield everything that a decision lists with an outcome."""
    yield from program.conclusions
    yield from program.judgements
    yield from program.listings
