"""Proofs of decisions that a machine can check (`audit.checker`, which says what a certificate is and what it holds).

From each outcome that a decision lists, the walk goes down to what forces it: for a yes or no only as many parts as it takes, those that
need the fewest claims; for an unknown, a number and a count all parts. What several outcomes rest on is claimed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from relapse_rules.check import typed
from relapse_rules.check.policy import Listed, TypedPolicy
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.check.typed_children import Expression, Path, children
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.lowering import lower
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth, all_of

Certificate = dict[str, Any]
"""As JSON."""

_FORMAT: Final = 1
_LETTERS: Final[Mapping[Truth, str]] = {True: "y", False: "n", None: "u"}
_ABSENT: Final = "-"
_DONE: Final = "#done"

_Combined = typed.AllOf | typed.AnyOf | typed.AtLeast | typed.Quantified | typed.CountCompare


class _Place(NamedTuple):
    """An expression where it stands in a declaration. ``node``: what it is in the program.

    ``weight``: how many claims stand within it at most. ``is_bare``: it hangs on no claim at all.
    """

    key: str
    path: str
    expression: Expression
    node: int
    parts: tuple[_Place, ...]
    weight: int
    is_bare: bool


_Ground = tuple[_Place, int]
"""What something rests on: an expression, for the element in a lane."""


class Prover:
    """Makes certificates of one policy's decisions. What depends on the policy alone is prepared once.

    ``program``: what `lower` makes of the policy, where that is at hand.
    """

    def __init__(self, policy: TypedPolicy, program: Program | None = None) -> None:
        self._nodes = (lower(policy) if program is None else program).expressions
        self._roots: dict[str, _Place] = {}
        # INVARIANT: each 指标 comes after those that it uses, so it is known of these whether they are bare.
        for indicator in policy.indicators:
            self._roots[indicator.name] = self._place(indicator.name, (), indicator.value)
        for key, condition in _conditions(policy):
            self._roots[key] = self._place(key, (), condition)

    def certify(self, case: Case, rails: Rails, names: Collection[str] | None = None) -> Certificate:
        """Return the proof of all outcomes that a decision about ``case`` lists, or only of those of some declarations.

        ``rails``: what the policy's program gives for ``case``, with each 解读 as the policy takes it. The same rails give the same proof.
        """
        claims = _Claims(self._roots, case, rails)
        for key, place in self._roots.items():
            if names is None or key.removesuffix(_DONE) in names:
                for lane in range(len(case.tables[place.expression.domain].rows)):
                    claims.prove(key, lane)
        return {"format": _FORMAT, "claims": claims.finished()}

    def _place(self, key: str, path: Path, expression: Expression) -> _Place:
        parts = tuple(
            self._place(key, (*path, position), part) for position, part in enumerate(children(expression))
        )
        return _Place(
            key=key,
            path=".".join(map(str, path)),
            expression=expression,
            node=self._nodes[key, path],
            parts=parts,
            weight=sum(part.weight for part in parts) + isinstance(expression, _Combined),
            is_bare=self._is_bare(expression, parts),
        )

    def _is_bare(self, expression: Expression, parts: tuple[_Place, ...]) -> bool:
        if isinstance(expression, typed.NamedNumber):
            return self._roots[expression.name].is_bare
        return not isinstance(expression, _Combined | typed.Named) and all(part.is_bare for part in parts)


def _conditions(policy: TypedPolicy) -> Iterator[tuple[str, Condition]]:
    """Yield the conditions whose outcome a decision lists, by the key of `reference.rails.Rails`."""
    yield from ((declared.name, declared.finding) for declared in policy.judgements)
    yield from ((declared.name, declared.condition) for declared in policy.definitions)
    listed: tuple[Listed, ...] = (*policy.measures, *policy.tasks, *policy.exceptions)
    for declared in listed:
        yield declared.name, declared.outcome
        if declared.done is not None:
            yield f"{declared.name}{_DONE}", declared.done


class _Claims:
    """The claims about one case so far, and those whose grounds are still to be claimed."""

    def __init__(self, roots: Mapping[str, _Place], case: Case, rails: Rails) -> None:
        self._roots = roots
        self._case = case
        self._rails = rails
        self._letters: dict[tuple[str, str], list[str]] = {}
        self._calculated: set[tuple[str, int]] = set()
        # No recursion from one declaration to the next: chains of definitions may be long.
        self._waiting: list[_Ground] = []

    def prove(self, key: str, lane: int) -> None:
        """Claim what a declaration is for an element. A number itself is not claimed, only the conditions that it rests on."""
        root = self._roots[key]
        if not isinstance(root.expression, Quantity):
            self._claim(root, lane)
        elif not root.is_bare and (key, lane) not in self._calculated:
            self._calculated.add((key, lane))
            self._waiting.append((root, lane))

    def finished(self) -> dict[str, dict[str, str]]:
        """Return all claims with all that they rest on."""
        while self._waiting:
            for ground in self._grounds(*self._waiting.pop()):
                self._need(ground)
        claims: dict[str, dict[str, str]] = {}
        for key, path in sorted(self._letters):
            claims.setdefault(key, {})[path] = "".join(self._letters[key, path])
        return claims

    def _claim(self, place: _Place, lane: int) -> None:
        letters = self._letters.get((place.key, place.path))
        if letters is None:
            size = len(self._case.tables[place.expression.domain].rows)
            letters = self._letters[place.key, place.path] = [_ABSENT] * size
        if letters[lane] == _ABSENT:
            letters[lane] = _LETTERS[self._truth(place, lane)]
            self._waiting.append((place, lane))

    def _need(self, ground: _Ground) -> None:
        """Claim a ground, or what it hangs on where it is read from facts and calculated."""
        place, lane = ground
        if place.is_bare:
            return
        match place.expression:
            case typed.Named(name=name) | typed.NamedNumber(name=name):
                self.prove(name, lane)
            case typed.AllOf() | typed.AnyOf() | typed.AtLeast() | typed.Quantified() | typed.CountCompare():
                self._claim(place, lane)
            case _:
                for below in self._grounds(place, lane):
                    self._need(below)

    # --- what forces it -------------------------------------------------------------------------------

    def _grounds(self, place: _Place, lane: int) -> Iterable[_Ground]:
        """Return what a condition or number rests on, as far as it takes."""
        match place.expression:
            case typed.AllOf() | typed.AnyOf():
                outcome = self._truth(place, lane)
                decisive = isinstance(place.expression, typed.AnyOf)
                return self._gate(place, lane, outcome, 1 if outcome is decisive else len(place.parts))
            case typed.AtLeast(count=count):
                outcome = self._truth(place, lane)
                return self._gate(place, lane, outcome, count if outcome else len(place.parts) - count + 1)
            case typed.Quantified(kind=kind, relation=relation):
                decisive = kind is typed.Quantification.EXISTS
                if self._truth(place, lane) is decisive:
                    return islice(self._deciding(place.parts[0], relation, lane, decisive=decisive), 1)
                return self._related(place.parts[0], relation, lane)
            case typed.CountCompare(relation=relation):
                counted, limit = place.parts
                return (*self._related(counted, relation, lane), (limit, lane))
            case typed.CountOf() | typed.Aggregated():
                return self._aggregated(place, place.expression, lane)
            case typed.Lifted(relation=relation) | typed.LiftedNumber(relation=relation):
                parent = self._case.links[relation][lane]
                return () if parent is None else ((place.parts[0], parent),)
            case typed.Named() | typed.NamedNumber():
                return ((place, lane),)
            case _:
                return tuple((part, lane) for part in place.parts)

    def _gate(self, gate: _Place, lane: int, outcome: Truth, number: int) -> Iterable[_Ground]:
        """Return the lightest operands that force the outcome, ``number`` of those that have it; all for an unknown."""
        if outcome is None:
            return tuple((part, lane) for part in gate.parts)
        forcing = ((part, lane) for part in gate.parts if self._truth(part, lane) is outcome)
        return sorted(forcing, key=self._effort)[:number]

    def _effort(self, ground: _Ground) -> tuple[int, int]:
        """Return how many claims a ground takes at once, and at most with all within it."""
        return self._direct(ground), ground[0].weight

    def _direct(self, ground: _Ground) -> int:
        place, lane = ground
        if place.is_bare:
            return 0
        if isinstance(place.expression, _Combined | typed.Named | typed.NamedNumber):
            return 1
        return sum(map(self._direct, self._grounds(place, lane)))

    def _related(self, part: _Place, relation: Relation, lane: int) -> Iterator[_Ground]:
        """Yield a condition for each element that may belong to the one in ``lane``."""
        for child, parent in enumerate(self._case.links[relation]):
            if parent is None or parent == lane:
                yield part, child

    def _deciding(self, part: _Place, relation: Relation, lane: int, *, decisive: bool) -> Iterator[_Ground]:
        """Yield a condition for each element any of which decides a 存在 or 每个 alone."""
        for child, parent in enumerate(self._case.links[relation]):
            if parent == lane and self._truth(part, child) is decisive:
                yield part, child

    def _aggregated(
        self, place: _Place, expression: typed.CountOf | typed.Aggregated, lane: int
    ) -> Iterator[_Ground]:
        """Yield what a count or sum rests on: the condition of each element, and the value of those that count."""
        relation = expression.relation
        if not self._case.tables[relation.child].complete:
            return
        condition = None if expression.condition is None else place.parts[-1]
        for child, parent in enumerate(self._case.links[relation]):
            if parent is None or parent == lane:
                has: Truth = True
                if condition is not None:
                    yield condition, child
                    has = self._truth(condition, child)
                if isinstance(expression, typed.Aggregated) and all_of((parent == lane or None, has)):
                    yield place.parts[0], child

    def _truth(self, place: _Place, lane: int) -> Truth:
        return self._rails.truth(place.node, lane)
