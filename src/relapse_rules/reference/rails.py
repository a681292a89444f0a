"""What the oracle answers: a column of values for every declaration and every expression, and the contradictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relapse_rules.check.typed_children import Path

Column = tuple[bool | int | None, ...]
"""One answer for each element of a domain, in the order of its table: yes, no or a number; None is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A derived field whose rule and stated value disagree, at one element (``lane`` of ``domain``, called ``element``)."""

    fact: str
    domain: str
    lane: int
    element: str
    rule: bool | int
    supplied: bool | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """Everything that the oracle concludes about one case.

    ``declared``: by declaration, with the stated value of a derived field worked in. The keys are the names of 定义, 裁量 and 指标;
    the ids of 例外, 措施, steps and 职责 for their outcome, and for these also ``id#condition`` (as written), and ``id#done`` and
    ``id#start`` where there are such.
    ``expressions``: (key, path) → the value of that expression alone; a path counts as in `check.typed_children`.
    """

    declared: Mapping[str, Column]
    expressions: Mapping[tuple[str, Path], Column]
    contradictions: tuple[Contradiction, ...]
