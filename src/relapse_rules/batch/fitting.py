"""Whether a policy can be run on many households at once. What cannot is refused before anything is read, with the expression named."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.batch.decider import Running
from relapse_rules.decisions.moments import moment_text
from relapse_rules.ir.order import operands, resting_on
from relapse_rules.ir.program import Program, is_valid_on, outcomes
from relapse_rules.ir.ranges import largest_steps
from relapse_rules.tables.errors import InputError
from relapse_rules.values.moments import day_of


def require_fit(policy: Running, shared: frozenset[str]) -> None:
    """Check that numbers stay within 64 bits, and that nothing of the county as a whole depends on one household.

    Raises:
        InputError: they do not, or it does.
    """
    program = policy.program
    bounds = {
        spec.fact: (spec.low, spec.high) for entity in policy.vocabulary.entities for spec in entity.fields
    }
    for found in largest_steps(program, bounds):
        message = (
            f"不能成批判定：{_named(policy, found.node)} 可能超出 64 位整数；请在词汇表中给用到的字段写上范围"
        )
        raise InputError(message)
    for position, node in enumerate(program.nodes):
        if node.domain in shared and any(
            program.nodes[operand].domain not in shared for operand in operands(node)
        ):
            message = f"不能成批判定：{_named(policy, position)} 属于全县，却要看一户的情况；请改为按户判断"
            raise InputError(message)


def require_in_force(policy: Running, as_of: int) -> None:
    """Check that the policy is in force at 判定时点 (seconds).

    Raises:
        InputError: it is not.
    """
    if not is_valid_on(policy.program, day_of(as_of)):
        message = (
            f"判定时点 {moment_text(as_of)} 不在“{policy.name}”的有效期内；请改判定时点，或换用当时有效的规则"
        )
        raise InputError(message)


def _named(policy: Running, node: int) -> str:
    """Return a node in the policy's words, with the declarations that rest on it."""
    users = tuple(_users(policy.program, node))
    words = policy.details.words(node)
    told = f"“{words}”" if words else "一个算式"
    return f"{told}（{'、'.join(users[:3])}{'等' if len(users) > 3 else ''}）" if users else told  # noqa: PLR2004 - as many as one reads


def _users(program: Program, node: int) -> Iterator[str]:
    resting = resting_on(program, [node])
    return (entry.id for entry in outcomes(program) if entry.node in resting)
