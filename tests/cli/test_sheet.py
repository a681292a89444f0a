"""A decision made by hand, as an officer reads it; the snapshots were read."""

import io

import pytest

from relapse_rules.cli.console import console_for
from relapse_rules.cli.markdown import sheet_as_markdown
from relapse_rules.cli.table import print_sheet
from relapse_rules.decisions.decision_sheet import decision_sheet
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.ordered import in_order
from relapse_rules.decisions.sheet import Column, Grid, Row, Section, Sheet
from relapse_rules.decisions.words import moment, supplier
from relapse_rules.source import cells

CATEGORIES = ("落实兜底帮扶", "保障住房安全", "保障饮水安全", "强化小额信贷支持")


def printed(sheet, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_sheet(sheet, console_for(stream))
    return stream.getvalue()


@pytest.mark.parametrize("width", [120, 80, 48])
def test_the_sheet_at_every_width(decision, words, monkeypatch, snapshot, width):
    sheet = decision_sheet(decision, words, categories=CATEGORIES, grounds=("因灾", "鉴定为危房"))

    assert printed(sheet, monkeypatch, width) == snapshot


def test_the_sheet_with_everything(decision, words, monkeypatch, snapshot):
    sheet = decision_sheet(decision, words, categories=CATEGORIES, everything=True)

    assert printed(sheet, monkeypatch, 100) == snapshot


def test_the_sheet_as_markdown(decision, words, snapshot):
    sheet = decision_sheet(decision, words, categories=CATEGORIES, grounds=("因灾",))

    assert sheet_as_markdown(sheet) == snapshot


@pytest.mark.parametrize("width", [120, 100, 80, 64, 63, 40, 32])
def test_no_line_is_wider_than_the_screen(decision, words, monkeypatch, width):
    sheet = decision_sheet(decision, words, categories=CATEGORIES, everything=True)

    text = printed(sheet, monkeypatch, width)

    assert max(cells(line) for line in text.splitlines()) <= width


def test_a_household_without_contradictions_or_open_questions_has_no_such_sections(decision, words):
    decided = decision._replace(
        contradictions=(),
        missing=(),
        exceptions=(),
        judgements=(),
        readings=(),
        assumptions=(),
        measures=tuple(each for each in decision.measures if each.outcome is not Outcome.UNKNOWN),
        tasks=tuple(each for each in decision.tasks if each.outcome is not Outcome.UNKNOWN),
    )

    sheet = decision_sheet(decided, words)

    assert [section.title for section in sheet.sections] == [
        "是否纳入",
        "应当落实的帮扶措施（3项）",
        "要办的任务，按先后（3项）",
    ]


def test_tasks_stand_after_those_that_they_follow(decision):
    told = [task.id for task in in_order(decision.tasks)]

    assert told == ["快速认定/分析研判", "快速认定/评议公示", "部门推送风险线索", "录入系统"]


def test_tasks_that_wait_for_each_other_stay_as_listed(decision):
    first, second, *_ = decision.tasks
    round_about = [first._replace(after=(second.id,)), second._replace(after=(first.id,))]

    assert in_order(round_about) == round_about


@pytest.mark.parametrize(
    ("target", "outcome", "told"),
    [
        (Target("household", "H1"), Outcome.YES, "农户 H1"),
        (Target("member", "P2"), Outcome.YES, "家庭成员 P2"),
        (Target("housing", "老屋"), Outcome.YES, "住房 老屋"),
        (Target("housing", "housing[0]"), Outcome.YES, "住房 第1项"),
        (Target("water", "H1"), Outcome.YES, "饮水"),
        (Target("member", None), Outcome.UNKNOWN, "家庭成员（没有名单）"),
        (Target("member", None), Outcome.NO, "家庭成员（没有）"),
        (Target("context", None), Outcome.YES, "本县"),
        (Target("context", "511000"), Outcome.YES, "县 511000"),
        (Target("unheard", "x"), Outcome.YES, "unheard x"),
    ],
)
def test_targets_in_chinese(words, target, outcome, told):
    assert words.target(target, outcome) == told


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("household.dibao_eligible", "农户：符合低保条件"),
        ("household.member", "家庭成员名单"),
        ("disaster_event", "灾害事件名单"),
        ("参数.低保月标准", "参数“低保月标准”"),
        ("unheard.of", "unheard.of"),
    ],
)
def test_facts_in_chinese(words, fact, told):
    assert words.fact(fact) == told


def test_facts_of_one_entity_share_its_name(words):
    facts = ("household.dibao_eligible", "household.dibao_status", "housing.is_unsafe", "household.loan")

    assert words.facts(facts) == "农户：符合低保条件、享受低保；住房：是否危房；小额信贷名单"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, ""),
        ("2023-08-02T20:00:00+08:00", "2023-08-02 20:00"),
        ("2023-08-02T20:00:30+08:00", "2023-08-02 20:00:30"),
        ("2023-08-02T23:59:59+08:00", "2023-08-02 24:00"),
        ("1200.50", "1200.50"),
    ],
)
def test_moments(text, told):
    assert moment(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [("县民政局/乡镇", "县民政局/乡镇"), ("county registry", "county registry"), ("", "方案未指明")],
)
def test_suppliers(text, told):
    assert supplier(text) == told


def test_markdown_takes_nothing_for_markup():
    grid = Grid(columns=(Column(title="甲"),), rows=(Row(cells=("a|b*c_<d>\ne",)),))
    sheet = Sheet(title="*", lines=(), sections=(Section(title="_", grids=(grid,)),))

    assert sheet_as_markdown(sheet) == "# \\*\n\n## \\_\n\n| 甲 |\n| --- |\n| a\\|b\\*c\\_\\<d\\><br>e |\n"
