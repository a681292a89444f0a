"""What a case of a policy may state: the elements, their fields, and the values worth trying."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from relapse_rules.engines.lanes import Evaluator
from relapse_rules.facts.shape import AS_OF, Domain, Shape, shape_of
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Program
from relapse_rules.testing.candidates import Candidates
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary


class PolicyLike(Protocol):
    """A compiled policy, as far as testing needs to know."""

    @property
    def program(self) -> Program:
        """What the policy comes to."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Its facts."""
        ...

    @property
    def evaluator(self) -> Evaluator:
        """The engine that decides."""
        ...


class Slot(NamedTuple):
    """A field that a case may state. ``required``: it must; ``derived``: by itself it follows from a rule; ``target``: where a reference points."""

    spec: FieldSpec
    required: bool
    derived: bool
    target: str | None


class Blueprint:
    """A vocabulary made ready for drawing. With a policy, only what it reads is stated, and what must be."""

    def __init__(self, vocabulary: Vocabulary, program: Program | None) -> None:
        self.shape: Shape = shape_of(vocabulary)
        self.candidates = Candidates(vocabulary, program)
        self.specs = {spec.fact: spec for entity in vocabulary.entities for spec in entity.fields}
        read = frozenset(self.specs) if program is None else _read(program)
        derived = frozenset[str]() if program is None else frozenset(program.derived)
        self.slots: dict[str, tuple[Slot, ...]] = {
            domain.reader.english: tuple(self._slots(vocabulary, domain, read, derived))
            for domain in self.shape.domains
        }
        self.domains = {domain.reader.english: domain for domain in self.shape.domains}
        self.order = tuple(self._ordered())
        """Domains, those above and those that references point to first, as far as references do not run in a circle."""

    def below(self, domain: str) -> frozenset[str]:
        """Return ``domain`` and everything that hangs under it."""
        found = {domain}
        for each in self.shape.domains:
            if each.above in found:
                found.add(each.reader.english)
        return frozenset(found)

    def _ordered(self) -> dict[str, None]:
        found: dict[str, None] = {}
        begun: set[str] = set()

        def visit(name: str) -> None:
            if name in begun:
                return
            begun.add(name)
            above = self.domains[name].above
            for first in (above, *(slot.target for slot in self.slots[name])):
                if first in self.domains:
                    visit(first)
            found[name] = None

        for name in self.domains:
            visit(name)
        return found

    def _slots(
        self, vocabulary: Vocabulary, domain: Domain, read: frozenset[str], derived: frozenset[str]
    ) -> list[Slot]:
        """Return the fields of a domain, those of its single children among them, in the order of the vocabulary."""
        found: list[Slot] = []
        for entity in vocabulary.entities:
            if vocabulary.domain(entity.english) != domain.reader.english:
                continue
            for spec in entity.fields:
                required = spec.required and not spec.is_identifier
                is_moment = entity.parent is None and spec.english == AS_OF
                if (spec.fact in read or required) and not spec.is_identifier and not is_moment:
                    target = spec.type.entity if spec.type.kind is Kind.REFERENCE else None
                    found.append(Slot(spec, required, spec.fact in derived, target))
        return found


def _read(program: Program) -> frozenset[str]:
    """Return the facts that a program reads, references among them."""
    found: set[str] = set()
    for node in program.nodes:
        if isinstance(node, (nodes.Test, nodes.FieldNumber)):
            found.add(node.fact)
        relation = getattr(node, "relation", None)
        if relation is not None and relation.reference is not None:
            found.add(f"{relation.child}.{relation.reference}")
    return frozenset(found)


def blueprint_of(source: PolicyLike | Vocabulary) -> Blueprint:
    """Return the blueprint of a policy, or of a vocabulary alone."""
    if isinstance(source, Vocabulary):
        return Blueprint(source, None)
    return Blueprint(source.vocabulary, source.program)
