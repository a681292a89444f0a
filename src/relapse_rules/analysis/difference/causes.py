"""Where two versions of an outcome part: the deepest conditions that are not the same, as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from relapse_rules.analysis.difference.model import Cause, Written
from relapse_rules.analysis.difference.version import Declaration, Version
from relapse_rules.analysis.difference.wording import Wording
from relapse_rules.ir import nodes
from relapse_rules.ir.order import operands
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number

_JOINTS: Final = (nodes.And, nodes.Or, nodes.AtLeast)


class Parting(NamedTuple):
    """Where an outcome parts: here, and through changed declarations that it rests on (names of the new version)."""

    causes: tuple[Cause, ...]
    through: tuple[str, ...]


class Causes:
    """Finds where outcomes of the joint ``program`` part. ``counterparts``: nodes of one declaration in both, (old, new) → its name now."""

    def __init__(
        self, program: Program, old: Wording, new: Wording, counterparts: dict[tuple[int, int], str]
    ) -> None:
        self._program = program
        self._old = old
        self._new = new
        self._counterparts = counterparts

    def parting(self, old: Declaration, new: Declaration, places: tuple[int, int]) -> Parting:
        """Return where the outcomes of two declarations part; ``places``: their nodes."""
        walk = _Walk(self, old, new)
        walk.compare(*places)
        return Parting(tuple(dict.fromkeys(walk.causes)), tuple(dict.fromkeys(walk.through)))

    def is_counterpart(self, old: int, new: int) -> str | None:
        """Return the name of the declaration that both nodes are."""
        return self._counterparts.get((old, new))

    def is_named(self, place: int) -> bool:
        """Whether a node is a declaration of its own."""
        return place in self._old.names or place in self._new.names

    def node(self, place: int) -> nodes.AnyNode:
        """Return a node of the joint program."""
        return self._program.nodes[place]

    def written(self, place: int | None, declaration: Declaration, *, is_new: bool) -> Written | None:
        """Return where a node is written in a declaration: the node, or else the declaration itself."""
        if place is None:
            return None
        wording = self._new if is_new else self._old
        version = wording.version
        span = next(
            (
                found
                for own in wording.own(place)
                if (found := version.span(own, declaration.span)) is not None
            ),
            declaration.span,
        )
        return Written(
            name=declaration.name,
            words=wording.text(place, named=wording.names.get(place) != declaration.name),
            span=span,
            line=_line(version, declaration, span.start),
            cites=declaration.cites,
        )


class _Walk:
    """One walk down both versions of one outcome."""

    def __init__(self, causes: Causes, old: Declaration, new: Declaration) -> None:
        self._all = causes
        self._declared = (old, new)
        self.causes: list[Cause] = []
        self.through: list[str] = []
        self._seen: set[tuple[int, int]] = set()

    def compare(self, old: int, new: int) -> None:
        """Find where two nodes part."""
        if old == new or (old, new) in self._seen:
            return
        self._seen.add((old, new))
        name = self._all.is_counterpart(old, new)
        if name not in {None, self._declared[1].name}:
            self.through.append(name)
            return
        before, after = self._all.node(old), self._all.node(new)
        gate = self._gate(before, after)
        if gate is not None:
            self._joints(self._parts(old, gate), self._parts(new, gate))
        elif type(before) is type(after) and self._is_inside(before, after):
            for one, other in zip(operands(before), operands(after), strict=True):
                self.compare(one, other)
        else:
            self._part(old, new)

    def _is_inside(self, before: nodes.AnyNode, after: nodes.AnyNode) -> bool:
        """Whether two nodes of one kind differ only in conditions below them, so that those say it better."""
        pairs = list(zip(operands(before), operands(after), strict=False))
        if not pairs or len(operands(before)) != len(operands(after)):
            return False
        differing = [(one, other) for one, other in pairs if one != other]
        return (
            bool(differing)
            and all(
                not is_number(self._all.node(one)) and not is_number(self._all.node(other))
                for one, other in differing
            )
            and _frame(before) == _frame(after)
        )

    def _gate(self, before: nodes.AnyNode, after: nodes.AnyNode) -> type[nodes.And | nodes.Or] | None:
        """Return the gate that joins the parts of both; what is none is one part. None when they are joined otherwise."""
        kinds = {type(each) for each in (before, after) if isinstance(each, _JOINTS)}
        for gate in (nodes.And, nodes.Or):
            if kinds == {gate}:
                return gate
        return None

    def _parts(self, place: int, gate: type[nodes.And | nodes.Or]) -> tuple[int, ...]:
        """Return what a gate joins, with the parts of gates of its kind that have no name of their own."""
        node = self._all.node(place)
        if not isinstance(node, gate):
            return (place,)
        found: list[int] = []
        for each in node.operands:
            found += (each,) if self._all.is_named(each) else self._parts(each, gate)
        return tuple(dict.fromkeys(found))

    def _joints(self, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        gone = [each for each in before if each not in after]
        come = [each for each in after if each not in before]
        for one, other in self._likely(gone, come):
            gone.remove(one)
            come.remove(other)
            self.compare(one, other)
        for each in gone:
            self._part(each, None)
        for each in come:
            self._part(None, each)

    def _likely(self, gone: Sequence[int], come: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield parts that seem to be one part before and after: of one declaration, or of one kind and about the same facts."""
        free = list(come)
        for one in tuple(gone):
            other = next(
                (each for each in free if self._all.is_counterpart(one, each) is not None), None
            ) or max(
                (each for each in free if self._is_like(one, each)),
                key=lambda each: self._closeness(one, each),
                default=None,
            )
            if other is not None:
                free.remove(other)
                yield one, other

    def _is_like(self, one: int, other: int) -> bool:
        before, after = self._all.node(one), self._all.node(other)
        if isinstance(before, _JOINTS) or isinstance(after, _JOINTS):
            return self._closeness(one, other) > 0
        return type(before) is type(after) and (
            getattr(before, "fact", None) == getattr(after, "fact", None) or self._closeness(one, other) > 0
        )

    def _closeness(self, one: int, other: int) -> int:
        """Return how many parts two nodes have in common."""
        return len(set(operands(self._all.node(one))) & set(operands(self._all.node(other))))

    def _part(self, old: int | None, new: int | None) -> None:
        before, after = self._declared
        self.causes.append(
            Cause(
                before=self._all.written(old, before, is_new=False),
                after=self._all.written(new, after, is_new=True),
            )
        )


def _frame(node: nodes.AnyNode) -> tuple[object, ...]:
    """Return what a node is beside its parts."""
    return type(node), *(
        getattr(node, name, None) for name in ("count", "relation", "operator", "fact", "kind")
    )


def _line(version: Version, declaration: Declaration, offset: int) -> int:
    source = version.sources.get(declaration.span.file)
    return 0 if source is None else source.line_column(offset)[0]
