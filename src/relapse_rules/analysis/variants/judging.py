"""In which worlds of a case each line under 期望 does not hold: `analysis.cases` over many worlds at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relapse_rules.analysis.variants.model import Part, Slot, Variant
from relapse_rules.analysis.variants.worlds import CaseWorlds
from relapse_rules.check.policy import TypedExpectation, TypedLimit
from relapse_rules.decisions.limits import moments
from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.targets import targets_of
from relapse_rules.explain.world_columns import Column
from relapse_rules.ir import nodes
from relapse_rules.ir.program import Concluded, Limit, Listing, Program
from relapse_rules.syntax.declarations import ExpectationKind

_Asked = Callable[[int], int]
"""By lane, the worlds in which something is so."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a line under 期望 speaks of: a conclusion, judgement or exception (no ``listing``), or something listed with one."""

    entity: str
    domain: str
    node: int
    listing: Listing | None = None


class Judge:
    """Judges the expectations of cases under the variants of one program."""

    def __init__(self, program: Program, variants: Sequence[Variant]) -> None:
        self._program = program
        self._variants = variants
        self._taken = {entry.name: entry.taken for entry in program.readings}
        self._judged: dict[str, Judged] = {}
        plain: tuple[Concluded, ...] = (*program.conclusions, *program.judgements)
        for entry in plain:
            self._judged[entry.id] = Judged(entity=entry.entity, domain=entry.domain, node=entry.node)
        for listing in program.listings:
            # Of an exception the node that others use, which is where variants of it are put.
            node = program.named[listing.id] if listing.kind == "exception" else listing.node
            self._judged[listing.id] = Judged(
                entity=listing.entity, domain=listing.domain, node=node, listing=listing
            )

    def fails(
        self,
        expectation: TypedExpectation,
        worlds: CaseWorlds,
        variants: Sequence[int],
        numbers: Mapping[str, int | None],
    ) -> int:
        """Return the worlds in which some subject of an expectation is not as expected. ``numbers``: of each 参数, on the day.

        What waits for which facts (缺) is not worked out: such a line holds in every world.
        """
        found = 0
        for subject in expectation.subjects:
            found |= self._fails(expectation, subject, worlds, variants, numbers)
        return found & worlds.full

    def _fails(
        self,
        expectation: TypedExpectation,
        subject: str,
        worlds: CaseWorlds,
        variants: Sequence[int],
        numbers: Mapping[str, int | None],
    ) -> int:
        match ExpectationKind(expectation.kind):
            case ExpectationKind.MISSING:
                return 0
            case ExpectationKind.CONTRADICTION:
                return worlds.full & ~self._contradicted(subject, worlds)
            case ExpectationKind.DUE:
                return self._due(expectation, self._judged[subject], worlds, variants, numbers)
            case ExpectationKind.DONE:
                about = self._judged[subject]
                done = None if about.listing is None else about.listing.done
                return self._outcome(expectation, about, done, Slot(subject, Part.DONE), worlds)
            case _:
                about = self._judged[subject]
                return self._outcome(expectation, about, about.node, Slot(subject, Part.OUTCOME), worlds)

    def _outcome(
        self,
        expectation: TypedExpectation,
        about: Judged,
        node: int | None,
        slot: Slot,
        worlds: CaseWorlds,
    ) -> int:
        full = worlds.full
        targets = targets_of(worlds.case, about.entity, about.domain)
        some, none, known = 0, full, False
        for lane, target in enumerate(targets.elements):
            if expectation.target is not None and target.id != expectation.target:
                continue
            known = True
            yes, no = (0, 0) if node is None else _rails(worlds, node, slot, lane)
            some, none = some | yes, none & no
        if targets.unlisted is not None and expectation.target is None:
            known = True
            none = none if targets.unlisted is Outcome.NO and node is not None else 0
        if not known:
            # There is no such element in any world.
            return 0
        match expectation.kind, expectation.outcome:
            case (ExpectationKind.MEASURES, _) | (_, "是"):
                return full & ~some
            case ExpectationKind.NO_MEASURES, _:
                return some
            case _, "否":
                return full & ~(none & ~some)
            case _:
                return some | none

    def _contradicted(self, fact: str, worlds: CaseWorlds) -> int:
        found = 0
        for position, node in enumerate(self._program.nodes):
            if isinstance(node, nodes.Merge | nodes.MergeNumber) and node.fact == fact:
                for lane in range(len(worlds.case.tables[node.domain].rows)):
                    found |= worlds.clashes(position, lane)
        return found

    # --- 截止 -------------------------------------------------------------------------------------

    def _due(
        self,
        expectation: TypedExpectation,
        about: Judged,
        worlds: CaseWorlds,
        variants: Sequence[int],
        numbers: Mapping[str, int | None],
    ) -> int:
        assert about.listing is not None, "only what is listed is due"
        own = dict(self._limits(about.listing, worlds, variants))
        told = wanted = 0
        for lane, target in enumerate(targets_of(worlds.case, about.entity, about.domain).elements):
            if expectation.target is not None and target.id != expectation.target:
                continue
            for bits, limit, column in self._starts(about.listing, own, worlds, lane):
                for value, among in column.items():
                    due = self._moment(limit, value, numbers)
                    told |= bits & among if due is not None else 0
                    wanted |= bits & among if due is not None and due == expectation.due else 0
        return told if expectation.due is None else worlds.full & ~wanted

    def _limits(
        self, listing: Listing, worlds: CaseWorlds, variants: Sequence[int]
    ) -> Iterator[tuple[int, Limit]]:
        """Yield the worlds in which something listed has another time limit, and that."""
        starts = {bit for bit, _ in worlds.own(Slot(listing.id, Part.START))}
        for world, variant in enumerate(variants):
            other = self._variants[variant].limits.get(listing.id)
            if other is not None:
                yield 1 << world, _lowered(other)
            elif 1 << world in starts and listing.limit is not None:
                yield 1 << world, listing.limit

    @staticmethod
    def _starts(
        listing: Listing, own: Mapping[int, Limit], worlds: CaseWorlds, lane: int
    ) -> Iterator[tuple[int, Limit, Column]]:
        """Yield worlds with the limit that they have, and the values of its start."""
        limit = listing.limit
        if limit is None or limit.start is None:
            return
        column = worlds.values(limit.start, lane)
        roots = dict(worlds.own(Slot(listing.id, Part.START)))
        yield worlds.full & ~sum(own), limit, column
        for bit, other in own.items():
            yield bit, other, worlds.values(roots[bit], lane) if bit in roots else column

    def _moment(self, limit: Limit, start: int | None, numbers: Mapping[str, int | None]) -> int | None:
        within = numbers[limit.within] if isinstance(limit.within, str) else limit.within
        counting = None if limit.reading is None else self._taken[limit.reading]
        return moments(limit, start, within, counting)[1]


def _rails(worlds: CaseWorlds, node: int, slot: Slot, lane: int) -> tuple[int, int]:
    """Return the worlds in which a condition is yes and no for an element; in some the slot may hold another one."""
    own = worlds.own(slot)
    instead = sum(bit for bit, _ in own)
    yes, no = worlds.yes(node, lane) & ~instead, worlds.no(node, lane) & ~instead
    for bit, root in own:
        yes |= worlds.yes(root, lane) & bit
        no |= worlds.no(root, lane) & bit
    return yes, no


def _lowered(limit: TypedLimit) -> Limit:
    return Limit(
        word=limit.word,
        start_is_date=limit.start_is_date,
        within=limit.within,
        within_unit=limit.within_unit,
        same_day=limit.same_day,
        reading=limit.reading,
    )
