"""A household that has the 资格 of the policy and that no measure reaches: each measure is proved not to apply.

Measures for what a household has (a member, a house, a loan) reach it when they apply to any of these; measures for the county do not count. For a
policy without 资格 the question has no answer, and nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.findings.asking import Asking, Saying
from relapse_rules.analysis.findings.desk import Desk
from relapse_rules.analysis.findings.model import Finding, Ground
from relapse_rules.analysis.findings.sketch import Sketch
from relapse_rules.analysis.proving.goals import Wanted
from relapse_rules.check.reach import way_up
from relapse_rules.diagnostics.codes_findings import HOUSEHOLD_NOT_REACHED
from relapse_rules.ir import nodes


def find(desk: Desk) -> Iterator[Finding]:
    """Yield the smallest household that no measure reaches, if there is one."""
    eligible = desk.policy.eligibility
    if eligible is None or not desk.policy.measures:
        return
    entry = desk.by_name[eligible]
    sketch = Sketch(desk.program)
    reaching = {
        measure.name: node
        for measure in desk.policy.measures
        if (node := _reaches(desk, sketch, measure.name, entry.domain)) is not None
    }
    program, place = sketch.drawn((entry.node, *reaching.values()))
    asking = Asking(program, desk.vocabulary)
    wished = {place[node]: Wanted.NO for node in reaching.values()}
    found = asking.find((place[entry.node], Wanted.YES), *wished.items())
    if not found.complete:
        question = f"有没有“{eligible}”而没有一项措施管到的农户"
        yield desk.undecided(
            HOUSEHOLD_NOT_REACHED, (eligible,), question, needs_solver=found.needs_solver, cites=entry.cites
        )
    elif found.witness is not None:
        sayings = (
            Saying(eligible, place[entry.node], eligible),
            *(Saying(name, place[node], _named(desk, name, entry.domain)) for name, node in reaching.items()),
        )
        yield desk.finding(
            HOUSEHOLD_NOT_REACHED,
            (eligible,),
            f"有的农户“{eligible}”，而 {len(reaching)} 项措施没有一项管得到",
            "放宽某项措施的条件，或收紧资格；本来就该这样的，写明豁免的理由",
            ground=Ground.WITNESS,
            cites=entry.cites,
            witness=desk.telling.told(f"没有措施管到的{eligible}", asking, found.witness, sayings),
        )


def _reaches(desk: Desk, sketch: Sketch, measure: str, domain: str) -> int | None:
    """Return whether a measure applies to a household or anything that it has; None when it is not about households."""
    entry = desk.by_name[measure]
    way = way_up(desk.vocabulary, entry.domain, domain)
    if way is None:
        return entry.node if entry.domain == domain else None
    node = entry.node
    for relation in way:
        node = sketch.add(nodes.Exists(domain=relation.parent, relation=relation, condition=node))
    return node


def _named(desk: Desk, measure: str, domain: str) -> str | None:
    """Return the measure where a 用例 can say of the household itself what it comes to."""
    return measure if desk.by_name[measure].domain == domain else None
