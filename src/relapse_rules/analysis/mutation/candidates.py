"""Values that are worth trying for a fact: those about which some test or comparison of the policy changes its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from relapse_rules.engines.lanes.settings import Settings
from relapse_rules.explain.premises import FactAt
from relapse_rules.explain.worlds import Supposed
from relapse_rules.facts.case import Case
from relapse_rules.facts.shape import AS_OF
from relapse_rules.facts.stated import takes_never
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import NEVER, NUMERIC, SCALE, SECONDS_PER_DAY, Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME})
_CLOSED: Final = frozenset({Kind.ENUM})
_DURATIONS: Final = {"分钟": 60, "小时": 3600, "天": SECONDS_PER_DAY, "周": 7 * SECONDS_PER_DAY, "年": 12}
_SENSIBLE: Final = {
    Kind.YEAR_MONTH: (1900 * 12, 2200 * 12),
    Kind.DATE: (date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal()),
    Kind.TIME: (-2_200_000_000, 7_200_000_000),
}
"""Moments from the year 1900 to 2200, as each kind is counted."""
_FIRST_DAY: Final = 200_000
"""Months are counted with smaller numbers, days with larger ones, seconds with still larger ones."""
_FIRST_SECOND: Final = 10_000_000
_MOST: Final = 24
"""So many values of one fact are tried."""


class Candidates:
    """What may be tried in cases of one program, worked out once for each day."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self._program = program
        self._vocabulary = vocabulary
        self._asked: dict[str, list[int]] = {}
        self._near: dict[str, list[_Limit]] = {}
        for position, node in enumerate(program.nodes):
            if isinstance(node, nodes.Test):
                self._asked.setdefault(node.fact, []).append(position)
            elif isinstance(node, nodes.Compare | nodes.CompareRatio | nodes.CompareCount):
                self._compared(position)

    def _compared(self, position: int) -> None:
        below = leading_to(self._program, (position,))
        found = [self._program.nodes[each] for each in below]
        aged = any(isinstance(node, nodes.Age) for node in found)
        limits = [
            (node.value if isinstance(node, nodes.Number) else node.name)
            for node in found
            if isinstance(node, nodes.Number | nodes.Parameter)
        ]
        facts = [node.fact for node in found if isinstance(node, nodes.FieldNumber)]
        for fact in facts:
            others = tuple(each for each in facts if each != fact)
            self._near.setdefault(fact, []).append((tuple(limits), others, aged))

    def facts(self, positions: Iterable[int]) -> tuple[str, ...]:
        """Return the facts that leaves among ``positions`` read and that a 用例 may give otherwise, in program order."""
        found: dict[str, None] = {}
        for position in sorted(positions):
            node = self._program.nodes[position]
            if isinstance(node, nodes.Test | nodes.FieldNumber) and self._may(node.fact):
                found[node.fact] = None
        return tuple(found)

    def _may(self, fact: str) -> bool:
        spec = self._vocabulary.field(fact)
        return not (
            spec.is_identifier
            or spec.english == AS_OF
            or spec.type.kind is Kind.REFERENCE
            or fact in self._program.derived
        )

    def values(self, case: Case, place: FactAt, settings: Settings) -> tuple[Supposed, ...]:
        """Return the values to try at ``place``, none of them what is stated there; None (not stated) comes last."""
        spec = self._vocabulary.field(place.fact)
        stated = case.tables[place.domain].rows[place.lane].get(place.fact)
        found = dict.fromkeys(self._values(case, spec, settings, stated))
        found.pop(stated, None)
        found.pop(None, None)
        known = tuple(found)[:_MOST]
        return known if stated is None else (*known, None)

    def _values(
        self, case: Case, spec: FieldSpec, settings: Settings, stated: Supposed
    ) -> Iterator[Supposed]:
        kind = spec.type.kind
        if kind is Kind.CONDITION:
            yield from (True, False)
        elif kind is Kind.SET:
            yield from self._sets(spec, settings, stated)
        elif kind in NUMERIC:
            yield from (value for value in self._numbers(case, spec, settings.numbers) if _fits(spec, value))
        else:
            asked = self._names(spec.fact, settings)
            yield from asked
            listed = (value.name for value in spec.type.values if value.name not in asked)
            yield from list(listed)[-1:]
            if kind not in _CLOSED and not spec.type.values:
                yield "其他"

    def _names(self, fact: str, settings: Settings) -> tuple[str, ...]:
        tests = self._asked.get(fact, ())
        return tuple(dict.fromkeys(name for test in tests for name in settings.tables[test].values_asked))

    def _sets(self, spec: FieldSpec, settings: Settings, stated: Supposed) -> Iterator[frozenset[str]]:
        asked = self._names(spec.fact, settings)
        yield frozenset()
        yield from (frozenset({name}) for name in asked)
        yield frozenset(asked)
        listed = (value.name for value in spec.type.values if value.name not in asked)
        yield from (frozenset({name}) for name in list(listed)[-1:])
        if isinstance(stated, frozenset):
            yield from (stated - {name} for name in asked if name in stated)
            yield from (stated | {name} for name in asked if name not in stated)

    def _numbers(self, case: Case, spec: FieldSpec, settings: Mapping[str, int | None]) -> Iterator[int]:
        kind = spec.type.kind
        today = day_of(case.as_of)
        if spec.fact in self._asked and kind in _MOMENTS:
            yield today if kind is Kind.DATE else case.as_of
        for limits, others, aged in self._near.get(spec.fact, ()):
            values = [settings[each] if isinstance(each, str) else each for each in limits]
            known = [each for each in values if each is not None]
            near = [each for fact in others for each in self._stated(case, fact)]
            if aged:
                known = [_years_before(today, years) for years in known]
            # A number among moments is a distance between them.
            alone = known if aged or kind not in _MOMENTS else ()
            middle = [*alone, *near, *(other + limit for other in near for limit in known)]
            middle += [other - limit for other in near for limit in known]
            if kind is Kind.YEAR_MONTH:
                middle = [_month(each) for each in middle]
            step = _step(spec.type)
            yield from middle
            for value in middle:
                yield from (value - step, value + step)
        if takes_never(spec):
            yield NEVER
        if spec.fact in self._asked and kind in _MOMENTS:
            yield (today + 1) if kind is Kind.DATE else case.as_of + SECONDS_PER_DAY

    def _stated(self, case: Case, fact: str) -> Iterator[int]:
        domain = self._vocabulary.domain(fact.partition(".")[0])
        for row in case.tables[domain].rows:
            value = row.get(fact)
            if isinstance(value, int) and value != NEVER:
                yield value


_Limit = tuple[tuple[int | str, ...], tuple[str, ...], bool]
"""What a comparison compares a fact with: numbers and 参数, other facts, and whether its age is meant."""


def _fits(spec: FieldSpec, value: int) -> bool:
    if value == NEVER:
        return True
    if spec.type.kind in _SENSIBLE:
        first, last = _SENSIBLE[spec.type.kind]
        return first <= value <= last
    low = 0 if spec.low is None else spec.low
    return value >= low and (spec.high is None or value <= spec.high)


def _month(moment: int) -> int:
    """Return the month of a date or time, as 年月 are counted; what is no moment stays as it is."""
    if moment < _FIRST_DAY:
        return moment
    day = date.fromordinal(moment if moment < _FIRST_SECOND else day_of(moment))
    return day.year * 12 + day.month - 1


def _step(kind: Type) -> int:
    """Return one whole unit, as an officer would write it: 1元, 1升, 1分钟, 1天; a minute for times."""
    if kind.kind is Kind.DURATION:
        return _DURATIONS.get(kind.unit, 1)
    return 60 if kind.kind is Kind.TIME else SCALE.get(kind.kind, 1)


def _years_before(today: int, years: int) -> int:
    day = date.fromordinal(today)
    year = max(1, day.year - years)
    return (day.replace(year=year) if (day.month, day.day) != (2, 29) else date(year, 3, 1)).toordinal()
