"""The outline of the enforcement-discretion document against the rules that cite it (RR06)."""

from __future__ import annotations

from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.code import Code

UNKNOWN_STATEMENT = Code("RR0601", "unknown-statement")
STATEMENT_UNACCOUNTED = Code("RR0602", "statement-unaccounted")
STATEMENT_BOTH = Code("RR0603", "statement-both")
UNDECIDABLE_STATEMENT_CITED = Code("RR0604", "undecidable-statement-cited", Severity.WARNING)
OUTLINE_MALFORMED = Code("RR0605", "outline-malformed")
DUPLICATE_STATEMENT = Code("RR0606", "duplicate-statement")
OUTLINE_MISSING = Code("RR0607", "outline-missing")
