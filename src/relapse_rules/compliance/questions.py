"""6.3: what people must ask before anybody is called in (约谈) or held to account (问责). The records answer none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relapse_rules.compliance.model import FINDINGS, Question, Tally
from relapse_rules.compliance.unit_book import NOBODY
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Listing, Program

_CASES = "accountability_case"
_CAUSE = "accountability_case.cause"


def questions(program: Program, units: Sequence[Tally]) -> tuple[Question, ...]:
    """Return for each unit with findings the questions of the duties that the policy has about 问责事项; none when it has none."""
    duties = [listing for listing in program.listings if listing.domain == _CASES and listing.kind == "duty"]
    asked = [tally for tally in units if tally.findings and tally.name != NOBODY]
    return tuple(question for tally in asked for question in _about(program, tally, duties))


def _about(program: Program, tally: Tally, duties: Sequence[Listing]) -> Iterator[Question]:
    told = "、".join(
        f"{verdict.value} {count} 项" for verdict in FINDINGS if (count := tally.counts.get(verdict, 0))
    )
    judged = {judgement.node: judgement for judgement in program.judgements}
    for duty in duties:
        asked = dict.fromkeys(judged[node].id for node in _below(program, duty.condition) if node in judged)
        causes = dict.fromkeys(
            value
            for node in _below(program, duty.condition)
            if isinstance(test := program.nodes[node], nodes.Test) and test.fact == _CAUSE
            for value in test.values
        )
        text = f"“{tally.name}”有 {told}。是否够得上“{duty.id}”，要由人认定：{'、'.join(asked) or duty.id}？"
        if causes:
            text += f"属于{'、'.join(causes)}中的哪一种，还是只是没有记录？是否造成返贫或新增致贫？"
        yield Question(unit=tally.name, findings=tally.findings, cites=duty.cites, text=text)


def _below(program: Program, node: int) -> Iterator[int]:
    yield node
    for operand in operands(program.nodes[node]):
        yield from _below(program, operand)
