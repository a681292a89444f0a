"""The records of a county as one web: which rows belong to which household, disaster or clue, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from relapse_rules.compliance.columns import MISSING, Bools, Coded, Codes, Column, Keys, Numbers, chosen
from relapse_rules.compliance.intake import HOUSEHOLD, Records
from relapse_rules.values.relations import Relation

EVENTS: Final = "procedure_event"
ALERTS: Final = "department_alert"
DISASTERS: Final = "disaster_event"
TOWNSHIP: Final = "household.township_code"
DEPARTMENT: Final = "department_alert.department"
ACTOR: Final = "procedure_event.actor"

_HOUSEHOLD_ID: Final = "household.household_id"
_CASE: Final = "procedure_event.case_ref"
_AT: Final = "procedure_event.at"
_STEP: Final = "procedure_event.step"
_DISASTER_ID: Final = "disaster_event.event_id"
_NO_NAMES: Final = pa.array([], pa.string())


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """Lanes by entity. ``links[relation][i]``: the position of row ``i``'s parent, `MISSING` when it has none.

    The lanes of ``household`` are all that procedure events are about: households, and also clues and disasters, which
    ``is_household`` leaves out. ``names`` by entity: what each lane is called.
    """

    counts: Mapping[str, int]
    columns: Mapping[str, Column]
    links: Mapping[Relation, Codes]
    names: Mapping[str, Keys]
    is_household: Bools
    township: Coded
    """Of each lane of ``household``."""

    def township_of(self, entity: str) -> Codes:
        """Return the township of each lane of an entity, as positions in ``township.values``; `MISSING` where there is none."""
        if entity == HOUSEHOLD:
            return self.township.codes
        link = self.links.get(Relation(entity, HOUSEHOLD))
        if link is None:
            return np.full(self.counts[entity], MISSING, dtype=np.int32)
        return np.append(self.township.codes, np.int32(MISSING))[link]

    def household_of(self, entity: str) -> Codes | None:
        """Return the household lane of each lane of an entity, None when the entity does not belong to households."""
        if entity == HOUSEHOLD:
            return np.arange(self.counts[HOUSEHOLD], dtype=np.int32)
        return self.links.get(Relation(entity, HOUSEHOLD))


def county_of(records: Mapping[str, Records], household_steps: frozenset[str]) -> County:
    """Return the web of validated records. ``household_steps``: steps that are taken about households.

    Procedure events are put in the order of time, which makes the first of anything quick to find.
    """
    if EVENTS in records:
        records = {**records, EVENTS: _in_time(records[EVENTS])}
    columns: dict[str, Column] = {}
    for each in records.values():
        columns.update(
            {fact: column for fact, column in each.columns.items() if fact.startswith(each.entity + ".")}
        )
    counts = {"context": 1, **{entity: each.count for entity, each in records.items()}}
    links: dict[Relation, Codes] = {}
    disasters = _disasters(records, columns, counts)
    _refer_to_disasters(records, disasters, links)
    subjects = _subjects(records, links)
    households = len(subjects)
    counts[HOUSEHOLD] = households
    _spread(records.get(HOUSEHOLD), subjects, columns)
    for entity, count in counts.items():
        if entity not in {"context", HOUSEHOLD}:
            links[Relation(entity, "context")] = np.zeros(count, dtype=np.int32)
    links[Relation(HOUSEHOLD, "context")] = np.zeros(households, dtype=np.int32)
    names = {HOUSEHOLD: Keys(codes=np.arange(households, dtype=np.int32), texts=subjects)}
    if disasters is not None:
        names[DISASTERS] = disasters
    return County(
        counts=counts,
        columns=columns,
        links=links,
        names=names,
        is_household=_are_households(subjects, disasters, records, links, household_steps),
        township=_townships(records, links, households),
    )


def _in_time(events: Records) -> Records:
    """Put events in the order of time, and of the names of who acted where times coincide, so that the order of rows is nothing."""
    at, actor = events.columns[_AT], events.columns.get(ACTOR)
    assert isinstance(at, Numbers)
    order = np.arange(events.count)
    if isinstance(actor, Coded):
        rank = np.empty(len(actor.values) + 1, dtype=np.int32)
        rank[np.argsort(np.array([*map(str, actor.values), ""]), kind="stable")] = np.arange(len(rank))
        ranks = rank[actor.codes]
        order = np.argsort(ranks.astype(np.uint16) if len(rank) <= 1 << 16 else ranks, kind="stable")
    order = order[np.argsort(at.values[order], kind="stable")]
    return replace(events, columns={fact: chosen(column, order) for fact, column in events.columns.items()})


def by_department(county: County, departments: Codes, excluded: Bools) -> tuple[County, Coded]:
    """Return the county with one lane for each disaster and department that pushed anything about it, and the department of each lane.

    ``departments``: of each alert; ``excluded``: departments that the duty is not about. A disaster about which none of the others
    pushed anything keeps one lane, without a department.
    """
    relation = Relation(ALERTS, DISASTERS, "event_id")
    about = county.links[relation].astype(np.int64)
    width = len(excluded) + 1
    told = (about != MISSING) & (departments != MISSING) & ~np.append(excluded, True)[departments]
    pair = np.where(told, about * width + departments, -1)
    pairs = np.unique(pair[told])
    silent = np.setdiff1d(np.arange(county.counts[DISASTERS], dtype=np.int64), pairs // width)
    lanes = np.concatenate([pairs, silent * width + width - 1])
    lanes.sort()
    disaster = (lanes // width).astype(np.intp)
    link = np.where(told, np.searchsorted(lanes, pair), MISSING).astype(np.int32)
    codes = (lanes % width).astype(np.int32)
    codes[codes == width - 1] = MISSING
    columns = {
        fact: chosen(column, disaster) if fact.startswith(DISASTERS + ".") else column
        for fact, column in county.columns.items()
    }
    names = {**county.names, DISASTERS: _chosen_keys(county.names[DISASTERS], disaster)}
    links = {
        **county.links,
        relation: link,
        Relation(DISASTERS, "context"): np.zeros(len(lanes), dtype=np.int32),
    }
    seen = replace(
        county, counts={**county.counts, DISASTERS: len(lanes)}, columns=columns, links=links, names=names
    )
    values = county.columns[DEPARTMENT]
    assert isinstance(values, Coded)
    return seen, Coded(codes=codes, values=values.values)


def _chosen_keys(keys: Keys, rows: npt.NDArray[np.intp]) -> Keys:
    return Keys(codes=keys.codes[rows], texts=keys.texts)


def _disasters(
    records: Mapping[str, Records], columns: dict[str, Column], counts: dict[str, int]
) -> Keys | None:
    """Return the names of all disasters, those of the table first, then those that alerts and impacts only refer to."""
    own = records.get(DISASTERS)
    listed = own.columns[_DISASTER_ID] if own is not None else None
    texts = [listed.texts.take(pa.array(listed.codes))] if isinstance(listed, Keys) else []
    for fact in ("department_alert.event_id", "impact.event_id"):
        column = columns.get(fact)
        if isinstance(column, Keys):
            texts.append(column.texts.take(pa.array(np.unique(column.codes[column.codes != MISSING]))))
    if not texts:
        return None
    known = pc.unique(pa.concat_arrays(texts))
    counts[DISASTERS] = len(known)
    kept = 0 if own is None else own.count
    for fact in [fact for fact in columns if fact.startswith(DISASTERS + ".")]:
        columns[fact] = _lengthened(columns[fact], kept, len(known))
    return Keys(codes=np.arange(len(known), dtype=np.int32), texts=known)


def _lengthened(column: Column, kept: int, count: int) -> Column:
    """Return a column with ``count - kept`` more cells that are not stated."""
    rows = np.concatenate([np.arange(kept), np.full(count - kept, -1)])
    return _with_gaps(column, rows)


def _with_gaps(column: Column, rows: npt.NDArray[np.intp]) -> Column:
    """Return the cells of some rows; -1 stands for a row that there is not."""
    if not len(column.values if not isinstance(column, Keys | Coded) else column.codes):
        rows = np.full(len(rows), -1)
    found = rows >= 0
    match column:
        case Coded():
            codes = (
                column.codes[np.where(found, rows, 0)] if found.any() else np.zeros(len(rows), dtype=np.int32)
            )
            return Coded(codes=np.where(found, codes, np.int32(MISSING)), values=column.values)
        case Keys():
            codes = (
                column.codes[np.where(found, rows, 0)] if found.any() else np.zeros(len(rows), dtype=np.int32)
            )
            return Keys(codes=np.where(found, codes, np.int32(MISSING)), texts=column.texts)
        case _:
            if not found.any():
                return replace(column, values=np.zeros(len(rows), dtype=np.int64), known=found)
            place = np.where(found, rows, 0)
            return replace(column, values=column.values[place], known=column.known[place] & found)


def _refer_to_disasters(
    records: Mapping[str, Records], disasters: Keys | None, links: dict[Relation, Codes]
) -> None:
    for entity in (ALERTS, "impact"):
        each = records.get(entity)
        if each is None or disasters is None:
            continue
        column = each.columns.get(f"{entity}.event_id")
        links[Relation(entity, DISASTERS, "event_id")] = (
            _places(column, disasters.texts)
            if isinstance(column, Keys)
            else np.full(each.count, MISSING, dtype=np.int32)
        )


def _places(column: Keys, texts: pa.Array) -> Codes:
    """Return for each cell the position of its name among ``texts``."""
    place = np.append(
        np.asarray(pc.index_in(column.texts, value_set=texts).fill_null(MISSING), dtype=np.int32),
        np.int32(MISSING),
    )
    return place[column.codes]


def _subjects(records: Mapping[str, Records], links: dict[Relation, Codes]) -> pa.Array:
    """Return the names of all lanes of 农户, those of its own table first, and link the rows of other tables to them."""
    keyed = {
        entity: column for entity, each in records.items() if (column := _household_key(each)) is not None
    }
    order = sorted(keyed, key=lambda entity: entity != HOUSEHOLD)
    texts = [keyed[entity].texts for entity in order]
    if HOUSEHOLD in keyed:
        texts[0] = keyed[HOUSEHOLD].texts.take(pa.array(keyed[HOUSEHOLD].codes))
    subjects = pc.unique(pa.concat_arrays(texts)) if texts else _NO_NAMES
    for entity, column in keyed.items():
        if entity != HOUSEHOLD:
            links[Relation(entity, HOUSEHOLD)] = _places(column, subjects)
    if (link := links.get(Relation("impact", HOUSEHOLD))) is not None:
        links[Relation("impact", HOUSEHOLD, "household_id")] = link
    return subjects


def _household_key(each: Records) -> Keys | None:
    """Return what says whose row it is: the household, for an event without one whatever it is about."""
    household = each.columns.get(_HOUSEHOLD_ID, each.columns.get(f"{each.entity}.household_id"))
    case = each.columns.get(_CASE)
    if isinstance(household, Keys) and isinstance(case, Keys):
        merged = pa.concat_arrays([household.texts, case.texts])
        codes = np.where(household.codes != MISSING, household.codes, case.codes + len(household.texts))
        unified = pc.dictionary_encode(merged)
        return Keys(codes=np.asarray(unified.indices, dtype=np.int32)[codes], texts=unified.dictionary)
    found = household if isinstance(household, Keys) else case
    return found if isinstance(found, Keys) else None


def _spread(own: Records | None, subjects: pa.Array, columns: dict[str, Column]) -> None:
    """Give each lane of 农户 the cells of its row in the county's list of households."""
    if own is None:
        return
    key = own.columns[_HOUSEHOLD_ID]
    assert isinstance(key, Keys)
    rows = np.full(len(subjects), -1)
    rows[_places(key, subjects)] = np.arange(own.count)
    for fact, column in own.columns.items():
        columns[fact] = _with_gaps(column, rows)


def _are_households(
    subjects: pa.Array,
    disasters: Keys | None,
    records: Mapping[str, Records],
    links: Mapping[Relation, Codes],
    household_steps: frozenset[str],
) -> Bools:
    """Return which lanes are households: all that is listed or got something as one, or went through a household's steps.

    What is called as a disaster or an alert is none.
    """
    found = np.zeros(len(subjects), dtype=np.bool_)
    if HOUSEHOLD in records:
        found[: records[HOUSEHOLD].count] = True
    for entity in records:
        link = links.get(Relation(entity, HOUSEHOLD))
        if link is None:
            continue
        rows = link != MISSING
        if entity == EVENTS:
            rows &= _of_households(records[EVENTS], household_steps)
        found[link[rows]] = True
    others = [] if disasters is None else [disasters.texts]
    alerts = records.get(ALERTS)
    ids = alerts.columns.get("department_alert.alert_id") if alerts is not None else None
    if isinstance(ids, Keys):
        others.append(ids.texts)
    if others:
        found &= ~np.asarray(pc.is_in(subjects, value_set=pa.concat_arrays(others)), dtype=np.bool_)
    return found


def _of_households(events: Records, household_steps: frozenset[str]) -> Bools:
    """Return which events are steps of households, or say whose they are."""
    step, household = events.columns[_STEP], events.columns.get(_HOUSEHOLD_ID)
    assert isinstance(step, Coded)
    taken = np.array([value in household_steps for value in step.values], dtype=np.bool_)
    rows: Bools = np.append(taken, np.False_)[step.codes]
    return rows | (household.codes != MISSING) if isinstance(household, Keys) else rows


def _townships(records: Mapping[str, Records], links: Mapping[Relation, Codes], households: int) -> Coded:
    """Return the township of each household: from the list of households, else from any row about it that states one."""
    values: dict[Any, int] = {}
    codes = np.full(households, MISSING, dtype=np.int32)
    for entity in sorted(records, key=lambda name: name != HOUSEHOLD):
        column = records[entity].columns.get(TOWNSHIP)
        if not isinstance(column, Coded):
            continue
        recoded = np.array(
            [*(values.setdefault(value, len(values)) for value in column.values), MISSING], dtype=np.int32
        )[column.codes]
        stated = recoded != MISSING
        if entity == HOUSEHOLD:
            codes[: len(recoded)] = recoded  # its rows are the first lanes, in order
            continue
        link = links.get(Relation(entity, HOUSEHOLD))
        if link is not None:
            stated &= link != MISSING
            found = np.full(households, MISSING, dtype=np.int32)
            found[link[stated]] = recoded[stated]
            codes = np.where(codes == MISSING, found, codes)
    return Coded(codes=codes, values=tuple(values))
