"""Text that is no declaration of the policy language (RR01)."""

from __future__ import annotations

from relapse_rules.diagnostics.code import Code

UNEXPECTED_TEXT = Code("RR0100", "unexpected-text")
