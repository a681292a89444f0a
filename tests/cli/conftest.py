"""A decision and a vocabulary made by hand, so that what is shown does not depend on the plan."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from relapse_rules.cli.main import main
from relapse_rules.decisions.model import (
    Assumption,
    Conclusion,
    Contradiction,
    Decision,
    Eligibility,
    ExceptionElement,
    JudgementElement,
    MeasureElement,
    MissingFact,
    Outcome,
    PolicyReference,
    ReadingElement,
    ScopeElement,
    Target,
    TaskElement,
)
from relapse_rules.decisions.words import Words
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
HOUSEHOLD = Target("household", "H1")


def _field(entity: str, name: str, english: str) -> FieldSpec:
    return FieldSpec(entity=entity, name=name, english=english, type=Type(kind=Kind.CONDITION))


def _entity(name: str, english: str, parent: str | None, *fields: tuple[str, str]) -> EntitySpec:
    specs = tuple(_field(english, *field) for field in fields)
    return EntitySpec(
        name=name, english=english, parent=parent, single=english in {"context", "household"}, fields=specs
    )


@pytest.fixture
def words() -> Words:
    return Words(
        Vocabulary(
            entities=(
                _entity("政策上下文", "context", None),
                _entity("灾害事件", "disaster_event", "context"),
                _entity(
                    "农户",
                    "household",
                    "context",
                    ("符合低保条件", "dibao_eligible"),
                    ("享受低保", "dibao_status"),
                ),
                _entity("家庭成员", "member", "household", ("残疾等级", "disability_level")),
                _entity("住房", "housing", "household", ("是否危房", "is_unsafe")),
                _entity("饮水", "water", "household"),
                _entity("小额信贷", "loan", "household"),
            )
        )
    )


def measure(id: str, category: str, target: Target, outcome: Outcome, **given: object) -> MeasureElement:  # noqa: A002  (as in the model)
    values: dict[str, object] = {
        "force": "应当",
        "cites": ("4.1-02",),
        "units": ("县民政局",),
        "units_resolved": ("县民政局",),
        "time_limit": None,
        "due": None,
        "after": (),
        "done": UNKNOWN,
        "missing": (),
        **given,
    }
    return MeasureElement(id=id, category=category, target=target, outcome=outcome, **values)


def task(id: str, outcome: Outcome, **given: object) -> TaskElement:  # noqa: A002  (as in the model)
    values: dict[str, object] = {
        "target": HOUSEHOLD,
        "cites": ("3.4-03",),
        "units": ("县乡村振兴局",),
        "units_resolved": ("县乡村振兴局",),
        "after": (),
        "time_limit": None,
        "start": None,
        "due": None,
        "done": UNKNOWN,
        "missing": (),
        **given,
    }
    return TaskElement(id=id, outcome=outcome, **values)


@pytest.fixture
def decision() -> Decision:
    return Decision(
        policy=PolicyReference(
            "防范因灾返贫工作方案", "sha256:" + "0123456789abcdef" * 4, "2023-08-02T18:00:00+08:00"
        ),
        subject=HOUSEHOLD,
        scope=(ScopeElement("E1", "自然灾害", YES, ("1-07", "1.1-01")),),
        eligibility=Eligibility(YES, ("1-01",)),
        conclusions=(
            Conclusion("因灾", HOUSEHOLD, YES, ("1-02",)),
            Conclusion("鉴定为危房", Target("housing", "老屋"), UNKNOWN, ("4.3-03",)),
        ),
        measures=(
            measure(
                "应急供水",
                "保障饮水安全",
                Target("water", "H1"),
                YES,
                units=("县水务局", "各乡镇"),
                units_resolved=("县水务局", "石桥镇"),
                time_limit="立即",
                done=NO,
            ),
            measure("发放临时救助金", "落实兜底帮扶", HOUSEHOLD, YES, time_limit="及时", done=YES),
            measure(
                "发放残疾人两项补贴",
                "落实兜底帮扶",
                Target("member", "P2"),
                YES,
                units=("县民政局", "县残联", "县财政局"),
                units_resolved=("县民政局", "县残联", "县财政局"),
                cites=("4.1-03", "4.1-04", "4.1-05"),
            ),
            measure(
                "发放残疾人两项补贴",
                "落实兜底帮扶",
                Target("member", "P5"),
                YES,
                units=("县民政局", "县残联", "县财政局"),
                units_resolved=("县民政局", "县残联", "县财政局"),
                cites=("4.1-03", "4.1-04", "4.1-05"),
            ),
            measure(
                "纳入最低生活保障", "落实兜底帮扶", HOUSEHOLD, UNKNOWN, missing=("household.dibao_eligible",)
            ),
            measure(
                "纳入危房改造",
                "保障住房安全",
                Target("housing", "housing[0]"),
                UNKNOWN,
                missing=("housing.is_unsafe", "参数.危房等级"),
            ),
            measure(
                "展期或续贷", "强化小额信贷支持", Target("loan", None), UNKNOWN, missing=("household.loan",)
            ),
            measure("特困人员供养", "落实兜底帮扶", Target("member", None), NO),
        ),
        tasks=(
            task(
                "快速认定/评议公示",
                YES,
                units=("村(社区)",),
                units_resolved=("清溪村",),
                after=("快速认定/分析研判",),
                time_limit="1天内",
                start="2023-08-01T09:00:00+08:00",
                due="2023-08-02T09:00:00+08:00",
                done=NO,
            ),
            task("快速认定/分析研判", YES, time_limit="立即", done=YES),
            task(
                "部门推送风险线索",
                YES,
                target=Target("disaster_event", "E1"),
                time_limit="当天",
                due="2023-08-01T23:59:59+08:00",
            ),
            task("录入系统", UNKNOWN, missing=("household.dibao_status",)),
        ),
        exceptions=(
            ExceptionElement(
                "先救助后履行程序", HOUSEHOLD, ("2.4-02",), YES, ("快速认定/评议公示", "快速认定/分析研判")
            ),
            ExceptionElement("另一例外", HOUSEHOLD, ("2.4-03",), NO, ("录入系统",)),
        ),
        missing=(
            MissingFact("household.dibao_eligible", "县民政局/乡镇", 2),
            MissingFact("household.loan", "县乡村振兴局", 1),
            MissingFact("参数.危房等级", "由县住建局确定", 1),
        ),
        judgements=(
            JudgementElement("生产生活严重困难", HOUSEHOLD, "乡镇、村(社区)", YES, ("1-03",)),
            JudgementElement("困难系该灾害造成", Target("housing", "老屋"), "村(社区)", UNKNOWN, ("1-02",)),
        ),
        readings=(
            ReadingElement("骤减骤增之间的顿号", "任一", ("展期或续贷",)),
            ReadingElement("一日的算法", "二十四小时", ()),
        ),
        assumptions=(
            Assumption("低保月标准", None, "本地"),
            Assumption("危房等级", "C、D", "标准 建村函〔2019〕200号"),
        ),
        contradictions=(Contradiction("housing.is_unsafe", Target("housing", "老屋"), "no", "yes"),),
    )


# --- live cases -----------------------------------------------------------------------------------

FLOOD = Path(__file__).parents[2] / "examples" / "cases" / "flood-three-days"


@pytest.fixture
def log(monkeypatch, tmp_path):
    """Return the path of the log that every command uses."""
    path = tmp_path / "cases.sqlite"
    monkeypatch.setenv("RELAPSE_RULES_LOG", str(path))
    monkeypatch.setenv("COLUMNS", "100")
    return path


@pytest.fixture
def case(capsysbinary, log):
    """Return a function that runs a command: exit code, standard output and error, without the digest of the plan."""

    def run(*arguments):
        code = main(["case", *map(str, arguments)])
        captured = capsysbinary.readouterr()
        out = re.sub(r"sha256:[0-9a-f]{8,}", "sha256:…", captured.out.decode())
        return code, out, captured.err.decode()

    return run


@pytest.fixture
def stated(tmp_path):
    """Return a function that writes events to a file and returns its path."""

    def write(*events, name="events.json"):
        path = tmp_path / name
        path.write_text(json.dumps(events, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def opened(case):
    """Open the flood case."""
    assert case("open", FLOOD / "opening.json")[0] == 0


@pytest.fixture
def three_days(case, opened):
    """Take in everything that happened in the flood case."""
    assert case("add", "H21", FLOOD / "day-1.json", "--advance-to", "2023-08-01T23:00:00+08:00")[0] == 0
    assert case("add", "H21", FLOOD / "day-2.json", "--advance-to", "2023-08-02T18:00:00+08:00")[0] == 0
    assert case("add", "H21", FLOOD / "day-3.json", "--advance-to", "2023-08-03T18:00:00+08:00")[0] == 0
