"""A 年月 against a date: written with the arithmetic that every engine has, so that no engine needs a calendar for it.

A month lies before or after a date when the whole month does; a date within the month leaves it open, and the answer unknown.
"""

from __future__ import annotations

from typing import Final

from relapse_rules.check.typed import (
    Calculated,
    Calculation,
    Condition,
    NumberConstant,
    Quantity,
    RatioCompare,
    RoundingMode,
)
from relapse_rules.source import Span
from relapse_rules.values.truth import Comparison

_DAYS_BEFORE_YEAR_ONE: Final = 305
"""From 1 March of the year 0 to the day before 1 January of the year 1, whose ordinal is 1."""
_DAYS_IN_400_YEARS: Final = 146_097
_DAYS_IN_4_YEARS: Final = 1_461
_DAYS_IN_5_MONTHS: Final = 153


def month_against_date(
    operator: Comparison, month: Quantity, date: Quantity, domain: str, span: Span
) -> Condition:
    """Return whether ``month`` (year * 12 + month - 1) lies before or after the month of ``date``; unknown within it.

    ``operator`` is one of the four orderings; with or without equality they ask the same.
    """
    made = _Arithmetic(domain, span)
    apart = made.subtract(month, month_of(date, domain, span))
    # The quotient d / d² has the sign of d, and is unknown where d is 0.
    return RatioCompare(
        domain=domain,
        span=span,
        operator=operator,
        left_top=apart,
        left_bottom=made.multiply(apart, apart),
        right_top=made.number(0),
        right_bottom=made.number(1),
    )


def month_of(date: Quantity, domain: str, span: Span) -> Quantity:
    """Return year * 12 + month - 1 of a date (an ordinal).

    Years are counted from March, so that the leap day comes last and five months in a row always have 153 days.
    (P. Baum, Date Algorithms, 2017.)
    """
    made = _Arithmetic(domain, span)
    days = made.add(date, _DAYS_BEFORE_YEAR_ONE)
    # In quarters of a day, plus three of them: the longer years and centuries then end where the quotients step.
    quarters = made.subtract(made.multiply(days, 4), -3)
    century = made.divide(quarters, _DAYS_IN_400_YEARS)
    in_century = made.subtract(days, made.divide(made.multiply(century, _DAYS_IN_400_YEARS), 4))
    year = made.divide(made.subtract(made.multiply(in_century, 4), -3), _DAYS_IN_4_YEARS)
    in_year = made.subtract(in_century, made.divide(made.multiply(year, _DAYS_IN_4_YEARS), 4))
    month = made.divide(made.add(made.multiply(in_year, 5), 2), _DAYS_IN_5_MONTHS)
    years = made.multiply(made.add(made.multiply(century, 100), year), 12)
    # Month 0 is March, which is 2 in the count from January.
    return made.add(made.add(years, month), 2)


class _Arithmetic:
    """Whole numbers of one domain; quotients of what is not negative, rounded down."""

    def __init__(self, domain: str, span: Span) -> None:
        self.domain = domain
        self.span = span

    def number(self, value: int) -> NumberConstant:
        return NumberConstant(domain=self.domain, span=self.span, value=value)

    def add(self, left: Quantity, right: Quantity | int) -> Quantity:
        return self._make(Calculation.ADD, left, right, RoundingMode.EXACT)

    def subtract(self, left: Quantity, right: Quantity | int) -> Quantity:
        return self._make(Calculation.SUBTRACT, left, right, RoundingMode.EXACT)

    def multiply(self, left: Quantity, right: Quantity | int) -> Quantity:
        return self._make(Calculation.MULTIPLY, left, right, RoundingMode.EXACT)

    def divide(self, left: Quantity, right: int) -> Quantity:
        return self._make(Calculation.DIVIDE, left, right, RoundingMode.DOWN)

    def _make(
        self, operation: Calculation, left: Quantity, right: Quantity | int, rounding: RoundingMode
    ) -> Quantity:
        return Calculated(
            domain=self.domain,
            span=self.span,
            operation=operation,
            left=left,
            right=self.number(right) if isinstance(right, int) else right,
            rounding=rounding,
        )
