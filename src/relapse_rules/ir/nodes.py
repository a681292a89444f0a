"""Nodes of the program. A node names its operands by position in the program; operands come first.

A condition node carries two rails (proved yes, proved no); a number node carries an integer or nothing, lane by lane.
The meaning of every node is that of its typed counterpart (`check.typed`).
"""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What all nodes have: the entity whose lanes carry it."""

    domain: str


# --- condition leaves -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Node):
    """Always yes or always no."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Node):
    """A question to one recorded field; ``kind`` is a `check.typed.TestKind` value."""

    __test__ = False  # not a pytest class

    fact: str
    kind: str
    values: tuple[str, ...] = ()
    parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Node):
    """A 解读 is taken as ``option``."""

    reading: str
    option: str


# --- gates ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class And(Node):
    """Yes when all are, no when any is."""

    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(Node):
    """Yes when any is, no when all are."""

    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(Node):
    """Yes when ``count`` operands are."""

    count: int
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """Swapped rails."""

    operand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Node):
    """A derived field: what its rule proves (``rule``), with what was supplied (``supplied``).

    Both rails together are a contradiction in the facts: recorded, and cleared on both rails.
    """

    fact: str
    rule: int
    supplied: int


# --- tests of numbers -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Node):
    """Two numbers compared."""

    operator: Comparison
    left: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRatio(Node):
    """Two quotients compared by cross-multiplying."""

    operator: Comparison
    left_top: int
    left_bottom: int
    right_top: int
    right_bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareCount(Node):
    """A count of related elements compared by bounds."""

    operator: Comparison
    relation: Relation
    condition: int
    limit: int


# --- between domains ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exists(Node):
    """A child domain's condition folded onto its parent: any."""

    relation: Relation
    condition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Node):
    """A child domain's condition folded onto its parent: all."""

    relation: Relation
    condition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift(Node):
    """A parent's condition seen from its children."""

    relation: Relation
    operand: int


# --- numbers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    """A literal."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNumber(Node):
    """A recorded number."""

    fact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Node):
    """A 参数's value."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculate(Node):
    """Exact arithmetic; ``operation`` and ``rounding`` as in `check.typed`."""

    operation: str
    left: int
    right: int
    rounding: str
    scale: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(Node):
    """Whole years at 判定时点."""

    birth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOf(Node):
    """The calendar date of a time."""

    time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(Node):
    """The distance of two moments, in seconds."""

    left: int
    right: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """A sum, maximum or minimum over a child domain; ``condition`` None takes all."""

    kind: str
    relation: Relation
    value: int
    condition: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Node):
    """An exact count over a child domain."""

    relation: Relation
    condition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftNumber(Node):
    """A parent's number seen from its children."""

    relation: Relation
    operand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeNumber(Node):
    """A derived number, with what was supplied. Two different known numbers are a contradiction: recorded, and unknown."""

    fact: str
    rule: int
    supplied: int


ConditionNode = (
    Constant
    | Test
    | Reading
    | And
    | Or
    | AtLeast
    | Not
    | Merge
    | Compare
    | CompareRatio
    | CompareCount
    | Exists
    | Every
    | Lift
)
NumberNode = (
    Number
    | FieldNumber
    | Parameter
    | Calculate
    | Age
    | DateOf
    | Apart
    | Aggregate
    | Count
    | LiftNumber
    | MergeNumber
)
AnyNode = ConditionNode | NumberNode
