"""How an officer is told of duties and of what changes in a case."""

from __future__ import annotations

from typing import Final

from relapse_rules.cases.machines import Duty, State
from relapse_rules.decisions.listed import units
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.sheet import Tone
from relapse_rules.decisions.words import Words, moment

NO_UNIT: Final = "方案未指明单位"
OVERDUE: Final = "已逾期"


def told_moment(seconds: int | None) -> str:
    """Return a moment (seconds since 1970-01-01T00:00:00Z) as it is printed; nothing for None."""
    return "" if seconds is None else moment(moment_text(seconds))


def who(duty: Duty) -> str:
    """Return the units that may act."""
    return units(duty) or NO_UNIT


def about(target: Target, words: Words, outcome: Outcome = Outcome.YES) -> str:
    """Return what a duty or an outcome is about; 本户 for the household, whose id the screen's head names."""
    return "本户" if target.entity == "household" else words.target(target, outcome)


def limit(duty: Duty) -> str:
    """Return by when: the plan's word, and the moment where one can be counted."""
    parts = [duty.time_limit or "", f"{told_moment(duty.due)}前" if duty.due is not None else ""]
    if duty.state is State.OVERDUE:
        parts.append(OVERDUE)
    return "\n".join(part for part in parts if part)


def tone(duty: Duty) -> Tone:
    """Return how a row about a duty is coloured."""
    match duty.state:
        case State.OVERDUE:
            return Tone.ALERT
        case State.DONE:
            return Tone.YES
        case State.WAIVED | State.NOT_STARTED:
            return Tone.NO
        case _:
            return Tone.PLAIN


def done_at(duty: Duty) -> str:
    """Return when a duty was done, as far as the facts tell, and how late."""
    if duty.completed is None:
        return "时间没有记录"
    return told_moment(duty.completed.earliest) + ("（晚于时限）" if duty.late_by is not None else "")
