"""Another option of a 解读 makes clauses of the policy conflict that do not as it is taken.

For each option that is not taken it is asked whether a 性质 that holds as things stand fails, whether 例外 of opposite effect come to apply together
(RR0804), and whether measures, steps and duties come to wait for one another in a circle (RR0813). The household is shown of which it is so. Whoever
is minded to take the other option learns so what else would have to be changed; and where a text leaves both readings open, it is an argument for
the one that is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from relapse_rules.analysis.findings import exceptions_contradict, order_in_a_circle
from relapse_rules.analysis.findings.asking import Saying
from relapse_rules.analysis.findings.between import Found, Wish, search
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import readings_asked
from relapse_rules.analysis.proving.prove import prove
from relapse_rules.analysis.proving.verdicts import Doubt, Outcome, Verdict
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics.codes_findings import READING_CONFLICT
from relapse_rules.ir.program import ReadingEntry

_WORDS = {True: "是", False: "否", None: "未知"}


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what conflicts under another option, by 解读 and option in written order."""
    claims = _claims(desk)
    # Most 性质 hold either way: only those that fail under another option are proved as things stand as well.
    failing = {
        (reading.name, option): tuple(_failing(desk, reading.name, option, claims.get(reading.name, [])))
        for reading, option in _otherwise(desk)
    }
    named = list(dict.fromkeys(verdict.name for verdicts in failing.values() for verdict in verdicts))
    standing = prove(_only(desk.policy, named)) if named else ()
    holding = {verdict.name for verdict in standing if verdict.outcome is Outcome.PROVED}
    conflicts = tuple(_conflicts(desk))
    for reading, option in _otherwise(desk):
        for verdict in failing[reading.name, option]:
            if verdict.name in holding:
                yield _no_longer(desk, reading, option, verdict)
        yield from _conflicting(desk, reading, option, conflicts)


def _otherwise(desk: Desk) -> Iterator[tuple[ReadingEntry, str]]:
    """Yield each 解读 with each option that is not taken of it."""
    for reading in desk.program.readings:
        for option in reading.options:
            if option != reading.taken:
                yield reading, option


def _claims(desk: Desk) -> dict[str, list[str]]:
    """Return by 解读 the 性质 that depend on it."""
    found: dict[str, list[str]] = {}
    for claim in desk.program.claims:
        nodes = (*claim.nodes, *(() if claim.when is None else (claim.when,)))
        for reading in dict.fromkeys(name for node in nodes for name in readings_asked(desk.program, node)):
            found.setdefault(reading, []).append(claim.name)
    return found


def _failing(desk: Desk, reading: str, option: str, claims: list[str]) -> Iterator[Verdict]:
    """Yield what becomes of the 性质 that do not hold when a 解读 is taken otherwise, or of which that is not known."""
    if claims:
        for verdict in prove(taking(_only(desk.policy, claims), reading, option)):
            if verdict.outcome is not Outcome.PROVED:
                yield verdict


def _no_longer(desk: Desk, reading: ReadingEntry, option: str, verdict: Verdict) -> Finding:
    if verdict.outcome is Outcome.REFUTED:
        return _refuted(desk, reading, option, verdict)
    return desk.undecided(
        READING_CONFLICT,
        (reading.name, verdict.name),
        f"解读“{reading.name}”取“{option}”时，性质“{verdict.name}”还成不成立",
        needs_solver=verdict.doubt is Doubt.NO_SOLVER,
        cites=_cites(desk, reading, verdict.cites),
    )


def _refuted(desk: Desk, reading: ReadingEntry, option: str, verdict: Verdict) -> Finding:
    given = f"解读“{reading.name}”取“{option}”"
    says = tuple(
        (f"{said.subject}{'（改后）' if said.changed else ''}", _WORDS[said.outcome])
        for said in verdict.said
        if said.subject  # the condition of 至少一项 has no name
    )
    return desk.finding(
        READING_CONFLICT,
        (reading.name, verdict.name),
        f"{given}时，性质“{verdict.name}”不成立（取“{reading.taken}”时成立）",
        "要改取这种读法的，先想好这条性质还要不要；不改的，这是现在这样取的一个理由",
        ground=Ground.WITNESS,
        cites=_cites(desk, reading, verdict.cites),
        labels=((verdict.name, "这条性质不再成立"),),
        witness=None
        if verdict.witness is None
        else desk.telling.plain(f"{reading.name}取{option}", verdict.witness, says, (given,)),
    )


def _cites(desk: Desk, reading: ReadingEntry, others: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that a 解读 is about, and others."""
    own = next(each.cites for each in desk.policy.readings if each.name == reading.name)
    return tuple(dict.fromkeys((*own, *others)))


def _only(policy: TypedPolicy, claims: Collection[str]) -> TypedPolicy:
    """Return ``policy`` with these 性质 and no rules that they cannot speak of by name: what is listed has been worked into them."""
    wanted = tuple(each for each in policy.properties if each.name in claims)
    return replace(policy, properties=wanted, measures=(), tasks=(), procedures=())


def taking(policy: TypedPolicy, reading: str, option: str) -> TypedPolicy:
    """Return ``policy`` with a 解读 taken otherwise."""
    return replace(
        policy,
        readings=tuple(
            replace(each, taken=option) if each.name == reading else each for each in policy.readings
        ),
    )


# --- 例外 that contradict one another, and orders in a circle --------------------------------------


def _conflicts(desk: Desk) -> Iterator[tuple[str, tuple[str, ...], tuple[Wish, ...], tuple[str, ...]]]:
    """Yield what cannot happen as things stand: what it would be, the exceptions, what would have to hold, and the rules that say so."""
    for on, off, target in exceptions_contradict.opposed(desk):
        wishes = exceptions_contradict.wishes(desk, on, off)
        told = f"例外“{on}”和“{off}”会同时成立，一个使“{target}”适用，一个使它不适用"
        if _is_impossible(search(desk, wishes)):
            yield told, (on, off), wishes, (on, off)
    for circle in order_in_a_circle.circles(desk):
        wishes = order_in_a_circle.wishes(desk, circle)
        told = f"几件事会互相等待，谁也轮不到：{order_in_a_circle.told(circle)}"
        if _is_impossible(search(desk, wishes)):
            yield told, circle.exceptions, wishes, (*circle.exceptions, *circle.waiting, *circle.without)


def _is_impossible(found: Found | None) -> bool:
    return found is not None and found.search.is_impossible


def _conflicting(
    desk: Desk,
    reading: ReadingEntry,
    option: str,
    conflicts: tuple[tuple[str, tuple[str, ...], tuple[Wish, ...], tuple[str, ...]], ...],
) -> Iterator[Finding]:
    given = f"解读“{reading.name}”取“{option}”"
    for told, exceptions, wishes, rules in conflicts:
        if not any(reading.name in readings_asked(desk.program, wish.node) for wish in wishes):
            continue
        found = search(desk, wishes, (reading.name, option))
        assert found is not None, "the same wishes were searched before"
        cites = _cites(desk, reading, (cite for name in exceptions for cite in desk.by_name[name].cites))
        if not found.search.complete:
            question = f"{given}时，{told.replace('会', '会不会', 1)}"
            yield desk.undecided(
                READING_CONFLICT,
                (reading.name, *exceptions),
                question,
                needs_solver=found.search.needs_solver,
                cites=cites,
            )
        elif found.search.witness is not None:
            sayings = (Saying(name, place, name) for name, place in zip(rules, found.places, strict=True))
            yield desk.finding(
                READING_CONFLICT,
                (reading.name, *exceptions),
                f"{given}时，{told}",
                "要改取这种读法的，先改这些先后或例外；不改的，这是现在这样取的一个理由",
                ground=Ground.WITNESS,
                cites=cites,
                labels=tuple((name, "和这个例外冲突") for name in exceptions),
                witness=desk.telling.told(
                    f"{reading.name}取{option}", found.asking, found.search.witness, sayings, (given,)
                ),
            )
