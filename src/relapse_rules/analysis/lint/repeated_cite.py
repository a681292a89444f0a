"""RR0906 repeated-cite: the same statement twice after one 依据.

The second says nothing; often another number was meant. The fix takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.check.written import nodes
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import REPEATED_CITE
from relapse_rules.syntax.declared import Cite


def repeated_cite(desk: Desk) -> Iterator[Diagnostic]:
    """Yield each citation that the same 依据 has further in front, too."""
    for declared in desk.own:
        for node in nodes(declared):
            cites: tuple[Cite, ...] = getattr(node, "cites", ())
            for place, cite in enumerate(cites):
                first = next(each for each in cites if each == cite)
                if first is cite:
                    continue
                places = desk.places(cite)
                before = cites[place - 1].span.end
                between = places.plain[before : cite.span.start].strip()
                yield REPEATED_CITE.at(
                    cite.span,
                    f"依据 {cite.id} 前面已经写过",
                    help="删去；本来是别的条目的，改正编号",
                    labels=(Label(span=first.span, message="第一处"),),
                    fix=places.replacing(before, cite.span.end, "") if between in {"、", ","} else None,
                )
