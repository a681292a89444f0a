"""A 定义, 裁量 or 指标 whose outcome changes nothing: no measure, step, duty, 例外, 资格 or 适用范围 is otherwise because of it.

How the policy is built is looked at first: what leads nowhere cannot matter. For what does lead somewhere a household is sought of which something
that a decision lists is yes when the declaration is taken to be yes for everything that it speaks of, and no when it is taken to be no, or the
other way round. Where there is none, something else always settles the matter before it.

A 指标 matters as well when it derives a field or is a 参考指标 of a 裁量: people look at it.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.asking import Answer, Asking, together
from relapse_rules.analysis.findings.desk import Desk, Entry
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import Sketch
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.check.policy import TypedIndicator
from relapse_rules.diagnostics.codes_findings import NEVER_MATTERS
from relapse_rules.ir.order import leading_to
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.syntax.declarations import Judgement

_FIRST = 3
"""Targets tried at first: nearly everything matters to one of those that depend on the least."""


def find(desk: Desk) -> Iterator[Finding]:
    """Yield what never matters, in written order."""
    computed = [entry for entry in desk.entries if entry.listing is None]
    program = lower(desk.policy, apart=frozenset(entry.name for entry in computed))
    cones = {node: leading_to(program, [node]) for node in _targets(program)}
    for entry in computed:
        if entry.name in {program.eligibility, program.scope}:
            continue
        own = program.named[entry.name]
        reached = sorted(
            (node for node, cone in cones.items() if own in cone), key=lambda node: len(cones[node])
        )
        if not reached:
            if not any(own in leading_to(program, [start]) for start in _starts(program)):
                yield _leads_nowhere(desk, entry.name, entry.keyword, entry.cites)
            continue
        found = _settled(desk, program, own, reached, entry)
        if found is not None:
            yield found
    yield from _numbers(desk, program)


def _targets(program: Program) -> tuple[int, ...]:
    """Return the conditions that a decision acts on, each once."""
    found: dict[int, None] = {}
    for listing in program.listings:
        found[listing.node] = None
        if listing.done is not None:
            found[listing.done] = None
    for concluded in program.conclusions:
        if concluded.id in {program.eligibility, program.scope}:
            found[concluded.node] = None
    return tuple(found)


def _starts(program: Program) -> Iterator[int]:
    """Yield the moments from which time limits run."""
    for listing in program.listings:
        if listing.limit is not None and listing.limit.start is not None:
            yield listing.limit.start


def _leads_nowhere(desk: Desk, name: str, keyword: str, cites: tuple[str, ...]) -> Finding:
    return desk.finding(
        NEVER_MATTERS,
        (name,),
        f"{keyword}“{name}”改变不了任何措施、步骤、职责、例外或资格：没有规则用到它的结果",
        "在该用的地方用上它，或者删去；只供查看的，写明豁免的理由",
        cites=cites,
    )


def _settled(desk: Desk, program: Program, own: int, reached: list[int], entry: Entry) -> Finding | None:
    """Return the finding that nothing is ever otherwise because of ``own``, None when something is."""
    answer = together(
        answer
        for targets in (reached[:_FIRST], reached[_FIRST:])
        for answer in _searches(desk, program, own, targets)
    )
    if answer.witness is not None:
        return None
    name = f"{entry.keyword}“{entry.name}”"
    if not answer.complete:
        return desk.undecided(
            NEVER_MATTERS,
            (entry.name,),
            f"{name}改不改变结果",
            needs_solver=answer.needs_solver,
            cites=entry.cites,
        )
    return desk.finding(
        NEVER_MATTERS,
        (entry.name,),
        f"{name}改变不了任何措施、步骤、职责、例外或资格：不论它是“是”是“否”，结果都一样",
        "看别的条件是不是已经把它盖住；多余的删去，本来就该这样的写明豁免的理由",
        ground=Ground.PROVED,
        cites=entry.cites,
        search=answer,
    )


def _searches(desk: Desk, program: Program, own: int, targets: list[int]) -> Iterator[Answer]:
    """Yield how the searches end for a household of which a target is otherwise when ``own`` is."""
    if not targets:
        return
    sketch = Sketch(program)
    domain = program.nodes[own].domain
    pairs = [
        tuple(sketch.taking(node, {own: sketch.constant(domain, value=value)}) for value in (True, False))
        for node in targets
    ]
    drawn, place = sketch.drawn(node for pair in pairs for node in pair)
    asking = Asking(drawn, desk.vocabulary)
    for when_yes, when_no in pairs:
        yield asking.find((place[when_yes], Wanted.YES), (place[when_no], Wanted.NO))
        yield asking.find((place[when_yes], Wanted.NO), (place[when_no], Wanted.YES))


# --- 指标 -----------------------------------------------------------------------------------------


def _numbers(desk: Desk, program: Program) -> Iterator[Finding]:
    idle = [each for each in desk.policy.indicators if each.derives is None and not _is_used(program, each)]
    if idle:
        looked_at = _looked_at(desk)
        for each in idle:
            if each.name not in looked_at:
                yield _leads_nowhere(desk, each.name, "指标", each.cites)


def _is_used(program: Program, indicator: TypedIndicator) -> bool:
    own = program.named[indicator.name]
    return own in leading_to(program, [*_targets(program), *_starts(program)])


def _looked_at(desk: Desk) -> set[str]:
    """Return the names under 参考指标."""
    return {
        path.parts[-1].text
        for judged in desk.policy.judgements
        if isinstance(declared := desk.texts.declaration(judged.name), Judgement)
        for path in declared.indicators
    }
