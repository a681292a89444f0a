"""Compares two versions of a policy for all households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from relapse_rules.analysis.difference.attributes import attribute_changes, policy_changes
from relapse_rules.analysis.difference.causes import Causes
from relapse_rules.analysis.difference.households import Asked, Teller
from relapse_rules.analysis.difference.joining import Joined, Place, join
from relapse_rules.analysis.difference.model import Changed, Comparison, Difference, Verdict
from relapse_rules.analysis.difference.outcomes import Searching, comparison_of, with_numbers
from relapse_rules.analysis.difference.pairing import Pairs, paired
from relapse_rules.analysis.difference.settings import common_days
from relapse_rules.analysis.difference.telling import Telling
from relapse_rules.analysis.difference.version import Declaration, DeclarationKind, Version
from relapse_rules.analysis.difference.vocabularies import common
from relapse_rules.analysis.difference.wording import Wording
from relapse_rules.analysis.proving.goals import Limits
from relapse_rules.engines.lanes import compile_program
from relapse_rules.ir import nodes
from relapse_rules.ir.verify import is_number

Watch = Callable[[str, int, int], None]
"""Told before each declaration: its name, how many are done, and how many there are."""

_MOST_RENAMED: Final = 16
"""So many pairs of declarations are proved to be the same under two names at most; beyond that only what is built alike is recognised."""


def compare(
    old: Version, new: Version, *, limits: Limits | None = None, watch: Watch | None = None
) -> Difference:
    """Return how ``new`` differs from ``old``, for every household that either could decide.

    They are compared on the days on which both are in force; where there are none, as if both always were. ``limits``: how far is searched.
    """
    return _Comparing(old, new, limits).run(watch or _nobody)


def _nobody(name: str, done: int, total: int) -> None:
    del name, done, total


class _Comparing:
    """One comparison."""

    def __init__(self, old: Version, new: Version, limits: Limits | None) -> None:
        self._old = old
        self._new = new
        self._days = common_days(old.program, new.program)
        self._common = common(old.vocabulary, new.vocabulary)
        joined = join(old, new, self._common.vocabulary, self._common.unlike, self._days)
        program, numbers = with_numbers(joined.program, _numbers(old, new, joined))
        self._joined: Joined = joined._replace(program=program)
        self._wordings = Wording(old, joined.old), Wording(new, joined.new)
        self._searching = Searching(self._joined, self._common.vocabulary, numbers, limits)

    def run(self, watch: Watch) -> Difference:
        """Compare everything."""
        pairs = paired(self._old.declarations, self._new.declarations, self._alike())
        told = self._declarations(pairs, watch)
        gone = (
            Comparison(kind=each.kind, old=each, new=None, verdict=Verdict.DIFFERENT) for each in pairs.gone
        )
        come = {
            each.name: Comparison(kind=each.kind, old=None, new=each, verdict=Verdict.DIFFERENT)
            for each in pairs.come
        }
        known = {**come, **{each.name: each for each in told}}
        return Difference(
            old=self._old.program.policy,
            new=self._new.program.policy,
            old_digest=self._old.program.digest,
            new_digest=self._new.program.digest,
            days=self._days,
            declarations=(*(known[each.name] for each in self._new.declarations), *gone),
            settings=policy_changes(self._old, self._new),
            vocabulary=self._common.changes,
        )

    def _places(self, old: Declaration, new: Declaration) -> tuple[Place, Place]:
        return self._joined.old[old.node], self._joined.new[new.node]

    def _alike(self) -> Callable[[Declaration, Declaration], bool]:
        left = _MOST_RENAMED

        def alike(old: Declaration, new: Declaration) -> bool:
            nonlocal left
            before, after = self._places(old, new)
            if before is None or after is None or old.domain != new.domain:
                return False
            if isinstance(self._joined.program.nodes[after], nodes.Constant):
                return False
            if before == after or not left or old.kind is DeclarationKind.INDICATOR:
                return before == after
            left -= 1
            return self._searching.outcomes(before, after, new.domain).verdict is Verdict.EQUAL

        return alike

    def _declarations(self, pairs: Pairs, watch: Watch) -> tuple[Comparison, ...]:
        telling, causes = self._tellers(pairs)
        renamed = pairs.renamed
        found: list[Comparison] = []
        for done, (old, new) in enumerate(pairs.both):
            watch(new.name, done, len(pairs.both))
            told = self._compared(old, new, telling, causes)
            found.append(replace(told, attributes=self._attributes(old, new, renamed)))
        return tuple(found)

    def _tellers(self, pairs: Pairs) -> tuple[Telling, Causes]:
        """Return what tells of differences in words."""
        counterparts: dict[tuple[int, int], str] = {}
        asked: list[Asked] = []
        for old, new in pairs.both:
            before, after = self._places(old, new)
            if before is None or after is None or old.domain != new.domain or before == after:
                continue
            if old.listing is None or old.kind is DeclarationKind.EXCEPTION:
                counterparts.setdefault((before, after), new.name)
            kind = self._new.details.numbers[new.name] if new.kind is DeclarationKind.INDICATOR else None
            asked.append(Asked(new.name, new.entity, new.domain, before, after, kind))
        teller = Teller(compile_program(self._joined.program), self._common.vocabulary, asked)
        telling = Telling(self._searching, teller, self._wordings, counterparts)
        return telling, Causes(self._joined.program, *self._wordings, counterparts, self._changed_settings())

    def _changed_settings(self) -> frozenset[str]:
        """Return the 参数 with other values, and the 解读 taken otherwise, as ``参数 名称``."""
        old, new = self._old.program, self._new.program
        parameters = {name for name, common in self._joined.parameters.items() if name != common}
        taken = {entry.name: entry.taken for entry in old.readings}
        readings = {entry.name for entry in new.readings if taken.get(entry.name) != entry.taken}
        return frozenset((*(f"参数 {name}" for name in parameters), *(f"解读 {name}" for name in readings)))

    def _compared(self, old: Declaration, new: Declaration, telling: Telling, causes: Causes) -> Comparison:
        before, after = self._places(old, new)
        if before is None or after is None or old.domain != new.domain:
            return Comparison(kind=new.kind, old=old, new=new, verdict=Verdict.INCOMPARABLE)
        found = self._searching.outcomes(before, after, new.domain)
        told = comparison_of(old, new, found, telling.ways(new, before, after, found))
        if found.verdict is Verdict.EQUAL:
            return told
        parting = causes.parting(old, new, (before, after))
        return replace(told, causes=parting.causes, through=parting.through)

    def _attributes(self, old: Declaration, new: Declaration, renamed: dict[str, str]) -> tuple[Changed, ...]:
        def same(before: int | None, after: int | None) -> bool:
            if before is None or after is None:
                return before is after
            return self._same(self._joined.old[before], self._joined.new[after], new.domain)

        def said(before: int | None, after: int | None) -> tuple[str, str]:
            return _words(self._wordings[0], before), _words(self._wordings[1], after)

        return attribute_changes(old, new, renamed, same, said)

    def _same(self, before: Place, after: Place, domain: str) -> bool:
        """Whether two nodes that are not outcomes mean the same: a condition by proof, a number by how it is built."""
        if before is None or after is None or before == after:
            return before is not None and before == after
        if self._joined.program.nodes[before].domain != domain or is_number(
            self._joined.program.nodes[before]
        ):
            return False
        return self._searching.outcomes(before, after, domain).verdict is Verdict.EQUAL


def _words(wording: Wording, node: int | None) -> str:
    return "" if node is None else wording.own_text(node)


def _numbers(old: Version, new: Version, joined: Joined) -> list[tuple[int, int]]:
    """Return the nodes of the 指标 that both versions declare."""
    before = {each.name: each for each in old.declarations if each.kind is DeclarationKind.INDICATOR}
    found: list[tuple[int, int]] = []
    for each in new.declarations:
        former = before.get(each.name)
        if each.kind is DeclarationKind.INDICATOR and former is not None and former.domain == each.domain:
            places = joined.old[former.node], joined.new[each.node]
            if places[0] is not None and places[1] is not None:
                found.append((places[0], places[1]))
    return found
