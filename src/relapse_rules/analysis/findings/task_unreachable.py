"""A measure, step or duty whose turn never comes: what it comes after (之后) can never be seen to be done.

Either that other one has no 完成, so that no record ever says that it is done; or it is proved that it is never done, nor ever without application, where
this one applies. What never applies at all is RR0801.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.asking import together
from relapse_rules.analysis.findings.between import Wish, search
from relapse_rules.analysis.findings.desk import Desk, Entry
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.diagnostics.codes_findings import TASK_UNREACHABLE


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what waits in vain, in written order."""
    for entry in desk.entries:
        if entry.listing is None:
            continue
        for name in entry.listing.after:
            found = _waits(desk, entry, desk.by_name[name])
            if found is not None:
                yield found


def _waits(desk: Desk, entry: Entry, first: Entry) -> Finding | None:
    assert first.listing is not None, "only what is listed comes before"
    rules, cites = (entry.name, first.name), tuple(dict.fromkeys((*entry.cites, *first.cites)))
    done = first.listing.done
    if done is None:
        return desk.finding(
            TASK_UNREACHABLE,
            rules,
            f"{entry.keyword}“{entry.name}”在“{first.name}”之后，而“{first.name}”没有写“完成”，看不出什么时候轮到",
            f"给“{first.name}”写上“完成”，或去掉这个“之后”",
            cites=cites,
            labels=((first.name, "这里没有写“完成”"),),
        )
    wishes = (Wish(done, Wanted.YES), Wish(first.node, Wanted.NO))
    found = [search(desk, (Wish(entry.node, Wanted.YES), wish)) for wish in wishes]
    answer = together(each.search for each in found if each is not None)
    if None in found or answer.witness is not None:
        return None
    if not answer.complete:
        return desk.undecided(
            TASK_UNREACHABLE,
            rules,
            f"轮不轮得到“{entry.name}”",
            needs_solver=answer.needs_solver,
            cites=cites,
        )
    applies = desk.asking.find((entry.node, Wanted.YES))
    if applies.is_impossible:
        return None
    return desk.finding(
        TASK_UNREACHABLE,
        rules,
        f"{entry.keyword}“{entry.name}”永远轮不到：它在“{first.name}”之后，而该办它的时候“{first.name}”从来办不完",
        f"改正“{first.name}”的“完成”，或去掉这个“之后”",
        ground=Ground.PROVED,
        cites=cites,
        labels=((first.name, "这里办不完"),),
        search=answer,
    )
