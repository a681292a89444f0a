"""An 例外 that never changes anything, because something else always does the same before it.

It switches a measure or task that is already so whenever it applies, or it orders what is ordered already: by 之后 itself, or by another 例外 that
applies whenever it does. An 例外 is reported when none of its effects ever changes anything; one that can never apply is RR0801.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.asking import Answer, Asking, together
from relapse_rules.analysis.findings.between import Wish, search
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import Sketch
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.check.policy import TypedException
from relapse_rules.diagnostics.codes_findings import EXCEPTION_MASKED
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the masked exceptions, in written order."""
    names = frozenset(exception.name for exception in desk.policy.exceptions)
    program = lower(desk.policy, apart=names)
    for exception in desk.policy.exceptions:
        if desk.asking.find((desk.by_name[exception.name].node, Wanted.YES)).is_impossible:
            continue
        causes: dict[str, str] = {}
        answers = list(_changes(desk, program, exception, causes))
        if any(answer is None or answer.witness is not None for answer in answers):
            continue
        answer = together(each for each in answers if each is not None)
        if answer.complete:
            yield _finding(desk, exception, causes, answer)
        else:
            question = f"例外“{exception.name}”改不改变什么"
            yield desk.undecided(
                EXCEPTION_MASKED,
                (exception.name,),
                question,
                needs_solver=answer.needs_solver,
                cites=exception.cites,
            )


def _finding(desk: Desk, exception: TypedException, causes: dict[str, str], answer: Answer) -> Finding:
    return desk.finding(
        EXCEPTION_MASKED,
        (exception.name,),
        f"例外“{exception.name}”从不改变什么：它成立时，它要的本来就已做到",
        "删去这个例外，或改正它的条件和效果",
        ground=Ground.PROVED,
        cites=exception.cites,
        labels=causes.items(),
        search=answer,
    )


def _changes(
    desk: Desk, program: Program, exception: TypedException, causes: dict[str, str]
) -> Iterator[Answer | None]:
    """Yield how the search ends for a household of which each effect changes something; None where it does for certain.

    ``causes`` is given what does the same before it, each with a word about how.
    """
    for target in exception.switches:
        yield _switches(desk, program, exception.name, target)
        for other in _instead(desk, exception, target):
            causes[other] = f"这个例外先做到了“{target}”的改变"
    for laters, earliers in exception.orders:
        for later in laters:
            for earlier in earliers:
                yield _orders(desk, exception, later, earlier, causes)


def _switches(desk: Desk, program: Program, exception: str, target: str) -> Answer:
    """Search a household of which ``target`` is otherwise without the exception."""
    sketch = Sketch(program)
    own = program.named[exception]
    node = next(listing.node for listing in program.listings if listing.id == target)
    without = sketch.taking(node, {own: sketch.constant(program.nodes[own].domain, value=False)})
    drawn, place = sketch.drawn((node, without))
    asking = Asking(drawn, desk.vocabulary)
    return together(
        asking.find((place[node], one), (place[without], other))
        for one, other in ((Wanted.YES, Wanted.NO), (Wanted.NO, Wanted.YES))
    )


def _instead(desk: Desk, exception: TypedException, target: str) -> Iterator[str]:
    """Yield other exceptions that switch ``target`` whenever this one applies."""
    for other in desk.policy.exceptions:
        if other.name != exception.name and target in other.switches:
            answer = _without(desk, exception.name, other.name)
            if answer is not None and answer.is_impossible:
                yield other.name


def _orders(
    desk: Desk, exception: TypedException, later: str, earlier: str, causes: dict[str, str]
) -> Answer | None:
    """Return that something else puts ``later`` after ``earlier`` already; None when nothing does."""
    listing = desk.by_name[later].listing
    assert listing is not None, "only what is listed has an order"
    if earlier in listing.after:
        causes[later] = f"本来就写着在“{earlier}”之后"
        return Answer()
    for other in desk.policy.exceptions:
        same = any(later in laters and earlier in earliers for laters, earliers in other.orders)
        answer = _without(desk, exception.name, other.name) if same and other.name != exception.name else None
        if answer is not None and answer.witness is None:
            causes[other.name] = "这个例外先定了同样的先后"
            return answer
    return None


def _without(desk: Desk, one: str, other: str) -> Answer | None:
    """Search a household to which ``one`` applies and ``other`` does not; None when nothing sees both."""
    wishes = (Wish(desk.by_name[one].node, Wanted.YES), Wish(desk.by_name[other].node, Wanted.NO))
    found = search(desk, wishes)
    return None if found is None else found.search
