"""Kinds, units and measures that do not fit together (RR03)."""

from __future__ import annotations

from relapse_rules.diagnostics.code import Code

NOT_A_CONDITION = Code("RR0301", "not-a-condition")
UNIT_MISMATCH = Code("RR0302", "unit-mismatch")
KIND_MISMATCH = Code("RR0303", "kind-mismatch")
NOT_COMPARABLE = Code("RR0304", "not-comparable")
UNKNOWN_MEASURE_UNIT = Code("RR0305", "unknown-measure-unit")
INEXACT_NUMBER = Code("RR0306", "inexact-number")
RATIO_NOT_COMPARED = Code("RR0307", "ratio-not-compared")
NOT_A_SET = Code("RR0308", "not-a-set")
NOT_A_VALUE = Code("RR0309", "not-a-value")
BAD_DURATION = Code("RR0310", "bad-duration")
CALENDAR_DURATION_COMPARED = Code("RR0311", "calendar-duration-compared")
RANGE_EMPTY = Code("RR0312", "range-empty")
