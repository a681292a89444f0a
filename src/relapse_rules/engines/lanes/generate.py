"""Source of the kernel: straight-line code over rails, in parts that CPython compiles in linear time.

Gates are the same text for every kind of lane (integers, arrays of words): ``&`` and ``|`` over names. What differs between
kinds of lane — folds, lifts, comparisons, numbers — is asked of an `Emitter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import operands

PART_SIZE = 400
"""Nodes in one generated function. Some of CPython's passes grow faster than a function's length."""

Names = tuple[str, str]
"""The variables of a node's rails: proved yes, proved no. A number has its variable first and ``0`` second."""


class Emitter(Protocol):
    """Writes what depends on the kind of lane."""

    def prologue(self, used: Sequence[AnyNode]) -> list[str]:
        """Return the lines that fetch the sizes and links that ``used`` need."""
        ...

    def node(self, position: int, node: AnyNode, names: dict[int, Names]) -> tuple[list[str], Names]:
        """Return the lines that compute ``node`` and the names of its rails."""
        ...

    def reading(self, names: Names, node: nodes.Reading) -> list[str]:
        """Return the lines that set the rails of a 解读's leaf from the variable ``option``."""
        ...

    def differ(self, one: str, other: str) -> str:
        """Return an expression that is true when two rails differ in any lane."""
        ...


def kernel_source(program_nodes: Sequence[AnyNode], first: int, emitter: Emitter) -> tuple[str, int]:
    """Return the source of ``part_0``, ``part_1`` … over the nodes from ``first`` on, and how many parts there are.

    Each part takes ``(F, S, shape, conflicts)``: the rails so far, which it extends, what `Emitter.prologue` reads, and the list of
    contradictions.
    """
    sources: list[str] = []
    for number, start in enumerate(range(first, len(program_nodes), PART_SIZE)):
        positions = range(start, min(start + PART_SIZE, len(program_nodes)))
        sources.append(_part(f"part_{number}", program_nodes, positions, emitter))
    return "".join(sources), len(sources)


def _part(name: str, all_nodes: Sequence[AnyNode], positions: range, emitter: Emitter) -> str:
    names: dict[int, Names] = {}
    body = body_source(all_nodes, positions, names, emitter)
    firsts = ",".join(names[position][0] for position in positions)
    seconds = ",".join(names[position][1] for position in positions)
    lines = [f"def {name}(F,S,shape,conflicts):", *body, f" F+=[{firsts}];S+=[{seconds}]"]
    return "\n".join(lines) + "\n"


def reading_source(
    name: str,
    all_nodes: Sequence[AnyNode],
    reading: str,
    positions: Sequence[int],
    wanted: Sequence[int],
    emitter: Emitter,
) -> str:
    """Return the source of a function that takes a 解读 otherwise, computes only ``positions`` anew and tells what changed.

    It takes ``(F, S, shape, option)``, changes nothing, and returns those of the nodes ``wanted`` whose rails differ from ``F``
    and ``S``. Leaves of the 解读 are worked out from ``option``; all other positions are read.
    """
    names: dict[int, Names] = {}
    body = body_source(all_nodes, positions, names, emitter, taken=reading)
    lines = [f"def {name}(F,S,shape,option):", " conflicts=[]", *body, " changed=[]"]
    lines.extend(
        f" if {emitter.differ(names[node][0], f'F[{node}]')} or {emitter.differ(names[node][1], f'S[{node}]')}:changed.append({node})"
        for node in wanted
    )
    return "\n".join([*lines, " return changed"]) + "\n"


def body_source(
    all_nodes: Sequence[AnyNode],
    positions: Sequence[int],
    names: dict[int, Names],
    emitter: Emitter,
    *,
    taken: str | None = None,
) -> list[str]:
    """Return the lines, indented by one, that compute ``positions`` from what stands before them in ``F`` and ``S``.

    ``names`` takes the variables of every node that is used. ``taken``: the 解读 that the variable ``option`` decides.
    """
    inside = set(positions)
    outside = sorted({used for position in positions for used in operands(all_nodes[position])} - inside)
    body: list[str] = [
        f" {line}" for line in emitter.prologue([all_nodes[position] for position in positions])
    ]
    for used in outside:
        names[used] = (f"a{used}", f"b{used}")
        node = all_nodes[used]
        if isinstance(node, nodes.Reading) and node.reading == taken:
            body.extend(f" {line}" for line in emitter.reading(names[used], node))
        else:
            body.append(f" a{used}=F[{used}];b{used}=S[{used}]")
    for position in positions:
        lines, names[position] = _node(position, all_nodes[position], names, emitter)
        body.extend(f" {line}" for line in lines)
    return body


def _node(position: int, node: AnyNode, names: dict[int, Names], emitter: Emitter) -> tuple[list[str], Names]:
    yes, no = f"a{position}", f"b{position}"
    match node:
        case nodes.And(operands=used):
            return [_gate(yes, "&", used, names, 0) + ";" + _gate(no, "|", used, names, 1)], (yes, no)
        case nodes.Or(operands=used):
            return [_gate(yes, "|", used, names, 0) + ";" + _gate(no, "&", used, names, 1)], (yes, no)
        case nodes.Not(operand=used):
            return [], (names[used][1], names[used][0])
        case nodes.AtLeast(count=count, operands=used):
            needed_for_no = len(used) - count + 1
            lines = [
                *_at_least(yes, count, [names[one][0] for one in used]),
                *_at_least(no, needed_for_no, [names[one][1] for one in used]),
            ]
            return lines, (yes, no)
        case nodes.Merge(rule=rule, supplied=supplied):
            return _merge(position, names[rule], names[supplied]), (yes, no)
        case _:
            return emitter.node(position, node, names)


def _gate(target: str, sign: str, used: Sequence[int], names: dict[int, Names], rail: int) -> str:
    return f"{target}={sign.join(names[one][rail] for one in used)}"


def _at_least(target: str, count: int, rails: Sequence[str]) -> list[str]:
    """Return lines that set ``target`` where at least ``count`` of ``rails`` are set: a row of thresholds, fed one rail at a time."""
    if count > len(rails):
        return [f"{target}={rails[0]}^{rails[0]}"]
    row = [f"t{target}_{step}" for step in range(count)]
    lines: list[str] = []
    for fed, rail in enumerate(rails):
        for step in reversed(range(min(fed + 1, count))):
            reached = rail if step == 0 else f"{row[step - 1]}&{rail}"
            lines.append(f"{row[step]}={row[step]}|{reached}" if step < fed else f"{row[step]}={reached}")
    return [*lines, f"{target}={row[-1]}"]


def _merge(position: int, rule: Names, supplied: Names) -> list[str]:
    yes, no = f"a{position}", f"b{position}"
    return [
        f"{yes}={rule[0]}|{supplied[0]};{no}={rule[1]}|{supplied[1]}",
        f"clash={yes}&{no};{yes}={yes}^clash;{no}={no}^clash",
        f"conflicts.append(({position},clash))",
    ]
