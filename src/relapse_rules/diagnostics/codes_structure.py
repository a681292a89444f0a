"""Declarations that lack something, or hold what they may not (RR04)."""

from __future__ import annotations

from relapse_rules.diagnostics import Severity
from relapse_rules.diagnostics.code import Code

MISSING_ATTRIBUTE = Code("RR0401", "missing-attribute")
NO_HEADER = Code("RR0402", "no-header")
DATES_OUT_OF_ORDER = Code("RR0403", "dates-out-of-order")
PARAMETER_WITHOUT_ORIGIN = Code("RR0404", "parameter-without-origin")
PARAMETER_UNSET = Code("RR0405", "parameter-unset", Severity.WARNING)
UNUSED_DECLARATION = Code("RR0406", "unused-declaration", Severity.WARNING)
PROPERTY_NOT_MONOTONE_FIELD = Code("RR0407", "property-not-monotone-field")
IDENTIFIER_MISSING = Code("RR0408", "identifier-missing")
DERIVED_FIELD_NOT_WRITABLE = Code("RR0409", "derived-field-not-writable")
NO_DERIVATION = Code("RR0410", "no-derivation", Severity.WARNING)
JUDGEMENT_NOT_RECORDED = Code("RR0411", "judgement-not-recorded")
PROPERTY_SAYS_NOTHING = Code("RR0412", "property-says-nothing")
