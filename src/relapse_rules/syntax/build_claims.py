"""Makes 性质 while Lark parses: what must hold for every household."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lark import Token

from relapse_rules.diagnostics import codes_structure
from relapse_rules.source import Span
from relapse_rules.syntax.build_attributes import Body, Written, attributes_in
from relapse_rules.syntax.build_cases import CaseBuilder
from relapse_rules.syntax.build_expressions import Parts
from relapse_rules.syntax.declarations import ListedKind, Property, PropertyKind
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Expression, Name, Node

_MONOTONE: Final = {"不增": PropertyKind.NOT_INCREASING, "不减": PropertyKind.NOT_DECREASING}
_HAS: Final = {"责任单位": PropertyKind.HAS_OWNER, "时限": PropertyKind.HAS_LIMIT}


@dataclass(frozen=True, slots=True)
class _Claim:
    """One claim as written: its kind, the fields of `Property` that it fills, and where it ends."""

    kind: PropertyKind
    fields: dict[str, Any]
    end: int


class ClaimBuilder(CaseBuilder):
    """Makes 性质 and the claims in them."""

    property_attribute = CaseBuilder.attribute
    property_attributes = CaseBuilder.attributes

    def property(self, parts: Parts) -> Property | None:
        """Make 性质 from its name, its attributes and the claim below."""
        name: Name = parts[1]
        claims: list[_Claim] = parts[-1][1]
        before = len(self.diagnostics)
        cites, entity = self._property_attributes([*parts[2:-1], parts[-1][0]])
        if len(claims) != 1:
            self.diagnostics.append(
                codes_structure.MISSING_ATTRIBUTE.at(
                    name.span,
                    f"性质“{name.text}”要写一条断言，而且只写一条",
                    help="几条断言分成几个“性质”来写",
                )
            )
        if len(self.diagnostics) > before:
            return None
        (claim,) = claims
        return Property(
            name=name,
            cites=cites,
            span=Span(self.file, self.span(parts[0]).start, claim.end),
            kind=claim.kind,
            entity=entity,
            **claim.fields,
        )

    def _property_attributes(self, parts: Parts) -> tuple[tuple[Cite, ...], Name | None]:
        cites: list[Cite] = []
        entity: Written | None = None
        for written in attributes_in(parts):
            if isinstance(written.value, tuple):
                cites.extend(written.value)
            elif entity is not None:
                self._duplicate(entity, written)
            else:
                entity = written
        if entity is None:
            return tuple(cites), None
        assert isinstance(entity.value, Name)
        return tuple(cites), entity.value

    def property_body(self, parts: Parts) -> tuple[Body, list[_Claim]]:
        """Gather the lines below 性质: attributes, and claims."""
        attributes = [written for part in parts if isinstance(part, tuple) for written in part]
        return Body(tuple(attributes)), [part for part in parts if isinstance(part, _Claim)]

    def operands(self, parts: Parts) -> tuple[Expression, ...]:
        """Make a list of conditions."""
        return tuple(parts[::2])

    def implies(self, parts: Parts) -> _Claim:
        """Make 甲 蕴含 乙."""
        self.nested += 1
        return self._claim(PropertyKind.IMPLIES, parts, subjects=(parts[0], parts[2]))

    def never_together(self, parts: Parts) -> _Claim:
        """Make 从不同时 甲、乙."""
        return self._claim(PropertyKind.NEVER_BOTH, parts, subjects=parts[1])

    def at_least_one(self, parts: Parts) -> _Claim:
        """Make 至少一项 甲、乙 当 丙."""
        condition = parts[3] if len(parts) > 2 else None  # noqa: PLR2004 - 当 and a condition come last
        return self._claim(PropertyKind.AT_LEAST_ONE, parts, subjects=parts[1], condition=condition)

    def monotone(self, parts: Parts) -> _Claim:
        """Make 甲 随 字段 不增."""
        return self._claim(_MONOTONE[parts[3]], parts, subjects=parts[0], fields=parts[2])

    def unchanged(self, parts: Parts) -> _Claim:
        """Make 甲、乙 不随 字段 改变."""
        return self._claim(PropertyKind.UNCHANGED, parts, subjects=parts[0], fields=parts[2])

    def every_has(self, parts: Parts) -> _Claim:
        """Make 每个 措施 有 责任单位."""
        return self._claim(_HAS[parts[3]], parts, listed=ListedKind(parts[1]))

    def not_stricter(self, parts: Parts) -> _Claim:
        """Make 甲、乙 不严于 政策 "文件", and 甲、乙 不严于 上级."""
        other = self.text_of(parts[3]) if len(parts) > 3 else None  # noqa: PLR2004 - the file is a fourth part
        return self._claim(PropertyKind.NOT_STRICTER, parts, subjects=parts[0], other=other)

    def _claim(self, kind: PropertyKind, parts: Parts, **fields: object) -> _Claim:
        last = parts[-1]
        place: Token | Node = last[-1] if isinstance(last, tuple) else last
        return _Claim(kind, fields, self.span(place).end)
