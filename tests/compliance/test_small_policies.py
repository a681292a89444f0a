"""What conditions of any policy mean in the records: 且, 或, 非, 每个 and counts, dated or not."""

import pytest

from relapse_rules.compliance import Verdict
from relapse_rules.policy import load

HEAD = '政策 小方案\n\n导入 "vocabulary.policy"\n\n单位 县民政局  级别 县级\n\n'
DUTY = "职责 一项\n  对象 帮扶记录\n  启动 项目 为 临时救助\n  责任单位 县民政局\n{limit}  完成 {done}\n"
WITHIN = "  时限 急难情况缓解时间 起 1天 内\n"
COLUMNS = "编号 户编号 项目 急难情况缓解时间 先行救助时间 落实时间 已登记救助对象 已登记救助事由"
EARLY, LATE, EASED = "2023-08-02T09:00:00+08:00", "2023-08-20T09:00:00+08:00", "2023-08-02T08:00:00+08:00"


@pytest.fixture
def small(tmp_path, county, table):
    """Judge one assistance record by a duty with this 完成: ``first relief, delivery, tick, tick``."""

    def judged(done: str, first: str, delivered: str, tick: str, other: str, limit: str = WITHIN):
        path = tmp_path / "small.policy"
        path.write_text(HEAD + DUTY.format(limit=limit, done=done), encoding="utf-8")
        return county(
            policy=load(path),
            帮扶记录=table(COLUMNS, f"Z1 H1 临时救助 {EASED} {first} {delivered} {tick} {other}"),
        )

    return judged


@pytest.mark.parametrize(
    ("done", "cells", "verdict"),
    [
        pytest.param(
            "先行救助时间 已发生 且 落实时间 已发生",
            (EARLY, LATE, "-", "-"),
            Verdict.LATE,
            id="and: the last",
        ),
        pytest.param(
            "先行救助时间 已发生 且 落实时间 已发生",
            (EARLY, EARLY, "-", "-"),
            Verdict.ON_TIME,
            id="and: both early",
        ),
        pytest.param(
            "先行救助时间 已发生 或 落实时间 已发生",
            (LATE, EARLY, "-", "-"),
            Verdict.ON_TIME,
            id="or: the first",
        ),
        pytest.param(
            "先行救助时间 已发生 或 落实时间 已发生",
            ("-", LATE, "-", "-"),
            Verdict.LATE,
            id="or: the only one",
        ),
        pytest.param(
            "先行救助时间 已发生 且 已登记救助对象",
            (EARLY, "-", "是", "-"),
            Verdict.ON_TIME,
            id="a tick has no moment",
        ),
        pytest.param(
            "先行救助时间 已发生 且 已登记救助对象",
            (EARLY, "-", "否", "-"),
            Verdict.NOT_RECORDED,
            id="no tick",
        ),
        pytest.param(
            "已登记救助对象 或 先行救助时间 已发生",
            (LATE, "-", "是", "-"),
            Verdict.LATE,
            id="the dated one counts",
        ),
        pytest.param(
            "已登记救助对象 或 已登记救助事由", ("-", "-", "否", "是"), Verdict.CANNOT_JUDGE, id="ticks alone"
        ),
        pytest.param(
            "(先行救助时间 已发生 且 已登记救助对象) 或 落实时间 已发生",
            (EARLY, LATE, "否", "-"),
            Verdict.LATE,
            id="a reason that fails lends no moment",
        ),
        pytest.param(
            "(先行救助时间 已发生 且 已登记救助对象) 或 已登记救助事由",
            (EARLY, "-", "否", "是"),
            Verdict.CANNOT_JUDGE,
            id="nor to a tick",
        ),
        pytest.param(
            "非 已登记救助对象", ("-", "-", "否", "-"), Verdict.CANNOT_JUDGE, id="a denial has no moment"
        ),
        pytest.param("非 已登记救助对象", ("-", "-", "是", "-"), Verdict.NOT_RECORDED, id="denied"),
        pytest.param(
            "先行救助时间 早于 急难情况缓解时间",
            ("2023-08-02T07:59:59+08:00", "-", "-", "-"),
            Verdict.CANNOT_JUDGE,
            id="compared",
        ),
    ],
)
def test_since_when_a_condition_holds(small, done, cells, verdict):
    assert small(done, *cells).counts("一项") == {verdict: 1}


def test_what_is_not_recorded_proves_nothing_by_being_denied(small):
    found = small("非 已登记救助对象", "-", "-", "-", "-", limit="")

    assert found.counts("一项") == {Verdict.CANNOT_JUDGE: 1}
    assert found.one("一项").reason == "有的记录没有填全，看不出是不是这一项"


HOUSEHOLD_DUTY = "职责 一项\n  对象 农户\n  启动 是\n  完成 {done}\n"


@pytest.fixture
def households(tmp_path, county, table):
    """Judge households by a duty with this 完成; of relief, ``household delivery`` each."""

    def judged(done: str, *reliefs: str):
        path = tmp_path / "small.policy"
        path.write_text(HEAD + HOUSEHOLD_DUTY.format(done=done), encoding="utf-8")
        rows = [
            f"{number} {each.split()[0]} 临时救助 {each.split()[1]}" for number, each in enumerate(reliefs)
        ]
        return county(
            policy=load(path),
            农户=table("户编号", "H1", "H2"),
            帮扶记录=table("编号 户编号 项目 落实时间", *rows),
        )

    return judged


@pytest.mark.parametrize(
    ("done", "verdicts"),
    [
        pytest.param("存在 帮扶记录 满足 落实时间 已发生", {Verdict.DONE: 2}, id="any"),
        pytest.param(
            "每个 帮扶记录 满足 落实时间 已发生", {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}, id="each"
        ),
        pytest.param("没有 帮扶记录 满足 项目 为 低保", {Verdict.DONE: 2}, id="none"),
        pytest.param(
            "个数(帮扶记录 满足 落实时间 已发生) 达到 2", {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}, id="two"
        ),
    ],
)
def test_over_the_rows_of_a_household(households, done, verdicts):
    found = households(done, f"H1 {EARLY}", f"H1 {LATE}", f"H2 {EARLY}", "H2 -")

    assert found.counts("一项") == verdicts


def test_a_condition_that_columns_cannot_answer_is_not_judged(households):
    found = households("合计(帮扶记录.帮扶金额) 高于 100元", f"H1 {EARLY}")

    assert found.counts("一项") == {}
    assert len(found.reasons("一项")) == 1


def test_relief_without_a_household_belongs_to_none(households):
    found = households("存在 帮扶记录 满足 落实时间 已发生", f"- {EARLY}", f"H2 {EARLY}")

    assert found.counts("一项") == {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}
