"""From a decision to the sheet that an officer prints: what was decided, what is to be done, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relapse_rules.decisions import sheet_open, sheet_work
from relapse_rules.decisions.model import Conclusion, Decision, JudgementElement, Outcome
from relapse_rules.decisions.sheet import TONES, Column, Grid, Line, Row, Section, Sheet, Tone
from relapse_rules.decisions.words import OUTCOMES, Words, moment


def decision_sheet(
    decision: Decision,
    words: Words,
    *,
    categories: Sequence[str] = (),
    grounds: Sequence[str] = (),
    everything: bool = False,
) -> Sheet:
    """Return the sheet of ``decision``.

    ``categories``: those of the policy, in the order in which its measures are shown. ``grounds``: ids of the conclusions and judgements on which eligibility rests. ``everything``: also what is
    answered no, all missing facts, judgements about nobody and the readings that change nothing.
    """
    return Sheet(
        title=f"{decision.policy.name} 判定表",
        lines=(
            Line(text=f"对象：{words.target(decision.subject, Outcome.YES)}"),
            Line(text=f"判定时点：{moment(decision.policy.as_of)}"),
            Line(text=f"规则版本：{decision.policy.digest[:19]}"),
        ),
        sections=tuple(
            section
            for section in (
                _contradictions(decision, words),
                _eligibility(decision, words, grounds),
                sheet_work.measures(decision, words, categories),
                sheet_work.tasks(decision, words),
                sheet_work.exceptions(decision, words, everything=everything),
                sheet_open.undecided(decision, words),
                sheet_open.missing(decision, words, everything=everything),
                sheet_open.judgements(decision, words, everything=everything),
                sheet_open.readings(decision, everything=everything),
                sheet_open.assumptions(decision),
                sheet_open.refused(decision, words) if everything else None,
            )
            if section is not None
        ),
    )


def _contradictions(decision: Decision, words: Words) -> Section | None:
    if not decision.contradictions:
        return None
    return Section(
        title="事实互相矛盾",
        lines=(
            Line(text="填报的与按规则推出的不一致，以下事实按未知处理，请核对后重新判定。", tone=Tone.ALERT),
        ),
        grids=(
            Grid(
                columns=(
                    Column(title="事实", share=4),
                    Column(title="对象", most=16),
                    Column(title="填报"),
                    Column(title="推出"),
                ),
                rows=tuple(
                    Row(
                        cells=(
                            words.fact(found.fact),
                            words.target(found.target, Outcome.YES),
                            _value(found.supplied),
                            _value(found.derived),
                        ),
                        tone=Tone.ALERT,
                    )
                    for found in decision.contradictions
                ),
            ),
        ),
    )


def _value(text: str) -> str:
    return {"yes": "是", "no": "否"}.get(text, moment(text))


def _eligibility(decision: Decision, words: Words, grounds: Sequence[str]) -> Section:
    outcome = decision.eligibility.outcome
    verdict = {
        Outcome.YES: "应当纳入监测帮扶",
        Outcome.NO: "不纳入监测帮扶",
        Outcome.UNKNOWN: "是否纳入监测帮扶：现有事实还不能判定",
    }[outcome]
    rows = [
        Row(
            cells=(
                f"灾害事件 {found.event} {found.category or '（类别未填报）'} 属于本方案的灾种",
                OUTCOMES[found.outcome],
                "、".join(found.cites),
            ),
            tone=TONES[found.outcome],
        )
        for found in decision.scope
    ]
    rows += [row for id_ in grounds for row in _ground(decision, words, id_)]
    columns = (Column(title="理由", share=6), Column(title="结果"), Column(title="依据", share=2))
    return Section(
        title="是否纳入",
        lines=(Line(text=f"{verdict}（依据 {'、'.join(decision.eligibility.cites)}）", tone=TONES[outcome]),),
        grids=(Grid(columns=columns, rows=tuple(rows)),) if rows else (),
    )


def _ground(decision: Decision, words: Words, id_: str) -> Iterator[Row]:
    """Yield a row for each outcome of a conclusion or judgement: the household alone needs no mention."""
    found: list[Conclusion | JudgementElement] = [*decision.conclusions, *decision.judgements]
    named = [(each.outcome, each.target, each.cites) for each in found if each.id == id_]
    for outcome in Outcome:
        targets = [target for each, target, _ in named if each is outcome]
        if not targets:
            continue
        told = "" if targets == [decision.subject] else f"（{words.targets(targets, outcome)}）"
        yield Row(cells=(f"{id_}{told}", OUTCOMES[outcome], "、".join(named[0][2])), tone=TONES[outcome])
