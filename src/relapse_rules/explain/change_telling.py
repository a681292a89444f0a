"""Repairs in words: what each fact would have to be, how far away that is, and what would prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Target
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.trace import Step
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.changing import (
    AS_WORKED_OUT,
    LISTED_IN_FULL,
    OTHERWISE,
    told_value,
    value_wanted,
    wanted_text,
)
from relapse_rules.explain.cone import Cone, Place
from relapse_rules.explain.distance import distance_text
from relapse_rules.explain.model import Change, Repair
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.otherwise import otherwise
from relapse_rules.explain.premises import FactAt, ListOf
from relapse_rules.explain.repairs import Found
from relapse_rules.explain.worlds import Supposed
from relapse_rules.facts.case import Case
from relapse_rules.ir import nodes
from relapse_rules.ir.rails import Rails
from relapse_rules.values.literals import text_of
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import NEVER, NUMERIC, Type
from relapse_rules.values.vocabulary import FieldSpec, Mutability


class Given(NamedTuple):
    """The case that is asked about."""

    case: Case
    rails: Rails
    naming: Naming


class Sought(NamedTuple):
    """The step that is asked about with all below it, and whether it shall be yes."""

    cone: Cone
    step: Step
    yes: bool


def list_change(given: Given, lists: Mapping[str, str], each: ListOf) -> Change:
    """Return the change that a list has no elements but those that it names."""
    name = lists[each.domain]
    return Change(
        fact=name,
        name=given.naming.words.fact(name),
        target=Target(HOUSEHOLD, given.case.tables[HOUSEHOLD].ids[0]),
        mark=Mutability.TO_BE_PROVED,
        stated=None,
        wanted=LISTED_IN_FULL,
    )


_SEVERAL: Final = 2
_WORDS: Final = {
    Comparison.LESS: "低于",
    Comparison.AT_MOST: "不高于",
    Comparison.MORE: "高于",
    Comparison.AT_LEAST: "不低于",
    Comparison.EQUAL: "等于",
    Comparison.UNEQUAL: "不等于",
}
_NOT: Final = {
    Comparison.LESS: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.MORE,
    Comparison.MORE: Comparison.AT_MOST,
    Comparison.AT_LEAST: Comparison.LESS,
    Comparison.EQUAL: Comparison.UNEQUAL,
    Comparison.UNEQUAL: Comparison.EQUAL,
}
_SWAPPED: Final = {
    Comparison.LESS: Comparison.MORE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.MORE: Comparison.LESS,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.EQUAL: Comparison.EQUAL,
    Comparison.UNEQUAL: Comparison.UNEQUAL,
}


class _Repaired(NamedTuple):
    """A set of changes carried out. ``together``: what several numbers have to come to, by place."""

    found: Found
    values: Mapping[Place, Supposed]
    rails: Rails
    together: Mapping[Place, str]


class ChangeTelling:
    """Puts the repairs of one step into words."""

    def __init__(self, evaluator: Evaluator, lists: Mapping[str, str], given: Given, sought: Sought) -> None:
        self._evaluator = evaluator
        self._lists = lists
        self._given = given
        self._sought = sought
        self._cone = sought.cone
        self._hidden = sought.cone.reads(
            tuple(
                each
                for each in sought.cone.places
                if isinstance(each, FactAt) and given.naming.hides(each.fact)
            )
        )
        self._named = _named(evaluator, given.naming)

    def repair(self, found: Found, order: Iterable[Place]) -> Repair:
        """Return a set of changes as it is told; its numbers no further away than they have to be."""
        done = self._carried_out(found)
        changes = tuple(self._change(each, done) for each in order)
        return Repair(
            changes=changes, possible=all(change.mark is not Mutability.FIXED for change in changes)
        )

    def _carried_out(self, found: Found) -> _Repaired:
        values = {
            each: told_value(found.variables[each], found.options[each], chosen)
            for each, chosen in found.changes.items()
        }
        rails = self._evaluator.run(otherwise(self._given.case, values))
        if rails.truth(*self._sought.step) is not self._sought.yes:
            # Bounds of several numbers that do not hold all at once: the values that were tried do.
            found = _exactly(found)
            values = {each: chosen.value for each, chosen in found.changes.items()}
            rails = self._evaluator.run(otherwise(self._given.case, values))
        return _Repaired(found, values, rails, self._together(found, rails))

    def _change(self, each: Place, done: _Repaired) -> Change:
        if isinstance(each, ListOf):
            return list_change(self._given, self._lists, each)
        naming, variable = self._given.naming, done.found.variables[each]
        spec, stated = variable.spec, variable.stated
        assert spec is not None
        hidden = naming.hides(each.fact)
        return Change(
            fact=each.fact,
            name=naming.words.fact(each.fact),
            target=naming.target(spec.entity, each.domain, each.lane),
            mark=spec.mutability,
            stated=None if stated is None or isinstance(stated, tuple) else naming.value(each.fact, stated),
            wanted=self._wanted(each, spec, done),
            distance="" if hidden or each in done.together else self._distance(each, spec, done),
            source=naming.supplier(each.fact),
            documents=spec.documents,
            hidden=hidden and stated is not None,
        )

    def _wanted(self, each: FactAt, spec: FieldSpec, done: _Repaired) -> str:
        chosen = done.found.changes[each]
        if each in done.together:
            return done.together[each]
        variable, hidden = done.found.variables[each], self._given.naming.hides(each.fact)
        if hidden and isinstance(variable.stated, frozenset):
            return OTHERWISE
        value = self._value(each, done)
        if chosen.follows and isinstance(value, int):
            return AS_WORKED_OUT if hidden else value_wanted(spec, value)
        return wanted_text(variable, done.found.options[each], chosen)

    def _value(self, each: FactAt, done: _Repaired) -> Supposed:
        """Return what a fact is then; a supplied derived number is what its rule gives."""
        if not done.found.changes[each].follows:
            return done.values[each]
        node = self._cone.program.nodes[self._cone.program.derived[each.fact]]
        assert isinstance(node, nodes.MergeNumber)
        return done.rails.number(node.rule, each.lane)

    def _distance(self, each: FactAt, spec: FieldSpec, done: _Repaired) -> str:
        """Return how far a number has to go from what is stated, and how far a named number goes with it."""
        now, after = done.found.variables[each].stated, self._value(each, done)
        if spec.type.kind not in NUMERIC or not isinstance(now, int) or not isinstance(after, int):
            return ""
        if NEVER in (now, after):
            return ""
        derived = each.fact in self._cone.program.derived
        return distance_text(spec.type, now, after) + ("" if derived else self._passed_on(each, done.rails))

    # --- named numbers --------------------------------------------------------------------------------

    def _passed_on(self, each: FactAt, then: Rails) -> str:
        """Return how far a named number moves that a change moves, where that number decides a comparison."""
        reads = self._cone.reads((each,))
        for step in self._turned(then):
            for part in self._cone.below[step].steps if reads[step] else ():
                told = self._moved(part, then) if reads[part] else ""
                if told:
                    return f"（{told}）"
        return ""

    def _turned(self, then: Rails) -> Iterator[Step]:
        """Yield the comparisons that the changes turn and that rest on nothing hidden."""
        for step in self._cone.steps:
            node = self._cone.program.nodes[step[0]]
            after = then.truth(*step) if isinstance(node, nodes.Compare | nodes.CompareRatio) else None
            turned = after is not None and self._given.rails.truth(*step) is not after
            if turned and not self._hidden[step]:
                yield step

    def _moved(self, part: Step, then: Rails) -> str:
        """Return how far a named number moves; nothing for another, or for one that is not known."""
        found = self._name_of(part)
        if found is None:
            return ""
        (position, lane), name, kind = found
        now, after = self._given.rails.number(position, lane), then.number(position, lane)
        if now is None or after is None or NEVER in (now, after) or now == after:
            return ""
        return f"{name} {distance_text(kind, now, after)}"

    def _name_of(self, part: Step) -> tuple[Step, str, Type] | None:
        """Return the named number that a step is or looks at from another element."""
        while part[0] not in self._named:
            below = self._cone.below[part].steps
            if not isinstance(self._cone.program.nodes[part[0]], nodes.LiftNumber) or len(below) != 1:
                return None
            part = below[0]
        return part, *self._named[part[0]]

    def _together(self, found: Found, then: Rails) -> Mapping[Place, str]:
        """Return, for numbers of which no one alone can be told how far it has to go, what they have to come to together."""
        numbers = [
            each
            for each, variable in found.variables.items()
            if variable.spec is not None
            and variable.spec.type.kind in NUMERIC
            and not found.changes[each].follows
        ]
        if len(numbers) < _SEVERAL:
            return {}
        reads = self._cone.reads(numbers)
        for step in self._turned(then):
            told = self._sum_text(step, reads, then)
            if told and reads[step].bit_count() >= _SEVERAL:
                return {
                    each: told if found.variables[each].stated is not None else f"填明，{told}"
                    for place, each in enumerate(numbers)
                    if reads[step] >> place & 1
                }
        return {}

    def _sum_text(self, step: Step, reads: Mapping[Step, int], then: Rails) -> str:
        """Return to what a comparison asks a named number to come."""
        position, lane = step
        node = self._cone.program.nodes[position]
        if not isinstance(node, nodes.Compare):
            return ""
        holds = then.truth(position, lane)
        operator = node.operator if holds else _NOT[node.operator]
        for mine, other, seen in (
            (node.left, node.right, operator),
            (node.right, node.left, _SWAPPED[operator]),
        ):
            named = self._name_of((mine, lane))
            limit = then.number(other, lane)
            if named is not None and limit is not None and not reads[other, lane]:
                _, name, kind = named
                return f"合起来使 {name} {_WORDS[seen]} {text_of(limit, kind)}"
        return ""


def _named(evaluator: Evaluator, naming: Naming) -> dict[int, tuple[str, Type]]:
    """Return the numbers that have a name: 指标, and derived facts that may be told."""
    program = evaluator.program
    named = {
        program.named[name]: (name, kind)
        for name, kind in naming.details.numbers.items()
        if name in program.named
    }
    for fact, node in program.derived.items():
        spec = naming.spec(fact)
        if naming.hides(fact):
            named.pop(node, None)
        elif spec is not None:
            named[node] = (spec.name, spec.type)
    return named


def _exactly(found: Found) -> Found:
    """Return a set in which numbers are told as the very values that were tried."""
    changes = {
        each: chosen._replace(run=(chosen.value, chosen.value))
        if chosen.run is not None and isinstance(chosen.value, int)
        else chosen
        for each, chosen in found.changes.items()
    }
    options = {each: (chosen,) for each, chosen in changes.items()}
    return found._replace(changes=changes, options=options)
