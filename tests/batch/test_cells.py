"""A column of cells is taken and refused as the one-household reader takes and refuses each of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")

from tests.batch.counties import VOCABULARY  # noqa: E402 - after the packages were looked for
from tests.strategies.effort import COMPILED  # noqa: E402

from relapse_rules.batch.cells import Cells, FieldCells  # noqa: E402
from relapse_rules.facts.stated import MismatchError, converter  # noqa: E402
from relapse_rules.ir.ranges import LARGEST  # noqa: E402
from relapse_rules.values.types import NEVER  # noqa: E402

DECIMALS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=None
) | st.decimals(min_value=-20000, max_value=20000, places=2)


def _numeric() -> list[str]:
    return [
        spec.fact
        for entity in VOCABULARY.entities
        for spec in entity.fields
        if spec.type.kind in LARGEST and spec.type.kind.value in {"整数", "小数", "金额", "比例", "时长"}
    ]


FACTS = st.sampled_from(_numeric())


def _taken(fact: str, stated: object) -> int | None:
    """Return what the one-household reader makes of a number, within what a batch computes with; None when either refuses it."""
    spec = VOCABULARY.field(fact)
    try:
        value = converter(spec)(stated)
    except MismatchError:
        return None
    assert isinstance(value, int)
    most = LARGEST[spec.type.kind] if spec.high is None else spec.high
    least = -LARGEST[spec.type.kind] if spec.low is None else spec.low
    return value if least <= value <= most else None


def _read(fact: str, stated) -> Cells:
    return FieldCells(VOCABULARY.field(fact), {}).read(stated)


@COMPILED
@given(fact=FACTS, numbers=st.lists(DECIMALS, min_size=1, max_size=20))
def test_numbers_as_texts(fact, numbers):
    cells = _read(fact, pa.array([str(number) for number in numbers]))

    assert cells.column.to_pylist() == [_taken(fact, number) for number in numbers]
    assert cells.wrong.rows.tolist() == [
        at for at, number in enumerate(numbers) if _taken(fact, number) is None
    ]


@COMPILED
@given(
    fact=FACTS,
    numbers=st.lists(
        st.floats() | st.integers(-(10**6), 10**6).map(lambda each: each / 100), min_size=1, max_size=20
    ),
)
def test_numbers_as_floats(fact, numbers):
    cells = _read(fact, pa.array(numbers, pa.float64()))

    assert cells.column.to_pylist() == [_taken(fact, number) for number in numbers]
    assert cells.wrong.rows.tolist() == [
        at for at, number in enumerate(numbers) if _taken(fact, number) is None
    ]


@COMPILED
@given(
    fact=FACTS,
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-100, 100), min_size=1, max_size=20),
)
def test_numbers_as_integers(fact, numbers):
    cells = _read(fact, pa.array(numbers, pa.int64()))

    assert cells.column.to_pylist() == [_taken(fact, number) for number in numbers]
    assert cells.wrong.rows.tolist() == [
        at for at, number in enumerate(numbers) if _taken(fact, number) is None
    ]


@COMPILED
@given(
    fact=FACTS,
    scale=st.sampled_from((-2, 0, 1, 2, 3, 6)),
    figures=st.lists(
        st.none() | st.integers(-(10**6), 10**6) | st.integers(-(10**34), 10**34), min_size=1, max_size=20
    ),
)
def test_numbers_as_arrow_decimals(fact, scale, figures):
    numbers = [None if each is None else Decimal((each < 0, _digits(each), -scale)) for each in figures]
    stated = pa.array([None, *numbers], pa.decimal128(38, scale))[1:]

    cells = _read(fact, stated)

    expected = [None if number is None else _taken(fact, number) for number in numbers]
    assert cells.column.to_pylist() == expected
    assert cells.wrong.rows.tolist() == [
        at for at, number in enumerate(numbers) if number is not None and expected[at] is None
    ]


def _digits(number: int) -> tuple[int, ...]:
    return tuple(map(int, str(abs(number))))


TIMES = (
    "2023-08-01T20:00:00+08:00",
    "2023-08-01 20:00",
    "2023/8/1 20:00",
    "2023-08-01T12:00:00Z",
    "未发生",
    "未知",
    "",
    "昨天",
    None,
)


@COMPILED
@given(texts=st.lists(st.sampled_from(TIMES), max_size=20))
def test_times_that_repeat_are_read_as_they_are_one_by_one(texts):
    stated = pa.array(texts, pa.string())
    fact = "disaster_event.ended_at"

    coded, plain = _read(fact, stated.dictionary_encode()), _read(fact, stated)

    assert coded.column == plain.column
    assert coded.wrong.rows.tolist() == plain.wrong.rows.tolist()
    assert coded.zoneless == plain.zoneless
    assert [coded.wrong.said[which] for which in coded.wrong.which] == [
        plain.wrong.said[which] for which in plain.wrong.which
    ]


@given(
    texts=st.lists(st.none() | st.sampled_from(("", " 甲 ", "a b", "a\x00", "\x7f", "H01", "~")), max_size=6)
)
def test_texts_are_trimmed_and_control_characters_refused(texts):
    fact = "household.household_id"
    cells = _read(fact, pa.array(texts, pa.string()))

    odd = [at for at, text in enumerate(texts) if text is not None and not text.strip().isprintable()]
    assert cells.wrong.rows.tolist() == odd
    for at, text in enumerate(texts):
        if at not in odd:
            assert cells.column[at].as_py() == ((text or "").strip() or None)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1,200.50", 120050),
        ("１２００", 120000),
        ("1e3", 100000),
        ("+7", 700),
        ("-0.00", 0),
        ("0.000000000000001", None),
        ("1.000000000000000001", None),
        ("1200元", None),
        ("inf", None),
        ("nan", None),
        ("0x10", None),
        ("1.", 100),
        (" 12 ", 1200),
    ],
)
def test_spellings_of_numbers(text, steps):
    cells = _read("finance.per_capita_net_income", pa.array([text]))

    assert cells.column.to_pylist() == [steps]
    assert len(cells.wrong.rows) == (steps is None)


@pytest.mark.parametrize(
    "text",
    [
        "2023-08-01",
        "2023/8/1",
        "2023.8.1",
        "2023年8月1日",
        "20230801",
        "2023-08-01T00:00:00",
        "2023-8-1 0:00",
        " 2023-08-01 ",
    ],
)
def test_spellings_of_dates(text):
    cells = _read("member.birth_date", pa.array([text]))

    assert cells.column.to_pylist() == [738733]


@pytest.mark.parametrize("text", ["2023-08-01 09:00", "2023-13-01", "23-8-1", "45139", "2023", "1899-12-31"])
def test_what_is_no_date(text):
    cells = _read("member.birth_date", pa.array([text]))

    assert cells.column.to_pylist() == [None]
    assert "出生日期" in cells.wrong.said[0].reason
    assert text not in cells.wrong.said[0].reason


def test_never_and_unknown_are_words():
    never = _read("disaster_event.ended_at", pa.array(["未发生", "未知", ""]))

    assert never.column.to_pylist() == [NEVER, None, None]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["是", "否", "未知", "", None, "true", "0", "TRUE"], [1, 0, -1, -1, -1, 1, 0, 1]),
        ([True, False, None], [1, 0, -1]),
        ([1, 0, None], [1, 0, -1]),
        ([1.0, 0.0, None], [1, 0, -1]),
    ],
)
def test_truth_values(cells, codes):
    assert _read("member.dropout_due_to_disaster", pa.array(cells)).column.to_pylist() == codes


def test_one_value_has_one_code_in_every_batch():
    reader = FieldCells(VOCABULARY.field("household.household_type"), {})

    first = reader.read(pa.array(["脱贫户", "一般农户", "脱贫户"]))
    second = reader.read(pa.array(["一般农户", None, "脱贫户"]).dictionary_encode())

    assert first.column.to_pylist() == [0, 1, 0]
    assert second.column.to_pylist() == [1, -1, 0]
    assert list(reader.values) == ["脱贫户", "一般农户"]


def test_a_complaint_is_worded_once_and_guesses():
    cells = _read("household.household_type", pa.array(["脱贫尸", "脱贫户", "脱贫尸"]))

    assert cells.wrong.rows.tolist() == [0, 2]
    assert cells.wrong.which.tolist() == [0, 0]
    assert cells.wrong.said[0].remedy == "是不是“脱贫户”"


def test_typed_moments():
    shanghai = pa.timestamp("us", "Asia/Shanghai")
    days = [datetime(2023, 8, 1), datetime(2023, 8, 1, 9), None]  # noqa: DTZ001 - without a zone is meant
    midnight = pa.array([datetime(2023, 7, 31, 16, tzinfo=UTC)], shanghai)

    assert _read("member.birth_date", pa.array(days)).column.to_pylist() == [738733, None, None]
    assert _read("member.birth_date", midnight).column.to_pylist() == [738733]
    assert _read("disaster_event.ended_at", midnight.dictionary_encode()).column.to_pylist() == [1690819200]
    only_a_day = _read("disaster_event.ended_at", pa.array([date(2023, 8, 1)]))
    assert only_a_day.wrong.said[0].reason.endswith("只有日期，没有时刻")


def test_a_number_kept_as_a_code():
    reader = FieldCells(VOCABULARY.field("household.population"), {"三": "3"})

    assert reader.read(pa.array(["三", "2", "四"])).column.to_pylist() == [3, 2, None]
