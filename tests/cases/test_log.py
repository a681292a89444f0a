"""Every log keeps the same promises: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from tests.cases.county import at, flooded, plan, stated, step

from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.log import (
    ConflictError,
    Entry,
    MemoryLog,
    Snapshot,
    StaleError,
    chained,
    verified,
)
from relapse_rules.cases.session import Case, open_case
from relapse_rules.cases.sql_log import SqlLog
from relapse_rules.cases.storage import open_log


def entry(name: str, body: str = '{"说":"\u0001\\u0000"}') -> Entry:
    return Entry(event_id=name, recorded_at=at("08:00"), kind="facts_stated", body=body)


def test_events_are_read_in_the_order_of_arrival(log):
    stored = [log.append("H1", entry(f"E{number}"), number) for number in range(3)]
    assert [event.sequence for event in stored] == [1, 2, 3]
    assert log.read("H1") == tuple(stored)
    assert log.read("H1", after=1) == tuple(stored[1:])
    assert log.read("H2") == ()
    assert log.find("H1", "E1") == stored[1]
    assert log.find("H2", "E1") is None


def test_cases_are_apart(log):
    log.append("乙", entry("E"), 0)
    log.append("甲", entry("E"), 0)
    assert log.cases() == ("乙", "甲")
    assert len(log.read("甲")) == len(log.read("乙")) == 1


def test_the_same_event_again_is_stored_once(log):
    first = log.append("H1", entry("E"), 0)
    log.append("H1", entry("F"), 1)
    assert log.append("H1", entry("E"), 0) == first
    assert len(log.read("H1")) == 2


def test_the_same_id_with_other_content_is_kept_as_a_conflict_once(log):
    log.append("H1", entry("E"), 0)
    for body in ("{}", "[]", "{}"):
        with pytest.raises(ConflictError):
            log.append("H1", entry("E", body), 1)
    assert [conflict.entry.body for conflict in log.conflicts("H1")] == ["{}", "[]"]
    assert [conflict.sequence for conflict in log.conflicts("H1")] == [1, 1]
    assert log.conflicts("H2") == ()
    assert len(log.read("H1")) == 1


def test_an_append_after_another_event_than_the_last_is_refused(log):
    log.append("H1", entry("E"), 0)
    for expected in (0, 2):
        with pytest.raises(StaleError) as error:
            log.append("H1", entry("F"), expected)
        assert error.value.sequence == 1
    assert len(log.read("H1")) == 1


def test_a_snapshot_takes_the_place_of_the_one_before(log):
    assert log.snapshot("H1") is None
    for number in (1, 2):
        log.keep("H1", Snapshot(sequence=number, digest="d", body=f"{number}"))
    assert log.snapshot("H1") == Snapshot(sequence=2, digest="d", body="2")


def test_a_changed_missing_or_moved_event_is_noticed(log):
    for number in range(3):
        log.append("H1", entry(f"E{number}"), number)
    events = log.read("H1")
    assert verified("H1", events) == events
    forged = replace(events[1], entry=entry("E1", "{}"))
    rechained = replace(forged, digest=chained(events[0].digest, "H1", 2, forged.entry))
    for tampered in (
        (events[0], forged, events[2]),
        (events[0], rechained, events[2]),
        (events[0], events[2]),
        (events[0], events[2], events[1]),
        events[1:],
    ):
        with pytest.raises(CaseError, match="与校验值不符"):
            verified("H1", tampered)
    with pytest.raises(CaseError, match="与校验值不符"):
        verified("H2", events)


def test_threads_that_write_at_once_store_each_event_once(log):
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    holders = [Case.replay(log, "H1", plan()) for _ in range(4)]

    def write(number: int) -> None:
        for each in range(5):
            holders[number].add(step(f"P{number}-{each}", "线索收集", "07:00"))
            holders[number].add(step(f"every-{each}", "线索汇总", "07:00"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [event.entry.event_id for event in log.read("H1")]
    assert sorted(names) == sorted(
        {"opened", f"advanced:{at('09:00')}"}
        | {
            *(f"P{number}-{each}" for number in range(4) for each in range(5)),
            *(f"every-{each}" for each in range(5)),
        }
    )
    for holder in holders:
        holder.catch_up()
    assert len({holder.known.facts.tables["procedure_event"].ids for holder in holders}) == 1


def test_a_case_lives_on_in_another_log_holder(log):
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    case.add(stated("F", household__population=4))
    again = Case.replay(log, "H1", plan())
    assert (again.decision, again.as_of, again.sequence) == (case.decision, case.as_of, 3)


# --- databases only -----------------------------------------------------------------------------------------------


@pytest.fixture
def sqlite_log(tmp_path) -> Iterator[SqlLog]:
    with closing(SqlLog(tmp_path / "cases.db")) as log:
        yield log


FORKING = """
import os, sys
from relapse_rules.cases.log import Entry
from relapse_rules.cases.sql_log import SqlLog

def entry(name):
    return Entry(event_id=name, recorded_at="2023-08-03T08:00:00+08:00", kind="closed", body="{}")

log = SqlLog(sys.argv[1])
log.append("H1", entry("parent"), 0)
child = os.fork()
if not child:
    log.append("H1", entry("child"), 1)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
log.append("H1", entry("parent again"), 2)
print(*(event.entry.event_id for event in log.read("H1")), sep=", ")
"""


def test_a_log_survives_a_fork(tmp_path):
    # In a process of its own: a fork beside pytest's threads would be another matter.
    done = subprocess.run(
        [sys.executable, "-c", FORKING, tmp_path / "cases.db"], capture_output=True, text=True, check=False
    )
    assert done.stdout == "parent, child, parent again\n", done.stderr


def test_sqlite_synchronises_fully_and_writes_ahead(sqlite_log):
    sqlite_log.append("H1", entry("E"), 0)
    with sqlite_log._reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_file_that_is_no_database_is_a_problem_that_names_it(tmp_path):
    (tmp_path / "cases.db").write_bytes(b"not a database at all, only text" * 40)
    with pytest.raises(CaseError, match=r"cases\.db：案卷库用不了"):
        SqlLog(tmp_path / "cases.db")
    with pytest.raises(CaseError, match="案卷库用不了"):
        SqlLog(tmp_path / "no" / "such" / "folder.db")


@pytest.mark.parametrize(
    "url", ["postgresql://u:geheim@127.0.0.1:1/none", "oracle://x", "nothing://x", "sqlite://["]
)
def test_a_database_that_is_not_there_is_a_problem_without_its_password(url):
    with pytest.raises(CaseError, match=r"案卷库用不了|驱动程序") as error:
        SqlLog(url)
    assert "geheim" not in str(error.value)


def test_a_log_that_was_changed_by_hand_is_noticed(sqlite_log, tmp_path):
    log = sqlite_log
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    case.add(stated("F", household__population=4))
    with closing(sqlite3.connect(tmp_path / "cases.db")) as connection, connection:
        connection.execute("UPDATE events SET body = replace(body, '4', '9') WHERE event_id = 'F'")
    with pytest.raises(CaseError, match="第 3 条事件与校验值不符"):
        Case.replay(log, "H1", plan())


def test_memory_and_database_hold_the_same_bytes(sqlite_log, tmp_path):
    logs = (MemoryLog(), sqlite_log)
    for log in logs:
        case = open_case(plan(), flooded(), log=log)
        case.advance(at("09:00"))
        case.add(step("P", "线索收集", "07:00"))
    assert logs[0].read("H1") == logs[1].read("H1")
    assert (tmp_path / "cases.db").stat().st_size > 0


def test_a_log_is_opened_by_its_path_or_url(tmp_path):
    with closing(open_log(tmp_path / "cases.db")) as one:
        one.append("H1", entry("E"), 0)
    with closing(open_log(f"sqlite:///{tmp_path / 'cases.db'}")) as other:
        assert other.cases() == ("H1",)


@pytest.mark.parametrize(
    ("missing", "where", "word"),
    [
        ("sqlalchemy", "cases.db", r"relapse_rules\[cases\]"),
        ("psycopg", "postgresql://u@h/d", r"relapse_rules\[postgres\]"),
    ],
)
def test_what_is_not_installed_is_named(monkeypatch, tmp_path, missing, where, word):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, missing, None)
    if missing == "sqlalchemy":
        monkeypatch.delitem(sys.modules, "relapse_rules.cases.sql_log")
    with pytest.raises(CaseError, match=word):
        open_log(where)


def test_a_fault_inside_a_library_is_not_taken_for_a_missing_one(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "relapse_rules.cases.sql_log")
    monkeypatch.setitem(sys.modules, "relapse_rules.cases.log", None)
    with pytest.raises(ModuleNotFoundError, match="relapse_rules"):
        open_log(tmp_path / "cases.db")
