"""Finds what tells a mutant from the policy: a 用例 that is there, with as few facts as possible given otherwise.

What a mutant makes of the one expression that it changes is compared with what the policy makes of it, in thousands of worlds of a case
at once; in each some facts are otherwise. Where the two differ, an expectation of just that tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, islice
from random import Random
from typing import Final, NamedTuple, cast

from relapse_rules.analysis.mutation.candidates import Candidates
from relapse_rules.analysis.mutation.other_cases import on_day, with_one_more
from relapse_rules.analysis.variants.extended import extended
from relapse_rules.analysis.variants.model import Held, Part, Slot, Variant
from relapse_rules.analysis.variants.rewriting import changed
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.check.typed import NamedNumber
from relapse_rules.check.typed_children import Expression, walk
from relapse_rules.explain.premises import FactAt
from relapse_rules.explain.worlds import Hypothesis, Supposed, Worlds
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import is_valid_on
from relapse_rules.ir.rails import Rails
from relapse_rules.ir.verify import is_number
from relapse_rules.values.moments import day_of

_PAIRS: Final = 1500
_AT_RANDOM: Final = 1500
_MOST_CASES: Final = 12
"""In so many cases more than one fact at a time is given otherwise."""
_FEW: Final = 2
_MANY: Final = 7
"""More than the few are tried at random, up to so many at a time."""
BASES: Final = 3
"""So many of the first cases are those on which others are based."""
_SEED: Final = 20230728

Changes = Mapping[FactAt, Supposed]


class Told(NamedTuple):
    """What tells a mutant: in which case, what is given otherwise there, and of which expression and element the outcome differs.

    ``facts``: as they are before the changes. ``outcome``: what the policy makes of it. ``added``: the kind of which there is one element more than in ``case``, or nothing.
    """

    case: TypedCase
    facts: Case
    changes: Changes
    slot: Slot
    domain: str
    lane: int
    outcome: bool | None
    added: str = ""
    day: date | None = None


_Pair = tuple[Slot, int, int]
"""A slot, what the policy has there, and what a variant has."""

_Change = tuple[FactAt, Supposed]

_Choices = list[tuple[FactAt, tuple[Supposed, ...]]]


class Search:
    """Looks for cases that tell some variants of a policy from it."""

    def __init__(
        self,
        policy: TypedPolicy,
        slots: Mapping[Slot, Held],
        variants: Sequence[Variant],
        cases: Sequence[TypedCase],
    ) -> None:
        whole = [carried_on(variant, slots) for variant in variants]
        self._slots = slots
        self._extended = extended(policy, slots, whole)
        self._program = self._extended.program
        self._worlds = Worlds(self._extended.evaluator)
        self._candidates = Candidates(self._program, policy.vocabulary)
        self._vocabulary = policy.vocabulary
        self._reader = CaseReader(policy.vocabulary)
        self._cases = [(case, self._read(case)) for case in cases]
        self._pairs = {number: self._told_by(number) for number in range(len(variants))}

    def _read(self, case: TypedCase) -> Case:
        return self._reader.read(case.facts, source_name=case.name)

    def all(self) -> dict[int, Told]:
        """Return what tells each variant (by position) with the fewest changes found; those that nothing tells are missing."""
        waiting = {number for number, pairs in self._pairs.items() if pairs}
        found: dict[int, Told] = {}
        rails = [self._extended.evaluator.run(facts) for _, facts in self._cases]
        for (case, facts), base in zip(self._cases, rails, strict=True):
            self._try(case, facts, base, [{}], waiting, found)
        waiting -= found.keys()
        for (case, facts), base in zip(self._cases, rails, strict=True):
            if waiting:
                choices = self._choices(facts, [pair for number in waiting for pair in self._pairs[number]])
                self._try(case, facts, base, list(_one(choices)), waiting, found)
        waiting -= found.keys()
        for slot, group in self._groups(waiting).items():
            for place in self._near(slot):
                (case, facts), left = self._cases[place], group - found.keys()
                if left:
                    choices = self._choices(facts, [pair for number in left for pair in self._pairs[number]])
                    self._try(case, facts, rails[place], list(_more(choices)), left, found)
        self._smaller(waiting, found)
        for group in self._groups(waiting - found.keys()).values():
            self._with_one_more(group, found)
        self._on_other_days(waiting - found.keys(), found)
        return found

    def _on_other_days(self, waiting: set[int], found: dict[int, Told]) -> None:
        """Try the first cases on the day on which a 参数 has a new value, and on the day before."""
        since = {setting.since for entry in self._program.parameters for setting in entry.values}
        for day in sorted({*since, *(each - 1 for each in since)}):
            if not is_valid_on(self._program, day):
                continue
            for case, _ in self._cases[:BASES]:
                left = waiting - found.keys()
                other = date.fromordinal(day)
                dated = on_day(case, other, self._vocabulary)
                facts = self._read(dated)
                rails = self._extended.evaluator.run(facts)
                pairs = [pair for number in left for pair in self._pairs[number]]
                choices = self._choices(facts, pairs)
                self._try(case, facts, rails, [{}, *_one(choices), *_more(choices)], left, found)
                self._smaller(left, found)
                for number in left & found.keys():
                    found[number] = found[number]._replace(day=other)

    def _smaller(self, waiting: Iterable[int], found: dict[int, Told]) -> None:
        """Leave out what is not needed of several changes."""
        for number in waiting:
            told = found.get(number)
            if told is not None and len(told.changes) > _FEW:
                changes = told.changes.items()
                tried = [
                    dict(kept) for size in range(1, len(changes)) for kept in combinations(changes, size)
                ]
                rails = self._extended.evaluator.run(told.facts)
                self._try(told.case, told.facts, rails, tried, [number], found)

    def _with_one_more(self, group: set[int], found: dict[int, Told]) -> None:
        """Try a group of variants of one place in the first cases with one element more."""
        pairs = [pair for number in group for pair in self._pairs[number]]
        for case, facts in self._cases[:BASES]:
            kinds = dict.fromkeys(place.domain for place, _ in self._choices(facts, pairs))
            for kind in kinds:
                more = with_one_more(case, kind, self._vocabulary)
                left = group - found.keys()
                if more is None or not left:
                    continue
                read = self._read(more)
                rails = self._extended.evaluator.run(read)
                choices = self._choices(read, pairs)
                tried: list[Changes] = [{}, *_one(choices), *_more(choices)]
                self._try(more, read, rails, tried, left, found)
                self._smaller(left, found)
                for number in left & found.keys():
                    found[number] = found[number]._replace(case=case, added=kind)

    def _told_by(self, number: int) -> list[_Pair]:
        """Return the places at which a variant can be told: those that a 用例 can expect an outcome of."""
        return [
            (slot, base, root)
            for slot, root in self._extended.roots[number].items()
            if slot.part is not Part.START
            and not is_number(self._program.nodes[base := self._extended.base[slot]])
            and base != root
        ]

    def _groups(self, waiting: Iterable[int]) -> dict[Slot, set[int]]:
        groups: dict[Slot, set[int]] = {}
        for number in sorted(waiting):
            groups.setdefault(self._pairs[number][0][0], set()).add(number)
        return groups

    def _near(self, slot: Slot) -> Iterator[int]:
        """Yield the cases that expect something of a declaration, and the first ones, on which others are based."""
        near = [
            place
            for place, (case, _) in enumerate(self._cases)
            if any(slot.owner in expectation.subjects for expectation in case.expectations)
        ]
        yield from islice(dict.fromkeys((*range(min(BASES, len(self._cases))), *near)), _MOST_CASES)

    def _choices(self, case: Case, pairs: Sequence[_Pair]) -> _Choices:
        cone = leading_to(self._program, {node for _, base, root in pairs for node in (base, root)})
        settings = self._worlds.settings(day_of(case.as_of))
        found: _Choices = []
        for fact in self._candidates.facts(cone):
            domain = self._program.facts[fact].domain
            for lane in range(len(case.tables[domain].rows)):
                place = FactAt(domain, lane, fact)
                values = self._candidates.values(case, place, settings)
                if values:
                    found.append((place, values))
        return found

    def _try(
        self,
        case: TypedCase,
        facts: Case,
        rails: Rails,
        tried: Sequence[Changes],
        waiting: Iterable[int],
        found: dict[int, Told],
    ) -> None:
        """Note what tells the ``waiting`` variants best among the changes ``tried``."""
        if not tried:
            return
        worlds = self._worlds.run(facts, rails, cast("Sequence[Hypothesis]", tried))
        for number in waiting:
            best = found.get(number)
            for slot, base, root in self._pairs[number]:
                domain = self._slots[slot].domain
                for lane in range(len(facts.tables[domain].rows)):
                    yes, no = worlds.yes(base, lane), worlds.no(base, lane)
                    other_yes, other_no = worlds.yes(root, lane), worlds.no(root, lane)
                    world = _best(yes, no, other_yes, other_no, tried)
                    if world is None:
                        continue
                    outcome = True if yes >> world & 1 else False if no >> world & 1 else None
                    told = Told(case, facts, tried[world], slot, domain, lane, outcome)
                    if best is None or _cost(told) < _cost(best):
                        best = found[number] = told


def carried_on(variant: Variant, slots: Mapping[Slot, Held]) -> Variant:
    """Return a variant that puts what it changes of a 指标 also into what uses it by name: of a number nothing can be expected."""
    parts = dict(variant.parts)
    waiting = [slot for slot in parts if slot.part is Part.RULE]
    while waiting:
        slot = waiting.pop()

        def instead(node: Expression, slot: Slot = slot) -> Expression:
            return parts[slot] if isinstance(node, NamedNumber) and node.name == slot.owner else node

        for user, held in slots.items():
            own = parts.get(user, held.expression)
            if any(isinstance(node, NamedNumber) and node.name == slot.owner for _, node in walk(own)):
                parts[user] = changed(own, instead)
                if user.part is Part.RULE:
                    waiting.append(user)
    return replace(variant, parts=parts)


def _best(yes: int, no: int, other_yes: int, other_no: int, tried: Sequence[Changes]) -> int | None:
    """Return the world with the fewest changes in which the outcome is another; rather 是 for 否 than something not known."""
    flips = yes & other_no | no & other_yes
    differs = yes ^ other_yes | no ^ other_no
    for among in (flips, differs & (yes | no), differs):
        if among:
            return min(_worlds(among), key=lambda world: (len(tried[world]), world))
    return None


def _worlds(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _cost(told: Told) -> tuple[int, bool, int]:
    unknown = sum(1 for value in told.changes.values() if value is None)
    return len(told.changes) + unknown, told.outcome is None, told.lane


def _one(choices: _Choices) -> Iterator[Changes]:
    for place, values in choices:
        for value in values:
            yield {place: value}


def _more(choices: _Choices) -> Iterator[Changes]:
    """Yield changes of two facts, and of several at random (always the same)."""
    single = [(place, value) for place, values in choices for value in values]
    random = Random(_SEED)  # noqa: S311 - a search, nothing secret
    two = combinations(single, 2) if len(single) ** 2 <= 2 * _PAIRS else _drawn(single, random)
    yield from (dict(pair) for pair in two if pair[0][0] != pair[1][0])
    for _ in range(_AT_RANDOM if len(choices) > _FEW else 0):
        size = random.randint(_FEW + 1, min(_MANY, len(choices)))
        yield {place: random.choice(values) for place, values in random.sample(choices, size)}


def _drawn(single: Sequence[_Change], random: Random) -> Iterator[tuple[_Change, _Change]]:
    for _ in range(_PAIRS):
        first, second = random.sample(single, 2)
        yield first, second
