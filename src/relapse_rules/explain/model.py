"""Answers to why, why not, what next and when, as values. Everything in them is text or whole numbers, ready to be shown.

The order of the fields is the order of the keys in their JSON form (`dumped`). ``entities`` of a whole answer names the entities of its
targets; `relapse_rules.explain.rendering` fills it in.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from relapse_rules.decisions.model import Outcome, PolicyReference, Target
from relapse_rules.explain.shown import Shown
from relapse_rules.values.vocabulary import Mutability


class StepKind(StrEnum):
    """What a step of a proof is about."""

    MEASURE = "measure"
    STEP = "step"
    DUTY = "duty"
    EXCEPTION = "exception"
    DEFINITION = "definition"
    JUDGEMENT = "judgement"
    INDICATOR = "indicator"
    CONDITION = "condition"
    """A condition that has no name of its own: how others are joined, a comparison, a question to one fact."""


class PremiseKind(StrEnum):
    """What a proof rests on in the end."""

    FACT = "fact"
    LIST = "list"
    """A whole list: that it is complete, or that it was not supplied."""
    PARAMETER = "parameter"
    READING = "reading"
    MOMENT = "moment"
    """判定时点 itself."""


class Hinge(StrEnum):
    """What an outcome can hinge on apart from facts."""

    JUDGEMENT = "裁量"
    READING = "解读"
    LOCAL_PARAMETER = "本地参数"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityName:
    """What an entity of the targets is called in Chinese."""

    entity: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A statement of the plan: its number, and what it says in the outline's words."""

    id: str
    gist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """A fact, a list, a 参数, a 解读 or 判定时点 with what is stated of it.

    ``fact``: ``household.dibao_eligible``, ``household.member``, ``参数.低保月标准``, ``解读.…``, ``context.as_of``. ``name``: the same in
    Chinese. ``value``: as an officer reads it, with its unit; None when it is not stated. ``source``: who supplies it; for a 参数 its
    origin. ``recorded``: who decided, when and on what basis, where that is stated. ``hidden``: it is personal and ``value`` says only that. ``seen_in``: the number of the step that tells its value and all the rest already; here all
    of that is empty.
    """

    kind: PremiseKind
    fact: str
    name: str
    target: Target
    value: str | None
    source: str = ""
    recorded: str = ""
    hidden: bool = False
    seen_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a proof. ``number`` counts from 1 in the order of showing.

    ``id``: the declaration's name, empty for a condition without one. ``text``: the condition in the policy's words, or how ``parts``
    are joined (“以下全部”). ``outcome`` is None for a number, whose value is ``value``. ``premises``: what the step reads itself;
    ``parts``: the steps that force it. ``same_as``: the number of the step that shows the same in full; then there are no parts.
    """

    number: int
    kind: StepKind
    id: str
    text: str
    target: Target
    outcome: Outcome | None
    value: str | None = None
    cites: tuple[Citation, ...] = ()
    premises: tuple[Premise, ...] = ()
    parts: tuple[Step, ...] = ()
    same_as: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Shown):
    """Why one element of a decision has its outcome.

    ``proof`` holds only what forces the outcome; of several proofs a smallest. ``premises``: everything that it rests on in the end, each
    once. ``missing``: for an unknown, exactly the facts that leave it open. ``exceptions``: each 例外 that bears on the element with its
    own proof, also those that do not apply. ``units`` and ``due`` as in the decision, for a measure or task; empty and None otherwise.
    """

    policy: PolicyReference
    subject: Target
    kind: StepKind
    id: str
    target: Target
    outcome: Outcome
    cites: tuple[Citation, ...]
    proof: Step
    premises: tuple[Premise, ...]
    missing: tuple[Premise, ...] = ()
    exceptions: tuple[Step, ...] = ()
    units: tuple[str, ...] = ()
    time_limit: str | None = None
    due: str | None = None
    entities: tuple[EntityName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact of one element, and what it would have to be.

    ``stated``: what it is, None when it is not stated. ``wanted``: “为 是”, “不高于 8000 元/人·年”. ``distance``: how far away, in exact terms
    (“再低 312.00 元/人·年”); empty where there is no distance. ``documents``: what would prove it.
    """

    fact: str
    name: str
    target: Target
    mark: Mutability
    stated: str | None
    wanted: str
    distance: str = ""
    source: str = ""
    documents: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A smallest set of changes that together give the wanted outcome: without any one of them it does not come.

    ``possible``: none of them is 不可变. ``result``: the whole outcome afterwards is ``wanted`` of its `WhyNot`, checked by deciding again.
    """

    changes: tuple[Change, ...]
    possible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot(Shown):
    """What would have to be otherwise. ``repairs``: those without a 不可变 change first, then the fewest changes.

    ``complete``: all smallest sets of at most ``most_changes`` changes are there. ``by_itself_on``: the first day from which the outcome
    is the wanted one if nothing changes but time; None when there is none within ``horizon`` (a day).
    """

    policy: PolicyReference
    subject: Target
    kind: StepKind
    id: str
    target: Target
    outcome: Outcome
    wanted: Outcome
    repairs: tuple[Repair, ...]
    complete: bool
    most_changes: int
    by_itself_on: str | None = None
    horizon: str | None = None
    entities: tuple[EntityName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeName:
    """One outcome of a decision: a conclusion, judgement, measure, task or exception for a target."""

    kind: StepKind
    id: str
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact that is not known and that matters.

    ``settles``: the open outcomes that its answer alone can decide (some answer does). ``bears_on``: the other open outcomes that wait
    for it, together with others. ``asks``: what is asked, in Chinese. ``answers``: the answers that make a difference.
    """

    fact: str
    name: str
    target: Target
    source: str
    asks: str
    answers: tuple[str, ...]
    settles: tuple[OutcomeName, ...]
    bears_on: tuple[OutcomeName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGroup:
    """The questions to one supplier, in their ranked order."""

    source: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions(Shown):
    """What to ask next.

    ``ranked``: those that can settle most first. ``settling``: positions in ``ranked`` of a smallest set of facts with which every open
    outcome is decided, whatever the answers: lists with all facts of their elements. (An answer that names elements which nobody
    spoke of before, of a list or by a reference, may make other facts of these worth asking.) ``exact``: it was proved smallest;
    otherwise it is enough, but perhaps not smallest. ``groups``: the same questions by supplier. ``open_outcomes``: all that is undecided.
    ``stuck``: those of them that no answers decide, since stated facts contradict each other or a number cannot be computed; an outcome
    that stays open because of an *answer* (a divisor of 0, say) counts as settled by it.
    """

    policy: PolicyReference
    subject: Target
    open_outcomes: tuple[OutcomeName, ...]
    ranked: tuple[Question, ...]
    settling: tuple[int, ...]
    exact: bool
    groups: tuple[QuestionGroup, ...]
    stuck: tuple[OutcomeName, ...] = ()
    entities: tuple[EntityName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """An outcome, and what it becomes."""

    kind: StepKind
    id: str
    target: Target
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """An alternative, and what it changes.

    ``hinge``: of which kind; ``id``: the 裁量, 解读 or 参数; ``taken``: what it is now; ``instead``: the alternative. A 参数 is tried
    on either side of each limit that it sets; a 裁量 with each other finding.
    """

    hinge: Hinge
    id: str
    target: Target
    taken: str
    instead: str
    changes: tuple[OutcomeChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness(Shown):
    """Which outcomes hinge on a 裁量, a 解读 or a 本地 parameter. ``firm``: yes and no outcomes that none of the alternatives changes."""

    policy: PolicyReference
    subject: Target
    depends: tuple[Dependence, ...]
    firm: tuple[OutcomeName, ...]
    entities: tuple[EntityName, ...] = ()


def dumped(value: object) -> Any:  # noqa: ANN401 - whatever JSON takes
    """Return the JSON form of a value of this module: dictionaries, lists, texts, whole numbers."""
    match value:
        case StrEnum():
            return value.value
        case Target() | PolicyReference():
            return value.dump()
        case tuple():
            return [dumped(each) for each in value]
        case _ if is_dataclass(value):
            return {part.name: dumped(getattr(value, part.name)) for part in fields(value)}
        case _:
            return value
