"""Why an outcome is what it is, as a page."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.words import Names, moment
from relapse_rules.explain.model import Explanation, StepKind
from relapse_rules.explain.page import Block, Heading, Page, Table, Text, Tree, badge, plain
from relapse_rules.explain.proof_tree import missing_rows, proof_nodes
from relapse_rules.explain.shown import page_of
from relapse_rules.explain.telling import KINDS, about, made_by, names_of


@page_of.register
def explanation_page(explanation: Explanation) -> Page:
    """Return the page of one explanation."""
    names = names_of(explanation.entities)
    told = about(explanation.target, names, explanation.outcome)
    return Page(
        title=f"{KINDS[explanation.kind]}“{explanation.id}”（{told}）的理由",
        blocks=(
            made_by(
                explanation.policy,
                explanation.subject,
                names,
                ("结果", (badge(explanation.outcome), *plain(_meaning(explanation)))),
                *owed(explanation),
            ),
            *_reasons(explanation, names),
        ),
    )


def owed(explanation: Explanation) -> Iterator[tuple[str, Text]]:
    """Yield who has to do it and until when, where that is known."""
    if explanation.units:
        yield "责任单位", plain("、".join(explanation.units))
    due = f"{moment(explanation.due)}前" if explanation.due else ""
    limit = "，".join(part for part in (explanation.time_limit or "", due) if part)
    if limit:
        yield "时限", plain(limit)


def _meaning(explanation: Explanation) -> str:
    if explanation.outcome is not Outcome.UNKNOWN:
        return ""
    if explanation.missing:
        return f"  现有事实还不能定，缺 {len(explanation.missing)} 项"
    return "  现有事实还不能定" + ("，待认定" if explanation.kind is StepKind.JUDGEMENT else "")


def _reasons(explanation: Explanation, names: Names) -> Iterator[Block]:
    if explanation.missing:
        yield Heading(2, "还缺的事实")
        yield Table("", ("事实", "由谁提供"), missing_rows(explanation.missing, names), wide=(0, 1))
    proof, exceptions = proof_nodes(explanation, names)
    yield Heading(2, "理由")
    yield Tree((proof,))
    if exceptions:
        yield Heading(2, "有关的例外")
        yield Tree(exceptions)
