"""The county summary of a finished run: as a value, as a sheet for the screen, and as a workbook with charts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from relapse_rules.batch.assignment import Assignment
from relapse_rules.batch.county_work import exceptions_that_apply
from relapse_rules.batch.decider import Decider
from relapse_rules.batch.finished import FinishedRun
from relapse_rules.batch.summary_book import write_book
from relapse_rules.batch.summary_counting import Counting
from relapse_rules.batch.summary_model import Summary
from relapse_rules.batch.workload import Listed
from relapse_rules.decisions.words import Words
from relapse_rules.values.moments import day_of

FILE: Final = "全县汇总.xlsx"
_PARTIAL: Final = ".summary-partial.xlsx"


def summarise(policy: Decider, folder: Path) -> Summary:
    """Return the summary of the finished run in ``folder``.

    Raises:
        InputError: ``folder`` holds no finished run.
    """
    run = FinishedRun(folder)
    county = run.county()
    day = day_of(run.head.as_of)
    listed = Listed(policy.program, county=exceptions_that_apply(county))
    counting = Counting(listed, Assignment(policy.program, day), listed.facts.suppliers(day), run.head)
    for part in run.parts():
        counting.add(part)
    counting.add_county(county)
    return counting.summary(Words(policy.vocabulary), run.rejects())


def write_summary(policy: Decider, folder: Path) -> Path:
    """Write the summary of the finished run in ``folder`` beside it as ``全县汇总.xlsx``, and return its path. It has no personal data.

    Raises:
        InputError: ``folder`` holds no finished run.
        OSError: it cannot be written; a former one then stays.
    """
    summary = summarise(policy, folder)
    partial, final = folder / _PARTIAL, folder / FILE
    try:
        write_book(summary, partial)
        partial.replace(final)
    finally:
        partial.unlink(missing_ok=True)
    return final
