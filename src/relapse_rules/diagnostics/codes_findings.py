"""What a policy comes to for all households, found by proof and not by reading (RR08)."""

from __future__ import annotations

from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.code import Code

NEVER_YES = Code("RR0801", "never-yes", Severity.WARNING)
NEVER_NO = Code("RR0802", "never-no", Severity.WARNING)
NEVER_MATTERS = Code("RR0803", "never-matters", Severity.WARNING)
EXCEPTIONS_CONTRADICT = Code("RR0804", "exceptions-contradict", Severity.WARNING)
EXCEPTION_MASKED = Code("RR0805", "exception-masked", Severity.WARNING)
RULE_SUBSUMED = Code("RR0806", "rule-subsumed", Severity.WARNING)
RULE_DUPLICATED = Code("RR0807", "rule-duplicated", Severity.WARNING)
HOUSEHOLD_NOT_REACHED = Code("RR0808", "household-not-reached", Severity.WARNING)
PARAMETER_WITHOUT_VALUE = Code("RR0809", "parameter-without-value", Severity.WARNING)
UNIT_GONE = Code("RR0810", "unit-gone", Severity.WARNING)
UNIT_UNNAMED = Code("RR0811", "unit-unnamed", Severity.WARNING)
TASK_UNREACHABLE = Code("RR0812", "task-unreachable", Severity.WARNING)
ORDER_IN_A_CIRCLE = Code("RR0813", "order-in-a-circle", Severity.WARNING)
NO_OWNER = Code("RR0814", "no-owner", Severity.WARNING)
NO_LIMIT = Code("RR0815", "no-limit", Severity.WARNING)
READING_CONFLICT = Code("RR0816", "reading-conflict", Severity.WARNING)
FACT_NOT_SUPPLIED = Code("RR0817", "fact-not-supplied", Severity.WARNING)
WAIVER_EXPIRED = Code("RR0818", "waiver-expired", Severity.WARNING)
WAIVER_OUTDATED = Code("RR0819", "waiver-outdated", Severity.WARNING)
WAIVER_WITHOUT_FINDING = Code("RR0820", "waiver-without-finding", Severity.WARNING)
