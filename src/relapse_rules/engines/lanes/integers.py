"""What is special about lanes that are the bits of a Python integer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from relapse_rules.engines.lanes.generate import Names
from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.values.truth import Comparison

_PYTHON_OPERATOR: dict[Comparison, str] = {comparison: comparison.value for comparison in Comparison}
_FUNCTION: dict[Comparison, str] = {
    Comparison.LESS: "lt",
    Comparison.AT_MOST: "le",
    Comparison.MORE: "gt",
    Comparison.AT_LEAST: "ge",
    Comparison.EQUAL: "eq",
    Comparison.UNEQUAL: "ne",
}

Lines = tuple[list[str], Names]


class IntegerEmitter:
    """Writes folds, lifts, comparisons and numbers over integers.

    A singular domain has one lane: its rails are 0 or 1 and its numbers plain. Others have their numbers in lists.
    """

    def __init__(self, layout: Layout, program_nodes: Sequence[AnyNode]) -> None:
        self._layout = layout
        self._nodes = program_nodes

    def prologue(self, used: Sequence[AnyNode]) -> list[str]:
        """Return lines that fetch masks, links and members of the domains and relations in use."""
        lines = ["sizes,masks,links,members,today=shape"]
        relations = sorted(
            {node.relation for node in used if hasattr(node, "relation")},
            key=self._layout.relation_number.__getitem__,
        )
        for relation in relations:
            number = self._layout.relation_number[relation]
            child = self._layout.number[relation.child]
            lines.append(
                f"L{number}=links[{number}];R{number}=members[{number}];K{number}=R{number}[2];M{number}=masks[{child}]"
            )
        return lines

    def node(self, position: int, node: AnyNode, names: dict[int, Names]) -> Lines:
        """Return the lines of any node that is no gate."""
        match node:
            case nodes.Compare():
                return self._compare(position, node, names)
            case nodes.CompareRatio():
                return self._compare_ratio(position, node, names)
            case nodes.Exists() | nodes.Every():
                return self._fold(position, node, names)
            case nodes.Lift() | nodes.LiftNumber():
                return self._lift(position, node, names)
            case nodes.CompareCount() | nodes.Count() | nodes.Aggregate():
                return self._counted(position, node, names)
            case nodes.Calculate() | nodes.Age() | nodes.DateOf() | nodes.Apart() | nodes.MergeNumber():
                return self._number(position, node, names)
            case nodes.And() | nodes.Or() | nodes.Not() | nodes.AtLeast() | nodes.Merge():
                message = f"gates are not emitted here: {node}"
                raise AssertionError(message)
            case (
                nodes.Constant()
                | nodes.Test()
                | nodes.Reading()
                | nodes.Number()
                | nodes.FieldNumber()
                | nodes.Parameter()
            ):
                message = f"leaves are filled by the encoder: {node}"
                raise AssertionError(message)
            case _:
                assert_never(node)

    def reading(self, names: Names, node: nodes.Reading) -> list[str]:
        """Return the lines that set the rails of a 解读's leaf from the variable ``option``."""
        mask = "1" if self._is_singular(node.domain) else f"masks[{self._layout.number[node.domain]}]"
        return [f"{names[0]},{names[1]}=({mask},0) if option=={node.option!r} else (0,{mask})"]

    def differ(self, one: str, other: str) -> str:
        """Return an expression that is true when two rails differ in any lane."""
        return f"{one}!={other}"

    def _is_singular(self, domain: str) -> bool:
        return domain in self._layout.singular

    def _compare(self, position: int, node: nodes.Compare, names: dict[int, Names]) -> Lines:
        yes, no = f"a{position}", f"b{position}"
        left, right = names[node.left][0], names[node.right][0]
        if not self._is_singular(node.domain):
            return [f"{yes},{no}=compare_columns({_FUNCTION[node.operator]},{left},{right})"], (yes, no)
        literal = self._nodes[node.right]
        unknown = f"{left} is None"
        if isinstance(literal, nodes.Number):
            right = str(literal.value)
        else:
            unknown += f" or {right} is None"
        return [
            f"if {unknown}:{yes}={no}=0",
            f"elif {left}{_PYTHON_OPERATOR[node.operator]}{right}:{yes}=1;{no}=0",
            f"else:{yes}=0;{no}=1",
        ], (yes, no)

    def _compare_ratio(self, position: int, node: nodes.CompareRatio, names: dict[int, Names]) -> Lines:
        yes, no = f"a{position}", f"b{position}"
        parts = [
            names[part][0] for part in (node.left_top, node.left_bottom, node.right_top, node.right_bottom)
        ]
        operator = f"Comparison.{node.operator.name}"
        if self._is_singular(node.domain):
            return [f"{yes},{no}=rails_of((compare_ratio({operator},{','.join(parts)}),))"], (yes, no)
        each = f"[compare_ratio({operator},*part) for part in zip({','.join(parts)})]"
        return [f"{yes},{no}=rails_of({each})"], (yes, no)

    def _fold(self, position: int, node: nodes.Exists | nodes.Every, names: dict[int, Names]) -> Lines:
        yes, no = f"a{position}", f"b{position}"
        number = self._layout.relation_number[node.relation]
        child_yes, child_no = names[node.condition]
        is_exists = isinstance(node, nodes.Exists)
        if not self._layout.is_structural_to_one(node.relation):
            function = "exists" if is_exists else "every"
            return [f"{yes},{no}={function}({child_yes},{child_no},*R{number})"], (yes, no)
        any_rail, all_rail = (child_yes, child_no) if is_exists else (child_no, child_yes)
        any_name, all_name = (yes, no) if is_exists else (no, yes)
        return [
            f"{any_name}=1 if {any_rail} else 0;{all_name}=1 if K{number} and {all_rail}==M{number} else 0"
        ], (yes, no)

    def _lift(self, position: int, node: nodes.Lift | nodes.LiftNumber, names: dict[int, Names]) -> Lines:
        relation = node.relation
        number = self._layout.relation_number[relation]
        yes, no = f"a{position}", f"b{position}"
        parent_yes, parent_no = names[node.operand]
        is_number = isinstance(node, nodes.LiftNumber)
        if not self._layout.is_structural_to_one(relation):
            if is_number:
                column = f"({parent_yes},)" if self._is_singular(relation.parent) else parent_yes
                lifted = f"lift_numbers({column},L{number})"
                return [f"{yes}={lifted}{'[0]' if self._is_singular(relation.child) else ''};{no}=0"], (
                    yes,
                    no,
                )
            return [f"{yes},{no}=lift({parent_yes},{parent_no},L{number})"], (yes, no)
        if self._is_singular(relation.child):
            return [], (parent_yes, parent_no)
        if is_number:
            return [f"{yes}=[{parent_yes}]*sizes[{self._layout.number[relation.child]}];{no}=0"], (yes, no)
        return [f"{yes}=M{number} if {parent_yes} else 0;{no}=M{number} if {parent_no} else 0"], (yes, no)

    def _counted(
        self, position: int, node: nodes.CompareCount | nodes.Count | nodes.Aggregate, names: dict[int, Names]
    ) -> Lines:
        yes, no = f"a{position}", f"b{position}"
        number = self._layout.relation_number[node.relation]
        singular = self._is_singular(node.domain)
        if node.condition is None:
            rail = f"(masks[{self._layout.number[node.relation.child]}],0)"
        else:
            rail = f"({names[node.condition][0]},{names[node.condition][1]})"
        match node:
            case nodes.CompareCount(operator=operator, limit=limit):
                limits = f"({names[limit][0]},)" if singular else names[limit][0]
                return [f"{yes},{no}=compare_counts(Comparison.{operator.name},{rail},R{number},{limits})"], (
                    yes,
                    no,
                )
            case nodes.Count():
                value = f"counts({rail},R{number})"
            case nodes.Aggregate(kind=kind, value=column):
                child = names[column][0]
                values = f"({child},)" if self._is_singular(node.relation.child) else child
                value = f"aggregate({kind!r},{values},{rail},R{number})"
            case _:
                assert_never(node)
        return [f"{yes}={value}{'[0]' if singular else ''};{no}=0"], (yes, no)

    def _number(
        self,
        position: int,
        node: nodes.Calculate | nodes.Age | nodes.DateOf | nodes.Apart | nodes.MergeNumber,
        names: dict[int, Names],
    ) -> Lines:
        target = f"a{position}"
        arguments: tuple[int, ...]
        match node:
            case nodes.MergeNumber(rule=rule, supplied=supplied):
                function = "merge_number" if self._is_singular(node.domain) else "merge_columns"
                return [
                    f"{target},clash={function}({names[rule][0]},{names[supplied][0]})",
                    f"conflicts.append(({position},int(clash)))",
                ], (target, "0")
            case nodes.Calculate(operation=operation, rounding=rounding, scale=scale):
                arguments, call = (
                    (node.left, node.right),
                    f"calculate({operation!r},{{}},{{}},{rounding!r},{scale})",
                )
            case nodes.Age(birth=birth):
                arguments, call = (birth,), "age({},today)"
            case nodes.DateOf(time=time):
                arguments, call = (time,), "date_of({})"
            case nodes.Apart(step=step):
                arguments, call = (node.left, node.right), f"apart({{}},{{}},{step})"
            case _:
                assert_never(node)
        return [f"{target}={self._applied(node.domain, call, [names[used][0] for used in arguments])}"], (
            target,
            "0",
        )

    def _applied(self, domain: str, call: str, values: Sequence[str]) -> str:
        """Return ``call`` on plain values, or on columns lane by lane."""
        if self._is_singular(domain):
            return call.format(*values)
        lanes = [f"x{place}" for place in range(len(values))]
        heads = ",".join(lanes) + ("," if len(lanes) == 1 else "")
        return f"[{call.format(*lanes)} for {heads} in zip({','.join(values)})]"
