"""What is collected of policy files, what a failure says, and what is left alone. In this process, so that it is quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.testing.sample import GRANTS

from relapse_rules.analysis.proving.goals import Limits
from relapse_rules.policy import compile_policy, inspect
from relapse_rules.testing.collecting import prove

pytest_plugins = ["pytester"]

# By its module, whether or not the package that is installed has the entry point already.
PLUGIN = ("-p", "no:relapse_rules", "-p", "relapse_rules.testing.plugin", "-p", "no:cacheprovider")
TEXT = GRANTS.read_text("utf-8")
RULES, _, CASES = TEXT.partition("用例 水少的供水")
CASES = "用例 水少的供水" + CASES


@pytest.fixture(scope="module")
def loaded() -> None:
    """Load all that the plugin needs, once: pytester forgets after each run what was loaded in it, and half of it twice is no whole."""
    found = inspect(GRANTS)
    assert found.policy is not None
    compile_policy(found.policy).decide(found.cases[0].facts)
    assert not list(prove(found.policy))


@pytest.fixture
def county(loaded: None, pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with one policy in two files."""
    (pytester.path / "rules.policy").write_text(RULES, "utf-8")
    (pytester.path / "all.policy").write_text(f'导入 "rules.policy"\n\n{CASES}', "utf-8")
    return pytester


def run(county: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return county.runpytest_inprocess(*PLUGIN, *arguments)


def test_every_case_is_an_item_and_parts_are_not_run_by_themselves(county):
    result = run(county, "-v")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["all.policy::水少的供水 PASSED*", "all.policy::不知道的是未知 PASSED*"])


def test_a_case_has_its_name_and_line(county):
    items, _ = county.inline_genitems(*PLUGIN)

    assert [(item.name, item.reportinfo()[1]) for item in items] == [
        ("水少的供水", 2),
        ("不知道的是未知", 11),
    ]


def test_a_failure_says_what_relapse_rules_test_says_and_nothing_else(county):
    main = county.path / "all.policy"
    main.write_text(main.read_text("utf-8").replace("缺水 为 是", "缺水 为 否"), "utf-8")

    result = run(county)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["不通过：水少的供水", "- all.policy:10:5", "  期望：缺水 为 否", "  得到：是", "  因为：H1 是"],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*relapse_rules/*")


def test_a_broken_file_is_one_error_with_its_diagnostics(county):
    (county.path / "rules.policy").write_text(RULES.replace("当 缺水 或", "当 缺雨 或"), "utf-8")

    result = run(county)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*没有叫“缺雨”的*", "*rules.policy:119:5*", "*help: 它既不是定义*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_part_that_is_named_is_run_when_nothing_that_imports_it_is(county):
    (county.path / "more.policy").write_text('导入 "all.policy"\n', "utf-8")

    alone, whole = run(county, "all.policy"), run(county)

    alone.assert_outcomes(passed=2)
    whole.stdout.fnmatch_lines(["more.policy *"])
    whole.assert_outcomes(passed=2)


def test_files_that_import_each_other_are_told_once(county):
    (county.path / "rules.policy").write_text(f'导入 "all.policy"\n\n{RULES}', "utf-8")

    result = run(county)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*文件互相导入*"])


@pytest.mark.parametrize("way", ["option", "ini"])
def test_the_countys_own_files_go_with_each_policy(county, way):
    text = '设定 收入线\n  自 2023-01-01 为 9000元/人·年  来源 本地 "本县"\n'
    (county.path / "own.policy").write_text(text, "utf-8")
    case = """
用例 本县的收入线
  给定
    判定时点 为 2023-08-20 09:00
    户 H1: 户类型 为 一般户、年收入 为 8000元/年、人口数 为 1人
  期望
    低收入 为 是
"""
    _append(county, case)
    if way == "ini":
        county.makeini("[pytest]\npolicy_local = own.policy\n")

    result = run(county, *(["--policy-local", "own.policy"] if way == "option" else []))

    result.assert_outcomes(passed=3)


def test_properties_are_items_beside_the_cases(county):
    properties = """
性质 给补助的都受灾
  发补助 蕴含 受灾

性质 受灾的都给补助
  受灾 蕴含 发补助
"""
    _append(county, properties)

    result = run(county, "-v", "-k", "补助")

    result.assert_outcomes(passed=1, failed=1, deselected=2)
    result.stdout.fnmatch_lines(
        ["*给补助的都受灾 PASSED*", "*受灾的都给补助 FAILED*", "不成立：受灾的都给补助*", "*事实最少的反例*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


ABOUT_NUMBERS = """
性质 越穷越低收入
  低收入 随 年收入 不增
"""


def test_what_only_the_solver_could_decide_is_skipped_without_it(county, monkeypatch):
    monkeypatch.setattr("relapse_rules.analysis.proving.prover.find_spec", lambda _: None)
    _append(county, ABOUT_NUMBERS)

    result = run(county, "-k", "越穷", "-rs")

    result.assert_outcomes(skipped=1, deselected=2)
    result.stdout.fnmatch_lines(["SKIPPED*relapse_rules?prove?*"])


def test_what_is_not_decided_is_no_success(county, monkeypatch):
    """The solver gives up at once: what is not known to hold must not pass."""
    monkeypatch.setattr(
        "relapse_rules.analysis.proving.prove.Limits", lambda: Limits(effort=1, assignments=0)
    )
    _append(county, ABOUT_NUMBERS)

    result = run(county, "-k", "越穷")

    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["未能判定：越穷越低收入*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_another_policy_is_read_from_beside_the_file(county):
    (county.path / "上级.policy").write_text(RULES.replace("为 3500元", "为 3600元"), "utf-8")
    _append(county, '\n性质 不比上级严\n  低收入 不严于 政策 "上级.policy"\n')

    result = run(county, "all.policy", "-k", "不比上级严")

    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["不成立：不比上级严*"])


def _append(county: pytest.Pytester, text: str) -> None:
    with (county.path / "all.policy").open("a", encoding="utf-8") as file:
        file.write(text)


def test_without_policies_nothing_of_the_library_is_loaded(tmp_path: Path):
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n", "utf-8")
    code = f"""
import sys, pytest
assert pytest.main(["-q", "-p", "no:cacheprovider", "-p", "relapse_rules.testing.plugin", {str(tmp_path)!r}]) == 0
print(sorted(name for name in sys.modules if name.startswith("relapse_rules")), "hypothesis.strategies" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout.splitlines()[-1] == (
        "['relapse_rules', 'relapse_rules.testing', 'relapse_rules.testing.option', 'relapse_rules.testing.plugin'] False"
    )
