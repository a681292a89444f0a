"""What says the right thing in a needless or unusual way, and what is likely a slip: found by `relapse-rules lint` (RR09)."""

from __future__ import annotations

from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.code import Code

DOUBLE_NEGATION = Code("RR0901", "double-negation", Severity.WARNING)
NEEDLESS_BRACKETS = Code("RR0902", "needless-brackets", Severity.WARNING)
LIST_OF_ONE = Code("RR0903", "list-of-one", Severity.WARNING)
COUNT_OF_ALL_OR_ONE = Code("RR0904", "count-of-all-or-one", Severity.WARNING)
REPEATED_OPERAND = Code("RR0905", "repeated-operand", Severity.WARNING)
REPEATED_CITE = Code("RR0906", "repeated-cite", Severity.WARNING)
REPEATED_IMPORT = Code("RR0907", "repeated-import", Severity.WARNING)
EMPTY_TEXT = Code("RR0908", "empty-text", Severity.WARNING)
REPEATED_CONDITION = Code("RR0909", "repeated-condition", Severity.WARNING)
REPEATED_NUMBER = Code("RR0910", "repeated-number", Severity.WARNING)
NAMES_SOUND_ALIKE = Code("RR0911", "names-sound-alike", Severity.WARNING)
ONLY_ANOTHER_NAME = Code("RR0912", "only-another-name", Severity.WARNING)
COMPARED_WITH_ITSELF = Code("RR0913", "compared-with-itself", Severity.WARNING)
OPPOSITES_TOGETHER = Code("RR0914", "opposites-together", Severity.WARNING)
RULE_WITHOUT_CITES = Code("RR0915", "rule-without-cites", Severity.WARNING)
WAIVER_WITHOUT_REASON = Code("RR0916", "waiver-without-reason", Severity.WARNING)
WAIVER_UNUSED = Code("RR0917", "waiver-unused", Severity.WARNING)
