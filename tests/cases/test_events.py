"""Events are checked when they are made, and their JSON form is all there is to them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.cases.county import alert, at, corrected, judged, stated, step

from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.events import (
    KINDS,
    Advanced,
    CaseOpened,
    Closed,
    FactsStated,
    PolicyChanged,
    PolicyChoice,
    event_from,
    moment_seconds,
)

ONE_OF_EACH = (
    CaseOpened(
        id="opened",
        recorded_at=at("08:00"),
        facts={"household": {"household_id": "H1"}},
        policy="方案",
        digest="sha256:0",
    ),
    FactsStated(id="F", recorded_at=at("08:00"), facts={"household": {"population": 3}}, values={"a.b": 1}),
    corrected("K", "F", withdraw=("housing[老屋]",), values={"a.b": Decimal("2.50")}, reason="录错"),
    judged("J", "household.in_distress", value=False),
    step("P", "公示", "07:00", actor="村", result="通过", publicity_days=7, objection_raised=False),
    alert("A", household_ids=["H1"], risk_push_requirement_defined=True, event_id="E1"),
    Advanced(id="T", recorded_at=at("09:00")),
    Closed(id="C", recorded_at=at("09:00"), reason="办结"),
    PolicyChanged(
        id="V", recorded_at=at("09:00"), policy="方案", digest="sha256:1", choice=PolicyChoice.STAY
    ),
)


def problems(error: pytest.ExceptionInfo[CaseError]) -> list[str]:
    return [str(each) for each in error.value.problems]


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: event.kind)
def test_json_text_gives_the_same_event(event):
    assert event_from(event.text()) == event
    assert event_from(event.text()).text() == event.text()
    assert event_from(json.loads(event.text(), parse_float=Decimal)) == event


def test_every_kind_has_a_round_trip_above():
    assert {event.kind for event in ONE_OF_EACH} == set(KINDS)


def test_text_does_not_depend_on_the_order_of_keys_or_on_how_a_number_is_written():
    one = FactsStated(id="F", recorded_at=at("08:00"), values={"a": 1, "b": Decimal("2.50")})
    other = FactsStated(id="F", recorded_at=at("08:00"), values={"b": 2.5, "a": Decimal(1)})
    assert one.text() == other.text()


def test_times_are_kept_in_beijing_time_whatever_zone_they_were_stated_in():
    noon = datetime(2023, 8, 3, 4, tzinfo=UTC)
    assert Advanced(id="T", recorded_at=noon).recorded_at == "2023-08-03T12:00:00+08:00"
    assert Advanced(id="T", recorded_at="2023-08-03T04:00:00Z").recorded_at == "2023-08-03T12:00:00+08:00"


@pytest.mark.parametrize(
    ("moment", "word"),
    [
        ("2023-08-03T08:00:00", "没有写时区"),
        (datetime(2023, 8, 3, 8), "没有写时区"),  # noqa: DTZ001 - the missing zone is the point
        ("2023-02-30T08:00:00+08:00", "日历上没有这一天"),
        ("2023-08-03", "只有日期"),
        ("明天", "要填时间"),
        (5, "要填时间"),
    ],
)
def test_a_moment_that_is_none_or_names_no_zone_is_refused(moment, word):
    with pytest.raises(CaseError, match=word):
        Advanced(id="T", recorded_at=moment)
    with pytest.raises(CaseError, match=word):
        moment_seconds(moment)


def test_everything_wrong_is_told_at_once():
    with pytest.raises(CaseError) as error:
        event_from('{"kind": "judged", "id": "", "recorded_at": "昨天", "fact": 3, "value": 1, "by": "某镇"}')
    assert problems(error) == [
        "id：要填文本，这里是“”",
        "recorded_at：要填时间，这里是“昨天”：不是这种写法（写作 2023-08-01T20:00:00+08:00）",
        "fact：要填文本，这里是3",
    ]


def test_unknown_and_missing_fields_are_named_with_the_nearest_known_one():
    with pytest.raises(CaseError) as error:
        event_from({"kind": "procedure_event", "id": "P", "recorded_at": at("08:00"), "stap": "公示"})
    assert problems(error) == [
        "事件 P stap：没有这一项（是不是“step”）",
        "事件 P happened_at：没有填（这一项必须填）",
        "事件 P step：没有填（这一项必须填）",
    ]


@pytest.mark.parametrize(
    ("stated_event", "word"),
    [
        ("[]", "事件要是一个对象"),
        ("{", "不是有效的 JSON"),
        ("{}", "kind：没有填"),
        ('{"kind": "发生"}', "没有这种事件"),
        ('{"kind": ["x"]}', "没有这种事件"),
        ({"kind": "closed", "id": "C", "recorded_at": at("08:00"), 3: 4}, "键要是文本"),
        (
            '{"kind":"facts_stated","id":"F","recorded_at":"2023-08-03T08:00:00+08:00","values":{"a":NaN}}',
            "NaN",
        ),
        (
            '{"kind":"facts_stated","id":"F","recorded_at":"2023-08-03T08:00:00+08:00","values":{"a":1,"a":2}}',
            "写了两次",
        ),
    ],
)
def test_what_is_no_event_is_refused(stated_event, word):
    with pytest.raises(CaseError, match=word):
        event_from(stated_event)


def test_what_happened_cannot_have_been_recorded_before():
    with pytest.raises(CaseError, match="晚于登记时间"):
        step("P", "公示", "10:00", known="09:00")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: stated("F"), "facts 和 values 都没有填"),
        (lambda: corrected("K", "F"), "withdraw 都没有填"),
        (lambda: corrected("K", "K", withdraw=("a",)), "不能更正自己"),
        (lambda: corrected("K", "F", withdraw="a"), "要填列表"),
        (lambda: step("P", "公示", "07:00", objection_raised="否"), "要填 true 或 false"),
        (lambda: step("P", "公示", "07:00", publicity_days="七"), "要填数"),
        (lambda: step("P\n", "公示\n", "07:00"), "换行或控制字符"),
        (lambda: step("P" * 201, "公示", "07:00"), "超过 200 个字符"),
        (lambda: FactsStated(id="F", recorded_at=at("08:00"), facts=[1]), "要填一个对象"),
        (lambda: FactsStated(id="F", recorded_at=at("08:00"), values={"a": object()}), "不能写成 JSON"),
        (lambda: FactsStated(id="F", recorded_at=at("08:00"), values={"a": float("inf")}), "不是能用的数"),
        (lambda: FactsStated(id="F", recorded_at=None, values={"a": 1}), "recorded_at：没有填"),
        (
            lambda: PolicyChanged(id="V", recorded_at=at("08:00"), policy="p", digest="d", choice="保留"),
            "可填 redecide、stay",
        ),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_refused(make, word):
    with pytest.raises(CaseError, match=word):
        make()


def test_a_value_nested_without_end_is_refused():
    endless: dict[str, object] = {}
    endless["a"] = endless
    with pytest.raises(CaseError, match="嵌套超过"):
        FactsStated(id="F", recorded_at=at("08:00"), values=endless)


def test_python_values_have_a_json_form():
    event = FactsStated(
        id="F",
        recorded_at=at("08:00"),
        values={"days": datetime(2023, 8, 1, 8, tzinfo=UTC).date(), "kinds": {"住房", "农业"}, "ids": ("a",)},
    )
    assert event.values == {"days": "2023-08-01", "kinds": ["住房", "农业"], "ids": ["a"]}
