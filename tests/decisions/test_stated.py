"""Values as text, exact and in their unit."""

from __future__ import annotations

from datetime import date

import pytest

from relapse_rules.decisions.stated import stated_text
from relapse_rules.values.types import NEVER, EnumValue, Kind, Type


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Type(kind=Kind.CONDITION), True, "yes"),
        (Type(kind=Kind.CONDITION), False, "no"),
        (Type(kind=Kind.INTEGER, unit="人"), 5, "5"),
        (Type(kind=Kind.MONEY, unit="元"), 0, "0"),
        (Type(kind=Kind.MONEY, unit="元"), 1, "0.01"),
        (Type(kind=Kind.MONEY, unit="元"), -850_050, "-8500.5"),
        (Type(kind=Kind.MONEY, unit="元"), 10**20, "1000000000000000000"),
        (Type(kind=Kind.DECIMAL, unit="升"), 350_001, "35.0001"),
        (Type(kind=Kind.RATIO), 3_000, "0.3"),
        (Type(kind=Kind.DATE), date(2023, 8, 1).toordinal(), "2023-08-01"),
        (Type(kind=Kind.DATE), NEVER, "未发生"),
        (Type(kind=Kind.TIME), 1_690_891_200, "2023-08-01T20:00:00+08:00"),
        (Type(kind=Kind.TIME), NEVER, "未发生"),
        (Type(kind=Kind.YEAR_MONTH), 2023 * 12 + 6, "202307"),
        (Type(kind=Kind.YEAR_MONTH), 2023 * 12 + 11, "202312"),
        (Type(kind=Kind.DURATION, unit="天"), 86_400, "1"),
        (Type(kind=Kind.DURATION, unit="小时"), 5_400, "1.5"),
        (Type(kind=Kind.DURATION, unit="天"), 3_600, "3600/86400"),
        (Type(kind=Kind.DURATION, unit="年"), 18, "1.5"),
        (Type(kind=Kind.DURATION, unit="月"), 18, "18"),
        (Type(kind=Kind.DURATION, unit="工作日"), 5, "5"),
        (Type(kind=Kind.ENUM, values=(EnumValue(name="C"),)), "C", "C"),
        # Named here, since a set's own text differs between runs.
        pytest.param(Type(kind=Kind.SET), frozenset({"乙", "甲"}), "乙、甲", id="set"),
        (Type(kind=Kind.SET), frozenset(), ""),
    ],
    ids=str,
)
def test_a_value_as_text(kind, value, text):
    assert stated_text(kind, value) == text
