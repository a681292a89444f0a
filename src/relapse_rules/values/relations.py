"""How one entity's elements belong to another's."""

from __future__ import annotations

from typing import NamedTuple


class Relation(NamedTuple):
    """Elements of ``child`` each belong to one element of ``parent`` (English entity names).

    With ``reference`` None the tie is structural: the child's list hangs under its parent, and is complete or not supplied.
    Otherwise the tie is the child's reference field of that name (受灾影响.灾害事件编号 → 灾害事件); it may be unknown for an element, and
    the elements seen from the parent are those that refer to it.

    A named tuple, since it is looked up some fifty times in every decision and hashes five times as fast as a dataclass.
    """

    child: str
    parent: str
    reference: str | None = None
