"""``relapse-rules case status``: one case as it stands, or as it was known at an earlier moment."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from relapse_rules.cases.knowledge import Knowledge
from relapse_rules.cases.session import Case
from relapse_rules.cli import inputs
from relapse_rules.cli.case import options
from relapse_rules.cli.case.desk import desk, errors_told, moment
from relapse_rules.cli.case.shown import print_sheets
from relapse_rules.cli.case.status_sheet import status_sheet
from relapse_rules.cli.failure import CONTRADICTIONS, DONE, Failure
from relapse_rules.decisions.words import Words

FORMATS: Final = {"table": False, "json": True}


def command(  # noqa: PLR0913  (each parameter is an option of the command)
    case: options.CaseName,
    *,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="时点", help="只看当时所知：以后登记的事实和更正都不算，如 2023-08-02T18:00:00+08:00"
        ),
    ] = None,
    advance_to: options.AdvanceTo = None,
    everything: Annotated[bool, typer.Option("--all", help="列出全部还要问的事实")] = False,
    format_: options.TableOrJson = "table",
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    redecide: options.Redecide = False,
    stay: options.Stay = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """一个案卷的情况：是否纳入、逾期和待办、已办、记录中的问题、还要问什么。

    退出码：0 已列出，2 输入有误，3 事实互相矛盾。
    """
    as_json = inputs.one_of(format_, FORMATS, "--format")
    at_moment, to = moment(at, "--at"), moment(advance_to, "--advance-to")
    if at_moment is not None and to is not None:
        message = "--at 看过去，--advance-to 推进时钟，只能选一个"
        raise Failure(message)
    with (
        errors_told(),
        desk(log, policy, local, workdays=workdays, redecide=redecide, stay=stay) as here,
    ):
        found = here.case(case)
        if to is not None:
            found.advance(to)
        known = found.known if at_moment is None else found.as_known_at(at_moment)
        if as_json:
            inputs.write_json(dumped(found, known))
        else:
            words = Words(here.policy.vocabulary)
            sheet = status_sheet(
                found,
                known,
                here.policy.name,
                words,
                title=f"案卷 {found.id}",
                at=at_moment is not None,
                everything=everything,
            )
            print_sheets(sheet)
    return CONTRADICTIONS if known.concluded.contradictions else DONE


def dumped(case: Case, known: Knowledge) -> dict[str, object]:
    """Return what is known of a case in its JSON form."""
    return {
        "case": case.id,
        "as_of": known.as_of,
        "clock": case.as_of,
        "events": case.sequence,
        "closed": case.is_closed,
        "decision": known.decision.model_dump(),
        "duties": [duty.dump() for duty in known.live],
        "findings": [finding.dump() for finding in known.findings],
        "conflicts": [
            {
                "event": each.entry.event_id,
                "sequence": each.sequence,
                "recorded_at": each.entry.recorded_at,
            }
            for each in case.conflicts
        ],
    }
