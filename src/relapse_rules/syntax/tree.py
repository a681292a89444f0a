"""The tree of a policy file: what was written, nothing resolved yet.

Nodes are equal when they say the same: ``span`` is left out of comparison. Values and conditions share `Expression`;
the type checker tells them apart. Declarations are in `relapse_rules.syntax.declarations`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relapse_rules.source import NOWHERE, Span
from relapse_rules.values.truth import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything written, with its place."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """One written name, without corner brackets."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Path(Node):
    """``A`` or ``A.B``: a name, or a name seen from an entity. ``is_step``: ``程序/步骤``, which only a 性质 speaks of."""

    parts: tuple[Name, ...]
    is_step: bool = False

    @property
    def text(self) -> str:
        """The parts joined by dots, those of a step by a slash."""
        return ("/" if self.is_step else ".").join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth(Node):
    """The literal 是 or 否."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    """A number with its unit as written, both in normal form: ``digits`` plain decimal, 万/亿 kept in ``unit``.

    ``3.5万元`` is ``digits="3.5"``, ``unit="万元"``; ``30%`` is ``digits="30"``, ``unit="%"``; a bare number has ``unit=""``.
    """

    digits: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Node):
    """A date (``2023-07-28``) or a time (``2023-08-01 20:00``), in normal ISO form; a time without offset is Asia/Shanghai."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A quoted text, without its quotes."""

    value: str


class ListKind(StrEnum):
    """How the items of a list form combine."""

    ALL = "全部"
    ANY = "任一"
    AT_LEAST = "至少"
    BY_READING = "按"


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction(Node):
    """``A 且 B`` or ``A 或 B`` on one line: ``kind`` is ALL or ANY, two operands or more."""

    kind: ListKind
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionList(Node):
    """``以下全部:`` and its kin, one item a line. ``count`` for AT_LEAST, ``reading`` for BY_READING."""

    kind: ListKind
    items: tuple[Expression, ...]
    count: int | None = None
    reading: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """``非 A``."""

    operand: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class IfThen(Node):
    """``若 A 则 B``: not A, or B."""

    condition: Expression
    consequence: Expression


class QuantifierKind(StrEnum):
    """存在, 每个, 没有."""

    EXISTS = "存在"
    EVERY = "每个"
    NONE = "没有"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier(Node):
    """``存在 实体 满足 条件``."""

    kind: QuantifierKind
    entity: Name
    condition: Expression


class AggregateKind(StrEnum):
    """个数 (人数 is the same), 合计, 最大, 最小."""

    COUNT = "个数"
    SUM = "合计"
    MAXIMUM = "最大"
    MINIMUM = "最小"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """``合计(实体.字段 满足 条件)``; a count has no ``value``."""

    kind: AggregateKind
    entity: Name
    value: Name | None = None
    condition: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Node):
    """A comparison. ``word`` is the canonical spelling (``不超过``), ``operator`` what it means."""

    operator: Comparison
    word: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Between(Node):
    """``X 介于 A 与 B``, both ends included."""

    subject: Expression
    low: Expression
    high: Expression


class MembershipKind(StrEnum):
    """属于 and the forms of 含."""

    AMONG = "属于"
    NOT_AMONG = "不属于"
    CONTAINS = "含"
    CONTAINS_NOT = "不含"
    CONTAINS_ANY = "含任一"
    CONTAINS_ALL = "含全部"
    EMPTY = "为空"
    NOT_EMPTY = "不为空"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Node):
    """``X 属于 A、B`` and ``S 含 A``; no values for 为空 and 不为空. A value may be written 是 or 否 (`Truth`)."""

    kind: MembershipKind
    subject: Expression
    values: tuple[Name | Truth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Node):
    """``T 已发生``, or ``T 未发生`` when ``negated``."""

    subject: Expression
    negated: bool = False


class Operator(StrEnum):
    """The four operations, exact."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "×"
    DIVIDE = "÷"


class Rounding(StrEnum):
    """How a division becomes a whole number of the smallest steps (分, whole numbers, ten-thousandths)."""

    HALF_UP = "四舍五入"
    DOWN = "向下取整"
    UP = "向上取整"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    """``A + B``. A division without ``rounding`` is a 比例."""

    operator: Operator
    left: Expression
    right: Expression
    rounding: Rounding | None = None


class Function(StrEnum):
    """The built-in functions."""

    AGE = "年龄"
    DATE = "日期"
    APART = "相隔"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """``年龄(出生日期)``, ``日期(时间)``, ``相隔(甲, 乙)``."""

    function: Function
    arguments: tuple[Expression, ...]


Expression = (
    Path
    | Truth
    | Number
    | Moment
    | Text
    | Junction
    | ConditionList
    | Not
    | IfThen
    | Quantifier
    | Aggregate
    | Compare
    | Between
    | Membership
    | Happened
    | Arithmetic
    | Call
)
