"""Reads a household out of a model of z3."""

from __future__ import annotations

from typing import Any

import z3

from relapse_rules.analysis.proving.households import named_rows, stated_text
from relapse_rules.analysis.proving.z3_facts import Choice, Facts, Place
from relapse_rules.analysis.proving.z3_logic import Formula
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER
from relapse_rules.values.vocabulary import Vocabulary


class ModelReading:
    """Reads a household out of a model."""

    def __init__(self, model: Any, facts: Facts, vocabulary: Vocabulary) -> None:  # noqa: ANN401 - z3's model
        self._model = model
        self._facts = facts
        self._vocabulary = vocabulary

    def holds(self, formula: Formula) -> bool:
        """Whether a formula holds in the model."""
        if isinstance(formula, bool):
            return formula
        return bool(z3.is_true(self._model.eval(formula, model_completion=True)))

    def whole(self, value: Any) -> int:  # noqa: ANN401 - an expression of z3
        """Return a whole number of the model."""
        return (
            value if isinstance(value, int) else int(self._model.eval(value, model_completion=True).as_long())
        )

    def settings(self) -> dict[str, int]:
        """Return the values of 参数 that the county has not set."""
        return {
            name: self.whole(number.value)
            for name, number in self._facts.unset.items()
            if self.holds(number.known)
        }

    def case(self, *, changed: bool) -> Case:
        """Return the household, or the changed one."""
        facts, vocabulary = self._facts, self._vocabulary
        sizes = {
            domain: sum(self.holds(facts.present(domain, lane)) for lane in range(lanes))
            for domain, lanes in facts.lanes.items()
        }
        ids: dict[str, tuple[str, ...]] = {}
        rows: dict[str, list[dict[str, Value]]] = {}
        for domain, size in sizes.items():
            ids[domain], rows[domain] = named_rows(vocabulary.by_english[domain], size)
        now = self.whole(facts.now)
        rows[facts.root][0][f"{facts.root}.as_of"] = now
        self._fill(rows, sizes, changed=changed)
        links = self._links(ids, rows, sizes)
        tables = {
            domain: Table(
                entity=domain,
                ids=ids[domain],
                rows=tuple(rows[domain]),
                complete=self.holds(facts.complete(domain)),
            )
            for domain in sizes
        }
        return Case(as_of=now, tables=tables, links=links)

    def _fill(self, rows: dict[str, list[dict[str, Value]]], sizes: dict[str, int], *, changed: bool) -> None:
        facts = self._facts
        for place, choice in facts.choices.items():
            if (row := self._row(rows, sizes, place, changed=changed)) is not None and self.holds(
                choice.known
            ):
                row[place[2]] = self._value(place[2], choice)
        for place, members in facts.sets.items():
            if (row := self._row(rows, sizes, place, changed=changed)) is not None and self.holds(
                members.known
            ):
                held = (e for e, has in zip(members.elements, members.has, strict=True) if self.holds(has))
                row[place[2]] = frozenset(self._text(place[2], each) for each in held)
        for place, number in facts.numbers.items():
            if (row := self._row(rows, sizes, place, changed=changed)) is not None and self.holds(
                number.known
            ):
                row[place[2]] = NEVER if self.holds(number.never) else self.whole(number.value)

    def _row(
        self, rows: dict[str, list[dict[str, Value]]], sizes: dict[str, int], place: Place, *, changed: bool
    ) -> dict[str, Value] | None:
        """Return the row of a place that this household has; the changed one has its own values of what differs."""
        domain, lane, fact, own = place
        if lane >= sizes[domain] or own is not (changed and (domain, lane, fact, True) in self._own):
            return None
        return rows[domain][lane]

    @property
    def _own(self) -> set[Place]:
        """Return the places of which the changed household of this goal has a value of its own; earlier goals had others."""
        return {
            place
            for kind in (self._facts.choices, self._facts.sets, self._facts.numbers)
            for place in kind
            if place[3] and self._facts.is_varied(place[2])
        }

    def _value(self, fact: str, choice: Choice) -> Value:
        value = next(v for v, picked in zip(choice.values, choice.picked, strict=True) if self.holds(picked))
        return value if isinstance(value, bool) else self._text(fact, value)

    def _text(self, fact: str, value: str) -> str:
        return str(stated_text(self._vocabulary.field(fact), value))

    def _links(
        self, ids: dict[str, tuple[str, ...]], rows: dict[str, list[dict[str, Value]]], sizes: dict[str, int]
    ) -> dict[Relation, tuple[int | None, ...]]:
        links: dict[Relation, tuple[int | None, ...]] = {}
        for relation in self._facts.programs[0].relations:
            found: list[int | None] = []
            for child in range(sizes[relation.child]):
                parent = self._parent(relation, child)
                found.append(parent)
                if parent is not None and self._is_stated(relation):
                    rows[relation.child][child][f"{relation.child}.{relation.reference}"] = ids[
                        relation.parent
                    ][parent]
            links[relation] = tuple(found)
        return links

    def _is_stated(self, relation: Relation) -> bool:
        """Whether a link is a fact of its own: whatever refers to the one household needs not say so."""
        return relation.reference is not None and relation.parent not in self._facts.singular

    def _parent(self, relation: Relation, child: int) -> int | None:
        if relation.parent in self._facts.singular:
            return 0
        belongs = self._facts.belongings.get((relation, child))
        if belongs is None:
            return None
        return next((parent for parent, one in enumerate(belongs.to) if self.holds(one)), None)
