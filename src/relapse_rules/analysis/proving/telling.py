"""Tells an officer what became of a 性质: the verdict, how far it reaches, and the household that refutes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.proving.goals import Method, Witness
from relapse_rules.analysis.proving.verdicts import Doubt, Outcome, Said, Verdict
from relapse_rules.analysis.worked_case import given_lines
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.decisions.sheet import Line, Section, Tone
from relapse_rules.decisions.words import Words
from relapse_rules.values.literals import text_of
from relapse_rules.values.vocabulary import Vocabulary

MARKS: Final = {Outcome.PROVED: "成立", Outcome.REFUTED: "不成立", Outcome.UNDECIDED: "未能判定"}

_TONES: Final = {Outcome.PROVED: Tone.YES, Outcome.REFUTED: Tone.ALERT, Outcome.UNDECIDED: Tone.UNKNOWN}
_METHODS: Final = {
    Method.STRUCTURE: "从规则的写法就看得出",
    Method.EXHAUSTION: "逐一试过全部情形",
    Method.SOLVER: "由 z3 证明",
}
_DOUBTS: Final = {
    Doubt.EFFORT: "求解器用尽了限定的力气。可用 --effort 加大，或用 --elements 减少每个名单的条数",
    Doubt.NO_SOLVER: "情形太多，要用求解器：pip install 'relapse_rules[prove]'",
}
_TRUTHS: Final = {True: "是", False: "否", None: "未知"}


def verdict_section(verdict: Verdict, policy: TypedPolicy) -> Section:
    """Return a verdict as a few lines, the household of a refutation among them."""
    head = Line(text=f"{MARKS[verdict.outcome]}：{verdict.name}", tone=_TONES[verdict.outcome])
    body = (Line(text=text) for text in _body(verdict, policy))
    return Section(title="", lines=(head, *body))


def _body(verdict: Verdict, policy: TypedPolicy) -> Iterator[str]:
    yield f"  {verdict.sentence}"
    match verdict.outcome:
        case Outcome.PROVED:
            yield f"  {how(verdict, policy.vocabulary)}"
        case Outcome.UNDECIDED:
            assert verdict.doubt is not None
            yield f"  {verdict.reason or _DOUBTS[verdict.doubt]}"
        case Outcome.REFUTED if verdict.witness is None:
            yield f"  没有的：{'、'.join(verdict.refuting)}"
        case Outcome.REFUTED:
            assert verdict.witness is not None
            yield from _counter_example(verdict, verdict.witness, policy)


def how(verdict: Verdict, vocabulary: Vocabulary) -> str:
    """Return how a 性质 was proved, and up to how many elements a list was looked at."""
    told = "、".join(_METHODS[method] for method in verdict.methods) or _METHODS[Method.STRUCTURE]
    if not verdict.bounded:
        return f"{told}，对任何一户都成立"
    names = Words(vocabulary)
    lists = "、".join(names.entity(name) for name in verdict.bounded)
    each = "各" if len(verdict.bounded) > 1 else ""
    return f"{told}，对{lists}{each}不超过 {verdict.elements} 条的任何一户都成立"


def _counter_example(verdict: Verdict, witness: Witness, policy: TypedPolicy) -> Iterator[str]:
    least = "事实最少的" if witness.smallest else ""
    yield f"  {least}反例："
    for line in given_lines(witness.case, policy.vocabulary):
        yield f"    {line}"
    if witness.changed is not None:
        before = set(given_lines(witness.case, policy.vocabulary))
        yield "  改成："
        for line in given_lines(witness.changed, policy.vocabulary):
            if line not in before:
                yield f"    {line}"
    for name, text in settings_told(witness, policy):
        yield f"  并且县里把参数“{name}”定为 {text}"
    for said in verdict.said:
        if said.subject:
            yield f"  {_when(said, witness)}“{said.subject}”为 {_TRUTHS[said.outcome]}"


def settings_told(witness: Witness, policy: TypedPolicy) -> Iterator[tuple[str, str]]:
    """Yield the 参数 that a household needs the county to set, with the values."""
    kinds = {spec.name: spec.type for spec in policy.parameters}
    for name, value in sorted(witness.settings.items()):
        yield name, text_of(value, kinds[name])


def _when(said: Said, witness: Witness) -> str:
    if said.other:
        return "按另一份政策，"
    if witness.changed is None:
        return "这时"
    return "改后" if said.changed else "改前"
