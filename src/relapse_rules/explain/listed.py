"""What a decision lists, by id: the condition behind it and the elements that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from relapse_rules.decisions.model import Target
from relapse_rules.decisions.targets import targets_of
from relapse_rules.explain.errors import no_such_id, no_such_target, several_targets
from relapse_rules.explain.model import StepKind
from relapse_rules.explain.proof import LISTED_KINDS
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program


class Asked(NamedTuple):
    """One listed condition: ``node`` for the elements of ``entity``, in the lanes of ``domain``."""

    kind: StepKind
    id: str
    entity: str
    domain: str
    node: int
    cites: tuple[str, ...]


class Listed:
    """Everything that decisions of one program list."""

    def __init__(self, program: Program) -> None:
        self._by_id: dict[str, Asked] = {}
        for kind, entries in (
            (StepKind.DEFINITION, program.conclusions),
            (StepKind.JUDGEMENT, program.judgements),
        ):
            for entry in entries:
                self._by_id[entry.id] = Asked(
                    kind, entry.id, entry.entity, entry.domain, entry.node, entry.cites
                )
        for listing in program.listings:
            self._by_id[listing.id] = Asked(
                LISTED_KINDS[listing.kind],
                listing.id,
                listing.entity,
                listing.domain,
                listing.node,
                listing.cites,
            )

    def __iter__(self) -> Iterator[Asked]:
        """Iterate in the order of a decision: conclusions, judgements, then measures, tasks and exceptions."""
        return iter(self._by_id.values())

    def find(self, id_: str) -> Asked:
        """Return what is called ``id_``.

        Raises:
            AskError: nothing is.
        """
        found = self._by_id.get(id_)
        if found is None:
            raise no_such_id(id_, self._by_id)
        return found


def place(asked: Asked, case: Case, target: Target | str | None) -> tuple[int | None, Target]:
    """Return the lane of the element that is meant, and its name. No lane: it stands for a list that is empty or was not supplied.

    ``target``: an element of a decision, its id, or None where there is only one.

    Raises:
        AskError: there is no such element, or there are several and none was chosen.
    """
    targets = targets_of(case, asked.entity, asked.domain)
    elements: list[tuple[int | None, Target]] = list(enumerate(targets.elements))
    if targets.unlisted is not None:
        elements.append((None, targets.nobody))
    ids = tuple(element.id or "" for _, element in elements)
    if target is None:
        if len(elements) == 1:
            return elements[0]
        raise several_targets(asked.id, ids)
    found = [
        (lane, element)
        for lane, element in elements
        if (element == target if isinstance(target, Target) else element.id == target)
    ]
    if not found:
        named = target.id if isinstance(target, Target) else target
        raise no_such_target(asked.id, named or "", ids)
    return found[0]
