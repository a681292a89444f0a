"""Expressions with names resolved and types checked. What every engine evaluates, directly or lowered.

``domain`` is the entity (English name) whose lanes carry the value. Conditions are three-valued; numbers are exact
integers (see `relapse_rules.values.types`) or unknown. The meaning of each node is in its docstring and in `reference`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from relapse_rules.source import NOWHERE, Span
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedNode:
    """Anything typed: its domain and the place that it was written."""

    domain: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


# --- conditions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(TypedNode):
    """Always yes, or always no. Its domain is the root."""

    value: bool


class TestKind(StrEnum):
    """What is asked of one field."""

    __test__ = False  # not a pytest class

    TRUE = "true"
    """A 是否 field holds."""
    IS = "is"
    """An enumeration or text is one of ``values`` (or a narrower value of one). Unknown when a broader value than one of them is stated."""
    CONTAINS_ANY = "contains-any"
    """A set has at least one of ``values`` (narrower values count)."""
    CONTAINS_ALL = "contains-all"
    """A set has each of ``values``."""
    EMPTY = "empty"
    """A set is empty."""
    HAPPENED = "happened"
    """A date or time is stated and not later than 判定时点. No when 未发生 or a later one is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTest(TypedNode):
    """A question to one recorded field (``fact`` is ``entity.field``). ``values``, or the set-valued 参数 that gives them.

    Unknown when the field is not stated, or its parameter is 待定.
    """

    fact: str
    kind: TestKind
    values: tuple[str, ...] = ()
    parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingIs(TypedNode):
    """The 解读 is taken in this way. Always known; its domain is the root."""

    reading: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(TypedNode):
    """Kleene's and."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(TypedNode):
    """Kleene's or."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(TypedNode):
    """At least ``count`` of the operands (count ≥ 1)."""

    count: int
    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation(TypedNode):
    """Swapped rails."""

    operand: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCompare(TypedNode):
    """Two integers of one type and unit compared; unknown when either is."""

    operator: Comparison
    left: Quantity
    right: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioCompare(TypedNode):
    """``left_top / left_bottom`` against ``right_top / right_bottom`` by cross-multiplying; unknown when any part is, or a bottom is 0."""

    operator: Comparison
    left_top: Quantity
    left_bottom: Quantity
    right_top: Quantity
    right_bottom: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCompare(TypedNode):
    """The number of related elements with the condition, against ``limit``, by bounds.

    The count lies between the elements proved yes and those not proved no (no upper bound while the list is not complete);
    the answer is known when every number in between gives it (`values.truth.compare_between`).
    """

    operator: Comparison
    relation: Relation
    condition: Condition
    limit: Quantity


class Quantification(StrEnum):
    """存在 or 每个; 没有 is the negation of 存在."""

    EXISTS = "exists"
    EVERY = "every"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified(TypedNode):
    """The related elements' condition folded onto the parent.

    EXISTS is yes when a related element is yes; no when the list is complete and each element is no or is known not to be related.
    EVERY is no when a related element is no; yes when the list is complete and each element is yes or known not to be related.
    """

    kind: Quantification
    relation: Relation
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted(TypedNode):
    """The parent's condition seen from the child (``relation.child`` is the domain); unknown where the reference is."""

    relation: Relation
    operand: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(TypedNode):
    """The condition of a declaration (定义, 裁量, 例外) by name; with its supplied value merged in when it derives a field."""

    name: str


Condition = (
    Constant
    | FieldTest
    | ReadingIs
    | AllOf
    | AnyOf
    | AtLeast
    | Negation
    | NumberCompare
    | RatioCompare
    | CountCompare
    | Quantified
    | Lifted
    | Named
)

# --- numbers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberConstant(TypedNode):
    """A literal. Its domain is the root."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField(TypedNode):
    """A recorded number, date, time or duration; NEVER for 未发生."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberParameter(TypedNode):
    """A 参数's value at 判定时点; unknown when 待定 or not yet in force. Its domain is the root."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedNumber(TypedNode):
    """The value of a 指标 by name, merged with its supplied value when it derives a field."""

    name: str


class Calculation(StrEnum):
    """The four operations."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class RoundingMode(StrEnum):
    """How a quotient becomes an integer. HALF_UP rounds halves away from zero; DOWN and UP go towards and away from zero."""

    HALF_UP = "half-up"
    DOWN = "down"
    UP = "up"
    EXACT = "exact"
    """No quotient is taken: the scale is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated(TypedNode):
    """``left + right``, ``left - right``, ``round(left * right / scale)`` or ``round(left * scale / right)``.

    Unknown when either side is unknown or NEVER, or a divisor is 0. ``scale`` brings the result to its type's steps.
    """

    operation: Calculation
    left: Quantity
    right: Quantity
    rounding: RoundingMode = RoundingMode.EXACT
    scale: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeOf(TypedNode):
    """Whole years from ``birth`` (a date) to 判定时点's date in Asia/Shanghai; a 29 February birthday counts from 1 March. Unknown when NEVER."""

    birth: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOf(TypedNode):
    """The calendar date in Asia/Shanghai of a time; NEVER stays NEVER."""

    time: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(TypedNode):
    """The absolute distance of two times (seconds), or of two dates (``step`` 86400, in seconds). Unknown when either is NEVER."""

    left: Quantity
    right: Quantity
    step: int


class Aggregation(StrEnum):
    """合计, 最大, 最小."""

    SUM = "sum"
    MAXIMUM = "max"
    MINIMUM = "min"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregated(TypedNode):
    """A number over the related elements whose ``condition`` (None: all) is yes.

    Unknown when the list is not complete, when an element's relation or condition is unknown, or a value that counts is unknown.
    The sum of nothing is 0; the maximum and minimum of nothing are unknown. A NEVER makes a sum unknown; 最大 and 最小 order it last.
    """

    kind: Aggregation
    relation: Relation
    value: Quantity
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOf(TypedNode):
    """The number of related elements whose condition is yes; unknown when the list is not complete or one is unknown."""

    relation: Relation
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedNumber(TypedNode):
    """The parent's number seen from the child; unknown where the reference is."""

    relation: Relation
    operand: Quantity


Quantity = (
    NumberConstant
    | NumberField
    | NumberParameter
    | NamedNumber
    | Calculated
    | AgeOf
    | DateOf
    | Apart
    | Aggregated
    | CountOf
    | LiftedNumber
)
