"""Writes what tells a mutant as a 用例 that an officer reads, in the form that the formatter gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from typing import Final, cast

from relapse_rules.analysis.mutation.search import Told
from relapse_rules.analysis.variants.model import Part
from relapse_rules.check.policy import TypedCase
from relapse_rules.explain.worlds import Supposed
from relapse_rules.facts.shape import AS_OF
from relapse_rules.syntax.declarations import (
    Case,
    Expectation,
    ExpectationKind,
    GivenElement,
    GivenValue,
    Outcome,
    Reference,
    Special,
)
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.format_expressions import is_plain
from relapse_rules.syntax.tree import Expression, Moment, Name, Number, Path, Text, Truth
from relapse_rules.values.literals import text_of
from relapse_rules.values.types import NEVER, Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

_OUTCOMES: Final = {True: Outcome.YES, False: Outcome.NO, None: Outcome.UNKNOWN}
_TEXTS: Final = frozenset({Kind.TEXT, Kind.AREA_CODE})
_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME, Kind.YEAR_MONTH})


class Writer:
    """Writes cases of one policy, each under a name of its own. ``taken``: names that are used already."""

    def __init__(self, vocabulary: Vocabulary, taken: Mapping[str, object] | frozenset[str]) -> None:
        self._vocabulary = vocabulary
        self._taken = set(taken)
        self._written: dict[object, Case] = {}

    def case(self, told: Told, cites: tuple[str, ...] = ()) -> Case:
        """Return the case, 基于 the one in which the mutant was told. What is told alike is told by one case."""
        place = told.case.name, told.slot, told.lane, told.added, told.day
        key = place, frozenset(told.changes.items())
        if key not in self._written:
            self._written[key] = self._case(told, cites)
        return self._written[key]

    def dated(self, base: TypedCase, day: date | None, expected: Expectation) -> Case:
        """Return a case that expects ``expected`` of what another one gives, on ``day`` where that is another."""
        owner = expected.subjects[0].text.replace("/", "·")
        parts = [f"截止{owner}", *([] if day is None else [_day(day)]), base.name]
        return Case(
            name=Name(text=self._free("·".join(parts))),
            base=Name(text=base.name),
            given=() if day is None else (self._on(day, base),),
            expected=(expected,),
        )

    def _case(self, told: Told, cites: tuple[str, ...]) -> Case:
        return Case(
            name=Name(text=self._name(told)),
            cites=tuple(Cite(id=each) for each in cites),
            base=Name(text=told.case.name),
            given=tuple(self._given(told)),
            expected=(self._expectation(told),),
        )

    def _name(self, told: Told) -> str:
        """Return a name that says of what and under which facts: ``纳入低保·享受低保为是``."""
        parts = [
            f"{_called(spec.name, spec.aliases)}{_said(value, spec.type)}"
            for place, value in told.changes.items()
            for spec in (self._vocabulary.field(place.fact),)
        ]
        if told.added:
            parts.insert(0, f"多一项{self._vocabulary.by_english[told.added].name}")
        if told.day is not None:
            parts.insert(0, _day(told.day))
        subject = told.slot.owner.replace("/", "·")
        done = "完成" if told.slot.part is Part.DONE else ""
        wanted = "·".join([f"{done}{subject}", *parts[:2]]) if parts else f"{done}{subject}·{told.case.name}"
        return self._free(wanted)

    def _free(self, wanted: str) -> str:
        wanted = "".join(each for each in wanted if each not in "「」 \n")
        for number in count(1):
            name = wanted if number == 1 else f"{wanted}·{number}"
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise AssertionError

    def _expectation(self, told: Told) -> Expectation:
        held = told.facts.tables[told.domain]
        many = len(held.ids) > 1
        return Expectation(
            kind=ExpectationKind.DONE if told.slot.part is Part.DONE else ExpectationKind.OUTCOME,
            subjects=(Reference(text=told.slot.owner),),
            target=Reference(text=str(held.ids[told.lane])) if many else None,
            outcome=_OUTCOMES[told.outcome],
        )

    # --- 给定 -------------------------------------------------------------------------------------

    def _given(self, told: Told) -> Iterator[GivenElement]:
        if told.day is not None:
            yield self._on(told.day, told.case)
        elements: dict[tuple[str, int], list[tuple[FieldSpec, Supposed]]] = {}
        for place, value in told.changes.items():
            spec = self._vocabulary.field(place.fact)
            elements.setdefault((spec.entity, place.lane), []).append((spec, value))
        if told.added:
            lane = len(told.facts.tables[told.added].rows) - 1
            entity = self._vocabulary.by_english[told.added]
            plain = next(spec for spec in entity.fields if not spec.is_identifier)
            elements.setdefault((told.added, lane), [(plain, None)])
        order = {entity.english: place for place, entity in enumerate(self._vocabulary.entities)}
        for (english, lane), values in sorted(
            elements.items(), key=lambda each: (order[each[0][0]], each[0][1])
        ):
            yield from self._element(self._vocabulary.by_english[english], lane, values, told)

    def _on(self, day: date, base: TypedCase) -> GivenElement:
        """Write 判定时点: the same time of another day."""
        root = next(entity for entity in self._vocabulary.entities if entity.parent is None)
        time = str(cast("Mapping[str, object]", base.facts[root.english])[AS_OF])[11:16]
        moment = Moment(text=f"{day.isoformat()} {time}")
        return GivenElement(
            entity=Name(text=root.name),
            values=(GivenValue(field=Name(text=root.by_english[AS_OF].name), value=moment),),
        )

    def _element(
        self, entity: EntitySpec, lane: int, values: list[tuple[FieldSpec, Supposed]], told: Told
    ) -> Iterator[GivenElement]:
        given = tuple(
            GivenValue(field=Name(text=_called(spec.name, spec.aliases)), value=_value(value, spec.type))
            for spec, value in values
        )
        if entity.parent is None:
            # Each fact of the whole stands on a line of its own.
            yield from (
                GivenElement(entity=Name(text=_called(entity.name, entity.aliases)), values=(each,))
                for each in given
            )
            return
        ids = told.facts.tables[self._vocabulary.domain(entity.english)].ids
        named = entity.identifier is not None and self._vocabulary.domain(entity.english) == entity.english
        yield GivenElement(
            entity=Name(text=_called(entity.name, entity.aliases)),
            id=Name(text=str(ids[lane])) if named else None,
            values=given,
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _called(name: str, aliases: tuple[str, ...]) -> str:
    """Return the first name that needs no brackets; one without an addition in parentheses before others."""
    plain = [each for each in (name, *aliases) if is_plain(each)]
    return next((each for each in plain if "(" not in each), next(iter(plain), name))


def _value(value: Supposed, kind: Type) -> Expression | Special | tuple[Name | Truth, ...]:
    if value is None:
        return Special.UNKNOWN
    if isinstance(value, bool):
        return Truth(value=value)
    if isinstance(value, frozenset | tuple):
        return tuple(_name(each) for each in sorted(value))
    if isinstance(value, str):
        if kind.kind in _TEXTS:
            return Text(value=value)
        name = _name(value)
        return name if isinstance(name, Truth) else Path(parts=(name,))
    if value == NEVER:
        return Special.NEVER
    text = text_of(value, kind)
    if kind.kind in _MOMENTS:
        return Moment(text=text)
    digits = "".join(each for each in text if each in "-0123456789.")
    return Number(digits=digits, unit=text.removeprefix(digits))


def _name(text: str) -> Name | Truth:
    return Truth(value=text == "是") if text in {"是", "否"} else Name(text=text)


def _said(value: Supposed, kind: Type) -> str:
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "为是" if value else "为否"
    if isinstance(value, frozenset | tuple):
        return f"为{'和'.join(sorted(value))}" if value else "为空"
    if isinstance(value, str):
        return f"为{value}"
    if value == NEVER:
        return "未发生"
    return f"为{text_of(value, kind)}" if kind.kind not in _MOMENTS else "在另一时间"
