"""On what the eligibility of a household rests: the 定义 and 裁量 that its condition names."""

from __future__ import annotations

from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program


def grounds(program: Program) -> tuple[str, ...]:
    """Return the ids of the conclusions and judgements that the condition of 资格 uses, in written order, each once.

    Those that these rest on in turn are left out. Empty for a policy without 资格.
    """
    eligibility = next((entry for entry in program.conclusions if entry.id == program.eligibility), None)
    if eligibility is None:
        return ()
    # Two declarations with the same condition share a node; the 裁量 is what people know it by.
    names = {
        entry.node: entry.id
        for entry in (*program.conclusions, *program.judgements)
        if entry is not eligibility
    }
    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting = list(reversed(operands(program.nodes[eligibility.node])))
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in names:
            found[names[node]] = None
        else:
            waiting.extend(reversed(operands(program.nodes[node])))
    return tuple(found)
