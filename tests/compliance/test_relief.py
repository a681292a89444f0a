"""5.3-01, 5.3-03, 5.3-04: relief in an emergency first, papers after it has eased; 5.1: projects."""

import pytest

from relapse_rules.compliance import Verdict

REGISTER = "缓解后登记救助信息"
SIGN = "缓解后补签字盖章"
COLUMNS = "编号 户编号 项目 临时救助类型 先行救助时间 急难情况缓解时间 已登记救助对象 已登记救助事由 已登记救助金额 经办人签字盖章完成"
THREE_DAYS = '设定 缓解后补办期限\n  自 2023-01-01 为 3工作日  来源 本地 "试用"\n'
EASED = "Z1 H1 临时救助 急难型 2023-08-02T09:00:00+08:00 2023-08-03T09:00:00+08:00"
"""A Thursday: three working days end with Tuesday, 8 August."""


def test_papers_without_a_time_cannot_be_judged(county, local, table):
    found = county(policy=local(THREE_DAYS), 帮扶记录=table(COLUMNS, f"{EASED} 是 是 是 是"))

    assert found.one(REGISTER).verdict is Verdict.CANNOT_JUDGE
    assert found.one(REGISTER).reason == "已办，但没有记录办理时间"
    assert found.one(REGISTER).due == "2023-08-08T23:59:59+08:00"


@pytest.mark.parametrize(
    ("time", "verdict"),
    [
        pytest.param("2023-08-08T23:59:59+08:00", Verdict.ON_TIME, id="the end of the third working day"),
        pytest.param("2023-08-09T00:00:00+08:00", Verdict.LATE, id="the day after"),
    ],
)
def test_the_event_dates_the_papers(county, local, steps, table, time, verdict):
    found = county(
        policy=local(THREE_DAYS),
        帮扶记录=table(COLUMNS, f"{EASED} 是 是 是 是"),
        程序事件=steps(f"H1 登记签章 {time} 县民政局"),
    )

    assert found.counts(REGISTER) == {verdict: 1}
    assert found.counts(SIGN) == {verdict: 1}


def test_an_event_before_the_easing_is_another_one(county, local, steps, table):
    found = county(
        policy=local(THREE_DAYS),
        帮扶记录=table(COLUMNS, f"{EASED} - - - -"),
        程序事件=steps("H1 登记签章 2023-08-03T08:59:59+08:00 县民政局"),
    )

    assert found.counts(REGISTER) == {Verdict.NOT_RECORDED: 1}
    assert found.one(REGISTER).seconds == 23 * 86_400 + 1


def test_a_tick_that_says_no_stands_against_the_event(county, local, steps, table):
    found = county(
        policy=local(THREE_DAYS),
        帮扶记录=table(COLUMNS, f"{EASED} 是 是 否 -"),
        程序事件=steps("H1 登记签章 2023-08-04T09:00:00+08:00 县民政局"),
    )

    assert found.counts(REGISTER) == {Verdict.NOT_RECORDED: 1}
    assert found.counts(SIGN) == {Verdict.ON_TIME: 1}


def test_without_a_limit_of_the_county_there_is_no_due_time(county, table):
    found = county(帮扶记录=table(COLUMNS, f"{EASED} - - - -"))

    assert found.one(REGISTER).verdict is Verdict.CANNOT_JUDGE
    assert "参数“缓解后补办期限”还没有填" in found.one(REGISTER).reason


def test_what_has_not_eased_owes_no_papers(county, local, table):
    row = EASED.replace("2023-08-03T09:00:00+08:00", "未发生")

    found = county(policy=local(THREE_DAYS), 帮扶记录=table(COLUMNS, f"{row} - - - -"))

    assert found.counts(REGISTER) == {}


def test_relief_in_an_emergency_is_not_recorded(county, table):
    row = EASED.replace("2023-08-02T09:00:00+08:00", "-")

    found = county(帮扶记录=table(COLUMNS, f"{row} - - - -"))

    assert found.one("急难型先行救助").verdict is Verdict.NOT_RECORDED
    assert found.one("急难型先行救助").household == "H1"
    assert found.one("急难型先行救助").target == "Z1"


def test_projects_that_need_approval(county, table):
    projects = table(
        "编号 项目类型 防因灾返贫致贫急需 县委县政府同意时间 应对灾情新增项目 调整入库时间",
        "P1 产业就业帮扶 是 2023-08-05T09:00:00+08:00 是 2023-08-06T09:00:00+08:00",
        "P2 产业就业帮扶 是 - 是 -",
        "P3 其他 是 - 否 -",
    )

    found = county(衔接资金项目=projects)

    assert found.counts("报县委县政府同意") == {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}
    assert found.one("报县委县政府同意").target == "P2"
    assert found.counts("新增项目入库") == {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}
    assert found.one("新增项目入库").cites == ("5.1-05",)


def test_the_response_of_each_level(county, table):
    disasters = table(
        "灾害事件编号 灾害大类 灾害子类 灾害发生时间 县级启动响应时间 乡镇启动响应时间",
        "E1 自然灾害 洪涝 2023-08-01T20:00:00+08:00 2023-08-01T21:00:00+08:00 -",
    )

    found = county(灾害事件=disasters)

    assert found.counts("县级启动响应") == {Verdict.DONE: 1}
    assert found.one("乡级启动响应").verdict is Verdict.NOT_RECORDED
    assert found.reasons("村级启动响应") == ["表里没有这些列：灾害事件的“村级启动响应时间”"]


def test_called_in_or_held_to_account_are_questions(county, flood, pushed):
    found = county(灾害事件=flood, 部门预警=pushed("县水务局 受灾情况、风险线索 2023-08-09T08:00:00+08:00"))

    asked = [question for question in found.report.questions if question.unit == "县水务局"]
    assert [question.cites for question in asked] == [("6.3-02",), ("6.3-03",)]
    assert [question.told for question in asked] == ["超期 1 项"] * 2
    assert all(question.asked.endswith("？") for question in asked)
    assert "是否造成返贫或新增致贫" in asked[0].asked


def test_nobody_is_asked_about_who_is_not_named(county, table, flood):
    """About the flood nobody pushed anything: 其他部门 is no unit that could be called in, the emergency bureau is one."""
    alerts = table(
        "推送编号 推送部门 灾害事件编号 内容类型 推送时间 接收单位",
        "A1 县水务局 E2 受灾情况 2023-08-02T08:00:00+08:00 县乡村振兴局",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    assert {tally.name for tally in found.report.by_unit if tally.findings} >= {"其他部门", "县应急管理局"}
    assert {question.unit for question in found.report.questions} == {"县应急管理局"}


def test_nothing_found_asks_nothing(county, flood, pushed):
    alerts = pushed(
        "县水务局 受灾情况、风险线索 2023-08-02T08:00:00+08:00",
        "县应急管理局 受灾总体情况 2023-08-02T08:00:00+08:00",
    )

    found = county(灾害事件=flood, 部门预警=alerts)

    assert found.report.questions == ()
    assert found.report.exit_code == 0


def test_papers_after_the_moment_of_judging_do_not_count(county, local, steps, table):
    found = county(
        policy=local(THREE_DAYS),
        帮扶记录=table(COLUMNS, f"{EASED} - - - -"),
        程序事件=steps("H1 登记签章 2023-09-02T09:00:00+08:00 县民政局"),
    )

    assert found.counts(REGISTER) == {Verdict.NOT_RECORDED: 1}


def test_what_may_be_left_undone_is_not_missed(county, table):
    """5.1-06: a project that cannot be financed this year may begin first; nobody has to."""
    found = county(
        衔接资金项目=table(
            "编号 项目类型 应对灾情新增项目 先行实施时间",
            "P1 其他 是 -",
            "P2 其他 是 2023-08-06T09:00:00+08:00",
        )
    )

    assert found.counts("先行实施项目") == {Verdict.DONE: 1}
