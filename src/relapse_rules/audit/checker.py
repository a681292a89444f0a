"""Checks the proof of a decision: whether every claim follows from the facts and from other claims.

It shares nothing with what decides and proves (`engines`, `ir`, `explain`), and with the oracle (`reference`) only the rules of single
steps: a stranger who trusts this page and the policy's text need not trust the rest.

A certificate is JSON: ``{"format": 1, "claims": {declaration: {path: outcomes}}}``. Declarations are named as in `reference.rails.Rails`,
a path (``""``, ``"0.2"``) leads to a condition as in `check.typed_children`, and the outcomes are a letter for each element of its domain,
in the order of the case: ``y``, ``n``, ``u`` (unknown), or ``-`` where nothing is claimed. Claims stand where several things come together
(gates, quantifiers, counts) and for each declaration as a whole, before what was supplied of a derived field is worked in. What lies
between leaves nothing to choose, so it is read from the facts and calculated: a certificate holds no value of any fact.

Every accepted claim is true. A claimed yes or no must follow with all that is not claimed taken as unknown, which is enough since more
knowledge never flips an answer; a claimed unknown needs a claim for all that it rests on, and so does a derived field, which what was
supplied can contradict. Each claim rests on deeper ones or on other declarations, and no declaration rests on itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, NamedTuple, TypeGuard, assert_never

from relapse_rules.check import typed
from relapse_rules.check.policy import Listed, TypedDefinition, TypedIndicator, TypedPolicy
from relapse_rules.check.typed import Condition, Quantity
from relapse_rules.check.typed_children import Expression, children, walk
from relapse_rules.facts.case import Case
from relapse_rules.reference import numbers
from relapse_rules.reference.fields import answer, shanghai_date
from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Truth, all_of, any_of, at_least, compare_between, negate

Place = tuple[str | int, ...]  # a declaration and a path within it
Claims = dict[Place, tuple[Condition, str]]
Answer = Any  # yes, no, a number or None, as the kind of expression says
Folded = typed.Quantified | typed.CountCompare | typed.CountOf | typed.Aggregated
Combined = typed.AllOf | typed.AnyOf | typed.AtLeast | typed.Quantified | typed.CountCompare
"""Where a claim stands within a declaration."""

_LETTERS: Final[Mapping[str, Truth]] = {"y": True, "n": False, "u": None}
_ABSENT: Final = "-"
_WORDS: Final[Mapping[Truth, str]] = {True: "是", False: "否", None: "未知"}


class Problem(NamedTuple):
    """Why a proof is refused. ``element``: the position in its table; None where no single one is to blame."""

    message: str
    declaration: str = ""
    path: str = ""
    element: int | None = None

    def __str__(self) -> str:
        place = f"“{self.declaration}”" if self.declaration else "证明"
        path = f"的 {self.path} 处" if self.path else ""
        return f"{place}{path}{'' if self.element is None else f'第 {self.element + 1} 项'}：{self.message}"


class Checker:
    """Checks certificates of one policy's decisions."""

    def __init__(self, policy: TypedPolicy) -> None:
        self._policy = policy
        expressions = _expressions(policy)
        self._places = _places(expressions)
        self._order, self._circle = _order(expressions)

    def check(self, case: Case, certificate: object) -> tuple[Known | None, tuple[Problem, ...]]:
        """Return what a certificate (parsed JSON) proves about ``case``, or None and what is wrong with it."""
        if self._circle:
            return None, (Problem(f"{'、'.join(self._circle)} 互为依据，成了循环"),)
        claims, problems = self._claims(case, certificate)
        known = Known(self._policy, case, claims, self._order)
        for place, (_, outcomes) in claims.items():
            for lane, letter in enumerate(outcomes):
                refusal = None if letter == _ABSENT else known.refusal(place, lane)
                if refusal is not None:
                    key, *path = map(str, place)
                    problems.append(Problem(refusal, key, ".".join(path), lane))
        return (None if problems else known), tuple(problems)

    def _claims(self, case: Case, certificate: object) -> tuple[Claims, list[Problem]]:
        claims: Claims = {}
        match certificate:
            case {"format": 1, "claims": dict(stated), **rest} if not rest:
                problems: list[Problem] = []
            case _:
                return claims, [Problem("不是这一版程序认识的证明")]
        for key, paths in stated.items():
            for path, outcomes in (paths if isinstance(paths, dict) else {"": None}).items():
                place, node = self._places.get((key, path), (None, None))
                if place is None or node is None:
                    problems.append(Problem("政策在这一处没有可以断言的条件", str(key), str(path)))
                elif not _are_outcomes(outcomes, len(case.tables[node.domain].rows)):
                    problems.append(Problem("断言的写法不对，或与对象的个数不符", key, path))
                else:
                    claims[place] = node, outcomes
        return claims, problems


def _expressions(policy: TypedPolicy) -> dict[str, Expression]:
    """Return every expression that claims may be about, or that such rest on, by its declaration."""
    found: dict[str, Expression] = {each.name: each.finding for each in policy.judgements}
    found |= {each.name: each.condition for each in policy.definitions}
    found |= {each.name: each.value for each in policy.indicators}
    listed: tuple[Listed, ...] = (*policy.exceptions, *policy.measures, *policy.tasks)
    found |= {each.name: each.outcome for each in listed}
    return found | {f"{each.name}#done": each.done for each in listed if each.done is not None}


def _order(expressions: Mapping[str, Expression]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the declarations, each after what it rests on; or else some that rest on themselves."""
    uses = {
        key: [each.name for _, each in walk(whole) if isinstance(each, typed.Named | typed.NamedNumber)]
        for key, whole in expressions.items()
    }
    try:
        return tuple(TopologicalSorter(uses).static_order()), ()
    except CycleError as error:
        return (), tuple(error.args[1])


def _places(expressions: Mapping[str, Expression]) -> dict[tuple[str, str], tuple[Place, Condition]]:
    """Return every condition that a claim may stand for, by its declaration and its path as a certificate writes it."""
    return {
        (key, ".".join(map(str, path))): ((key, *path), node)
        for key, whole in expressions.items()
        for path, node in walk(whole)
        if isinstance(node, Combined) or not (path or isinstance(node, Quantity))
    }


def _are_outcomes(stated: object, elements: int) -> TypeGuard[str]:
    return isinstance(stated, str) and len(stated) == elements and set(stated) <= {*_LETTERS, _ABSENT}


class Known:
    """What is known of one case: its facts, and what is claimed of it."""

    def __init__(self, policy: TypedPolicy, case: Case, claims: Claims, order: tuple[str, ...]) -> None:
        self.policy = policy
        self.case = case
        self._claims = claims
        deriving: tuple[TypedDefinition | TypedIndicator, ...] = (*policy.definitions, *policy.indicators)
        self._derived = {each.name: (each.domain, each.derives) for each in deriving if each.derives}
        self._lacked = 0
        """How often a claim was looked for that is not there."""
        self._indicators: dict[tuple[str, int], tuple[Answer, bool]] = {}
        # In this order no 指标 waits for another, however many rest on one another.
        for declared in (policy.numbers[name] for name in order if name in policy.numbers):
            for lane in range(len(case.tables[declared.domain].rows)):
                lacked, number = self._lacked, self._part(declared.value, (declared.name,), lane)
                self._indicators[declared.name, lane] = number, self._lacked > lacked

    def refusal(self, place: Place, lane: int) -> str | None:
        """Return why a claim does not follow; None when it does."""
        node, outcomes = self._claims[place]
        claimed, lacked = _LETTERS[outcomes[lane]], self._lacked
        outcome = self._follows(node, place, lane)
        lacks = self._lacked > lacked
        if outcome is claimed and not (lacks and claimed is None):
            return None
        why = "它所依据的断言没有列全" if lacks else f"得出的却是“{_WORDS[outcome]}”"
        return f"断言为“{_WORDS[claimed]}”，{why}"

    def meaning(self, key: str, lane: int) -> Answer:
        """Return what a declaration means for an element, with what was supplied of a derived field worked in."""
        lacked = self._lacked
        ruled, lacks = self._indicators.get((key, lane), (None, False))
        self._lacked += lacks
        if key not in self.policy.numbers:
            ruled = self._claimed((key,), lane)
        supplied = self.supplied(key, lane)
        if supplied is None or self._lacked > lacked:
            return ruled
        return supplied if ruled is None or ruled == supplied else None

    def is_proved(self, key: str, lane: int) -> bool:
        """Whether all is claimed that the meaning of a declaration hangs on."""
        lacked = self._lacked
        self.meaning(key, lane)
        return self._lacked == lacked

    def supplied(self, key: str, lane: int) -> Answer:
        """Return what was supplied of the field that a declaration derives; None too where it derives none."""
        domain, fact = self._derived.get(key, ("", None))
        return None if fact is None else self.case.tables[domain].rows[lane].get(fact)

    def _claimed(self, place: Place, lane: int) -> Truth:
        letter = self._claims[place][1][lane] if place in self._claims else _ABSENT
        self._lacked += letter == _ABSENT
        return _LETTERS.get(letter)

    def _parameter(self, name: str) -> Answer:
        """Return the 参数 in force at 判定时点; None before the first, and for 待定."""
        today = shanghai_date(self.case.as_of)
        settings = next(spec.values for spec in self.policy.parameters if spec.name == name)
        return next((dated.value for dated in reversed(settings) if dated.since <= today), None)

    def _follows(self, node: Condition, place: Place, lane: int) -> Answer:
        """Return what a condition is by its own rule; unknown also where that hangs on a claim that is not there."""
        parts = self._parts(node, place, lane)
        match node:
            case typed.AllOf():
                return all_of(parts)
            case typed.AnyOf():
                return any_of(parts)
            case typed.AtLeast(count=count):
                return at_least(count, parts)
            case typed.Quantified(kind=kind, relation=relation):
                found = any_of((*self._counted(node, place, lane).values(), *self._others(relation)))
                return negate(found) if kind is typed.Quantification.EVERY else found
            case typed.CountCompare(operator=operator, relation=relation):
                limit = self._part(node.limit, (*place, 1), lane)
                counted = [*self._counted(node, place, lane).values()]
                high = None if self._others(relation) else len(counted) - counted.count(False)
                low = counted.count(True)
                return None if limit is None else compare_between(operator, low, high, limit)
            case _:
                return self._part(node, place, lane)

    def _parts(self, node: Expression, place: Place, lane: int) -> Iterator[Answer]:
        """Yield what the parts of ``node`` are for an element."""
        for position, part in enumerate(children(node)):
            yield self._part(part, (*place, position), lane)

    def _part(self, node: Expression, place: Place, lane: int) -> Answer:
        """Return what a part is for an element: as claimed, or as read and calculated."""
        row: Answer = self.case.tables[node.domain].rows[lane]
        parts = self._parts(node, place, lane)
        match node:
            case typed.AllOf() | typed.AnyOf() | typed.AtLeast() | typed.Quantified() | typed.CountCompare():
                found: Answer = self._claimed(place, lane)
            case typed.Negation():
                found = negate(next(parts))
            case typed.NumberCompare(operator=operator):
                found = numbers.compare_numbers(operator, next(parts), next(parts))
            case typed.RatioCompare(operator=operator):
                left, right = (next(parts), next(parts)), (next(parts), next(parts))
                found = numbers.compare_ratios(operator, left, right)
            case typed.Calculated(operation=operation, rounding=rounding, scale=scale):
                found = numbers.calculate(operation, next(parts), next(parts), rounding, scale)
            case typed.AgeOf() | typed.DateOf():
                moment, is_age = next(parts), isinstance(node, typed.AgeOf)
                found = numbers.age(moment, self.case.as_of) if is_age else numbers.date_of(moment)
            case typed.Apart(step=step):
                found = numbers.apart(next(parts), next(parts), step)
            case typed.Lifted(relation=relation) | typed.LiftedNumber(relation=relation):
                parent = self.case.links[relation][lane]
                found = None if parent is None else next(self._parts(node, place, parent))
            case typed.CountOf() | typed.Aggregated():
                found = self._aggregated(node, place, lane)
            case typed.Constant() | typed.NumberConstant():
                found = node.value
            case typed.NumberField(fact=fact):
                found = row.get(fact)
            case typed.NumberParameter(name=name):
                found = self._parameter(name)
            case typed.FieldTest(fact=fact, kind=test, values=values, parameter=parameter):
                stated, kind = row.get(fact), self.policy.vocabulary.field(fact).type
                asked = values if parameter is None else self._parameter(parameter)
                as_of = self.case.as_of
                found = None if stated is None or asked is None else answer(test, kind, stated, asked, as_of)
            case typed.ReadingIs(reading=reading, option=option):
                found = any(spec.taken == option for spec in self.policy.readings if spec.name == reading)
            case typed.Named(name=name) | typed.NamedNumber(name=name):
                found = self.meaning(name, lane)
            case _:
                assert_never(node)
        return found

    def _aggregated(self, node: typed.CountOf | typed.Aggregated, place: Place, lane: int) -> Answer:
        counted = {} if self._others(node.relation) else self._counted(node, place, lane)
        if self._others(node.relation) or None in counted.values():
            return None
        chosen = [child for child, counts in counted.items() if counts]
        if isinstance(node, typed.CountOf):
            return len(chosen)
        values = (self._part(node.value, (*place, 0), child) for child in chosen)
        return numbers.aggregate(node.kind, tuple(values))

    def _counted(self, node: Folded, place: Place, lane: int) -> dict[int, Truth]:
        """Return whether each element belongs to the one in ``lane`` and has the condition (for 每个: has it not).

        Those that are known to belong elsewhere are left out.
        """
        at = (*place, 1 if isinstance(node, typed.Aggregated) else 0)
        counted: dict[int, Truth] = {}
        for child, parent in enumerate(self.case.links[node.relation]):
            if parent is None or parent == lane:
                has = True if node.condition is None else self._part(node.condition, at, child)
                every = isinstance(node, typed.Quantified) and node.kind is typed.Quantification.EVERY
                counted[child] = all_of((parent == lane or None, negate(has) if every else has))
        return counted

    def _others(self, relation: Relation) -> tuple[None, ...]:
        """Return something unknown while there may be elements that were not supplied."""
        return () if self.case.tables[relation.child].complete else (None,)
