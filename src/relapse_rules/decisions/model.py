"""The decision as a value: what one policy says of one household, and what it could not say.

Everything is an immutable tuple with names, so a decision is quick to build, can be hashed, compared, sent between
processes and written to a file. The order of the fields is the order of the keys in its JSON form.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple

JsonObject = dict[str, Any]


class Outcome(StrEnum):
    """Proved, disproved, or neither."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


YES: Final = Outcome.YES
NO: Final = Outcome.NO
UNKNOWN: Final = Outcome.UNKNOWN
"""The members under short names; looking one up in the enumeration takes as long as building half an element."""


class Target(NamedTuple):
    """What an outcome is about: an entity (English name) and the element's name.

    ``id`` is the household's for 饮水 and 收支, the county's code for 政策上下文 (None when it is not stated), and None when the
    list that the element would be in was not supplied, or is empty.
    """

    entity: str
    id: str | None

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"entity": self.entity, "id": self.id}


class PolicyReference(NamedTuple):
    """Which policy text was applied, as of when (ISO 8601, Asia/Shanghai)."""

    name: str
    digest: str
    as_of: str

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"name": self.name, "digest": self.digest, "as_of": self.as_of}


class ScopeElement(NamedTuple):
    """Whether a disaster is of the kinds that the policy covers. ``category`` as stated; None when it is not."""

    event: str
    category: str | None
    outcome: Outcome
    cites: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "event": self.event,
            "category": self.category,
            "outcome": self.outcome.value,
            "cites": [*self.cites],
        }


class Eligibility(NamedTuple):
    """Whether the household is to be monitored and helped."""

    outcome: Outcome
    cites: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"outcome": self.outcome.value, "cites": [*self.cites]}


class Conclusion(NamedTuple):
    """A 定义 for one target."""

    id: str
    target: Target
    outcome: Outcome
    cites: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "target": self.target.dump(),
            "outcome": self.outcome.value,
            "cites": [*self.cites],
        }


class MeasureElement(NamedTuple):
    """A 措施 for one target, whatever its outcome.

    ``force``: 应当, 可以, 鼓励, or None. ``units`` as the policy writes them, ``units_resolved`` (same order and length) as they are
    called for this household on this day. ``time_limit`` is the policy's word, ``due`` the moment where it can be counted.
    ``after``: what comes first. ``done``: whether it has been carried out. ``missing``: facts without which it is undecided.
    """

    id: str
    category: str
    target: Target
    outcome: Outcome
    force: str | None
    cites: tuple[str, ...]
    units: tuple[str, ...]
    units_resolved: tuple[str, ...]
    time_limit: str | None
    due: str | None
    after: tuple[str, ...]
    done: Outcome
    missing: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "category": self.category,
            "target": self.target.dump(),
            "outcome": self.outcome.value,
            "force": self.force,
            "cites": [*self.cites],
            "units": [*self.units],
            "units_resolved": [*self.units_resolved],
            "time_limit": self.time_limit,
            "due": self.due,
            "after": [*self.after],
            "done": self.done.value,
            "missing": [*self.missing],
        }


class TaskElement(NamedTuple):
    """A step of a 程序 (``id`` is 程序/步骤) or a 职责, for one target. ``start``: when its time limit begins to run; see `MeasureElement`."""

    id: str
    target: Target
    outcome: Outcome
    cites: tuple[str, ...]
    units: tuple[str, ...]
    units_resolved: tuple[str, ...]
    after: tuple[str, ...]
    time_limit: str | None
    start: str | None
    due: str | None
    done: Outcome
    missing: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "target": self.target.dump(),
            "outcome": self.outcome.value,
            "cites": [*self.cites],
            "units": [*self.units],
            "units_resolved": [*self.units_resolved],
            "after": [*self.after],
            "time_limit": self.time_limit,
            "start": self.start,
            "due": self.due,
            "done": self.done.value,
            "missing": [*self.missing],
        }


class ExceptionElement(NamedTuple):
    """A 例外 for one target; ``changes``: the ids that it puts off, switches on or off."""

    id: str
    target: Target
    cites: tuple[str, ...]
    outcome: Outcome
    changes: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "target": self.target.dump(),
            "cites": [*self.cites],
            "outcome": self.outcome.value,
            "changes": [*self.changes],
        }


class MissingFact(NamedTuple):
    """A fact that was not supplied, and how many undecided elements wait for it.

    ``fact``: ``entity.field``, ``household.member`` for a whole list, ``disaster_event`` for one beside the household, or ``参数.名称``.
    ``decides`` counts the eligibility, measures and tasks that name it among their missing facts.
    """

    fact: str
    supplied_by: str
    decides: int

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"fact": self.fact, "supplied_by": self.supplied_by, "decides": self.decides}


class JudgementElement(NamedTuple):
    """A 裁量 for one target: what the units in ``by`` have recorded. Unknown until they have."""

    id: str
    target: Target
    by: str
    outcome: Outcome
    cites: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "target": self.target.dump(),
            "by": self.by,
            "outcome": self.outcome.value,
            "cites": [*self.cites],
        }


class ReadingElement(NamedTuple):
    """How an ambiguous text was read; ``changes``: ids whose outcome another reading would change."""

    id: str
    taken: str
    changes: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"id": self.id, "taken": self.taken, "changes": [*self.changes]}


class Assumption(NamedTuple):
    """A 参数 whose value is not the plan's own: from a standard (标准) or set by the county (本地). None: not set yet."""

    parameter: str
    value: str | None
    origin: str

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {"parameter": self.parameter, "value": self.value, "origin": self.origin}


class Contradiction(NamedTuple):
    """A derived fact that was also supplied, differently. What rests on it is unknown.

    Conditions are ``yes`` or ``no``, numbers are decimal text in the fact's unit, moments ISO 8601.
    """

    fact: str
    target: Target
    supplied: str
    derived: str

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "fact": self.fact,
            "target": self.target.dump(),
            "supplied": self.supplied,
            "derived": self.derived,
        }


class Decision(NamedTuple):
    """All that one policy says of one household. Measures, tasks and exceptions are listed whatever their outcome."""

    policy: PolicyReference
    subject: Target
    scope: tuple[ScopeElement, ...]
    eligibility: Eligibility
    conclusions: tuple[Conclusion, ...]
    measures: tuple[MeasureElement, ...]
    tasks: tuple[TaskElement, ...]
    exceptions: tuple[ExceptionElement, ...]
    missing: tuple[MissingFact, ...]
    judgements: tuple[JudgementElement, ...]
    readings: tuple[ReadingElement, ...]
    assumptions: tuple[Assumption, ...]
    contradictions: tuple[Contradiction, ...]

    def measure(self, id: str, target_id: str | None = None) -> MeasureElement:  # noqa: A002  (the key of the JSON form)
        """Return the measure called ``id``: its only element, or the one for ``target_id``.

        Raises:
            KeyError: there is no such measure, no such target, or several elements and no ``target_id``.
        """
        found = [
            element
            for element in self.measures
            if element.id == id and (target_id is None or element.target.id == target_id)
        ]
        if len(found) != 1:
            raise KeyError(id if target_id is None else f"{id} 对 {target_id}")
        return found[0]

    def measures_with(self, outcome: Outcome | Literal["yes", "no", "unknown"]) -> tuple[MeasureElement, ...]:
        """Return the measures that have this outcome, in listed order."""
        return tuple(element for element in self.measures if element.outcome == outcome)

    def model_dump(self, mode: Literal["json", "python"] = "json") -> JsonObject:  # noqa: ARG002  (see the docstring)
        """Return the decision as dictionaries, lists, texts and whole numbers.

        ``mode`` is there for those who are used to pydantic; nothing in a decision needs converting, so both give the same.
        """
        return {
            "policy": self.policy.dump(),
            "subject": self.subject.dump(),
            "scope": [element.dump() for element in self.scope],
            "eligibility": self.eligibility.dump(),
            "conclusions": [element.dump() for element in self.conclusions],
            "measures": [element.dump() for element in self.measures],
            "tasks": [element.dump() for element in self.tasks],
            "exceptions": [element.dump() for element in self.exceptions],
            "missing": [element.dump() for element in self.missing],
            "judgements": [element.dump() for element in self.judgements],
            "readings": [element.dump() for element in self.readings],
            "assumptions": [element.dump() for element in self.assumptions],
            "contradictions": [element.dump() for element in self.contradictions],
        }

    def model_dump_json(self, indent: int | None = None) -> str:
        """Return the decision as JSON text; on one line without spaces unless ``indent`` is given. Same decision, same text."""
        separators = (",", ":") if indent is None else (",", ": ")
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=indent, separators=separators)
