"""3.4-03 to 3.4-08, 2.3-03 and 2.3-04: the steps of recognition, their order, who takes them, and relief that comes first."""

import pytest

from relapse_rules.compliance import Verdict

SIX = ("分析研判", "评议公示", "复查审核", "部门比对", "县级审定", "公告录入")
ACTORS = ("县乡村振兴局", "村(社区)", "乡镇", "县级相关部门", "县政府", "县乡村振兴局")
CONFIRMED = (
    "H1 乡村确认 2023-08-02T09:00:00+08:00 村(社区) 通过",
    "H1 乡村确认 2023-08-02T10:00:00+08:00 乡镇 通过",
)


def recognised(*order: str) -> list[str]:
    """The steps of one household, a day each in the order given."""
    return [
        f"H1 {step} 2023-08-{day:02}T09:00:00+08:00 {ACTORS[SIX.index(step)]}"
        for day, step in enumerate(order, start=3)
    ]


def test_six_steps_in_order_raise_nothing(county, steps, hit):
    found = county(程序事件=steps(*recognised(*SIX)), **hit("H1"))

    assert [found.counts(f"快速认定/{step}") for step in SIX] == [{Verdict.DONE: 1}] * 6


@pytest.mark.parametrize("place", range(5))
def test_two_neighbouring_steps_swapped(county, steps, hit, place):
    order = [*SIX]
    order[place], order[place + 1] = order[place + 1], order[place]

    found = county(程序事件=steps(*recognised(*order)), **hit("H1"))

    wrong = [finding for finding in found.report.findings if finding.verdict is Verdict.WRONG_ORDER]
    assert [finding.duty for finding in wrong if finding.duty.startswith("快速认定/")] == [
        f"快速认定/{SIX[place + 1]}"
    ]
    assert wrong[0].reason == f"早于“快速认定/{SIX[place]}”"
    assert wrong[0].seconds == 86_400


def test_steps_in_the_same_second_are_in_order(county, steps, hit):
    events = [f"H1 {step} 2023-08-03T09:00:00+08:00 {actor}" for step, actor in zip(SIX, ACTORS, strict=True)]

    found = county(程序事件=steps(*events), **hit("H1"))

    assert not [finding for finding in found.report.findings if finding.verdict is Verdict.WRONG_ORDER]


@pytest.mark.parametrize("missing", SIX[:-1])
def test_a_step_left_out_is_not_recorded_when_a_later_one_is(county, steps, missing):
    """Without any list of households: that recognition went on shows that the step was due."""
    found = county(程序事件=steps(*recognised(*(step for step in SIX if step != missing))))

    finding = next(each for each in found.of(f"快速认定/{missing}") if each.verdict is Verdict.NOT_RECORDED)
    assert finding.reason == "后面的步骤已有记录，这一步没有记录"
    assert "未办" not in finding.reason


def test_what_comes_next_is_open_and_what_comes_after_waits(county, steps, hit):
    found = county(程序事件=steps(*recognised("分析研判", "评议公示")), **hit("H1"))

    assert found.counts("快速认定/复查审核") == {Verdict.NOT_RECORDED: 1}
    assert found.counts("快速认定/部门比对") == {Verdict.OPEN: 1}


def test_without_lists_of_households_a_started_procedure_is_open(county, steps):
    found = county(程序事件=steps(*recognised("分析研判", "评议公示")))

    assert found.counts("快速认定/复查审核") == {Verdict.OPEN: 1}


def test_a_household_that_was_not_hit_owes_no_steps(county, steps, table, flood):
    households = table("户编号 是否农户", "H1 是")
    impacts = table("户编号 灾害事件编号 是否受灾", "H1 E1 否")

    found = county(
        程序事件=steps("H1 线索收集 2023-08-02T09:00:00+08:00 乡镇"),
        农户=households,
        受灾影响=impacts,
        灾害事件=flood,
    )

    assert found.counts("快速认定/分析研判") == {}


# --- who acts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        pytest.param("县乡村振兴局", {}, id="the unit itself"),
        pytest.param("县级乡村振兴部门", {}, id="by another name"),
        pytest.param("县民政局", {Verdict.WRONG_UNIT: 1}, id="another unit"),
        pytest.param("县级相关部门", {Verdict.CANNOT_JUDGE: 1}, id="a general name"),
        pytest.param("乡镇", {Verdict.WRONG_UNIT: 1}, id="another level"),
        pytest.param("某某公司", {Verdict.CANNOT_JUDGE: 1}, id="a unit that the policy does not declare"),
        pytest.param("-", {Verdict.CANNOT_JUDGE: 1}, id="nobody named"),
    ],
)
def test_who_analysed(county, steps, actor, expected):
    found = county(程序事件=steps(f"H1 分析研判 2023-08-03T09:00:00+08:00 {actor}"))

    counts = found.counts("快速认定/分析研判")
    assert {verdict: count for verdict, count in counts.items() if verdict is not Verdict.DONE} == expected


def test_why_a_unit_cannot_be_told(county, steps):
    events = steps(
        "H1 分析研判 2023-08-03T09:00:00+08:00 某某公司",
        "H2 分析研判 2023-08-03T09:00:00+08:00 相关部门",
        "H3 分析研判 2023-08-03T09:00:00+08:00 -",
    )

    found = county(程序事件=events)

    assert found.reasons("快速认定/分析研判") == [
        "没有填实施单位",
        "政策里没有声明单位“某某公司”",
        "“相关部门”是概括说法，方案没有列出包括谁",
    ]


@pytest.mark.parametrize(
    ("actor", "verdict"),
    [
        pytest.param("511002101001", None, id="a village of the household's township, by code"),
        pytest.param("511002102001", Verdict.WRONG_UNIT, id="a village of another township"),
        pytest.param("511002101", Verdict.WRONG_UNIT, id="the township itself"),
        pytest.param("大石村", None, id="a village by its declared name"),
        pytest.param("村(社区)", None, id="in general"),
    ],
)
def test_villages_by_name_and_code(county, local, table, actor, verdict):
    policy = local("单位 大石村\n  级别 村级\n  代码 511002101007\n")
    events = table(
        "事件对象 事件步骤 事件时间 实施单位 乡镇", f"H1 评议公示 2023-08-03T09:00:00+08:00 {actor} 511002101"
    )

    found = county(policy=policy, 程序事件=events)

    counts = found.counts("快速认定/评议公示")
    assert counts.get(Verdict.WRONG_UNIT, 0) == (verdict is Verdict.WRONG_UNIT)
    assert Verdict.CANNOT_JUDGE not in counts


def test_a_step_without_a_named_unit_is_nobodys_to_miss(county, steps):
    found = county(程序事件=steps("H1 复查审核 2023-08-03T09:00:00+08:00 某某公司"))

    assert found.counts("快速认定/复查审核") == {Verdict.DONE: 1}


# --- confirmation by both levels ----------------------------------------------------------------------------------------


@pytest.fixture
def results(table):
    def events(*rows: str):
        return table("事件对象 事件步骤 事件时间 实施单位 结果", *rows)

    return events


ENTRY = "H1 绿色通道录入 2023-08-02T11:00:00+08:00 县乡村振兴局 完成"
CONFIRM = "绿色通道纳入/乡村确认"
ENTER = "绿色通道纳入/绿色通道录入"


def test_both_levels_then_entry(county, results, hit):
    found = county(程序事件=results(*CONFIRMED, ENTRY), **hit("H1"))

    assert found.counts(CONFIRM) == {Verdict.DONE: 1}
    assert found.counts(ENTER) == {Verdict.DONE: 1}


def test_one_level_twice_is_not_both(county, results, hit):
    twice = (CONFIRMED[0], CONFIRMED[0].replace("09:00", "10:00"))

    found = county(程序事件=results(*twice, ENTRY), **hit("H1"))

    assert found.one(CONFIRM).verdict is Verdict.WRONG_UNIT
    assert found.one(CONFIRM).reason == "次数够了，但没有“乡镇”的记录"


def test_the_same_row_twice_is_one_confirmation(county, results, hit):
    found = county(程序事件=results(CONFIRMED[0], CONFIRMED[0], ENTRY), **hit("H1"))

    assert found.counts(CONFIRM) == {Verdict.NOT_RECORDED: 1}


def test_a_refusal_is_no_confirmation(county, results, hit):
    refused = CONFIRMED[1].replace("通过", "不通过")

    found = county(程序事件=results(CONFIRMED[0], refused, ENTRY), **hit("H1"))

    assert found.one(CONFIRM).verdict is Verdict.NOT_RECORDED


def test_entry_before_the_second_confirmation(county, results, hit):
    found = county(程序事件=results(*CONFIRMED, ENTRY.replace("11:00", "09:30")), **hit("H1"))

    finding = found.one(ENTER)
    assert finding.verdict is Verdict.WRONG_ORDER
    assert finding.seconds == 1800
    assert set(finding.cites) == {"2.3-03", "2.3-04"}


def test_a_confirmation_by_nobody_named_leaves_the_levels_open(county, results, hit):
    unnamed = CONFIRMED[1].replace("乡镇", "-")

    found = county(程序事件=results(CONFIRMED[0], unnamed), **hit("H1"))

    assert found.counts(CONFIRM) == {Verdict.DONE: 1, Verdict.CANNOT_JUDGE: 1}


# --- relief first -----------------------------------------------------------------------------------------------------


RELIEF = "户编号 项目 落实时间"
HELP = "实施帮扶措施"


@pytest.mark.parametrize(
    ("special", "expected"),
    [
        pytest.param("是", {Verdict.DONE: 1}, id="a special case may have relief first"),
        pytest.param("否", {Verdict.DONE: 1, Verdict.WRONG_ORDER: 1}, id="any other may not"),
        pytest.param("-", {Verdict.DONE: 1, Verdict.CANNOT_JUDGE: 1}, id="not recorded which"),
    ],
)
def test_relief_before_entry(county, results, hit, table, special, expected):
    relief = table(RELIEF, "H1 灾害救助 2023-08-02T08:00:00+08:00")

    found = county(
        程序事件=results(*CONFIRMED, ENTRY),
        帮扶记录=relief,
        **hit(f"H1 {special}", columns="特殊情况(可先救助后程序)"),
    )

    counts = found.counts(HELP)
    assert {key: value for key, value in counts.items() if key in {*expected}} == expected
    assert (Verdict.WRONG_ORDER in counts) == (Verdict.WRONG_ORDER in expected)


def test_an_unrecorded_special_case_says_so(county, results, hit, table):
    relief = table(RELIEF, "H1 灾害救助 2023-08-02T08:00:00+08:00")

    found = county(程序事件=results(*CONFIRMED, ENTRY), 帮扶记录=relief, **hit("H1"))

    assert any("没有记录是否属于可以先救助的情况" in finding.reason for finding in found.of(HELP))
    assert not [finding for finding in found.of(HELP) if finding.verdict is Verdict.WRONG_ORDER]


def test_recognition_before_relief_is_no_fault_of_a_special_case(county, steps, hit, table):
    """2.4-02 allows relief to come first; it does not demand it."""
    relief = table(RELIEF, "H1 灾害救助 2023-08-20T08:00:00+08:00")

    found = county(
        程序事件=steps(*recognised(*SIX)), 帮扶记录=relief, **hit("H1 是", columns="特殊情况(可先救助后程序)")
    )

    assert not [finding for finding in found.report.findings if finding.duty.startswith("快速认定/")]


def test_medical_relief_must_come_before_recognition(county, steps, hit, table):
    """5.4-01, 5.4-03: where illness costs much, relief comes first and the procedure after. Here that is not recorded."""
    relief = table(RELIEF, "H1 医疗救助 2023-08-20T08:00:00+08:00")

    found = county(程序事件=steps(*recognised(*SIX)), 帮扶记录=relief, **hit("H1"))

    finding = next(each for each in found.of("快速认定/分析研判") if each.verdict is Verdict.CANNOT_JUDGE)
    assert "5.4-01" in finding.cites
    assert finding.reason == "早于“落实医疗救助措施”；没有记录“医疗救助在先”是否成立"


# --- what is shared, and what is no household ---------------------------------------------------------------------------


def test_a_step_of_several_duties_may_be_taken_by_the_units_of_any(county, steps):
    """重点核查 is owed by county departments (2.1-04), by all three levels (2.2-03) and by villages (6.1-07)."""
    found = county(程序事件=steps("H1 重点核查 2023-08-03T09:00:00+08:00 乡镇"))

    wrong = [finding for finding in found.report.findings if finding.verdict is Verdict.WRONG_UNIT]
    assert wrong == []


def test_a_clue_is_no_household(county, steps):
    found = county(
        程序事件=steps(
            "X1 线索汇总 2023-08-03T09:00:00+08:00 县乡村振兴局",
            "H1 分析研判 2023-08-04T09:00:00+08:00 县乡村振兴局",
        )
    )

    assert found.counts("快速认定/分析研判") == {Verdict.DONE: 1}
    assert found.counts("组织核查") == {Verdict.CANNOT_JUDGE: 1}


def test_a_household_that_the_list_does_not_have_is_told(county, steps, hit):
    events = steps(
        "H1 分析研判 2023-08-04T09:00:00+08:00 县乡村振兴局",
        "H9 分析研判 2023-08-04T09:00:00+08:00 县乡村振兴局",
    )

    found = county(程序事件=events, **hit("H1"))

    assert "程序事件：1 户不在农户表里，请核对户编号" in found.report.notes
    assert found.counts("快速认定/分析研判")[Verdict.DONE] == 2


def test_an_alert_about_a_disaster_that_the_list_does_not_have_is_told(county, table, pushed):
    other = table("灾害事件编号 灾害大类 灾害子类 灾害发生时间", "E2 自然灾害 洪涝 2023-08-01T20:00:00+08:00")

    found = county(灾害事件=other, 部门预警=pushed("县水务局 受灾情况、风险线索 2023-08-02T08:00:00+08:00"))

    assert "部门预警：1 起灾害不在灾害事件表里，请核对灾害事件编号" in found.report.notes


def test_who_acts_is_not_checked_where_no_table_says_it(county, table):
    found = county(程序事件=table("事件对象 步骤 时间", "H1 分析研判 2023-08-04T09:00:00+08:00"))

    assert found.counts("快速认定/分析研判") == {Verdict.DONE: 1}
    assert "程序事件表没有“实施单位”列，没有核对由谁办理" in found.report.notes


def test_a_household_dealt_with_and_not_in_the_list_of_impacts_may_have_been_hit(county, steps, hit):
    """A table that does not mention a household does not say that it was not hit."""
    lists = hit("H1")

    found = county(程序事件=steps("H9 分析研判 2023-08-04T09:00:00+08:00 县民政局"), **lists)

    assert found.counts("快速认定/分析研判")[Verdict.WRONG_UNIT] == 1
    assert found.counts("快速认定/评议公示") == {Verdict.OPEN: 2}, "H1 was hit and waits for the first step"
    assert "没有记录，也不知道是否应办：有的户在受灾影响表里没有记录" in found.reasons("组织核查")


def test_who_took_one_of_several_steps_is_not_asked(county, steps, hit):
    """2.2-04 is shown done by 线索收集, 分析研判 or 重点核查: who took which says nothing of it."""
    found = county(程序事件=steps("H1 分析研判 2023-08-04T09:00:00+08:00 县民政局"), **hit("H1"))

    assert found.counts("受灾户逐户核查") == {Verdict.DONE: 1}


def test_order_is_nothing_where_the_procedure_was_not_due(county, steps, table, flood):
    lists = {
        "农户": table("户编号", "H1"),
        "受灾影响": table("户编号 灾害事件编号 是否受灾", "H1 E1 否"),
        "灾害事件": flood,
    }

    found = county(程序事件=steps(*recognised("评议公示", "分析研判")), **lists)

    assert not [finding for finding in found.report.findings if finding.duty.startswith("快速认定/")]


def test_townships_and_their_villages_are_counted_by_name(county, local, table):
    policy = local("单位 石桥镇\n  级别 乡级\n  代码 511002101\n")
    events = table(
        "事件对象 步骤 时间 实施单位 乡镇",
        "H1 乡村确认 2023-08-02T09:00:00+08:00 村(社区) 511002101",
        "H1 评议公示 2023-08-02T08:00:00+08:00 村(社区) 511002101",
        "H2 分析研判 2023-08-03T09:00:00+08:00 县乡村振兴局 511002999",
    )

    found = county(policy=policy, 程序事件=events)

    units = {tally.name: tally.counts for tally in found.report.by_unit}
    assert units["石桥镇的村(社区)"][Verdict.DONE] == 1, "评议公示 is owed by the village"
    assert Verdict.DONE not in units["石桥镇"], "nothing that the township owes alone is recorded"
    assert "511002999的村(社区)" in units
    assert {tally.name for tally in found.report.by_township} == {"石桥镇", "511002999"}
