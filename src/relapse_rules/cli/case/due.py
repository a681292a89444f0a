"""``relapse-rules case due``: what is owed over all open cases, by unit or by time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from relapse_rules.cases.machines import State
from relapse_rules.cases.session import Case
from relapse_rules.cli import inputs
from relapse_rules.cli.case import due_list, options
from relapse_rules.cli.case.desk import Desk, desk, errors_told, moment
from relapse_rules.cli.case.due_list import Owed
from relapse_rules.cli.case.shown import print_sheets, write_bytes
from relapse_rules.cli.failure import BAD_INPUT, DONE, FOUND, Failure
from relapse_rules.decisions.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What is to be shown: ``owed`` in the ``order`` asked for, over the cases whose clocks are ``clocks``."""

    owed: Sequence[Owed]
    order: str
    clocks: Sequence[str]
    words: Words


def command(  # noqa: PLR0913  (each parameter is an option of the command)
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="案卷…", help="案卷编号；不写则是全部没有结案的")
    ] = None,
    *,
    by: Annotated[str, typer.Option(metavar="次序", help="unit（按单位，默认）或 time（按时间）")] = "unit",
    format_: Annotated[
        str, typer.Option("--format", metavar="格式", help="table（表，默认）、json、csv 或 ics（日历）")
    ] = "table",
    advance_to: options.AdvanceTo = None,
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    redecide: options.Redecide = False,
    stay: options.Stay = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """该办的事：哪个单位、什么时候以前、哪一户的什么事。逾期的在前，没有截止时点的在后。

    退出码：0 没有逾期，1 有逾期，2 输入有误（其他案卷照样列出）。
    """
    show = inputs.one_of(format_, _FORMATS, "--format")
    order = inputs.one_of(by, due_list.ORDERS, "--by")
    to = moment(advance_to, "--advance-to")
    owed: list[Owed] = []
    clocks: list[str] = []
    failed = False
    with (
        errors_told(),
        desk(log, policy, local, workdays=workdays, redecide=redecide, stay=stay) as here,
    ):
        for name in dict.fromkeys(cases or here.log.cases()):
            try:
                found = _case(here, name, to, named=bool(cases))
            except Failure as failure:
                # The other cases are listed all the same.
                sys.stderr.write(failure.message + "\n")
                failed = True
                continue
            if found is not None:
                clocks.append(found.as_of)
                owed.extend(Owed(found.id, found.as_of, duty, duty.units_resolved) for duty in found.owed)
        show(_Found(owed=order(owed), order=by, clocks=clocks, words=Words(here.policy.vocabulary)))
    if failed:
        return BAD_INPUT
    return FOUND if any(each.duty.state is State.OVERDUE for each in owed) else DONE


def _case(here: Desk, name: str, to: str | None, *, named: bool) -> Case | None:
    """Return a case with its clock at ``to``; None when it is closed and was not asked for by name."""
    with errors_told():
        found = here.case(name)
        if found.is_closed:
            return found if named else None
        if to is not None:
            found.advance(to)
        return found


def _table(found: _Found) -> None:
    print_sheets(due_list.due_sheet(found.owed, found.words, order=found.order, clocks=found.clocks))


def _json(found: _Found) -> None:
    inputs.write_json(due_list.due_json(found.owed))


def _csv(found: _Found) -> None:
    """Write UTF-8 with a byte order mark, without which Excel garbles Chinese."""
    write_bytes(due_list.due_csv(found.owed, found.words).encode("utf-8-sig"))


def _calendar(found: _Found) -> None:
    try:
        from relapse_rules.cli.case.due_calendar import due_calendar  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "icalendar":
            raise
        message = "日历格式要用 icalendar，没有安装：pip install 'relapse_rules[cases]'"
        raise Failure(message) from None
    write_bytes(due_calendar(found.owed, found.words))


_FORMATS: Final[dict[str, Callable[[_Found], None]]] = {
    "table": _table,
    "json": _json,
    "csv": _csv,
    "ics": _calendar,
}
