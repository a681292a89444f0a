"""Every kind of expectation, met and not met; coverage of a small outline; what eligibility rests on."""

import pytest

from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.coverage import coverage
from relapse_rules.cli.main import main
from relapse_rules.decisions.grounds import grounds
from relapse_rules.policy import compile_policy, inspect, load_plan

CASE = """
用例 被核对的
  基于 受灾又困难的农户
  期望
    {line}
"""
ADDED = """
措施 上门看望  依据 2-01
  类别 生活救助
  对象 农户
  当 纳入帮扶
  完成 享受低保 为 是
  力度 可以
  责任单位 县民政局
"""


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory):
    path = tmp_path_factory.mktemp("skeleton") / "plan.policy"
    assert main(["new", str(path)]) == 0
    return path


@pytest.fixture
def result(skeleton):
    def run(line):
        """Return how a case with this one expectation goes."""
        path = skeleton.with_name("one.policy")
        path.write_text(
            skeleton.read_text(encoding="utf-8") + ADDED + CASE.format(line=line), encoding="utf-8"
        )
        inspection = inspect(path)
        assert inspection.policy is not None, inspection.diagnostics
        policy = compile_policy(inspection.policy)
        case = next(case for case in inspection.cases if case.name == "被核对的")
        return run_case(lambda case: policy.decide(case.facts), case)

    return run


@pytest.mark.parametrize(
    "line",
    [
        "纳入帮扶 为 是",
        "生活严重困难 为 是",
        "发放生活救助 对 H1 为 是",
        "完成 上门看望 为 未知",
        "措施 含 发放生活救助、上门看望",
        "截止 上报灾情 为 2024-07-02 20:00",
        "截止 上报灾情 对 E1 为 2024-07-02 20:00",
        "截止 发放生活救助 为 无",
    ],
)
def test_an_expectation_that_holds(result, line):
    assert result(line).passed


@pytest.mark.parametrize(
    ("line", "expected", "got"),
    [
        ("纳入帮扶 为 否", "纳入帮扶 为 否", "是"),
        ("发放生活救助 对 H2 为 是", "发放生活救助 对 H2 为 是", "没有这一项"),
        ("完成 上门看望 为 是", "完成 上门看望 为 是", "未知"),
        ("措施 不含 发放生活救助", "措施 不含 发放生活救助", "是"),
        (
            "截止 上报灾情 为 2024-07-02 20:01",
            "截止 上报灾情 为 2024-07-02T20:01:00+08:00",
            "2024-07-02T20:00:00+08:00",
        ),
        ("截止 上报灾情 为 无", "截止 上报灾情 为 没有", "2024-07-02T20:00:00+08:00"),
        ("截止 发放生活救助 为 2024-07-02 20:00", "截止 发放生活救助 为 2024-07-02T20:00:00+08:00", "没有"),
        ("缺 农户.符合低保条件", "缺 household.dibao_eligible", "没有缺"),
        ("矛盾 住房.是否危房", "矛盾 housing.is_dangerous", "没有矛盾"),
    ],
)
def test_an_expectation_that_does_not_hold_says_what_is(result, line, expected, got):
    failures = result(line).failures

    assert [(each.expected, each.got) for each in failures] == [(expected, got)]
    assert failures[0].span.file.endswith("one.policy")


def test_facts_that_cannot_be_used_fail_the_case_and_no_other(skeleton):
    inspection = inspect(skeleton)
    policy = compile_policy(inspection.policy)

    outcome = run_case(lambda case: policy.decide({**case.facts, "unheard": 1}), inspection.cases[0])

    assert outcome.failures[0].got == "事实有误"
    assert "unheard" in outcome.failures[0].why


def test_a_statement_is_shown_when_cases_expect_each_outcome(skeleton):
    inspection = inspect(skeleton)

    shown = coverage(inspection.policy, inspection.cases)
    bare = coverage(inspection.policy, ())

    assert shown.unaccounted == ()
    assert shown.unknown_cites == ()
    assert shown.not_shown == ()
    assert {each.statement.id: each.not_shown for each in bare.not_shown} == dict.fromkeys(
        ["1-01", "1-02", "2-01", "2-02"], ("是", "否", "未知")
    )


def test_coverage_goes_clause_by_clause_in_the_order_of_the_plan(skeleton):
    inspection = inspect(skeleton)

    clauses = [
        (clause, [each.statement.id for each in members])
        for clause, members in coverage(inspection.policy, ()).by_clause()
    ]

    assert clauses == [("一", ["1-01", "1-02"]), ("二", ["2-01", "2-02"])]


def test_the_grounds_of_eligibility_are_what_its_condition_names():
    assert grounds(load_plan().program) == (
        "因灾",
        "生产生活严重困难",
        "自身难解且有风险",
        "三保障或饮水有突出问题",
    )


def test_a_policy_without_eligibility_has_no_grounds(skeleton):
    path = skeleton.with_name("none.policy")
    text = skeleton.read_text(encoding="utf-8")
    path.write_text(
        "\n".join(line for line in text.split("\n") if not line.startswith("  资格")), encoding="utf-8"
    )

    assert grounds(compile_policy(inspect(path).policy).program) == ()
