"""Makes the nodes of conditions and values while Lark parses: one method for each rule of the grammar.

A mistake that the grammar lets through (an impossible date, 且 mixed with 或) is reported here; the node made is then of
no use, and its declaration is left out of the file.
"""

from __future__ import annotations

from typing import Any, Final

from lark import Token

from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.source import Span
from relapse_rules.syntax import literals
from relapse_rules.syntax.normalise import written_text
from relapse_rules.syntax.tree import (
    Aggregate,
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
    Moment,
    Name,
    Node,
    Not,
    Number,
    Path,
    Quantifier,
    Rounding,
    Text,
    Truth,
)
from relapse_rules.syntax.words import AGGREGATES, COMPARISONS, LISTS, MEMBERSHIPS, OPERATORS, QUANTIFIERS

Parts = list[Any]
"""What Lark hands to a method: tokens, and what other methods made."""

_JUNCTIONS: Final = {"且": ListKind.ALL, "或": ListKind.ANY}


class ExpressionBuilder:
    """Holds the file that is being read and what was found wrong in the declaration so far."""

    def __init__(self) -> None:
        self.file = ""
        self.written = ""
        self.offset = 0
        self.diagnostics: list[Diagnostic] = []
        self.in_property = False
        self.nested = 0
        """How many nodes so far lie around another one: no expression can be deeper than that."""

    def start(self, file: str, text: str) -> None:
        """Begin another file: its name and its text as written."""
        self.file, self.written = file, text
        self.next_declaration(0)

    def next_declaration(self, offset: int, keyword: str = "") -> None:
        """Begin the declaration at ``offset``, from which Lark counts, and forget what was found in the one before."""
        self.offset = offset
        self.in_property = keyword == "性质"
        self.diagnostics = []
        self.nested = 0

    def span(self, first: Token | Node, last: Token | Node | None = None) -> Span:
        """Return the place from ``first`` to ``last``."""
        offset = self.offset
        start = (first.start_pos or 0) + offset if isinstance(first, Token) else first.span.start
        end_of = first if last is None else last
        end = (end_of.end_pos or 0) + offset if isinstance(end_of, Token) else end_of.span.end
        return Span(self.file, start, end)

    # --- literals and names ---------------------------------------------------------------------

    def name(self, parts: Parts) -> Name:
        """Make a name; corner brackets are no part of it."""
        token = parts[0]
        return Name(
            text=token[1:-1] if token.type == "QUOTED_NAME" else str(token),
            span=self.span(token),
        )

    def path(self, parts: Parts) -> Path:
        """Make a name with the entities in front of it."""
        return Path(parts=tuple(parts[::2]), span=self.span(parts[0], parts[-1]))

    def step_path(self, parts: Parts) -> Path:
        """Make 程序/步骤. Elsewhere than in a 性质 a slash is a division without its blanks."""
        if not self.in_property:
            self.diagnostics.append(
                codes.UNEXPECTED_WORD.at(
                    self.span(parts[1]), "这里不写“/”", help="除号两边各留一个空格，或写“÷”"
                )
            )
        return Path(parts=(parts[0], parts[2]), is_step=True, span=self.span(parts[0], parts[2]))

    def truth(self, parts: Parts) -> Truth:
        """Make 是 or 否."""
        return Truth(value=parts[0] == "是", span=self.span(parts[0]))

    def value(self, parts: Parts) -> Name | Truth:
        """Hand on a value of an enumeration."""
        made: Name | Truth = parts[0]
        return made

    def number(self, parts: Parts) -> Number:
        """Make a number, with its unit in normal form."""
        digits, unit = literals.number(parts[0])
        return Number(digits=digits, unit=unit, span=self.span(parts[0]))

    def signed(self, parts: Parts) -> Number:
        """Make a number that may have a minus in front."""
        digits, unit = literals.number(parts[-1])
        sign = "-" if len(parts) > 1 else ""
        return Number(digits=sign + digits, unit=unit, span=self.span(parts[0], parts[-1]))

    def moment(self, parts: Parts) -> Moment:
        """Make a date or a time; an impossible one is reported as RR0120."""
        token = parts[0]
        text = literals.moment(token)
        if text is None:
            self.diagnostics.append(self._bad_date(token))
        return Moment(text=text or "", span=self.span(token))

    def _bad_date(self, token: Token) -> Diagnostic:
        numbered = "-" in token
        return codes.BAD_DATE.at(
            self.span(token),
            f"没有“{token}”这个日期或时间" if numbered else f"日期“{token}”的写法不对",
            help="核对月份、日和钟点" if numbered else "按“2023-07-28”写，时间按“2023-07-28 20:00”写",
        )

    def text(self, parts: Parts) -> Text:
        """Make a quoted text."""
        return self.text_of(parts[0])

    def text_of(self, token: Token) -> Text:
        """Make a text from a quoted token, as the file has it."""
        span = self.span(token)
        return Text(value=written_text(self.written[span.start : span.end]), span=span)

    # --- conditions -----------------------------------------------------------------------------

    def junction(self, parts: Parts) -> Junction:
        """Make A 且 B 且 C; a 或 among 且 is reported as RR0101."""
        words: list[Token] = parts[1::2]
        for word in words[1:]:
            if word != words[0]:
                self.diagnostics.append(self._mixed_junction(words[0], word))
                break
        self.nested += 1
        return Junction(
            kind=_JUNCTIONS[words[0]], operands=tuple(parts[::2]), span=self.span(parts[0], parts[-1])
        )

    def _mixed_junction(self, first: Token, other: Token) -> Diagnostic:
        return codes.MIXED_JUNCTION.at(
            self.span(other),
            f"“{first}”和“{other}”混在一起，看不出先算哪一个",
            help="给先算的部分加括号，或改用“以下全部:”“以下任一:”逐条列出",
            labels=(Label(span=self.span(first), message=f"前面用的是“{first}”"),),
        )

    def negation(self, parts: Parts) -> Not:
        """Make 非 A."""
        self.nested += 1
        return Not(operand=parts[1], span=self.span(parts[0], parts[1]))

    def if_then(self, parts: Parts) -> IfThen:
        """Make 若 A 则 B."""
        self.nested += 1
        return IfThen(condition=parts[1], consequence=parts[3], span=self.span(parts[0], parts[3]))

    def quantifier(self, parts: Parts) -> Quantifier:
        """Make 存在 E 满足 A and its kin."""
        self.nested += 1
        return Quantifier(
            kind=QUANTIFIERS[parts[0]],
            entity=parts[1],
            condition=parts[3],
            span=self.span(parts[0], parts[3]),
        )

    def list_item(self, parts: Parts) -> Expression:
        """Hand on an item without its dash."""
        made: Expression = parts[1]
        return made

    def list_items(self, parts: Parts) -> tuple[Expression, ...]:
        """Gather the items of a list, which stand between colon, INDENT, NEWLINE and DEDENT."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def list_form(self, parts: Parts) -> ConditionList:
        """Make 以下全部 or 以下任一."""
        return self._list(parts)

    def list_at_least(self, parts: Parts) -> ConditionList:
        """Make 以下至少 N 项."""
        digits, unit = literals.number(parts[1])
        if unit not in ("", "项") or "." in digits:
            self.diagnostics.append(
                codes.MISSING_NUMBER.at(
                    self.span(parts[1]), f"“{parts[1]}”不是项数", help="写成“以下至少 2 项:”，项数是整数"
                )
            )
            digits = "0"
        return self._list(parts, count=int(digits))

    def list_by(self, parts: Parts) -> ConditionList:
        """Make 以下按 解读."""
        return self._list(parts, reading=parts[1])

    def _list(self, parts: Parts, *, count: int | None = None, reading: Name | None = None) -> ConditionList:
        self.nested += 1
        items: tuple[Expression, ...] = parts[-1]
        return ConditionList(
            kind=LISTS[parts[0]],
            items=items,
            count=count,
            reading=reading,
            span=self.span(parts[0], items[-1]),
        )

    # --- comparisons ----------------------------------------------------------------------------

    def compare(self, parts: Parts) -> Compare:
        """Make X 低于 V and its kin."""
        word, operator = COMPARISONS[parts[1]]
        self.nested += 1
        return Compare(
            operator=operator,
            word=word,
            left=parts[0],
            right=parts[2],
            span=self.span(parts[0], parts[2]),
        )

    def compare_at(self, parts: Parts) -> Compare:
        """Make X 在 V 以上."""
        word, operator = COMPARISONS[parts[3]]
        self.nested += 1
        return Compare(
            operator=operator,
            word=word,
            left=parts[0],
            right=parts[2],
            span=self.span(parts[0], parts[3]),
        )

    def between(self, parts: Parts) -> Between:
        """Make X 介于 A 与 B."""
        return Between(subject=parts[0], low=parts[2], high=parts[4], span=self.span(parts[0], parts[4]))

    def membership(self, parts: Parts) -> Membership:
        """Make X 属于 A、B and S 含 A."""
        self.nested += 1
        return Membership(
            kind=MEMBERSHIPS[parts[1]],
            subject=parts[0],
            values=tuple(parts[2::2]),
            span=self.span(parts[0], parts[-1]),
        )

    def happened(self, parts: Parts) -> Happened:
        """Make T 已发生 and T 未发生."""
        self.nested += 1
        return Happened(
            subject=parts[0], negated=parts[1].type == "NEVER", span=self.span(parts[0], parts[1])
        )

    # --- values ---------------------------------------------------------------------------------

    def bracketed(self, parts: Parts) -> Expression:
        """Hand on what stands in brackets: they group, and are no node."""
        made: Expression = next(part for part in parts if not isinstance(part, Token))
        return made

    def arithmetic(self, parts: Parts) -> Arithmetic:
        """Make A + B, and A ÷ B with its rounding."""
        self.nested += 1
        return Arithmetic(
            operator=OPERATORS[parts[1]],
            left=parts[0],
            right=parts[2],
            rounding=Rounding(parts[3]) if len(parts) > 3 else None,  # noqa: PLR2004 - the rounding is a fourth part
            span=self.span(parts[0], parts[-1]),
        )

    def call(self, parts: Parts) -> Call:
        """Make 年龄(出生日期)."""
        self.nested += 1
        return Call(
            function=Function(parts[0]), arguments=tuple(parts[2::2]), span=self.span(parts[0], parts[-1])
        )

    def count(self, parts: Parts) -> Aggregate:
        """Make 个数(实体 满足 条件)."""
        self.nested += 1
        return Aggregate(
            kind=AGGREGATES[parts[0]],
            entity=parts[2],
            condition=_condition(parts),
            span=self.span(parts[0], parts[-1]),
        )

    def aggregate(self, parts: Parts) -> Aggregate:
        """Make 合计(实体.字段 满足 条件)."""
        self.nested += 1
        return Aggregate(
            kind=AGGREGATES[parts[0]],
            entity=parts[2],
            value=parts[4],
            condition=_condition(parts),
            span=self.span(parts[0], parts[-1]),
        )


def _condition(parts: Parts) -> Expression | None:
    for index, part in enumerate(parts):
        if isinstance(part, Token) and part.type == "SATISFYING":
            made: Expression = parts[index + 1]
            return made
    return None
