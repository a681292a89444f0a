"""What is open, and what the decision was built on: missing facts, judgements, readings, parameters."""

from __future__ import annotations

from typing import Final

from relapse_rules.decisions.listed import MOST_NAMED, Listed, about, shortened
from relapse_rules.decisions.model import Decision, JudgementElement, Outcome, Target
from relapse_rules.decisions.sheet import TONES, Column, Grid, Line, Row, Section, Tone
from relapse_rules.decisions.words import OUTCOMES, Words, supplier

_MOST_MISSING: Final = 20


def undecided(decision: Decision, words: Words) -> Section | None:
    """Return the measures and tasks that are undecided, gathered by what they wait for; None when all are decided."""
    gathered: dict[tuple[str, ...], dict[str, list[Target]]] = {}
    for each in _listed(decision):
        if each.outcome is Outcome.UNKNOWN:
            gathered.setdefault(each.missing, {}).setdefault(each.id, []).append(each.target)
    if not gathered:
        return None
    rows = tuple(
        Row(
            cells=(
                _waits_for(missing, words),
                "、".join(_undecided(id_, targets, decision, words) for id_, targets in waiting.items()),
            ),
            tone=Tone.UNKNOWN,
        )
        for missing, waiting in gathered.items()
    )
    columns = (Column(title="还缺", share=4), Column(title="因此不能判定", share=7))
    count = len({id_ for waiting in gathered.values() for id_ in waiting})
    title = f"还不能判定的措施和任务（{count}项）"
    return Section(title=title, grids=(Grid(columns=columns, rows=rows),))


def _waits_for(missing: tuple[str, ...], words: Words) -> str:
    if not missing:
        return "（事实互相矛盾，或数值无法计算）"
    more = f"等{len(missing)}项" if len(missing) > MOST_NAMED else ""
    return words.facts(missing[:MOST_NAMED]) + more


def _undecided(id_: str, targets: list[Target], decision: Decision, words: Words) -> str:
    """Return an id and what it is about, unless that is the household or a list that is missing as a whole."""
    known = [target for target in targets if _present(target) and target != decision.subject]
    return f"{id_}（{words.targets(known, Outcome.UNKNOWN)}）" if known else id_


def missing(decision: Decision, words: Words, *, everything: bool) -> Section | None:
    """Return the facts that are missing and who supplies them, the first twenty unless ``everything``; None without any."""
    if not decision.missing:
        return None
    shown = decision.missing if everything else decision.missing[:_MOST_MISSING]
    rest = len(decision.missing) - len(shown)
    columns = (Column(title="事实", share=5), Column(title="由谁提供", share=4), Column(title="关系到"))
    rows = tuple(
        Row(cells=(words.fact(each.fact), supplier(each.supplied_by), f"{each.decides}项")) for each in shown
    )
    more = (Line(text=f"另有 {rest} 项，加 --all 全部列出。"),) if rest else ()
    return Section(
        title=f"还缺的事实和提供单位（{len(decision.missing)}项，关系多的在前）",
        grids=(Grid(columns=columns, rows=rows),),
        closing=more,
    )


def judgements(decision: Decision, words: Words, *, everything: bool) -> Section | None:
    """Return what people have found or have still to find; None when there is nothing of the kind.

    Judgements about the elements of a list that was not supplied, or is empty, are shown with ``everything`` only.
    """
    shown = [each for each in decision.judgements if everything or _present(each.target)]
    if not shown:
        return None
    gathered: dict[tuple[str, Outcome], list[Target]] = {}
    told: dict[str, JudgementElement] = {}
    for each in shown:
        gathered.setdefault((each.id, each.outcome), []).append(each.target)
        told[each.id] = each
    rows = tuple(
        Row(
            cells=(
                id_,
                about(targets, decision, words, outcome),
                told[id_].by,
                "待认定" if outcome is Outcome.UNKNOWN else OUTCOMES[outcome],
                "、".join(told[id_].cites),
            ),
            tone=TONES[outcome],
        )
        for (id_, outcome), targets in gathered.items()
    )
    columns = (
        Column(title="事项", share=4),
        Column(title="对象", most=16),
        Column(title="由谁认定", share=5),
        Column(title="认定结果"),
        Column(title="依据", share=2),
    )
    return Section(
        title="由人认定的事项",
        lines=(Line(text="以下各项由所列单位认定，系统只采用已经记录的结果。"),),
        grids=(Grid(columns=columns, rows=rows),),
    )


def readings(decision: Decision, *, everything: bool) -> Section | None:
    """Return the readings that matter for this household, or all with ``everything``; None when the policy has none."""
    if not decision.readings:
        return None
    shown = [each for each in decision.readings if everything or each.changes]
    rest = len(decision.readings) - len(shown)
    rows = tuple(Row(cells=(each.id, each.taken, shortened(each.changes) or "不影响本户")) for each in shown)
    columns = (
        Column(title="原文可有两种读法之处", share=4),
        Column(title="本次取"),
        Column(title="换一种读法会改变", share=6),
    )
    closing = (Line(text=f"其余 {rest} 处换一种读法也不改变本户的结果。"),) if rest else ()
    return Section(title="读法", grids=(Grid(columns=columns, rows=rows),) if rows else (), closing=closing)


def assumptions(decision: Decision) -> Section | None:
    """Return the 参数 whose values are not the plan's own; None without any."""
    if not decision.assumptions:
        return None
    rows = tuple(
        Row(
            cells=(each.parameter, each.value or "待定（未设）", each.origin),
            tone=Tone.UNKNOWN if each.value is None else Tone.PLAIN,
        )
        for each in decision.assumptions
    )
    columns = (Column(title="参数", share=5), Column(title="取值", share=4), Column(title="来源", share=5))
    return Section(
        title="所用的参数",
        lines=(Line(text="以下数值不是方案原文所定；待定的由县里用 --local 文件设定。"),),
        grids=(Grid(columns=columns, rows=rows),),
    )


def refused(decision: Decision, words: Words) -> Section | None:
    """Return the measures and tasks that are answered no; None without any."""
    gathered: dict[str, list[Target]] = {}
    for each in _listed(decision):
        if each.outcome is Outcome.NO:
            gathered.setdefault(each.id, []).append(each.target)
    if not gathered:
        return None
    rows = tuple(
        Row(
            cells=(id_, about(targets, decision, words, Outcome.NO)),
            tone=Tone.NO,
        )
        for id_, targets in gathered.items()
    )
    columns = (Column(title="措施或任务", share=5), Column(title="对象", share=5))
    return Section(title=f"不适用的措施和任务（{len(rows)}项）", grids=(Grid(columns=columns, rows=rows),))


def _present(target: Target) -> bool:
    return target.id is not None or target.entity == "context"


def _listed(decision: Decision) -> list[Listed]:
    return [*decision.measures, *decision.tasks]
