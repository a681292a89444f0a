"""Makes the attributes of declarations, and the fields and types of entities, while Lark parses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lark import Token

from relapse_rules.diagnostics import Label
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.source import Span
from relapse_rules.syntax import literals
from relapse_rules.syntax.build_expressions import ExpressionBuilder, Parts
from relapse_rules.syntax.declarations import (
    DatedValue,
    Effect,
    EffectKind,
    Range,
    Reference,
    Source,
    Succession,
    TimeLimit,
    Units,
    WrittenType,
    WrittenValue,
)
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Name, Path, Text, Truth
from relapse_rules.syntax.words import KINDS
from relapse_rules.values.types import Kind

_UNIT_LISTS: Final = frozenset({"UNITS", "SUPPORTING_UNITS", "RECIPIENT"})
_SOURCES: Final = {source.value: source for source in Source}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One attribute as written: its keyword, the place of the keyword, its value, the place of all of it."""

    keyword: str
    keyword_span: Span
    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """The attributes below a declaration or a step, in order."""

    attributes: tuple[Written, ...]


def attributes_in(parts: Iterable[object]) -> list[Written]:
    """Return the attributes of a declaration: those on its own line and those below it, in order."""
    made: list[Written] = []
    for part in parts:
        if isinstance(part, Written):
            made.append(part)
        elif isinstance(part, Body):
            made.extend(part.attributes)
    return made


class AttributeBuilder(ExpressionBuilder):
    """Makes attributes. Which of them a declaration may have is not known here."""

    # --- parts of attributes --------------------------------------------------------------------

    def names(self, parts: Parts) -> tuple[Name, ...]:
        """Make a list of names."""
        return tuple(parts[::2])

    def paths(self, parts: Parts) -> tuple[Path, ...]:
        """Make a list of paths."""
        return tuple(parts[::2])

    def references(self, parts: Parts) -> tuple[Reference, ...]:
        """Make a list of ids."""
        return tuple(parts[::2])

    def cites(self, parts: Parts) -> tuple[Cite, ...]:
        """Make a list of statement ids; a malformed one is reported as RR0118."""
        return tuple(self._cite(token) for token in parts[::2])

    def _cite(self, token: Token) -> Cite:
        if literals.STATEMENT_ID.fullmatch(token) is None:
            self.diagnostics.append(
                codes.BAD_STATEMENT_ID.at(
                    self.span(token), f"“{token}”不是条目编号", help="条目编号按“1-01”或“4.1-02”写，序号两位"
                )
            )
        return Cite(id=str(token), span=self.span(token))

    def words(self, parts: Parts) -> Text:
        """Make a text from a quoted text or from a bare name."""
        part: Token | Path = parts[0]
        if isinstance(part, Token):
            return self.text_of(part)
        return Text(value=part.text, span=part.span)

    def code(self, parts: Parts) -> Text:
        """Make a text from digits or a quoted text."""
        token: Token = parts[0]
        return self.text_of(token) if token.type == "TEXT" else Text(value=str(token), span=self.span(token))

    def reference_part(self, parts: Parts) -> Name:
        """Make one part of an id, with its place in a list (``住房[0]``) if it has one."""
        name: Name = parts[0]
        if len(parts) == 1:
            return name
        return Name(text=f"{name.text}[{parts[2]}]", span=self.span(name, parts[3]))

    def reference(self, parts: Parts) -> Reference:
        """Make an id from its parts and the signs between them."""
        return Reference(
            text="".join(part if isinstance(part, Token) else part.text for part in parts),
            span=self.span(parts[0], parts[-1]),
        )

    def succession(self, parts: Parts) -> Succession:
        """Make 并入 NAME 自 DATE."""
        return Succession(unit=parts[0], since=parts[2], span=self.span(parts[0], parts[2]))

    def limit_word(self, parts: Parts) -> TimeLimit:
        """Make 时限 及时."""
        word = self.text_of(parts[0]) if isinstance(parts[0], Token) else parts[0]
        return TimeLimit(word=word, span=word.span)

    def limit_within(self, parts: Parts) -> TimeLimit:
        """Make 时限 … 起 … 内 按 …."""
        return TimeLimit(
            start=parts[0],
            within=parts[2],
            reading=parts[5] if len(parts) > 4 else None,  # noqa: PLR2004 - 按 and a reading come last
            span=self.span(parts[0], parts[-1]),
        )

    def limit_same_day(self, parts: Parts) -> TimeLimit:
        """Make 时限 … 当天."""
        return TimeLimit(start=parts[0], same_day=True, span=self.span(parts[0], parts[1]))

    def effect_after(self, parts: Parts) -> Effect:
        """Make 效果 A 在 B 之后."""
        return Effect(
            kind=EffectKind.AFTER,
            targets=parts[0],
            others=parts[2],
            span=self.span(parts[0][0], parts[3]),
        )

    def effect_off(self, parts: Parts) -> Effect:
        """Make 效果 A 不适用."""
        return Effect(kind=EffectKind.OFF, targets=parts[0], span=self.span(parts[0][0], parts[1]))

    def effect_on(self, parts: Parts) -> Effect:
        """Make 效果 A 适用."""
        return Effect(kind=EffectKind.ON, targets=parts[0], span=self.span(parts[0][0], parts[1]))

    # --- attributes -----------------------------------------------------------------------------

    def attribute(self, parts: Parts) -> Written:
        """Make an attribute. 责任单位 and its kin become `Units`, to which statement ids may be added."""
        keyword: Token = parts[0]
        value: object = parts[1] if len(parts) > 1 else None
        place = self.span(keyword)
        end = place.end
        if isinstance(value, tuple):
            end = value[-1].span.end
            if keyword.type in _UNIT_LISTS:
                value = Units(names=value, span=self.span(value[0], value[-1]))
        elif isinstance(value, Token):
            value = self.text_of(value)
            end = value.span.end
        elif value is not None:
            end = parts[1].span.end
        return Written(
            keyword=str(keyword),
            keyword_span=place,
            value=value,
            span=Span(self.file, place.start, end),
        )

    field_attribute = attribute
    case_attribute = attribute

    def attributes(self, parts: Parts) -> tuple[Written, ...]:
        """Make a line of attributes: 依据 after 责任单位, 报送 or 时限 on the same line belongs to that attribute."""
        made: list[Written] = []
        for part in parts:
            before = made[-1].value if made else None
            if part.keyword == "依据" and isinstance(before, Units | TimeLimit) and not before.cites:
                made[-1] = _with_cites(made[-1], before, part)
            else:
                made.append(part)
        return tuple(made)

    case_attributes = attributes

    def body(self, parts: Parts) -> Body:
        """Gather the lines below a declaration or a step."""
        made: list[Written] = []
        for part in parts:
            if isinstance(part, Written):
                made.append(part)
            elif isinstance(part, tuple):
                made.extend(part)
        return Body(tuple(made))

    # --- dated values ---------------------------------------------------------------------------

    def unset(self, parts: Parts) -> None:
        """Make 待定."""

    def value_list(self, parts: Parts) -> tuple[Name | Truth, ...]:
        """Make a set from ``C、D``, ``{C、D}`` or ``{}``."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def dated(self, parts: Parts) -> Written:
        """Make 自 DATE 为 VALUE 来源 …."""
        source: Name = parts[5]
        self._choose(source, _SOURCES, "来源")
        origin = self.text_of(parts[6]) if len(parts) > 6 else None  # noqa: PLR2004 - the text is a seventh part
        span = self.span(parts[0], parts[-1])
        value = DatedValue(
            since=parts[1],
            value=parts[3],
            source=_SOURCES.get(source.text, Source.PLAN),
            origin=origin,
            span=span,
        )
        return Written(keyword="自", keyword_span=self.span(parts[0]), value=value, span=span)

    def _choose(self, word: Name, choices: Mapping[str, object], attribute: str) -> None:
        """Report ``word`` as RR0124 when it is none of ``choices``."""
        if word.text not in choices:
            self.diagnostics.append(
                codes.UNKNOWN_CHOICE.at(
                    word.span,
                    f"“{attribute}”不能写“{word.text}”",
                    help=f"可以写：{'、'.join(choices)}",
                )
            )

    def _duplicate(self, first: Written, again: Written) -> None:
        """Report an attribute that was written before (RR0109)."""
        self.diagnostics.append(
            codes.DUPLICATE_ATTRIBUTE.at(
                again.keyword_span,
                f"“{again.keyword}”写了两次"
                if first.keyword == again.keyword
                else f"“{first.keyword}”和“{again.keyword}”不能都写",
                help="只留一处；几个值写在同一处，用“、”隔开",
                labels=(Label(span=first.keyword_span, message="前一处在这里"),),
            )
        )

    # --- types ----------------------------------------------------------------------------------

    def measure_unit(self, parts: Parts) -> Name:
        """Make a unit of measure from its parts: ``元/人·月``."""
        text = "".join(str(part) if isinstance(part, Token) else part.text for part in parts)
        return Name(text=text, span=self.span(parts[0], parts[-1]))

    def value_name(self, parts: Parts) -> Name:
        """Make the name of a value; 是 and 否 may be values."""
        return self.name(parts)

    def enum_value(self, parts: Parts) -> WrittenValue:
        """Make a value and the broader one that it belongs to."""
        return WrittenValue(
            name=parts[0],
            parent=parts[2] if len(parts) > 1 else None,
            span=self.span(parts[0], parts[-1]),
        )

    def enum_values(self, parts: Parts) -> tuple[WrittenValue, ...]:
        """Gather the values between braces."""
        return tuple(part for part in parts if not isinstance(part, Token))

    def type_simple(self, parts: Parts) -> WrittenType:
        """Make 文本 and its kin."""
        return WrittenType(kind=KINDS[parts[0]], span=self.span(parts[0]))

    def type_measured(self, parts: Parts) -> WrittenType:
        """Make 整数 人 and its kin."""
        return WrittenType(
            kind=KINDS[parts[0]],
            unit=parts[1].text if len(parts) > 1 else "",
            span=self.span(parts[0], parts[-1]),
        )

    def type_listed(self, parts: Parts) -> WrittenType:
        """Make 枚举 {A、B} and 集合 开放 {A、B}."""
        values: tuple[WrittenValue, ...] = parts[-1] if isinstance(parts[-1], tuple) else ()
        return WrittenType(
            kind=KINDS[parts[0]],
            values=values,
            is_open=isinstance(parts[1], Token),
            span=self.span(parts[0], values[-1] if values else parts[-1]),
        )

    def type_same(self, parts: Parts) -> WrittenType:
        """Make 集合 鉴定等级: the values of that field."""
        return WrittenType(kind=KINDS[parts[0]], same_as=parts[1], span=self.span(parts[0], parts[1]))

    def type_set_of(self, parts: Parts) -> WrittenType:
        """Make 集合 代码 and 集合 引用 农户."""
        return WrittenType(
            kind=Kind.SET,
            item=KINDS[parts[1]],
            entity=parts[2] if len(parts) > 2 else None,  # noqa: PLR2004 - the entity is a third part
            span=self.span(parts[0], parts[-1]),
        )

    def type_reference(self, parts: Parts) -> WrittenType:
        """Make 引用 灾害事件."""
        return WrittenType(kind=Kind.REFERENCE, entity=parts[1], span=self.span(parts[0], parts[1]))

    # --- ranges ---------------------------------------------------------------------------------

    def range_from(self, parts: Parts) -> Range:
        """Make 范围 0 以上."""
        return Range(low=parts[0], span=self.span(parts[0], parts[1]))

    def range_to(self, parts: Parts) -> Range:
        """Make 范围 100 以下."""
        return Range(high=parts[0], span=self.span(parts[0], parts[1]))

    def range_between(self, parts: Parts) -> Range:
        """Make 范围 0 至 100."""
        return Range(low=parts[0], high=parts[2], span=self.span(parts[0], parts[2]))


def _with_cites(attribute: Written, value: Units | TimeLimit, cites: Written) -> Written:
    """Add statement ids to 责任单位 or 时限."""
    assert isinstance(cites.value, tuple)
    span = Span(attribute.span.file, attribute.span.start, cites.span.end)
    new: Units | TimeLimit
    if isinstance(value, Units):
        new = Units(names=value.names, cites=cites.value, span=value.span)
    else:
        new = TimeLimit(
            word=value.word,
            start=value.start,
            within=value.within,
            same_day=value.same_day,
            reading=value.reading,
            cites=cites.value,
            span=value.span,
        )
    return Written(keyword=attribute.keyword, keyword_span=attribute.keyword_span, value=new, span=span)
