"""Four processes write to one SQLite log and are killed at random moments; then everything is counted.

Run as a program, since it forks: ``killed_writers.py FOLDER KILLS SEED``. Writes one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from random import Random

from relapse_rules.cases.events import FactsStated, ProcedureEvent
from relapse_rules.cases.log import MemoryLog
from relapse_rules.cases.session import Case, open_case
from relapse_rules.cases.sql_log import SqlLog
from relapse_rules.policy import Policy, load_plan

WRITERS = 4
CASES = tuple(f"H{number}" for number in range(6))
NOW = "2023-08-03T09:00:00+08:00"
LONGEST_LIFE = 0.12  # seconds between two kills


def state_of(case: Case) -> str:
    """A digest of everything that is known."""
    text = json.dumps([case.as_of, case.known.stated()], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder: Path, policy: Policy, name: str, rng: Random) -> None:
    """Add events for ever, and acknowledge each, with the state that it left, in a file of this writer's own."""
    log = SqlLog(folder / "cases.db")
    acknowledged = os.open(folder / f"{name}.acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    cases: dict[str, Case] = {}
    number = 0
    while True:
        number += 1
        case_id = rng.choice(CASES)
        case = cases.get(case_id) or cases.setdefault(case_id, Case.replay(log, case_id, policy))
        case.add(made(f"{name}-{number}", rng))
        line = json.dumps([case_id, f"{name}-{number}", case.sequence, state_of(case)])
        os.write(acknowledged, f"{line}\n".encode())


def made(name: str, rng: Random) -> FactsStated | ProcedureEvent:
    known = f"2023-08-03T0{rng.randrange(9)}:00:00+08:00"
    if rng.random() < 0.5:
        return FactsStated(id=name, recorded_at=known, values={"household.population": rng.randrange(1, 9)})
    return ProcedureEvent(id=name, recorded_at=known, happened_at=known, step="线索收集", actor="村")


def born(folder: Path, policy: Policy, name: str, seed: int) -> int:
    """Fork a writer and return its process id."""
    process = os.fork()
    if process:
        return process
    try:
        write(folder, policy, name, Random(seed))
    finally:
        os._exit(1)


def main(folder: Path, kills: int, seed: int) -> None:
    rng = Random(seed)
    policy = load_plan()
    log = SqlLog(folder / "cases.db")
    for name in CASES:
        facts = {
            "context": {"as_of": "2023-08-02T18:00:00+08:00"},
            "household": {"household_id": name, "procedure_event": []},
        }
        open_case(policy, facts, log=log).advance(NOW)
    log.close()
    alive = [born(folder, policy, f"w{number}", number) for number in range(WRITERS)]
    failed = 0
    for number in range(kills):
        time.sleep(rng.random() * LONGEST_LIFE)
        place = rng.randrange(WRITERS)
        failed += not killed(alive[place])
        alive[place] = born(folder, policy, f"k{number}", WRITERS + number)
    for process in alive:
        failed += not killed(process)
    sys.stdout.write(json.dumps({"failed": failed, **counted(folder, policy, rng)}))


def killed(process: int) -> bool:
    """Kill a writer; return whether it had lived until then."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def counted(folder: Path, policy: Policy, rng: Random) -> dict[str, object]:
    """Compare what was acknowledged with what is stored, and states with replays."""
    log = SqlLog(folder / "cases.db")
    stored = {name: log.read(name) for name in CASES}
    lines = [
        json.loads(line)
        for file in sorted(folder.glob("*.acknowledged"))
        for line in file.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    there = {(name, each.entry.event_id, each.sequence) for name in CASES for each in stored[name]}
    ids = [(name, each.entry.event_id) for name in CASES for each in stored[name]]
    lost = [line for line in lines if (line[0], line[1], line[2]) not in there]
    different = sum(
        state_of(replayed(stored[line[0]][: line[2]], line[0], policy)) != line[3]
        for line in rng.sample(lines, min(len(lines), 120))
    )
    for name in CASES:
        quick, whole = (Case.replay(log, name, policy, snapshots=use) for use in (True, False))
        different += quick.known.facts != whole.known.facts or quick.decision != whole.decision
    return {
        "acknowledged": len(lines),
        "stored": len(ids),
        "lost": lost,
        "twice": len(ids) - len(set(ids)),
        "different": different,
    }


def replayed(stored, case_id: str, policy: Policy) -> Case:
    log = MemoryLog()
    for number, each in enumerate(stored):
        log.append(case_id, each.entry, number)
    return Case.replay(log, case_id, policy)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
