"""The shipped plan: in another form it is the same, and one edited rule is found among all."""

from __future__ import annotations

import pytest

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Verdict
from relapse_rules.analysis.difference.version import Version, version_of
from relapse_rules.analysis.formatting import formatted
from relapse_rules.analysis.proving.goals import Method
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText

ENTRY = "plan.policy"
TEXTS = {path.name: path.read_text("utf-8") for path in policies_directory().iterdir() if path.is_file()}


def _version(texts: dict[str, str]) -> Version:
    loaded = load_files(ENTRY, read_from(texts))
    assert loaded.value is not None
    result = check(loaded.value)
    assert result.value is not None
    return version_of(result.value, loaded.value.sources)


@pytest.fixture(scope="module")
def plan() -> Version:
    return _version(TEXTS)


def test_in_one_form_and_with_its_files_in_another_order(plan):
    neat = {name: _formatted(name, text) for name, text in TEXTS.items()}
    lines = neat[ENTRY].splitlines(keepends=True)
    imports = [line for line in lines if line.startswith("导入")]
    others = [line for line in lines if not line.startswith("导入")]

    found = compare(plan, _version({**neat, ENTRY: "".join([*reversed(imports), "\n", *others])}))

    assert found.is_equal
    assert {each.method for each in found.declarations} == {Method.STRUCTURE}


def _formatted(name: str, text: str) -> str:
    if not name.endswith(".policy"):
        return text
    neat = formatted(SourceText(name, text)).value
    assert neat is not None
    return neat


def test_one_edited_rule(plan):
    """Whoever lives in a household with a member in 特困供养 loses; every other outcome is proved to be the same."""
    name = "4.01-basic-living.policy"
    edited = TEXTS[name].replace(
        "    - 享受低保 为 否\n", "    - 享受低保 为 否\n    - 没有 家庭成员 满足 特困供养人员\n", 1
    )

    found = compare(plan, _version({**TEXTS, name: edited}))

    (different,) = found.with_verdict(Verdict.DIFFERENT)
    assert different.name == "纳入最低生活保障"
    assert [(way.before, way.after) for way in different.ways] == [(True, False)]
    assert different.never == ((False, True),)
    assert len(found.with_verdict(Verdict.EQUAL)) == len(found.declarations) - 1
