"""Types one changed declaration at a time, as the checker would if the whole text were read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import TypeVar

from relapse_rules.analysis.variants.model import Slot, Variant, slots, slots_of
from relapse_rules.analysis.variants.rewriting import changed
from relapse_rules.check.cases import typed_cases
from relapse_rules.check.check import rules_of
from relapse_rules.check.layers import layered
from relapse_rules.check.loading import Loaded
from relapse_rules.check.names import Concept
from relapse_rules.check.outcomes import Switch, switched, with_effects
from relapse_rules.check.parameters import parameter_specs
from relapse_rules.check.policy import (
    Declared,
    Listed,
    ParameterSpec,
    ReadingSpec,
    TypedCase,
    TypedLimit,
    TypedPolicy,
)
from relapse_rules.check.rules import Rules
from relapse_rules.check.structure import header_facts
from relapse_rules.check.typed import FieldTest, NumberParameter, ReadingIs
from relapse_rules.check.typed_children import Expression, walk
from relapse_rules.diagnostics import Diagnostic, Severity
from relapse_rules.syntax.declarations import (
    Case,
    Definition,
    Duty,
    ExceptionRule,
    Header,
    Indicator,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Reading,
)

AnyListed = TypeVar("AnyListed", bound=Listed)

Changeable = (
    Definition
    | Judgement
    | Indicator
    | Measure
    | Duty
    | Procedure
    | ExceptionRule
    | Parameter
    | Reading
    | Header
)
"""What can be told otherwise."""


class Workshop:
    """Makes variants of one policy, which `check.check` found right."""

    def __init__(self, loaded: Loaded, policy: TypedPolicy) -> None:
        self.policy = policy
        self.slots = slots_of(policy)
        self._rules = rules_of(loaded)
        merged = layered(loaded, [])
        self._settings = merged.settings
        self._adopted = {adoption.name.text for adoption in merged.adoptions}
        self._cases = tuple(each for each in merged.declarations if isinstance(each, Case))
        self._listed: dict[str, Listed] = {
            each.name: each for each in (*policy.measures, *policy.tasks, *policy.exceptions)
        }
        self._switches = self._switched_by(self._rules)
        self._numbers = count(1)
        self._users: dict[tuple[str, str], list[Slot]] = {}
        for slot, held in self.slots.items():
            for setting in {_setting(node) for _, node in walk(held.expression)}:
                if setting is not None:
                    self._users.setdefault(setting, []).append(slot)

    def declared(self) -> tuple[Concept, ...]:
        """Return the rules and settings as they are written, in written order."""
        return tuple(self._rules.names.concepts.values())

    def cases(self, more: Sequence[Case]) -> tuple[TypedCase, ...]:
        """Return cases as the checker types them beside those of the policy, on which they may be based; wrong ones are left out."""
        found: list[Diagnostic] = []
        rules = self._rules
        typed = typed_cases((*self._cases, *more), rules.names, rules.listings, found)
        if any(each.severity is Severity.ERROR for each in found):
            # Which of them is wrong is seen when fewer are tried.
            half = len(more) // 2
            return (*self.cases(more[:half]), *self.cases(more[half:])) if half else ()
        names = {case.name.text for case in more}
        return tuple(case for case in typed if case.name in names)

    def bases_first(self) -> tuple[TypedCase, ...]:
        """Return the cases of the policy, those first on which most others are based; otherwise as they are written."""
        used = Counter(case.base.text for case in self._cases if case.base is not None)
        return tuple(sorted(self.policy.cases, key=lambda case: -used[case.name]))

    def variant(self, concept: Changeable) -> Variant | None:
        """Return the policy in which ``concept`` stands in place of the declaration of its name.

        None when the checker would not have it so, or when nothing that a 用例 can bear on is otherwise.
        """
        found: list[Diagnostic] = []
        made = self._made(concept, found)
        if made is None or any(each.severity is Severity.ERROR for each in found):
            return None
        parts = {
            slot: expression
            for slot, expression in made.parts.items()
            if slot in self.slots and self.slots[slot].expression != expression
        }
        limits = {name: limit for name, limit in made.limits.items() if self._listed[name].limit != limit}
        if not parts and not limits and made.valid is None:
            return None
        return replace(made, parts=parts, limits=limits)

    def _made(self, concept: Changeable, found: list[Diagnostic]) -> Variant | None:
        name = concept.name.text
        names = self._rules.names
        if not isinstance(concept, Header):
            names = replace(names, concepts={**names.concepts, name: concept})
        rules = replace(self._rules, names=names, found=found, indicators=dict(self._rules.indicators))
        match concept:
            case Definition():
                return _variant(rules.definition(concept))
            case Judgement():
                return _variant(rules.judgement(concept))
            case Indicator():
                return _variant(next((each for each in rules.all_indicators() if each.name == name), None))
            case Measure():
                return self._listing(rules.measure(concept))
            case Duty():
                return self._listing(rules.duty(concept))
            case Procedure():
                return self._listing(*rules.procedure(concept)[1])
            case ExceptionRule():
                return self._exception(concept, rules)
            case Parameter():
                specs = parameter_specs(names, self._settings, found)
                spec = next((each for each in specs if each.name == name), None)
                return None if spec is None else self._parameter(spec)
            case Reading():
                return self._reading(concept)
            case Header():
                facts = header_facts(concept, names, found)
                valid = facts.valid_from, facts.valid_until
                same = valid == (self.policy.valid_from, self.policy.valid_until)
                return Variant(parts={}, valid=None if same else valid)

    # --- what a decision lists --------------------------------------------------------------------

    def _listing(self, *listed: Listed | None) -> Variant:
        made = [self._with_exceptions(each, self._switches) for each in listed if each is not None]
        return Variant(
            parts={slot: held.expression for each in made for slot, held in slots(each)},
            limits={each.name: each.limit for each in made if each.limit is not None},
        )

    def _with_exceptions(self, listed: AnyListed, switches: Mapping[str, list[Switch]]) -> AnyListed:
        return switched(listed, switches.get(listed.name, ()), self._rules.names, [])

    def _exception(self, concept: ExceptionRule, rules: Rules) -> Variant | None:
        typed = rules.exception(concept)
        if typed is None:
            return None
        after = self._switched_by(rules)
        touched = [
            self._with_exceptions(replace(each, outcome=each.condition), after)
            for name, each in self._listed.items()
            if [switch.exception for switch in after.get(name, ())]
            != [switch.exception for switch in self._switches.get(name, ())]
        ]
        own = _variant(typed)
        parts = {slot: held.expression for each in touched for slot, held in slots(each)}
        return Variant(parts={**parts, **({} if own is None else own.parts)})

    def _switched_by(self, rules: Rules) -> dict[str, list[Switch]]:
        concepts = {
            name: each for name, each in rules.names.concepts.items() if isinstance(each, ExceptionRule)
        }
        return with_effects(self.policy.exceptions, concepts, rules.listings, [])[1]

    # --- settings ---------------------------------------------------------------------------------

    def _parameter(self, spec: ParameterSpec) -> Variant | None:
        before = next((each for each in self.policy.parameters if each.name == spec.name), None)
        if before is None or before.values == spec.values:
            return None
        renamed = replace(spec, name=self._new(spec.name))

        def other(node: Expression) -> Expression:
            if isinstance(node, FieldTest) and node.parameter == spec.name:
                return replace(node, parameter=renamed.name)
            if isinstance(node, NumberParameter) and node.name == spec.name:
                return replace(node, name=renamed.name)
            return node

        limits = {
            name: replace(limit, within=renamed.name)
            for name, limit in self._limits()
            if limit.within == spec.name
        }
        return Variant(
            parts=self._parts_with(("参数", spec.name), other), limits=limits, parameters=(renamed,)
        )

    def _reading(self, concept: Reading) -> Variant | None:
        before = next(each for each in self.policy.readings if each.name == concept.name.text)
        if before.taken == concept.taken.text or before.name in self._adopted:
            return None  # what a layer below adopts, the policy's own choice does not change
        renamed = ReadingSpec(name=self._new(before.name), taken=concept.taken.text, options=before.options)

        def other(node: Expression) -> Expression:
            if isinstance(node, ReadingIs) and node.reading == before.name:
                return replace(node, reading=renamed.name)
            return node

        limits = {
            name: replace(limit, reading=renamed.name)
            for name, limit in self._limits()
            if limit.reading == before.name
        }
        return Variant(
            parts=self._parts_with(("解读", before.name), other), limits=limits, readings=(renamed,)
        )

    def _parts_with(
        self, setting: tuple[str, str], other: Callable[[Expression], Expression]
    ) -> dict[Slot, Expression]:
        return {slot: changed(self.slots[slot].expression, other) for slot in self._users.get(setting, ())}

    def _limits(self) -> Iterable[tuple[str, TypedLimit]]:
        return [(name, each.limit) for name, each in self._listed.items() if each.limit is not None]

    def _new(self, name: str) -> str:
        return f"{name}#{next(self._numbers)}"


def _variant(declared: Declared | None) -> Variant | None:
    if declared is None:
        return None
    return Variant(parts={slot: held.expression for slot, held in slots(declared)})


def _setting(node: Expression) -> tuple[str, str] | None:
    match node:
        case FieldTest(parameter=str(name)) | NumberParameter(name=name):
            return "参数", name
        case ReadingIs(reading=name):
            return "解读", name
        case _:
            return None
