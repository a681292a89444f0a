"""Changed 参数, 解读 and dates in force: what they make different, and that they are named for it."""

from __future__ import annotations

import pytest
from tests.analysis.difference.versions import difference, measure, of, version, ways
from tests.check.support import HEADER

from relapse_rules.analysis.difference import words
from relapse_rules.analysis.difference.comparing import compare
from relapse_rules.analysis.difference.model import Changed, Verdict
from relapse_rules.analysis.proving.goals import Method

INCOME = "收支.工资性收入"
LOW = f"{INCOME} 低于 7000元"
LOWER = f"{INCOME} 低于 5000元"


PARAMETER = '参数 线: 金额 元\n  自 {} 为 {}  来源 标准 "文件"\n'


def test_a_parameter_with_another_date():
    """The line comes a year later: between the dates the old version decides, the new one cannot."""
    old, new = (
        measure(f"{INCOME} 低于 线", PARAMETER.format(day, "7000元")) for day in ("2023-01-01", "2024-01-01")
    )

    found = difference(old, new)

    (way,) = [each for each in of(found, "救助").ways if each.before is True]
    assert (way.before, way.after) == (True, None)
    assert way.household.case.as_of < 1_704_038_400  # 2024-01-01 in Asia/Shanghai
    assert [each.name for each in found.settings] == ["参数“线”"]


def test_a_parameter_with_another_value():
    """The condition is the same word for word: the 参数 is named as what made the difference, and whose it is."""
    old, new = (
        measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", each)) for each in ("7000元", "8000元")
    )

    found = of(difference(old, new), "救助")

    assert (found.causes, found.through) == ((), ("参数 线",))
    assert ways(found)[False, True] == [f"“{INCOME} 低于 线” 由 否 变为 是"]


def test_a_parameter_with_another_value_in_other_words():
    """Whose line it is must be said, since both call it the same."""
    old = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))
    new = measure(f"线 高于 {INCOME}", PARAMETER.format("2023-01-01", "8000元"))

    found = of(difference(old, new), "救助")

    assert found.through == ("参数 线",)
    assert ways(found)[False, True] == [f"新规则的线 高于 {INCOME}；并非（旧规则的{INCOME} 低于 线）"]


def test_a_parameter_set_that_was_open():
    """待定 is unknown, not whatever the county might set: the old version never says no here."""
    old = measure(f"{INCOME} 低于 线", '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n')
    new = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(None, True), (None, False)}
    assert not any(way.household.settings for way in found.ways)


def test_a_parameter_left_open_that_was_set():
    """The other way round, what was yes or no is unknown now, whatever the county may set one day."""
    old = measure(f"{INCOME} 低于 线", PARAMETER.format("2023-01-01", "7000元"))
    new = measure(f"{INCOME} 低于 线", '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n')

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(True, None), (False, None)}
    assert not any(way.household.settings for way in found.ways)


def test_two_open_parameters_are_two():
    """Neither is set, but the county may set them differently."""
    lines = "".join(
        f'参数 {name}: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n' for name in ("甲线", "乙线")
    )

    found = of(
        difference(measure(f"{INCOME} 低于 甲线", lines), measure(f"{INCOME} 低于 乙线", lines)), "救助"
    )

    assert found.verdict is Verdict.DIFFERENT


def test_a_parameter_open_in_both_may_be_set_later():
    """Today neither version can say anything; once the county sets the line, they part."""
    line = '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里"\n'

    found = of(difference(measure(f"{INCOME} 低于 线", line), measure(f"{INCOME} 不高于 线", line)), "救助")

    assert found.verdict is Verdict.DIFFERENT
    assert all(dict(way.household.settings).keys() == {"线"} for way in found.ways)


READING = '解读 之间\n  取 {}\n  可取 任一、全部\n  理由 "试验"\n'


def test_a_reading_taken_otherwise():
    old, new = (
        measure("以下按 之间:\n    - 符合低保条件\n    - 是否农户", READING.format(taken))
        for taken in ("全部", "任一")
    )

    found = difference(old, new)

    assert of(found, "救助").verdict is Verdict.DIFFERENT
    assert {(way.before, way.after) for way in of(found, "救助").ways} == {(False, True)}
    assert of(found, "救助").through == ("解读 之间",)
    assert found.settings == (
        Changed(name="解读“之间”", before="取“全部”，可取 任一、全部", after="取“任一”，可取 任一、全部"),
    )


@pytest.mark.parametrize(
    ("condition", "simple"),
    [
        pytest.param("之间 为 任一 且 是否农户", "是否农户", id="yes and"),
        pytest.param("之间 为 全部 且 是否农户", "否", id="no and"),
        pytest.param("之间 为 任一 或 是否农户", "是", id="yes or"),
        pytest.param("之间 为 全部 或 是否农户", "是否农户", id="no or"),
    ],
)
def test_a_settled_reading_is_worked_in(condition, simple):
    """With 任一 taken, what is left of the condition is known without a proof."""
    reading = READING.format("任一") + "定义 用到\n  对象 农户\n  当 之间 为 任一 且 生活陷入困境\n"

    found = of(difference(measure(condition, reading), measure(simple, reading)), "救助")

    assert (found.verdict, found.method) == (Verdict.EQUAL, Method.STRUCTURE)


def test_what_is_always_so_is_unknown_of_an_unknown_event():
    """A condition that always holds of the event says nothing while it is not known which event it is."""
    reading = READING.format("任一") + "定义 总是\n  对象 灾害事件\n  当 之间 为 任一\n"
    old, new = (
        measure(f"存在 受灾影响 满足 ({each})", reading) for each in ("是否受灾 且 灾害事件.总是", "是否受灾")
    )

    found = of(difference(old, new), "救助")

    assert {(way.before, way.after) for way in found.ways} == {(None, True)}


DATED = HEADER + "  生效日期 {}\n  失效日期 {}\n"


def test_only_days_on_which_both_are_in_force_are_compared():
    """The parameter differs in 2023 alone, and the new version begins in 2024."""
    old = measure(
        f"{INCOME} 低于 线",
        '参数 线: 金额 元\n  自 2023-01-01 为 5000元  来源 标准 "甲"\n  自 2024-01-01 为 7000元  来源 标准 "乙"\n',
    )
    new = measure(f"{INCOME} 低于 线", PARAMETER.format("2024-01-01", "7000元"))

    found = compare(
        version(old, header=DATED.format("2023-01-01", "2025-12-31")),
        version(new, header=DATED.format("2024-01-01", "2026-12-31")),
    )

    assert found.same_outcomes
    assert words.days(found) == "2024-01-01 至 2025-12-31（两份规则同时有效的日子）"
    assert [each.name for each in found.settings] == ["有效期", "参数“线”"]


def test_versions_that_are_never_in_force_together_are_compared_all_the_same():
    found = compare(
        version(measure(LOW), header=DATED.format("2023-01-01", "2023-12-31")),
        version(measure(LOWER), header=DATED.format("2024-01-01", "2024-12-31")),
    )

    assert found.days is None
    assert words.days(found) == "两份规则没有同时有效的日子，按同一天比较规则本身"
    assert of(found, "救助").verdict is Verdict.DIFFERENT
