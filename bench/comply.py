"""``comply`` over a million procedure events, and DuckDB merely reading and joining the same tables, in one run.

    python bench/comply.py [--events 1000000] [--format parquet|csv] [--rounds 5]

The yardstick: ``comply`` takes at most five times what DuckDB takes. The tables are made up: 100 events for every ten households, with
late, missing and misplaced steps among them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from relapse_rules.compliance import comply
from relapse_rules.policy import load_plan

_STEPS = (
    "乡村确认",
    "乡村确认",
    "绿色通道录入",
    "分析研判",
    "评议公示",
    "复查审核",
    "部门比对",
    "县级审定",
    "公告录入",
    "帮扶落实",
)
_ACTORS = ("乡镇", "村(社区)", "县乡村振兴局", "县级相关部门", "县政府", "县农业农村局")
_BEGIN = int(datetime(2023, 8, 1, tzinfo=UTC).timestamp())
_DISASTERS = 200
_AS_OF = "2024-01-01T00:00:00+08:00"
_LIMIT = 5
_SKIPPED = 0.05
"""The share of steps that are never recorded."""


def main() -> None:
    """Make the tables, time both, print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    policy = load_plan()
    with tempfile.TemporaryDirectory() as folder:
        files = _written(_tables(chosen.events), Path(folder), chosen.format)
        counted = comply(policy, files, as_of=_AS_OF)
        print(
            f"{chosen.events} events as {chosen.format}: {len(counted.findings)} findings, {len(counted.rejects)} rejected"
        )
        base = _times(lambda: _read_and_join(files, chosen.format), chosen.rounds)
        own = _times(lambda: comply(policy, files, as_of=_AS_OF), chosen.rounds)
    print(f"DuckDB reads and joins: median {_median(base):.3f} s, fastest {min(base):.3f} s")
    print(f"comply:                 median {_median(own):.3f} s, fastest {min(own):.3f} s")
    ratio = _median(own) / _median(base)
    print(f"ratio of medians {ratio:.2f} (at most {_LIMIT}): {'met' if ratio <= _LIMIT else 'missed'}")


def _tables(events: int) -> dict[str, pa.Table]:
    random = np.random.default_rng(20230801)
    households = max(events // len(_STEPS), 1)
    ids = pc.binary_join_element_wise("H", pa.array(np.arange(households)).cast(pa.string()), "")
    hit = random.integers(0, _DISASTERS, households)
    disasters = _names("E", np.arange(_DISASTERS))
    begin = _BEGIN + np.arange(_DISASTERS) * 3600
    return {
        "procedure_event": _events(random, events, ids, begin[hit]),
        "department_alert": _alerts(random, begin),
        "assistance": pa.table(
            {
                "household_id": ids,
                "program": _some(random, ("临时救助", "灾害救助", "低保"), households),
                "delivered_at": _moments(begin[hit] + random.integers(0, 86400 * 30, households)),
            }
        ),
        "disaster_event": pa.table(
            {
                "event_id": disasters,
                "category": pa.array(["自然灾害"] * _DISASTERS),
                "subtype": pa.array(["洪涝"] * _DISASTERS),
                "occurred_at": _moments(begin),
            }
        ),
        "household": pa.table(
            {
                "household_id": ids,
                "township_code": _names("511002", 100 + random.integers(0, 20, households)),
                "is_rural_household": pa.array(["是"] * households),
            }
        ),
        "impact": pa.table(
            {
                "household_id": ids,
                "event_id": disasters.take(pa.array(hit)),
                "affected": pa.array(["是"] * households),
            }
        ),
    }


def _events(
    random: np.random.Generator, events: int, ids: pa.Array, begin: npt.NDArray[np.int64]
) -> pa.Table:
    numbers = np.arange(events)
    household = numbers // len(_STEPS) % len(ids)
    place = numbers % len(_STEPS)
    at = begin[household] + (place + 1) * 40_000 + random.integers(0, 50_000, events)
    step = np.where(random.random(events) < _SKIPPED, 9, place)  # some steps are never recorded
    order = random.permutation(events)
    return pa.table(
        {
            "id": _names("P", numbers[order]),
            "case_ref": ids.take(pa.array(household[order])),
            "step": pa.array(np.array(_STEPS, dtype=object)[step[order]], pa.string()),
            "at": _moments(at[order]),
            "actor": _some(random, _ACTORS, events),
            "result": _some(random, ("通过", "完成"), events),
        }
    )


def _alerts(random: np.random.Generator, begin: npt.NDArray[np.int64]) -> pa.Table:
    departments = ("县应急管理局", "县水务局", "县住建局", "县农业农村局", "县民政局")
    count = _DISASTERS * len(departments) * 2
    disaster = np.arange(count) % _DISASTERS
    return pa.table(
        {
            "alert_id": _names("A", np.arange(count)),
            "department": _some(random, departments, count),
            "event_id": _names("E", disaster),
            "content_type": _some(random, ("受灾情况、风险线索", "受灾情况", "风险线索"), count),
            "pushed_at": _moments(begin[disaster] + random.integers(0, 172_800, count)),
            "recipient": pa.array(["县乡村振兴局"] * count),
        }
    )


def _names(prefix: str, numbers: npt.NDArray[np.int64]) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def _some(random: np.random.Generator, words: tuple[str, ...], count: int) -> pa.Array:
    return pa.array(words).take(pa.array(random.integers(0, len(words), count)))


def _moments(seconds: npt.NDArray[np.int64]) -> pa.Array:
    """Return times as a county writes them, in Asia/Shanghai."""
    local = pa.array(np.asarray(seconds, dtype=np.int64) + 8 * 3600).cast(pa.timestamp("s"))
    return pc.binary_join_element_wise(pc.strftime(local, "%Y-%m-%dT%H:%M:%S"), "+08:00", "")


def _written(tables: dict[str, pa.Table], folder: Path, form: str) -> dict[str, Path]:
    files = {}
    for name, table in tables.items():
        files[name] = folder / f"{name}.{form}"
        if form == "csv":
            pa_csv.write_csv(table, files[name])
        else:
            pa_parquet.write_table(table, files[name])
    return files


def _read_and_join(files: dict[str, Path], form: str) -> None:
    """Read all columns of all tables, and join each event with its household, what hit it, what it got, and when alerts came.

    Nothing is taken out of DuckDB: the largest value of each column stays inside, so that none is left unread and none is copied.
    """
    with duckdb.connect() as connection:
        for name, path in files.items():
            connection.execute(f"CREATE VIEW {name} AS FROM read_{form}('{path}')")
        connection.execute(_JOIN)


_JOIN = """
    CREATE TEMP TABLE largest AS SELECT max(COLUMNS(*)) FROM (
        SELECT e.*, h.*, i.*, d.*, s.*, a.*
        FROM procedure_event e
        LEFT JOIN household h ON h.household_id = e.case_ref
        LEFT JOIN impact i ON i.household_id = e.case_ref
        LEFT JOIN disaster_event d ON d.event_id = i.event_id
        LEFT JOIN assistance s ON s.household_id = e.case_ref
        LEFT JOIN (SELECT event_id, min(pushed_at), max(pushed_at), count(content_type), count(recipient),
                          count(DISTINCT department), count(alert_id)
                   FROM department_alert GROUP BY event_id) a ON a.event_id = i.event_id)
"""


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return found


def _median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    main()
