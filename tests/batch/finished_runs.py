"""A finished run as files, made one household at a time by `Policy.decide`: about sixty households of five townships after one night."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from relapse_rules.batch.outcomes import MOMENT
from relapse_rules.batch.rejects import REJECTS
from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.policy import Policy, load_plan

ROOT = Path(__file__).parents[2]
AS_OF = "2023-08-03T10:00:00+08:00"
TOWNSHIPS = ("511002101", "511002102", "511002103", "511002104", None)
TRUTH = {Outcome.YES: True, Outcome.NO: False, Outcome.UNKNOWN: None}

Facts = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """``decisions``: by household, in the order of the run; ``places``: their township and village codes."""

    folder: Path
    policy: Policy
    decisions: tuple[Decision, ...]
    places: tuple[tuple[str | None, str | None], ...]


@cache
def county_policy() -> Policy:
    return load_plan(local=(ROOT / "examples/county.policy",))


def _example(name: str) -> Facts:
    return json.loads((ROOT / "examples" / name).read_text("utf-8"))


def households(count: int = 60) -> Iterator[tuple[Facts, Facts]]:
    """Yield the county's facts, alike for all, with one household each; some lack facts, some lists, some a township."""
    rng = Random(1)
    county = {
        key: value
        for key, value in _example("01-flood-dibao.json").items()
        if key not in {"context", "household"}
    }
    county["disaster_event"][0]["affected_area_codes"] = list(TOWNSHIPS[:3])
    # The last example is written with Chinese keys.
    kinds = [_example(path.name)["household"] for path in sorted((ROOT / "examples").glob("*-*.json"))[:-1]]
    for number in range(count):
        household = deepcopy(kinds[number % len(kinds)])
        household["household_id"] = (
            f"{'=+-@'[number % 4]}H{number:03}" if number % 5 == 0 else f"H{number:03}"
        )
        township = TOWNSHIPS[3 + number // 7 % 2 if number % 7 == 0 else number % 3]
        household.pop("township_code", None)
        household.pop("village_code", None)
        if township is not None:
            household["township_code"] = township
            household["village_code"] = f"{township}{201 + rng.randrange(3)}"
        for impact in household.get("impact", ()):
            impact["event_id"] = "E1"
        for key in rng.sample(
            sorted(household.keys() - {"household_id", "impact", "township_code", "village_code"}), k=2
        ):
            if number > len(kinds):
                del household[key]
        yield county, household


def decided(policy: Policy, count: int = 60) -> Iterator[tuple[Decision, Facts]]:
    for county, household in households(count):
        facts = {"context": {"as_of": AS_OF, "county_code": "511000"}, **county, "household": household}
        yield policy.decide(facts), household


def write_run(folder: Path, *, policy: Policy | None = None, count: int = 60, parts: int = 3) -> Run:
    """Decide a small county and write it as a run writes it."""
    policy = county_policy() if policy is None else policy
    found = list(decided(policy, count))
    decisions = tuple(decision for decision, _ in found)
    places = tuple((facts.get("township_code"), facts.get("village_code")) for _, facts in found)
    size = -(-count // parts)
    for number, start in enumerate(range(0, count, size)):
        _write_part(folder, number, decisions[start : start + size], places[start : start + size], policy)
    _write_county(folder, decisions[0], policy)
    _write_rejects(folder)
    head = {"name": policy.name, "digest": policy.digest, "as_of": AS_OF}
    counts = {"read": count + 3, "decided": count, "rejected": 3}
    (folder / "summary.json").write_text(json.dumps({"policy": head, "households": counts}), "utf-8")
    return Run(folder, policy, decisions, places)


def _write_part(
    folder: Path, number: int, decisions: Sequence[Decision], places: Any, policy: Policy
) -> None:
    domains = [name for name, parent in policy.program.domains if parent == "household"]
    rows: dict[str, list[Facts]] = {"household": [], **{domain: [] for domain in domains}}
    for decision, (township, village) in zip(decisions, places, strict=True):
        own = _rows(decision, policy)
        rows["household"].append(
            {
                **own.pop(("household", decision.subject.id)),
                "household_id": decision.subject.id,
                "township_code": township,
                "village_code": village,
                "missing": [each.fact for each in decision.missing],
                "contradictions": [each.fact for each in decision.contradictions],
            }
        )
        for (domain, id_), row in own.items():
            rows[domain].append({"household_id": decision.subject.id, "id": id_, **row})
    for domain, found in rows.items():
        path = folder / "decisions" / domain / f"part-{number:05}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_table(found, domain, policy), path)


def _rows(decision: Decision, policy: Policy) -> dict[tuple[str, Any], Facts]:
    """Return by domain and element what is listed for it; an element that stands for a list which is not there is left out."""
    rows: dict[tuple[str, Any], Facts] = {("household", decision.subject.id): {}}
    listed = (
        *decision.conclusions,
        *decision.judgements,
        *decision.measures,
        *decision.tasks,
        *decision.exceptions,
    )
    for element in listed:
        domain = policy.vocabulary.domain(element.target.entity)
        if (
            policy.vocabulary.by_english[domain].parent is None
            or domain in _shared(policy)
            or element.target.id is None
        ):
            continue
        row = rows.setdefault((domain, element.target.id), {})
        row[element.id] = TRUTH[element.outcome]
        if element in (*decision.measures, *decision.tasks):
            row[f"{element.id}|done"] = TRUTH[element.done]
            row[f"{element.id}|due"] = None if element.due is None else datetime.fromisoformat(element.due)
    return rows


def _shared(policy: Policy) -> set[str]:
    return {name for name, parent in policy.program.domains if name != "household" and parent != "household"}


def _table(rows: list[Facts], domain: str, policy: Policy) -> pa.Table:
    program = policy.program
    fields: list[tuple[str, pa.DataType]] = [("household_id", pa.string())]
    if domain == "household":
        texts = pa.list_(pa.dictionary(pa.int32(), pa.string()))
        fields += [("township_code", pa.string()), ("village_code", pa.string())]
        fields += [("missing", texts), ("contradictions", texts)]
    else:
        fields.append(("id", pa.string()))
    for entry in (*program.conclusions, *program.judgements, *program.listings):
        if entry.domain == domain:
            fields.append((entry.id, pa.bool_()))
            if getattr(entry, "kind", "exception") != "exception":
                fields += [(f"{entry.id}|done", pa.bool_()), (f"{entry.id}|due", MOMENT)]
    return pa.table(
        {name: pa.array([row.get(name) for row in rows], type_) for name, type_ in fields},
        schema=pa.schema(fields),
    )


def _write_county(folder: Path, decision: Decision, policy: Policy) -> None:
    shared = _shared(policy)
    lists = ("conclusions", "judgements", "measures", "tasks", "exceptions")
    found = decision.model_dump()
    told = {name: [each for each in found[name] if each["target"]["entity"] in shared] for name in lists}
    (folder / "decisions" / "county.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def _write_rejects(folder: Path) -> None:
    rows = [
        ("农户", 7, "农户.csv", "H900", "家庭人口数", "“家庭人口数”要填整数", "填一个整数"),
        ("农户", 9, "农户.csv", "H901", "家庭人口数", "“家庭人口数”要填整数", "填一个整数"),
        ("家庭成员", 3, "成员.csv", "H999", None, "没有这一户", "补上这一户，或改正户编号"),
    ]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(list(column)).cast(field.type) for column, field in zip(columns, REJECTS, strict=True)]
    pq.write_table(pa.table(arrays, schema=REJECTS), folder / "rejects.parquet")
