"""An 例外 that never changes anything, because something else always does the same before it.

It switches a measure or task that is already so whenever it applies, or it orders what is ordered already: by 之后 itself, or by another 例外 that
applies whenever it does. An 例外 is reported when none of its effects ever changes anything; one that can never apply is RR0801.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from relapse_rules.analysis.findings.asking import Asking
from relapse_rules.analysis.findings.between import Wish, search
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import Sketch
from relapse_rules.analysis.proving.goals import Search, Wanted
from relapse_rules.check.policy import TypedException
from relapse_rules.diagnostics.codes_findings import EXCEPTION_MASKED
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower


class _Change(Enum):
    """Whether an effect changes anything."""

    NEVER = auto()
    SOMETIMES = auto()
    UNDECIDED = auto()


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the masked exceptions, in written order."""
    names = frozenset(exception.name for exception in desk.policy.exceptions)
    program = lower(desk.policy, apart=names)
    for exception in desk.policy.exceptions:
        applies = desk.asking.find((desk.by_name[exception.name].node, Wanted.YES))
        if applies.complete and applies.witness is None:
            continue
        changes, causes = _changes(desk, program, exception)
        if _Change.SOMETIMES in changes:
            continue
        if _Change.UNDECIDED in changes:
            question = f"例外“{exception.name}”改不改变什么"
            yield desk.undecided(EXCEPTION_MASKED, (exception.name,), question, exception.cites)
        else:
            yield _finding(desk, exception, causes)


def _finding(desk: Desk, exception: TypedException, causes: dict[str, str]) -> Finding:
    return desk.finding(
        EXCEPTION_MASKED,
        (exception.name,),
        f"例外“{exception.name}”从不改变什么：它成立时，它要的本来就已做到",
        "删去这个例外，或改正它的条件和效果",
        ground=Ground.PROVED,
        cites=exception.cites,
        labels=causes.items(),
    )


def _changes(desk: Desk, program: Program, exception: TypedException) -> tuple[set[_Change], dict[str, str]]:
    """Return what becomes of its effects; and what does the same before it, each with a word about how."""
    changes: set[_Change] = set()
    causes: dict[str, str] = {}
    for target in exception.switches:
        changes.add(_switches(desk, program, exception.name, target))
        for other in _instead(desk, exception, target):
            causes[other] = f"这个例外先做到了“{target}”的改变"
    for laters, earliers in exception.orders:
        for later in laters:
            for earlier in earliers:
                changes.add(_orders(desk, exception, later, earlier, causes))
    return changes, causes


def _switches(desk: Desk, program: Program, exception: str, target: str) -> _Change:
    """Search a household of which ``target`` is otherwise without the exception."""
    sketch = Sketch(program)
    own = program.named[exception]
    node = next(listing.node for listing in program.listings if listing.id == target)
    without = sketch.taking(node, {own: sketch.constant(program.nodes[own].domain, value=False)})
    drawn, place = sketch.drawn((node, without))
    asking = Asking(drawn, desk.vocabulary)
    searches = (
        asking.find((place[node], one), (place[without], other))
        for one, other in ((Wanted.YES, Wanted.NO), (Wanted.NO, Wanted.YES))
    )
    return _judged(searches)


def _judged(searches: Iterator[Search]) -> _Change:
    change = _Change.NEVER
    for found in searches:
        if found.witness is not None:
            return _Change.SOMETIMES
        if not found.complete:
            change = _Change.UNDECIDED
    return change


def _instead(desk: Desk, exception: TypedException, target: str) -> Iterator[str]:
    """Yield other exceptions that switch ``target`` whenever this one applies."""
    for other in desk.policy.exceptions:
        if (
            other.name != exception.name
            and target in other.switches
            and _always(desk, exception.name, other.name)
        ):
            yield other.name


def _orders(
    desk: Desk, exception: TypedException, later: str, earlier: str, causes: dict[str, str]
) -> _Change:
    """Return whether it matters that the exception puts ``later`` after ``earlier``."""
    listing = desk.by_name[later].listing
    assert listing is not None, "only what is listed has an order"
    if earlier in listing.after:
        causes[later] = f"本来就写着在“{earlier}”之后"
        return _Change.NEVER
    for other in desk.policy.exceptions:
        same = any(later in laters and earlier in earliers for laters, earliers in other.orders)
        if same and other.name != exception.name and _always(desk, exception.name, other.name):
            causes[other.name] = "这个例外先定了同样的先后"
            return _Change.NEVER
    return _Change.SOMETIMES


def _always(desk: Desk, one: str, other: str) -> bool:
    """Whether ``other`` is proved to apply whenever ``one`` does."""
    wishes = (Wish(desk.by_name[one].node, Wanted.YES), Wish(desk.by_name[other].node, Wanted.NO))
    found = search(desk, wishes)
    return found is not None and found.search.complete and found.search.witness is None
