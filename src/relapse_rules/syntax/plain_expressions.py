"""Puts conditions and values into plain Chinese, on one line each.

What stands inside something else is put in brackets unless it is a single fact, comparison or number, so that no sentence
can be read in two ways.
"""

from __future__ import annotations

from typing import Final, assert_never

from relapse_rules.syntax.format_expressions import number
from relapse_rules.syntax.plain_words import moment, name, path, text, truth, value
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
            return f"{list_head(node)}：{'；'.join(map(part, node.items))}"
        case IfThen():
            return f"如果{part(node.condition)}，那么{part(node.consequence)}"
        case Quantifier():
            return f"{quantified(node)}{part(node.condition)}"
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
            return f"{_first(node)}{_OPERATORS[node.operator]}{_side(node.right)}{rounding}"
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


def part(node: Expression) -> str:
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


def _first(node: Arithmetic) -> str:
    """Write the left side of a calculation: a sum that goes on, or a product, is read from left to right."""
    left = node.left
    goes_on = isinstance(left, Arithmetic) and left.rounding is None and _is_sum(left) == _is_sum(node)
    return amount(left) if goes_on else _side(left)


def _is_sum(node: Arithmetic) -> bool:
    return node.operator in {Operator.ADD, Operator.SUBTRACT}


def _joined(node: Junction) -> str:
    word = "，并且" if node.kind is ListKind.ALL else "，或者"
    return word.join(map(part, node.operands))


def list_head(node: ConditionList) -> str:
    """Write how many items of a list must hold."""
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


def quantified(node: Quantifier) -> str:
    """Write what comes before the condition that is asked of each element."""
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
