"""The county summary counts what the decisions say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

pytest.importorskip("pyarrow", reason="extra batch is not installed")
pytest.importorskip("xlsxwriter", reason="extra batch is not installed")

from python_calamine import CalamineWorkbook
from tests.batch.finished_runs import Run, write_run

from relapse_rules.batch.summary import summarise, write_summary
from relapse_rules.batch.summary_model import NO_DAY, Summary
from relapse_rules.batch.summary_sheet import summary_sheet
from relapse_rules.batch.summary_tables import due_days, loads, parts
from relapse_rules.decisions.model import Outcome
from relapse_rules.values.moments import day_of

SHARED = {"context", "disaster_event", "department_alert", "project", "accountability_case"}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def summary(run) -> Summary:
    return summarise(run.policy, run.folder)


@pytest.fixture(scope="module")
def book(run) -> Path:
    return write_summary(run.policy, run.folder)


def elements(run: Run, kind: str, outcome: Outcome) -> Counter[str]:
    """How often each measure or task has an outcome for an element that is there: a household's, or once the county's own."""
    return Counter(
        element.id
        for number, decision in enumerate(run.decisions)
        for element in getattr(decision, kind)
        if element.outcome is outcome
        and (element.target.id is not None or element.target.entity == "context")
        and (element.target.entity not in SHARED or number == 0)
    )


@pytest.mark.parametrize("outcome", [Outcome.YES, Outcome.NO, Outcome.UNKNOWN])
@pytest.mark.parametrize(("kind", "is_measure"), [("measures", True), ("tasks", False)])
def test_outcomes_are_those_of_the_decisions(run, summary, kind, is_measure, outcome):
    found = {
        each.id: getattr(each.outcomes, outcome.value)
        for each in summary.listings
        if each.is_measure is is_measure
    }

    assert {id_: count for id_, count in found.items() if count} == dict(elements(run, kind, outcome))


def test_categories_add_up_their_measures(summary):
    by_category: Counter[str] = Counter()
    for each in summary.listings:
        by_category[each.category] += each.outcomes.yes if each.is_measure else 0

    assert {each.name: each.outcomes.yes for each in summary.categories} == {
        each.name: by_category[each.name] for each in summary.categories
    }
    assert sum(by_category.values()) == sum(each.outcomes.yes for each in summary.categories)


def test_households_of_a_category_are_counted_once(run, summary):
    expected = Counter(
        category
        for decision in run.decisions
        for category in {
            each.category
            for each in decision.measures
            if each.outcome is Outcome.YES and each.target.entity not in SHARED
        }
    )

    assert Counter({each.name: each.households for each in summary.categories}) == expected


def test_townships_hold_all_households(run, summary):
    expected = Counter(decision.eligibility.outcome for decision in run.decisions)

    assert sum(each.households for each in summary.townships) == len(run.decisions) == summary.head.decided
    assert (summary.eligible.yes, summary.eligible.no, summary.eligible.unknown) == tuple(
        expected[outcome] for outcome in (Outcome.YES, Outcome.NO, Outcome.UNKNOWN)
    )


def test_units_have_the_work_that_decisions_give_them(run, summary):
    expected = Counter(
        unit
        for number, decision in enumerate(run.decisions)
        for each in (*decision.measures, *decision.tasks)
        if each.outcome is Outcome.YES and (each.target.entity not in SHARED or number == 0)
        for unit in dict.fromkeys(each.units_resolved)
    )

    found = {each.owner.name: each.done + sum(each.open.values()) for each in summary.loads}

    assert found["县乡村振兴局"] == expected["县乡村振兴局"]
    assert found["县民政局"] == expected["县民政局"]


def test_overdue_work_is_past_due_and_not_done(run, summary):
    expected = sum(
        each.due is not None and each.due < decision.policy.as_of and each.done is not Outcome.YES
        for decision in run.decisions
        for each in decision.tasks
        if each.outcome is Outcome.YES and each.target.entity not in SHARED
    )

    assert sum(each.tasks.overdue for each in summary.townships) == expected > 0


def test_missing_facts_are_counted_by_household(run, summary):
    expected = Counter(each.supplied_by for decision in run.decisions for each in decision.missing)
    by_supplier = Counter(
        who for decision in run.decisions for who in {each.supplied_by for each in decision.missing}
    )

    assert sum(each.households for each in summary.lacks) == sum(expected.values())
    assert dict(summary.suppliers) == dict(by_supplier)


def test_contradicting_households_are_counted(run, summary):
    assert summary.contradicting == sum(bool(decision.contradictions) for decision in run.decisions) > 0


def test_rejects_are_counted_by_reason(summary):
    assert [(each.entity, each.field, each.rows) for each in summary.rejections] == [
        ("农户", "家庭人口数", 2),
        ("家庭成员", "", 1),
    ]


def test_the_parts_of_a_run_do_not_matter(run, summary, tmp_path):
    other = write_run(tmp_path, policy=run.policy, parts=1)

    assert summarise(other.policy, tmp_path) == summary


def test_columns_of_a_units_work_add_up(summary):
    columns = [column.title for column in loads(summary).columns]
    total = columns.index("未完成（项）")

    for row in loads(summary).rows:
        assert row[total] == sum(row[total + 1 : -1])


def test_what_is_due_today_and_past_is_counted_once(summary):
    today = day_of(summary.head.as_of)
    load = replace(summary.loads[0], open={NO_DAY: 1, today - 1: 2, today: 5, today + 40: 3}, overdue=4)
    changed = replace(summary, loads=(load,))

    (row,) = loads(changed).rows

    assert due_days(changed) == (today, today + 40)
    # In all; past; rest of today; in 40 days; later; without a day; done.
    assert row[2:] == (11, 4, 3, 3, 0, 1, load.done)


def test_the_workbook_has_a_sheet_for_each_table(summary, book):
    found = CalamineWorkbook.from_path(book)

    assert found.sheet_names == ["总览", "图表", *(part.name for part in parts(summary))]
    for part in parts(summary):
        sheet = found.get_sheet_by_name(part.name).to_python(skip_empty_area=False)
        assert sheet[2] == [column.title for column in part.columns]
        assert [[cell or "" for cell in row] for row in sheet[3:]] == [
            [cell or "" for cell in row] for row in part.rows
        ]


def test_the_workbook_is_made_to_be_printed(book):
    with ZipFile(book) as found:
        pages = [found.read(name).decode() for name in found.namelist() if "worksheets/sheet" in name]
        charts = [found.read(name).decode() for name in found.namelist() if "charts/chart" in name]
        names = found.read("xl/workbook.xml").decode()

    assert all('paperSize="9"' in page and 'orientation="landscape"' in page for page in pages)
    assert all("第 &amp;P 页" in page for page in pages)
    assert names.count("_xlnm.Print_Titles") == names.count("_xlnm._FilterDatabase") == len(pages) - 2
    assert len(charts) == 5


def test_the_screen_says_what_matters_first(summary):
    sheet = summary_sheet(summary)

    assert [section.title for section in sheet.sections] == [
        "各乡镇",
        "措施",
        "工作量最大的单位",
        "缺失的事实由谁提供",
        "拒收的原因",
    ]
    assert sheet.lines[2].text == "读入 63 户，判定 60 户，拒收 3 户"


def test_no_id_of_a_household_stands_in_the_summary(run, book):
    ids = {decision.subject.id for decision in run.decisions}

    cells = {
        cell
        for name in CalamineWorkbook.from_path(book).sheet_names
        for row in CalamineWorkbook.from_path(book).get_sheet_by_name(name).to_python()
        for cell in row
    }

    assert not ids & cells
