"""A rule that adds nothing to another: it applies only where the other does (subsumed), or exactly where it does (duplicated).

Measures are compared with measures, steps and duties with their like, and only where a unit could not tell them apart: the same units, category
and recipient, and the same way of being done. Whoever does the other has then done this one too. 定义 and 裁量 of one entity are compared as
well, but only whether they are duplicated: one that is narrower than another is what a 定义 is for. Rules that are alike only because of how a
解读 is taken are no finding: they are there for the other option.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from relapse_rules.analysis.findings import between
from relapse_rules.analysis.findings.asking import Answer, together
from relapse_rules.analysis.findings.between import Wish
from relapse_rules.analysis.findings.desk import Desk, Entry
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import readings_asked
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.diagnostics.codes_findings import RULE_DUPLICATED, RULE_SUBSUMED

_SEEN = Answer(complete=False)
"""A household that is known tells two rules apart: nothing was searched."""


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what adds nothing to another rule, in written order."""
    for one, other in combinations(desk.entries, 2):
        if _alike(one, other):
            found = _compared(desk, one, other)
            if found is not None:
                yield found


def _alike(one: Entry, other: Entry) -> bool:
    """Whether nothing but when they apply could tell two rules apart."""
    if one.domain != other.domain or one.literal or other.literal:
        return False
    left, right = one.listing, other.listing
    if left is None or right is None:
        return left is right
    if left.kind != right.kind or left.kind == "exception":
        return False
    return (left.units, left.category, left.recipient, left.done, left.procedure) == (
        right.units,
        right.category,
        right.recipient,
        right.done,
        right.procedure,
    ) and left.done is not None


def _compared(desk: Desk, one: Entry, other: Entry) -> Finding | None:
    is_listed = one.listing is not None
    if not is_listed and (_is_seen(desk, one, other) or _is_seen(desk, other, one)):
        return None
    forward = _within(desk, one, other)
    if not is_listed and not _may_be_so(forward):
        return None
    backward = _within(desk, other, one)
    if _may_be_so(forward) and _may_be_so(backward):
        is_so = (
            _goes_both_ways(desk, one) and not _differs(desk, one, other) and not _differs(desk, other, one)
        )
        return _duplicated(desk, one, other, together((forward, backward))) if is_so else None
    if is_listed:
        for narrow, wide, answer in ((one, other, forward), (other, one, backward)):
            if _may_be_so(answer) and _goes_both_ways(desk, narrow) and not _differs(desk, narrow, wide):
                return _subsumed(desk, narrow, wide, answer)
    return None


def _goes_both_ways(desk: Desk, entry: Entry) -> bool:
    """Whether a rule is yes for some household and no for some; what never is, is RR0801 or RR0802."""
    return not any(desk.asking.find((entry.node, wanted)).is_impossible for wanted in (Wanted.YES, Wanted.NO))


def _differs(desk: Desk, narrow: Entry, wide: Entry) -> bool:
    """Whether under another option of some 解读 ``narrow`` would apply where ``wide`` does not: then the reading makes them alike."""
    asked = dict.fromkeys(
        (*readings_asked(desk.program, narrow.node), *readings_asked(desk.program, wide.node))
    )
    for entry in desk.program.readings:
        if entry.name not in asked:
            continue
        for option in entry.options:
            wishes = (Wish(narrow.node, Wanted.YES), Wish(wide.node, Wanted.NO))
            found = between.search(desk, wishes, (entry.name, option)) if option != entry.taken else None
            if found is not None and found.search.witness is not None:
                return True
    return False


def _within(desk: Desk, one: Entry, other: Entry) -> Answer:
    """Search an element of which ``one`` is yes and ``other`` no."""
    if _is_seen(desk, one, other):
        return _SEEN
    found = desk.asking.find((one.node, Wanted.YES), (other.node, Wanted.NO))
    if found.witness is not None and not found.witness.settings:
        desk.know(found.witness.case)
    return found


def _is_seen(desk: Desk, one: Entry, other: Entry) -> bool:
    """Whether ``one`` is yes and ``other`` no for some element of a household that is known."""
    for rails in desk.known:
        yes = rails.first[one.node]
        assert isinstance(yes, int), "a rule is a condition"
        if yes & rails.second[other.node]:
            return True
    return False


def _may_be_so(answer: Answer) -> bool:
    """Whether no element was found that tells the rules apart: there is none, or that is not known."""
    return answer is not _SEEN and answer.witness is None


def _duplicated(desk: Desk, one: Entry, other: Entry, answer: Answer) -> Finding:
    cites = tuple(dict.fromkeys((*other.cites, *one.cites)))
    if not answer.complete:
        question = f"{other.keyword}“{other.name}”和“{one.name}”是不是对任何一户都一样"
        return desk.undecided(
            RULE_DUPLICATED, (other.name, one.name), question, needs_solver=answer.needs_solver, cites=cites
        )
    return desk.finding(
        RULE_DUPLICATED,
        (other.name, one.name),
        f"{other.keyword}“{other.name}”和“{one.name}”对任何一户都一样",
        "并成一条；原文确是两句的，写明豁免的理由",
        ground=Ground.PROVED,
        cites=cites,
        labels=((one.name, "和这一条一样"),),
        search=answer,
    )


def _subsumed(desk: Desk, narrow: Entry, wide: Entry, answer: Answer) -> Finding:
    cites = tuple(dict.fromkeys((*narrow.cites, *wide.cites)))
    if not answer.complete:
        question = f"{narrow.keyword}“{narrow.name}”适用的，“{wide.name}”是不是都适用"
        return desk.undecided(
            RULE_SUBSUMED, (narrow.name, wide.name), question, needs_solver=answer.needs_solver, cites=cites
        )
    return desk.finding(
        RULE_SUBSUMED,
        (narrow.name, wide.name),
        f"{narrow.keyword}“{narrow.name}”适用的，“{wide.name}”都适用，单位、类别和完成的标志也一样",
        "删去它，或写明它另外要求什么；原文确是两句的，写明豁免的理由",
        ground=Ground.PROVED,
        cites=cites,
        labels=((wide.name, "这一条已经管到"),),
        search=answer,
    )
