"""The declarations of a policy file, as written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relapse_rules.syntax.declarations_layers import Supplement, Tightening, Widening
from relapse_rules.syntax.declared import Cite, Declaration
from relapse_rules.syntax.tree import Expression, Moment, Name, Node, Number, Path, Text, Truth
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Mutability

# --- header and imports ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Declaration):
    """政策."""

    issuer: Text | None = None
    document_number: Text | None = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    outline: Text | None = None
    scope: Name | None = None
    eligibility: Name | None = None
    categories: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Node):
    """导入 "other.policy", relative to this file."""

    path: Text


# --- vocabulary -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenValue(Node):
    """A value of an enumeration and the broader one that it belongs to. 是 and 否 may be values."""

    name: Name
    parent: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenType(Node):
    """A type as written. ``same_as``: ``集合 鉴定等级`` takes the values of that field. ``item``: kind of a set's elements."""

    kind: Kind
    unit: str = ""
    values: tuple[WrittenValue, ...] = ()
    is_open: bool = False
    item: Kind | None = None
    entity: Name | None = None
    same_as: Name | None = None


class Origin(StrEnum):
    """种类 of a field."""

    RAW = "原始"
    JUDGEMENT = "裁量"
    DERIVED = "推导"
    PROCESS = "程序"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Node):
    """范围: both ends included; None is open."""

    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Node):
    """字段. ``nullable``: null may be stated. ``positional`` (标识 可缺): an id that may be left out.

    ``mutability`` (变动): None where it is not written and follows from the rest. ``documents`` (证明): what would prove it.
    """

    name: Name
    english: Name
    type: WrittenType
    aliases: tuple[Name, ...] = ()
    supplier: Text | None = None
    origin: Origin = Origin.RAW
    mutability: Mutability | None = None
    documents: tuple[Name, ...] = ()
    nullable: bool = True
    is_identifier: bool = False
    positional: bool = False
    required: bool = False
    personal: bool = False
    tri_state: bool = False
    range: Range | None = None
    description: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Declaration):
    """实体. ``parent`` is None for the root; ``single``: exactly one for its parent (数量 一个)."""

    english: Name
    aliases: tuple[Name, ...] = ()
    parent: Name | None = None
    single: bool = False
    description: Text | None = None
    fields: tuple[Field, ...] = ()


# --- units, parameters, readings ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession(Node):
    """并入 NAME 自 DATE."""

    unit: Name
    since: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Declaration):
    """单位. ``resolves_through``: 指代 农户.乡镇. ``code``: the area code that the name stands for."""

    level: Name | None = None
    aliases: tuple[Name, ...] = ()
    successions: tuple[Succession, ...] = ()
    resolves_through: Path | None = None
    code: Text | None = None


class Source(StrEnum):
    """Where a parameter's value comes from."""

    PLAN = "原文"
    STANDARD = "标准"
    LOCAL = "本地"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue(Node):
    """自 DATE 为 VALUE 来源 …; ``value`` is None for 待定. Several values make a set."""

    since: Moment
    value: Expression | tuple[Name | Truth, ...] | None
    source: Source
    origin: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Declaration):
    """参数 名: 类型."""

    type: WrittenType
    values: tuple[DatedValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Declaration):
    """设定 (overlay): more dated values for a 参数. ``replaces`` (取代上级): the values of layers above end where these begin."""

    values: tuple[DatedValue, ...] = ()
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Declaration):
    """解读."""

    taken: Name
    options: tuple[Name, ...]
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption(Node):
    """采用 READING 为 OPTION (county overlay)."""

    name: Name
    option: Name


# --- rules ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Declaration):
    """裁量."""

    entity: Name
    deciders: tuple[Name, ...]
    finding: Expression
    indicators: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Declaration):
    """定义. ``no_tightening``, ``no_widening``: what layers below may not do to it."""

    entity: Name
    condition: Expression
    derives: Path | None = None
    no_tightening: bool = False
    no_widening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Declaration):
    """指标."""

    entity: Name
    value: Expression
    derives: Path | None = None


class Force(StrEnum):
    """力度."""

    MUST = "应当"
    MAY = "可以"
    ENCOURAGED = "鼓励"


@dataclass(frozen=True, slots=True, kw_only=True)
class Units(Node):
    """责任单位, with the statements that name them."""

    names: tuple[Name, ...]
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit(Node):
    """时限: a word of the plan, or ``START 起 DURATION 内 [按 READING]``, or ``START 当天``.

    Exactly one of ``word``, ``within`` and ``same_day`` is set; ``start`` goes with the last two.
    ``within`` is a duration literal or the name of a 参数.
    """

    word: Name | Text | None = None
    start: Expression | None = None
    within: Number | Name | None = None
    same_day: bool = False
    reading: Name | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Node):
    """The id of something listed in a decision: ``纳入危房改造`` or ``快速认定/评议公示``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Declaration):
    """措施. ``no_tightening``, ``no_widening``: what layers below may not do to it."""

    category: Name
    entity: Name
    condition: Expression
    force: Force
    units: Units | None = None
    supporting_units: Units | None = None
    time_limit: TimeLimit | None = None
    funding: Text | None = None
    procedure: Name | None = None
    after: tuple[Reference, ...] = ()
    done: Expression | None = None
    description: Text | None = None
    no_tightening: bool = False
    no_widening: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Node):
    """步骤 of a 程序. ``parallel`` (并行): it does not follow the step before it."""

    name: Name
    cites: tuple[Cite, ...] = ()
    units: Units | None = None
    time_limit: TimeLimit | None = None
    condition: Expression | None = None
    after: tuple[Reference, ...] = ()
    done: Expression | None = None
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Declaration):
    """程序."""

    entity: Name
    condition: Expression
    steps: tuple[Step, ...]
    time_limit: TimeLimit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Declaration):
    """职责. ``no_tightening``, ``no_widening``: what layers below may not do to it."""

    entity: Name
    trigger: Expression
    force: Force | None = None
    units: Units | None = None
    recipient: Units | None = None
    time_limit: TimeLimit | None = None
    after: tuple[Reference, ...] = ()
    done: Expression | None = None
    description: Text | None = None
    no_tightening: bool = False
    no_widening: bool = False


class EffectKind(StrEnum):
    """What an exception does to what it names."""

    AFTER = "之后"
    OFF = "不适用"
    ON = "适用"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Node):
    """效果. ``targets`` are changed; for AFTER they come after ``others``. A name may be a 类别."""

    kind: EffectKind
    targets: tuple[Reference, ...]
    others: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRule(Declaration):
    """例外."""

    entity: Name
    condition: Expression
    effects: tuple[Effect, ...]
    force: Force | None = None
    units: Units | None = None
    done: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable(Node):
    """不适用: statements that no rule can decide, and why."""

    cites: tuple[Cite, ...]
    reason: Text


class PropertyKind(StrEnum):
    """What a 性质 says of every household."""

    IMPLIES = "蕴含"
    NEVER_BOTH = "从不同时"
    AT_LEAST_ONE = "至少一项"
    NOT_INCREASING = "不增"
    NOT_DECREASING = "不减"
    UNCHANGED = "不随"
    HAS_OWNER = "有责任单位"
    HAS_LIMIT = "有时限"
    NOT_STRICTER = "不严于"


class ListedKind(StrEnum):
    """What HAS_OWNER and HAS_LIMIT speak of."""

    MEASURE = "措施"
    DUTY = "职责"
    STEP = "步骤"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Declaration):
    """性质.

    ``entity`` (对象): over whose elements; None where it follows from the names. ``subjects``: the conditions spoken of (left and right
    of 蕴含). ``condition`` (AT_LEAST_ONE): when one of them must hold. ``fields``: what the monotone kinds and UNCHANGED vary.
    ``listed`` for HAS_OWNER and HAS_LIMIT. ``other`` (NOT_STRICTER): the file of the other policy, None for the layer above (上级).
    """

    kind: PropertyKind
    entity: Name | None = None
    subjects: tuple[Expression, ...] = ()
    condition: Expression | None = None
    fields: tuple[Path, ...] = ()
    listed: ListedKind | None = None
    other: Text | None = None


# --- worked cases ---------------------------------------------------------------------------------


class Special(StrEnum):
    """Facts that are no value of their type."""

    UNKNOWN = "未知"
    NEVER = "未发生"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenValue(Node):
    """FIELD 为 VALUE; ``{A、B}`` is a tuple of names, ``{}`` an empty one."""

    field: Name
    value: Expression | Special | tuple[Name | Truth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenElement(Node):
    """ENTITY [ID]: VALUES; or ENTITY 没有 (``absent``: the stated empty list).

    ``判定时点 为 …`` alone on a line has entity 政策上下文 with that one value.
    """

    entity: Name
    id: Name | None = None
    values: tuple[GivenValue, ...] = ()
    absent: bool = False


class Outcome(StrEnum):
    """Expected outcomes."""

    YES = "是"
    NO = "否"
    UNKNOWN = "未知"


class ExpectationKind(StrEnum):
    """What a line under 期望 speaks of."""

    OUTCOME = "为"
    MEASURES = "措施 含"
    NO_MEASURES = "措施 不含"
    MISSING = "缺"
    DUE = "截止"
    DONE = "完成"
    CONTRADICTION = "矛盾"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation(Node):
    """One line under 期望. ``target`` is the id after 对; ``outcome`` for OUTCOME and DONE; ``due`` for DUE (None: no due time)."""

    kind: ExpectationKind
    subjects: tuple[Reference, ...]
    target: Reference | None = None
    outcome: Outcome | None = None
    due: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Declaration):
    """用例."""

    base: Name | None = None
    given: tuple[GivenElement, ...] = ()
    expected: tuple[Expectation, ...] = ()


AnyDeclaration = (
    Header
    | Import
    | Entity
    | Unit
    | Parameter
    | Setting
    | Reading
    | Adoption
    | Supplement
    | Tightening
    | Widening
    | Judgement
    | Definition
    | Indicator
    | Measure
    | Procedure
    | Duty
    | ExceptionRule
    | NotApplicable
    | Property
    | Case
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile(Node):
    """All declarations of one file, in order. Broken ones are left out (and reported)."""

    declarations: tuple[AnyDeclaration, ...]
