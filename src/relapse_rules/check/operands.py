"""What an expression turns out to be, before the place where it stands says what is wanted there."""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.check.reach import Way
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import Parameter, Reading
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an expression stands: the entity that it is about, whose lanes (``domain``) carry it."""

    entity: EntitySpec
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A condition."""

    condition: Condition
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number in the steps of its type.

    ``fraction`` is the same number exactly, as a quotient in those steps, where ``quantity`` is rounded (a product with a
    percentage) or does not exist (None: a division that does not say how it rounds, and may only be compared).
    """

    quantity: Quantity | None
    type: Type
    span: Span
    fraction: tuple[Quantity, Quantity] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A written number or moment, whose type is that of what it is compared with or added to."""

    node: tree.Number | tree.Moment

    @property
    def span(self) -> Span:
        """Where it is written."""
        return self.node.span


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A field with names for values: an enumeration, a set, a text, a code or a 引用."""

    field: FieldSpec
    way: Way
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count of elements, not yet compared. It is taken at ``home``, to which ``way`` leads."""

    relation: Relation
    condition: Condition
    home: Scope
    way: Way
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenReading:
    """A 解读, not yet compared."""

    declaration: Reading
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNames:
    """A 参数 whose value is one or more names."""

    declaration: Parameter
    type: Type
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A text."""

    text: str
    span: Span


Operand = Answer | Amount | Literal | Recorded | Counted | TakenReading | ListedNames | Quoted


def describe(operand: Operand) -> str:
    """Return what an operand is, for a message."""
    match operand:
        case Answer():
            return "条件"
        case Amount():
            return str(operand.type.kind)
        case Literal():
            return "数" if isinstance(operand.node, tree.Number) else "日期或时间"
        case Recorded():
            return str(operand.field.type.kind)
        case Counted():
            return "个数"
        case TakenReading():
            return "解读"
        case ListedNames():
            return f"{operand.type.kind}参数"
        case Quoted():
            return "文本"
