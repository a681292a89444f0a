"""The screen of one case: where it stands, what is owed, what was done, what is wrong, what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from relapse_rules.cases.findings import Finding
from relapse_rules.cases.knowledge import Knowledge
from relapse_rules.cases.log import Conflict
from relapse_rules.cases.machines import Duty, State
from relapse_rules.cases.session import Case
from relapse_rules.cli.case.words import about, done_at, limit, tone, who
from relapse_rules.decisions.model import YES, Contradiction, Decision, Outcome
from relapse_rules.decisions.sheet import TONES, Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.decisions.words import Words, moment, supplier

_MATTER: Final = Column(title="事项", share=5)
_TARGET: Final = Column(title="对象", most=16)
_UNITS: Final = Column(title="责任单位", share=6)
_LIMIT: Final = Column(title="时限", most=19)
_CITES: Final = Column(title="依据", share=3)

_FINDINGS: Final = {
    "late": "逾期办结",
    "order": "先后颠倒",
    "unit": "单位不符",
    "unknown_unit": "单位未登记",
    "calendar": "期限算不出",
}
_MOST_MISSING: Final = 10
_ELIGIBILITY: Final = {
    Outcome.YES: "应当纳入监测帮扶",
    Outcome.NO: "不纳入监测帮扶",
    Outcome.UNKNOWN: "现有事实还不能判定",
}


def status_sheet(
    case: Case, known: Knowledge, policy: str, words: Words, *, title: str, at: bool, everything: bool
) -> Sheet:
    """Return the screen of ``case`` as it is ``known``; ``at``: that is an earlier moment than the case's clock."""
    live = known.live
    sections = (
        contradictions(known.concluded.contradictions, words),
        _eligibility(known.concluded),
        owed("逾期未办", (duty for duty in known.owed if duty.state is State.OVERDUE), words),
        owed("有截止时点的待办", _open(known, timed=True), words),
        owed("其他待办", _open(known, timed=False), words),
        _waiting([duty for duty in live if _waits(duty)], words),
        done("已办", [duty for duty in live if duty.state is State.DONE], words),
        _waived([duty for duty in live if duty.state is State.WAIVED], words),
        findings(known.findings, words),
        _conflicts(() if at else case.conflicts),
        _missing(known.concluded, words, everything=everything),
    )
    clock = (
        f"{moment(known.as_of)}（当时所知；案卷时钟现为 {moment(case.as_of)}）" if at else moment(case.as_of)
    )
    ending = "已结案" if case.is_closed else "办理中"
    return Sheet(
        title=title,
        lines=(
            Line(text=f"对象：{words.target(known.concluded.subject, YES)}"),
            Line(text=f"时点：{clock}"),
            Line(text=f"状态：{'现' if at else ''}{ending}，共 {case.sequence} 条事件"),
            Line(text=f"规则：{policy} {known.concluded.policy.digest[:19]}"),
        ),
        sections=tuple(section for section in sections if section is not None),
    )


def owed(title: str, duties: Iterable[Duty], words: Words) -> Section | None:
    """Return what is to be done, by whom and by when; None when there is nothing."""
    rows = tuple(
        Row(
            cells=(duty.id, about(duty.target, words), who(duty), limit(duty), "、".join(duty.cites)),
            tone=tone(duty),
        )
        for duty in duties
    )
    if not rows:
        return None
    grid = Grid(columns=(_MATTER, _TARGET, _UNITS, _LIMIT, _CITES), rows=rows)
    return Section(title=f"{title}（{len(rows)}件）", grids=(grid,))


def done(title: str, duties: Sequence[Duty], words: Words) -> Section | None:
    """Return what was done and when; None when there is nothing."""
    if not duties:
        return None
    rows = tuple(
        Row(
            cells=(duty.id, about(duty.target, words), done_at(duty), "、".join(duty.cites)),
            tone=Tone.ALERT if duty.late_by is not None else Tone.YES,
        )
        for duty in duties
    )
    columns = (_MATTER, _TARGET, Column(title="办结时间", most=28), _CITES)
    return Section(title=f"{title}（{len(rows)}件）", grids=(Grid(columns=columns, rows=rows),))


def findings(found: Sequence[Finding], words: Words) -> Section | None:
    """Return what the record shows to be out of order; None when there is nothing."""
    if not found:
        return None
    rows = tuple(
        Row(
            cells=(
                _FINDINGS[each.kind.value],
                words.fact(each.id),
                about(each.target, words),
                _shown(each.text),
                "、".join(each.cites),
            ),
            tone=Tone.ALERT,
        )
        for each in found
    )
    columns = (Column(title="问题"), _MATTER, _TARGET, Column(title="记录显示", share=8), _CITES)
    lines = (Line(text="只列记录所显示的；没有记录不等于没有办，是否有正当理由由人判断。"),)
    return Section(
        title=f"记录中的问题（{len(rows)}处）", lines=lines, grids=(Grid(columns=columns, rows=rows),)
    )


def contradictions(found: Sequence[Contradiction], words: Words) -> Section | None:
    """Return the facts that disagree with what follows from others; None without any."""
    if not found:
        return None
    rows = tuple(
        Row(
            cells=(
                words.fact(each.fact),
                about(each.target, words),
                _told(each.supplied),
                _told(each.derived),
            ),
            tone=Tone.ALERT,
        )
        for each in found
    )
    columns = (
        Column(title="事实", share=5),
        _TARGET,
        Column(title="填报", share=2),
        Column(title="推出", share=2),
    )
    lines = (Line(text="这些事实按未知处理；请核对，填错的用更正（correction）改。"),)
    return Section(
        title=f"事实互相矛盾（{len(rows)}处）", lines=lines, grids=(Grid(columns=columns, rows=rows),)
    )


def _eligibility(decision: Decision) -> Section:
    outcome = decision.eligibility.outcome
    cites = "、".join(decision.eligibility.cites)
    line = Line(text=f"{_ELIGIBILITY[outcome]}（依据 {cites}）", tone=TONES[outcome])
    return Section(title="是否纳入", lines=(line,))


def _open(known: Knowledge, *, timed: bool) -> Iterable[Duty]:
    return (duty for duty in known.owed if duty.state is State.OPEN and (duty.due is not None) is timed)


def _waits(duty: Duty) -> bool:
    return duty.state is State.NOT_STARTED and duty.outcome is YES and bool(duty.waits_for)


def _waiting(duties: Sequence[Duty], words: Words) -> Section | None:
    if not duties:
        return None
    rows = tuple(
        Row(cells=(duty.id, about(duty.target, words), "、".join(duty.waits_for), who(duty)), tone=tone(duty))
        for duty in duties
    )
    columns = (_MATTER, _TARGET, Column(title="要等", share=5), _UNITS)
    return Section(title=f"等前面的事办完（{len(rows)}件）", grids=(Grid(columns=columns, rows=rows),))


def _waived(duties: Sequence[Duty], words: Words) -> Section | None:
    if not duties:
        return None
    rows = tuple(
        Row(cells=(duty.id, about(duty.target, words), "、".join(duty.waived_by)), tone=tone(duty))
        for duty in duties
    )
    columns = (_MATTER, _TARGET, Column(title="因为适用例外", share=5))
    return Section(title=f"免办（{len(rows)}件）", grids=(Grid(columns=columns, rows=rows),))


def _conflicts(found: Sequence[Conflict]) -> Section | None:
    if not found:
        return None
    rows = tuple(
        Row(
            cells=(each.entry.event_id, f"第 {each.sequence} 条", moment(each.entry.recorded_at)),
            tone=Tone.ALERT,
        )
        for each in found
    )
    columns = (Column(title="事件编号", share=4), Column(title="与已有的"), Column(title="登记时间", most=19))
    lines = (Line(text="这些事件的编号已被内容不同的事件用了，留存备查，没有生效。"),)
    return Section(title=f"编号冲突（{len(rows)}条）", lines=lines, grids=(Grid(columns=columns, rows=rows),))


def _missing(decision: Decision, words: Words, *, everything: bool) -> Section | None:
    if not decision.missing:
        return None
    shown = decision.missing if everything else decision.missing[:_MOST_MISSING]
    rows = tuple(
        Row(cells=(words.fact(each.fact), supplier(each.supplied_by), f"{each.decides}项")) for each in shown
    )
    columns = (Column(title="事实", share=5), Column(title="由谁提供", share=4), Column(title="关系到"))
    rest = len(decision.missing) - len(shown)
    return Section(
        title=f"还要问的事实（{len(decision.missing)}项，关系多的在前）",
        grids=(Grid(columns=columns, rows=rows),),
        closing=(Line(text=f"另有 {rest} 项，加 --all 全部列出。"),) if rest else (),
    )


def _told(value: str) -> str:
    return {"yes": "是", "no": "否"}.get(value, moment(value))


def _shown(text: str) -> str:
    """Return a finding's text with its moments as they are printed."""
    return " ".join(moment(word) for word in text.split(" "))
