"""Pieces of SQL: names of tables and columns, lists, exact arithmetic, and counts of which only bounds are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from relapse_rules.values.relations import Relation
from relapse_rules.values.truth import Comparison

SUBJECT = "household"
Constant = bool | int | None


def fact_column(fact: str) -> str:
    """Return the name of a fact's column."""
    return f'"{fact}"'


def link_column(relation: Relation) -> str:
    """Return the name of the column that says to which row each child belongs."""
    return (
        "h"
        if relation.parent == SUBJECT and relation.reference is None
        else f'"to {relation.parent} by {relation.reference}"'
    )


def complete_column(domain: str) -> str:
    """Return the name of the household's column that says whether its list of a domain's elements is complete."""
    return f'"complete {domain}"'


def county_table(domain: str) -> str:
    """Return the name of the table of what is known of a domain of the county, by lane."""
    return f"county_{domain}"


def result_table(domain: str) -> str:
    """Return the name of the table of a domain's outcomes; column ``n7`` is node 7."""
    return f"out_{domain}"


def comma(columns: Iterable[str]) -> str:
    """Return columns with commas between them."""
    return ", ".join(columns)


def among(column: str, values: Sequence[str]) -> str:
    """Return whether a column has one of some literals."""
    return f"({column} = {values[0]})" if len(values) == 1 else f"({column} IN ({', '.join(values)}))"


def floored(top: str, bottom: int) -> str:
    """Return ``top`` divided downwards; SQL divides towards 0."""
    return f"({top} // {bottom} - ({top} % {bottom} < 0)::INT)"


def calculated(operation: str, left: str, right: str, rounding: str, scale: int) -> str:
    """Return exact arithmetic on steps of numbers, rounded as said; NULL for a division by 0."""
    if operation in {"+", "-"}:
        return f"({left} {operation} {right})"
    if operation == "*":
        product = f"({left} * {right})"
        return product if scale == 1 else _divided(product, f"{scale}::BIGINT", rounding)
    return _divided(left if scale == 1 else f"({left} * {scale})", f"nullif({right}, 0)", rounding)


def _divided(top: str, bottom: str, rounding: str) -> str:
    down = f"({top} // {bottom})"
    if rounding == "up":
        return f"({down} + sign({top}) * sign({bottom}) * ({top} % {bottom} <> 0)::INT)::BIGINT"
    if rounding == "half-up":
        return f"({down} + sign({top}) * sign({bottom}) * (2 * abs({top} % {bottom}) >= abs({bottom}))::INT)::BIGINT"
    return down


def between(operator: Comparison, low: str, high: str, complete: str, limit: str) -> str:
    """Compare a count known to lie in ``low..high``, without end where the list is not ``complete``."""
    match operator:
        case Comparison.LESS:
            yes, no = f"{complete} AND {high} < {limit}", f"{low} >= {limit}"
        case Comparison.AT_MOST:
            yes, no = f"{complete} AND {high} <= {limit}", f"{low} > {limit}"
        case Comparison.MORE:
            yes, no = f"{low} > {limit}", f"{complete} AND {high} <= {limit}"
        case Comparison.AT_LEAST:
            yes, no = f"{low} >= {limit}", f"{complete} AND {high} < {limit}"
        case Comparison.EQUAL:
            yes = f"{complete} AND {low} = {limit} AND {high} = {limit}"
            no = f"{low} > {limit} OR ({complete} AND {high} < {limit})"
        case Comparison.UNEQUAL:
            no = f"{complete} AND {low} = {limit} AND {high} = {limit}"
            yes = f"{low} > {limit} OR ({complete} AND {high} < {limit})"
    return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"


def literal(value: Constant, *, is_number: bool) -> str:
    """Return a constant; NULL in the type that it would have."""
    if value is None:
        return "NULL::BIGINT" if is_number else "NULL::BOOLEAN"
    return str(value).lower() if isinstance(value, bool) else f"{value}::BIGINT"
