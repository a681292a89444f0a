"""Laws of live cases: order of arrival does not matter, a replay is the case, corrections lose nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.county import alert, at, corrected, flooded, judged, plan, stated, step

from relapse_rules.cases.events import Event
from relapse_rules.cases.log import MemoryLog
from relapse_rules.cases.session import Case, open_case

CLOCKS = st.sampled_from(["00:10", "03:00", "06:00", "07:59", "08:00", "08:59"])
STEPS = ("线索收集", "分析研判", "评议公示", "复查审核", "推送乡镇", "反馈村", "乡村确认")
UNITS = (None, "县乡村振兴局", "村(社区)", "石桥镇", "县级相关部门", "乡镇")
PATHS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("household.population", (3, 4, 5)),
    ("household.dibao_status", ("是", "否", "申请中")),
    ("housing[老屋].relocated_at", ("未发生", "2023-08-02T19:00:00+08:00")),
    ("housing[老屋].appraisal_grade", ("A", "C", "D")),
    ("water.source_contaminated", (True, False)),
    ("finance.wage_income", (0, 18600)),
    ("disaster_event[E1].severity_level", ("重大", "一般")),
    ("loan[0].repayment_capacity", (True, False)),
)


@st.composite
def events(draw: st.DrawFn, most: int = 7) -> tuple[Event, ...]:
    """Events with different ids, each correction after what it corrects."""
    made: list[Event] = []
    for number in range(draw(st.integers(1, most))):
        name, clock = f"E{number}", draw(CLOCKS)
        match draw(st.integers(0, 4)):
            case 0:
                path, values = draw(st.sampled_from(PATHS))
                made.append(stated(name, clock, **{path: draw(st.sampled_from(values))}))
            case 1:
                what, actor = draw(st.sampled_from(STEPS)), draw(st.sampled_from(UNITS))
                made.append(step(name, what, "00:05", known=clock, actor=actor))
            case 2:
                made.append(judged(name, "household.dibao_eligible", draw(st.booleans()), clock))
            case 3:
                kinds = draw(st.sets(st.sampled_from(["受灾情况", "风险线索"]), min_size=1))
                made.append(alert(name, "00:01", clock, content_type=kinds, event_id="E1"))
            case _:
                path, values = draw(st.sampled_from(PATHS))
                target = draw(st.sampled_from(["opened", *(each.id for each in made)]))
                fix = {path: draw(st.sampled_from(values))}
                made.append(corrected(name, target, "08:59", values=fix))
    return tuple(made)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """The same events in two orders in which no correction comes before what it corrects."""
    first = draw(events())
    waiting, second = list(draw(st.permutations(first))), list[Event]()
    while waiting:
        there = {"opened", *(each.id for each in second)}
        following = next(each for each in waiting if getattr(each, "corrects", "opened") in there)
        waiting.remove(following)
        second.append(following)
    return first, tuple(second)


def lived(arrived: tuple[Event, ...], log: MemoryLog | None = None) -> Case:
    case = open_case(plan(), flooded(), log=log)
    case.advance(at("09:00"))
    for event in arrived:
        case.add(event)
    return case


def everything(case: Case) -> tuple[object, ...]:
    known = case.known
    return known.facts, known.decision, known.duties, known.findings, known.owed, case.as_of


@given(arrivals())
@settings(max_examples=60)
def test_any_order_of_arrival_comes_to_the_same_state(orders):
    one, other = (lived(order) for order in orders)
    assert everything(one) == everything(other)


@given(events())
@settings(max_examples=60)
def test_a_replay_is_the_case(arrived):
    log = MemoryLog()
    case = lived(arrived, log)
    assert everything(Case.replay(log, case.id, plan())) == everything(case)


@given(events(), CLOCKS)
@settings(max_examples=60)
def test_what_was_known_then_is_what_a_case_without_later_events_knows(arrived, clock):
    case = lived(arrived)
    then = open_case(plan(), flooded())
    then.advance(at(clock))
    for event in arrived:
        if event.recorded_at <= at(clock):
            then.add(event)
    known = case.as_known_at(at(clock))
    assert (known.facts, known.decision, known.duties) == (then.known.facts, then.decision, then.duties)


@given(events())
@settings(max_examples=30)
def test_nothing_that_was_recorded_is_lost(arrived):
    case = lived(arrived)
    assert [entry.event for entry in case.timeline()][2:] == list(arrived)
    for event in arrived:
        assert case.add(event).repeated


@given(events())
@settings(max_examples=30)
def test_two_holders_of_one_log_know_the_same(arrived):
    log = MemoryLog()
    one = lived((), log)
    other = Case.replay(log, one.id, plan())
    for number, event in enumerate(arrived):
        (one, other)[number % 2].add(event)
    one.catch_up()
    other.catch_up()
    assert everything(one) == everything(other)


@given(events(most=5))
@settings(max_examples=30)
def test_changes_add_up_to_the_last_outcomes(arrived):
    case = open_case(plan(), flooded())
    outcomes = _outcomes(case)
    for changes in (case.advance(at("09:00")), *(case.add(event) for event in arrived)):
        for change in changes.conclusions:
            key = (change.section, change.id, change.target)
            assert outcomes.get(key) == change.before
            if change.after is None:
                del outcomes[key]
            else:
                outcomes[key] = change.after
    assert outcomes == _outcomes(case)


def _outcomes(case: Case) -> dict[object, object]:
    decision = case.decision
    found = {
        (section, each.id, each.target): each.outcome
        for section in ("conclusions", "judgements", "measures", "tasks", "exceptions")
        for each in getattr(decision, section)
    }
    return found | {("eligibility", "eligibility", decision.subject): decision.eligibility.outcome}
