"""The timeline against brute force: every moment is decided as it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.explain.timeline_policies import CLOCKWORK, Subject, case, subject
from tests.strategies.policies import policies_and_cases

from relapse_rules.decisions import Concluder, Decision
from relapse_rules.decisions.moments import day_text, first_second, last_second, moment_text
from relapse_rules.engines.lanes import compile_program
from relapse_rules.explain.timeline_model import Timeline
from relapse_rules.facts.case import Case
from relapse_rules.facts.moments import date_ordinal, time_seconds
from relapse_rules.facts.stated import NEVER_TEXT
from relapse_rules.lowering import lower
from relapse_rules.values.moments import day_of

STEP = 600
START = time_seconds("2024-02-28T00:00:00+08:00")
MARKS = 2 * 86_400 // STEP


def _text(mark: int) -> str:
    return moment_text(START + mark * STEP)


marks = st.integers(-30, MARKS + 30).map(_text)
dates = st.sampled_from(("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"))
homes = st.fixed_dictionaries(
    {}, optional={"moved_at": marks, "listed_on": dates, "judged_on": dates, "finished_at": marks}
)
births = st.sampled_from(("1964-02-28", "1964-02-29", "1964-03-01", "1970-01-01"))
members = st.lists(
    st.fixed_dictionaries({}, optional={"birth_date": births, "years": st.just(60)}), max_size=2
).map(lambda drawn: [{"person_id": f"P{place}", **each} for place, each in enumerate(drawn)])
helps = st.lists(st.fixed_dictionaries({}, optional={"given_at": marks, "since": st.just(3)}), max_size=3)


class Brute(NamedTuple):
    """Decisions at certain moments, ascending, each made by itself."""

    at: tuple[tuple[int, Decision], ...]

    def outcomes(self) -> Iterator[tuple[int, dict[tuple[str, object], str]]]:
        """Yield each moment with all outcomes."""
        for moment, decision in self.at:
            listed = (
                *decision.conclusions,
                *decision.judgements,
                *decision.measures,
                *decision.tasks,
                *decision.exceptions,
            )
            yield moment, {(each.id, each.target): each.outcome.value for each in listed}

    def duties(self) -> Iterator[tuple[int, dict[tuple[str, object, str], str | None]]]:
        """Yield each moment with what else is said of the measures and tasks that are called for."""
        for moment, decision in self.at:
            said: dict[tuple[str, object, str], str | None] = {}
            for each in (*decision.measures, *decision.tasks):
                if each.outcome == "yes":
                    said[each.id, each.target, "done"] = each.done.value
                    said[each.id, each.target, "units"] = "、".join(each.units_resolved)
                    said[each.id, each.target, "due"] = each.due
            yield moment, said

    def ends(self) -> set[str]:
        """Return every moment at which some limit is said to end."""
        return {
            each.due
            for _, decision in self.at
            for each in (*decision.measures, *decision.tasks)
            if each.due is not None
        }


def changed(found: Timeline, after: int, until: int) -> Iterator[tuple[object, ...]]:
    """Yield what the timeline says changes later than ``after`` and not later than ``until``, in order."""
    for day in found.days:
        for turn in day.turns:
            moment = (
                first_second(date_ordinal(day.date)) if turn.moment is None else time_seconds(turn.moment)
            )
            if after < moment <= until:
                for each in turn.changes:
                    yield (each.id, each.target), each.before.value, each.after.value
                for each in turn.duties:
                    yield (each.id, each.target, each.aspect.value), each.before, each.after


def require_the_same(found: Timeline, brute: Brute) -> None:
    """Require that the changes of the timeline lead from each decision to the next."""
    for (start, before), (end, after) in pairwise(brute.outcomes()):
        state = dict(before)
        for key, then, now in changed(found, start, end):
            if key in state:
                assert state[key] == then
                state[key] = now
        assert state == after
    for (start, before), (end, after) in pairwise(brute.duties()):
        between = tuple(changed(found, start, end))
        turned = {key for key, *_ in between}
        for key in before.keys() & after.keys():
            if key[:2] not in turned:
                assert [now for name, _, now in between if name == key][-1:] == (
                    [] if before[key] == after[key] else [after[key]]
                )


def require_the_same_ends(
    found: Timeline, about: Subject, home: Case, brute: Brute, span: tuple[int, int]
) -> None:
    """Require that limits are due on the days on which they end, of what is called for and not done at that very moment."""
    expected = {
        (each.id, each.target, end)
        for end in brute.ends()
        if span[0] <= time_seconds(end) <= span[1]
        for decision in (about.decided(home, time_seconds(end)),)
        for each in (*decision.measures, *decision.tasks)
        if each.due == end and each.outcome == "yes" and each.done != "yes"
    }
    assert {(each.id, each.target, each.moment) for day in found.days for each in day.due} == expected
    assert all(each.moment.startswith(day.date) for day in found.days for each in day.due)


@pytest.mark.usefixtures("untraced")
@settings(max_examples=40)
@given(home=homes, people=members, given_helps=helps)
def test_every_ten_minutes_are_decided_as_the_timeline_says(home, people, given_helps):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    moments = sorted(
        moment for mark in range(MARKS) for moment in (START + mark * STEP, START + mark * STEP + 1)
    )
    brute = Brute(tuple((moment, about.decided(stated, moment)) for moment in (START - 1, *moments)))

    found = about.timeline(stated, "2024-02-28", "2024-02-29")

    require_the_same(found, brute)
    require_the_same_ends(found, about, stated, brute, (START, START + 2 * 86_400 - 1))


FIXED = (
    (
        {"moved_at": _text(60), "listed_on": "2024-02-28", "finished_at": _text(200)},
        [{"person_id": "P0", "birth_date": "1964-02-29"}, {"person_id": "P1", "birth_date": "1970-01-01"}],
        [
            {"given_at": _text(12), "person_id": "P0"},
            {"given_at": _text(40), "since": 3},
            {"given_at": _text(150), "person_id": "P1"},
        ],
    ),
    (
        {},
        [{"person_id": "P0"}, {"person_id": "P1"}],
        [{"given_at": _text(20), "person_id": "P0"}, {"given_at": _text(90), "person_id": "P1"}],
    ),
    ({"moved_at": NEVER_TEXT}, [{"person_id": "P0", "years": 60}], [{"given_at": NEVER_TEXT}, {}]),
)


@pytest.mark.parametrize(
    ("home", "people", "given_helps"), FIXED, ids=["all is stated", "by person", "little is stated"]
)
def test_every_hour_of_a_fixed_household_is_decided_as_the_timeline_says(home, people, given_helps):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    moments = (START - 1, *(START + mark * STEP for mark in range(0, MARKS, 6)))
    brute = Brute(tuple((moment, about.decided(stated, moment)) for moment in moments))

    found = about.timeline(stated, "2024-02-28", "2024-02-29")

    require_the_same(found, brute)
    require_the_same_ends(found, about, stated, brute, (START, START + 2 * 86_400 - 1))


@settings(max_examples=60)
@given(drawn=policies_and_cases(), days=st.integers(1, 20), before=st.integers(0, 15))
def test_every_day_is_decided_as_the_timeline_says(drawn, days, before):
    """Random policies and cases, at the beginning, the middle and the end of each day."""
    typed, home = drawn
    program = lower(typed)
    about = Subject(compile_program(program), Concluder(program), typed.vocabulary)
    first = day_of(home.as_of) - before
    last = first + days - 1
    moments = [
        moment
        for day in range(first, last + 1)
        for moment in (first_second(day), first_second(day) + 43_200, last_second(day))
    ]
    brute = Brute(
        tuple((moment, about.decided(home, moment)) for moment in (first_second(first) - 1, *moments))
    )

    found = about.timeline(home, day_text(first), day_text(last))

    require_the_same(found, brute)
    require_the_same_ends(found, about, home, brute, (first_second(first), last_second(last)))


@given(
    home=homes,
    people=members,
    given_helps=helps,
    cut=st.sampled_from(("2024-02-27", "2024-02-28", "2024-02-29")),
)
@settings(max_examples=15)
def test_two_halves_tell_what_the_whole_tells(home, people, given_helps, cut):
    about = subject(CLOCKWORK)
    stated = case(about, home, member=people, help=given_helps)
    following = (datetime.fromisoformat(cut).replace(tzinfo=UTC) + timedelta(days=1)).date().isoformat()

    whole = about.timeline(stated, "2024-02-26", "2024-03-02")

    halves = (
        about.timeline(stated, "2024-02-26", cut),
        about.timeline(stated, following, "2024-03-02"),
    )
    assert whole.days == tuple(day for half in halves for day in half.days)
