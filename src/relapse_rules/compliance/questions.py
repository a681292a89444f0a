"""6.3: what people must ask before anybody is called in (约谈) or held to account (问责). The records answer none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from relapse_rules.compliance.model import FINDINGS, Question, Tally
from relapse_rules.compliance.unit_book import UnitBook
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Listing, Program

_CASES: Final = "accountability_case"
_CAUSE: Final = "accountability_case.cause"


def questions(program: Program, units: Sequence[Tally], book: UnitBook) -> tuple[Question, ...]:
    """Return for each unit with findings the questions of the duties that the policy has about 问责事项; none when it has none.

    Nobody is asked about who is not named: 相关部门, or a township that no record names.
    """
    duties = [listing for listing in program.listings if listing.domain == _CASES and listing.kind == "duty"]
    asked = [
        tally
        for tally in units
        if tally.findings and "（" not in tally.name and not book.is_general(tally.name)
    ]
    return tuple(
        Question(
            duty=duty.id, cites=duty.cites, unit=tally.name, told=_told(tally), asked=_asked(program, duty)
        )
        for duty in duties
        for tally in asked
    )


def _told(tally: Tally) -> str:
    return "、".join(
        f"{verdict.value} {count} 项" for verdict in FINDINGS if (count := tally.counts.get(verdict, 0))
    )


def _asked(program: Program, duty: Listing) -> str:
    """Return the question of a duty: the judgements that its condition waits for, and the causes that count."""
    below = list(dict.fromkeys(_below(program, duty.condition)))
    judged = {judgement.node: judgement for judgement in program.judgements}
    names = [judged[node].id for node in below if node in judged]
    causes = dict.fromkeys(
        value
        for node in below
        if isinstance(test := program.nodes[node], nodes.Test) and test.fact == _CAUSE
        for value in test.values
    )
    text = f"是否够得上“{duty.id}”，由有权机关认定：{'、'.join(names) or duty.id}是否成立？"
    if causes:
        text += f"原因是{'、'.join(causes)}，还是只是没有记录？是否造成返贫或新增致贫？"
    return text


def _below(program: Program, node: int) -> Iterator[int]:
    yield node
    for operand in operands(program.nodes[node]):
        yield from _below(program, operand)
