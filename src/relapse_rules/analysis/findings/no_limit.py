"""A measure, step or duty without a time limit: it is never late.

What a unit may do (可以、鼓励) needs no limit, and a step has that of its 程序. A limit in words (及时、尽快) is a limit, though no one can count it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.diagnostics.codes_findings import NO_LIMIT
from relapse_rules.syntax.declarations import Force

_FREE: Final = frozenset({str(Force.MAY), str(Force.ENCOURAGED)})


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what has no limit, in written order."""
    limited = {each.name for each in desk.policy.procedures if each.limit is not None}
    for entry in desk.entries:
        listing = entry.listing
        if listing is None or listing.kind == "exception" or listing.force in _FREE:
            continue
        if listing.limit is None and listing.procedure not in limited:
            yield desk.finding(
                NO_LIMIT,
                (entry.name,),
                f"{entry.keyword}“{entry.name}”没有时限",
                "由县里定一个期限，写上“时限”",
                cites=entry.cites,
            )
