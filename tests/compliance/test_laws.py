"""What must hold of any county: the order of rows is nothing, and one household's records mean what a decision about it says."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relapse_rules.compliance.comply import comply, settings_of
from relapse_rules.compliance.county import county_of
from relapse_rules.compliance.evidence import Evidence
from relapse_rules.compliance.intake import take_in
from relapse_rules.compliance.model import Verdict
from relapse_rules.compliance.steps import household_steps
from relapse_rules.decisions.model import Outcome
from relapse_rules.facts.moments import time_seconds
from relapse_rules.policy import load_plan
from relapse_rules.tables.files import Sheet

PLAN = load_plan()
AS_OF = "2023-08-20T00:00:00+08:00"
STEPS = (
    "乡村确认",
    "绿色通道录入",
    "分析研判",
    "评议公示",
    "复查审核",
    "部门比对",
    "县级审定",
    "公告录入",
    "线索汇总",
    "推送乡镇",
    "重点核查",
)
ACTORS = ("县乡村振兴局", "乡镇", "村(社区)", "县民政局", "县级相关部门", "没有声明的单位")


whole_counties = settings(max_examples=40)
"""Each example checks a county twice, which takes as long as a hundred decisions; what can go wrong shows in the first dozens."""


def moments():
    """Few different times, so that many coincide; some after the moment of judging."""
    return st.integers(0, 28).map(
        lambda hours: (datetime(2023, 8, 1, 4, tzinfo=UTC) + timedelta(hours=18 * hours)).isoformat()
    )


def events(households: int):
    return st.lists(
        st.fixed_dictionaries(
            {
                "case_ref": st.sampled_from([f"H{number}" for number in range(households)]),
                "step": st.sampled_from(STEPS),
                "at": moments(),
            },
            optional={
                "actor": st.sampled_from(ACTORS),
                "result": st.sampled_from(["通过", "不通过", "完成"]),
            },
        ),
        max_size=30,
    )


def table(rows, *columns: str) -> pa.Table:
    return pa.table({column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns})


EVENT_COLUMNS = ("case_ref", "step", "at", "actor", "result")


def told(report):
    return (
        {tally.name: tally.counts for tally in report.by_duty},
        {tally.name: tally.counts for tally in report.by_unit},
        sorted(
            (each.verdict, each.duty, each.target, each.start or "", each.done or "", each.reason)
            for each in report.findings
        ),
    )


@whole_counties
@given(events(3), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = [*rows]
    random.shuffle(shuffled)

    first = comply(PLAN, {"程序事件": table(rows, *EVENT_COLUMNS)}, as_of=AS_OF)
    second = comply(PLAN, {"程序事件": table(shuffled, *EVENT_COLUMNS)}, as_of=AS_OF)

    assert told(first) == told(second)


@whole_counties
@given(st.randoms())
def test_who_acted_in_the_same_second_does_not_hang_on_the_order_of_rows(random):
    time = "2023-08-03T09:00:00+08:00"
    rows = [{"case_ref": "H0", "step": "分析研判", "at": time, "actor": actor} for actor in ACTORS]
    shuffled = random.sample(rows, len(rows))

    first = comply(PLAN, {"程序事件": table(rows, *EVENT_COLUMNS)}, as_of=AS_OF)
    second = comply(PLAN, {"程序事件": table(shuffled, *EVENT_COLUMNS)}, as_of=AS_OF)

    assert told(first) == told(second)


@whole_counties
@given(events(3))
def test_rows_given_twice_change_nothing(rows):
    once = comply(PLAN, {"程序事件": table(rows, *EVENT_COLUMNS)}, as_of=AS_OF)
    twice = comply(PLAN, {"程序事件": [table(rows, *EVENT_COLUMNS)] * 2}, as_of=AS_OF)

    assert told(once) == told(twice)


@whole_counties
@given(events(2), events(2))
def test_more_households_leave_the_others_as_they_are(rows, others):
    moved = [{**row, "case_ref": f"另{row['case_ref']}"} for row in others]

    alone = comply(PLAN, {"程序事件": table(rows, *EVENT_COLUMNS)}, as_of=AS_OF)
    together = comply(PLAN, {"程序事件": table([*rows, *moved], *EVENT_COLUMNS)}, as_of=AS_OF)

    own = [line for line in told(together)[2] if not line[2].startswith("另")]
    assert own == told(alone)[2]


@whole_counties
@given(events(3), st.integers(0, 28))
def test_what_was_in_time_stays_in_time(rows, days):
    """A later look at the same records never takes back that something was in time, nor adds that it was late where it was not recorded."""
    later = f"2023-08-{min(20 + days // 3, 31):02}T00:00:00+08:00"
    past = [row for row in rows if time_seconds(row["at"]) <= time_seconds(AS_OF)]

    first = comply(PLAN, {"程序事件": table(past, *EVENT_COLUMNS)}, as_of=AS_OF)
    second = comply(PLAN, {"程序事件": table(past, *EVENT_COLUMNS)}, as_of=later)

    assert first.total[Verdict.ON_TIME] == second.total[Verdict.ON_TIME]
    assert first.total[Verdict.LATE] == second.total[Verdict.LATE]


MANY = 8
"""Households of a county that is drawn whole: dense enough that every step meets every other."""


def drawn(random: Random):
    """A county: its households, procedure events and relief."""
    facts = []
    for _ in range(MANY):
        household = {"hit": random.choice(["是", "是", "否", None])}
        for name in (
            "is_rural_household",
            "special_circumstance",
            "suspected_risk",
            "has_poverty_risk",
            "plan_exists",
        ):
            household[name] = random.choice(["是", "否", None])
        household["monitor_entry_channel"] = random.choice(["常规", "绿色通道", None])
        facts.append({key: value for key, value in household.items() if key == "hit" or value is not None})
    rows = [
        {
            "case_ref": f"H{random.randrange(MANY)}",
            "step": random.choice(STEPS[: random.choice([2, len(STEPS)])]),
            "at": _some_time(random),
            **_maybe(random, actor=ACTORS, result=("通过", "完成", "不通过")),
        }
        for _ in range(60)
    ]
    relief = [
        {
            "household_id": f"H{random.randrange(MANY)}",
            "program": random.choice(["临时救助", "医疗救助", "监测基金", "低保"]),
            **_maybe(random, temp_relief_type=("急难型", "支出型")),
            **_maybe(random, delivered_at=(_some_time(random),), first_relief_at=(_some_time(random),)),
        }
        for _ in range(MANY)
    ]
    return facts, rows, relief


def _some_time(random: Random) -> str:
    return (datetime(2023, 8, 1, 4, tzinfo=UTC) + timedelta(hours=18 * random.randrange(29))).isoformat()


def _maybe(random: Random, **choices):
    return {name: random.choice(values) for name, values in choices.items() if random.random() < 0.8}


DISASTER = {
    "event_id": "E1",
    "category": "自然灾害",
    "subtype": "洪涝",
    "occurred_at": "2023-08-01T08:00:00+08:00",
    "affected_area_codes": ["511002101"],
}
RELIEF_COLUMNS = ("household_id", "program", "delivered_at", "first_relief_at", "temp_relief_type")
HOUSEHOLD_COLUMNS = (
    "household_id",
    "is_rural_household",
    "special_circumstance",
    "suspected_risk",
    "has_poverty_risk",
    "monitor_entry_channel",
    "plan_exists",
)


def decision_about(number: int, facts: dict, rows: list[dict], relief: list[dict]):
    household = {key: value for key, value in facts.items() if key != "hit"}
    own = [
        {key: value for key, value in row.items() if key != "household_id"}
        for row in relief
        if row["household_id"] == f"H{number}"
    ]
    impacts = (
        []
        if facts["hit"] is None
        else [{"household_id": f"H{number}", "event_id": "E1", "affected": facts["hit"] == "是"}]
    )
    stated = {
        "context": {"as_of": AS_OF},
        "disaster_event": [DISASTER] if impacts else [],
        "household": {
            "household_id": f"H{number}",
            **{key: {"是": True, "否": False}.get(value, value) for key, value in household.items()},
            "impact": impacts,
            "assistance": own,
            "procedure_event": [row for row in rows if row["case_ref"] == f"H{number}"],
        },
    }
    return PLAN.decide(json.dumps(stated, ensure_ascii=False))


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("seed", range(12))
def test_each_household_is_seen_as_a_decision_sees_it(seed):
    """Whether a duty is owed, and whether it is done, by the columns and by the engine of decisions, for every household."""
    facts, rows, relief = drawn(Random(seed))
    listed = [{"household_id": f"H{number}", **each} for number, each in enumerate(facts)]
    hit = [
        {"household_id": each["household_id"], "event_id": "E1", "affected": each["hit"]}
        for each in listed
        if each["hit"]
    ]
    sheets = {
        "procedure_event": table(rows, *EVENT_COLUMNS),
        "assistance": table(relief, *RELIEF_COLUMNS),
        "household": table(listed, *HOUSEHOLD_COLUMNS),
        "impact": table(hit, "household_id", "event_id", "affected"),
        "disaster_event": pa.table({**{key: [value] for key, value in DISASTER.items()}}),
    }

    intake = take_in(
        PLAN.vocabulary,
        {name: [Sheet(source=name, title="", table=each)] for name, each in sheets.items()},
        as_of=time_seconds(AS_OF),
        renamed={},
    )
    county = county_of(intake.records, household_steps(PLAN.program))
    taken = settings_of(PLAN.program, time_seconds(AS_OF))
    asking = Evidence(PLAN.program, county, taken)
    recorded = Evidence(PLAN.program, county, taken, own="household")

    decisions = [decision_about(number, each, rows, relief) for number, each in enumerate(facts)]
    names = county.names["household"]
    assert [names.text(lane) for lane in range(len(facts))] == [each["household_id"] for each in listed]
    for listing in PLAN.program.listings:
        if listing.domain != "household" or listing.kind == "exception" or listing.done is None:
            continue
        due, done = asking.signal(listing.node), recorded.signal(listing.done)
        for lane, decision in enumerate(decisions):
            (element,) = [
                each
                for each in (*decision.tasks, *decision.measures)
                if each.id == listing.id and each.target.entity == "household"
            ]
            assert not (due.yes[lane] and element.outcome is not Outcome.YES), listing.id
            assert not (due.no[lane] and element.outcome is not Outcome.NO), listing.id
            if listing.kind == "step":
                assert bool(due.yes[lane]) == (element.outcome is Outcome.YES), listing.id
            if done is not None:
                assert bool(done.yes[lane]) == (element.done is Outcome.YES), listing.id
