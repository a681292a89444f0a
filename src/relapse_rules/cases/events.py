"""What can happen in a case, as values. Each is checked when it is made; its JSON form is what a log keeps for ever.

Two times matter: ``recorded_at`` is when the county learnt it, ``happened_at`` when it happened. Both carry a time zone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.plain import PlainError, plain, text_of
from relapse_rules.decisions.moments import moment_text
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.json_text import JsonTextError, parse
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.facts.read import Model
from relapse_rules.facts.shown import shorten, shown

_ZONE: Final = re.compile(r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$")
_LONGEST_ID: Final = 200


class _BadError(Exception):
    """A field's value is not what it should be; the message completes “字段 …”."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def moment_seconds(stated: object) -> int:
    """Return seconds since 1970-01-01T00:00:00Z of a moment that says its time zone.

    Raises:
        CaseError: it is no moment, or names no time zone.
    """
    try:
        return _seconds(stated)
    except _BadError as error:
        raise CaseError(CaseProblem(message=f"时间{error.message}", help=error.remedy)) from None


def _seconds(stated: object) -> int:
    zoned = stated.tzinfo is not None if isinstance(stated, datetime) else True
    if isinstance(stated, str):
        zoned = _ZONE.search(stated) is not None
    try:
        seconds = time_seconds(stated)
    except MomentError as error:
        message = f"要填时间，这里是{shown(stated)}：{error}"
        raise _BadError(message, "写作 2023-08-01T20:00:00+08:00") from None
    if not zoned:
        message = f"没有写时区，这里是{shown(stated)}"
        raise _BadError(message, "北京时间在末尾加 +08:00")
    return seconds


def _moment(stated: object) -> str:
    return moment_text(_seconds(stated))


def _text(stated: object) -> str:
    if not isinstance(stated, str) or not stated.strip():
        message = f"要填文本，这里是{shown(stated)}"
        raise _BadError(message)
    if not stated.isprintable():
        message = f"含有换行或控制字符，这里是{shown(stated)}"
        raise _BadError(message, "删去这些字符")
    return stated.strip()


def _identifier(stated: object) -> str:
    text = _text(stated)
    if len(text) > _LONGEST_ID:
        message = f"超过 {_LONGEST_ID} 个字符"
        raise _BadError(message)
    return text


def _value(stated: object) -> object:
    try:
        return plain(stated)
    except PlainError as error:
        raise _BadError(str(error)) from None


def _stated(stated: object) -> Mapping[str, object]:
    if isinstance(stated, Model) and not isinstance(stated, type):
        stated = stated.model_dump(exclude_unset=True, by_alias=False)
    value = _value(stated)
    if not isinstance(value, dict):
        message = f"要填一个对象，这里是{shown(stated)}"
        raise _BadError(message, "写作 { … }")
    return value


def _texts(stated: object) -> tuple[str, ...]:
    if isinstance(stated, str) or not isinstance(stated, (list, tuple, set, frozenset)):
        message = f"要填列表，这里是{shown(stated)}"
        raise _BadError(message, "写作 [ … ]")
    texts = [_text(each) for each in stated]
    return tuple(sorted(texts) if isinstance(stated, (set, frozenset)) else texts)


def _flag(stated: object) -> bool:
    if not isinstance(stated, bool):
        message = f"要填 true 或 false，这里是{shown(stated)}"
        raise _BadError(message)
    return stated


def _number(stated: object) -> int | Decimal:
    value = _value(stated)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        message = f"要填数，这里是{shown(stated)}"
        raise _BadError(message)
    return value


class PolicyChoice(StrEnum):
    """What to do with a case whose log was begun under another version of the policy."""

    REDECIDE = "redecide"
    """Decide by the new version from now on."""
    STAY = "stay"
    """Keep deciding by the version that the case was begun under."""


def _choice(stated: object) -> PolicyChoice:
    try:
        return PolicyChoice(stated)  # type: ignore[arg-type]  # any other value raises, which is the point
    except ValueError:
        message = f"没有这个取值，这里是{shown(stated)}"
        raise _BadError(message, "可填 redecide、stay") from None


_CHECK: Final = "check"
"""The key of a field's metadata under which its check stands: it returns the value in its one form, or raises `_BadError`."""

_IDENTIFIER: Final = {_CHECK: _identifier}
_MOMENT: Final = {_CHECK: _moment}
_TEXT: Final = {_CHECK: _text}
_STATED: Final = {_CHECK: _stated}
_TEXTS: Final = {_CHECK: _texts}
_VALUE: Final = {_CHECK: _value}
_NUMBER: Final = {_CHECK: _number}
_FLAG: Final = {_CHECK: _flag}
_CHOICE: Final = {_CHECK: _choice}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has: an id, unique in its case, and the time at which the county learnt it.

    Raises:
        CaseError: a field is not what it should be; it names all such fields.
    """

    kind: ClassVar[str] = ""

    id: str = field(metadata=_IDENTIFIER)
    recorded_at: str = field(metadata=_MOMENT)

    def __post_init__(self) -> None:
        problems: list[CaseProblem] = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None or value == each.default:
                if value is None and each.default is not None:
                    problems.append(_problem(self.id, each.name, "没有填", "这一项必须填"))
                continue
            try:
                object.__setattr__(self, each.name, each.metadata[_CHECK](value))
            except _BadError as error:
                problems.append(_problem(self.id, each.name, error.message, error.remedy))
        problems.extend(_problem(self.id, place, message) for place, message in self._disagreements())
        if problems:
            raise CaseError(*problems)

    def _disagreements(self) -> tuple[tuple[str, str], ...]:
        """Return (field, message) for each thing that two fields say together and must not."""
        return _happened_later(self)

    @property
    def recorded(self) -> int:
        """``recorded_at`` in seconds since 1970-01-01T00:00:00Z."""
        return time_seconds(self.recorded_at)

    def dump(self) -> dict[str, object]:
        """Return the JSON form: the kind, and every field that says something."""
        said = ((each.name, getattr(self, each.name), each.default) for each in fields(self))
        return {"kind": self.kind} | {name: value for name, value, default in said if value != default}

    def text(self) -> str:
        """Return the canonical JSON text: the same event, the same text."""
        return text_of(self.dump())


def _happened_later(event: Event) -> tuple[tuple[str, str], ...]:
    """Return the problem that something is said to have happened after the county learnt of it."""
    happened = getattr(event, "happened_at", None)
    try:
        late = happened is not None and _seconds(happened) > _seconds(event.recorded_at)
    except _BadError:  # the field itself is wrong, which was reported already
        return ()
    return (("happened_at", "晚于登记时间：还没有发生的事不能登记"),) if late else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """The first event of each case: what was known at ``recorded_at``, and under which policy the case began.

    ``facts``: the whole case in the JSON form of one case; lists that it supplies are complete.
    """

    kind: ClassVar[str] = "case_opened"

    facts: Mapping[str, object] = field(metadata=_STATED, hash=False)
    policy: str = field(metadata=_TEXT)
    digest: str = field(metadata=_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsStated(Event):
    """Facts learnt since. A later statement about the same fact takes the place of an earlier one.

    ``facts``: a fragment of a case in its JSON form. Its list elements are added, or update the element of the same id; a list that is
    supplied is complete from then on. ``values``: path (``household.dibao_status``, ``农户.享受低保``, ``housing[老屋].relocated_at``) →
    value, which says nothing of other elements.
    """

    kind: ClassVar[str] = "facts_stated"

    happened_at: str | None = field(default=None, metadata=_MOMENT)
    facts: Mapping[str, object] | None = field(default=None, metadata=_STATED, hash=False)
    values: Mapping[str, object] | None = field(default=None, metadata=_STATED, hash=False)

    def _disagreements(self) -> tuple[tuple[str, str], ...]:
        """Something must be stated."""
        empty = not self.facts and not self.values
        return (*_happened_later(self), *((("facts", "facts 和 values 都没有填"),) if empty else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Event):
    """An earlier event was wrong. What it stated counts as corrected, at its own place in time; what was known before stays known.

    ``corrects``: the id of that event. ``withdraw``: paths of facts or elements (``member[P3]``) that it should not have stated.
    """

    kind: ClassVar[str] = "correction"

    corrects: str = field(metadata=_IDENTIFIER)
    facts: Mapping[str, object] | None = field(default=None, metadata=_STATED, hash=False)
    values: Mapping[str, object] | None = field(default=None, metadata=_STATED, hash=False)
    withdraw: tuple[str, ...] = field(default=(), metadata=_TEXTS)
    reason: str | None = field(default=None, metadata=_TEXT)

    def _disagreements(self) -> tuple[tuple[str, str], ...]:
        """Something must be corrected, and not the correction itself."""
        empty = not self.facts and not self.values and not self.withdraw
        return (
            *((("facts", "facts、values 和 withdraw 都没有填"),) if empty else ()),
            *((("corrects", "不能更正自己"),) if self.corrects == self.id else ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Event):
    """A human decided a 裁量. ``fact`` is its path; ``by``, ``at`` (a date or time) and ``basis`` are kept with the value."""

    kind: ClassVar[str] = "judged"

    fact: str = field(metadata=_TEXT)
    value: object = field(metadata=_VALUE, hash=False)
    by: str = field(metadata=_TEXT)
    at: str | None = field(default=None, metadata=_TEXT)
    basis: str | None = field(default=None, metadata=_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureEvent(Event):
    """A step was carried out at ``happened_at`` by ``actor``. It becomes a 程序事件 named by the event's id; see the vocabulary."""

    kind: ClassVar[str] = "procedure_event"

    happened_at: str = field(metadata=_MOMENT)
    step: str = field(metadata=_TEXT)
    actor: str | None = field(default=None, metadata=_TEXT)
    result: str | None = field(default=None, metadata=_TEXT)
    case_ref: str | None = field(default=None, metadata=_TEXT)
    publicity_days: Decimal | int | None = field(default=None, metadata=_NUMBER)
    objection_raised: bool | None = field(default=None, metadata=_FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAlert(Event):
    """A department pushed information at ``happened_at``. It becomes a 部门预警 named by the event's id; see the vocabulary."""

    kind: ClassVar[str] = "department_alert"

    happened_at: str = field(metadata=_MOMENT)
    department: str = field(metadata=_TEXT)
    content_type: tuple[str, ...] = field(metadata=_TEXTS)
    recipient: str = field(metadata=_TEXT)
    event_id: str | None = field(default=None, metadata=_TEXT)
    household_ids: tuple[str, ...] | None = field(default=None, metadata=_TEXTS)
    risk_push_requirement_defined: bool | None = field(default=None, metadata=_FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced(Event):
    """The case's clock stands at ``recorded_at`` now."""

    kind: ClassVar[str] = "advanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """The case takes no more events."""

    kind: ClassVar[str] = "closed"

    reason: str | None = field(default=None, metadata=_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Event):
    """The policy has another version, and someone chose what that means for this case.

    ``policy`` and ``digest`` name the other version. With `PolicyChoice.STAY` the case goes on under the one that it had.
    """

    kind: ClassVar[str] = "policy_changed"

    policy: str = field(metadata=_TEXT)
    digest: str = field(metadata=_TEXT)
    choice: PolicyChoice = field(metadata=_CHOICE)


KINDS: Final[Mapping[str, type[Event]]] = {
    kind.kind: kind
    for kind in (
        CaseOpened,
        FactsStated,
        Correction,
        Judged,
        ProcedureEvent,
        DepartmentAlert,
        Advanced,
        Closed,
        PolicyChanged,
    )
}
"""Every kind of event by its name in JSON."""


def event_from(stated: Mapping[str, object] | str | bytes) -> Event:
    """Return the event that a JSON object or text states.

    Raises:
        CaseError: it is no event; everything wrong is named.
    """
    if not isinstance(stated, Mapping):
        try:
            value = parse(stated)
        except JsonTextError as error:
            raise CaseError(CaseProblem(message=error.message, help=error.remedy)) from None
        if not isinstance(value, Mapping):
            raise CaseError(CaseProblem(message=f"事件要是一个对象，这里是{shown(value)}", help="写作 { … }"))
        stated = value
    name = stated.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    identifier = stated.get("id")
    shown_id = shorten(identifier) if isinstance(identifier, str) else ""
    if kind is None:
        message = "没有填" if name is None else f"没有这种事件，这里是{shown(name)}"
        raise CaseError(_problem(shown_id, "kind", message, f"可填 {'、'.join(KINDS)}"))
    known = {each.name: each for each in fields(kind)}
    problems = [_unknown(shown_id, key, tuple(known)) for key in stated if key != "kind" and key not in known]
    problems.extend(
        _problem(shown_id, name, "没有填", "这一项必须填")
        for name, each in known.items()
        if name not in stated and each.default is not None and each.default != ()
    )
    if problems:
        raise CaseError(*problems)
    stating: Callable[..., Event] = kind
    return stating(**{key: value for key, value in stated.items() if key != "kind"})


def _unknown(event: str, key: object, known: tuple[str, ...]) -> CaseProblem:
    if not isinstance(key, str):
        return _problem(event, "", f"键要是文本，这里是{shown(key)}")
    guess = closest(key, known)
    return _problem(event, shorten(key), "没有这一项", "" if guess is None else f"是不是“{guess}”")


def _problem(event: object, path: str, message: str, remedy: str = "") -> CaseProblem:
    name = shorten(event) if isinstance(event, str) else ""
    return CaseProblem(event=name, path=path, message=message, help=remedy)
