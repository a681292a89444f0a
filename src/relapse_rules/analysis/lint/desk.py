"""What a rule looks at: the files of a policy, and every expression in them with its surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, lru_cache
from typing import Final, TypeVar, cast, get_args

from relapse_rules.analysis.lint.places import Places
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import AnyDeclaration, PolicyFile, Property
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.tree import ConditionList, Expression, Node

_EXPRESSIONS: Final[tuple[type, ...]] = get_args(Expression)

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An expression as it stands in a declaration.

    ``attribute``: the field of a declaration or a step that it is of. ``is_whole``: it is all of that, or of an item of a list.
    """

    declaration: AnyDeclaration
    expression: Expression
    attribute: str
    is_whole: bool


@dataclass(frozen=True, kw_only=True)
class Desk:
    """``files``: those to find something in; ``declarations``: all of the policy. ``has_outline``: it names the plan's outline."""

    files: tuple[PolicyFile, ...]
    declarations: tuple[AnyDeclaration, ...]
    sources: Mapping[str, SourceText]
    has_outline: bool

    @cached_property
    def own(self) -> tuple[AnyDeclaration, ...]:
        """The declarations of the files to find something in."""
        return tuple(declared for file in self.files for declared in file.declarations)

    @cached_property
    def expressions(self) -> tuple[Written, ...]:
        """Every expression of these, outer ones first. Those of a 性质 are left out: they are claims, not rules."""
        found: list[Written] = []
        for declared in self.own:
            if not isinstance(declared, Property):
                found.extend(_expressions(declared, declared, ""))
        return tuple(found)

    def named(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Return the declarations of one kind among `own`."""
        return tuple(declared for declared in self.own if isinstance(declared, kind))

    def places(self, node: Node) -> Places:
        """Return what tells places in the file of ``node``."""
        return _places(self.sources[node.span.file])


def name_of(declared: AnyDeclaration) -> str:
    """Return what a declaration is called, or nothing."""
    return declared.name.text if isinstance(declared, Declaration) else ""


def is_expression(node: object) -> bool:
    """Whether ``node`` is a value or a condition."""
    return isinstance(node, _EXPRESSIONS)


def _expressions(declared: AnyDeclaration, node: Node, attribute: str) -> Iterator[Written]:
    inside = is_expression(node)
    for name, part in _parts(node):
        of = attribute if inside else name
        if isinstance(part, _EXPRESSIONS):
            is_whole = not inside or isinstance(node, ConditionList)
            yield Written(declaration=declared, expression=part, attribute=of, is_whole=is_whole)  # type: ignore[arg-type]  # it is one
        yield from _expressions(declared, part, of)


def _parts(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the nodes right below ``node`` and the fields in which they are, in written order."""
    for name in _fields(node.__class__):  # type: ignore[arg-type]  # a class is hashable
        value: object = getattr(node, name)
        if isinstance(value, Node):
            yield name, value
        elif isinstance(value, tuple):
            parts = cast("tuple[object, ...]", value)
            yield from ((name, each) for each in parts if isinstance(each, Node))


@cache
def _fields(kind: type[Node]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name != "span")


@lru_cache(maxsize=128)
def _places(source: SourceText) -> Places:
    return Places(source)
