"""RR0912 only-another-name: a 定义 that says nothing but the name of another one.

Two names for one thing make a reader look for the difference. Use the other name. Where the plan itself uses both words, and the 定义 cites
its statement, it is not reported. There is no fix, since others may use the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import ONLY_ANOTHER_NAME
from relapse_rules.syntax.declarations import Definition, ExceptionRule, Judgement
from relapse_rules.syntax.tree import Path


def only_another_name(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each 定义 without 依据 whose condition is a 定义, 裁量 or 例外 of the same entity."""
    entities = {
        declared.name.text: declared.entity.text
        for declared in desk.declarations
        if isinstance(declared, Definition | Judgement | ExceptionRule)
    }
    for declared in desk.named(Definition):
        condition = declared.condition
        if declared.cites or declared.derives or not isinstance(condition, Path) or len(condition.parts) > 1:
            continue
        if entities.get(condition.text) == declared.entity.text:
            yield ONLY_ANOTHER_NAME.at(
                condition.span,
                f"“{declared.name.text}”只是“{condition.text}”的另一个名称",
                help=f"用“{condition.text}”，删去这个定义；方案自己这样说的，写上“依据”",
            )
