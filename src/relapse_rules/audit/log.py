"""Decision logs for operators and collectors: one JSON object a line, without personal data.

A line tells that a decision was made, by which policy, and how it came out in numbers. What a household is asked about stays with the
record in the ledger.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, Protocol, TextIO, TypeVar

from relapse_rules.audit.canonical import canonical
from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.facts.errors import FactsError
from relapse_rules.facts.read import Facts
from relapse_rules.facts.shown import PERSONAL
from relapse_rules.values.vocabulary import Vocabulary

FORMAT: Final = 1

Sink = TextIO | logging.Logger | Callable[[str], object]
"""Where lines go: a stream (one line each, flushed), a logger (INFO), or a function that takes the text without its line break."""

Timer = Callable[[], int]
"""Nanoseconds from any start, such as `time.perf_counter_ns`."""

Clock = Callable[[], str]
"""The time now, in ISO 8601."""


class Deciding(Protocol):
    """A policy, as far as logs need to know."""

    vocabulary: Vocabulary

    def decide(self, facts: Facts, *, as_of: str | None = None, source_name: str = "facts") -> Decision:
        """Return the decision about one household."""
        ...


P = TypeVar("P", bound=Deciding)


class DecisionLog:
    """Writes a line for each decision. ``vocabulary`` says whether the subject's name is personal; without one it is taken for personal."""

    def __init__(self, sink: Sink, vocabulary: Vocabulary | None = None) -> None:
        self._put = _putting(sink)
        self._vocabulary = vocabulary

    def decided(
        self,
        decision: Decision,
        *,
        id: str | None = None,  # noqa: A002 - the key of the JSON form
        at: str | None = None,
        duration_us: int | None = None,
    ) -> None:
        """Write the line of a decision. ``id``: what the caller calls it, such as a ledger's entry; ``at``: ISO 8601, when it was made."""
        about = decision.subject
        shown = about.id if about.id is None or self._is_public(about.entity) else PERSONAL
        self._line(
            "decided",
            id,
            at,
            duration_us,
            policy=decision.policy.dump(),
            subject={"entity": about.entity, "id": shown},
            eligibility=decision.eligibility.outcome.value,
            measures=_counts(each.outcome for each in decision.measures),
            tasks=_counts(each.outcome for each in decision.tasks),
            missing=len(decision.missing),
            contradictions=len(decision.contradictions),
        )

    def refused(
        self,
        error: FactsError,
        *,
        id: str | None = None,  # noqa: A002 - as above
        at: str | None = None,
        duration_us: int | None = None,
    ) -> None:
        """Write the line of facts that did not fit: how many problems, and where they are; never what was stated."""
        places = Counter(problem.path for problem in error.problems)
        self._line("refused", id, at, duration_us, problems=len(error.problems), places=sorted(places))

    def _is_public(self, entity: str) -> bool:
        spec = None if self._vocabulary is None else self._vocabulary.by_english.get(entity)
        name = None if spec is None else spec.identifier
        return name is not None and not name.personal

    def _line(
        self, event: str, id_: str | None, at: str | None, duration_us: int | None, **members: object
    ) -> None:
        stated = {"id": id_, "at": at, "duration_us": duration_us}
        known = {name: value for name, value in stated.items() if value is not None}
        self._put(canonical({"event": event, "format": FORMAT, **known, **members}))


class Logged(Generic[P]):
    """A policy that logs what it decides; everything else is the policy's own."""

    def __init__(self, policy: P, log: DecisionLog, timer: Timer | None, clock: Clock | None) -> None:
        self._policy = policy
        self._log = log
        self._timer = timer
        self._clock = clock

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the policy has
        return getattr(self._policy, name)

    def decide(self, facts: Facts, *, as_of: str | None = None, source_name: str = "facts") -> Decision:
        """Return the decision about one household, as the policy does, and log it.

        Raises:
            FactsError: as the policy does; logged too.
        """
        started = None if self._timer is None else self._timer()
        try:
            decision = self._policy.decide(facts, as_of=as_of, source_name=source_name)
        except FactsError as error:
            self._log.refused(error, at=self._now(), duration_us=self._since(started))
            raise
        self._log.decided(decision, at=self._now(), duration_us=self._since(started))
        return decision

    def _now(self) -> str | None:
        return None if self._clock is None else self._clock()

    def _since(self, started: int | None) -> int | None:
        return None if self._timer is None or started is None else (self._timer() - started) // 1000


def logged(
    policy: P, log: DecisionLog, *, timer: Timer | None = None, clock: Clock | None = None
) -> Logged[P]:
    """Return ``policy``, logging each decision. Times are the caller's: without ``timer`` and ``clock`` lines have none."""
    return Logged(policy, log, timer, clock)


def _putting(sink: Sink) -> Callable[[str], object]:
    if isinstance(sink, logging.Logger):
        return sink.info
    if callable(sink):
        return sink
    stream = sink

    def put(line: str) -> None:
        # One call, so that lines of several threads or processes do not mix.
        stream.write(f"{line}\n")
        stream.flush()

    return put


def _counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    found = Counter(outcomes)
    return {outcome.value: found[outcome] for outcome in Outcome}
