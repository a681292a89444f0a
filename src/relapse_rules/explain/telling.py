"""What all pages say in the same words: whom something is about, what is stated of it, by which policy and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from relapse_rules.decisions.model import Outcome, PolicyReference, Target
from relapse_rules.decisions.words import OUTCOMES, Names, moment
from relapse_rules.explain.model import Citation, EntityName, OutcomeName, Premise, PremiseKind, StepKind
from relapse_rules.explain.page import Cite, Fields, Text, Tone, Words, plain, quiet

KINDS: Final = {
    StepKind.MEASURE: "措施",
    StepKind.STEP: "步骤",
    StepKind.DUTY: "职责",
    StepKind.EXCEPTION: "例外",
    StepKind.DEFINITION: "结论",
    StepKind.JUDGEMENT: "裁量",
    StepKind.INDICATOR: "指标",
    StepKind.CONDITION: "条件",
}
NOBODY: Final = "方案未指明"
"""Stands for the supplier of a fact where the plan names nobody."""
NOT_STATED: Final = "没有填报"
HIDDEN: Final = "已填报，属个人信息，不显示"
MOST_NAMED: Final = 8

_DIGEST: Final = 19


def names_of(entities: Iterable[EntityName]) -> Names:
    """Return the names that an answer carries."""
    return Names({each.entity: each.name for each in entities})


def about(target: Target, names: Names, outcome: Outcome | None) -> str:
    """Return whom something is about: ``农户 H1``. ``outcome`` tells an empty list from one that was not supplied."""
    return names.target(target, Outcome.UNKNOWN if outcome is None else outcome)


def cited(cites: Iterable[Citation]) -> Text:
    """Return ``  依据 4.1-02、4.1-03``, or nothing."""
    found = tuple(Cite(each.id, each.gist) for each in cites)
    return (*quiet("  依据 "), *found) if found else ()


def made_by(policy: PolicyReference, subject: Target, names: Names, *more: tuple[str, Text]) -> Fields:
    """Return for whom, when and by which rules something was worked out, and ``more`` that is said in the same way."""
    return Fields(
        (
            ("对象", plain(about(subject, names, Outcome.YES))),
            ("判定时点", plain(moment(policy.as_of))),
            ("规则", plain(f"{policy.name} {policy.digest[:_DIGEST]}")),
            *more,
        )
    )


def listed_names(outcomes: Iterable[OutcomeName], names: Names, subject: Target) -> Iterator[str]:
    """Yield the outcomes by name, one name for all its targets: ``发放补贴（家庭成员 P2、P5）``; the household, and a list without elements, go without saying."""
    told: dict[str, list[Target]] = {}
    for each in outcomes:
        told.setdefault(each.id, []).append(each.target)
    for id_, targets in told.items():
        others = [target for target in targets if target != subject and _somebody(target)]
        yield f"{id_}（{names.targets(others, Outcome.UNKNOWN)}）" if others else id_


def _somebody(target: Target) -> bool:
    """Whether a target is an element, and does not stand for a list without any."""
    return target.id is not None or target.entity == "context"


def several(told: Iterable[str]) -> str:
    """Return the first few of some names, and how many there are when these are not all."""
    found = tuple(told)
    shown = "、".join(found[:MOST_NAMED])
    return shown if len(found) <= MOST_NAMED else f"{shown}等 {len(found)} 项"


# --- facts ----------------------------------------------------------------------------------------


def fact_name(premise: Premise, names: Names) -> str:
    """Return what a premise is about, with the element: ``农户 H1 的“享受低保”``."""
    match premise.kind:
        case PremiseKind.FACT:
            return _of_element(premise.name, premise.target, names)
        case PremiseKind.LIST | PremiseKind.PARAMETER | PremiseKind.READING:
            return premise.name
        case PremiseKind.MOMENT:
            return "判定时点"
        case _:
            assert_never(premise.kind)


def changed_name(name: str, target: Target, names: Names) -> str:
    """Return what is to be changed, with the element."""
    return _of_element(name, target, names)


def _of_element(name: str, target: Target, names: Names) -> str:
    """Return ``农户 H1 的“享受低保”`` for ``农户：享受低保``; a name without an entity stays."""
    entity, colon, field = name.partition("：")
    if not colon:
        return name
    who = about(target, names, Outcome.YES)
    return f"{who if target.id is not None or target.entity == 'context' else entity} 的“{field}”"


def stated(premise: Premise) -> str:
    """Return what is stated: ``填报为 是（县民政局提供；某乡镇，2023-08-02，入户核查）``. Absence is said, never a value put in its place."""
    known = premise.hidden or premise.value is not None
    value = premise.value
    match premise.kind:
        case PremiseKind.FACT:
            told = f"填报为 {value}" if known else NOT_STATED
            if premise.hidden:
                told = HIDDEN
        case PremiseKind.LIST:
            told = f"已提供，{'名单为空' if value == '空' else value}" if known else "没有提供"
        case PremiseKind.PARAMETER:
            told = f"取值 {value}" if known else "待定"
        case PremiseKind.READING:
            told = f"取“{value}”" if known else "没有选定"
        case PremiseKind.MOMENT:
            told = moment(value) or NOT_STATED
        case _:
            assert_never(premise.kind)
    rest = "；".join(part for part in (_from(premise, known=known), premise.recorded) if part)
    return f"{told}（{rest}）" if rest else told


def _from(premise: Premise, *, known: bool) -> str:
    if not premise.source:
        return ""
    match premise.kind:
        case PremiseKind.FACT | PremiseKind.LIST | PremiseKind.MOMENT:
            return supplied(premise.source, known=known)
        case PremiseKind.PARAMETER | PremiseKind.READING:
            return f"来源 {premise.source}"
        case _:
            assert_never(premise.kind)


def supplied(source: str, *, known: bool) -> str:
    """Return who supplies a fact, or who should."""
    if source == NOBODY:
        return f"{NOBODY}由谁提供"
    return f"{source}提供" if known else f"应由{source}提供"


# --- outcomes -------------------------------------------------------------------------------------


def changed(before: Outcome, after: Outcome) -> str:
    """Return ``由 否 变为 是``."""
    return f"由 {OUTCOMES[before]} 变为 {OUTCOMES[after]}"


def strong(text: str) -> Text:
    """Return a line that matters."""
    return (Words(text, Tone.STRONG),)
