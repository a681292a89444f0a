"""Decides again from a record's facts and the archived policy, and shows any difference from what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol

from relapse_rules.audit.archive import Archived
from relapse_rules.audit.canonical import Json, canonical
from relapse_rules.audit.chain import Entry
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import How, Opening
from relapse_rules.audit.keys import short
from relapse_rules.audit.making import PolicyLike, outcome_of, parameters_in_force
from relapse_rules.audit.record import (
    Record,
    opened,
    openings_from,
)
from relapse_rules.audit.restore import Compile, restore
from relapse_rules.audit.sealing import OpeningKey
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.facts.errors import FactsError

_MOST: Final = 50
"""So many differences of one record are told."""

_NAMING: Final = ("id", "fact", "event", "parameter", "name")
"""What an element of a list is called by, where it has one of these."""


class Result(StrEnum):
    """How a replay ended."""

    SAME = "same"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"
    """Facts are missing that only the holder of a key or of openings has, or this version cannot read the policy."""


class Difference(NamedTuple):
    """A place where the decision is another one now. ``recorded`` and ``now`` are JSON texts, None for what is not there."""

    place: str
    recorded: str | None
    now: str | None


class Replayed(NamedTuple):
    """The replay of one entry. ``reason``: why it was impossible. ``problems``: what the checker finds wrong with the proof."""

    sequence: int
    result: Result
    reason: str
    differences: tuple[Difference, ...]
    problems: tuple[str, ...]


class Policies(Protocol):
    """Where archived policies are found."""

    def policy(self, texts: str) -> Archived | None:
        """Return the files of an archived policy."""
        ...


Check = Callable[[TypedPolicy, Mapping[str, Any], Mapping[str, Any]], tuple[str, ...]]
"""Says what is wrong with a proof, given the policy, the facts that were decided about and the members of the record."""


class Replayer:
    """Replays entries of one ledger. Each archived policy is read once.

    ``compile_policy``: `relapse_rules.policy.compile_policy`. ``key`` opens what is sealed; ``openings`` of masked values, by record.
    ``check`` looks at the proof of each record that has one.
    """

    def __init__(
        self,
        policies: Policies,
        compile_policy: Compile,
        *,
        key: OpeningKey | None = None,
        openings: tuple[Opening, ...] = (),
        check: Check | None = None,
    ) -> None:
        self._policies = policies
        self._compile = compile_policy
        self._key = key
        self._openings = openings
        self._check = check
        self._restored: dict[str, tuple[TypedPolicy, PolicyLike]] = {}

    def replay(self, entry: Entry) -> Replayed:
        """Decide the household of an entry again."""
        try:
            record, body = record_of(entry)
            typed, policy = self._policy(body["policy"]["texts"])
            sealed = sealed_openings(body, self._key)
            facts = opened(record, body, (*sealed, *self._own(body)))
        except AuditError as error:
            return Replayed(entry.sequence, Result.IMPOSSIBLE, str(error), (), ())
        try:
            decision = policy.decide(facts, source_name=f"第 {entry.sequence} 条")
        except FactsError as error:
            reason = self._lacking(body, facts) or str(error)
            return Replayed(entry.sequence, Result.IMPOSSIBLE, reason, (), ())
        now = {
            "policy": {"name": policy.name, "digest": policy.digest},
            "parameters": parameters_in_force(policy.program, body["as_of"]),
            "outcome": outcome_of(decision, policy),
        }
        then = {name: body[name] for name in now} | {
            "policy": {name: body["policy"][name] for name in ("name", "digest")}
        }
        differences = _differences(then, now)
        lacking = self._lacking(body, facts) if differences else ""
        if lacking:
            return Replayed(entry.sequence, Result.IMPOSSIBLE, lacking, (), ())
        problems = self._problems(typed, facts, body)
        result = Result.DIFFERENT if differences or problems else Result.SAME
        return Replayed(entry.sequence, result, "", differences, problems)

    def _problems(
        self, typed: TypedPolicy, facts: Mapping[str, Any], body: Mapping[str, Any]
    ) -> tuple[str, ...]:
        if self._check is None or body["proof"] is None:
            return ()
        return self._check(typed, facts, body)

    def _policy(self, texts: str) -> tuple[TypedPolicy, PolicyLike]:
        if texts not in self._restored:
            archived = self._policies.policy(texts)
            if archived is None:
                message = f"账本里没有存档它所用的政策 {short(texts)}"
                raise AuditError(message)
            typed, sources = restore(archived)
            self._restored[texts] = typed, self._compile(typed, sources)
        return self._restored[texts]

    def _own(self, body: Mapping[str, Any]) -> tuple[Opening, ...]:
        """Return those of the caller's openings that belong to this record."""
        known = {(each["at"], each["commitment"]) for each in body["hidden"]}
        return tuple(each for each in self._openings if (each.at, each.commitment()) in known)

    def _lacking(self, body: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
        """Return which key or openings the missing facts take; nothing when none are missing."""
        complete = opened_places(facts)
        missing = {each["how"] for each in body["hidden"] if each["needed"] and each["at"] not in complete}
        if How.SEALED in missing:
            recipient = short(body["sealed"]["recipient"])
            return f"判定用到的个人信息密封给了密钥 {recipient}，没有它的私钥不能复算"
        if How.KEPT in missing:
            return "判定用到的个人信息没有随这份账本导出，不能复算；用原账本，或带个人信息的导出"
        return "判定用到的个人信息已抹去，要有开启凭据才能复算" if How.MASKED in missing else ""


def record_of(entry: Entry) -> tuple[Record, dict[str, Any]]:
    """Return the record of an entry with its openings, and its members.

    Raises:
        AuditError: it is none that this version knows.
    """
    openings = () if entry.openings is None else openings_from(entry.openings)
    record = Record(entry.record, entry.signature, openings)
    return record, record.body()


def sealed_openings(body: Mapping[str, Any], key: OpeningKey | None) -> tuple[Opening, ...]:
    """Return the openings that are sealed in a record, none without a key.

    Raises:
        AuditError: they are sealed to another key, or were changed.
    """
    if key is None or body["sealed"] is None:
        return ()
    return openings_from(key.open(body["sealed"]))


def opened_places(facts: Json, at: str = "") -> frozenset[str]:
    """Return the JSON pointers of everything that is stated in ``facts``."""
    found = {at}
    members = (
        facts.items() if isinstance(facts, dict) else enumerate(facts) if isinstance(facts, list) else ()
    )
    for key, each in members:
        found |= opened_places(each, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return frozenset(found)


def _differences(then: Json, now: Json) -> tuple[Difference, ...]:
    found: list[Difference] = []
    for each in _walk("", then, now):
        if len(found) == _MOST:
            break
        found.append(each)
    return tuple(found)


_NOTHING: Final = object()


def _walk(place: str, then: Any, now: Any) -> Iterator[Difference]:  # noqa: ANN401 - any JSON
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            yield from _walk(f"{place}.{key}".lstrip("."), then.get(key, _NOTHING), now.get(key, _NOTHING))
    elif isinstance(then, list) and isinstance(now, list) and _named(then) and _named(now):
        before, after = _by_name(then), _by_name(now)
        for name in {**before, **after}:
            yield from _walk(f"{place}[{name}]", before.get(name, _NOTHING), after.get(name, _NOTHING))
    elif _text(then) != _text(now):
        yield Difference(place, _text(then), _text(now))


def _text(value: Any) -> str | None:  # noqa: ANN401 - as above
    return None if value is _NOTHING else canonical(value)


def _named(elements: list[Any]) -> bool:
    return all(isinstance(each, dict) and any(name in each for name in _NAMING) for each in elements)


def _by_name(elements: list[Any]) -> dict[str, Any]:
    """Return elements by what they are called and about, told apart by position where that is not enough."""
    found: dict[str, Any] = {}
    for each in elements:
        target = each.get("target") or {}
        words = [str(each[name]) for name in _NAMING if name in each][:1]
        name = " ".join([*words, *(str(part) for part in target.values() if part is not None)])
        while name in found:
            name += "'"
        found[name] = each
    return found
