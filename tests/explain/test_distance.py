"""How far a number has to go, for every kind of number: exact, with its unit and its direction."""

import pytest

from relapse_rules.explain.distance import distance_text
from relapse_rules.values.types import Kind, Type


@pytest.mark.parametrize(
    ("kind", "now", "then", "told"),
    [
        pytest.param(Type(kind=Kind.MONEY, unit="元"), 0, 5, "再高 0.05 元", id="money"),
        pytest.param(Type(kind=Kind.INTEGER, unit="人"), 4, 2, "再少 2 人", id="integer"),
        pytest.param(Type(kind=Kind.DECIMAL, unit="升"), 0, 15_000, "再高 1.5 升", id="decimal"),
        pytest.param(Type(kind=Kind.RATIO), 5_000, 2_550, "再低 24.5 个百分点", id="ratio"),
        pytest.param(Type(kind=Kind.DATE), 738_000, 738_040, "再晚 40 天", id="date"),
        pytest.param(Type(kind=Kind.TIME), 3_661, 0, "再早 1 小时 1 分钟 1 秒", id="time"),
        pytest.param(Type(kind=Kind.YEAR_MONTH), 24_284, 24_279, "再早 5 个月", id="month"),
        pytest.param(Type(kind=Kind.DURATION, unit="小时"), 0, 7_200, "再长 2小时", id="duration"),
        pytest.param(Type(kind=Kind.MONEY, unit="元"), 7, 7, "", id="none"),
    ],
)
def test_a_distance_is_exact(kind, now, then, told):
    assert distance_text(kind, now, then) == told
