"""``relapse-rules case add``: takes events into a case and says what is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from relapse_rules.cases.changes import Changes
from relapse_rules.cases.errors import CaseError
from relapse_rules.cases.events import Event, event_from
from relapse_rules.cases.session import Case
from relapse_rules.cli import inputs
from relapse_rules.cli.case import options
from relapse_rules.cli.case.changes_sheet import changes_sheet
from relapse_rules.cli.case.desk import desk, errors_told, moment
from relapse_rules.cli.case.event_words import KINDS, EventWords
from relapse_rules.cli.case.shown import print_sheets
from relapse_rules.cli.case.status import FORMATS
from relapse_rules.cli.failure import CONTRADICTIONS, DONE, Failure
from relapse_rules.decisions.words import Words
from relapse_rules.decisions.words import moment as shown_moment
from relapse_rules.facts.json_text import JsonTextError, parse


def command(  # noqa: PLR0913  (each parameter is an option of the command)
    case: options.CaseName,
    file: Annotated[
        str, typer.Argument(metavar="事件", help="事件文件（JSON），一条或一个列表；- 表示标准输入")
    ],
    *,
    advance_to: options.AdvanceTo = None,
    format_: options.TableOrJson = "table",
    log: options.LogPlace = options.DEFAULT_LOG,
    policy: options.PolicyFile = None,
    local: options.Local = None,
    redecide: options.Redecide = False,
    stay: options.Stay = None,
    workdays: options.Workdays = "calendar",
) -> int:
    """收下事件（事实、更正、认定、程序事件、部门预警），逐条说明新在哪里：结论、待办、办结、期限、矛盾、问清的事实。

    写法有误则一条也不收；收到一半遇到收不下的，前面的已经收下，改好后整份再添加一次即可，收过的不会重复。

    退出码：0 全部收下，2 有没收下的，3 收下后事实互相矛盾。
    """
    as_json = inputs.one_of(format_, FORMATS, "--format")
    to = moment(advance_to, "--advance-to")
    events = _events(file)
    with (
        errors_told(),
        desk(log, policy, local, workdays=workdays, redecide=redecide, stay=stay) as here,
    ):
        found = here.case(case)
        told: list[tuple[str, Changes]] = []
        if to is not None and to != found.as_of:
            told.append((f"时钟推进到 {shown_moment(to)}", found.advance(to)))
        told, failure = _taken(found, events, EventWords(here.policy.vocabulary), told)
        if as_json:
            inputs.write_json([changes.dump() for _, changes in told])
        else:
            words = Words(here.policy.vocabulary)
            print_sheets(*(changes_sheet(title, changes, words) for title, changes in told))
        if failure is not None:
            raise Failure(failure)
        return CONTRADICTIONS if found.known.concluded.contradictions else DONE


def _events(file: str) -> list[Event]:
    """Return the events that a file states.

    Raises:
        Failure: it is no JSON, or any of them is no event; everything wrong is named, and nothing was taken in.
    """
    shown = "标准输入" if file == inputs.STANDARD_INPUT else file
    try:
        stated = parse(inputs.read_bytes(file))
    except JsonTextError as error:
        message = f"{shown}：{error.message}" + (f"（{error.remedy}）" if error.remedy else "")
        raise Failure(message) from None
    listed = stated if isinstance(stated, list) else [stated]
    if not listed:
        message = f"{shown}：没有事件"
        raise Failure(message)
    events: list[Event] = []
    problems: list[str] = []
    for number, each in enumerate(listed, start=1):
        if not isinstance(each, Mapping):
            problems.append(f"  第 {number} 条：事件要是一个对象，写作 {{ … }}")
            continue
        try:
            events.append(event_from(each))
        except CaseError as error:
            problems.extend(f"  第 {number} 条 {problem}" for problem in error.problems)
    if problems:
        message = "\n".join([f"{shown} 有 {len(problems)} 处问题，一条也没有收下：", *problems])
        raise Failure(message)
    return events


def _taken(
    case: Case, events: Sequence[Event], words: EventWords, told: list[tuple[str, Changes]]
) -> tuple[list[tuple[str, Changes]], str | None]:
    """Add events one by one up to the first that cannot be taken in; return what each changed, and the message about that one."""
    for number, event in enumerate(events):
        try:
            with errors_told():
                changes = case.add(event)
        except Failure as failure:
            return told, f"{failure.message}\n{_so_far(number, len(events))}"
        content = words.content(event)
        title = f"第 {changes.sequence} 条 {KINDS[type(event)]} {event.id}" + (
            f"：{content}" if content else ""
        )
        told.append((title, changes))
    return told, None


def _so_far(taken: int, stated: int) -> str:
    """Return how many events of a file were taken in before the one that could not be."""
    before = f"它前面的 {taken} 条已经收下" if taken else "还没有收下别的"
    after = f"，后面的 {stated - taken - 1} 条没有处理" if taken + 1 < stated else ""
    return f"{before}{after}。改好后整份再添加一次，收过的不会重复。"
