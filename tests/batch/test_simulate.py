"""A synthetic county is the same for the same wish, is taken in whole, and what is wrong in it is what was made wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

import pyarrow.compute as pc  # noqa: E402 - after the packages were looked for
import pyarrow.parquet as pq  # noqa: E402
from tests.batch.counties import PLAN, VOCABULARY  # noqa: E402

from relapse_rules.batch.intake import take_in  # noqa: E402
from relapse_rules.batch.simulate.county import (  # noqa: E402
    DIRT,
    DIRT_HEADER,
    MOST_HOUSEHOLDS,
    NOTICE,
    README,
    Simulated,
    UnfitError,
    Wish,
    simulate,
)
from relapse_rules.batch.simulate.dirt import CELLS, NOBODY  # noqa: E402
from relapse_rules.batch.simulate.files import Format  # noqa: E402

HOUSEHOLDS = 300
WAYS = [
    pytest.param(Format.PARQUET, False, id="parquet, English headers"),
    pytest.param(Format.CSV, True, id="csv, Chinese headers"),
]
OF_ANY_COUNTY = ("context", "accountability_case", "department_alert")
TOLD_APART = {"household_id", "id", "township_code", "village_code", "missing", "contradictions", "reasons"}


@pytest.fixture(scope="module")
def county(tmp_path_factory) -> Callable[..., Simulated]:
    """Return a function that gives the county of a wish, made once."""
    made: dict[Wish, Simulated] = {}

    def give(**wished: object) -> Simulated:
        wish = Wish(**{"households": HOUSEHOLDS, "seed": 3, **wished})
        if wish not in made:
            made[wish] = simulate(wish, tmp_path_factory.mktemp("county") / "县", VOCABULARY)
        return made[wish]

    return give


@pytest.fixture(scope="module")
def decided(county):
    """Return the decisions about a clean county."""
    return PLAN.decide_batch(county().folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mistakes(folder: Path) -> list[dict[str, str]]:
    with (folder / DIRT).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def taken(folder: Path):
    with take_in(PLAN, folder) as found:
        parts = tuple(found.parts())
        rejects = pa.concat_tables([found.rejects, *(part.rejects for part in parts)])
        yield found, parts, rejects.to_pylist()


def distinct(table: pa.Table, column: str) -> int:
    return pc.count_distinct(table[column]).as_py()


# --- the same, and another ------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "chinese"), WAYS)
def test_the_same_wish_gives_the_same_bytes(county, tmp_path, form, chinese):
    wished = {"form": form, "chinese": chinese, "dirt": 500}

    again = simulate(Wish(households=HOUSEHOLDS, seed=3, **wished), tmp_path / "again", VOCABULARY)

    assert contents(again.folder) == contents(county(**wished).folder)


def test_a_text_stands_once_in_a_dictionary(county):
    """Arrow gives up the dictionary of a column in which a text stands twice, and pads it with whatever the memory holds."""
    file = pq.ParquetFile(county().folder / "procedure_event.parquet")
    columns = [file.metadata.row_group(0).column(place) for place in range(len(file.schema))]

    texts = {each.path_in_schema: each.encodings for each in columns if each.physical_type == "BYTE_ARRAY"}

    assert {"step", "actor"} <= texts.keys()
    assert all("RLE_DICTIONARY" in encodings for encodings in texts.values())


def test_another_seed_gives_another_county(county):
    one, other = contents(county().folder), contents(county(seed=4).folder)

    same = {name for name in one if one[name] == other[name]}

    assert one.keys() == other.keys()
    assert same <= {f"{name}.parquet" for name in OF_ANY_COUNTY}


def test_mistakes_are_put_into_the_county_that_is_there_without_them(county):
    clean, dirty = county(), county(dirt=1000)
    touched = {(each["表"], each["户编号"]) for each in mistakes(dirty.folder)}

    for name in ("finance", "water", "insurance"):
        rows, spoilt = (pq.read_table(each.folder / f"{name}.parquet").to_pylist() for each in (clean, dirty))
        differing = {
            (name, row["household_id"])
            for row, other in zip(rows, spoilt, strict=True)
            if {key: str(value) for key, value in row.items()}
            != {key: str(value) for key, value in other.items()}
        }
        assert differing == {each for each in touched if each[0] == name}


# --- what is in it --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 7, HOUSEHOLDS])
def test_a_county_of_so_many_households_has_so_many(county, count):
    made = county(households=count)
    tables = {name: pq.read_table(made.folder / f"{name}.parquet") for name in made.rows}

    assert {name: len(table) for name, table in tables.items()} == dict(made.rows)
    assert distinct(tables["household"], "household_id") == len(tables["household"]) == count
    for each in tables.values():
        strangers = set(each["household_id"].to_pylist()) if "household_id" in each.column_names else set()
        assert strangers <= set(tables["household"]["household_id"].to_pylist())
    assert set(made.rows) == {entity.english for entity in VOCABULARY.entities}


def test_members_are_as_many_as_the_household_says(county):
    folder = county().folder
    members = pq.read_table(folder / "member.parquet")["household_id"].to_pylist()

    stated = {
        row["household_id"]: row["population"]
        for row in pq.read_table(folder / "household.parquet").to_pylist()
        if row["population"] is not None
    }

    assert len(stated) > HOUSEHOLDS // 2
    assert {name: members.count(name) for name in stated} == stated


def test_the_flood_hits_some_townships_and_spares_others(county):
    folder = county().folder
    homes = pq.read_table(folder / "household.parquet", columns=["household_id", "township_code"]).to_pylist()
    impacts = pq.read_table(folder / "impact.parquet")
    flood = impacts["event_id"][0].as_py()
    struck = impacts.filter(pc.field("affected") & (pc.field("event_id") == flood))
    hit = struck["household_id"].to_pylist()

    townships = {row["household_id"]: row["township_code"] for row in homes if row["township_code"]}
    flooded = {townships[name] for name in hit if name in townships}

    assert 0 < len(set(hit)) < HOUSEHOLDS // 2
    assert flooded
    assert flooded < set(townships.values())


def test_cells_are_missing_here_and_there(county):
    table = pq.read_table(county().folder / "household.parquet")
    empty = {name: table[name].null_count for name in table.column_names}

    assert empty["household_id"] == 0
    assert sum(0 < count < HOUSEHOLDS for count in empty.values()) > len(empty) // 2


@pytest.mark.parametrize(("form", "chinese"), WAYS)
def test_the_folder_says_that_it_is_synthetic(county, form, chinese):
    made = county(form=form, chinese=chinese, dirt=500)

    told = (made.folder / README).read_text(encoding="utf-8-sig")

    assert told.startswith(NOTICE)
    assert "合成" in told
    assert f"simulate {HOUSEHOLDS} --seed 3 --format {form.value}" in told
    assert "--dirt 0.05 " in told
    assert "约 5.00% 的户" in told
    assert ("--headers zh" in told) is chinese
    assert f"写错的 {made.defects} 行" in told
    assert all(f"{name}  {count} 行" in told for name, count in made.rows.items())


def test_without_mistakes_there_is_no_list_of_them(county):
    made = county()

    assert made.defects == 0
    assert not (made.folder / DIRT).exists()
    assert "没有故意写错的地方" in (made.folder / README).read_text(encoding="utf-8-sig")


# --- taken in -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "chinese"), WAYS)
def test_nothing_of_a_clean_county_is_rejected(county, form, chinese):
    made = county(form=form, chinese=chinese)

    with taken(made.folder) as (found, parts, rejects):
        assert rejects == []
        assert sum(map(len, parts)) == HOUSEHOLDS
        assert sorted(each.decided for each in found.counts) == sorted(made.rows.values())
        assert not [note for note in found.notes if "没有这列" in note or "没有用到的列" in note]


@pytest.mark.parametrize(("form", "chinese"), WAYS)
def test_exactly_what_was_made_wrong_is_rejected(county, form, chinese):
    made = county(households=500, form=form, chinese=chinese, dirt=2000)
    listed = mistakes(made.folder)

    with taken(made.folder) as (_, parts, rejects):
        decided = sum(map(len, parts))

    assert len(listed) == made.defects
    assert len({each["毛病"] for each in listed}) == len({each.kind for each in CELLS}) + 2
    assert tuple(listed[0]) == DIRT_HEADER
    # A record may have been rejected only because another of its household was: then the reason says so.
    own = {
        (Path(each["source"]).stem, str(each["row"]), each["household_id"], field_name(each, chinese))
        for each in rejects
        if each["field"]
    }
    assert own == {(each["表"], each["行"], each["户编号"], each["列"]) for each in listed}
    wrong = {each["户编号"] for each in listed}
    assert {each["household_id"] for each in rejects} == wrong
    assert decided == 500 - len(wrong - {NOBODY})


def field_name(reject: Mapping[str, str], chinese: bool) -> str:  # noqa: FBT001
    """Return the column of a rejected record as the county's tables call it."""
    entity = next(each for each in VOCABULARY.entities if each.name == reject["entity"])
    fields = {each.name: each.english for each in entity.fields} | {"户编号": "household_id"}
    return reject["field"] if chinese else fields[reject["field"]]


def test_every_household_can_have_a_mistake(county):
    made = county(households=60, dirt=10_000)

    with taken(made.folder) as (_, parts, rejects):
        decided = {name for part in parts for name in part.ids.to_pylist()}

    wrong = {each["户编号"] for each in mistakes(made.folder)}
    assert decided.isdisjoint(wrong)
    assert {each["household_id"] for each in rejects} == wrong


def test_mistakes_stand_where_the_list_says_in_every_block(tmp_path):
    """Households come in blocks of 65,536; rows are counted through all of them."""
    made = simulate(Wish(households=66_000, seed=5, dirt=300), tmp_path / "county", VOCABULARY)
    listed = mistakes(made.folder)
    tables = {
        name: pq.read_table(made.folder / f"{name}.parquet") for name in {each["表"] for each in listed}
    }

    late = [each for each in listed if each["户编号"] > "H000065536"]
    homes = tables["household"]

    assert late
    assert distinct(homes, "household_id") == 66_000
    for each in listed:
        row = int(each["行"]) - 1
        table = tables[each["表"]]
        assert table["household_id"][row].as_py() == each["户编号"]
        assert table[each["列"]][row].as_py() == each["写的值"]


# --- decided --------------------------------------------------------------------------------------


def test_a_few_hundred_households_reach_most_outcomes(decided):
    columns = {
        (domain, name): set(table[name].to_pylist())
        for domain, table in {"household": decided.households, **decided.elements}.items()
        for name in table.column_names
        if name not in TOLD_APART and "|" not in name
    }

    both = [each for each in columns.values() if {True, False} <= each]
    unknown = [each for each in columns.values() if None in each]
    all_three = [each for each in columns.values() if {True, False, None} <= each]

    assert len(both) > len(columns) * 8 // 10
    assert len(unknown) > len(columns) * 6 // 10
    assert len(all_three) > len(columns) * 6 // 10


def test_headers_and_form_make_no_difference_to_what_is_decided(county, decided):
    other = PLAN.decide_batch(county(form=Format.CSV, chinese=True).folder)

    assert other.households.equals(decided.households)
    assert other.elements.keys() == decided.elements.keys()
    assert all(other.elements[name].equals(table) for name, table in decided.elements.items())
    assert other.county == decided.county


# --- where it goes --------------------------------------------------------------------------------


def test_an_empty_folder_is_filled_and_stays_the_one_it_was(tmp_path):
    folder = tmp_path / "county"
    folder.mkdir()
    before = folder.stat().st_ino

    made = simulate(Wish(households=5), folder, VOCABULARY)

    assert folder.stat().st_ino == before
    assert sorted(contents(folder)) == sorted([README, *(f"{name}.parquet" for name in made.rows)])


def test_the_folder_one_stands_in_can_be_filled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    made = simulate(Wish(households=5), ".", VOCABULARY)

    assert sorted(contents(tmp_path)) == sorted([README, *(f"{name}.parquet" for name in made.rows)])


def test_progress_is_told_to_the_last_household(tmp_path):
    told: list[int] = []

    simulate(Wish(households=9), tmp_path / "county", VOCABULARY, progress=told.append)

    assert told == [9]


def test_a_folder_with_something_in_it_is_left_as_it_is(tmp_path):
    (tmp_path / "台账.csv").write_text("甲", encoding="utf-8")

    with pytest.raises(OSError, match="not empty") as caught:
        simulate(Wish(households=5), tmp_path, VOCABULARY)

    assert caught.value.filename == str(tmp_path)
    assert contents(tmp_path) == {"台账.csv": "甲".encode()}


def test_what_breaks_off_leaves_nothing(tmp_path):
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(Wish(households=5), tmp_path / "county", VOCABULARY, progress=stop)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wished",
    [
        pytest.param({"households": 0}, id="nobody"),
        pytest.param({"households": -1}, id="fewer than nobody"),
        pytest.param({"households": MOST_HOUSEHOLDS + 1}, id="too many"),
        pytest.param({"households": 1, "seed": -1}, id="a negative seed"),
        pytest.param({"households": 1, "seed": 1 << 63}, id="a huge seed"),
        pytest.param({"households": 1, "dirt": -1}, id="less than no mistakes"),
        pytest.param({"households": 1, "dirt": 10_001}, id="more than all"),
    ],
)
def test_a_county_that_cannot_be_is_refused(wished):
    with pytest.raises(UnfitError, match="要"):
        Wish(**wished)
