"""The twenty measures in OpenFisca: a variable for each measure and for all that several of them use, written from the program as NumPy formulas.

OpenFisca has two values. What is not stated is its default (no, or a code that matches nothing), so that it answers as if all facts were
known; where Kleene's logic settles an outcome, every completion of the facts gives the same, and that is what is compared. A derived
fact follows its rule where the rule's fact is stated, else what was supplied.

It has one kind of entity below its groups. So members, houses, jobs, loans and the rest are all its persons, one kind after the other, and a
variable of one kind has its default for the others. What belongs to the county is worked out before, as for the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from batch_kernel import County
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from relapse_rules.batch.taken import Coded, Column
from relapse_rules.engines.lanes.settings import settings_on
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to, operands
from relapse_rules.values.moments import day_of

PERIOD = "2023-08"
_NOT_STATED = -1

Array = npt.NDArray[Any]


class OpenFiscaTwenty:
    """A county as one simulation. `prepare` forgets what was calculated; `run` is what is timed."""

    def __init__(self, county: County) -> None:
        self._county = county
        self._nodes = county.policy.program.nodes
        taken = county.taken
        self._slices: dict[str, slice] = {}
        size = 0
        for domain, elements in taken.elements.items():
            self._slices[domain] = slice(size, size + len(elements.owners))
            size += len(elements.owners)
        self._size = size
        self._element = build_entity(key="element", plural="elements", label="", is_person=True)
        self._household = build_entity(
            key="household", plural="households", label="", roles=[{"key": "part", "plural": "parts"}]
        )
        self._tests = settings_on(county.policy.program, day_of(county.case.as_of)).tables
        self._inputs: dict[str, tuple[str, Array]] = {}
        self._formulas: dict[int, Callable[..., Any]] = {}
        self._write()
        self._simulation = self._simulated()

    def prepare(self) -> None:
        """Forget what was calculated."""
        for position in self._formulas:
            self._simulation.delete_arrays(f"n{position}")

    def run(self) -> dict[int, Array]:
        """Calculate all outcomes for everybody."""
        return {node: self._simulation.calculate(f"n{node}", PERIOD) for node in self._county.wanted}

    def differing(
        self, found: Mapping[int, Array], ours: Mapping[int, npt.NDArray[np.int8]]
    ) -> dict[int, int]:
        """Return by node how many outcomes that we know are not the same."""
        wrong: dict[int, int] = {}
        for node, outcomes in ours.items():
            domain = self._nodes[node].domain
            told = found[node][self._slices[domain]] if domain in self._slices else found[node]
            count = int(np.count_nonzero((outcomes >= 0) & (told != (outcomes == 1))))
            if count:
                wrong[node] = count
        return wrong

    # --- the simulation ---------------------------------------------------------------------------

    def _simulated(self) -> Simulation:
        system = TaxBenefitSystem([self._element, self._household])
        for name, (domain, values) in self._inputs.items():
            system.add_variable(self._variable(name, domain, bool if values.dtype == np.bool_ else int))
        for position, formula in self._formulas.items():
            made = self._variable(f"n{position}", self._nodes[position].domain, bool, formula)
            system.add_variable(made)
        taken = self._county.taken
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("element", range(self._size))
        households = builder.declare_entity("household", range(len(taken)))
        households.members_entity_id = np.concatenate(
            [elements.owners.astype(np.intp) for elements in taken.elements.values()]
        )
        households.members_role = np.repeat(np.array(self._household.flattened_roles), self._size)
        simulation = builder.build(system)
        for name, (_, values) in self._inputs.items():
            simulation.set_input(name, PERIOD, values)
        return simulation

    def _variable(
        self, name: str, domain: str, kind: type, formula: Callable[..., Any] | None = None
    ) -> type[Variable]:
        told = {
            "value_type": kind,
            "default_value": False if kind is bool else _NOT_STATED,
            "entity": self._element if domain in self._slices else self._household,
            "definition_period": periods.DateUnit.MONTH,
            "label": name,
        }
        return type(name, (Variable,), told if formula is None else told | {"formula": formula})

    def _input(self, name: str, domain: str, values: Array, default: bool | int) -> str:  # noqa: FBT001 - a value
        """Take in a column, laid out over all elements, and return the text that asks for it."""
        if domain in self._slices:
            everywhere = np.full(self._size, default, values.dtype)
            everywhere[self._slices[domain]] = values
            values = everywhere
        self._inputs[name] = domain, values
        return f'me("{name}", period)'

    # --- the formulas -----------------------------------------------------------------------------

    def _write(self) -> None:
        needed = leading_to(self._county.policy.program, self._county.wanted)
        own = [each for each in sorted(needed) if self._nodes[each].domain not in self._county.shared]
        uses = Counter(used for each in own for used in operands(self._nodes[each]))
        crossing = {
            used
            for each in own
            for used in operands(self._nodes[each])
            if isinstance(self._nodes[each], nodes.Exists | nodes.Lift)
        }
        kept = {*self._county.wanted, *crossing, *(each for each in own if uses[each] > 1)}
        texts: dict[int, str] = {}
        for position in own:
            text = self._text(position, texts)
            if position in kept and not isinstance(self._nodes[position], nodes.Number | nodes.FieldNumber):
                scope: dict[str, Any] = {}
                exec(f"def formula(me, period):\n return {text}", scope)  # noqa: S102 - our own generated code
                self._formulas[position] = scope["formula"]
                text = f'me("n{position}", period)'
            texts[position] = text

    def _text(self, position: int, texts: Mapping[int, str]) -> str:
        node = self._nodes[position]
        match node:
            case nodes.Test():
                return self._test(position, node)
            case nodes.FieldNumber(fact=fact):
                return self._fact(fact, node.domain)
            case nodes.Number(value=value):
                return str(value)
            case nodes.And(operands=used):
                return "(" + " & ".join(texts[each] for each in used) + ")"
            case nodes.Or(operands=used):
                return "(" + " | ".join(texts[each] for each in used) + ")"
            case nodes.Not(operand=used):
                return f"(~{texts[used]})"
            case nodes.Compare(operator=operator, left=left, right=right):
                return f"({texts[left]} {operator.value} {texts[right]})"
            case nodes.Exists(condition=condition, relation=relation) if relation.reference is None:
                mine = self._kind(relation.child).replace("me(", "me.members(")
                return f'me.any(me.members("n{condition}", period) & {mine})'
            case nodes.Lift(operand=operand, relation=relation) if relation.parent in self._county.shared:
                return self._looked_up(position, operand)
            case nodes.Lift(operand=operand):
                return f'me.household("n{operand}", period)'
            case nodes.Merge(rule=rule, supplied=supplied):
                test = self._nodes[rule]
                assert isinstance(test, nodes.Test)
                stated = f"({self._fact(test.fact, test.domain)} >= 0)"
                return f"({stated} & {texts[rule]} | ~{stated} & {texts[supplied]})"
            case _:
                message = f"not written: {node}"
                raise NotImplementedError(message)

    def _test(self, position: int, node: nodes.Test) -> str:
        asked = self._fact(node.fact, node.domain)
        column = self._columns(node.domain).get(node.fact)
        if not isinstance(column, Coded) or _is_condition(column):
            return asked
        answers = self._tests[position]
        codes = [code for code, value in enumerate(column.values) if answers[value] == (1, 0)]
        others = [code for code, value in enumerate(column.values) if answers[value] == (0, 1)]
        if len(codes) > len(others):
            return "(" + " & ".join([f"({asked} >= 0)", *(f"({asked} != {code})" for code in others)]) + ")"
        return (
            "(" + (" | ".join(f"({asked} == {code})" for code in codes) or f"({asked} < {_NOT_STATED})") + ")"
        )

    def _fact(self, fact: str, domain: str) -> str:
        name = fact.replace(".", "_")
        if name in self._inputs:
            return f'me("{name}", period)'
        column = self._columns(domain).get(fact)
        size = (
            self._slices[domain].stop - self._slices[domain].start
            if domain in self._slices
            else len(self._county.taken)
        )
        if column is None:
            return self._input(name, domain, np.zeros(size, np.bool_), default=False)
        if not isinstance(column, Coded):
            numbers = np.where(column.known, column.values, _NOT_STATED).astype(np.int32)
            return self._input(name, domain, numbers, _NOT_STATED)
        if _is_condition(column):
            truths = np.array([*column.values, False], np.bool_)[column.codes]
            return self._input(name, domain, truths, default=False)
        return self._input(name, domain, column.codes.astype(np.int32), _NOT_STATED)

    def _kind(self, domain: str) -> str:
        """Return the text that asks which elements are of a kind: what others have by default may satisfy a condition."""
        size = self._slices[domain].stop - self._slices[domain].start
        return self._input(f"is_{domain}", domain, np.ones(size, np.bool_), default=False)

    def _columns(self, domain: str) -> Mapping[str, Column]:
        taken = self._county.taken
        return taken.columns if domain == taken.subject else taken.elements[domain].columns

    def _looked_up(self, position: int, operand: int) -> str:
        """Return what is known of the county's own element that each one refers to."""
        node = self._nodes[position]
        assert isinstance(node, nodes.Lift)
        relation, taken = node.relation, self._county.taken
        lanes = len(self._county.case.tables[relation.parent].rows)
        known = [self._county.rails.truth(operand, lane) is True for lane in range(lanes)]
        links = taken.elements[node.domain].links.get((relation.child, relation.parent, relation.reference))
        truths = np.array([*known, False], np.bool_)[
            links if links is not None else np.full(len(taken.elements[node.domain].owners), -1)
        ]
        return self._input(f"of_{relation.parent}_{operand}", node.domain, truths, default=False)


def _is_condition(column: Coded) -> bool:
    return bool(column.values) and all(isinstance(value, bool) for value in column.values)
