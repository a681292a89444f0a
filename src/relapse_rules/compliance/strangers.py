"""Rows about what no list of the county has: an event for an unknown household, an alert about an unknown disaster. Told, never dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from relapse_rules.compliance.columns import MISSING
from relapse_rules.compliance.county import ALERTS, DISASTERS, EVENTS, County
from relapse_rules.compliance.intake import HOUSEHOLD, Records
from relapse_rules.values.relations import Relation

_WORDS: Final = {EVENTS: "程序事件", ALERTS: "部门预警", "assistance": "帮扶记录", "impact": "受灾影响"}


def strangers(county: County, records: Mapping[str, Records]) -> Iterator[str]:
    """Yield a note for each table with rows about households or disasters that the lists given do not have."""
    if HOUSEHOLD in records:
        known = records[HOUSEHOLD].count  # the lanes of the list come first
        for entity in (EVENTS, "assistance", "impact"):
            link = county.links.get(Relation(entity, HOUSEHOLD))
            if link is None:
                continue
            others = np.unique(link[link >= known])
            many = int(np.count_nonzero(county.is_household[others]))
            if many:
                yield f"{_WORDS[entity]}：{many} 户不在农户表里，请核对户编号"
    alerts = county.links.get(Relation(ALERTS, DISASTERS, "event_id"))
    if alerts is not None and (many := int(np.count_nonzero(alerts == MISSING))):
        yield f"{_WORDS[ALERTS]}：{many} 条没有填灾害事件编号，没有算到任何一起灾害"
    if DISASTERS in records:
        known = records[DISASTERS].count
        for entity in (ALERTS, "impact"):
            link = county.links.get(Relation(entity, DISASTERS, "event_id"))
            if link is not None and (many := len(np.unique(link[(link != MISSING) & (link >= known)]))):
                yield f"{_WORDS[entity]}：{many} 起灾害不在灾害事件表里，请核对灾害事件编号"
