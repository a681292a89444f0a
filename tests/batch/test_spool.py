"""Rows of a household come out together, whole and in order, wherever they waited."""

from __future__ import annotations

import resource
from contextlib import suppress

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

from relapse_rules.batch import spool as module  # noqa: E402 - after the packages were looked for
from relapse_rules.batch.spool import HOUSEHOLD, Spool, part_of  # noqa: E402


def _rows(first: int, count: int):
    numbers = [f"H{place % 7}" for place in range(first, first + count)]
    return pa.table({HOUSEHOLD: numbers, "place": list(range(first, first + count))})


@pytest.mark.parametrize("split_bytes", [0, 300, 1 << 20])
def test_entities_in_many_pieces(tmp_path, monkeypatch, split_bytes):
    monkeypatch.setattr(module, "_SPLIT_BYTES", split_bytes)

    with Spool(most_bytes=250, parts=3, folder=tmp_path) as spool:
        for entity in ("household", "member", "loan"):
            for first in range(0, 60, 10):
                spool.add(entity, _rows(first, 10))
        spool.finish()
        parts = list(spool.parts())

    for entity in ("household", "member", "loan"):
        found = [part[entity].to_pylist() for part in parts]
        assert sorted(row["place"] for rows in found for row in rows) == list(range(60))
        assert all(rows == sorted(rows, key=lambda row: row["place"]) for rows in found)
        owners = [{row[HOUSEHOLD] for row in rows} for rows in found]
        assert sum(map(len, owners)) == 7
    assert list(tmp_path.iterdir()) == []


def test_the_disk_is_cleared_after_an_error(tmp_path):
    seen = []

    with suppress(KeyError), Spool(most_bytes=0, parts=2, folder=tmp_path) as spool:
        spool.add("member", _rows(0, 5))
        seen = list(tmp_path.iterdir())
        raise KeyError

    assert len(seen) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_part_of_a_number_is_the_same_in_every_run_and_however_it_is_kept():
    numbers = pa.array(["511002000001", "511002000002", "户甲", None, ""])

    assert part_of(numbers, 1000).tolist() == [
        part_of(numbers.slice(place, 1), 1000)[0] for place in range(5)
    ]
    assert part_of(numbers.dictionary_encode(), 1000).tolist() == part_of(numbers, 1000).tolist()
    assert part_of(numbers, 1000).tolist() == [487, 21, 76, 0, 0]


def _fill(folder):
    with Spool(most_bytes=0, parts=1, folder=folder) as spool:
        spool.add("member", _rows(0, 5000))
        spool.finish()


def test_a_full_disk_is_an_error_and_is_cleared(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))

    try:
        with pytest.raises(OSError, match=r"large|space"):
            _fill(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(tmp_path.iterdir()) == []


def test_small_parts_are_handed_out_together(tmp_path):
    with Spool(most_bytes=200_000, parts=64, folder=tmp_path) as spool:
        for first in range(0, 20_000, 5_000):
            spool.add("member", _rows(first, 5_000))
        spool.finish()
        count = spool.count
        parts = list(spool.parts())

    assert 1 < len(parts) == count < 64
    places = [place for part in parts for place in part["member"].column("place").to_pylist()]
    assert sorted(places) == list(range(20_000))
