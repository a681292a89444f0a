"""Tells in the policies' own words when an outcome differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from relapse_rules.analysis.difference.cubes import Assignment, Pair
from relapse_rules.analysis.difference.households import Teller
from relapse_rules.analysis.difference.model import Cube, Direction, Literal
from relapse_rules.analysis.difference.outcomes import Outcomes, Searching
from relapse_rules.analysis.difference.version import Declaration
from relapse_rules.analysis.difference.wording import Wording
from relapse_rules.analysis.proving.goals import Demand, Goal, Wanted, Witness
from relapse_rules.ir import nodes
from relapse_rules.ir.order import leading_to
from relapse_rules.values.truth import Truth

_OF: Final = {True: Wanted.YES, False: Wanted.NO}


class _When(NamedTuple):
    """See `Direction`."""

    cubes: tuple[Cube, ...]
    complete: bool
    among: str


class Telling:
    """Tells how the outcomes of declarations differ. ``counterparts``: changed nodes of one declaration, (old, new) → its name."""

    def __init__(
        self,
        searching: Searching,
        teller: Teller,
        wordings: tuple[Wording, Wording],
        counterparts: Mapping[tuple[int, int], str],
    ) -> None:
        self._searching = searching
        self._teller = teller
        self._old, self._new = wordings
        self._counterparts = counterparts
        self._closed = frozenset(place for pair in counterparts for place in pair)
        self._known: dict[tuple[int, int, bool], _When] = {}

    def ways(self, declaration: Declaration, old: int, new: int, found: Outcomes) -> tuple[Direction, ...]:
        """Return every way in which a declaration differs, with a household for each."""
        ways: list[Direction] = []
        for before, after, witness in found.found:
            way = Direction(
                before=before, after=after, household=self._teller.household(witness, declaration.name)
            )
            if before is not None and after is not None and not witness.settings:
                when = self._when(declaration.name, (old, new), (before, after), witness)
                way = replace(way, cubes=when.cubes, complete=when.complete, among=when.among)
            ways.append(way)
        return tuple(ways)

    def _when(self, name: str, places: tuple[int, int], wanted: tuple[bool, bool], witness: Witness) -> _When:
        rests_on = self._counterparts.get(places, name)
        if rests_on != name:
            # It is nothing but another declaration, which tells for itself when it differs.
            return _turned(rests_on, wanted, "")
        key = (*places, wanted[0])
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._searched(*places, wanted, witness)
        return found

    def _searched(self, old: int, new: int, wanted: tuple[bool, bool], witness: Witness) -> _When:
        among = ""
        while (relation := self._folded(old, new)) is not None:
            child = self._program[old]
            among = self._new.entity(relation) if not isinstance(child, nodes.Lift) else among
            old, new = self._below(old), self._below(new)
            name = self._counterparts.get((old, new))
            if name is not None:
                return _turned(name, wanted, among)
        pair = Pair(self._searching.program, old, new, self._closed)
        domain = self._program[old].domain
        found = pair.cubes(
            wanted, self._first(pair, domain, wanted, witness), self._possible(pair, domain, wanted)
        )
        return _When(tuple(self._literals(pair, cube) for cube in found.cubes), found.complete, among)

    @property
    def _program(self) -> tuple[nodes.AnyNode, ...]:
        return self._searching.program.nodes

    def _folded(self, old: int, new: int) -> str | None:
        """Return the list over which both nodes fold a condition in the same way; None when they do not."""
        before, after = self._program[old], self._program[new]
        match before, after:
            case (
                (nodes.Exists(relation=one), nodes.Exists(relation=other))
                | (nodes.Every(relation=one), nodes.Every(relation=other))
                | (nodes.Lift(relation=one), nodes.Lift(relation=other))
            ) if one == other:
                return one.child
            case _:
                return None

    def _below(self, place: int) -> int:
        node = self._program[place]
        assert isinstance(node, nodes.Exists | nodes.Every | nodes.Lift)
        return node.operand if isinstance(node, nodes.Lift) else node.condition

    def _first(self, pair: Pair, domain: str, wanted: tuple[bool, bool], witness: Witness) -> Assignment:
        """Return what the household says of the atoms, for an element that shows the difference; nothing where none does by itself."""
        lanes = [witness.lane, *range(len(witness.case.tables[domain].rows))]
        for lane in lanes:
            one = replace(witness, lane=lane)
            if (
                lane < len(witness.case.tables[domain].rows)
                and self._truths(one, (pair.old, pair.new)) == wanted
            ):
                truths = self._truths(one, pair.atoms)
                return {
                    atom: truth for atom, truth in zip(pair.atoms, truths, strict=True) if truth is not None
                }
        return {}

    def _truths(self, witness: Witness, places: tuple[int, ...]) -> tuple[Truth, ...]:
        prover = self._searching.prover
        return tuple(prover.truth(Demand(node=place, wanted=Wanted.YES), witness) for place in places)

    def _possible(self, pair: Pair, domain: str, wanted: tuple[bool, bool]) -> _Possible:
        return _Possible(self._searching, pair, domain, wanted)

    # --- words ------------------------------------------------------------------------------------

    def _literals(self, pair: Pair, cube: Assignment) -> Cube:
        roots = {pair.old, pair.new}
        said = {atom: self._wording(atom).statement(atom, named=atom not in roots) for atom in pair.atoms}
        texts = {atom: text for atom, (text, _) in said.items()}
        # What the versions do not share comes first: it makes the difference.
        order = sorted(cube, key=lambda atom: (pair.is_shared(atom), cube[atom] is not said[atom][1]))
        return tuple(
            Literal(
                text=texts[atom],
                holds=cube[atom] is said[atom][1],
                version=self._version(atom, texts, pair),
                is_name=self._wording(atom).is_name(atom, named=atom not in roots),
            )
            for atom in order
        )

    def _reads_changed(self, atom: int) -> bool:
        """Whether an atom rests on a 参数 that the versions set differently."""
        names = self._searching.changed_parameters
        nodes_below = (self._program[place] for place in leading_to(self._searching.program, [atom]))
        return any(
            (isinstance(node, nodes.Parameter) and node.name in names)
            or (isinstance(node, nodes.Test) and node.parameter in names)
            for node in nodes_below
        )

    def _wording(self, atom: int) -> Wording:
        """Return the version whose words are used: the one that has a name for it, or else the new one."""
        if atom in self._new and (atom in self._new.names or atom not in self._old.names):
            return self._new
        return self._old

    def _version(self, atom: int, texts: Mapping[int, str], pair: Pair) -> str:
        """Return of which version an atom is, where the other says something else in the same words, or by the same 参数."""
        same_words = any(text == texts[atom] for other, text in texts.items() if other != atom)
        is_named = atom in self._wording(atom).names and atom not in {pair.old, pair.new}
        if not same_words and (is_named or not self._reads_changed(atom)):
            return ""
        return "新" if self._wording(atom) is self._new else "旧"


def _turned(name: str, wanted: tuple[bool, bool], among: str) -> _When:
    """Return that a declaration differs when another one does."""
    sides = zip(wanted, ("旧", "新"), strict=True)
    cube = tuple(
        Literal(text=f"“{name}”", holds=holds, version=version, is_name=True) for holds, version in sides
    )
    return _When((cube,), complete=True, among=among)


class _Possible:
    """Whether there is a household with certain atoms that shows a difference."""

    def __init__(self, searching: Searching, pair: Pair, domain: str, wanted: tuple[bool, bool]) -> None:
        self._searching = searching
        self._pair = pair
        self._domain = domain
        self._wanted = wanted

    def __call__(self, cube: Assignment) -> bool | None:
        wished = ((self._pair.old, self._wanted[0]), (self._pair.new, self._wanted[1]), *cube.items())
        demands = tuple(Demand(node=node, wanted=_OF[value]) for node, value in wished)
        search = self._searching.prover.find(Goal(domain=self._domain, demands=demands))
        if search.witness is not None:
            return True
        return False if search.complete else None
