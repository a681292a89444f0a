"""Text that is no declaration of the policy language (RR01)."""

from __future__ import annotations

from typing import Final

from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.code import Code

MIXED_JUNCTION: Final = Code("RR0101", "mixed-junction")
UNKNOWN_DECLARATION: Final = Code("RR0102", "unknown-declaration")
UNEXPECTED_WORD: Final = Code("RR0103", "unexpected-word")
MISSING_COMPARISON: Final = Code("RR0104", "missing-comparison")
UNCLOSED_BRACKET: Final = Code("RR0105", "unclosed-bracket")
UNCLOSED_QUOTE: Final = Code("RR0106", "unclosed-quote")
BAD_INDENTATION: Final = Code("RR0107", "bad-indentation")
GLUED_KEYWORD: Final = Code("RR0108", "glued-keyword")
DUPLICATE_ATTRIBUTE: Final = Code("RR0109", "duplicate-attribute")
UNKNOWN_ATTRIBUTE: Final = Code("RR0110", "unknown-attribute")
MISPLACED_ATTRIBUTE: Final = Code("RR0111", "misplaced-attribute")
INVISIBLE_CHARACTER: Final = Code("RR0112", "invisible-character")
NESTING_TOO_DEEP: Final = Code("RR0113", "nesting-too-deep")
FILE_TOO_LONG: Final = Code("RR0114", "file-too-long")
HABIT_WORD: Final = Code("RR0115", "habit-word")
MISSING_DASH: Final = Code("RR0116", "missing-dash")
MISSING_COLON: Final = Code("RR0117", "missing-colon")
BAD_STATEMENT_ID: Final = Code("RR0118", "bad-statement-id")
MISSING_NUMBER: Final = Code("RR0119", "missing-number")
BAD_DATE: Final = Code("RR0120", "bad-date")
EMPTY_FILE: Final = Code("RR0121", "empty-file", Severity.WARNING)
UNFINISHED_DECLARATION: Final = Code("RR0122", "unfinished-declaration")
CHAINED_COMPARISON: Final = Code("RR0123", "chained-comparison")
UNKNOWN_CHOICE: Final = Code("RR0124", "unknown-choice")
