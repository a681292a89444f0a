"""When papers were made up after relief (5.3-03, 5.3-04): the plan's ticks carry no time, the event 登记签章 does.

This is the one place that ties a step to duties by its name: the policy's 完成 only asks for the ticks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from relapse_rules.compliance.columns import MISSING, Coded, Numbers
from relapse_rules.compliance.county import EVENTS, County
from relapse_rules.compliance.intake import HOUSEHOLD
from relapse_rules.compliance.signals import TIMELESS, Amount, Signal, next_event
from relapse_rules.values.relations import Relation

REGISTERED: Final = "登记签章"


def dated_by_events(
    domain: str, done: Signal | None, denied: Signal | None, start: Amount, county: County, as_of: int
) -> Signal | None:
    """Return ``done`` with the moment of the household's first 登记签章 at or after ``start`` where it has none.

    Such an event also shows what no tick says; a tick that says no (``denied``) stands against it.
    """
    events, own = county.links.get(Relation(EVENTS, HOUSEHOLD)), county.links.get(Relation(domain, HOUSEHOLD))
    step, at = county.columns.get("procedure_event.step"), county.columns.get("procedure_event.at")
    if events is None or own is None or not isinstance(step, Coded) or not isinstance(at, Numbers):
        return done
    if REGISTERED not in step.values:
        return done
    rows = np.flatnonzero(
        (step.codes == step.values.index(REGISTERED)) & at.known & (at.values <= as_of) & (events != MISSING)
    )
    rows = rows[np.lexsort((at.values[rows], events[rows]))]
    shown = next_event(rows, events, at.values, own, start)
    if done is None:
        return replace(shown, no=~shown.yes)
    agreed = shown.yes if denied is None else shown.yes & ~denied.no
    undated = agreed & ~(done.yes & (done.since != TIMELESS))
    yes = done.yes | agreed
    return Signal(
        yes=yes,
        no=done.no & ~yes,
        since=np.where(undated, shown.since, done.since),
        witness=np.where(undated, shown.witness, done.witness),
    )
