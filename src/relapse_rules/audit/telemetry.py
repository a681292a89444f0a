"""Spans of OpenTelemetry around decisions, where the host has it installed; this is the one module that knows it."""

from __future__ import annotations

from typing import Any, Final, Generic

from relapse_rules.audit.log import P
from relapse_rules.decisions.model import Decision
from relapse_rules.facts.read import Facts

SPAN: Final = "relapse_rules.decide"
_SCOPE: Final = "relapse_rules"


class Traced(Generic[P]):
    """A policy whose decisions are spans; everything else is the policy's own. No attribute holds personal data."""

    def __init__(self, policy: P, tracer: Any) -> None:  # noqa: ANN401 - the host's OpenTelemetry
        self._policy = policy
        self._tracer = tracer

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the policy has
        return getattr(self._policy, name)

    def decide(self, facts: Facts, *, as_of: str | None = None, source_name: str = "facts") -> Decision:
        """Return the decision about one household, as the policy does, within a span.

        Raises:
            FactsError: as the policy does; the span says that there was an error.
        """
        with self._tracer.start_as_current_span(SPAN) as span:
            decision = self._policy.decide(facts, as_of=as_of, source_name=source_name)
            for name, value in _attributes(decision).items():
                span.set_attribute(f"{_SCOPE}.{name}", value)
            return decision


def traced(policy: P) -> P | Traced[P]:
    """Return ``policy`` with a span around each decision; the policy itself where OpenTelemetry is not installed."""
    try:
        from opentelemetry import trace  # noqa: PLC0415 - the host's, if it has one
    except ImportError:
        return policy
    return Traced(policy, trace.get_tracer(_SCOPE))


def _attributes(decision: Decision) -> dict[str, str | int]:
    return {
        "policy.name": decision.policy.name,
        "policy.digest": decision.policy.digest,
        "policy.as_of": decision.policy.as_of,
        "eligibility": decision.eligibility.outcome.value,
        "measures.yes": len(decision.measures_with("yes")),
        "measures.unknown": len(decision.measures_with("unknown")),
        "missing": len(decision.missing),
        "contradictions": len(decision.contradictions),
    }
