"""Which declaration of the new version is which of the old one: by name, else by meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from relapse_rules.analysis.difference.version import Declaration

Alike = Callable[[Declaration, Declaration], bool]
"""Whether two declarations, of the old and of the new version, have the same outcome for every household."""


class Pairs(NamedTuple):
    """``both``: (old, new), in the order of the new version; ``gone``: only in the old, ``come``: only in the new."""

    both: tuple[tuple[Declaration, Declaration], ...]
    gone: tuple[Declaration, ...]
    come: tuple[Declaration, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """Old name → new name of what was renamed."""
        return {old.name: new.name for old, new in self.both if old.name != new.name}


def paired(old: Sequence[Declaration], new: Sequence[Declaration], alike: Alike) -> Pairs:
    """Return the declarations in pairs. One under another name is the same when it is of the same kind and 对象 and means the same."""
    before = {each.name: each for each in old}
    after = {each.name for each in new}
    gone = [each for each in old if each.name not in after]
    found: dict[str, Declaration] = {}
    for declaration in new:
        if declaration.name in before:
            found[declaration.name] = before[declaration.name]
            continue
        former = _former(declaration, gone, alike)
        if former is not None:
            gone.remove(former)
            found[declaration.name] = former
    return Pairs(
        both=tuple((found[each.name], each) for each in new if each.name in found),
        gone=tuple(gone),
        come=tuple(each for each in new if each.name not in found),
    )


def _former(new: Declaration, gone: Sequence[Declaration], alike: Alike) -> Declaration | None:
    """Return what a declaration was called before: of several that mean the same the one with the likest name."""
    same = [old for old in gone if (old.kind, old.entity) == (new.kind, new.entity) and alike(old, new)]
    return max(same, key=lambda old: _likeness(old.name, new.name), default=None)


def _likeness(one: str, other: str) -> float:  # only orders candidates
    return SequenceMatcher(None, one, other).ratio()
