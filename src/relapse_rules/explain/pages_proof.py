"""Why an outcome is what it is, as a page."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.words import Names, moment
from relapse_rules.explain.model import Explanation, StepKind
from relapse_rules.explain.page import Block, Fields, Heading, Page, Table, Text, Tree, badge, plain
from relapse_rules.explain.proof_tree import Elsewhere, missing_rows, proof_nodes
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
            made_by(explanation.policy, explanation.subject, names),
            *result(explanation),
            *(block for block in reasons(explanation, names, headings=True)),
        ),
    )


def result(explanation: Explanation) -> Iterator[Fields]:
    """Yield the outcome, and who has what to do until when."""
    pairs: list[tuple[str, Text]] = [("结果", (badge(explanation.outcome), *plain(_meaning(explanation))))]
    if explanation.units:
        pairs.append(("责任单位", plain("、".join(explanation.units))))
    limit = "，".join(
        part
        for part in (explanation.time_limit or "", f"{moment(explanation.due)}前" if explanation.due else "")
        if part
    )
    if limit:
        pairs.append(("时限", plain(limit)))
    yield Fields(tuple(pairs))


def _meaning(explanation: Explanation) -> str:
    if explanation.outcome is not Outcome.UNKNOWN:
        return ""
    if explanation.missing:
        return f"  现有事实还不能定，缺 {len(explanation.missing)} 项"
    return "  现有事实还不能定" + ("，待认定" if explanation.kind is StepKind.JUDGEMENT else "")


def reasons(
    explanation: Explanation,
    names: Names,
    *,
    headings: bool,
    prefix: str = "",
    elsewhere: Elsewhere | None = None,
) -> Iterator[Block]:
    """Yield what is missing, the proof, and the exceptions. ``headings``: these are parts of a page of their own."""
    level = 2 if headings else 3
    if explanation.missing:
        rows = missing_rows(explanation.missing, names)
        if headings:
            yield Heading(level, "还缺的事实")
        yield Table("还缺的事实", ("事实", "由谁提供"), rows, wide=(0, 1))
    proof, exceptions = proof_nodes(explanation, names, prefix=prefix, elsewhere=elsewhere)
    if headings:
        yield Heading(level, "理由")
    yield Tree(proof)
    if exceptions:
        yield Heading(level, "有关的例外")
        yield Tree(exceptions)
