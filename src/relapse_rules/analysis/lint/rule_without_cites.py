"""RR0915 rule-without-cites: a 措施, 职责, 程序 or 例外 of a policy with an outline that cites no statement at all.

What officers do to a household has to rest on the plan, and a decision shows on what. There is no fix.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.check.written import nodes
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import RULE_WITHOUT_CITES
from relapse_rules.syntax.declarations import Duty, ExceptionRule, Measure, Procedure
from relapse_rules.syntax.declared import Cite


def rule_without_cites(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each rule without 依据, in itself, its units, its time limit or its steps."""
    for declared in desk.own if desk.has_outline else ():
        if isinstance(declared, Measure | Duty | Procedure | ExceptionRule) and not any(
            isinstance(node, Cite) for node in nodes(declared)
        ):
            yield RULE_WITHOUT_CITES.at(
                declared.name.span,
                f"“{declared.name.text}”没有写依据",
                help="写上“依据”和方案语句的编号",
            )
