"""The outline of a plan: the numbered statements that a policy answers for, and how far each can be decided.

An outline is a plain text beside the policy, one statement a line (``1-03 需裁量 生产生活遇到严重的困难``), under
headings that name the plan's clauses (``== 一(一) 自然灾害``). ``#`` starts a comment line. Full-width digits, spaces
and signs in front of the statement's words mean the same as half-width ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from relapse_rules.diagnostics import Checked, Diagnostic, Label
from relapse_rules.diagnostics.codes_coverage import DUPLICATE_STATEMENT, OUTLINE_MALFORMED
from relapse_rules.source import SourceText, Span

_ID = re.compile(r"[0-9]+(?:\.[0-9]+)?-[0-9]+")
_WORDS = re.compile(r"\S+")
# Normalised by NFKC, which keeps one code point for each of these: a full-width form of ASCII, or the wide space.
_FULL_WIDTH = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0xFF01, 0xFF5F), 0x3000)}


class Decidability(StrEnum):
    """How far a statement can be decided for one case."""

    DECIDABLE = "可判"
    """From the facts alone."""
    NEEDS_JUDGEMENT = "需裁量"
    """With a recorded human judgement, an outside standard or a named unit."""
    UNDECIDABLE = "不可判"
    """Not for one case: an aim, or an act without an observable result."""


_CHOICES = "、".join(Decidability)
_SHAPE = f"每行写成“编号 可判性 大意”，例如“1-03 需裁量 生产生活遇到严重的困难”；可判性是{_CHOICES}之一"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. ``clause`` is the label of its heading (``一(一)``), ``line`` its one-based line."""

    id: str
    testability: Decidability
    text: str
    clause: str
    line: int
    span: Span

    @property
    def must_be_accounted_for(self) -> bool:
        """Whether some rule must cite it, or a 不适用 must say why none does."""
        return self.testability is not Decidability.UNDECIDABLE


@dataclass(frozen=True, kw_only=True)
class Outline:
    """All statements, in the order of the plan; no id occurs twice."""

    statements: tuple[Statement, ...]

    @cached_property
    def _by_id(self) -> dict[str, Statement]:
        return {statement.id: statement for statement in self.statements}

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self.statements)

    def __contains__(self, statement_id: str) -> bool:
        """Return whether the plan has that statement."""
        return statement_id in self._by_id

    def find(self, statement_id: str) -> Statement | None:
        """Return the statement of that id, None where the plan has no such statement."""
        return self._by_id.get(statement_id)

    def position(self, statement_id: str) -> int:
        """Return the zero-based place of a statement in the plan, by which cites are ordered.

        Raises:
            KeyError: the outline has no such statement.
        """
        return self._positions[statement_id]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {statement.id: index for index, statement in enumerate(self.statements)}


def parse_outline(source: SourceText) -> Checked[Outline]:
    r"""Return the outline that ``source`` holds, and every line of it that cannot be read.

    A malformed line (RR0605) or the second statement of one id (RR0606) is reported and left out, so that the
    statements that can be read are still there for the passes that follow.

    >>> checked = parse_outline(SourceText("plan.outline", "== 一 适用范围\n1-03 需裁量 困难严重\n"))
    >>> checked.value.find("1-03").clause
    '一'
    """
    found: list[Diagnostic] = []
    statements: dict[str, Statement] = {}
    clause: str | None = None
    for number, span in _lines(source):
        if source.slice(span).translate(_FULL_WIDTH).startswith("=="):
            clause = _heading(source, span, found) or clause
            continue
        statement = _statement(source, span, number, clause, found)
        if statement is None:
            continue
        first = statements.setdefault(statement.id, statement)
        if first is not statement:
            found.append(_duplicate(statement, first))
    return Checked(Outline(statements=tuple(statements.values())), tuple(found))


def _lines(source: SourceText) -> Iterator[tuple[int, Span]]:
    """Yield the number of each line that says something, and its text without surrounding space."""
    for number, start in enumerate(source.line_starts, start=1):
        line = source.line(number)
        text = line.strip()
        if text and not text.startswith(("#", "\N{FULLWIDTH NUMBER SIGN}")):
            begin = start + len(line) - len(line.lstrip())
            yield number, Span(source.name, begin, begin + len(text))


def _heading(source: SourceText, span: Span, found: list[Diagnostic]) -> str | None:
    """Return the clause label of a heading, None (and a finding) where it names no clause."""
    words = source.slice(span).translate(_FULL_WIDTH)[len("==") :].split(maxsplit=1)
    if words:
        return words[0]
    found.append(OUTLINE_MALFORMED.at(span, "标题没有写条款名", help="写成“== 一(一) 自然灾害”"))
    return None


def _statement(
    source: SourceText, span: Span, number: int, clause: str | None, found: list[Diagnostic]
) -> Statement | None:
    """Return the statement of a line, None (and a finding at the smallest wrong text) where it is malformed."""
    # INVARIANT: the translation keeps the length, so offsets in it are offsets in the file.
    words = list(_WORDS.finditer(source.slice(span).translate(_FULL_WIDTH)))
    identity = words[0].group()
    spans = [Span(source.name, span.start + word.start(), span.start + word.end()) for word in words]
    if not _ID.fullmatch(identity):
        found.append(OUTLINE_MALFORMED.at(spans[0], f"“{identity}”不是陈述编号", help=_SHAPE))
    elif len(words) == 1:
        found.append(OUTLINE_MALFORMED.at(spans[0], f"陈述{identity}没有写可判性和大意", help=_SHAPE))
    elif words[1].group() not in {member.value for member in Decidability}:
        found.append(
            OUTLINE_MALFORMED.at(spans[1], f"“{words[1].group()}”不是可判性", help=f"写{_CHOICES}之一")
        )
    elif len(words) == 2:  # noqa: PLR2004 - id and testability, nothing after them
        found.append(OUTLINE_MALFORMED.at(span, f"陈述{identity}没有写大意", help=_SHAPE))
    elif clause is None:
        found.append(
            OUTLINE_MALFORMED.at(
                spans[0], f"陈述{identity}不在任何条款之下", help="在它前面写条款名，例如“== 一 适用范围”"
            )
        )
    else:
        return Statement(
            id=identity,
            testability=Decidability(words[1].group()),
            text=source.text[spans[2].start : span.end],
            clause=clause,
            line=number,
            span=spans[0],
        )
    return None


def _duplicate(statement: Statement, first: Statement) -> Diagnostic:
    return DUPLICATE_STATEMENT.at(
        statement.span,
        f"陈述编号{statement.id}重复",
        help="每条陈述的编号只用一次；删去一条，或改正编号",
        labels=(Label(span=first.span, message=f"第{first.line}行已经用过"),),
    )
