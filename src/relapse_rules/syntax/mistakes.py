"""Says in plain Chinese what is wrong where Lark, or the layout, gave up.

Each question below is asked in turn (is it an open quote, a habit word, a keyword glued to a name, …); the first that
applies makes the diagnostic. They look at the word that could not be used, the word before it, and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import TerminalDef

from relapse_rules.diagnostics import Diagnostic, Label, codes_structure
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.source import Span
from relapse_rules.syntax import shapes
from relapse_rules.syntax.layout import Chunk, Layout, LayoutError
from relapse_rules.syntax.mistakes_claims import claim_mistake
from relapse_rules.syntax.situation import END, Situation
from relapse_rules.syntax.words import (
    AFTER_LIMIT,
    COMPARISONS,
    DECLARATION_HABITS,
    HABITS,
    MEMBERSHIPS,
    PREFIX_HABITS,
)

MISSING: Final = codes_structure.MISSING_ATTRIBUTE

_WORD: Final = re.compile(r"[^\W\d][\w·]*|「[^「」\r\n]*」|\d[\w.]*|\S")
_LISTS: Final = frozenset({"LIST_ALL", "LIST_ANY", "LIST_AT_LEAST", "LIST_BY", "ITEMS"})
_OPERANDS: Final = frozenset({"NAME", "QUOTED_NAME", "NUMBER", "MOMENT", "TEXT", "YES", "NO", "CITE"})
_CLOSERS: Final = {"OPEN": ")", "OPEN_BRACE": "}", "OPEN_BRACKET": "]"}
_NAMED: Final = {
    "NAME": "名称",
    "QUOTED_NAME": "名称",
    "NUMBER": "数字",
    "MOMENT": "日期",
    "TEXT": "引号中的文字",
    "CITE": "条目编号",
}
_SEVERAL: Final = {
    "COMPARISON": (
        "低于",
        "不低于",
        "高于",
        "不高于",
        "超过",
        "不超过",
        "不满",
        "达到",
        "不为",
        "早于",
        "晚于",
        "不早于",
        "不晚于",
    ),
    "PLUS": ("+", "加"),
    "TIMES": ("×", "乘"),
    "DIVIDE": ("÷", "除以"),
    "ROUNDING": ("四舍五入", "向下取整", "向上取整"),
    "FUNCTION": ("年龄", "日期", "相隔"),
    "COUNT": ("个数", "人数"),
    "AGGREGATE": ("合计", "最大", "最小"),
    "SEPARATOR": ("、",),
}
_COMPARING: Final = frozenset({*COMPARISONS, *MEMBERSHIPS, "介于"}) - AFTER_LIMIT - frozenset("=<>≥≤≠")
_EDGES: Final = (
    *sorted(_COMPARING, key=len, reverse=True),
    *("满足", "存在", "每个", "没有", "且", "或", "若", "则", "非", "起", "在", "与", "当"),
)
_PUNCTUATION: Final = frozenset("。;!?…")
_SHOWN: Final = 8


class Mistakes:
    """Explains the mistakes of one file at a time."""

    def __init__(self, terminals: Iterable[TerminalDef], layout: Layout) -> None:
        self._layout = layout
        self._spellings = {
            terminal.name: _SEVERAL.get(
                terminal.name, (str(terminal.pattern.value),) if terminal.pattern.type == "str" else ()
            )
            for terminal in terminals
        }
        self._file = ""
        self._text = ""
        self._chunk = Chunk(0, 0)
        self._questions: tuple[Callable[[Situation], Diagnostic | None], ...] = (
            self._open_quote,
            self._open_bracket,
            self._punctuation,
            self._list_sign,
            self._number,
            self._claim,
            self._habit,
            self._chained,
            self._glued,
            self._attribute,
            self._comparison,
            self._line_end,
        )

    def start(self, file: str, text: str) -> None:
        """Begin another file: its name and its normalised text."""
        self._file, self._text = file, text

    # --- outside declarations -------------------------------------------------------------------

    def before_the_first(self, text: str) -> list[Diagnostic]:
        """Report text before the first declaration, or a file without any."""
        found = _WORD.search(text.replace("\ufeff", " "))
        if found is not None:
            return [
                codes.BAD_INDENTATION.at(
                    Span(self._file, found.start(), found.end()),
                    "这一行缩进了，但上面没有声明",
                    help="声明的第一行顶格写，下面各行缩进两格",
                )
            ]
        if len(text) == len(self._text):
            return [
                codes.EMPTY_FILE.at(
                    Span(self._file, 0, 0), "文件里没有声明", help="至少写一条声明，如“政策 方案的名称”"
                )
            ]
        return []

    def first_word(self, chunk: Chunk) -> str:
        """Return the word at the start of a declaration."""
        found = _WORD.match(self._text, chunk.start, chunk.end)
        return found[0] if found else ""

    def is_attribute(self, word: str) -> bool:
        """Return whether ``word`` belongs below a declaration, not into the first column."""
        return word in shapes.ATTRIBUTE_KEYWORDS or word == "-"

    def unknown_declaration(self, chunk: Chunk, word: str) -> Diagnostic:
        """Report a line in the first column that starts no declaration (RR0102, RR0107, RR0108)."""
        span = Span(self._file, chunk.start, chunk.start + len(word))
        if self.is_attribute(word):
            return codes.BAD_INDENTATION.at(
                span, f"“{word}”写在了行首，要缩进在声明下面", help="在这一行前面加两个空格"
            )
        for keyword in shapes.DECLARATION_KEYWORDS:
            if word.startswith(keyword):
                return codes.GLUED_KEYWORD.at(
                    span, f"“{word}”连在一起，看不出是“{keyword}”声明", help=f"在“{keyword}”后面加一个空格"
                )
        near = DECLARATION_HABITS.get(word) or closest(word, shapes.DECLARATION_KEYWORDS)
        return codes.UNKNOWN_DECLARATION.at(
            span,
            f"“{word}”不是声明的种类",
            help=f"是不是“{near}”" if near else f"声明的种类有：{'、'.join(shapes.DECLARATION_KEYWORDS)}",
        )

    def bad_layout(self, error: LayoutError, chunk: Chunk) -> Diagnostic:
        """Report a line whose indentation fits nothing (RR0107), or a list without its colon (RR0117)."""
        start = error.offset + chunk.start
        found = _WORD.search(self._text, start, chunk.end)
        span = Span(self._file, start, found.end() if found else start)
        before = self._layout.previous
        if not error.dash:
            return codes.BAD_INDENTATION.at(
                span, "这一行的缩进和上面各行都对不齐", help="同一层的各行左边对齐，下一层再缩进"
            )
        if before is not None and before.type in _LISTS:
            return self._missing_colon(before, chunk)
        return codes.BAD_INDENTATION.at(
            span,
            "这一条比上一条缩进得多，但上一条没有以“以下…:”引出下一层",
            help="与上一条左边对齐，或在上一条末尾写“以下全部:”；减号写在上一行末尾",
        )

    def _missing_colon(self, token: Token, chunk: Chunk) -> Diagnostic:
        end = (token.end_pos or 0) + chunk.start
        return codes.MISSING_COLON.at(
            Span(self._file, end - len(token), end),
            f"“{token}”后面缺少冒号",
            help=f"写成“{token}:”，下面每行一条，以“- ”开头",
        )

    # --- inside a declaration -------------------------------------------------------------------

    def explain(self, error: UnexpectedInput, chunk: Chunk) -> Diagnostic:
        """Return what is wrong at the place where Lark gave up."""
        self._chunk = chunk
        situation = self._situation(error)
        for question in self._questions:
            found = question(situation)
            if found is not None:
                return found
        return codes.UNEXPECTED_WORD.at(
            situation.span, f"“{situation.word}”不能写在这里", help=self._what_may_come(situation)
        )

    def _situation(self, error: UnexpectedInput) -> Situation:
        offset = self._chunk.start
        before = self._layout.previous
        if isinstance(error, UnexpectedToken):
            if error.token is before:
                before = self._layout.earlier
            kind = error.token.type
            start, end = self._ends(error.token)
        else:
            assert isinstance(error, UnexpectedCharacters), "Lark reports nothing else"
            # Lark's annotation of the place says None, which only its base class holds.
            place: int | None = getattr(error, "pos_in_stream", None)
            kind, start = "", (place or 0) + offset
            end = start + 1
        before_span = self._place(before) if before is not None else Span(self._file, offset, offset)
        if kind in END:
            start, end = before_span.start, before_span.end
        expected = frozenset(error.interactive_parser.accepts())  # type: ignore[no-untyped-call] # Lark leaves it without types
        return Situation(
            word=self._text[start:end],
            kind=kind,
            span=Span(self._file, start, end),
            before=before,
            before_span=before_span,
            expected=expected,
            spelled=frozenset(word for name in expected for word in self._spellings.get(name, ())),
            starts_line=not self._line(start).strip(),
        )

    def _line(self, offset: int) -> str:
        """Return what stands before ``offset`` on its line."""
        start = max(
            self._text.rfind("\n", self._chunk.start, offset),
            self._text.rfind("\r", self._chunk.start, offset),
            self._chunk.start - 1,
        )
        return self._text[start + 1 : offset]

    def _ends(self, token: Token) -> tuple[int, int]:
        offset = self._chunk.start
        return (token.start_pos or 0) + offset, (token.end_pos or 0) + offset

    def _place(self, token: Token) -> Span:
        """Return the place of the last word before ``token``'s end: made tokens (NEWLINE) have blanks of their own."""
        start, end = self._ends(token)
        if token.type in END:
            kept = len(self._text[self._chunk.start : start].rstrip()) + self._chunk.start
            words = list(_WORD.finditer(self._line(kept)))
            start = kept - (len(words[-1][0]) if words else 0)
            end = kept
        return Span(self._file, start, end)

    # --- the questions --------------------------------------------------------------------------

    def _open_quote(self, at: Situation) -> Diagnostic | None:
        if at.kind or at.word not in '"「':
            return None
        if at.word == "「":
            return codes.UNCLOSED_QUOTE.at(at.span, "名称的“「”没有在这一行里关上", help="在名称末尾补上“」”")
        return codes.UNCLOSED_QUOTE.at(at.span, "引号没有在这一行里关上", help="在文字末尾补上同样的引号")

    def _open_bracket(self, at: Situation) -> Diagnostic | None:
        bracket = self._layout.open_bracket
        ends = at.kind in END or (at.starts_line and at.word in shapes.ATTRIBUTE_KEYWORDS)
        if bracket is None or not ends:
            return None
        return codes.UNCLOSED_BRACKET.at(
            self._place(bracket), f"括号“{bracket}”没有关上", help=f"补上“{_CLOSERS[bracket.type]}”"
        )

    def _punctuation(self, at: Situation) -> Diagnostic | None:
        if at.word == "/":
            return codes.UNEXPECTED_WORD.at(at.span, "这里不写“/”", help="除号两边各留一个空格，或写“÷”")
        if at.word in _CLOSERS.values() and self._layout.open_bracket is None:
            return codes.UNEXPECTED_WORD.at(at.span, f"“{at.word}”前面没有与它配对的括号", help="删去它")
        if at.word not in _PUNCTUATION:
            return None
        return codes.UNEXPECTED_WORD.at(at.span, f"这里不写“{at.word}”", help="句末不加标点；列举用“、”隔开")

    def _list_sign(self, at: Situation) -> Diagnostic | None:
        if (
            at.before is not None
            and "COLON" in at.expected
            and (at.before.type in _LISTS or len(at.expected) == 1)
        ):
            if at.before.type in _LISTS:
                return self._missing_colon(at.before, self._chunk)
            return codes.MISSING_COLON.at(
                at.before_span, f"“{at.before}”后面缺少冒号", help=f"写成“{at.before}:”"
            )
        if at.expected == {"MINUS"}:
            return codes.MISSING_DASH.at(
                at.span,
                "列表的每一条要以“- ”开头" if at.kind not in END else "“以下…:”下面没有写条目",
                help="在这一条前面加“- ”（减号和空格）"
                if at.kind not in END
                else "下面每行写一条，以“- ”开头",
            )
        if at.before is not None and at.before.type == "COLON" and at.expected == {"INDENT"}:
            return codes.MISSING_DASH.at(
                at.span, "“以下…:”的条目要另起一行、缩进，以“- ”开头", help="每行写一条，以“- ”开头"
            )
        return None

    def _number(self, at: Situation) -> Diagnostic | None:
        if at.expected != {"NUMBER"} or at.before is None:
            return None
        return codes.MISSING_NUMBER.at(
            at.span, f"“{at.before}”后面要写数字", help="用阿拉伯数字写，如“以下至少 2 项:”"
        )

    def _claim(self, at: Situation) -> Diagnostic | None:
        return claim_mistake(at) if self.first_word(self._chunk) == "性质" else None

    def _habit(self, at: Situation) -> Diagnostic | None:
        before = str(at.before) if at.before is not None and at.before.type == "NAME" else ""
        if before in PREFIX_HABITS and at.kind in _OPERANDS | {"OPEN"}:
            return codes.HABIT_WORD.at(
                at.before_span, f"这里不写“{before}”", help=f"写“{PREFIX_HABITS[before]}”"
            )
        meant = HABITS.get(at.word)
        if meant is None or meant not in at.spelled:
            return None
        return codes.HABIT_WORD.at(at.span, f"这里不写“{at.word}”", help=f"写“{meant}”")

    def _chained(self, at: Situation) -> Diagnostic | None:
        if at.word not in _COMPARING or not {"AND", "OR"} & at.expected or "IS" in at.expected:
            return None
        return codes.CHAINED_COMPARISON.at(
            at.span,
            "一个比较后面不能直接再写比较",
            help="两个比较用“且”连接，各写各的对象；区间写“介于 … 与 …”",
        )

    def _glued(self, at: Situation) -> Diagnostic | None:
        if at.kind == "NAME":
            starts = [word for word in at.spelled if at.word.startswith(word) and at.word != word]
            if starts:
                return self._glued_at(at.span, at.word, max(starts, key=len))
        before = at.before
        if before is not None and before.type == "NAME" and at.kind not in END:
            for word in _EDGES:
                if before.endswith(word) and before != word:
                    return self._glued_at(at.before_span, str(before), word)
        return None

    def _glued_at(self, span: Span, name: str, keyword: str) -> Diagnostic:
        return codes.GLUED_KEYWORD.at(
            span,
            f"“{name}”连在一起，被当成一个名称",
            help=f"如果其中的“{keyword}”是关键字，用空格把它隔开",
        )

    def _attribute(self, at: Situation) -> Diagnostic | None:
        keywords = at.spelled & shapes.ATTRIBUTE_KEYWORDS
        if at.kind != "NAME" or not keywords or not (at.starts_line or "IS" not in at.expected):
            return None
        shape = self._shape()
        if shape is not None:
            keywords &= {"依据", *shape.attributes}
        near = closest(at.word, keywords)
        if not at.starts_line and near is None:
            return None
        return codes.UNKNOWN_ATTRIBUTE.at(
            at.span,
            f"没有“{at.word}”这一项",
            help=f"是不是“{near}”" if near else f"可以写：{'、'.join(sorted(keywords))}",
        )

    def _shape(self) -> shapes.Shape | None:
        return shapes.SHAPES.get(self.first_word(self._chunk))

    def _comparison(self, at: Situation) -> Diagnostic | None:
        if "IS" not in at.expected or at.before is None:
            return None
        if at.kind in _OPERANDS:
            near = closest(at.word, at.spelled) if len(at.word) > 1 else None
            if near is not None:
                return codes.UNEXPECTED_WORD.at(at.span, f"“{at.word}”不能写在这里", help=f"是不是“{near}”")
            only = not {"COMPARISON", "AND"} & at.expected
            return codes.MISSING_COMPARISON.at(
                at.span,
                f"“{at.before}”和“{at.word}”之间缺少{'“为”' if only else '比较的词'}",
                help=f"写成“{at.before} 为 {at.word}”" + ("" if only else "，或改用“低于”“超过”“属于”等词"),
                labels=(Label(span=at.before_span, message="比较的是它"),),
            )
        if at.kind in END and len(at.expected - {"DOT", "SEPARATOR", "SLASH", "OPEN_BRACKET", "TARGET"}) <= 1:
            return codes.MISSING_COMPARISON.at(
                at.before_span, f"“{at.before}”后面缺少“为”", help=f"写成“{at.before} 为 …”"
            )
        return None

    def _line_end(self, at: Situation) -> Diagnostic | None:
        if at.kind not in END:
            return None
        if at.kind == "INDENT":
            return codes.BAD_INDENTATION.at(
                at.span, "下一行缩进得多，但这一行下面不能再写内容", help="把下一行与上面同一层的行对齐"
            )
        return codes.UNFINISHED_DECLARATION.at(
            at.span, f"“{at.word}”后面没有写完", help=self._what_may_come(at)
        )

    def _what_may_come(self, at: Situation) -> str:
        named = sorted({_NAMED[name] for name in at.expected if name in _NAMED})
        shape = self._shape()
        words = at.spelled
        if shape is not None:
            words = words - (shapes.ATTRIBUTE_KEYWORDS - {"依据", *shape.attributes})
        shown = [*named, *(f"“{word}”" for word in sorted(words))]
        if not shown:
            return "删去它，或另起一行写别的声明"
        more = "等" if len(shown) > _SHOWN else ""
        return f"这里可以写：{'、'.join(shown[:_SHOWN])}{more}"
