"""From a county's tables to the report: the passes in order. Read this first.

files → `intake` (validated columns, rejects) → `county` (who belongs to whom) → `evidence` (since when a condition holds) → `judge` →
`summary`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import pyarrow as pa

from relapse_rules.cases.clock import Workdays
from relapse_rules.compliance.county import ACTOR, EVENTS, county_of
from relapse_rules.compliance.evidence import Settings
from relapse_rules.compliance.intake import take_in
from relapse_rules.compliance.judge import Judge
from relapse_rules.compliance.model import Report
from relapse_rules.compliance.questions import questions
from relapse_rules.compliance.steps import household_steps
from relapse_rules.compliance.strangers import strangers
from relapse_rules.compliance.summary import Summary
from relapse_rules.compliance.unit_book import UnitBook
from relapse_rules.decisions.moments import moment_text
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.ir.program import Program, in_force
from relapse_rules.tables.errors import InputError
from relapse_rules.tables.files import Sheet, read
from relapse_rules.tables.names import entity_named
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import EntitySpec, Vocabulary

Source: TypeAlias = str | PathLike[str] | Sheet | pa.Table
"""A file, or an Arrow table."""

_UNIT_FACTS: Final = (
    "procedure_event.actor",
    "department_alert.department",
    "department_alert.recipient",
    "accountability_case.unit",
)


class PolicyLike(Protocol):
    """A compiled policy, as far as this needs it."""

    program: Program
    vocabulary: Vocabulary


def comply(
    policy: PolicyLike,
    tables: Mapping[str, Source | Sequence[Source]],
    *,
    as_of: str,
    workdays: Workdays = Workdays.CALENDAR,
) -> Report:
    """Return what the tables of a county show of each duty of ``policy`` at ``as_of`` (ISO 8601).

    ``tables``: entity of the vocabulary (Chinese name, alias or English) → files, or Arrow tables. Rows that do not fit are left out
    and listed in the report.

    Raises:
        InputError: nothing can be judged: no such entity, a needed column is missing, a file is not what its name says, no such time.
        OSError: a file cannot be opened.
    """
    vocabulary, program = policy.vocabulary, policy.program
    now = _moment(as_of)
    settings = settings_of(program, now)
    book = UnitBook(program.units, day_of(now))
    notes: list[str] = []
    sheets = _by_entity(vocabulary, tables, notes)
    if not sheets:
        message = "没有任何表可查"
        raise InputError(message)
    intake = take_in(vocabulary, sheets, as_of=now, renamed=_renamed(vocabulary, book))
    county = county_of(intake.records, household_steps(program))
    if EVENTS in county.counts and ACTOR not in county.columns:
        notes.append("程序事件表没有“实施单位”列，没有核对由谁办理")
    notes.extend(strangers(county, intake.records))
    judge = Judge(program, vocabulary, county, settings, book, workdays)
    summary = Summary(book)
    for group in judge.groups():
        summary.add(group)
    units = summary.by_unit()
    return Report(
        policy=program.policy,
        digest=program.digest,
        as_of=moment_text(now),
        rows={entity: each.count for entity, each in intake.records.items()},
        by_duty=summary.by_duty(),
        by_unit=units,
        by_township=summary.by_township(),
        findings=summary.findings(),
        not_judged=(*summary.not_judged(), *judge.not_judged),
        questions=questions(program, units, book),
        rejects=tuple(sorted(intake.rejects, key=lambda each: (each.source, each.row))),
        notes=(*notes, *intake.notes),
    )


def _moment(as_of: str) -> int:
    try:
        return time_seconds(as_of)
    except MomentError as error:
        message = f"判定时点“{as_of}”不行：{error}"
        raise InputError(message) from None


def settings_of(program: Program, as_of: int) -> Settings:
    """Return what holds at a moment (seconds)."""
    held = {entry.name: in_force(entry, day_of(as_of)) for entry in program.parameters}
    values = {name: None if setting is None else setting.value for name, setting in held.items()}
    return Settings(
        as_of=as_of,
        numbers={name: value if isinstance(value, int) else None for name, value in values.items()},
        sets={name: value for name, value in values.items() if isinstance(value, tuple)},
        readings={entry.name: entry.taken for entry in program.readings},
    )


def _entity(vocabulary: Vocabulary, name: str) -> EntitySpec:
    found = entity_named(vocabulary, name)
    if found is None or found.parent is None:
        message = f"没有叫“{name}”的表"
        raise InputError(message)
    return found


def _by_entity(
    vocabulary: Vocabulary, tables: Mapping[str, Source | Sequence[Source]], notes: list[str]
) -> dict[str, list[Sheet]]:
    """Return all tables by entity. In a workbook, worksheets called after entities are theirs; without any, the first one is meant."""
    found: dict[str, list[Sheet]] = {}
    for name, sources in tables.items():
        given = _entity(vocabulary, name).english
        for source in sources if isinstance(sources, list | tuple) else (sources,):
            sheets = _sheets(source)
            known = [(entity_named(vocabulary, sheet.title), sheet) for sheet in sheets if sheet.title]
            titled = [
                (spec.english, sheet) for spec, sheet in known if spec is not None and spec.parent is not None
            ]
            used = titled or [(given, sheets[0])]
            for entity, sheet in used:
                found.setdefault(entity, []).append(sheet)
            notes.extend(
                f"{sheet.source}：工作表没有用到"
                for sheet in sheets
                if all(sheet is not taken for _, taken in used)
            )
    return found


def _sheets(source: Source) -> tuple[Sheet, ...]:
    if isinstance(source, Sheet):
        return (source,)
    if isinstance(source, pa.Table):
        return (Sheet(source="表", title="", table=source),)
    return read(Path(source))


def _renamed(vocabulary: Vocabulary, book: UnitBook) -> Mapping[str, Mapping[str, str]]:
    """Return for each column of units the other names of its values: aliases, and for a merged unit that the plan names its successor."""
    renamed: dict[str, Mapping[str, str]] = {}
    for fact in _UNIT_FACTS:
        entity, _, name = fact.partition(".")
        spec = vocabulary.by_english.get(entity)
        field = None if spec is None else spec.by_english.get(name)
        if field is None or field.type.kind is not Kind.ENUM:
            continue
        known = {value.name for value in field.type.values}
        names = {alias: unit for alias, unit in book.aliases().items() if alias not in known}
        for successor, merged in book.predecessors().items():
            meant = [unit for unit in merged if unit in known]
            if successor not in known and len(meant) == 1:
                names[successor] = meant[0]
        renamed[fact] = names
    return renamed
