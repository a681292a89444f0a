"""What all declarations have."""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.syntax.tree import Name, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite(Node):
    """A statement id of the outline, such as ``4.1-02``."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Node):
    """What all declarations have: a name (the text after the keyword) and 依据."""

    name: Name
    cites: tuple[Cite, ...] = ()
