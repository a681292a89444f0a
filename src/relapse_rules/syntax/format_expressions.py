"""Writes names, literals and expressions in the one canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, assert_never

from relapse_rules.syntax.declarations import Reference
from relapse_rules.syntax.literals import is_zoned
from relapse_rules.syntax.tree import (
    Aggregate,
    Arithmetic,
    Between,
    Call,
    Compare,
    ConditionList,
    Expression,
    Happened,
    IfThen,
    Junction,
    ListKind,
    Membership,
    MembershipKind,
    Moment,
    Name,
    Not,
    Number,
    Operator,
    Path,
    Quantifier,
    Text,
    Truth,
)
from relapse_rules.syntax.words import AFTER_LIMIT, KEYWORDS, NOT_NAMES, OPEN_WORDS

CONDITION: Final = 0
"""The binding strengths, weakest first: 若, 且 and 或, 非 and 存在 and lists, comparisons, sums, products, the rest."""
_JUNCTION: Final = 1
UNARY: Final = 2
_COMPARISON: Final = 3
SUM: Final = 4
_PRODUCT: Final = 5
_ATOM: Final = 6

_PART: Final = r"[^\W\d][\w·]*(?:\([一-鿿㐀-䶿A-Za-z0-9/]+\)[\w·]*)*"
_NAME: Final = re.compile(rf"(?!(?:{'|'.join(OPEN_WORDS)})\(){_PART}")
_REFERENCE_PART: Final = re.compile(r"(?P<name>.*?)(?:\[\d+\])?", re.DOTALL)
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_JUNCTIONS: Final = {ListKind.ALL: "且", ListKind.ANY: "或"}
_OF_TIGHTER: Final = frozenset({Operator.MULTIPLY, Operator.DIVIDE})
_SECONDS: Final = ":00"


def is_plain(text: str) -> bool:
    """Return whether a name can stand without corner brackets.

    >>> is_plain("村(社区)"), is_plain("没有"), is_plain("致贫/返贫风险1-5")
    (True, False, False)
    """
    return text not in NOT_NAMES and _NAME.fullmatch(text) is not None


def name(node: Name) -> str:
    """Write a name, in corner brackets where it needs them."""
    return node.text if is_plain(node.text) else f"「{node.text}」"


def element_id(node: Name) -> str:
    """Write the id of an element; digits stand as they are, and no keyword does."""
    if _DIGITS.fullmatch(node.text):
        return node.text
    return f"「{node.text}」" if node.text in KEYWORDS else name(node)


def path(node: Path) -> str:
    """Write a path."""
    return ("/" if node.is_step else ".").join(map(name, node.parts))


def reference(node: Reference, *, digits: bool = False) -> str:
    """Write the id of something in a decision; ``digits``: an id that is only digits may stand as it is.

    >>> reference(Reference(text="快速认定/评议公示")), reference(Reference(text="甲 乙/丙"))
    ('快速认定/评议公示', '「甲 乙/丙」')
    """
    if digits and _DIGITS.fullmatch(node.text):
        return node.text
    parts = [_REFERENCE_PART.fullmatch(part) for part in re.split(r"[/.](?![^(]*\))", node.text)]
    plain = all(part is not None and is_plain(part["name"]) for part in parts)
    return node.text if plain else f"「{node.text}」"


def text(node: Text) -> str:
    """Write a text in straight quotes; a straight quote in it is doubled."""
    doubled = node.value.replace('"', '""')
    return f'"{doubled}"'


def number(node: Number) -> str:
    """Write a number with its unit."""
    return f"{node.digits}{node.unit}"


def moment(node: Moment) -> str:
    """Write a date or a time, without needless seconds.

    >>> moment(Moment(text="2023-08-01T20:00:00"))
    '2023-08-01 20:00'
    """
    if is_zoned(node.text):
        return node.text
    return node.text.replace("T", " ").removesuffix(_SECONDS) if "T" in node.text else node.text


def listed(items: Iterable[str]) -> str:
    """Join the items of a list."""
    return "、".join(items)


def value(node: Name | Truth) -> str:
    """Write a value of an enumeration."""
    return name(node) if isinstance(node, Name) else truth(node)


def truth(node: Truth) -> str:
    """Write 是 or 否."""
    return "是" if node.value else "否"


def expression(node: Expression, column: int, strength: int = CONDITION, *, last: bool = True) -> str:
    """Write an expression whose line starts at ``column``; items of a list go on the lines below it.

    It is put in brackets when it binds more weakly than ``strength``, or when it ends with a list and ``last`` is false:
    something follows it on its line.
    """
    if _strength(node) < strength or (not last and isinstance(node, ConditionList)):
        return f"({_written(node, column, last=True)})"
    return _written(node, column, last=last)


def _strength(node: Expression) -> int:
    match node:
        case IfThen():
            return CONDITION
        case Junction():
            return _JUNCTION
        case Not() | Quantifier() | ConditionList():
            return UNARY
        case Compare() | Between() | Membership() | Happened():
            return _COMPARISON
        case Arithmetic():
            return _PRODUCT if node.operator in _OF_TIGHTER else SUM
        case Path() | Truth() | Number() | Moment() | Text() | Aggregate() | Call():
            return _ATOM
        case _:
            assert_never(node)


def _written(node: Expression, column: int, *, last: bool) -> str:
    match node:
        case IfThen():
            condition = expression(node.condition, column, _JUNCTION, last=False)
            return f"若 {condition} 则 {expression(node.consequence, column, last=last)}"
        case Junction():
            final = len(node.operands) - 1
            return f" {_JUNCTIONS[node.kind]} ".join(
                expression(operand, column, UNARY, last=last and index == final)
                for index, operand in enumerate(node.operands)
            )
        case Not():
            return f"非 {expression(node.operand, column, UNARY, last=last)}"
        case Quantifier():
            condition = expression(node.condition, column, UNARY, last=last)
            return f"{node.kind.value} {name(node.entity)} 满足 {condition}"
        case ConditionList():
            return _list(node, column)
        case Compare() | Between() | Membership() | Happened():
            return _comparison(node, column)
        case _:
            return _value(node, column)


def _list(node: ConditionList, column: int) -> str:
    match node.kind:
        case ListKind.ALL | ListKind.ANY:
            head = f"以下{node.kind.value}:"
        case ListKind.AT_LEAST:
            head = f"以下至少 {node.count} 项:"
        case ListKind.BY_READING:
            assert node.reading is not None, "a list by a reading has one"
            head = f"以下按 {name(node.reading)}:"
        case _:
            assert_never(node.kind)
    margin = " " * (column + 2)
    return "\n".join((head, *(f"{margin}- {expression(item, column + 4)}" for item in node.items)))


def _comparison(node: Compare | Between | Membership | Happened, column: int) -> str:
    match node:
        case Compare():
            left, right = (expression(side, column, SUM, last=False) for side in (node.left, node.right))
            if node.word in AFTER_LIMIT:
                return f"{left} 在 {right} {node.word}"
            return f"{left} {node.word} {right}"
        case Between():
            subject, low, high = (
                expression(part, column, SUM, last=False) for part in (node.subject, node.low, node.high)
            )
            return f"{subject} 介于 {low} 与 {high}"
        case Membership():
            subject = expression(node.subject, column, SUM, last=False)
            if node.kind in (MembershipKind.EMPTY, MembershipKind.NOT_EMPTY):
                return f"{subject} {node.kind.value}"
            return f"{subject} {node.kind.value} {listed(map(value, node.values))}"
        case Happened():
            subject = expression(node.subject, column, SUM, last=False)
            return f"{subject} {'未发生' if node.negated else '已发生'}"
        case _:
            assert_never(node)


def _value(node: Path | Truth | Number | Moment | Text | Aggregate | Arithmetic | Call, column: int) -> str:
    match node:
        case Path():
            return path(node)
        case Truth():
            return truth(node)
        case Number():
            return number(node)
        case Moment():
            return moment(node)
        case Text():
            return text(node)
        case Aggregate():
            subject = name(node.entity) if node.value is None else f"{name(node.entity)}.{name(node.value)}"
            satisfying = "" if node.condition is None else f" 满足 {expression(node.condition, column)}"
            return f"{node.kind.value}({subject}{satisfying})"
        case Arithmetic():
            strength = _strength(node)
            left = expression(node.left, column, strength, last=False)
            right = expression(node.right, column, strength + 1, last=False)
            rounding = "" if node.rounding is None else f" {node.rounding.value}"
            return f"{left} {node.operator.value} {right}{rounding}"
        case Call():
            arguments = (expression(argument, column, SUM, last=False) for argument in node.arguments)
            return f"{node.function.value}({listed(arguments)})"
        case _:
            assert_never(node)
