"""An export has one way to be written: any other byte is found. It hides personal values and verifies all the same."""

from __future__ import annotations

import io
import json
import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.small import FILES, KEY, OPENING, ledger, record

from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.chain import Damage, Entry
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.export import ExportFile, export
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.verifying import verify


def exported(opened, **options) -> bytes:
    out = io.BytesIO()
    export(opened, out, **options)
    return out.getvalue()


@pytest.fixture
def opened(tmp_path):
    made = ledger(tmp_path / "ledger.db", 2, checkpoint=True)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ledger.jsonl"


@pytest.mark.parametrize("personal", [True, False])
def test_an_export_verifies_like_its_ledger(opened, file, personal):
    file.write_bytes(exported(opened, personal=personal))

    report = verify(ExportFile(file), head=opened.head(), trusted=(KEY.public,))

    assert report.sound
    assert (report.head, report.covered) == (opened.head(), 2)


def test_personal_values_are_left_out_unless_asked_for(opened):
    assert OPENING.value not in exported(opened).decode()
    assert OPENING.value in exported(opened, personal=True).decode()


def test_every_line_is_canonical_json(opened):
    for line in exported(opened, personal=True).decode().splitlines():
        assert canonical(json.loads(line)) == line


def test_an_export_gives_back_what_was_in_the_ledger(opened, file):
    file.write_bytes(exported(opened, personal=True))

    read = ExportFile(file)

    assert read.id == opened.id
    assert [*read.items()] == [*opened.items()]
    assert read.entry(2) == opened.entry(2)
    assert read.entry(3) is None
    assert read.policy(FILES.texts) == FILES
    assert read.policy("0" * 64) is None
    read.close()


def test_the_same_ledger_has_the_same_export(opened):
    assert exported(opened) == exported(opened)


def test_every_flipped_byte_is_found(short, file, untraced):
    unseen = []
    for place in range(len(short)):
        flipped = bytearray(short)
        flipped[place] ^= 1 << place % 8
        file.write_bytes(flipped)
        if not found(file):
            unseen.append(place)
    assert unseen == []


@pytest.fixture(scope="module")
def short(tmp_path_factory) -> bytes:
    """The export of a ledger with one entry and a checkpoint."""
    made = ledger(tmp_path_factory.mktemp("short") / "ledger.db", 1, checkpoint=True)
    content = exported(made, personal=True)
    made.close()
    return content


@given(cut=st.integers(0, 10**6), more=st.binary(max_size=3))
def test_a_file_cut_short_or_added_to_is_found(short, tmp_path_factory, cut, more):
    file = tmp_path_factory.getbasetemp() / "cut"
    place = cut % (len(short) + 1)
    file.write_bytes(short[:place] + more)

    assert found(file) is (short[:place] + more != short)


def found(file) -> bool:
    try:
        return not verify(ExportFile(file)).sound
    except AuditError:
        return True


def test_a_line_moved_is_found(opened, file):
    lines = exported(opened).splitlines(keepends=True)
    for first in range(1, len(lines) - 1):
        moved = [*lines]
        moved[first], moved[first + 1] = moved[first + 1], moved[first]
        file.write_bytes(b"".join(moved))
        assert found(file)


def test_damage_is_told_by_line(opened, file):
    lines = exported(opened).splitlines(keepends=True)
    lines[3] = b"\xff\n"
    file.write_bytes(b"".join(lines))

    messages = [finding.message for finding in verify(ExportFile(file)).findings]

    assert messages[0] == "第 4 行：不是账本的行，或不是规范写法，被改动过"
    assert messages[-1].startswith("结尾行")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "不是导出的账本", id="empty"),
        pytest.param(b"\xff", "不是导出的账本", id="no text"),
        pytest.param(b"[]\n", "不是导出的账本", id="list"),
        pytest.param(b'{"format":2,"id":"0","kind":"ledger"}\n', "升级", id="newer"),
    ],
)
def test_another_file_is_no_export(file, content, told):
    file.write_bytes(content)
    with pytest.raises(AuditError, match=told):
        ExportFile(file)


def test_a_file_that_is_not_there_is_told(file):
    with pytest.raises(AuditError, match="读不了"):
        ExportFile(file)


def test_a_damaged_ledger_is_not_exported():
    class Broken:
        id = "0"

        def items(self):
            yield Damage("坏了")

    with pytest.raises(AuditError, match="坏了"):
        export(Broken(), io.BytesIO())


def test_a_record_that_speaks_of_another_record_stays_apart(tmp_path, file):
    """Texts inside a record that look like the rest of a line do not end it."""
    trick = '","sequence":9,"signature":"' + "0" * 128 + '"}'
    opened = ledger(tmp_path / "trick.db")
    opened.append(record(trick, facts={"a": trick, '],"previous":"': [{"record": {}}]}))
    file.write_bytes(exported(opened, personal=True))

    assert verify(ExportFile(file)).sound
    assert [each for each in ExportFile(file).items() if isinstance(each, Entry)] == [*opened.entries()]
    opened.close()


def test_a_flipped_byte_of_an_sqlite_ledger_is_found_or_changes_nothing(tmp_path, untraced):
    """A database has bytes without content: free space, counters. Flipping one of these must leave every item as it was.

    A sample here; RELAPSE_EVERY_BYTE=1 tries each byte.
    """
    made = ledger(tmp_path / "ledger.db", 2, checkpoint=True)
    original = [*made.items()]
    made.close()
    content = (tmp_path / "ledger.db").read_bytes()
    used = [place for place, byte in enumerate(content) if byte]
    places = range(len(content)) if os.environ.get("RELAPSE_EVERY_BYTE") else Random(7).sample(used, 250)
    copy = tmp_path / "copy.db"
    unseen = []
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        for name in tmp_path.glob("copy.db*"):
            name.unlink()
        copy.write_bytes(flipped)
        try:
            again = open_ledger(copy, create=False)
        except AuditError:
            continue
        if verify(again).sound and (again.id, [*again.items()]) != (made.id, original):
            unseen.append(place)
        again.close()
    assert unseen == []
