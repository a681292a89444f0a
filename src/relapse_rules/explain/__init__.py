"""Proofs: why a condition is yes, no or unknown, from the statements of the plan down to the facts."""

from relapse_rules.explain.why import Proof, explain, rendered

__all__ = ["Proof", "explain", "rendered"]
