"""A proof as a tree to read: what holds, in the officer's words, with the facts that it rests on under it.

In a report of many proofs a named step is shown in full where it comes first, and referred to afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.words import Names
from relapse_rules.explain.model import Explanation, Premise, PremiseKind, Step, StepKind
from relapse_rules.explain.page import Link, Node, Text, Tone, Words, badge, plain, quiet
from relapse_rules.explain.telling import KINDS, about, cited, fact_name, stated, supplied

_SHOWN_AT_FIRST: Final = 3
"""So many levels are open where levels can be folded."""

_APPLIES: Final = {Outcome.YES: "适用", Outcome.NO: "不适用", Outcome.UNKNOWN: "是否适用还不能定"}
_PREFIXED: Final = frozenset({StepKind.JUDGEMENT, StepKind.INDICATOR})


class Known(NamedTuple):
    """What names a step wherever it occurs: two steps of one decision that are known by the same are proved alike."""

    kind: StepKind
    id: str
    target: Target


Elsewhere = dict[Known, str]
"""Steps that were shown in full in this report, and their anchors."""


def proof_nodes(
    explanation: Explanation,
    names: Names,
    *,
    prefix: str = "",
    elsewhere: Elsewhere | None = None,
) -> tuple[Node, tuple[Node, ...]]:
    """Return the proof of ``explanation``, and those of the exceptions that bear on it.

    ``prefix`` stands before the anchors, so that proofs of one page differ. ``elsewhere``: what the page shows before; it is added to.
    """
    tree = _Tree(explanation, names, prefix, elsewhere)
    proof = tree.node(explanation.proof, None, 0)
    return proof, tuple(tree.node(step, None, 0) for step in explanation.exceptions)


class _Tree:
    """Makes the nodes of one explanation."""

    def __init__(
        self, explanation: Explanation, names: Names, prefix: str, elsewhere: Elsewhere | None
    ) -> None:
        self._names = names
        self._prefix = prefix
        self._elsewhere = elsewhere
        self._steps: Mapping[int, Step] = {
            step.number: step for root in (explanation.proof, *explanation.exceptions) for step in _all(root)
        }
        self._open_facts = frozenset((each.fact, each.target) for each in explanation.missing)
        told = [step for step in self._steps.values() if step.same_as is not None]
        self._referred = {step.same_as for step in told} | {
            premise.seen_in for step in self._steps.values() for premise in step.premises
        }
        self._shown: set[int] = set()

    def node(self, step: Step, around: Target | None, level: int) -> Node:
        """Return the node of a step. ``around``: whom the step above is about."""
        full = step if step.same_as is None else self._steps[step.same_as]
        if full.number in self._shown:
            return Node((*self._line(step, around), *self._same_as(full.number)))
        known = Known(full.kind, full.id, full.target)
        earlier = self._elsewhere.get(known) if self._elsewhere is not None and full.id else None
        if earlier is not None and full.parts:
            return Node((*self._line(full, around), Words("：", Tone.QUIET), Link("理由见前", earlier)))
        self._shown.add(full.number)
        anchor = self._anchor(full.number)
        if self._elsewhere is not None and full.id:
            self._elsewhere.setdefault(known, anchor)
        # How a 解读 is taken is all that such a step says.
        kinds = [premise.kind for premise in full.premises]
        taken = not full.id and not full.parts and kinds == [PremiseKind.READING]
        notes = tuple(self._note(premise) for premise in full.premises)
        line = (*_mark(full), *notes[0]) if taken else self._line(full, around)
        return Node(
            (*self._number(full.number), *line),
            notes=() if taken else notes,
            nodes=tuple(self.node(part, full.target, level + 1) for part in full.parts),
            anchor=anchor,
            open=level < _SHOWN_AT_FIRST,
        )

    def _anchor(self, number: int) -> str:
        return f"{self._prefix}s{number}"

    def _number(self, number: int) -> Text:
        return quiet(f"第 {number} 步 ") if number in self._referred else ()

    def _same_as(self, number: int) -> Text:
        return (Words("：", Tone.QUIET), Link(f"同第 {number} 步", self._anchor(number)))

    # --- one step ---------------------------------------------------------------------------------

    def _line(self, step: Step, around: Target | None) -> Text:
        who = "" if step.target == around else f"（{about(step.target, self._names, step.outcome)}）"
        return (*_mark(step), *self._words(step, who), *cited(step.cites))

    def _words(self, step: Step, who: str) -> Text:
        if step.outcome is None:
            name = step.id or step.text
            return (*plain(f"{self._kind(step)}{name}{who} = "), Words(_number(step), Tone.STRONG))
        if not step.id:
            return plain(f"{step.text}{who}")
        named = (Words(f"{self._kind(step)}{step.id}{who}", Tone.STRONG),)
        if step.kind is StepKind.EXCEPTION:
            return (*named, Words(f"：{_APPLIES[step.outcome]}"))
        text = "" if step.text in ("", step.id) or step.same_as is not None else f"：{step.text}"
        return (*named, *quiet(text))

    def _kind(self, step: Step) -> str:
        """Return the kind where it says something that the name does not."""
        return f"{KINDS[step.kind]} " if step.kind in _PREFIXED or step.kind is StepKind.EXCEPTION else ""

    def _note(self, premise: Premise) -> Text:
        name = fact_name(premise, self._names)
        if premise.seen_in is not None:
            if premise.seen_in in self._shown:
                return (
                    Words(f"{name}：", Tone.QUIET),
                    Link(f"见第 {premise.seen_in} 步", self._anchor(premise.seen_in)),
                )
            premise = self._first_told(premise)
        if premise.value is None and (premise.fact, premise.target) in self._open_facts:
            # Who should supply it stands beside the outcome, with everything else that is missing.
            premise = _without_source(premise)
        return plain(f"{name}：{stated(premise)}")

    def _first_told(self, premise: Premise) -> Premise:
        """Return a premise in full that is told in a step which this report shows elsewhere."""
        assert premise.seen_in is not None
        return next(
            (
                each
                for each in self._steps[premise.seen_in].premises
                if (each.fact, each.target) == (premise.fact, premise.target)
            ),
            premise,
        )


def _mark(step: Step) -> Text:
    return () if step.outcome is None else (badge(step.outcome), Words("  "))


def missing_rows(missing: tuple[Premise, ...], names: Names) -> tuple[tuple[Text, ...], ...]:
    """Return what is missing and who should supply it, a row each."""
    return tuple((plain(fact_name(each, names)), plain(_wanted_from(each))) for each in missing)


def _wanted_from(premise: Premise) -> str:
    match premise.kind:
        case PremiseKind.PARAMETER:
            return f"县里设定{f'（来源 {premise.source}）' if premise.source else ''}"
        case _:
            return supplied(premise.source, known=False) if premise.source else "方案未指明由谁提供"


def _without_source(premise: Premise) -> Premise:
    return Premise(kind=premise.kind, fact=premise.fact, name=premise.name, target=premise.target, value=None)


def _number(step: Step) -> str:
    """Return the value of a number; what is not known is said to be so."""
    if step.value is not None:
        return step.value
    return (
        "（个人信息）" if any(premise.hidden for part in _all(step) for premise in part.premises) else "未知"
    )


def _all(step: Step) -> Iterator[Step]:
    waiting = [step]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.parts))
