"""单位: names, aliases, and what resolves them."""

import pytest
from tests.check.support import checked, policy, reported

USED = "措施 用\n  类别 甲类\n  对象 农户\n  当 是\n  力度 应当\n  责任单位 {}\n"


def found(units: str, used: str = "甲") -> list[tuple[str, str]]:
    return reported(units + USED.format(used))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("单位 甲\n单位 甲\n", ("RR0202", "甲")),
        ("单位 甲\n单位 乙\n  别名 甲\n", ("RR0202", "甲")),
        ("单位 甲\n  并入 丙丁戊 自 2024-01-01\n", ("RR0208", "丙丁戊")),
        ("单位 甲  指代 住户.乡(镇)\n", ("RR0203", "住户")),
        ("单位 甲  指代 农户.乡(县)\n", ("RR0204", "乡(县)")),
        ("单位 甲  指代 乡(镇)\n", ("RR0204", "乡(镇)")),
        ("单位 甲\n  并入 甲 自 2024-01-01\n  并入 甲 自 2023-01-01\n", ("RR0403", "2023-01-01")),
        ("单位 甲\n  并入 甲 自 2024-01-01 20:00\n", ("RR0309", "2024-01-01 20:00")),
    ],
    ids=str,
)
def test_a_broken_unit(units, expected):
    assert found(units) == [expected]


def test_a_unit_that_is_not_declared_is_offered_its_near_name():
    (unknown,) = checked("单位 县民政局\n" + USED.format("县民正局")).diagnostics

    assert unknown.help == "是不是“县民政局”？"


def test_a_county_alias_must_be_new():
    text = "单位 甲\n单位 乙\n" + USED.format("甲、乙")

    assert reported(text, local="单位 甲\n  别名 乙\n") == [("RR0202", "乙")]
    assert policy(text, local="单位 甲\n  别名 丙\n").units[0].aliases == ("丙",)


def test_succession_is_kept_by_date():
    (unit, _) = policy("单位 甲\n  并入 乙 自 2024-01-01\n单位 乙\n" + USED.format("甲")).units

    assert [name for name, _ in unit.successions] == ["乙"]
