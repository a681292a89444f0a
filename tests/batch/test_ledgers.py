"""Ledgers hold what the decisions say: nothing is lost, nothing stands twice, nothing personal shows unasked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")
pytest.importorskip("xlsxwriter", reason="extra batch is not installed")

import pyarrow.parquet as pq  # noqa: E402 - after the packages were looked for
from python_calamine import CalamineWorkbook  # noqa: E402
from tests.batch.finished_runs import AS_OF, Run, county_policy, write_run  # noqa: E402

from relapse_rules.batch import ledgers as ledgers_module  # noqa: E402
from relapse_rules.batch.assignment import Assignment, Level, Owner, Place  # noqa: E402
from relapse_rules.batch.file_names import FileNames, file_name  # noqa: E402
from relapse_rules.batch.ledgers import write_ledgers  # noqa: E402
from relapse_rules.decisions.model import MeasureElement, Outcome, TaskElement  # noqa: E402
from relapse_rules.tables.errors import InputError  # noqa: E402

SHARED = {"context", "disaster_event", "department_alert", "project", "accountability_case"}
WORK = ("措施", "任务")
HEADER = 2
NAMES = {
    "511002101": "石桥镇",
    "511002102": "清溪镇",
    "511002103": "云台乡",
    "511002104": "龙泉乡",
    None: "未填乡镇",
}


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """Return the rows under a sheet's header."""
    found = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    header = found[HEADER]
    return [dict(zip(header, row, strict=True)) for row in found[HEADER + 1 :] if row[0] != "（没有）"]


def work_rows(path: Path) -> list[tuple[object, ...]]:
    """Return the household, the target and the id of each piece of work in a ledger."""
    return [(row["户编号"], row["对象"], row[name[:2]]) for name in WORK for row in rows(path, name)]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def shown(run) -> dict[str, Path]:
    """The ledgers with ids, by name."""
    return {path.stem: path for path in write_ledgers(run.policy, run.folder, show_personal=True)}


@pytest.fixture
def small(run, tmp_path) -> tuple[Path, ...]:
    """The ledgers of two households."""
    return write_ledgers(run.policy, write_run(tmp_path, policy=run.policy, count=2).folder)


def to_do(run: Run) -> Iterator[tuple[int, MeasureElement | TaskElement]]:
    """Every measure and task that is yes, with the position of its household; those of the county's own entities are apart."""
    for number, decision in enumerate(run.decisions):
        for element in (*decision.measures, *decision.tasks):
            if element.outcome is Outcome.YES and element.target.entity not in SHARED:
                yield number, element


def test_each_piece_of_work_stands_once_in_its_township(run, shown):
    expected: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in NAMES.values()}
    for number, element in to_do(run):
        household = run.decisions[number].subject.id
        expected[NAMES[run.places[number][0]]][household, element.id] += 1

    found = {
        name: Counter((household, id_) for household, _, id_ in work_rows(shown[name])) for name in expected
    }

    assert found == expected


def test_each_piece_of_work_stands_once_with_each_responsible_unit(run, shown):
    generic = {unit.name for unit in run.policy.program.units if unit.fact is not None}
    expected: dict[str, Counter[tuple[str, str]]] = {}
    for number, element in to_do(run):
        for unit in dict.fromkeys(element.units_resolved or ("方案未指明",)):
            if unit not in {*NAMES.values(), *generic}:
                key = run.decisions[number].subject.id, element.id
                expected.setdefault(unit, Counter())[key] += 1

    found = {
        name: Counter((household, id_) for household, _, id_ in work_rows(shown[name])) for name in expected
    }

    assert found == expected


def test_nothing_stands_twice_in_a_ledger(shown):
    twice = {name: Counter(work_rows(path)).most_common(1) for name, path in shown.items()}

    assert all(not most or most[0][1] == 1 for most in twice.values())


def test_work_says_what_the_decision_says(run, shown):
    number, element = next((n, e) for n, e in to_do(run) if e.due is not None)
    household = run.decisions[number].subject.id

    found = next(
        row
        for row in rows(shown[NAMES[run.places[number][0]]], "任务")
        if (row["户编号"], row["任务"]) == (household, element.id)
    )

    assert found["到期时间"] == datetime.fromisoformat(element.due).replace(tzinfo=None)
    assert found["时限"] == element.time_limit
    assert found["责任单位"] == "、".join(dict.fromkeys(element.units_resolved))
    assert found["先办完"] == "、".join(element.after)
    assert found["依据"] == "、".join(element.cites)


def test_exceptions_that_apply_change_what_comes_first(run, shown):
    expected = Counter(
        (run.decisions[number].subject.id, element.id, "、".join(element.after))
        for number, element in to_do(run)
    )

    found = Counter(
        (row["户编号"], row[name], row["先办完"])
        for township in NAMES.values()
        for name in WORK
        for row in rows(shown[township], name)
    )

    assert found == expected


def test_open_work_comes_first_and_the_earliest_due_on_top(shown):
    found = rows(shown["石桥镇"], "任务")

    # An empty cell, of no due time, comes after every moment.
    keys = [(row["办理情况"] == "已完成", row["到期时间"] == "", str(row["到期时间"])) for row in found]
    assert keys == sorted(keys)
    assert {done for done, _, _ in keys} == {False, True}
    assert found[0]["到期时间"] < datetime.fromisoformat(AS_OF).replace(tzinfo=None)
    assert found[0]["办理情况"] == "已逾期"


def test_what_is_done_comes_last_however_early_it_was_due(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=1)
    path = tmp_path / "decisions/procedure_event/part-00000.parquet"
    table = pq.ParquetFile(path).read()
    done = table.column_names.index("向乡镇推送线索|done")
    pq.write_table(table.set_column(done, "向乡镇推送线索|done", pa.array([True] * len(table))), path)

    paths = write_ledgers(other.policy, tmp_path)

    found = rows(next(path for path in paths if path.stem == "龙泉乡"), "任务")
    pushed = next(place for place, row in enumerate(found) if row["任务"] == "向乡镇推送线索")
    assert isinstance(found[pushed]["到期时间"], datetime)
    assert pushed > 0
    assert all(row["办理情况"] != "已完成" for row in found[:pushed])


def test_a_unit_named_twice_has_the_work_once():
    assignment = Assignment(county_policy().program, date(2024, 3, 1).toordinal())
    place = Place("511002101", None)

    assert assignment.owners_of(("乡镇", "各乡镇"), place) == (Owner(Level.TOWNSHIP, "石桥镇"),)
    assert assignment.owners_of(("县乡村振兴局", "县农业农村局"), place) == (
        Owner(Level.UNIT, "县农业农村局"),
    )
    assert assignment.told(("县乡村振兴局", "各乡镇", "村(社区)"), place) == "县农业农村局、石桥镇、村(社区)"


def test_households_of_townships_are_those_of_the_run(run, shown):
    found = Counter(row["户编号"] for name in NAMES.values() for row in rows(shown[name], "农户"))

    assert found == Counter(decision.subject.id for decision in run.decisions)


def test_a_household_with_its_counts(run, shown):
    number = 0
    decision = run.decisions[number]
    mine = [element for where, element in to_do(run) if where == number]

    found = next(
        row
        for row in rows(shown[NAMES[run.places[number][0]]], "农户")
        if row["户编号"] == decision.subject.id
    )

    assert found["措施（项）"] == sum(isinstance(each, MeasureElement) for each in mine)
    assert found["任务（项）"] == sum(isinstance(each, TaskElement) for each in mine)
    assert found["未完成措施"] == sum(
        isinstance(each, MeasureElement) and each.done is not Outcome.YES for each in mine
    )
    assert found["还缺事实（项）"] == len(decision.missing)


def test_missing_facts_stand_under_who_supplies_them(run, shown):
    expected = Counter(
        (decision.subject.id, each.supplied_by or "方案未指明")
        for decision in run.decisions
        for each in decision.missing
    )

    found = {
        (row["户编号"], row["由谁提供"]): row["缺（项）"]
        for name in NAMES.values()
        for row in rows(shown[name], "还缺的事实")
    }

    assert found == dict(expected)


def test_a_unit_sees_the_facts_that_it_supplies(run, shown):
    expected = {
        decision.subject.id
        for decision in run.decisions
        for each in decision.missing
        if "县民政局" in each.supplied_by.split("/")
    }

    found = {row["户编号"] for row in rows(shown["县民政局"], "还缺的事实")}

    assert found == expected


def test_work_of_the_county_stands_with_its_units_and_every_township(run, shown):
    tasks = [each for each in run.decisions[0].tasks if each.target.entity == "disaster_event"]
    expected = {each.id for each in tasks if each.outcome is Outcome.YES and "乡" in each.units}

    found = [{row["事项"] for row in rows(shown[name], "全县事项")} for name in NAMES.values()]

    assert expected
    assert all(expected <= items for items in found)


def test_ids_are_numbered_unless_asked_for(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=6, parts=2)
    hidden = {decision.subject.id for decision in other.decisions}
    people = {
        each.target.id
        for decision in other.decisions
        for each in decision.measures
        if each.target.entity == "member"
    }

    paths = write_ledgers(other.policy, tmp_path)

    texts = {
        cell
        for path in paths
        for sheet in CalamineWorkbook.from_path(path).sheet_names
        for row in CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
        for cell in row
        if isinstance(cell, str)
    }
    assert "第1户" in texts
    assert "家庭成员 第1项" in texts
    assert not hidden & texts
    assert not {f"家庭成员 {person}" for person in people} & texts


def test_ids_that_look_like_formulas_stay_texts(run, shown, tmp_path):
    expected = {decision.subject.id for decision in run.decisions if decision.subject.id[0] in "=+-@"}

    found = {row["户编号"] for name in NAMES.values() for row in rows(shown[name], "农户")}

    assert len(expected) > 3
    assert expected <= found
    with ZipFile(shown["石桥镇"]) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist() if "worksheets/" in name)


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=9)
    expected = Counter(
        (other.decisions[number].subject.id, element.id)
        for number, element in to_do(other)
        if other.places[number][0] == "511002102" and isinstance(element, TaskElement)
    )

    paths = write_ledgers(other.policy, tmp_path, show_personal=True, most_rows=23)

    path = next(path for path in paths if path.stem == "清溪镇")
    book = CalamineWorkbook.from_path(path)
    names = [name for name in book.sheet_names if name.startswith("任务")]
    found = [row for name in names for row in rows(path, name)]
    assert len(names) > 2
    assert names[1] == "任务（2）"
    assert all(len(book.get_sheet_by_name(name).to_python()) <= 23 for name in names)
    assert Counter((row["户编号"], row["任务"]) for row in found) == expected
    assert [row["序号"] for row in found] == [*range(1, len(found) + 1)]
    assert f"分为 {len(names)} 张，这是第 2 张" in book.get_sheet_by_name(names[1]).to_python()[1][0]
    assert any("任务（2）" in str(row[1]) for row in book.get_sheet_by_name("说明").to_python()[HEADER:])


def test_the_same_run_gives_the_same_bytes(small):
    first = {path: path.read_bytes() for path in small}

    second = {path: path.read_bytes() for path in write_ledgers(county_policy(), small[0].parents[2])}

    assert first == second


def test_long_ledgers_are_streamed_to_the_same_rows(small, monkeypatch):
    kept = {path: work_rows(path) for path in small}
    monkeypatch.setattr(ledgers_module, "_KEPT_ROWS", 0)

    streamed = write_ledgers(county_policy(), small[0].parents[2])

    assert {path: work_rows(path) for path in streamed} == kept
    assert {path for path in small[0].parents[1].rglob("*") if path.is_file()} == {*streamed}


def test_progress_counts_workbooks(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=1)
    told: list[tuple[int, int]] = []

    paths = write_ledgers(other.policy, tmp_path, progress=lambda done, total: told.append((done, total)))

    assert told == [(done, len(paths)) for done in range(len(paths) + 1)]


def test_failing_half_way_keeps_the_former_ledgers(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=1)
    before = write_ledgers(other.policy, tmp_path)

    def full(done: int, _: int) -> None:
        if done == 2:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_ledgers(other.policy, tmp_path, progress=full)
    assert all(path.exists() for path in before)
    assert not (tmp_path / ".ledgers-partial").exists()


def test_a_folder_without_a_run_is_said_to_be_none(run, tmp_path):
    with pytest.raises(InputError, match="没有一次完整的判定结果"):
        write_ledgers(run.policy, tmp_path)


def test_elements_of_unknown_households_are_an_error(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=6, parts=1)
    path = tmp_path / "decisions/member/part-00000.parquet"
    table = pq.ParquetFile(path).read()
    lost = pa.array(["H-lost"] * len(table))
    pq.write_table(table.set_column(table.column_names.index("household_id"), "household_id", lost), path)

    with pytest.raises(InputError, match="找不到所属的农户"):
        write_ledgers(other.policy, tmp_path)


def test_damaged_parts_are_named(run, tmp_path):
    other = write_run(tmp_path, policy=run.policy, count=6, parts=1)
    (tmp_path / "decisions/household/part-00000.parquet").write_bytes(b"PAR1")

    with pytest.raises(InputError, match="part-00000"):
        write_ledgers(other.policy, tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("县委/县政府", "县委_县政府", id="slash"),
        pytest.param("a:b*c?", "a_b_c_", id="windows"),
        pytest.param("nul.txt", "_nul.txt", id="reserved"),
        pytest.param("局" * 100, "局" * 66, id="long"),
        pytest.param("", "_", id="empty"),
    ],
)
def test_file_names(name, expected):
    assert file_name(name) == expected


def test_file_names_that_would_be_the_same_are_numbered():
    names = FileNames()

    assert [names.of(name) for name in ("A/b", "a?B", "a:b")] == ["A_b", "a_B（2）", "a_b（3）"]
