"""Two 例外 that apply to one household, of which one makes a measure or task apply and the other makes it not apply.

不适用 has the last word, whatever the order of writing (`check.outcomes`); but an officer who reads only the one will take it for the other. The
household is shown. Two 例外 that never apply together are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.asking import Saying
from relapse_rules.analysis.findings.between import Found, Wish, search
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.switches import switches
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.diagnostics.codes_findings import EXCEPTIONS_CONTRADICT


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the pairs that contradict each other, by the measure or task that they switch."""
    for on, off, target in opposed(desk):
        found = search(desk, wishes(desk, on, off))
        if found is None:
            continue
        if not found.search.complete:
            question = f"例外“{on}”和“{off}”会不会同时成立"
            yield desk.undecided(
                EXCEPTIONS_CONTRADICT, (on, off), question, needs_solver=found.search.needs_solver
            )
        elif found.search.witness is not None:
            yield _finding(desk, on, off, target, found)


def opposed(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Yield the 例外 that switch something on, those that switch it off, and what it is."""
    known = tuple(switches(desk.policy))
    for one in known:
        for other in known:
            if one.on and not other.on and one.target == other.target:
                yield one.exception, other.exception, one.target


def wishes(desk: Desk, on: str, off: str) -> tuple[Wish, ...]:
    """Return that both apply."""
    return tuple(Wish(desk.by_name[name].node, Wanted.YES) for name in (on, off))


def _finding(desk: Desk, on: str, off: str, target: str, found: Found) -> Finding:
    assert found.search.witness is not None
    sayings = [Saying(name, place, name) for name, place in zip((on, off), found.places, strict=True)]
    return desk.finding(
        EXCEPTIONS_CONTRADICT,
        (on, off),
        f"例外“{on}”使“{target}”适用，“{off}”使它不适用，而两个例外会同时成立",
        "给其中一个加上条件，使两个不会同时成立；现在以“不适用”为准",
        ground=Ground.WITNESS,
        cites=tuple(dict.fromkeys((*desk.by_name[on].cites, *desk.by_name[off].cites))),
        labels=((off, f"这里使“{target}”不适用"),),
        witness=desk.telling.told(f"{on}与{off}同时成立", found.asking, found.search.witness, sayings),
    )
