"""The twenty measures in OpenFisca: each condition a variable, written from the program, over whole arrays.

OpenFisca has no third value, and one kind of members of a group. So what is not stated is false, or 0; and each list (成员, 住房, 贷款 …) is a
simulation of its own, with its elements as persons and the households as groups, that asks the others for what it needs. Enumerations are
integers, as OpenFisca keeps them. What belongs to the county as a whole is handed in as an input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from batch_kernel import County
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from relapse_rules.batch.taken import Coded, Column
from relapse_rules.engines.lanes.blocks import MISSING
from relapse_rules.engines.lanes.settings import settings_on
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to, operands
from relapse_rules.values.moments import day_of
from relapse_rules.values.truth import Comparison

Array = npt.NDArray[Any]
Own = Any
"""OpenFisca's own objects, which have no types."""

Formula = Callable[[Any, Any], Array]

PERIOD: Final = "2023"
GROUP: Final = "household"
MAIN: Final = "impact"
"""The simulation in which what households are is worked out: any would do."""


class OpenFiscaTwenty:
    """A county in OpenFisca."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._program = county.policy.program
        self._answers = settings_on(self._program, day_of(county.case.as_of)).tables
        needed = leading_to(self._program, county.wanted)
        self._needed = [
            position
            for position in sorted(needed)
            if self._program.nodes[position].domain not in county.shared
        ]
        used = {self._program.nodes[position].domain for position in self._needed}
        self._domains = sorted({MAIN, *used} - {GROUP})
        self._inputs: dict[str, dict[str, Array]] = {domain: {} for domain in self._domains}
        self._simulations: dict[str, Any] = {}
        self._systems = {domain: self._system(domain) for domain in self._domains}

    def prepare(self) -> None:
        """Make simulations in which nothing has been worked out."""
        taken = self._county.taken
        for domain, system in self._systems.items():
            elements = taken.elements[domain]
            builder = SimulationBuilder()
            builder.create_entities(system)
            builder.declare_person_entity(domain, np.arange(len(elements.owners)))
            group = builder.declare_entity(GROUP, np.arange(len(taken)))
            group.members_entity_id = elements.owners
            group.members_role = np.zeros(len(elements.owners), np.int16)
            simulation = builder.build(system)
            for name, values in self._inputs[domain].items():
                simulation.set_input(name, PERIOD, values)
            self._simulations[domain] = simulation

    def run(self) -> dict[int, Array]:
        """Work out everything that is wanted."""
        return {
            node: self._simulations[self._home(node)].calculate(f"n{node}", PERIOD)
            for node in self._county.wanted
        }

    def differing(
        self, found: Mapping[int, Array], ours: Mapping[int, npt.NDArray[np.int8]]
    ) -> dict[int, int]:
        """Return by node how many outcomes that we know are others here."""
        wrong = {
            node: int(np.count_nonzero((ours[node] >= 0) & (found[node] != (ours[node] == 1))))
            for node in found
        }
        return {node: count for node, count in wrong.items() if count}

    def _home(self, position: int) -> str:
        domain = self._program.nodes[position].domain
        return MAIN if domain == GROUP else domain

    def _system(self, domain: str) -> TaxBenefitSystem:
        person = Entity(domain, f"{domain}s", "", "")
        group = GroupEntity(GROUP, "households", "", "", roles=[{"key": "member"}])
        system = TaxBenefitSystem([person, group])
        for position in self._needed:
            node = self._program.nodes[position]
            if self._home(position) == domain:
                self._add(
                    system,
                    f"n{position}",
                    group if node.domain == GROUP else person,
                    self._formula(position, node, domain),
                )
            if isinstance(node, nodes.Test) and self._home(position) == domain:
                self._add(
                    system, _named(node.fact), group if node.domain == GROUP else person, self._codes(node)
                )
            if isinstance(node, nodes.Exists) and node.relation.child == domain != MAIN:
                self._add(system, f"fold{position}", group, _any(node.condition))
            if (
                isinstance(node, nodes.Lift)
                and node.domain == domain != MAIN
                and node.relation.parent == GROUP
            ):
                self._add(system, f"n{node.operand}", group, self._asked(MAIN, f"n{node.operand}"))
        return system

    def _add(self, system: TaxBenefitSystem, name: str, entity: Own, formula: Formula | Array) -> None:
        if name in system.variables:
            return
        own: dict[str, Any] = {
            "value_type": int if isinstance(formula, np.ndarray) and formula.dtype != np.bool_ else bool,
            "entity": entity,
            "definition_period": DateUnit.YEAR,
            "label": name,
        }
        if isinstance(formula, np.ndarray):
            self._inputs[next(each.key for each in system.entities if each.is_person)][name] = formula
        else:
            own["formula"] = formula
        system.add_variable(type(name, (Variable,), own))

    def _asked(self, domain: str, name: str) -> Formula:
        def formula(_: Own, period: Own) -> Array:
            found: Array = self._simulations[domain].calculate(name, period)
            return found

        return formula

    def _formula(self, position: int, node: nodes.AnyNode, domain: str) -> Formula | Array:
        match node:
            case nodes.Test():
                return self._test(position, node)
            case nodes.FieldNumber(fact=fact):
                column = self._column(node.domain, fact)
                assert not isinstance(column, Coded)
                return np.where(column.known, column.values, 0)
            case nodes.And() | nodes.Or() | nodes.Merge():
                names = [f"n{each}" for each in operands(node)]
                return _gate(names, np.logical_and if isinstance(node, nodes.And) else np.logical_or)
            case nodes.Not(operand=operand):
                return lambda own, period: ~own(f"n{operand}", period)
            case nodes.Compare(operator=Comparison.AT_LEAST, left=left, right=right):
                number = self._program.nodes[right]
                assert isinstance(number, nodes.Number)
                return lambda own, period: own(f"n{left}", period) >= number.value
            case nodes.Number(value=value):
                return np.full(len(self._county.taken), value)
            case nodes.Exists(relation=relation, condition=condition):
                if relation.child == MAIN:
                    return _any(condition)
                return self._asked(relation.child, f"fold{position}")
            case nodes.Lift(relation=relation, operand=operand):
                if relation.parent == GROUP:
                    return lambda own, period: own.household(f"n{operand}", period)
                links = self._county.taken.elements[domain].links[
                    relation.child, relation.parent, relation.reference
                ]
                lanes = self._county.rails.first[operand]
                known = [bool(lanes >> lane & 1) for lane in range(int(links.max(initial=0)) + 1)]
                return np.array([*known, False])[links]
            case _:
                message = f"not among the twenty: {node}"
                raise AssertionError(message)

    def _column(self, domain: str, fact: str) -> Column:
        """Return a column; one that nobody states is all missing."""
        taken = self._county.taken
        columns = taken.columns if domain == GROUP else taken.elements[domain].columns
        size = len(taken) if domain == GROUP else len(taken.elements[domain].owners)
        return columns.get(fact) or Coded(np.full(size, MISSING, np.int8), ())

    def _test(self, position: int, node: nodes.Test) -> Formula | Array:
        column = self._column(node.domain, node.fact)
        assert isinstance(column, Coded)
        wanted = [code for code, value in enumerate(column.values) if self._answers[position][value][0]]
        return _is(_named(node.fact), wanted)

    def _codes(self, node: nodes.Test) -> Array:
        column = self._column(node.domain, node.fact)
        assert isinstance(column, Coded)
        codes: Array = column.codes.astype(np.int32)
        return codes


def _named(fact: str) -> str:
    return fact.replace(".", "_")


def _is(name: str, wanted: list[int]) -> Formula:
    if len(wanted) == 1:
        return lambda own, period: own(name, period) == wanted[0]
    return lambda own, period: np.isin(own(name, period), wanted)


def _gate(names: list[str], combine: Callable[[Array, Array], Array]) -> Formula:
    def formula(own: Own, period: Own) -> Array:
        first, *rest = (own(name, period) for name in names)
        for each in rest:
            first = combine(first, each)
        return first

    return formula


def _any(condition: int) -> Formula:
    def formula(household: Own, period: Own) -> Array:
        # What OpenFisca's own `any` does, but it counts on the last group having members.
        holds = household.members(f"n{condition}", period)
        count: Array = np.bincount(household.members_entity_id, weights=holds, minlength=household.count)
        return count > 0

    return formula
