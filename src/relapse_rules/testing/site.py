"""Where a case is built: the draft, what is settled in it, and what it comes to so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from relapse_rules.engines.lanes import Evaluator
from relapse_rules.facts.case import Value
from relapse_rules.facts.shape import AS_OF
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.testing.blueprint import Blueprint
from relapse_rules.testing.draft import Draft, Place
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth

_MOST_STEPS: Final = 3_000
"""So much is tried for one case; a policy may ask for what cannot be."""
_MOST_CHOICES: Final = 6
"""So many ways are tried, from the drawn one on, before a step is given up."""

T = TypeVar("T")


class Site:
    """``upto``: draws a whole number from 0 to another. What is settled stays as it is, until the step that settled it is taken back."""

    def __init__(
        self,
        blueprint: Blueprint,
        program: Program,
        evaluator: Evaluator,
        draft: Draft,
        upto: Callable[[int], int],
    ) -> None:
        self.blueprint = blueprint
        self.program = program
        self.evaluator = evaluator
        self.draft = draft
        self.settled: dict[Place, Value | None] = {}
        self._upto = upto
        self._steps = 0
        self._rails: Rails | None = None

    # --- choices ----------------------------------------------------------------------------------------------

    def first_of(self, ways: Sequence[T], works: Callable[[T], bool]) -> bool:
        """Try ``ways`` one after the other, from a drawn one on, until one works; what the others did is taken back."""
        if not ways:
            return False
        start = self._upto(len(ways) - 1)
        for way in (*ways[start:], *ways[:start])[:_MOST_CHOICES]:
            before = self.draft.copy(), dict(self.settled)
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return False
            if works(way):
                return True
            self.draft, self.settled = before
            self._rails = None
        return False

    def choose(self, options: Sequence[T]) -> T:
        """Draw one of ``options``."""
        return options[self._upto(len(options) - 1)]

    # --- what is stated ---------------------------------------------------------------------------------------

    def stated(self, domain: str, lane: int, fact: str) -> Value | None:
        """Return what is stated of a fact; None for nothing."""
        return self.draft.rows[domain][lane].get(fact)

    def settle(self, domain: str, lane: int, fact: str, value: Value | None) -> bool:
        """State a fact for good, or leave it out for good. False when it is settled otherwise."""
        place = (domain, lane, fact)
        if place in self.settled and self.settled[place] != value:
            return False
        moment = f"{self.blueprint.shape.context}.{AS_OF}"
        if fact == moment:
            return value == self.draft.as_of
        if value is None and self.blueprint.specs[fact].required:
            return False
        self.resettle(domain, lane, fact, value)
        return True

    def resettle(self, domain: str, lane: int, fact: str, value: Value | None) -> None:
        """State a fact for good, whatever was settled."""
        self.settled[domain, lane, fact] = value
        row = self.draft.rows[domain][lane]
        if value is None:
            row.pop(fact, None)
        else:
            row[fact] = value
        self._rails = None

    # --- elements ---------------------------------------------------------------------------------------------

    def supply(self, domain: str) -> bool:
        """See to it that a list is supplied, as it is now. False when it must be left out."""
        above = self.blueprint.domains[domain].above
        if (domain, 0, "") in self.settled:
            return False
        if above is not None and not self.blueprint.domains[domain].single:
            self.draft.supplied.add(domain)
            self._rails = None
            return self.supply(above)
        return True

    def leave_out(self, domain: str) -> bool:
        """See to it that a list is not supplied. False when something in it is settled."""
        below = self.blueprint.below(domain)
        if self.blueprint.domains[domain].single or any(self.draft.rows.get(each) for each in below):
            return False
        self.draft.supplied -= below
        self.settled[domain, 0, ""] = None
        self._rails = None
        return True

    def add(self, domain: str, relation: Relation | None = None, parent: int = 0) -> int | None:
        """Add an element, which belongs to ``parent`` by ``relation``, and return its position; None when that cannot be."""
        found = self.blueprint.domains[domain]
        if found.single or found.above is None or not self.supply(domain):
            return None
        above = parent if relation is not None and relation.reference is None else 0
        if not self.draft.rows.get(found.above) and self.add(found.above) is None:
            return None
        lane = self.draft.add(found, above)
        self._rails = None
        for slot in self.blueprint.slots[domain]:
            if slot.required and slot.target is None:
                self.draft.rows[domain][lane][slot.spec.fact] = self.blueprint.candidates.of(
                    slot.spec, self.draft.as_of
                )[0]
        if relation is not None and not self.belongs(relation, lane, parent):
            return None
        return lane

    def belongs(self, relation: Relation, child: int, parent: int) -> bool:
        """See to it that an element belongs to another. False when it belongs elsewhere for good."""
        if relation.reference is None:
            return self.draft.above[relation.child][child] == parent
        if self.blueprint.domains[relation.parent].single:
            return True
        fact = f"{relation.child}.{relation.reference}"
        return self.settle(relation.child, child, fact, self.draft.names(relation.parent)[parent])

    def children(self, relation: Relation, parent: int) -> Iterable[int]:
        """Return the elements that belong to ``parent``, or could."""
        for child in range(len(self.draft.rows.get(relation.child, ()))):
            known = self.parent(relation, child)
            if known is None or known == parent:
                yield child

    def parent(self, relation: Relation, child: int) -> int | None:
        """Return the element that another belongs to; None while that is open."""
        if relation.reference is None:
            return self.draft.above[relation.child][child]
        if self.blueprint.domains[relation.parent].single:
            return 0
        name = self.stated(relation.child, child, f"{relation.child}.{relation.reference}")
        names = self.draft.names(relation.parent)
        return names.index(name) if isinstance(name, str) and name in names else None

    def parents(self, relation: Relation, child: int) -> Sequence[int | None]:
        """Return which element an element may be made to belong to, None for a new one."""
        known = self.parent(relation, child)
        if known is not None:
            return (known,)
        return (*range(len(self.draft.rows.get(relation.parent, ()))), None)

    # --- what it comes to -------------------------------------------------------------------------------------

    @property
    def rails(self) -> Rails:
        """What holds of the draft as it is."""
        if self._rails is None:
            self._rails = self.evaluator.run(self.draft.case())
        return self._rails

    def truth(self, node: int, lane: int) -> Truth:
        """Return a condition as it stands."""
        return self.rails.truth(node, lane)

    def number(self, node: int, lane: int) -> int | None:
        """Return a number as it stands."""
        return self.rails.number(node, lane)
