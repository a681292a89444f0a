"""Where two versions of an outcome part: the deepest conditions that are not the same, as they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from relapse_rules.analysis.difference.model import Cause, Written
from relapse_rules.analysis.difference.settings import OLD_MARK
from relapse_rules.analysis.difference.version import Declaration, Version
from relapse_rules.analysis.difference.wording import Wording
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to, operands, renumbered
from relapse_rules.ir.program import Program
from relapse_rules.ir.verify import is_number

_JOINTS: Final = (nodes.And, nodes.Or, nodes.AtLeast)


class Parting(NamedTuple):
    """Where an outcome parts: here, and through changed declarations that it rests on (names of the new version)."""

    causes: tuple[Cause, ...]
    through: tuple[str, ...]


class Causes:
    """Finds where outcomes of the joint ``program`` part. ``counterparts``: nodes of one declaration in both, (old, new) → its name now.

    ``changed``: the 参数 and 解读 that are not the same, as ``参数 名称``.
    """

    def __init__(
        self,
        program: Program,
        old: Wording,
        new: Wording,
        counterparts: dict[tuple[int, int], str],
        changed: frozenset[str],
    ) -> None:
        self._program = program
        self._old = old
        self._new = new
        self._counterparts = counterparts
        self._changed = changed

    def parting(self, old: Declaration, new: Declaration, places: tuple[int, int]) -> Parting:
        """Return where the outcomes of two declarations part; ``places``: their nodes."""
        walk = _Walk(self, old, new)
        walk.compare(*places)
        causes = tuple(dict.fromkeys(walk.causes))
        told = tuple(each for each in causes if not self._is_same_text(each))
        # What is written is the same there: only a 参数 or a 解读 can have made the difference.
        settled = () if len(told) == len(causes) else self._settings(old, new)
        return Parting(told, tuple(dict.fromkeys((*walk.through, *settled))))

    def _settings(self, old: Declaration, new: Declaration) -> tuple[str, ...]:
        """Return the 参数 and 解读 that both versions of a declaration rest on, and that are not the same."""
        before, after = (
            _settings_of(wording.version.program, declared.node)
            for wording, declared in ((self._old, old), (self._new, new))
        )
        return tuple(name for name in after if name in before and name in self._changed)

    def _is_same_text(self, cause: Cause) -> bool:
        """Whether the same is written at both places."""
        if cause.before is None or cause.after is None:
            return False
        before, after = self._old.version.sources, self._new.version.sources
        one, other = before.get(cause.before.span.file), after.get(cause.after.span.file)
        if one is None or other is None:
            return cause.before.words == cause.after.words
        return one.slice(cause.before.span) == other.slice(cause.after.span)

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
        if name is not None and name != self._declared[1].name:
            self.through.append(name)
            return
        before, after = self._all.node(old), self._all.node(new)
        settings = self._settings(old, new)
        if settings:
            self.through += (f"参数 {name}" for name in sorted(settings))
            return
        gate = self._gate(old, new)
        if gate is not None:
            self._joints(old, new, gate)
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

    def _settings(self, old: int, new: int) -> frozenset[str] | None:
        """Return the 参数 whose values alone tell two nodes apart; None when there is more to it."""
        if old == new:
            return frozenset()
        before, after = self._all.node(old), self._all.node(new)
        parts = list(zip(operands(before), operands(after), strict=False))
        if _without_parts(before) != _without_parts(after):
            return None
        found = {before.name.removesuffix(OLD_MARK)} if isinstance(before, nodes.Parameter) else set[str]()
        if isinstance(before, nodes.Test) and before.parameter is not None:
            found.add(before.parameter.removesuffix(OLD_MARK))
        for one, other in parts:
            below = self._settings(one, other)
            if below is None:
                return None
            found |= below
        return frozenset(found)

    def _gate(self, old: int, new: int) -> type[nodes.And | nodes.Or] | None:
        """Return the gate that joins the parts of both; what is none is one part. None when they are joined otherwise."""
        before, after = self._all.node(old), self._all.node(new)
        kinds = {type(each) for each in (before, after) if isinstance(each, _JOINTS)}
        for gate in (nodes.And, nodes.Or):
            # The whole of one may have become a part of the other.
            if kinds == {gate} or old in self._inner(new, gate) or new in self._inner(old, gate):
                return gate
        return None

    def _inner(self, place: int, gate: type[nodes.And | nodes.Or]) -> tuple[int, ...]:
        return self._parts(place, gate) if isinstance(self._all.node(place), gate) else ()

    def _parts(self, place: int, gate: type[nodes.And | nodes.Or]) -> tuple[int, ...]:
        """Return what a gate joins, with the parts of gates of its kind that have no name of their own."""
        node = self._all.node(place)
        if not isinstance(node, gate):
            return (place,)
        found: list[int] = []
        for each in node.operands:
            found += (each,) if self._all.is_named(each) else self._parts(each, gate)
        return tuple(dict.fromkeys(found))

    def _joints(self, old: int, new: int, gate: type[nodes.And | nodes.Or]) -> None:
        """Find where two nodes part that join their parts in the same way, whatever the order and the nesting."""
        before, after = self._joined(old, gate), self._joined(new, gate)
        gone = [each for each in before if each not in after]
        come = [each for each in after if each not in before]
        # A list that was 以下任一 and is 以下全部 is told as such, not by what it lists.
        for one, other in self._pairs(gone, come, self._is_regated):
            self.compare(one, other)
        parts = {each for whole in (old, new) for each in self._parts(whole, gate)}
        both = parts.intersection(self._parts(old, gate), self._parts(new, gate))
        gone, come = (
            [part for each in rest for part in self._parts(each, gate) if part not in both]
            for rest in (gone, come)
        )
        for one, other in self._pairs(gone, come, self._is_like):
            self.compare(one, other)
        for each in gone:
            self._part(each, None)
        for each in come:
            self._part(None, each)

    def _joined(self, place: int, gate: type[nodes.And | nodes.Or]) -> tuple[int, ...]:
        node = self._all.node(place)
        return node.operands if isinstance(node, gate) else (place,)

    def _pairs(
        self, gone: list[int], come: list[int], is_pair: Callable[[int, int], bool]
    ) -> list[tuple[int, int]]:
        """Take out of both lists what seems to be one part before and after."""
        found: list[tuple[int, int]] = []
        for one in tuple(gone):
            named = (each for each in come if self._all.is_counterpart(one, each) is not None)
            other = next(named, None) or max(
                (each for each in come if is_pair(one, each)),
                key=lambda each: self._closeness(one, each),
                default=None,
            )
            if other is not None:
                gone.remove(one)
                come.remove(other)
                found.append((one, other))
        return found

    def _is_regated(self, one: int, other: int) -> bool:
        before, after = self._all.node(one), self._all.node(other)
        return (
            isinstance(before, _JOINTS)
            and isinstance(after, _JOINTS)
            and type(before) is not type(after)
            and self._closeness(one, other) > 1
        )

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


def _without_parts(node: nodes.AnyNode) -> nodes.AnyNode:
    """Return a node as if it and its parts said the same in both versions: its operands and its 参数 by number and name only."""
    bare = renumbered(node, dict.fromkeys(operands(node), 0))
    match bare:
        case nodes.Parameter(name=name):
            return replace(bare, name=name.removesuffix(OLD_MARK))
        case nodes.Test(parameter=str(name)):
            return replace(bare, parameter=name.removesuffix(OLD_MARK))
        case _:
            return bare


def _settings_of(program: Program, node: int) -> tuple[str, ...]:
    """Return the 参数 and 解读 that a node rests on, in the order of the program."""
    found: dict[str, None] = {}
    for place in sorted(leading_to(program, [node])):
        match program.nodes[place]:
            case nodes.Parameter(name=str(name)) | nodes.Test(parameter=str(name)):
                found[f"参数 {name}"] = None
            case nodes.Reading(reading=name):
                found[f"解读 {name}"] = None
            case _:
                pass
    return tuple(found)
