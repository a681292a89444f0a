"""Asks a finished run about one household: its facts are read again from the same tables, decided alone, and the reasons compared."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow.compute as pc

from relapse_rules.batch.decider import Running
from relapse_rules.batch.deciding import ID, REASONS, CountyDecider, carried_facts
from relapse_rules.batch.finished import FinishedRun
from relapse_rules.batch.intake import take_in
from relapse_rules.batch.mapping import Mapped
from relapse_rules.batch.result import Decide, ReasonsError
from relapse_rules.batch.run_arguments import TOLD, arguments_of
from relapse_rules.batch.run_folder import SUMMARY
from relapse_rules.batch.sources import Source
from relapse_rules.tables.errors import InputError

_NOT_ASKED: Final = frozenset({"library", "most_bytes"})
"""Arguments that change nothing of what was decided."""

D = TypeVar("D")


def ask_run(
    policy: Running,
    source: Source,
    out: str | PathLike[str],
    household_id: str,
    decide: Decide[D],
    *,
    as_of: str | None = None,
    mapping: Mapped = None,
) -> D:
    """Return the decision about one household of a finished run; see `relapse_rules.policy.Policy.ask_run`."""
    folder = Path(out)
    recorded = _recorded(FinishedRun(folder), household_id)
    _require_same(folder, arguments_of(policy, source, folder, as_of, mapping))
    with take_in(policy, source, as_of=as_of, mapping=mapping, carry=carried_facts(policy)) as county:
        questions = CountyDecider(policy, county).questions
        for taken in county.parts():
            place = pc.index(taken.ids, household_id).as_py()
            if place >= 0:
                case = taken.case(place, county.case)
                alone = decide(case)
                if questions.of_case(alone.rails, case) != recorded:
                    raise ReasonsError(household_id)
                return alone.decision
    raise ReasonsError(household_id)


def _recorded(run: FinishedRun, household_id: str) -> bytes:
    for households in run.columns(ID, REASONS):
        place = pc.index(households.column(ID), household_id).as_py()
        if place >= 0:
            found: bytes = households.column(REASONS)[place].as_py()
            return found
    message = f"没有判定过农户“{household_id}”；它也许被拒收了，见 rejects.parquet"
    raise InputError(message)


def _require_same(folder: Path, now: dict[str, Any]) -> None:
    before = json.loads((folder / SUMMARY).read_text("utf-8")).get("arguments", {})
    changed = [
        told for name, told in TOLD.items() if name not in _NOT_ASKED and before.get(name) != now[name]
    ]
    if changed:
        message = f"“{folder}”是用别的{'、'.join(changed)}判定的，要用当时的来问"
        raise InputError(message)
