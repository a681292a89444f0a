"""A measure, step or duty for which no unit is responsible: whoever reads it may take it for another's."""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.diagnostics.codes_findings import NO_OWNER


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what has no unit, in written order."""
    for entry in desk.entries:
        if entry.listing is not None and entry.listing.kind != "exception" and not entry.listing.units:
            yield desk.finding(
                NO_OWNER,
                (entry.name,),
                f"{entry.keyword}“{entry.name}”没有责任单位",
                "由县里明确由谁办，写上“责任单位”",
                cites=entry.cites,
            )
