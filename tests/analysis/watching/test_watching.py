"""A policy under watch: what a change makes anew, and that nothing else could have been otherwise."""

from __future__ import annotations

import os

import pytest

from relapse_rules.analysis.watching.folder import Files, main_files
from relapse_rules.analysis.watching.watch import PolicyWatch
from relapse_rules.cli.watch import _ready
from relapse_rules.policy import inspect

VOCABULARY = """\
实体 政策上下文  英文 context
  数量 一个
  字段 判定时点  英文 as_of  类型 时间  种类 原始  不可空  必填

实体 农户  英文 household
  上级 政策上下文
  数量 一个
  字段 户编号  英文 household_id  类型 文本  种类 原始  不可空  标识
  字段 人口  英文 population  类型 整数  种类 原始  可空
  字段 收入  英文 income  类型 金额 元  种类 原始  可空
  字段 受灾  英文 affected  类型 是否  种类 原始  可空
  字段 受灾时间  英文 affected_at  类型 时间  种类 原始  可空
"""
RULES = """\
导入 "词汇.policy"

政策 甲方案
  类别 救助

单位 县民政局  级别 县级

参数 收入线: 金额 元
  自 2020-01-01 为 5000元  来源 本地 "县里定"

解读 一天的算法
  取 二十四小时
  可取 二十四小时、次日终了
  理由 "从严"

定义 低收入
  对象 农户
  当 收入 低于 收入线

定义 大户
  对象 农户
  当 人口 不低于 5

措施 发救助金
  类别 救助
  对象 农户
  当 低收入 且 受灾
  力度 应当
  责任单位 县民政局
  时限 受灾时间 起 1天 内 按 一天的算法
"""
CASES = """\
导入 "规则.policy"

用例 低收入的
  给定
    判定时点 为 2024-01-01 09:00
    农户: 收入 为 4000元
  期望
    低收入 为 是

用例 人多的
  给定
    判定时点 为 2024-01-01 09:00
    农户: 人口 为 5
  期望
    大户 为 是

用例 受灾的
  给定
    判定时点 为 2024-01-03 09:00
    农户: 收入 为 4000元、受灾 为 是、受灾时间 为 2024-01-01 09:00
  期望
    措施 含 发救助金
    截止 发救助金 为 2024-01-02 09:00

用例 不知道受灾没有
  给定
    判定时点 为 2024-01-01 09:00
    农户: 收入 为 4000元、人口 为 5
  期望
    缺 农户.受灾
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("词汇", VOCABULARY), ("规则", RULES), ("用例", CASES)):
        (tmp_path / f"{name}.policy").write_text(text, encoding="utf-8")
    return tmp_path


def edit(folder, name, old, new):
    path = folder / f"{name}.policy"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def watched(folder):
    watch = PolicyWatch(folder / "用例.policy", inspect, _ready)
    return watch, watch.look()


# what is changed → how many of the four cases are run again, how many fail then
EDITS = {
    "a comment": ("规则", "政策 甲方案", "# 说明\n政策 甲方案", 0, 0),
    "another statement of it": ("规则", "力度 应当", "力度 可以", 0, 0),
    "the condition of one": ("规则", "人口 不低于 5", "人口 高于 5", 2, 1),
    "a condition that another uses": ("规则", "收入 低于 收入线", "收入 不超过 收入线", 3, 0),
    "a parameter": ("规则", "为 5000元", "为 3000元", 3, 3),
    "the time limit": ("规则", "起 1天 内", "起 2天 内", 2, 1),
    "a reading that the limit has": ("规则", "取 二十四小时\n", "取 次日终了\n", 2, 1),
    "the facts of a case": ("用例", "人口 为 5\n  期望\n    大户", "人口 为 4\n  期望\n    大户", 1, 1),
    "what a case expects": ("用例", "低收入 为 是", "低收入 为 否", 1, 1),
    "who supplies a fact": (
        "词汇",
        "种类 原始  可空\n  字段 收入",
        "提供 村里  种类 原始  可空\n  字段 收入",
        4,
        0,
    ),
    "the dates in force": ("规则", "政策 甲方案", "政策 甲方案\n  失效日期 2024-01-02", 4, 1),
}


@pytest.mark.parametrize(("name", "old", "new", "fresh", "failing"), EDITS.values(), ids=EDITS.keys())
def test_only_cases_that_a_change_can_touch_are_run_again(folder, name, old, new, fresh, failing):
    watch, first = watched(folder)

    edit(folder, name, old, new)
    again = watch.look()

    assert (first.is_good, first.fresh) == (True, 4)
    assert again.results == watched(folder)[1].results
    assert (again.fresh, sum(not result.passed for result in again.results)) == (fresh, failing)


def test_a_case_that_failed_is_run_each_time(folder):
    edit(folder, "用例", "低收入 为 是", "低收入 为 否")
    watch, _ = watched(folder)

    assert watch.look().fresh == 1


def test_a_half_saved_file_is_told_of_and_what_passed_before_stands(folder):
    watch, _ = watched(folder)
    edit(folder, "规则", "人口 不低于 5", "人口 不低于")

    broken = watch.look()
    edit(folder, "规则", "人口 不低于", "人口 不低于 5")
    mended = watch.look()

    assert (broken.results, broken.is_good) == (None, False)
    assert broken.errors
    assert (mended.is_good, mended.fresh) == (True, 0)


def test_a_missing_file_may_be_any_and_a_known_one_concerns_who_reads_it(folder):
    watch, _ = watched(folder)
    assert watch.concerns([folder / "词汇.policy"])
    assert not watch.concerns([folder / "别的.policy"])

    (folder / "词汇.policy").rename(folder / "改名.policy")
    watch.look()

    assert watch.concerns([folder / "别的.policy"])


# --- files ----------------------------------------------------------------------------------------


def test_what_was_written_made_removed_or_renamed_has_changed(folder):
    files = Files(folder)
    assert [path.name for path in files.changed()] == ["用例.policy", "规则.policy", "词汇.policy"]
    assert files.changed() == ()

    edit(folder, "规则", "甲方案", "乙方案")
    (folder / "词汇.policy").rename(folder / "词.policy")
    (folder / "用例.policy").unlink()
    (folder / "新.policy").write_text("", encoding="utf-8")
    (folder / "记事.txt").write_text("", encoding="utf-8")

    assert {path.stem for path in files.changed()} == {"规则", "词汇", "词", "用例", "新"}


def test_a_file_that_says_the_same_has_not_changed(folder):
    files = Files(folder)
    files.changed()

    path = folder / "规则.policy"
    os.utime(path, ns=(1, 1))

    assert not files.is_settled()
    assert files.changed() == ()
    assert files.is_settled()


def test_a_file_elsewhere_is_followed_from_now_on(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("别处") / "县.policy"
    other.write_text("", encoding="utf-8")
    files = Files(folder)
    files.changed()

    files.follow([other])
    assert files.changed() == ()
    other.unlink()

    assert files.changed() == (other,)


def test_a_main_file_has_a_policy_and_is_imported_by_none(folder):
    (folder / "县.policy").write_text("采用 甲 为 乙\n", encoding="utf-8")
    (folder / ".藏.policy").write_text(RULES, encoding="utf-8")

    assert main_files(folder) == ((folder / "用例.policy",), (folder / "县.policy",))
