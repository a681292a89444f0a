"""Every spelling of a comparison, at its boundary: below, at, above, and without the fact."""

import pytest
from tests.check.support import answer

BELOW, AT, ABOVE = "2人", "3人", "4人"

TABLE = {
    "家庭人口数 低于 3人": (True, False, False),
    "家庭人口数 不低于 3人": (False, True, True),
    "家庭人口数 高于 3人": (False, False, True),
    "家庭人口数 不高于 3人": (True, True, False),
    "家庭人口数 超过 3人": (False, False, True),
    "家庭人口数 不超过 3人": (True, True, False),
    "家庭人口数 不满 3人": (True, False, False),
    "家庭人口数 达到 3人": (False, True, True),
    "家庭人口数 在 3人 以上": (False, True, True),
    "家庭人口数 在 3人 以下": (True, True, False),
    "家庭人口数 在 3人 以内": (True, True, False),
    "家庭人口数 为 3人": (False, True, False),
    "家庭人口数 不为 3人": (True, False, True),
    "家庭人口数 < 3人": (True, False, False),
    "家庭人口数 ≤ 3人": (True, True, False),
    "家庭人口数 > 3人": (False, False, True),
    "家庭人口数 ≥ 3人": (False, True, True),
    "家庭人口数 = 3人": (False, True, False),
    "家庭人口数 ≠ 3人": (True, False, True),
    "3人 高于 家庭人口数": (True, False, False),
    "家庭人口数 介于 3人 与 3人": (False, True, False),
    "非 家庭人口数 低于 3人": (False, True, True),
    "家庭人口数 × 2 超过 6人": (False, False, True),
    "家庭人口数 - 1人 低于 2人": (True, False, False),
    "若 家庭人口数 达到 3人 则 否": (True, False, False),
}


@pytest.mark.parametrize(("condition", "expected"), TABLE.items(), ids=str)
def test_a_comparison_at_its_boundary(condition, expected):
    given = [answer(condition, f"    农户: 家庭人口数 为 {count}\n") for count in (BELOW, AT, ABOVE)]

    assert given == list(expected)
    assert answer(condition) is None


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("灾害发生时间 早于 2023-08-01 20:00", (True, False, False)),
        ("灾害发生时间 晚于 2023-08-01 20:00", (False, False, True)),
        ("灾害发生时间 不早于 2023-08-01 20:00", (False, True, True)),
        ("灾害发生时间 不晚于 2023-08-01 20:00", (True, True, False)),
        ("相隔(灾害发生时间, 判定时点) 超过 13小时", (True, False, False)),
        ("判定时点 - 灾害发生时间 不超过 780分钟", (False, True, True)),
        ("灾害发生时间 + 13小时 晚于 判定时点", (False, False, True)),
    ],
    ids=str,
)
def test_times_at_their_boundary(condition, expected):
    given = [
        answer(condition, f"    灾害事件 E1: 灾害发生时间 为 2023-08-01 {clock}\n", "灾害事件")
        for clock in ("19:59:59", "20:00", "20:00:01")
    ]

    assert given == list(expected)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("2023-08-02 09:00", True), ("2023-08-02 09:00:01", False), ("未发生", False), ("未知", None)],
    ids=str,
)
def test_a_time_has_come_when_it_is_not_later_than_now(clock, expected):
    given = f"    灾害事件 E1: 灾害过程结束时间 为 {clock}\n"

    assert answer("灾害过程结束时间 已发生", given, "灾害事件") is expected
    assert answer("灾害过程结束时间 未发生", given, "灾害事件") is (
        None if expected is None else not expected
    )


@pytest.mark.parametrize(
    ("birthday", "expected"),
    [("2007-08-03", True), ("2007-08-02", False), ("2004-02-29", False)],
    ids=str,
)
def test_age_counts_whole_years(birthday, expected):
    given = f"    家庭成员 P1: 出生日期 为 {birthday}\n"

    assert answer("年龄(出生日期) 不满 16周岁", given, "家庭成员") is expected


@pytest.mark.parametrize(
    ("claims", "income", "expected"),
    [("29.99元", "100元", False), ("30元", "100元", False), ("30.01元", "100元", True), ("1元", "0元", None)],
    ids=str,
)
def test_a_ratio_is_compared_exactly(claims, income, expected):
    given = f"    收支: 医疗自付费用 为 {claims}、转移性收入 为 {income}\n"

    assert answer("医疗自付费用 ÷ 转移性收入 超过 30%", given) is expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [("0.50元", True), ("0.51元", False)],
    ids=["below the half 分", "above the half 分"],
)
def test_a_percentage_of_money_is_not_rounded_before_it_is_compared(paid, expected):
    """Half of 1.01元 is 50.5 分: 51 分 is more than it, though rounding would call them equal."""
    given = f"    收支: 医疗自付费用 为 {paid}、转移性收入 为 1.01元\n"

    assert answer("医疗自付费用 不超过 转移性收入 × 50%", given) is expected


def test_a_quotient_is_compared_with_money_for_each_person_exactly():
    given = "    农户: 家庭人口数 为 3人\n    收支: 转移性收入 为 100元\n"

    assert answer("转移性收入 ÷ 家庭人口数 低于 33.34元/人", given) is True
    assert answer("转移性收入 ÷ 家庭人口数 高于 33.33元/人", given) is True


@pytest.mark.parametrize(
    ("month", "expected"), [("202307", True), ("202308", None), ("202309", False)], ids=str
)
def test_a_month_lies_before_a_date_when_all_of_it_does(month, expected):
    given = f"    农户: 识别监测时间 为 {month}\n"

    assert answer("识别监测时间 早于 日期(判定时点)", given) is expected
    assert answer("日期(判定时点) 晚于 识别监测时间", given) is expected
    assert answer("识别监测时间 不早于 日期(判定时点)", given) is (None if expected is None else not expected)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("个数(住房) 达到 2", (False, True, True)),
        ("个数(住房 满足 因灾受损) 达到 1", (False, None, True)),
        ("2处 > 个数(住房)", (True, False, False)),
        ("个数(住房) 介于 1 与 2", (False, True, True)),
    ],
    ids=str,
)
def test_counts(condition, expected):
    none, two, damaged = (
        "    住房 没有\n",
        "    住房 甲:\n    住房 乙:\n",
        "    住房 甲: 因灾受损 为 是\n    住房 乙:\n",
    )

    assert tuple(answer(condition, given) for given in (none, two, damaged)) == expected
    assert answer(condition) is None
