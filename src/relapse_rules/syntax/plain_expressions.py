"""Puts conditions and values into plain Chinese: on one line, or as a numbered list where a list was written.

What stands inside something else is put in brackets unless it is a single fact, comparison or number, so that no sentence
can be read in two ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, assert_never

from relapse_rules.syntax.format_expressions import number
from relapse_rules.syntax.plain_words import Line, moment, name, path, text, truth, value
from relapse_rules.syntax.tree import (
    Aggregate,
    AggregateKind,
    Arithmetic,
    Between,
    Call,
    Compare,
    ConditionList,
    Expression,
    Function,
    Happened,
    IfThen,
    Junction,
    ListKind,
    Membership,
    MembershipKind,
    Moment,
    Not,
    Number,
    Operator,
    Path,
    Quantifier,
    QuantifierKind,
    Text,
    Truth,
)

COMPARISONS: Final = {
    **{
        word: word
        for word in (
            *("为", "不为", "低于", "不低于", "高于", "不高于", "超过", "不超过", "不满", "达到"),
            *("早于", "晚于", "不早于", "不晚于"),
        )
    },
    "≥": "大于或等于",
    "≤": "小于或等于",
    ">": "大于",
    "<": "小于",
    "=": "等于",
    "≠": "不等于",
}
"""Each spelling that stands between its two sides, in words."""

AFTER_LIMIT: Final = {word: f"{word}（含本数）" for word in ("以上", "以下", "以内")}
"""Each spelling that stands behind the limit, with the note that the limit is included (民法典第一千二百五十九条)."""

_MEMBERSHIPS: Final = {
    MembershipKind.AMONG: "属于以下之一：",
    MembershipKind.NOT_AMONG: "不属于以下任何一个：",
    MembershipKind.CONTAINS: "含有",
    MembershipKind.CONTAINS_NOT: "不含有",
    MembershipKind.CONTAINS_ANY: "至少含有以下之一：",
    MembershipKind.CONTAINS_ALL: "含有以下全部：",
    MembershipKind.EMPTY: "记录为空",
    MembershipKind.NOT_EMPTY: "记录不为空",
}
_QUANTIFIERS: Final = {
    QuantifierKind.EXISTS: ("至少有一个", "满足："),
    QuantifierKind.EVERY: ("每一个", "都满足："),
    QuantifierKind.NONE: ("每一个", "都不满足："),
}
_AGGREGATES: Final = {
    AggregateKind.COUNT: "数目",
    AggregateKind.SUM: "合计",
    AggregateKind.MAXIMUM: "最大值",
    AggregateKind.MINIMUM: "最小值",
}
_OPERATORS: Final = {
    Operator.ADD: "加上",
    Operator.SUBTRACT: "减去",
    Operator.MULTIPLY: "乘以",
    Operator.DIVIDE: "除以",
}
_NUMBERING: Final = ("{}. ", "（{}）", "{}）")


def condition(node: Expression) -> str:
    """Write a condition on one line, without a mark at its end."""
    match node:
        case Path():
            return f"{path(node)}成立"
        case Truth():
            return "一律成立" if node.value else "一律不成立"
        case Not(operand=Path() as operand):
            return f"{path(operand)}不成立"
        case Not():
            return f"（{condition(node.operand)}）不成立"
        case Junction():
            return _joined(node)
        case ConditionList():
            return f"{_list_head(node)}：{'；'.join(map(_part, node.items))}"
        case IfThen():
            return f"如果{_part(node.condition)}，那么{_part(node.consequence)}"
        case Quantifier():
            return f"{_quantified(node)}{_part(node.condition)}"
        case Compare() | Between() | Membership() | Happened():
            return _comparison(node)
        case Number() | Moment() | Text() | Aggregate() | Arithmetic() | Call():
            # Checking refuses a number as a condition, but what was written is still shown.
            return f"{_side(node)}成立"
        case _:
            assert_never(node)


def amount(node: Expression) -> str:
    """Write what is no condition: a fact, a number, a calculation."""
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
            subject = name(node.entity) if node.value is None else f"{name(node.entity)}的{name(node.value)}"
            counted = "" if node.condition is None else f"（只计符合条件的：{condition(node.condition)}）"
            return f"{subject}的{_AGGREGATES[node.kind]}{counted}"
        case Arithmetic():
            rounding = "" if node.rounding is None else f"（{node.rounding.value}）"
            return f"{_side(node.left)}{_OPERATORS[node.operator]}{_side(node.right)}{rounding}"
        case Call():
            return _call(node)
        case (
            Junction()
            | ConditionList()
            | Not()
            | IfThen()
            | Quantifier()
            | Compare()
            | Between()
            | Membership()
            | Happened()
        ):
            return f"（{condition(node)}）"
        case _:
            assert_never(node)


def condition_lines(label: str, node: Expression, level: int) -> Iterator[Line]:
    """Write a condition after its label; the items of lists go on numbered lines below, further in."""
    yield from _block_lines(_block(node), label, level, end="。")


@dataclass(frozen=True, slots=True)
class _Block:
    """A condition's first line, and the items that go below it."""

    head: str
    items: tuple[_Block, ...] = ()


def _block_lines(block: _Block, label: str, level: int, end: str, depth: int = 0) -> Iterator[Line]:
    yield Line(level, f"{label}{block.head}{'：' if block.items else end}")
    last = len(block.items)
    for position, item in enumerate(block.items, 1):
        numbered = _NUMBERING[depth % len(_NUMBERING)].format(position)
        yield from _block_lines(item, numbered, level + 1, end if position == last else "；", depth + 1)


def _block(node: Expression) -> _Block:
    match node:
        case ConditionList():
            return _Block(_list_head(node), tuple(map(_block, node.items)))
        case Junction() if _has_lines(node):
            head = "以下各点同时成立" if node.kind is ListKind.ALL else "以下各点有一点成立即可"
            return _Block(head, tuple(map(_block, node.operands)))
        case Not() if _has_lines(node):
            return _below("以下情形不成立：", node.operand)
        case IfThen() if _has_lines(node):
            return _below(f"如果{_part(node.condition)}，那么", node.consequence)
        case Quantifier() if _has_lines(node):
            return _below(_quantified(node), node.condition)
        case _:
            return _Block(condition(node))


def _below(before: str, node: Expression) -> _Block:
    inner = _block(node)
    return _Block(f"{before}{inner.head}", inner.items)


def _has_lines(node: Expression) -> bool:
    """Whether a list is the last thing in a condition, so that its items can have lines of their own."""
    match node:
        case ConditionList():
            return True
        case Junction():
            return any(map(_has_lines, node.operands))
        case Not():
            return _has_lines(node.operand)
        case IfThen():
            return _has_lines(node.consequence)
        case Quantifier():
            return _has_lines(node.condition)
        case (
            Path()
            | Truth()
            | Number()
            | Moment()
            | Text()
            | Aggregate()
            | Compare()
            | Between()
            | Membership()
            | Happened()
            | Arithmetic()
            | Call()
        ):
            return False
        case _:
            assert_never(node)


def _part(node: Expression) -> str:
    """Write a condition inside another one."""
    written = condition(node)
    match node:
        case Junction() | ConditionList() | IfThen() | Quantifier():
            return f"（{written}）"
        case Not(operand=operand) if not isinstance(operand, Path):
            return f"（{written}）"
        case _:
            return written


def _side(node: Expression) -> str:
    """Write a value inside a comparison or a calculation."""
    return f"（{amount(node)}）" if isinstance(node, Arithmetic) else amount(node)


def _joined(node: Junction) -> str:
    word = "，并且" if node.kind is ListKind.ALL else "，或者"
    return word.join(map(_part, node.operands))


def _list_head(node: ConditionList) -> str:
    match node.kind:
        case ListKind.ALL:
            return "以下各项全部符合"
        case ListKind.ANY:
            return "以下各项符合任何一项"
        case ListKind.AT_LEAST:
            return f"以下各项至少符合{node.count}项"
        case ListKind.BY_READING:
            assert node.reading is not None, "a list by a reading has one"
            return f"按解读{name(node.reading)}取全部还是任一，以下各项全部符合或者符合任何一项"
        case _:
            assert_never(node.kind)


def _quantified(node: Quantifier) -> str:
    before, after = _QUANTIFIERS[node.kind]
    return f"{before}{name(node.entity)}{after}"


def _comparison(node: Compare | Between | Membership | Happened) -> str:
    match node:
        case Compare():
            left, right = _side(node.left), _side(node.right)
            if node.word in AFTER_LIMIT:
                return f"{left}在{right}{AFTER_LIMIT[node.word]}"
            recorded = "记录" if isinstance(node.right, Truth) else ""
            return f"{left}{recorded}{COMPARISONS[node.word]}{right}"
        case Between():
            return f"{_side(node.subject)}介于{_side(node.low)}与{_side(node.high)}之间（含两端）"
        case Membership():
            return f"{_side(node.subject)}{_MEMBERSHIPS[node.kind]}{'、'.join(map(value, node.values))}"
        case Happened():
            return f"{_side(node.subject)}记录为{'未发生' if node.negated else '已发生'}"
        case _:
            assert_never(node)


def _call(node: Call) -> str:
    arguments = "与".join(map(_side, node.arguments))
    match node.function:
        case Function.AGE:
            return f"年龄（按{arguments}计算）"
        case Function.DATE:
            return f"日期（取自{arguments}）"
        case Function.APART:
            return f"相隔的时间（{arguments}之间）"
        case _:
            assert_never(node.function)
