"""A declaration that can never be yes, or never be no.

Its outcome is then no outcome: what it gives nobody ever gets, or what it asks is never asked. Three causes are told apart. It may be so for
all households there can be. It may be so only because of how a 解读 is taken: then the finding says which other option would change
that (one 解读 at a time), and shows a household of which it would. And it may be so only as long as a 参数 is 待定.

A condition written as 是 or 否 is meant to be so. A chain of declarations each of which hangs on one that is never yes is reported link by link,
each with a word about the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from relapse_rules.analysis.findings import between
from relapse_rules.analysis.findings.asking import Answer, Asking, Saying
from relapse_rules.analysis.findings.between import Wish
from relapse_rules.analysis.findings.desk import Desk, Entry
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import readings_asked
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.analysis.proving.values import LAST_DAY
from relapse_rules.diagnostics.codes_findings import NEVER_NO, NEVER_YES
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import DatedSetting, Program

_CODES = {Wanted.YES: NEVER_YES, Wanted.NO: NEVER_NO}
_WORDS = {Wanted.YES: "是", Wanted.NO: "否"}


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the declarations that are never yes and those that are never no, in written order."""
    for wanted in (Wanted.YES, Wanted.NO):
        never: dict[str, int] = {}
        seen = _seen(desk, wanted)
        for entry in desk.entries:
            if entry.literal or entry.node in seen:
                continue
            search = desk.asking.find((entry.node, wanted))
            if search.witness is not None and not search.witness.settings:
                desk.know(search.witness.case)
                continue
            found = _finding(desk, entry, wanted, search, never)
            if found is not None:
                never[entry.name] = entry.node
                yield found


def _seen(desk: Desk, wanted: Wanted) -> set[int]:
    """Return the nodes that are as wanted for some element of some household that is known."""
    return {
        entry.node
        for entry in desk.entries
        for rails in desk.known
        if (rails.first if wanted is Wanted.YES else rails.second)[entry.node]
    }


def _finding(
    desk: Desk, entry: Entry, wanted: Wanted, search: Answer, never: dict[str, int]
) -> Finding | None:
    code, word = _CODES[wanted], _WORDS[wanted]
    name = f"{entry.keyword}“{entry.name}”"
    if not search.complete:
        return desk.undecided(
            code,
            (entry.name,),
            f"{name}能不能是“{word}”",
            needs_solver=search.needs_solver,
            cites=entry.cites,
        )
    if search.witness is not None:
        return _while_unset(desk, entry, wanted, search)
    cone = leading_to(desk.program, [entry.node])
    labels = [(other, f"这里也不会是“{word}”") for other, node in never.items() if node in cone]
    otherwise = _by_reading(desk, entry, wanted, search)
    if otherwise is not None:
        return replace(otherwise, labels=tuple(desk.labels(labels)))
    return desk.finding(
        code,
        (entry.name,),
        f"{name}永远不会是“{word}”",
        "改正条件；本来就该这样的，写明豁免的理由",
        ground=Ground.PROVED,
        cites=entry.cites,
        labels=labels,
        search=search,
    )


def _by_reading(desk: Desk, entry: Entry, wanted: Wanted, standing: Answer) -> Finding | None:
    """Return the finding that another option of a 解读 would make possible what is not as things stand; None when none would."""
    word = _WORDS[wanted]
    for reading in readings_asked(desk.program, entry.node):
        spec = next(each for each in desk.program.readings if each.name == reading)
        for option in spec.options:
            if option == spec.taken:
                continue
            found = between.search(desk, (Wish(entry.node, wanted),), (reading, option))
            if found is None or found.search.witness is None:
                continue
            given = f"解读“{reading}”取“{option}”"
            return desk.finding(
                _CODES[wanted],
                (entry.name,),
                f"{entry.keyword}“{entry.name}”照现在的读法永远不会是“{word}”：解读“{reading}”取“{spec.taken}”",
                f"取“{option}”时会是“{word}”；确定按现在的读法的，写明豁免的理由",
                ground=Ground.PROVED,
                cites=entry.cites,
                search=standing,
                witness=desk.telling.told(
                    f"{entry.name}为{word}",
                    found.asking,
                    found.search.witness,
                    (Saying(entry.name, found.places[0], entry.name),),
                    (given,),
                ),
            )
    return None


def _while_unset(desk: Desk, entry: Entry, wanted: Wanted, search: Answer) -> Finding | None:
    """Return the finding that it cannot be while 参数 are 待定; None when it can be all the same."""
    unset = Asking(_never_set(desk.program), desk.vocabulary)
    without = unset.find((entry.node, wanted))
    if without.witness is not None:
        desk.know(without.witness.case)
        return None
    word = _WORDS[wanted]
    if not without.complete:
        return desk.undecided(
            _CODES[wanted],
            (entry.name,),
            f"{entry.keyword}“{entry.name}”在参数待定期间能不能是“{word}”",
            needs_solver=without.needs_solver,
            cites=entry.cites,
        )
    assert search.witness is not None, "asked only of what some values make possible"
    names = "、".join(f"“{name}”" for name in sorted(search.witness.settings))
    return desk.finding(
        _CODES[wanted],
        (entry.name,),
        f"{entry.keyword}“{entry.name}”在参数{names}待定期间永远不会是“{word}”",
        "在县里的补充文件里用“设定”填写这个参数",
        ground=Ground.PROVED,
        cites=entry.cites,
        search=without,
        witness=desk.shown(
            f"{entry.name}为{word}", search.witness, (Saying(entry.name, entry.node, entry.name),)
        ),
    )


def _never_set(program: Program) -> Program:
    """Return ``program`` with 参数 that the county has not set left without a value, where the prover would try any."""
    late = DatedSetting(since=LAST_DAY + 1, value=0, text=None, source="", origin="")
    return replace(
        program,
        parameters=tuple(
            replace(each, values=(late,)) if all(dated.value is None for dated in each.values) else each
            for each in program.parameters
        ),
    )
