"""Source of the function that fills the leaves of one case: one pass over each domain's rows."""

from __future__ import annotations

from relapse_rules.engines.lanes.shape import Layout
from relapse_rules.ir import nodes
from relapse_rules.ir.order import LEAVES
from relapse_rules.ir.program import Program
from relapse_rules.values.types import Kind


def leaf_count(program: Program) -> int:
    """Return how many nodes at the front of ``program`` are leaves."""
    return sum(isinstance(node, LEAVES) for node in program.nodes)


def encoder_source(program: Program, layout: Layout) -> str:
    """Return the source of ``encode(tables, sizes, masks, tables_of, numbers, readings, now, today)``.

    ``tables``: a case's tables; ``answers``: answer table of each test; ``numbers``: 参数; ``readings``: option taken by 解读;
    ``now`` and ``today``: 判定时点 in seconds and as a date. It returns the first and the second rails of the leaves.
    """
    count = leaf_count(program)
    by_domain: dict[str, list[int]] = {}
    for position in range(count):
        by_domain.setdefault(program.nodes[position].domain, []).append(position)
    lines = ["def encode(tables, sizes, masks, answers, numbers, readings, now, today):"]
    for domain, positions in by_domain.items():
        if domain in layout.singular:
            lines.extend(_one_row(program, domain, positions))
        else:
            lines.extend(_many_rows(program, layout, domain, positions))
    firsts = ",".join(f"a{position}" for position in range(count))
    seconds = ",".join(f"b{position}" for position in range(count))
    lines.append(f" return [{firsts}],[{seconds}]")
    return "\n".join(lines) + "\n"


def _is_fact(node: nodes.AnyNode) -> bool:
    return isinstance(node, (nodes.Test, nodes.FieldNumber))


def _one_row(program: Program, domain: str, positions: list[int]) -> list[str]:
    lines: list[str] = []
    if any(_is_fact(program.nodes[position]) for position in positions):
        lines.append(f" g=tables[{domain!r}].rows[0].get")
    for position in positions:
        node = program.nodes[position]
        if isinstance(node, nodes.Test):
            lines.append(f" a{position},b{position}={_answer(program, position, node)}")
        elif isinstance(node, nodes.FieldNumber):
            lines.append(f" a{position}=g({node.fact!r});b{position}=0")
        else:
            lines.append(_free_leaf(position, node, "1", None))
    return lines


def _many_rows(program: Program, layout: Layout, domain: str, positions: list[int]) -> list[str]:
    number = layout.number[domain]
    facts = [position for position in positions if _is_fact(program.nodes[position])]
    lines = [
        _free_leaf(position, program.nodes[position], f"masks[{number}]", f"sizes[{number}]")
        for position in positions
        if position not in set(facts)
    ]
    if not facts:
        return lines
    body: list[str] = []
    for position in facts:
        node = program.nodes[position]
        if isinstance(node, nodes.Test):
            lines.append(f" a{position}=b{position}=0")
            body.append(f"  y,n={_answer(program, position, node)};a{position}|=y<<k;b{position}|=n<<k")
        elif isinstance(node, nodes.FieldNumber):
            lines.append(f" a{position}=[];b{position}=0")
            body.append(f"  a{position}.append(g({node.fact!r}))")
    return [*lines, " k=0", f" for row in tables[{domain!r}].rows:", "  g=row.get", *body, "  k+=1"]


def _answer(program: Program, position: int, node: nodes.Test) -> str:
    if node.kind == "happened":
        now = "today" if program.facts[node.fact].type.kind is Kind.DATE else "now"
        return f"happened(g({node.fact!r}),{now})"
    return f"answers[{position}][g({node.fact!r})]"


def _free_leaf(position: int, node: nodes.AnyNode, mask: str, size: str | None) -> str:
    """Return the line for a leaf that no row holds: a constant, a reading, a literal or a 参数."""
    match node:
        case nodes.Constant(value=value):
            return f" a{position}={mask if value else 0};b{position}={0 if value else mask}"
        case nodes.Reading(reading=reading, option=option):
            taken = f"readings[{reading!r}]=={option!r}"
            return f" a{position},b{position}=({mask},0) if {taken} else (0,{mask})"
        case nodes.Number(value=value):
            return f" a{position}={value if size is None else f'[{value}]*{size}'};b{position}=0"
        case nodes.Parameter(name=name):
            setting = f"numbers[{name!r}]"
            return f" a{position}={setting if size is None else f'[{setting}]*{size}'};b{position}=0"
        case _:
            message = f"not a leaf: {node}"
            raise AssertionError(message)
