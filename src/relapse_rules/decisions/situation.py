"""One case in the light of its rails: what all parts of a decision look things up in, made anew for each decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from relapse_rules.decisions.missing import Search, Waiting
from relapse_rules.decisions.model import NO, UNKNOWN, YES, MissingFact, Outcome, Target
from relapse_rules.decisions.names import FactNames
from relapse_rules.decisions.targets import Targets, targets_of
from relapse_rules.decisions.units import UnitNames
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.relations import Relation

HOUSEHOLD = "household"

_OUTCOMES: Final = (UNKNOWN, YES, NO)
"""By the rails of a single lane: the first counts one, the second two."""

Place = tuple[int | None, Target, Outcome, Outcome]
"""The lane of an element (None: it stands for elements not known), its name, what a condition is there, and whether it is done."""


class Situation:
    """What is known of one case, and a count of what its undecided elements wait for.

    ``unset``: 参数 that have no value at 判定时点. ``suppliers``: who supplies what can be missing, by position in ``names``.
    ``readings``: the option taken of each 解读.
    """

    def __init__(
        self,
        case: Case,
        rails: Rails,
        *,
        unset: frozenset[str],
        suppliers: tuple[str, ...],
        readings: Mapping[str, str],
        names: FactNames,
        waiting: Waiting,
        unit_names: UnitNames,
    ) -> None:
        self.case = case
        self.rails = rails
        self.first: Sequence[Any] = rails.first
        self.second = rails.second
        self.readings = readings
        self._household = case.tables[HOUSEHOLD].rows[0]
        self._names = names
        self._suppliers = suppliers
        self._search = Search(waiting, rails, case, unset)
        self._unit_names = unit_names
        self._known_units = unit_names.known_for(self._household)
        self._targets: dict[str, Targets] = {}
        self._only: dict[str, Target] = {}
        self._places: dict[str, dict[tuple[int, ...], tuple[Place, ...]]] = {}
        self._waiting: dict[int, int] = {}

    def outcome(self, node: int, lane: int) -> Outcome:
        """Return the outcome of a condition."""
        return YES if self.first[node] >> lane & 1 else NO if self.second[node] >> lane & 1 else UNKNOWN

    def places(self, node: int, entity: str, domain: str, done: int | None = None) -> tuple[Place, ...]:
        """Return the outcome of a condition for each element of ``entity``, in the order of the lanes.

        ``done``: the condition that tells that it is carried out; without one that is unknown.
        """
        first, second = self.first, self.second
        only = self._only.get(entity)
        if only is not None:
            outcome = _OUTCOMES[first[node] | second[node] << 1]
            return (
                (0, only, outcome, UNKNOWN if done is None else _OUTCOMES[first[done] | second[done] << 1]),
            )
        # Few conditions differ in their rails: all that are unknown for every member have the same places.
        rails = (
            (first[node], second[node])
            if done is None
            else (first[node], second[node], first[done], second[done])
        )
        known = self._places.get(entity)
        if known is None:
            known = self._places[entity] = {}
            targets = self._targets[entity] = targets_of(self.case, entity, domain)
            if targets.unlisted is None and len(targets.elements) == 1:
                self._only[entity] = targets.elements[0]
        found = known.get(rails)
        if found is None:
            found = known[rails] = tuple(self._placed(node, self._targets[entity], done))
        return found

    def _placed(self, node: int, targets: Targets, done: int | None) -> Iterator[Place]:
        for lane, target in enumerate(targets.elements):
            yield (
                lane,
                target,
                self.outcome(node, lane),
                UNKNOWN if done is None else self.outcome(done, lane),
            )
        if targets.unlisted is not None:
            # Nothing is done for the elements of an empty list; for those of one not supplied it is not known.
            yield None, targets.nobody, targets.unlisted, UNKNOWN if done is None else targets.unlisted

    def waits_for(self, node: int, domain: str, lane: int | None) -> tuple[str, ...]:
        """Return the facts that an undecided element waits for, and count the element. Without a lane it waits for its list."""
        mask = self._names.list_bit[domain] if lane is None else self._search.of(node, lane)
        self._waiting[mask] = self._waiting.get(mask, 0) + 1
        return self._names.listed(mask).names

    def missing(self) -> tuple[MissingFact, ...]:
        """Return each fact that a counted element waits for: those that decide most first, else in the vocabulary's order."""
        decides: dict[int, int] = {}
        for mask, count in self._waiting.items():
            for position in self._names.listed(mask).positions:
                decides[position] = decides.get(position, 0) + count
        order = sorted(decides, key=lambda position: (-decides[position], position))
        names, suppliers = self._names.names, self._suppliers
        return tuple(
            MissingFact(names[position], suppliers[position], decides[position]) for position in order
        )

    def units(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return what units are called today, for this household."""
        return self._unit_names.resolve(names, self._household, self._known_units)

    def applies(self, node: int, domain: str, seen_from: str, lane: int) -> bool:
        """Whether an exception (``node`` in ``domain``) is proved for the element in ``lane`` of ``seen_from``.

        It is when it is for that element itself, for the element that this one hangs under, or for one that hangs under it.
        """
        yes = self.first[node]
        if not yes or domain == seen_from:
            return bool(yes >> lane & 1)
        above = self.case.links.get(Relation(seen_from, domain))
        if above is not None:
            parent = above[lane]
            return parent is not None and bool(yes >> parent & 1)
        below = self.case.links.get(Relation(domain, seen_from))
        if below is not None:
            return any(yes >> child & 1 for child, parent in enumerate(below) if parent == lane)
        # Neither hangs directly under the other (住房 and 政策上下文, 灾害事件 and 农户): both belong to this one case.
        return True
