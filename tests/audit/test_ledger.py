"""What a ledger promises, in SQLite and in PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context

import pytest
from tests.audit.small import AT, FILES, KEY, OPENING, OTHER_KEY, ledger, record

from relapse_rules.audit.chain import Head, genesis
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import Opening
from relapse_rules.audit.keys import new_signing_key
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.verifying import verify

WRITERS = 8
EACH = 6


def test_entries_are_chained_in_the_order_of_appending(place):
    opened = ledger(place)
    start = opened.head()

    first, second = opened.append(record("甲")), opened.append(record("乙"))

    assert start == Head(0, genesis(opened.id))
    assert (first.sequence, second.sequence) == (1, 2)
    assert (first.previous, second.previous) == (start.hash, first.hash)
    assert opened.head() == Head(2, second.hash)
    assert [*opened.entries()] == [first, second]
    assert [*opened.entries(2, 2)] == [second]
    assert opened.entry(1) == first
    assert opened.entry(3) is None
    opened.close()


def test_a_ledger_is_the_same_when_it_is_opened_again(place):
    opened = ledger(place, 3, checkpoint=True)
    head = opened.head()
    opened.close()

    again = open_ledger(place, create=False)

    assert (again.id, again.head()) == (opened.id, head)
    assert again.policy(FILES.texts) == FILES
    assert again.policy("0" * 64) is None
    report = verify(again)
    assert report.sound
    assert (report.head, report.covered, report.signers) == (again.head(), 3, {KEY.public.id: 3})
    again.close()


def test_checkpoints_are_signed_every_so_many_entries(place):
    opened = ledger(place, 7, key=KEY, checkpoint_every=3)

    assert verify(opened).covered == 6
    opened.close()


def test_the_same_checkpoint_is_kept_once(place):
    opened = ledger(place, 2)

    assert opened.checkpoint(KEY, AT) == opened.checkpoint(KEY, "2026-11-26T00:00:00Z")
    opened.close()


def test_a_checkpoint_registers_its_key(place):
    opened = ledger(place, 1)
    opened.checkpoint(OTHER_KEY, AT)

    assert verify(opened).covered == 1
    opened.close()


def test_registering_and_archiving_again_is_nothing(place):
    opened = ledger(place, 1)
    opened.register(KEY.public)
    opened.archive(FILES)

    assert verify(opened).sound
    opened.close()


EXPIRED = new_signing_key(not_after="2026-01-01T00:00:00Z", seed=bytes(31) + b"\2")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        pytest.param(record("甲", key=OTHER_KEY), "没有登记签名的密钥", id="unknown key"),
        pytest.param(replace(record("甲"), signature=OTHER_KEY.sign(record("甲").text)), "不是密钥", id="wrong key"),
        pytest.param(record("甲", key=EXPIRED), "过期", id="expired key"),
        pytest.param(record("甲", texts="0" * 64), "没有存档记录所用的政策", id="unknown policy"),
        pytest.param(replace(record("甲"), openings=(Opening("/a", "", 1),)), "承诺不符", id="wrong opening"),
        pytest.param(record("甲", format=2), "升级", id="newer record"),
        pytest.param(replace(record("甲"), text="{}"), "不是判定记录", id="no record"),
        pytest.param(replace(record("甲"), text="{"), "不是判定记录", id="no JSON"),
        pytest.param(record("甲", more=1), "more", id="more members"),
    ],
)  # fmt: skip
def test_what_verifying_would_find_is_not_taken_in(tmp_path, bad, told):
    opened = ledger(tmp_path / "ledger.db", 1)
    opened.register(EXPIRED.public)

    with pytest.raises(AuditError, match=told):
        opened.append_many([record("乙"), bad])

    assert opened.head().sequence == 1
    opened.close()


def test_the_validity_of_a_registered_key_stays(place):
    opened = ledger(place)
    longer = new_signing_key(not_after="2099-01-01T00:00:00Z", seed=bytes(32))

    with pytest.raises(AuditError, match="另一个有效期"):
        opened.register(longer.public)
    opened.close()


@pytest.mark.parametrize(
    "action", ["UPDATE entries SET hash = ''", "DELETE FROM entries", "DELETE FROM policies"]
)
def test_the_database_refuses_to_change_entries(tmp_path, action):
    ledger(tmp_path / "ledger.db", 1).close()

    with (
        closing(sqlite3.connect(tmp_path / "ledger.db")) as other,
        pytest.raises(sqlite3.IntegrityError, match="只能追加"),
    ):
        other.execute(action)


def test_postgresql_refuses_to_change_entries(postgres_url):
    import psycopg  # noqa: PLC0415 - only where a server was found
    from tests.cases.conftest import database  # noqa: PLC0415

    url = database(postgres_url)
    ledger(url, 1).close()
    for action in ("UPDATE entries SET hash = ''", "DELETE FROM entries", "TRUNCATE checkpoints"):
        with psycopg.connect(url) as other, pytest.raises(psycopg.errors.RaiseException, match="只能追加"):
            other.execute(action)


def test_a_ledger_that_is_not_there_is_not_begun_unasked(tmp_path):
    with pytest.raises(AuditError, match="找不到账本"):
        open_ledger(tmp_path / "ledger.db", create=False)

    assert not (tmp_path / "ledger.db").exists()


def test_another_database_is_no_ledger(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (a)")
    with pytest.raises(AuditError, match="没有账本"):
        open_ledger(tmp_path / "other.db", create=False)


def test_another_file_is_no_ledger(tmp_path):
    (tmp_path / "text").write_text("甲乙丙丁" * 100)
    with pytest.raises(AuditError, match="not a database"):
        open_ledger(tmp_path / "text")


def test_a_place_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AuditError, match="unable to open"):
        open_ledger(tmp_path / "没有" / "ledger.db")


def test_a_driver_that_is_not_installed_is_told():
    with pytest.raises(AuditError, match="驱动程序"):
        open_ledger("mssql+pymssql://localhost/x")


def test_a_password_is_not_told():
    with pytest.raises(AuditError) as error:
        open_ledger("postgresql://user:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)


def test_a_ledger_of_a_newer_version_is_refused(tmp_path):
    ledger(tmp_path / "ledger.db", 1).close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("DROP TRIGGER ledger_update")
        other.execute("UPDATE ledger SET format = 2")
        other.commit()

    with pytest.raises(AuditError, match=r"格式版本 2.*升级"):
        open_ledger(tmp_path / "ledger.db")


def _write(place: str, name: int) -> None:
    opened = ledger(place)
    for number in range(EACH):
        opened.append(record(f"{name}-{number}"))
    opened.close()


@pytest.mark.slow
def test_writers_at_once_make_one_chain(place):
    """Eight processes begin the ledger and append to it at the same time."""
    context = get_context("fork")
    writers = [context.Process(target=_write, args=(place, name)) for name in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    opened = open_ledger(place, create=False)
    names = [record_name(entry) for entry in opened.entries()]
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert sorted(names) == sorted(f"{name}-{number}" for name in range(WRITERS) for number in range(EACH))
    assert verify(opened).sound
    opened.close()


def record_name(entry) -> str:
    return entry.record.partition('"household_id":"')[2].partition('"')[0]


@pytest.mark.parametrize("many", [1, 30])
def test_a_full_disk_is_told_and_the_ledger_stays_whole(tmp_path, many):
    opened = ledger(tmp_path / "ledger.db", 2, checkpoint=True)
    big = [record(f"{number}", outcome={"长": "满" * 20_000}) for number in range(many)]
    with opened._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")

    with pytest.raises(AuditError, match="磁盘已满"):
        opened.append_many(big)

    assert opened.head().sequence == 2
    assert verify(opened).sound
    opened.append(record("小"))
    assert [record_name(entry) for entry in opened.entries()] == ["H1", "H2", "小"]
    opened.close()


def test_openings_stay_beside_the_record(place):
    opened = ledger(place, 1)

    (entry,) = opened.entries()

    assert OPENING.value not in entry.record
    assert entry.openings == '[["/household/birth_date","00000000000000000000000000000000","1950-01-01"]]'
    opened.close()
