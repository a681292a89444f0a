"""A county decided from files to files: what its folder holds, and what becomes of a run that finds something there."""

from __future__ import annotations

import errno
import json
import os
from functools import partial
from pathlib import Path
from random import Random

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.counties import AS_OF, PLAN, random_county  # noqa: E402 - after the packages were looked for
from tests.batch.folders import digests  # noqa: E402

from relapse_rules.batch import durable, file_lock, running, together  # noqa: E402
from relapse_rules.batch.file_lock import FileLock  # noqa: E402
from relapse_rules.batch.finished import FinishedRun  # noqa: E402
from relapse_rules.batch.running import Step, run_batch  # noqa: E402
from relapse_rules.batch.simulate.county import Wish, simulate  # noqa: E402
from relapse_rules.policy import load_plan  # noqa: E402
from relapse_rules.tables.errors import InputError  # noqa: E402

HOUSEHOLDS = 60


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Path:
    """A synthetic county with some mistakes."""
    folder = tmp_path_factory.mktemp("running") / "county"
    simulate(Wish(households=HOUSEHOLDS, seed=2, dirt=1000), folder, PLAN.vocabulary)
    return folder


@pytest.fixture(scope="module")
def together_(county):
    """What is decided of it in memory."""
    return PLAN.decide_batch(county)


@pytest.fixture(scope="module")
def finished(county, tmp_path_factory) -> Path:
    """The folder of a run that is through."""
    out = tmp_path_factory.mktemp("finished") / "out"
    run_batch(PLAN, county, out)
    return out


def rows(tables) -> list[dict[str, object]]:
    """Return the rows of several tables, in an order of their own."""
    found = [row for table in tables for row in table.to_pylist()]
    return sorted(found, key=lambda row: (row["household_id"], str(row.get("id"))))


def row_counts(out: Path) -> dict[str, dict[str, int]]:
    return json.loads((out / "summary.json").read_text("utf-8"))["rows"]


# --- what is in the folder ------------------------------------------------------------------------


def test_the_files_hold_what_is_decided_in_memory(finished, together_):
    parts = list(FinishedRun(finished).parts())

    assert pa.concat_tables(part.households for part in parts).to_pylist() == together_.households.to_pylist()
    for domain, table in together_.elements.items():
        assert pa.concat_tables(part.elements[domain] for part in parts).to_pylist() == table.to_pylist()
    assert FinishedRun(finished).county() == together_.county
    assert FinishedRun(finished).rejects().to_pylist() == together_.rejects.to_pylist()
    assert FinishedRun(finished).notes == together_.notes


def test_more_than_memory_holds_is_decided_alike(county, together_, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "take_in", partial(running.take_in, parts=3))

    run_batch(PLAN, county, tmp_path / "out", most_bytes=1)

    found = FinishedRun(tmp_path / "out")
    assert len(found.names) == 3
    parts = list(found.parts())
    assert rows(part.households for part in parts) == rows([together_.households])
    for domain, table in together_.elements.items():
        assert rows(part.elements[domain] for part in parts) == rows([table])
    assert sorted(map(str, found.rejects().to_pylist())) == sorted(map(str, together_.rejects.to_pylist()))


def test_every_row_that_was_read_is_decided_or_rejected(finished, together_):
    counts = row_counts(finished)

    assert {count.entity for count in together_.counts} == set(counts)
    assert all(count["read"] == count["decided"] + count["rejected"] for count in counts.values())
    head = FinishedRun(finished).head
    assert (head.read, head.decided, head.rejected) == tuple(counts["农户"].values())
    assert head.read > head.decided > 0
    assert head.decided == len(together_)


def test_the_summary_says_which_policy_decided_when(finished):
    summary = json.loads((finished / "summary.json").read_text("utf-8"))

    assert summary["policy"] == {
        "name": "防范因灾返贫工作方案",
        "digest": PLAN.digest,
        "as_of": "2023-08-12T09:00:00+08:00",
    }


def test_nothing_else_is_left_in_the_folder(finished):
    assert {path.name for path in finished.iterdir()} == {"decisions", "rejects.parquet", "summary.json"}


def test_the_number_of_workers_and_the_day_change_nothing(county, finished, tmp_path):
    run_batch(PLAN, county, tmp_path / "out", workers=3)

    assert digests(tmp_path / "out") == digests(finished)


def test_whoever_watches_is_told_how_far_it_is(county, tmp_path, monkeypatch):
    monkeypatch.setattr(together, "CHUNK", 25)
    told = []

    run_batch(PLAN, county, tmp_path / "out", watch=lambda *what: told.append(what))

    head = FinishedRun(tmp_path / "out").head
    assert told[:2] == [(Step.READING, 0, 0), (Step.DECIDING, 0, head.read)]
    assert [step for step, _, _ in told[2:]] == [Step.DECIDING] * len(told[2:])
    assert [done for _, done, _ in told[2:]] == [25, 50, head.decided]


# --- started again --------------------------------------------------------------------------------


def test_a_finished_run_is_left_as_it_is(county, finished):
    before = digests(finished), [path.stat().st_mtime_ns for path in [finished, *sorted(finished.rglob("*"))]]
    told = []

    run_batch(PLAN, county, finished, workers=1, watch=lambda *what: told.append(what))

    after = digests(finished), [path.stat().st_mtime_ns for path in [finished, *sorted(finished.rglob("*"))]]
    assert after == before
    assert told == []


@pytest.fixture(scope="module")
def changed(county, tmp_path_factory):
    """The same county but for one byte of a file that nobody reads."""
    folder = tmp_path_factory.mktemp("changed") / "county"
    folder.mkdir()
    for path in county.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "README.txt").write_bytes(b"-")
    return folder


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"as_of": "2023-08-13T09:00:00+08:00"}, "判定时点和这次不同", id="moment"),
        pytest.param(
            {"mapping": {"值": {"农户.户类型": {"01": "脱贫户"}}}}, "对照表和这次不同", id="mapping"
        ),
        pytest.param({"most_bytes": 1}, "内存的限度（most_bytes）和这次不同", id="memory"),
        pytest.param(
            {"as_of": AS_OF, "mapping": {}}, "判定时点、对照表和这次不同；请换一个文件夹", id="several"
        ),
    ],
)
def test_a_run_with_other_arguments_is_refused_and_says_which(county, finished, options, told):
    before = digests(finished)

    with pytest.raises(InputError, match=told.replace("（", "[（]")):
        run_batch(PLAN, county, finished, **options)

    assert digests(finished) == before


def test_other_tables_are_refused(changed, finished):
    with pytest.raises(InputError, match="县里的表和这次不同"):
        run_batch(PLAN, changed, finished)


def test_another_policy_is_refused(county, finished):
    policy = load_plan(local=(Path(__file__).parents[2] / "examples" / "county.policy",))

    with pytest.raises(InputError, match="规则和这次不同"):
        run_batch(policy, county, finished)


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"arguments": 3}', '{"arguments": null}', "\x00"], ids=repr
)
def test_a_summary_that_says_nothing_is_refused(county, tmp_path, content):
    (tmp_path / "summary.json").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match="读不出来；请换一个文件夹"):
        run_batch(PLAN, county, tmp_path)

    assert (tmp_path / "summary.json").read_text("utf-8") == content


def test_a_folder_with_other_things_is_refused_and_not_touched(county, tmp_path):
    (tmp_path / "账.txt").write_text("别动", encoding="utf-8")

    with pytest.raises(InputError, match="里已有别的东西；请换一个空的文件夹"):
        run_batch(PLAN, county, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["账.txt"]


def test_a_file_in_place_of_the_folder_is_refused(county, tmp_path):
    (tmp_path / "out").write_text("别动", encoding="utf-8")

    with pytest.raises(InputError, match="是一个文件；结果要写到一个文件夹"):
        run_batch(PLAN, county, tmp_path / "out")

    assert (tmp_path / "out").read_text("utf-8") == "别动"


def test_an_empty_folder_will_do(county, finished, tmp_path):
    run_batch(PLAN, county, tmp_path)

    assert digests(tmp_path) == digests(finished)


def test_a_second_run_at_the_same_time_is_told(county, finished, tmp_path):
    refused = []

    def watch(step, done, _total):
        if step is Step.DECIDING and done == 0:
            with pytest.raises(InputError, match="正有另一次判定在写") as raised:
                run_batch(PLAN, county, tmp_path / "out")
            refused.append(raised.value)

    run_batch(PLAN, county, tmp_path / "out", watch=watch)

    assert len(refused) == 1
    assert digests(tmp_path / "out") == digests(finished)


def test_a_run_that_ends_while_another_waits_is_found_finished(county, finished, tmp_path, monkeypatch):
    """The second has looked at the folder, and before it has the lock the first is through, with other arguments."""
    taken = FileLock.taken

    def late(lock):
        monkeypatch.setattr(FileLock, "taken", taken)
        run_batch(PLAN, county, tmp_path / "out")
        (tmp_path / "out" / ".run").mkdir()
        return lock.taken()

    monkeypatch.setattr(FileLock, "taken", late)

    with pytest.raises(InputError, match="判定时点和这次不同"):
        run_batch(PLAN, county, tmp_path / "out", as_of=AS_OF)

    assert digests(tmp_path / "out") == digests(finished)


def test_a_run_in_which_nothing_was_decided_does_not_bind_the_next(county, tmp_path):
    """A forgotten 判定时点, put right, is not another run."""
    out = tmp_path / "out"
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "household.parquet").write_bytes((county / "household.parquet").read_bytes())

    with pytest.raises(InputError, match="没有写判定时点"):
        run_batch(PLAN, tables, out)
    assert not out.exists()
    run_batch(PLAN, tables, out, as_of=AS_OF)

    assert FinishedRun(out).head.decided > 0


def test_a_folder_that_was_there_stays_when_nothing_can_be_decided(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    (tmp_path / "out").mkdir()

    with pytest.raises(InputError, match="里没有可用的表"):
        run_batch(PLAN, tables, tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_what_is_written_into_the_folder_of_the_tables_is_no_table(county, finished, tmp_path):
    tables = tmp_path / "county"
    tables.mkdir()
    for path in county.iterdir():
        (tables / path.name).write_bytes(path.read_bytes())

    run_batch(PLAN, tables, tables / "out")
    (tables / "~$household.xlsx").write_bytes(b"\0")  # Excel has it open
    run_batch(PLAN, tables, tables / "out")

    assert rows(part.households for part in FinishedRun(tables / "out").parts()) == rows(
        part.households for part in FinishedRun(finished).parts()
    )


# --- sources that are no files --------------------------------------------------------------------


def test_tables_in_memory_are_decided_but_not_gone_on_with(tmp_path):
    tables = random_county(Random(7), 5, 0.6).tables()

    run_batch(PLAN, tables, tmp_path / "out", as_of=AS_OF)

    assert FinishedRun(tmp_path / "out").head.decided == 5
    with pytest.raises(InputError, match="数据不来自文件的，不能接着做"):
        run_batch(PLAN, tables, tmp_path / "out", as_of=AS_OF)


def test_a_single_workbook_or_file_is_a_source_too(tmp_path):
    path = tmp_path / "农户.csv"
    path.write_text("户编号,家庭人口数\n1,3\n2,\n", encoding="utf-8")

    run_batch(PLAN, path, tmp_path / "out", as_of=AS_OF)
    run_batch(PLAN, path, tmp_path / "out", as_of=AS_OF)
    path.write_text("户编号,家庭人口数\n1,3\n2,4\n", encoding="utf-8")

    with pytest.raises(InputError, match="县里的表和这次不同"):
        run_batch(PLAN, path, tmp_path / "out", as_of=AS_OF)


@pytest.mark.parametrize("form", ["file", "mapping"])
def test_own_names_belong_to_the_arguments(tmp_path, form):
    own = {"列": {"农户": {"人数": "家庭人口数"}}}
    (tmp_path / "names.json").write_text(json.dumps(own), encoding="utf-8")
    (tmp_path / "农户.csv").write_text("户编号,人数\n1,3\n", encoding="utf-8")
    options = {"as_of": AS_OF, "mapping": tmp_path / "names.json" if form == "file" else own}

    run_batch(PLAN, tmp_path / "农户.csv", tmp_path / "out", **options)
    run_batch(PLAN, tmp_path / "农户.csv", tmp_path / "out", **options)

    with pytest.raises(InputError, match="对照表和这次不同"):
        run_batch(PLAN, tmp_path / "农户.csv", tmp_path / "out", as_of=AS_OF)


@pytest.mark.parametrize("name", ["source", "mapping"])
def test_a_file_that_is_not_there_is_named(county, tmp_path, name):
    arguments = {"source": county, "mapping": None, name: tmp_path / "没有"}

    with pytest.raises(InputError, match=r"找不到“.*没有”"):
        run_batch(PLAN, out=tmp_path / "out", **arguments)

    assert not (tmp_path / "out").exists()


def test_a_database_that_cannot_be_reached_leaves_nothing(tmp_path):
    with pytest.raises(InputError, match=r"adbc-driver-postgresql|连不上数据库"):
        run_batch(PLAN, "postgresql://127.0.0.1:1/x", tmp_path / "out", as_of=AS_OF)

    assert not (tmp_path / "out").exists()


# --- the disk -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cut(county, tmp_path_factory):
    """The digests of a run over several chunks that was left alone."""
    out = tmp_path_factory.mktemp("cut") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "CHUNK", 25)
        run_batch(PLAN, county, out)
    return digests(out)


@pytest.mark.parametrize("which", [0, 4, 30])
def test_a_disk_that_fails_is_told_with_the_file_and_the_run_goes_on(
    county, cut, tmp_path, monkeypatch, which
):
    monkeypatch.setattr(together, "CHUNK", 25)
    sound, calls = os.fsync, iter(range(1000))

    def failing(handle):
        if next(calls) >= which:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sound(handle)

    monkeypatch.setattr(durable.os, "fsync", failing)
    with pytest.raises(OSError, match="No space left") as raised:
        run_batch(PLAN, county, tmp_path / "out", workers=1)
    monkeypatch.setattr(durable.os, "fsync", sound)

    assert raised.value.filename.startswith(str(tmp_path / "out"))
    assert not list(tmp_path.rglob("*.partial"))
    run_batch(PLAN, county, tmp_path / "out", workers=1)
    assert digests(tmp_path / "out") == cut


def test_a_disk_that_is_full_while_rows_wait_names_the_folder(county, tmp_path, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(running, "take_in", full)

    with pytest.raises(OSError, match="No space left") as raised:
        run_batch(PLAN, county, tmp_path / "out")

    assert raised.value.filename == str(tmp_path / "out" / ".run" / "spool")
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_read_keeps_its_own_name(county, tmp_path, monkeypatch):
    def gone(*_arguments, **_options):
        raise FileNotFoundError(errno.ENOENT, "-", "农户.csv")

    monkeypatch.setattr(running, "take_in", gone)

    with pytest.raises(FileNotFoundError) as raised:
        run_batch(PLAN, county, tmp_path / "out")

    assert raised.value.filename == "农户.csv"


# --- the lock -------------------------------------------------------------------------------------


def test_a_lock_is_taken_once(tmp_path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")

    assert first.taken()
    assert not second.taken()
    first.release()

    assert second.taken()
    second.release(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_lock_whose_file_is_being_removed_is_not_taken(tmp_path, monkeypatch):
    """Another has opened the file before, and locks it after it was removed."""
    monkeypatch.setattr(file_lock.fcntl, "flock", lambda *_: (tmp_path / "lock").unlink())

    assert not FileLock(tmp_path / "lock").taken()
    assert not FileLock(tmp_path / "gone" / "lock").taken()


def test_a_disk_without_locks_is_named(tmp_path, monkeypatch):
    def cannot(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(file_lock.fcntl, "flock", cannot)

    with pytest.raises(OSError, match="lock") as raised:
        FileLock(tmp_path / "lock").taken()

    assert raised.value.filename == str(tmp_path / "lock")
