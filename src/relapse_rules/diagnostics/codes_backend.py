"""Limits of an engine that a policy would exceed (RR07)."""

from __future__ import annotations

from relapse_rules.diagnostics.code import Code

PROGRAM_TOO_LARGE = Code("RR0701", "program-too-large")
DURABLE_TOO_LARGE = Code("RR0702", "durable-too-large")
