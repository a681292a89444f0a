"""Declarations that contradict one another (RR05)."""

from __future__ import annotations

from relapse_rules.diagnostics.code import Code

TWO_WRITERS = Code("RR0501", "two-writers")
EXCEPTION_ORDER_CYCLE = Code("RR0502", "exception-order-cycle")
OVERLAY_NOT_ALLOWED = Code("RR0503", "overlay-not-allowed")
DUPLICATE_SETTING = Code("RR0504", "duplicate-setting")
TIGHTENED_AND_WIDENED = Code("RR0505", "tightened-and-widened")
LAYERS_OUT_OF_ORDER = Code("RR0506", "layers-out-of-order")
MARKED_AGAINST_LAYERS = Code("RR0507", "marked-against-layers")
