"""``relapse-rules case timeline``: every event of a case."""

from __future__ import annotations

from relapse_rules.cli import inputs
from relapse_rules.cli.case import options
from relapse_rules.cli.case.desk import desk, errors_told
from relapse_rules.cli.case.event_words import EventWords
from relapse_rules.cli.case.shown import print_sheets
from relapse_rules.cli.case.status import FORMATS
from relapse_rules.cli.case.timeline_sheet import timeline_sheet
from relapse_rules.cli.failure import DONE


def command(
    case: options.CaseName,
    *,
    format_: options.TableOrJson = "table",
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    redecide: options.Redecide = False,
    stay: options.Stay = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """一个案卷的经过：全部事件按收到的先后，被更正的也在，编号冲突的列在最后。

    退出码：0 已列出，2 输入有误。
    """
    as_json = inputs.one_of(format_, FORMATS, "--format")
    with (
        errors_told(),
        desk(log, policy, local, workdays=workdays, redecide=redecide, stay=stay) as here,
    ):
        found = here.case(case)
        if as_json:
            events = [{"sequence": each.sequence, **each.event.dump()} for each in found.timeline()]
            inputs.write_json(events)
        else:
            print_sheets(timeline_sheet(found, EventWords(here.policy.vocabulary)))
    return DONE
