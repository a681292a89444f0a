"""Makes whole declarations while Lark parses, from attributes and the tables of `relapse_rules.syntax.shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lark import Token

from relapse_rules.diagnostics import codes_structure
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.source import Span
from relapse_rules.syntax.build_attributes import Written, attributes_in
from relapse_rules.syntax.build_claims import ClaimBuilder
from relapse_rules.syntax.build_expressions import Parts
from relapse_rules.syntax.declarations import (
    Adoption,
    AnyDeclaration,
    Case,
    Expectation,
    GivenElement,
    Import,
    NotApplicable,
    WrittenType,
)
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.shapes import FIELD, SHAPES, STEP, Attribute, Many, Shape
from relapse_rules.syntax.tree import Name


class Builder(ClaimBuilder):
    """Makes declarations; one with a mistake in it becomes None, and the mistake is in ``diagnostics``."""

    # --- declarations made of attributes --------------------------------------------------------

    def keyword(self, parts: Parts) -> Token:
        """Hand on the first word of a declaration."""
        token: Token = parts[0]
        return token

    def attributed(self, parts: Parts) -> AnyDeclaration | None:
        """Make a declaration from its name and attributes."""
        shape = SHAPES[parts[0]]
        name: Name = parts[1]
        fields: dict[str, object] = {"name": name}
        written = [part for part in parts[2:] if isinstance(part, WrittenType)]
        if written and shape.typed:
            fields["type"] = written[0]
        elif written:
            self.diagnostics.append(
                codes.UNEXPECTED_WORD.at(
                    written[0].span, f"{shape.keyword}的名称后面不写类型", help="删去冒号和类型"
                )
            )
        made: AnyDeclaration | None = self._make(shape, name, parts, fields)
        return made

    def step(self, parts: Parts) -> Written:
        """Make 步骤."""
        return self._part_of(STEP, parts, {})

    def field(self, parts: Parts) -> Written:
        """Make 字段."""
        return self._part_of(FIELD, parts, None)

    def _part_of(self, shape: Shape, parts: Parts, fields: dict[str, object] | None) -> Written:
        name: Name = parts[1]
        made = self._make(shape, name, parts, {"name": name, **(fields or {})})
        span = self._whole(parts)
        return Written(keyword=shape.keyword, keyword_span=self.span(parts[0]), value=made, span=span)

    def _make(self, shape: Shape, name: Name, parts: Parts, fields: dict[str, object]) -> Any:  # noqa: ANN401 - the shape says what is made
        attributes = attributes_in(parts)
        seen: dict[str, Written] = {}
        repeated: dict[str, list[object]] = {}
        cites: list[Cite] = []
        before = len(self.diagnostics)
        for written in attributes:
            known = shape.attributes.get(written.keyword)
            if written.keyword == "依据" and shape is not FIELD:
                assert isinstance(written.value, tuple)
                cites.extend(written.value)
            elif known is None:
                self._misplaced(shape, written)
            elif known.many is Many.REPEATED:
                repeated.setdefault(known.field, []).append(written.value)
            elif known.field in seen:
                self._duplicate(seen[known.field], written)
            else:
                seen[known.field] = written
                fields[known.field] = self._value(known, written)
        fields.update({field: tuple(values) for field, values in repeated.items()})
        if cites:
            fields["cites"] = tuple(cites)
        for keyword, attribute in shape.attributes.items():
            if attribute.required and attribute.field not in fields:
                self._missing(shape, name, keyword)
        if shape.typed and "type" not in fields:
            self._missing(shape, name, ": 类型")
        if len(self.diagnostics) > before:
            return None
        return shape.make(**fields, span=self._whole(parts))

    def _value(self, attribute: Attribute, written: Written) -> object:
        value = written.value
        if attribute.choices is not None:
            if value is None:
                return attribute.choices[""]
            assert isinstance(value, Name)
            self._choose(value, attribute.choices, written.keyword)
            return attribute.choices.get(value.text)
        if isinstance(value, tuple) and attribute.many is Many.ONE:
            if len(value) > 1:
                self.diagnostics.append(
                    codes.UNEXPECTED_WORD.at(
                        value[1].span, f"“{written.keyword}”只能写一个", help="只留一个，其余另写"
                    )
                )
            return value[0]
        return value

    def _whole(self, parts: Sequence[object]) -> Span:
        """Return the place from the first word to the end of the last attribute."""
        first = parts[0]
        assert isinstance(first, Token)
        ends = [attribute.span.end for attribute in attributes_in(parts)]
        ends += [part.span.end for part in parts if isinstance(part, Name | WrittenType)]
        return Span(self.file, self.span(first).start, max(ends))

    # --- what is wrong with attributes ----------------------------------------------------------

    def _misplaced(self, shape: Shape, written: Written) -> None:
        self.diagnostics.append(
            codes.MISPLACED_ATTRIBUTE.at(
                written.keyword_span,
                f"{shape.keyword}没有“{written.keyword}”这一项",
                help=f"{shape.keyword}可以写：{'、'.join(shape.attributes)}",
            )
        )

    def _missing(self, shape: Shape, name: Name, keyword: str) -> None:
        self.diagnostics.append(
            codes_structure.MISSING_ATTRIBUTE.at(
                name.span,
                f"{shape.keyword}“{name.text}”缺少“{keyword}”",
                help=f"补写“{keyword}”",
            )
        )

    # --- declarations of other shapes -----------------------------------------------------------

    def importing(self, parts: Parts) -> Import:
        """Make 导入."""
        return Import(path=self.text_of(parts[1]), span=self.span(parts[0], parts[1]))

    def adopting(self, parts: Parts) -> Adoption:
        """Make 采用."""
        return Adoption(name=parts[1], option=parts[3], span=self.span(parts[0], parts[3]))

    def excluded(self, parts: Parts) -> NotApplicable:
        """Make 不适用."""
        reason = next(part for part in parts[2:] if isinstance(part, Token) and part.type == "TEXT")
        return NotApplicable(cites=parts[1], reason=self.text_of(reason), span=self.span(parts[0], reason))

    def case(self, parts: Parts) -> Case | None:
        """Make 用例."""
        name: Name = parts[1]
        fields: dict[str, object] = {}
        seen: dict[str, Written] = {}
        cites: list[Cite] = []
        before = len(self.diagnostics)
        given: list[GivenElement] = []
        expected: list[Expectation] = []
        end = name.span.end
        for written in attributes_in(parts):
            end = max(end, written.span.end)
            if written.keyword == "依据":
                assert isinstance(written.value, tuple)
                cites.extend(written.value)
                continue
            if written.keyword in seen:
                self._duplicate(seen[written.keyword], written)
            seen[written.keyword] = written
            match written.keyword, written.value:
                case "给定", tuple(elements):
                    given.extend(elements)
                case "期望", tuple(expectations):
                    expected.extend(expectations)
                case _, base:
                    fields["base"] = base
        if not expected:
            self.diagnostics.append(
                codes_structure.MISSING_ATTRIBUTE.at(
                    name.span, f"用例“{name.text}”缺少“期望”", help="补写“期望”，下面每行写一个应有的结论"
                )
            )
        if len(self.diagnostics) > before:
            return None
        base = fields.get("base")
        assert base is None or isinstance(base, Name)
        return Case(
            name=name,
            cites=tuple(cites),
            base=base,
            given=tuple(given),
            expected=tuple(expected),
            span=Span(self.file, self.span(parts[0]).start, end),
        )
