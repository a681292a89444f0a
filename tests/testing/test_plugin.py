"""``pytest policies/`` in a process of its own, as a county runs it. What is collected and told in detail: `test_collecting`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.testing.sample import GRANTS

GOOD = """
用例 没有受灾的不补
  给定
    判定时点 为 2024-06-01 09:00
    户 H1: 户类型 为 一般户
    损失 没有
  期望
    发补助 为 否

性质 补的都是应补助的
  发补助 蕴含 应补助
"""


@pytest.fixture
def county(tmp_path):
    """Return a function that runs pytest over policy files: exit code and output."""

    def run(*options: str, **texts: str) -> tuple[int, str]:
        for name, text in texts.items():
            (tmp_path / f"{name}.policy").write_text(text, "utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:relapse_rules",
                "-p",
                "relapse_rules.testing.plugin",
                "-p",
                "no:cacheprovider",
                "-v",
                *options,
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def text(more: str = "") -> str:
    return GRANTS.read_text("utf-8") + more


def test_what_a_policy_states_of_itself_passes(county):
    code, out = county("main.policy", main=text(GOOD))

    assert code == 0
    assert "main.policy::没有受灾的不补 PASSED" in out
    assert "main.policy::补的都是应补助的 PASSED" in out


def test_the_plugin_waits_for_a_policy_file():
    """Every run of pytest where this package is installed imports the plugin: it must cost next to nothing."""
    script = (
        "import sys, relapse_rules.testing.plugin\n"
        "print([name for name in ('lark', 'hypothesis', 'z3', 'numpy', 'relapse_rules.check', 'relapse_rules.analysis') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_entry_point_names_the_plugin():
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")

    assert 'relapse_rules = "relapse_rules.testing.plugin"' in pyproject
