"""Makes the facts and the expected outcomes of 用例 while Lark parses."""

from __future__ import annotations

from typing import Final

from lark import Token

from relapse_rules.syntax.build_attributes import AttributeBuilder, Written
from relapse_rules.syntax.build_expressions import Parts
from relapse_rules.syntax.declarations import (
    Expectation,
    ExpectationKind,
    GivenElement,
    GivenValue,
    Outcome,
    Reference,
    Special,
)
from relapse_rules.syntax.tree import Moment, Name, Node
from relapse_rules.syntax.words import CONTEXT

_NAMED: Final = {"MISSING": ExpectationKind.MISSING, "CONTRADICTION": ExpectationKind.CONTRADICTION}


class CaseBuilder(AttributeBuilder):
    """Makes what stands under 给定 and 期望."""

    case_body = AttributeBuilder.body

    # --- 给定 -----------------------------------------------------------------------------------

    def given(self, parts: Parts) -> Written:
        """Gather the elements under 给定."""
        return self._block(parts)

    def expected(self, parts: Parts) -> Written:
        """Gather the lines under 期望."""
        return self._block(parts)

    def _block(self, parts: Parts) -> Written:
        lines: tuple[Node, ...] = tuple(part for part in parts if not isinstance(part, Token))
        return Written(
            keyword=str(parts[0]),
            keyword_span=self.span(parts[0]),
            value=lines,
            span=self.span(parts[0], lines[-1] if lines else None),
        )

    def special(self, parts: Parts) -> Special:
        """Make 未知 or 未发生."""
        return Special(parts[0])

    def given_value(self, parts: Parts) -> GivenValue:
        """Make FIELD 为 VALUE."""
        value = parts[2]
        last: Token | Node = parts[1]
        if isinstance(value, Node):
            last = value
        elif isinstance(value, tuple) and value:
            last = value[-1]
        return GivenValue(field=parts[0], value=value, span=self.span(parts[0], last))

    def given_values(self, parts: Parts) -> tuple[GivenValue, ...]:
        """Gather the values of one line."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def given_context(self, parts: Parts) -> GivenElement:
        """Make a line ``判定时点 为 …``."""
        value: GivenValue = parts[0]
        return GivenElement(
            entity=Name(text=CONTEXT, span=value.field.span), values=(value,), span=value.span
        )

    def given_absent(self, parts: Parts) -> GivenElement:
        """Make ENTITY 没有: the stated empty list."""
        return GivenElement(entity=parts[0], absent=True, span=self.span(parts[0], parts[1]))

    def element_id(self, parts: Parts) -> Name:
        """Make the id of an element; it may be digits."""
        return self.name(parts)

    def given_element(self, parts: Parts) -> GivenElement:
        """Make ENTITY ID: VALUES."""
        names = [part for part in parts[:2] if isinstance(part, Name)]
        values: list[GivenValue] = []
        for part in parts:
            if isinstance(part, tuple):
                values.extend(part)
        colon = next(part for part in parts if isinstance(part, Token) and part.type == "COLON")
        return GivenElement(
            entity=names[0],
            id=names[1] if len(names) > 1 else None,
            values=tuple(values),
            span=self.span(names[0], values[-1] if values else colon),
        )

    # --- 期望 -----------------------------------------------------------------------------------

    def outcome(self, parts: Parts) -> Token:
        """Hand on 是, 否 or 未知."""
        token: Token = parts[0]
        return token

    def target(self, parts: Parts) -> Reference:
        """Make the id after 对; it may be digits."""
        part: Reference | Token = parts[1]
        return part if isinstance(part, Reference) else Reference(text=str(part), span=self.span(part))

    def expect_outcome(self, parts: Parts) -> Expectation:
        """Make ``A 对 甲 为 是``."""
        return self._expectation(ExpectationKind.OUTCOME, parts, parts[0])

    def expect_done(self, parts: Parts) -> Expectation:
        """Make ``完成 A 对 甲 为 否``."""
        return self._expectation(ExpectationKind.DONE, parts, parts[1])

    def expect_due(self, parts: Parts) -> Expectation:
        """Make ``截止 A 对 甲 为 2023-08-02 20:00``."""
        return self._expectation(ExpectationKind.DUE, parts, parts[1])

    def _expectation(
        self, kind: ExpectationKind, parts: Parts, subjects: tuple[Reference, ...]
    ) -> Expectation:
        last: Token | Moment = parts[-1]
        target = next((part for part in parts if isinstance(part, Reference)), None)
        first: Token | Reference = subjects[0] if parts[0] is subjects else parts[0]
        return Expectation(
            kind=kind,
            subjects=subjects,
            target=target,
            outcome=Outcome(last) if isinstance(last, Token) and last.type != "NO_DUE" else None,
            due=last if isinstance(last, Moment) else None,
            span=self.span(first, last),
        )

    def expect_measures(self, parts: Parts) -> Expectation:
        """Make ``措施 含 A、B`` and ``措施 不含 A``."""
        contained = parts[1].type == "CONTAINS"
        return Expectation(
            kind=ExpectationKind.MEASURES if contained else ExpectationKind.NO_MEASURES,
            subjects=parts[2],
            span=self.span(parts[0], parts[2][-1]),
        )

    def expect_named(self, parts: Parts) -> Expectation:
        """Make ``缺 A`` and ``矛盾 A``."""
        return Expectation(
            kind=_NAMED[parts[0].type], subjects=parts[1], span=self.span(parts[0], parts[1][-1])
        )
