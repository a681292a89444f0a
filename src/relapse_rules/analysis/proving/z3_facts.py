"""A household in z3: which elements there are, who belongs to whom, and what is stated of each, every fact unknown or within its range.

Values that no test of the programs tells apart are one. Dates lie from 1901 to 2099, where every fourth year is a leap year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import z3

from relapse_rules.analysis.proving.goals import Turn
from relapse_rules.analysis.proving.households import hung_under
from relapse_rules.analysis.proving.values import FIRST_DAY, LAST_DAY, Values, days_in_force, held
from relapse_rules.analysis.proving.z3_logic import (
    Formula,
    Number,
    Rail,
    Whole,
    all_of,
    any_of,
    chosen,
    negated,
    numbered,
)
from relapse_rules.engines.lanes.answers import Answers
from relapse_rules.explain.changeable import bounds
from relapse_rules.facts.stated import number_scale, takes_never
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.values.moments import EPOCH_ORDINAL
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NUMERIC, SECONDS_PER_DAY, UTC_OFFSET_SECONDS, Kind, Type
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

_MOST_SET: Final = 10**13
"""A 参数 that the county has not set may be so large, in the steps of its kind: 一千亿元."""

Place = tuple[str, int, str, bool]
"""(domain, lane, fact, whether of the changed household)."""


class Choice(NamedTuple):
    """A fact that is one of some values: each with whether it is stated, and how it answers each asked test."""

    values: tuple[bool | str, ...]
    picked: tuple[Formula, ...]

    @property
    def known(self) -> Formula:
        """Whether it is stated."""
        return any_of(self.picked)


class Members(NamedTuple):
    """A fact that is a set: whether it is stated, and which elements it has."""

    elements: tuple[str, ...]
    known: Formula
    has: tuple[Formula, ...]


class Belonging(NamedTuple):
    """Whether a child is known to belong to each parent, and whether that is not known."""

    to: tuple[Formula, ...]
    unknown: Formula


class Setting(NamedTuple):
    """What holds while a 参数 has one value: when, and the value."""

    holds: Formula
    value: int | tuple[str, ...] | None
    in_force: bool
    """Whether it has begun to hold, be its value still open (待定)."""


class Facts:
    """The variables, made when they are first asked for. ``rules``: what every household keeps to, so far."""

    def __init__(
        self,
        programs: Sequence[Program],
        vocabulary: Vocabulary,
        elements: int,
        parameters: Mapping[str, Type] | None = None,
    ) -> None:
        self.programs = programs
        self._parameters = parameters or {}
        self.vocabulary = vocabulary
        self.rules: list[Formula] = []
        self.singular = programs[0].singular
        self.lanes: dict[str, int] = {
            domain: 1 if domain in self.singular else elements for domain, _ in programs[0].domains
        }
        self.root = programs[0].domains[0][0]
        # Of its own, so that what was asked before in the process changes no model.
        self.context = z3.Context()
        self.today: Whole = self._whole("today")
        self.now: Whole = self._whole("now")
        self.days = first, last = days_in_force(programs)
        self.rules += [
            self.today >= first,
            self.today <= last,
            self.now + UTC_OFFSET_SECONDS >= (self.today - EPOCH_ORDINAL) * SECONDS_PER_DAY,
            self.now + UTC_OFFSET_SECONDS < (self.today - EPOCH_ORDINAL + 1) * SECONDS_PER_DAY,
        ]
        self.choices: dict[Place, Choice] = {}
        self.sets: dict[Place, Members] = {}
        self.numbers: dict[Place, Number] = {}
        self.unset: dict[str, Number] = {}
        """参数 that the county has not set, by name: any value, or none."""
        self.belongings: dict[tuple[Relation, int], Belonging] = {}
        self._values = Values(programs, vocabulary)
        self._present: dict[tuple[str, int], Formula] = {}
        self._complete: dict[str, Formula] = {}
        self._varied: frozenset[str] = frozenset()
        above = dict(programs[0].domains)
        for domain, under in hung_under(programs[0], vocabulary):
            if above[domain] == under:
                self.rules.append(z3.Implies(self.complete(domain), self.complete(under)))
            none = all_of((self.complete(under), negated(self.present(under, 0))))
            self.rules.append(z3.Implies(none, self.complete(domain)))

    def _truth(self, name: str) -> Formula:
        return z3.Bool(name, self.context)

    def _whole(self, name: str) -> Whole:
        return z3.Int(name, self.context)

    # --- elements ---------------------------------------------------------------------------------

    def present(self, domain: str, lane: int) -> Formula:
        """Return whether there is such an element; the elements of a list come first."""
        if domain in self.singular:
            return True
        found = self._present.get((domain, lane))
        if found is None:
            found = self._present[domain, lane] = self._truth(f"present {domain} {lane}")
            if lane:
                self.rules.append(z3.Implies(found, self.present(domain, lane - 1)))
            self.rules.append(z3.Implies(found, self.complete(domain)))
            self._structure(domain, lane)
        return found

    def _structure(self, domain: str, lane: int) -> None:
        """Make an element hang under one that is there."""
        for relation in self.programs[0].relations:
            if relation.child == domain and relation.reference is None:
                self.belonging(relation, lane)

    def complete(self, domain: str) -> Formula:
        """Return whether the list of a domain is supplied. What is not supplied has no elements here: more facts never flip an answer."""
        if domain in self.singular:
            return True
        found = self._complete.get(domain)
        if found is None:
            found = self._complete[domain] = self._truth(f"complete {domain}")
        return found

    def elements(self) -> Iterator[Formula]:
        """Yield whether there is each element, and each list, that was asked for so far."""
        yield from self._present.values()
        yield from self._complete.values()

    def belonging(self, relation: Relation, child: int) -> Belonging:
        """Return to which parent a child belongs."""
        found = self.belongings.get((relation, child))
        if found is None:
            found = self._belonging(relation, child)
            self.belongings[relation, child] = found
        return found

    def _belonging(self, relation: Relation, child: int) -> Belonging:
        present = self.present(relation.child, child)
        if relation.parent in self.singular:
            return Belonging((present,), unknown=False)
        told = f"{relation.child} {child} of {relation.parent} by {relation.reference}"
        to = tuple(self._truth(f"{told} {parent}") for parent in range(self.lanes[relation.parent]))
        self.rules.append(z3.AtMost(*to, 1))
        self.rules += [
            z3.Implies(one, all_of((present, self.present(relation.parent, parent))))
            for parent, one in enumerate(to)
        ]
        if relation.reference is None:
            self.rules.append(z3.Implies(present, z3.Or(to)))
            return Belonging(to, unknown=False)
        return Belonging(to, all_of((present, *(z3.Not(one) for one in to))))

    # --- facts ------------------------------------------------------------------------------------

    def vary(self, facts: Iterable[str]) -> None:
        """From now on the changed household has these facts of its own."""
        self._varied = frozenset(facts)

    def is_varied(self, fact: str) -> bool:
        """Whether the changed household has a fact of its own."""
        return fact in self._varied

    def place(self, domain: str, lane: int, fact: str, *, changed: bool) -> Place:
        """Return where a fact stands; the changed household shares what does not differ."""
        return domain, lane, fact, changed and self.is_varied(fact)

    def choice(self, place: Place) -> Choice:
        """Return a fact that is yes or no, or one of some names."""
        found = self.choices.get(place)
        if found is None:
            values = self._values.choices(place[2])
            picked = tuple(self._truth(f"{place} {number}") for number in range(len(values)))
            self.rules.append(z3.AtMost(*picked, 1))
            self._stated(place, z3.Or(picked))
            found = self.choices[place] = Choice(values, picked)
        return found

    def set(self, place: Place) -> Members:
        """Return a fact that is a set."""
        found = self.sets.get(place)
        if found is None:
            elements = self._values.elements(place[2])
            known = self._truth(f"{place} known")
            has = tuple(self._truth(f"{place} has {number}") for number in range(len(elements)))
            self._stated(place, known)
            found = self.sets[place] = Members(elements, known, has)
        return found

    def number(self, place: Place) -> Number:
        """Return a fact that is a number."""
        domain, _, fact, _ = place
        spec = self.vocabulary.field(fact)
        if domain == self.root and spec.english == "as_of":
            return Number(known=True, value=self.now)
        found = self.numbers.get(place)
        if found is None:
            known, told = self._truth(f"{place} known"), self._whole(f"{place}")
            never = self._truth(f"{place} never") if takes_never(spec) else False
            step, (low, high) = grain(spec), _range(spec)
            value = told if step == 1 else told * step
            self.rules += [value >= low, value <= high]
            self._stated(place, known)
            found = self.numbers[place] = numbered(known, value, never)
        return found

    def _stated(self, place: Place, known: Formula) -> None:
        """A fact is stated only of an element that is there; one that must be stated is."""
        domain, lane, fact, _ = place
        present = self.present(domain, lane)
        if present is not True:
            self.rules.append(z3.Implies(known, present))
        if self.vocabulary.field(fact).required:
            self.rules.append(z3.Implies(present, known) if present is not True else known)

    def differs(self, domain: str, fact: str, turn: Turn) -> Formula:
        """Return whether a fact of every element that the changed household states otherwise differs so, and one does."""
        somewhere: list[Formula] = []
        everywhere: list[Formula] = []
        for lane in range(self.lanes[domain]):
            one, other = (domain, lane, fact, False), (domain, lane, fact, True)
            differs, is_so = self._pair(one, other, turn)
            somewhere.append(all_of((differs, is_so)))
            everywhere.append(any_of((negated(differs), is_so)))
        return all_of((any_of(somewhere), *everywhere))

    def _pair(self, one: Place, other: Place, turn: Turn) -> tuple[Formula, Formula]:
        """Return whether two places differ, and whether they do so as ``turn`` says."""
        kind = self.vocabulary.field(one[2]).type.kind
        if kind in NUMERIC:
            first, second = self.number(one), self.number(other)
            both = all_of((first.known, second.known))
            same = any_of(
                (
                    all_of((negated(first.known), negated(second.known))),
                    all_of((both, first.value == second.value)),
                )
            )
            so = second.value > first.value if turn is Turn.UP else True
            return negated(same), all_of((both, so))
        if kind is Kind.SET:
            mine, yours = self.set(one), self.set(other)
            same = all_of(
                (
                    mine.known == yours.known,
                    *(left == right for left, right in zip(mine.has, yours.has, strict=True)),
                )
            )
            return negated(same), all_of((mine.known, yours.known))
        left, right = self.choice(one), self.choice(other)
        equal = all_of(a == b for a, b in zip(left.picked, right.picked, strict=True))
        return negated(equal), all_of((left.known, right.known))

    # --- 参数 -------------------------------------------------------------------------------------

    def settings(self, program: Program, name: str) -> tuple[Setting, ...]:
        """Return the values that a 参数 has over the days in force, each with when."""
        entry = next(entry for entry in program.parameters if entry.name == name)
        found: list[Setting] = []
        for start, end, setting in held(entry, self.days):
            whole = (start, end) == self.days
            holds = True if whole else z3.And(self.today >= start, self.today <= end)
            found.append(Setting(holds, None if setting is None else setting.value, setting is not None))
        return tuple(found)

    def parameter(self, program: Program, name: str) -> Number:
        """Return a 参数's value; one that the county has not set has any value, or none."""
        known: list[Formula] = []
        value: Whole = 0
        for setting in self.settings(program, name):
            if isinstance(setting.value, int):
                known.append(setting.holds)
                value = chosen(setting.holds, int(setting.value), value)
            elif setting.in_force and self._is_unset(program, name):
                free = self._free(name)
                known.append(all_of((setting.holds, free.known)))
                value = chosen(setting.holds, free.value, value)
        return Number(any_of(known), value)

    def _is_unset(self, program: Program, name: str) -> bool:
        """Whether the policy leaves a 参数 open (待定), rather than that it had no value before some day."""
        entry = next(entry for entry in program.parameters if entry.name == name)
        return all(each.value is None for each in entry.values)

    def _free(self, name: str) -> Number:
        found = self.unset.get(name)
        if found is None:
            known, value = self._truth(f"参数 {name} known"), self._whole(f"参数 {name}")
            low, high = _settable(self._parameters.get(name))
            self.rules += [value >= low, value <= high]
            found = self.unset[name] = Number(known, value)
        return found

    # --- values that tests tell apart -------------------------------------------------------------

    def answers(self, program: Program, node: nodes.Test) -> Iterator[tuple[Formula, Answers | None]]:
        """Yield how a test answers, each with when; None while its 参数 has no value."""
        kind = program.facts[node.fact].type
        if node.parameter is None:
            yield True, Answers(node, kind, node.values)
            return
        for setting in self.settings(program, node.parameter):
            values = setting.value
            yield setting.holds, Answers(node, kind, values) if isinstance(values, tuple) else None

    def test(self, program: Program, node: nodes.Test, lane: int, *, changed: bool) -> Rail:
        """Return how a fact of an element answers a test."""
        place = self.place(node.domain, lane, node.fact, changed=changed)
        if node.kind == "happened":
            return self._happened(place)
        rails = [
            Rail(all_of((when, rail.yes)), all_of((when, rail.no)))
            for when, table in self.answers(program, node)
            if table is not None
            for rail in (self._answered(place, node, table),)
        ]
        return Rail(any_of(rail.yes for rail in rails), any_of(rail.no for rail in rails))

    def _answered(self, place: Place, node: nodes.Test, table: Answers) -> Rail:
        if self.vocabulary.field(node.fact).type.kind is Kind.SET:
            return self._in_set(place, node, table)
        fact = self.choice(place)
        bits = [table[value] for value in fact.values]
        return Rail(
            any_of(one for one, bit in zip(fact.picked, bits, strict=True) if bit[0]),
            any_of(one for one, bit in zip(fact.picked, bits, strict=True) if bit[1]),
        )

    def _in_set(self, place: Place, node: nodes.Test, table: Answers) -> Rail:
        fact = self.set(place)
        if node.kind == "empty":
            return Rail(all_of((fact.known, *map(negated, fact.has))), all_of((fact.known, any_of(fact.has))))
        kind = self.vocabulary.field(node.fact).type
        rails = []
        for asked in table.values_asked:
            matches = [_matches(kind.ancestors, element, asked) for element in fact.elements]
            rails.append(
                Rail(
                    all_of((fact.known, any_of(h for h, m in zip(fact.has, matches, strict=True) if m[0]))),
                    all_of(
                        (
                            fact.known,
                            *(negated(h) for h, m in zip(fact.has, matches, strict=True) if m[1]),
                        )
                    ),
                )
            )
        if node.kind == "contains-any":
            return Rail(any_of(rail.yes for rail in rails), all_of((fact.known, *(r.no for r in rails))))
        return Rail(all_of((fact.known, *(rail.yes for rail in rails))), any_of(rail.no for rail in rails))

    def _happened(self, place: Place) -> Rail:
        is_date = self.vocabulary.field(place[2]).type.kind is Kind.DATE
        fact = self.number(place)
        by = self.today if is_date else self.now
        came = all_of((negated(fact.never), fact.value <= by))
        return Rail(all_of((fact.known, came)), all_of((fact.known, negated(came))))


def grain(spec: FieldSpec) -> int:
    """Return the steps between the values that decimal digits can state: 3 seconds for a field in 分钟."""
    if spec.type.kind is not Kind.DURATION:
        return 1
    rest = number_scale(spec)
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest


def _range(spec: FieldSpec) -> tuple[int, int]:
    low, high = bounds(spec)
    first, last = _calendar(spec.type.kind) or (low, high)
    return max(low, first), min(high, last)


def _settable(kind: Type | None) -> tuple[int, int]:
    """Return between what a 参数 may be set."""
    return (None if kind is None else _calendar(kind.kind)) or (0, _MOST_SET)


def _calendar(kind: Kind) -> tuple[int, int] | None:
    """Return the first and the last date, time or month that is looked at; None for what is none of these."""
    if kind is Kind.DATE:
        return FIRST_DAY, LAST_DAY
    if kind is Kind.TIME:
        first = (FIRST_DAY - EPOCH_ORDINAL) * SECONDS_PER_DAY - UTC_OFFSET_SECONDS
        return first, first + (LAST_DAY - FIRST_DAY + 1) * SECONDS_PER_DAY - 1
    if kind is Kind.YEAR_MONTH:
        return _month(FIRST_DAY), _month(LAST_DAY)
    return None


def _month(day: int) -> int:
    held = date.fromordinal(day)
    return held.year * 12 + held.month - 1


def _matches(ancestors: object, element: str, asked: str) -> tuple[bool, bool]:
    """Return whether an element is what is asked for or narrower, and whether it may be (it is broader)."""
    assert callable(ancestors)
    is_so = asked in ancestors(element)
    return is_so, is_so or element in ancestors(asked)
