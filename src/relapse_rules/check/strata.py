"""The order in which declarations can be computed: each after what it uses. A circle has no such order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from relapse_rules.check.policy import TypedDefinition, TypedException, TypedIndicator, TypedJudgement
from relapse_rules.check.typed import Condition, Named, NamedNumber, Quantity
from relapse_rules.check.typed_children import walk

Computed = TypedDefinition | TypedIndicator | TypedJudgement | TypedException


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """``order``: names, each after what it uses. ``circles``: names that need themselves, the first again at the end."""

    order: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]


def expression_of(declared: Computed) -> Condition | Quantity:
    """Return what a declaration computes."""
    match declared:
        case TypedIndicator():
            return declared.value
        case TypedJudgement():
            return declared.finding
        case _:
            return declared.condition


def names_in(expression: Condition | Quantity) -> Iterator[str]:
    """Yield the names of the declarations that ``expression`` uses."""
    for _, node in walk(expression):
        if isinstance(node, Named | NamedNumber):
            yield node.name


def stratify(declared: Sequence[Computed]) -> Strata:
    """Return an order that is the same for the same declarations: written order, as far as use allows."""
    uses = {each.name: tuple(dict.fromkeys(names_in(expression_of(each)))) for each in declared}
    circles: list[tuple[str, ...]] = []
    open_uses = uses
    while (around := circle(open_uses)) is not None:
        circles.append(around)
        open_uses = {name: used for name, used in open_uses.items() if name not in around}
    return Strata(order=tuple(uses) if circles else ordered(uses), circles=tuple(circles))


def circle(uses: Mapping[str, Iterable[str]]) -> tuple[str, ...] | None:
    """Return names each of which needs the next, the first again at the end; None when there is no circle.

    >>> circle({"甲": ["乙"], "乙": ["甲"]})
    ('甲', '乙', '甲')
    """
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        # The error lists each node before the one that needs it.
        around: list[str] = list(reversed(error.args[1]))[:-1]
        first = min(around, key=list(uses).index)
        start = around.index(first)
        return (*around[start:], *around[:start], first)
    return None


def ordered(uses: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of ``uses``, which has no circle, depth first: each after those that it needs.

    Without recursion: a chain of declarations may be longer than the stack of Python.
    """
    order: dict[str, None] = {}
    for start in uses:
        pending = [(start, iter(uses[start]))] if start not in order else []
        while pending:
            name, rest = pending[-1]
            needed = next((each for each in rest if each in uses and each not in order), None)
            if needed is None:
                order.setdefault(name)
                pending.pop()
            else:
                pending.append((needed, iter(uses[needed])))
    return tuple(order)
