"""Whatever is done to a ledger is found, and where it was done is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace as changed

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.small import AT, FILES, KEY, OTHER_KEY, Listed, ledger, record

from relapse_rules.audit.archive import archived_from
from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.chain import (
    Checkpoint,
    Damage,
    Entry,
    Head,
    KeyStatement,
    PolicyFiles,
    entry_hash,
    head_from,
    new_checkpoint,
)
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.keys import new_signing_key
from relapse_rules.audit.verifying import verify

COUNT = 6


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The items of a ledger of six entries, with checkpoints after the third and the last."""
    opened = ledger(tmp_path_factory.mktemp("ledger") / "ledger.db", key=KEY, checkpoint_every=3)
    opened.append_many([record(f"H{number}") for number in range(1, COUNT + 1)])
    items = [*opened.items()]
    opened.close()
    return Listed(opened.id, items)


def tampered(whole: Listed, items) -> list[tuple[int | None, str]]:
    return [*verify(Listed(whole.id, items)).findings]


def at(items, sequence: int) -> int:
    return next(
        place for place, each in enumerate(items) if isinstance(each, Entry) and each.sequence == sequence
    )


def flipped(text: str, place: int) -> str:
    """Another text of the same length, different in one character."""
    place %= len(text)
    return text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]


def test_nothing_is_found_in_a_ledger_as_it_was_written(whole):
    report = verify(whole)

    assert report.sound
    assert (report.head.sequence, report.covered, report.more, report.trusted) == (COUNT, COUNT, False, False)


@given(
    sequence=st.integers(1, COUNT),
    field=st.sampled_from(["record", "signature", "hash", "previous", "openings"]),
    place=st.integers(0, 10**6),
)
def test_a_changed_entry_is_found_where_it_is(whole, sequence, field, place):
    items = [*whole.items()]
    entry = items[at(items, sequence)]
    items[at(items, sequence)] = entry._replace(**{field: flipped(getattr(entry, field), place)})

    found = tampered(whole, items)

    assert sequence in {finding.sequence for finding in found}
    assert {finding.sequence for finding in found} <= {sequence, sequence + 1, None}


@given(st.integers(1, COUNT), st.integers(-3, 10))
def test_a_renumbered_entry_is_found(whole, sequence, other):
    items = [*whole.items()]
    place = at(items, sequence)
    items[place] = items[place]._replace(sequence=other)

    assert bool(tampered(whole, items)) is (other != sequence)


@given(st.sets(st.integers(1, COUNT), min_size=1))
def test_dropped_entries_are_found_where_they_were(whole, dropped):
    items = [each for each in whole.items() if not isinstance(each, Entry) or each.sequence not in dropped]

    found = tampered(whole, items)

    # A run of them is told of once, at its first.
    firsts = {number for number in dropped if number - 1 not in dropped}
    assert firsts <= {finding.sequence for finding in found if "不见了" in finding.message}


@given(st.integers(1, COUNT), st.integers(1, COUNT + 1))
def test_a_repeated_entry_is_found(whole, sequence, where):
    items = [*whole.items()]
    place = at(items, where) if where <= COUNT else len(items)
    items.insert(place, items[at(items, sequence)])

    found = tampered(whole, items)

    assert found
    assert sequence in {finding.sequence for finding in found} or where < sequence


@given(st.permutations(range(1, COUNT + 1)))
def test_entries_in_another_order_are_found(whole, order):
    before = [each for each in whole.items() if not isinstance(each, Entry | Checkpoint)]
    entries = {each.sequence: each for each in whole.items() if isinstance(each, Entry)}

    found = tampered(whole, [*before, *(entries[number] for number in order)])

    assert bool(found) is (order != sorted(order))


@given(st.integers(1, COUNT), st.booleans())
def test_an_inserted_entry_is_found_where_it_is(whole, sequence, by_another_key):
    """Even one that is chained rightly, by whoever has no key of the ledger or does not renumber what follows."""
    items = [*whole.items()]
    place = at(items, sequence)
    forged = record("伪", key=OTHER_KEY if by_another_key else KEY)
    previous = items[place].previous
    hash_ = entry_hash(previous, sequence, forged.hash, forged.signature)
    openings = canonical([each.dump() for each in forged.openings])
    items.insert(place, Entry(sequence, previous, forged.text, forged.signature, openings, hash_))

    found = tampered(whole, items)

    assert sequence in {finding.sequence for finding in found}


def rewritten(whole: Listed, key) -> list:
    """The entries of a ledger made anew, with another one in the middle, by somebody who has ``key``."""
    items = [each for each in whole.items() if not isinstance(each, Entry | Checkpoint)]
    previous = next(each for each in whole.items() if isinstance(each, Entry)).previous
    for number in range(1, COUNT + 1):
        made = record(f"H{number}" if number != 4 else "伪", key=key)
        hash_ = entry_hash(previous, number, made.hash, made.signature)
        openings = canonical([each.dump() for each in made.openings])
        items.append(Entry(number, previous, made.text, made.signature, openings, hash_))
        previous = hash_
    return items


def test_a_ledger_rewritten_with_its_own_key_contradicts_its_checkpoints(whole):
    checkpoints = [each for each in whole.items() if isinstance(each, Checkpoint)]

    found = tampered(whole, [*rewritten(whole, KEY), checkpoints[-1]])

    assert [finding.message for finding in found] == [
        "第 6 条处的检查点：签下的校验值与账本不同：账本在签名之后被重写过"
    ]


def test_a_ledger_rewritten_with_its_own_key_contradicts_a_head_kept_elsewhere(whole):
    head = verify(whole).head

    report = verify(Listed(whole.id, rewritten(whole, KEY)), head=head)

    assert [finding.sequence for finding in report.findings] == [COUNT]


def test_a_ledger_rewritten_with_another_key_is_found_by_whoever_knows_the_right_one(whole):
    items = [KeyStatement(OTHER_KEY.public.id, OTHER_KEY.public.statement), *rewritten(whole, OTHER_KEY)]

    assert verify(Listed(whole.id, items)).sound  # which is why trust must be told
    report = verify(Listed(whole.id, items), trusted=(KEY.public,))
    assert [finding.sequence for finding in report.findings] == [*range(1, COUNT + 1)]


def test_a_trusted_key_is_enough(whole):
    items = [each for each in whole.items() if not isinstance(each, KeyStatement)]

    report = verify(Listed(whole.id, items), trusted=(KEY.public,))

    assert report.sound
    assert report.trusted


@pytest.mark.parametrize("count", range(COUNT))
def test_a_cut_tail_is_found_by_a_checkpoint_or_a_head(whole, count):
    items = [*whole.items()]
    cut = [each for each in items if not isinstance(each, Entry) or each.sequence <= count]
    bare = [each for each in cut if not isinstance(each, Checkpoint)]

    assert count + 1 in {finding.sequence for finding in tampered(whole, cut)}
    report = verify(Listed(whole.id, bare), head=verify(whole).head)
    assert [finding.sequence for finding in report.findings] == [count + 1]


@pytest.mark.parametrize("count", range(COUNT + 1))
def test_a_ledger_that_has_gone_on_has_passed_an_older_head(whole, count):
    entries = [each for each in whole.items() if isinstance(each, Entry)]
    head = Head(count, entries[count - 1].hash if count else entries[0].previous)

    assert verify(whole, head=head_from(str(head))).sound
    assert not verify(whole, head=Head(count, "0" * 64)).sound


@pytest.mark.parametrize("text", ["", "3", "3:abc", f"x:{'0' * 64}", f"²:{'0' * 64}"])
def test_a_head_that_is_none_is_told(text):
    with pytest.raises(AuditError, match="末条"):
        head_from(text)


@given(st.integers(0, 10**6), st.sampled_from(["text", "signature"]))
def test_a_changed_checkpoint_is_found(whole, place, field):
    items = [*whole.items()]
    last = items[-1]
    items[-1] = last._replace(**{field: flipped(getattr(last, field), place)})

    assert tampered(whole, items)


def test_a_checkpoint_of_another_ledger_is_found(whole):
    other = new_checkpoint("0" * 32, verify(whole).head, AT, KEY)

    assert "属于另一本账" in tampered(whole, [*whole.items(), other])[0].message


def test_a_checkpoint_in_another_place_is_found(whole):
    items = [*whole.items()]
    items.append(items[at(items, 3) + 1])

    assert "位置不对" in tampered(whole, items)[0].message


@given(st.integers(0, 10**6))
def test_a_changed_policy_is_found(whole, place):
    items = [*whole.items()]
    where = next(place for place, each in enumerate(items) if isinstance(each, PolicyFiles))
    items[where] = items[where]._replace(content=flipped(items[where].content, place))

    assert "存档的政策" in tampered(whole, items)[0].message


@pytest.mark.parametrize(
    ("content", "told"), [("{}", "不是存档的政策"), ('{"format":2,"kind":"policy"}', "升级"), ("{", "规范")]
)
def test_something_else_is_no_archived_policy(content, told):
    with pytest.raises(AuditError, match=told):
        archived_from(content)


@given(st.integers(0, 10**6))
def test_a_changed_key_is_found(whole, place):
    items = [*whole.items()]
    where = next(place for place, each in enumerate(items) if isinstance(each, KeyStatement))
    items[where] = items[where]._replace(statement=flipped(items[where].statement, place))

    assert tampered(whole, items)


def test_a_key_that_gives_itself_more_time_is_found(whole):
    """Its holder can sign another statement, but each record names the one that held."""
    longer = new_signing_key(not_after="2099-01-01T00:00:00Z", seed=bytes(32)).public
    items = [
        KeyStatement(longer.id, longer.statement) if isinstance(each, KeyStatement) else each
        for each in whole.items()
    ]

    assert "有效期与签名时不同" in tampered(whole, items)[0].message


def test_a_record_after_its_key_had_expired_is_found(whole):
    short = new_signing_key(not_after="2026-01-01T00:00:00Z", seed=bytes(31) + b"\2")
    made = record("晚", key=short)
    first = next(each for each in whole.items() if isinstance(each, Entry))
    hash_ = entry_hash(first.previous, 1, made.hash, made.signature)
    openings = canonical([each.dump() for each in made.openings])
    items = [
        KeyStatement(short.public.id, short.public.statement),
        PolicyFiles(FILES.texts, FILES.content),
        Entry(1, first.previous, made.text, made.signature, openings, hash_),
    ]

    (found,) = tampered(whole, items)

    assert found.sequence == 1
    assert "过期" in found.message


@pytest.mark.parametrize("body", ["{}", "[]", "x", '{"kind":"record"}', '{"signer":{"key":1,"statement":2}}'])
def test_a_record_that_is_none_is_found(whole, body):
    items = [*whole.items()]
    place = at(items, 2)
    items[place] = items[place]._replace(record=body)

    assert {finding.sequence for finding in tampered(whole, items)} == {2}


def test_openings_that_are_missing_are_found_unless_all_were_left_out(whole):
    items = [*whole.items()]
    place = at(items, 2)

    items[place] = items[place]._replace(openings="[]")
    assert [str(finding) for finding in tampered(whole, items)] == ["第 2 条：旁存的个人信息缺少或多出几项"]

    items[place] = items[place]._replace(openings=None)
    assert not tampered(whole, items)


def test_findings_are_bounded(whole):
    report = verify(Listed(whole.id, [Damage("坏")] * 200))

    assert len(report.findings) == 100
    assert report.more


def test_progress_is_told(whole):
    told: list[int] = []
    first = next(each for each in whole.items() if isinstance(each, Entry))

    verify(Listed(whole.id, [first] * 2500), progress=told.append)

    assert told == [1000, 2000, 2500]


def test_an_unreadable_part_is_a_finding(tmp_path):
    opened = ledger(tmp_path / "ledger.db", 3)
    opened.close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        (root,) = other.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entries'").fetchone()
    content = bytearray((tmp_path / "ledger.db").read_bytes())
    content[(root - 1) * 4096] ^= 0xFF
    (tmp_path / "ledger.db").write_bytes(content)

    report = verify(opened)

    assert not report.sound
    assert any("读不下去" in finding.message for finding in report.findings)
    opened.close()


def test_a_changed_table_is_found(tmp_path):
    opened = ledger(tmp_path / "ledger.db", 1)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("DROP TRIGGER entries_delete")

    assert "触发器" in verify(opened).findings[0].message
    opened.close()


def test_a_row_changed_behind_the_ledgers_back_is_found(tmp_path):
    opened = ledger(tmp_path / "ledger.db", 3, checkpoint=True)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        (sql,) = other.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_update'").fetchone()
        other.execute("DROP TRIGGER entries_update")
        other.execute("UPDATE entries SET record = replace(record, 'H2', 'H9') WHERE sequence = 2")
        other.execute(sql)
        other.commit()

    assert [finding.sequence for finding in verify(opened).findings] == [2, 2]
    opened.close()


def test_a_checkpoint_of_a_newer_version_is_told():
    made = new_checkpoint("0", Head(0, "0"), AT, KEY)
    with pytest.raises(AuditError, match="升级"):
        Checkpoint(canonical(parsed(made.text) | {"format": 2}), "").body()
    with pytest.raises(AuditError, match="不是检查点"):
        Checkpoint("{}", "").body()


def test_a_checkpoint_by_a_key_that_is_not_valid_is_not_made(tmp_path):
    short = new_signing_key(not_after="2026-01-01T00:00:00Z")
    opened = ledger(tmp_path / "ledger.db", 1)
    with pytest.raises(AuditError, match="过期"):
        opened.checkpoint(short, AT)
    opened.close()


def test_records_are_equal_when_they_say_the_same():
    assert record("甲") == changed(record("甲"), made_of={})
