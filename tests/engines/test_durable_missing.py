"""Without the extra [durable], everything else works and the message says how to install it."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys
sys.modules["durable_rules_engine"] = None  # as if it were not installed
sys.version_info = {version}
try:
    import relapse_rules.engines.durable
except ImportError as error:
    print(error)
"""
HOW = "durable 引擎需要另外安装：pip install 'relapse_rules[durable]'（须有 C 编译器）"
FLAG = (
    "。Python 3.13 及以后的版本须这样安装："
    "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --no-cache-dir 'relapse_rules[durable]'"
)


def output_of(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout


@pytest.mark.parametrize(
    ("version", "message"), [((3, 11, 9), HOW), ((3, 12, 0), HOW), ((3, 13, 0), HOW + FLAG)]
)
def test_the_message_says_how_to_install_it(version, message):
    assert output_of(WITHOUT.format(version=version)) == message + "\n"


def test_other_engines_do_not_ask_for_it():
    script = """
import sys
sys.modules["durable_rules_engine"] = None
import relapse_rules
print(relapse_rules.load_plan().name)
"""

    assert output_of(script).strip()
