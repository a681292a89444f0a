"""Names and references that do not resolve, or resolve to more than one thing (RR02)."""

from __future__ import annotations

from relapse_rules.diagnostics.code import Code

UNKNOWN_NAME = Code("RR0201", "unknown-name")
DUPLICATE_NAME = Code("RR0202", "duplicate-name")
UNKNOWN_ENTITY = Code("RR0203", "unknown-entity")
UNKNOWN_FIELD = Code("RR0204", "unknown-field")
AMBIGUOUS_NAME = Code("RR0205", "ambiguous-name")
NOT_REACHABLE = Code("RR0206", "not-reachable")
UNKNOWN_VALUE = Code("RR0207", "unknown-value")
UNKNOWN_UNIT = Code("RR0208", "unknown-unit")
UNKNOWN_REFERENCE = Code("RR0209", "unknown-reference")
IMPORT_CYCLE = Code("RR0210", "import-cycle")
IMPORT_MISSING = Code("RR0211", "import-missing")
NAME_IS_KEYWORD_OR_FIELD = Code("RR0212", "name-is-keyword-or-field")
RECURSIVE_DEFINITION = Code("RR0213", "recursive-definition")
UNKNOWN_OPTION = Code("RR0214", "unknown-option")
UNKNOWN_CATEGORY = Code("RR0215", "unknown-category")
BUNDLE_REFUSED = Code("RR0216", "bundle-refused")
