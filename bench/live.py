"""Measures live cases in one run and prints one table: ``make bench-live`` or ``python bench/live.py [--quick] [--json FILE]``.

An event into a case with 200 facts until its conclusions are there, against one decision of the same size, on both engines;
10,000 open cases in one process; and replays of ever longer logs. Medians of interleaved runs; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

from rich.console import Console
from rich.table import Table
from timing import Timed, fresh, interleaved

from relapse_rules.cases.events import FactsStated, ProcedureEvent
from relapse_rules.cases.log import Entry, EventLog, MemoryLog
from relapse_rules.cases.session import Case, open_case
from relapse_rules.cases.setting import Engine
from relapse_rules.cases.sql_log import SqlLog
from relapse_rules.policy import Policy, load_plan

HOUSEHOLD = Path(__file__).parent.parent / "examples" / "01-flood-dibao.json"
NOW = "2023-08-03T09:00:00+08:00"
FACTS = 200
OPEN_CASES = 10_000
LENGTHS = (100, 1_000, 10_000)

# Opens cases that differ in every fact that can tell households apart, and prints the memory that they hold, in MiB.
OPEN = """
import copy, json, resource, sys
sys.path.insert(0, {folder!r})
from live import NOW, household
from relapse_rules.cases.events import ProcedureEvent
from relapse_rules.cases.session import open_case
from relapse_rules.policy import load_plan

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

policy = load_plan()
open_case(policy, household("H")).advance(NOW)
before = resident()
cases = []
for number in range({cases}):
    case = open_case(policy, household(f"H{{number}}"))
    case.advance(NOW)
    cases.append(case)
print(resident() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)
"""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table: ``median`` and ``fastest`` in ``unit``, and how the median compares with what and with which limit."""

    name: str
    median: float
    fastest: float
    unit: str
    compared_with: str = ""
    ratio: float | None = None
    limit: str = ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repeats: shows that it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    chosen = parser.parse_args()
    policy = load_plan()
    figures = [
        *events(policy, 3 if chosen.quick else 31, 5 if chosen.quick else 25),
        *memory(200 if chosen.quick else OPEN_CASES),
        *replays(policy, LENGTHS[: 1 if chosen.quick else 3], 1 if chosen.quick else 3),
    ]
    show(figures)
    if chosen.json is not None:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        content = {**machine, "figures": [asdict(figure) for figure in figures]}
        chosen.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def household(name: str) -> dict[str, Any]:
    """The household of the first example, with more members until its case states `FACTS` facts."""
    facts: dict[str, Any] = json.loads(HOUSEHOLD.read_text("utf-8"))
    facts["household"]["household_id"] = name
    for alert in facts["department_alert"]:
        alert.pop("household_ids", None)
    members = facts["household"]["member"]
    while (missing := FACTS - stated(facts)) > 0:
        member = {
            "person_id": f"{name}-{len(members)}",
            "relation_to_head": "其他亲属",
            "birth_date": f"19{60 + len(members)}-01-01",
            "labor_ability": "普通劳动力",
            "basic_medical_insured": True,
            "serious_illness_insured": True,
            "disability_level": "无",
            "dropped_out": False,
            "is_dibao_member": False,
            "is_tekun_member": False,
        }
        members.append(dict(list(member.items())[:missing]))
    return facts


def stated(value: object) -> int:
    """Count the facts in a JSON value: whatever is no object and no list of objects."""
    match value:
        case {"by": _, "value": _}:
            return 1
        case dict():
            return sum(stated(each) for each in value.values())
        case [{}, *_]:
            return sum(stated(each) for each in value)
        case _:
            return 1


def events(policy: Policy, rounds: int, milliseconds: int) -> Iterator[Figure]:
    """An event until its conclusions are there, and one decision of the same size, on each engine."""
    facts = household("H")
    engines: dict[str, Engine | None] = {"lanes": None}
    if find_spec("durable_rules_engine") is not None:
        from relapse_rules.engines.durable import compile_program  # noqa: PLC0415 - only where it is installed

        engines["durable"] = compile_program(policy.program)
    with tempfile.TemporaryDirectory() as folder:
        works = {}
        for name, engine in engines.items():
            works[f"one decision, {name}"] = decider(policy, facts, name)
            works[f"one event, {name}"] = Adder(policy, facts, MemoryLog(), engine)
        with closing(SqlLog(Path(folder) / "cases.db")) as log:
            works["one event, lanes, into SQLite"] = Adder(policy, facts, log, None)
            times = interleaved(works, rounds, milliseconds)
    for name, timed in times.items():
        own = "durable" if "durable" in name else "lanes"
        base = f"one decision, {own}"
        limit = "3" if name == "one event, durable" else ""
        yield compared(name, timed, "µs", base, times[base], limit)
    if "durable" in engines:
        event, decision = times["one event, durable"], times["one decision, lanes"]
        yield compared("one event, durable, again", event, "µs", "one decision, lanes", decision, "")


def decider(policy: Policy, facts: dict[str, Any], engine: str) -> Any:  # noqa: ANN401 - a function without arguments
    """Return a function that makes one decision."""
    return lambda: policy.decide(facts, engine="durable" if engine == "durable" else "lanes")


class Adder:
    """Adds an event to a case with `FACTS` facts when called; takes a fresh case before events make it much larger."""

    def __init__(self, policy: Policy, facts: dict[str, Any], log: EventLog, engine: Engine | None) -> None:
        """Nothing is opened before the first call."""
        self._policy = policy
        self._facts = facts
        self._log = log
        self._engine = engine
        self._numbers = count()
        self._case: Case | None = None

    def __call__(self) -> object:
        """Add one event and return what it changed: most change a fact, some record a step."""
        number = next(self._numbers)
        if self._case is None or number % 100 == 0:
            self._case = open_case(
                self._policy, self._facts, log=self._log, case_id=f"H{number}", engine=self._engine
            )
            self._case.advance(NOW)
        name = f"E{number:09}"
        if number % 25 == 0:
            event: FactsStated | ProcedureEvent = ProcedureEvent(
                id=name, recorded_at=NOW, happened_at=NOW, step="分析研判", actor="县乡村振兴局"
            )
        else:
            event = FactsStated(
                id=name, recorded_at=NOW, values={"household.dibao_status": "是" if number % 2 else "否"}
            )
        return self._case.add(event)


def memory(cases: int) -> Iterator[Figure]:
    """Many open cases, each opened and its clock moved, in a process of their own."""
    script = OPEN.format(folder=str(Path(__file__).parent), cases=cases)
    held, most = map(float, fresh(script, {}).stdout.split())
    yield Figure(
        name=f"{cases} open cases of {FACTS} facts: memory that they add",
        median=held,
        fastest=held,
        unit="MiB",
    )
    yield Figure(
        name=f"{cases} open cases: all memory of the process at its most",
        median=most,
        fastest=most,
        unit="MiB",
        limit="1024",
    )


def replays(policy: Policy, lengths: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Replays of logs of several lengths, without snapshots; each line compares the time of one event."""
    first: Timed | None = None
    for length in lengths:
        times = []
        for number in range(rounds):
            # Events of their own each time: those used last are kept at hand, and would be read for nothing.
            log = long_log(policy, length, f"R{number}-")
            started = process_time_ns()
            Case.replay(log, "H", policy, snapshots=False).known.concluded  # noqa: B018 - worked out when asked for
            times.append((process_time_ns() - started) / 1_000_000)
        timed = Timed(median(times), min(times))
        each = Timed(timed.median / length, timed.fastest / length)
        first = first or each
        yield Figure(
            name=f"replay of {length} events",
            median=timed.median,
            fastest=timed.fastest,
            unit="ms",
            compared_with=f"{lengths[0]} events, for each event",
            ratio=each.median / first.median,
        )


def long_log(policy: Policy, length: int, prefix: str) -> MemoryLog:
    """A log of so many events, named with ``prefix``: facts that change, and now and then a step. Stored without concluding each time."""
    source, log = MemoryLog(), MemoryLog()
    case = open_case(policy, household("H"), log=source)
    case.advance(NOW)
    for number, each in enumerate(source.read("H")):
        log.append("H", each.entry, number)
    for number in range(2, length):
        name = f"{prefix}{number:09}"
        event: FactsStated | ProcedureEvent
        if number % 20 == 0:
            event = ProcedureEvent(id=name, recorded_at=NOW, happened_at=NOW, step="线索收集", actor="村")
        else:
            event = FactsStated(id=name, recorded_at=NOW, values={"household.population": number % 9 + 1})
        log.append(
            "H",
            Entry(event_id=name, recorded_at=NOW, kind=event.kind, body=event.text()),
            number,
        )
    return log


def compared(name: str, timed: Timed, unit: str, base: str, other: Timed, limit: str) -> Figure:
    """Return a figure against another; none against itself."""
    if name == base:
        return Figure(name=name, median=timed.median, fastest=timed.fastest, unit=unit)
    return Figure(
        name=name,
        median=timed.median,
        fastest=timed.fastest,
        unit=unit,
        compared_with=base,
        ratio=timed.median / other.median,
        limit=limit,
    )


def show(figures: list[Figure]) -> None:
    """Print the table."""
    table = Table("what", "median", "fastest", "unit", "compared with", "ratio", "at most")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.median:,.1f}",
            f"{figure.fastest:,.1f}",
            figure.unit,
            figure.compared_with,
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            figure.limit,
        )
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
