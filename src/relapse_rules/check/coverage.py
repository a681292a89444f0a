"""The statements of the outline against what cites them: none unknown, none forgotten, none both ruled on and excused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relapse_rules.check.outline import Outline
from relapse_rules.check.policy import ExcusedStatement
from relapse_rules.check.wording import offer
from relapse_rules.check.written import nodes
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_coverage import (
    STATEMENT_BOTH,
    STATEMENT_UNACCOUNTED,
    UNDECIDABLE_STATEMENT_CITED,
    UNKNOWN_STATEMENT,
)
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import AnyDeclaration, Case, NotApplicable
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Node


def excused_statements(declarations: Iterable[AnyDeclaration]) -> tuple[ExcusedStatement, ...]:
    """Return the statements under 不适用, in written order."""
    return tuple(
        ExcusedStatement(cite=cite.id, reason=declared.reason.value, span=cite.span)
        for declared in declarations
        if isinstance(declared, NotApplicable)
        for cite in declared.cites
    )


def check_coverage(declarations: Iterable[AnyDeclaration], outline: Outline, found: list[Diagnostic]) -> None:
    """Report every statement that is cited wrongly, twice in contradictory ways, or not at all.

    A 用例 cites what it shows, which must exist but accounts for nothing.
    """
    cited: dict[str, Span] = {}
    excused: dict[str, Span] = {}
    meant: set[str | None] = set()
    for declared in declarations:
        for cite in _cites(declared):
            if cite.id not in outline:
                found.append(_unknown(cite, outline))
                meant.add(closest(cite.id, (statement.id for statement in outline.statements)))
            elif isinstance(declared, NotApplicable):
                excused.setdefault(cite.id, cite.span)
            elif not isinstance(declared, Case):
                if cite.id not in cited:
                    _check_decidable(cite, outline, found)
                cited.setdefault(cite.id, cite.span)
    for statement in outline.statements:
        both = statement.id in cited and statement.id in excused
        if both:
            found.append(_both(statement.id, excused[statement.id], cited[statement.id]))
        elif statement.must_be_accounted_for and statement.id not in {*cited, *excused, *meant}:
            found.append(
                STATEMENT_UNACCOUNTED.at(
                    statement.span,
                    f"没有规则引用陈述{statement.id}，也没有写明它不适用",
                    help=f"写出相应的规则并写“依据 {statement.id}”，或用“不适用 {statement.id}”写明理由",
                )
            )


def _cites(node: Node) -> Iterator[Cite]:
    """Yield every citation in a declaration, at whatever attribute it stands."""
    if isinstance(node, Case):
        return iter(node.cites)  # it may state hundreds of facts, and cites nowhere else
    return (part for part in nodes(node) if isinstance(part, Cite))


def _unknown(cite: Cite, outline: Outline) -> Diagnostic:
    return UNKNOWN_STATEMENT.at(
        cite.span,
        f"大纲里没有陈述{cite.id}",
        help=offer(cite.id, (statement.id for statement in outline.statements), "对照大纲改正编号"),
    )


def _check_decidable(cite: Cite, outline: Outline, found: list[Diagnostic]) -> None:
    statement = outline.find(cite.id)
    if statement is not None and not statement.must_be_accounted_for:
        found.append(
            UNDECIDABLE_STATEMENT_CITED.at(
                cite.span,
                f"大纲说陈述{cite.id}不可判，这里却引用了它",
                help="去掉这处引用，或改正大纲中的可判性",
                labels=(Label(span=statement.span, message="大纲在这里"),),
            )
        )


def _both(statement: str, excused: Span, cited: Span) -> Diagnostic:
    return STATEMENT_BOTH.at(
        excused,
        f"陈述{statement}写了不适用，又被规则引用",
        help="从“不适用”中去掉它，或去掉规则上的引用",
        labels=(Label(span=cited, message="引用它的规则"),),
    )
