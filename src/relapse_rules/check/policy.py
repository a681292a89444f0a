"""The typed policy: what the checker hands to the engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from relapse_rules.check.outline import Outline
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.source import NOWHERE, Span
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What every checked declaration has. ``entity`` is the English name of its 对象; ``domain`` whose lanes carry it."""

    name: str
    cites: tuple[str, ...] = ()
    entity: str = ""
    domain: str = ""
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """单位. ``successions``: (unit name, date ordinal from which) in ascending order. ``fact``: ``household.township_code``."""

    name: str
    level: str = ""
    aliases: tuple[str, ...] = ()
    successions: tuple[tuple[str, int], ...] = ()
    fact: str | None = None
    code: str | None = None
    cites: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """A value from a date (ordinal) on: an integer, a set of names, a condition, or None for 待定. ``text``: as an officer reads it."""

    since: int
    value: int | tuple[str, ...] | bool | None
    text: str | None
    source: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSpec:
    """参数, its values in ascending order of date (overlay values in their places)."""

    name: str
    type: Type
    values: tuple[ParameterValue, ...]
    cites: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSpec:
    """解读: ``taken`` is one of ``options`` (an overlay's 采用 is already applied)."""

    name: str
    taken: str
    options: tuple[str, ...]
    reason: str = ""
    cites: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDefinition(Declared):
    """定义. ``derives``: the fact (``entity.field``) that it writes, whose supplied value is merged in."""

    condition: Condition
    derives: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIndicator(Declared):
    """指标."""

    value: Quantity
    type: Type
    derives: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedJudgement(Declared):
    """裁量: ``finding`` reads recorded judgement facts only. ``facts``: those that it reads."""

    finding: Condition
    deciders: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLimit:
    """时限. ``word`` is how the plan says it (always set, for printing). ``start`` is a time, or a date when ``start_is_date``.

    ``within`` is a duration in the steps of ``within_unit`` (天, 小时, 分钟: seconds; 月, 年: months; 工作日: days), or the 参数 that gives it.
    ``same_day``: due at 23:59:59 of the start's date. ``reading``: the 解读 that says how a day counts (二十四小时, 次日终了).
    """

    word: str
    start: Quantity | None = None
    start_is_date: bool = False
    within: int | str | None = None
    within_unit: str = ""
    same_day: bool = False
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Declared):
    """What a decision lists with an outcome: measures, steps, duties, exceptions.

    ``condition`` is as written; ``outcome`` has the exceptions worked in. ``also_cites``: statements cited at an attribute
    (责任单位 … 依据 …), which count for coverage. ``after``: ids that come first.
    """

    condition: Condition
    outcome: Condition
    force: str | None = None
    units: tuple[str, ...] = ()
    also_cites: tuple[str, ...] = ()
    limit: TypedLimit | None = None
    after: tuple[str, ...] = ()
    done: Condition | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedMeasure(Listed):
    """措施."""

    category: str
    supporting_units: tuple[str, ...] = ()
    funding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTask(Listed):
    """A step of a 程序 (``name`` is 程序/步骤) or a 职责. ``procedure`` is None for a duty."""

    procedure: str | None = None
    recipient: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedProcedure(Declared):
    """程序 itself; its steps are among the tasks."""

    condition: Condition
    steps: tuple[str, ...]
    limit: TypedLimit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedException(Listed):
    """例外. ``orders``: (later ids, earlier ids). ``switches``: ids whose outcome it changes (off or on)."""

    orders: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    switches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedProperty(Declared):
    """性质: what holds for each element of ``entity``; that is empty for the kinds that speak of what a decision lists.

    ``kind`` as in `syntax.declarations.PropertyKind`. ``conditions``: what it speaks of, all over ``domain`` (left and right of 蕴含),
    and ``subjects`` as they were written, on one line each. ``when``: when one of them must hold (至少一项), None for always.
    ``facts``: the fields (``entity.field``) that it varies. ``listings``: the ids that must have an owner or a limit, in written order.
    ``other``: the file of the policy that it is compared with, relative to the file that holds the 性质. ``above``: or how many of the
    overlays, in the order given, make up with the policy what it is compared with (不严于 上级).
    """

    kind: str
    conditions: tuple[Condition, ...] = ()
    when: Condition | None = None
    subjects: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    other: str | None = None
    above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcusedStatement:
    """A statement under 不适用, with the reason."""

    cite: str
    reason: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedExpectation:
    """One line under 期望. ``kind`` as in `syntax.declarations.ExpectationKind`.

    ``subjects``: ids of a decision, or facts (``household.dibao_eligible``) for 缺 and 矛盾. ``target``: an element's id as a
    decision has it (``E1``, ``housing[0]``), None: any. ``outcome``: 是, 否 or 未知; ``due``: seconds, None for no due time.
    """

    kind: str
    subjects: tuple[str, ...]
    target: str | None = None
    outcome: str | None = None
    due: int | None = None
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCase:
    """用例. ``facts`` is a case as a JSON file states it (English keys, what 基于 gives worked in); numbers are exact."""

    name: str
    facts: Mapping[str, object]
    expectations: tuple[TypedExpectation, ...]
    cites: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class TypedPolicy:
    """A whole checked policy, every name resolved and every type known.

    ``definitions``, ``indicators`` and ``judgements`` are in an order in which each comes after what it uses (strata);
    the rest in written order. ``digest`` is over the texts of all its files and overlays.
    """

    name: str
    digest: str
    vocabulary: Vocabulary
    issuer: str = ""
    document_number: str = ""
    valid_from: int | None = None
    valid_until: int | None = None
    scope: str | None = None
    eligibility: str | None = None
    categories: tuple[str, ...] = ()
    outline: Outline | None = None
    units: tuple[UnitSpec, ...] = ()
    parameters: tuple[ParameterSpec, ...] = ()
    readings: tuple[ReadingSpec, ...] = ()
    judgements: tuple[TypedJudgement, ...] = ()
    definitions: tuple[TypedDefinition, ...] = ()
    indicators: tuple[TypedIndicator, ...] = ()
    measures: tuple[TypedMeasure, ...] = ()
    procedures: tuple[TypedProcedure, ...] = ()
    tasks: tuple[TypedTask, ...] = ()
    exceptions: tuple[TypedException, ...] = ()
    properties: tuple[TypedProperty, ...] = ()
    excused: tuple[ExcusedStatement, ...] = ()
    cases: tuple[TypedCase, ...] = ()

    @cached_property
    def conditions(self) -> dict[str, TypedDefinition | TypedJudgement | TypedException]:
        """What `typed.Named` may speak of, by name."""
        declared: tuple[TypedDefinition | TypedJudgement | TypedException, ...] = (
            *self.judgements,
            *self.definitions,
            *self.exceptions,
        )
        return {each.name: each for each in declared}

    @cached_property
    def numbers(self) -> dict[str, TypedIndicator]:
        """What `typed.NamedNumber` may speak of, by name."""
        return {declared.name: declared for declared in self.indicators}
