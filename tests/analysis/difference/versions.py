"""Versions of small policies in text, compared."""

from __future__ import annotations

from collections.abc import Mapping

from tests.check.support import HEADER

from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Comparison, Difference
from relapse_rules.analysis.difference.version import Version, version_of
from relapse_rules.analysis.difference.words import cube
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from

MEASURE = """
措施 救助
  类别 甲类
  力度 应当
  对象 农户
  当 {}
  责任单位 县民政局
  时限 及时
"""

UNIT = "单位 县民政局\n单位 县财政局\n"


def version(text: str, *, header: str = HEADER, files: Mapping[str, str] | None = None) -> Version:
    """Return the version that a text without errors is."""
    loaded = load_files("试验.policy", read_from({"试验.policy": header + text, **(files or {})}))
    assert loaded.value is not None
    result = check(loaded.value)
    assert result.value is not None, [
        (found.code, found.message) for found in (*loaded.diagnostics, *result.diagnostics)
    ]
    return version_of(result.value, loaded.value.sources)


def difference(old: str, new: str) -> Difference:
    """Return how two texts differ."""
    return compare(version(old), version(new))


def measure(condition: str, more: str = "") -> str:
    """Return a policy with one measure, 救助."""
    return UNIT + more + MEASURE.format(condition)


def of(found: Difference, name: str) -> Comparison:
    """Return what was found of one declaration."""
    (one,) = [each for each in found.declarations if each.name == name]
    return one


def ways(comparison: Comparison) -> dict[tuple[bool | None, bool | None], list[str]]:
    """Return by (before, after) when a declaration differs so, in words."""
    return {(way.before, way.after): sorted(cube(each) for each in way.cubes) for way in comparison.ways}
