"""When two conditions differ, in terms of conditions that they are built of.

The two are gates over some conditions that are not taken apart, the atoms. All ways in which the atoms can be yes or no are lanes of one pass. What
is found is cut down to as few atoms as decide by themselves, whatever the others are, known or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from relapse_rules.ir import nodes
from relapse_rules.ir.nodes import AnyNode
from relapse_rules.ir.order import leading_to, operands
from relapse_rules.ir.program import Program
from relapse_rules.values.truth import Truth

MOST_ATOMS: Final = 12
MOST_CUBES: Final = 6
_MOST_TRIES: Final = 24

_GATES: Final = (nodes.And, nodes.Or, nodes.AtLeast, nodes.Not, nodes.Merge)

Rail = tuple[int, int]
Assignment = Mapping[int, bool]
"""Atoms that are yes or no; the others may be anything."""

Possible = Callable[[Assignment], bool | None]
"""Whether there is a household with these atoms that shows the difference; None when nobody knows."""


class Found(NamedTuple):
    """Assignments that each are enough; ``complete``: there are no others."""

    cubes: tuple[Assignment, ...]
    complete: bool


class Pair:
    """A condition ``old`` and a condition ``new`` of one program. ``closed``: nodes that are not taken apart.

    ``atoms``: what both are built of, as they come in ``new``, then in ``old``.
    """

    def __init__(self, program: Program, old: int, new: int, closed: frozenset[int]) -> None:
        self._nodes: Sequence[AnyNode] = program.nodes
        self.old = old
        self.new = new
        self._shared = leading_to(program, [old]) & leading_to(program, [new])
        self._open = self._opened(closed)
        self.atoms = tuple(dict.fromkeys((*self._atoms(new), *self._atoms(old))))

    def _opened(self, closed: frozenset[int]) -> frozenset[int]:
        found: set[int] = set()
        waiting = [self.old, self.new]
        while waiting:
            place = waiting.pop()
            is_root = place in {self.old, self.new}
            if place in found or (not is_root and (place in self._shared or place in closed)):
                continue
            if isinstance(self._nodes[place], _GATES):
                found.add(place)
                waiting.extend(operands(self._nodes[place]))
        return frozenset(found)

    def _atoms(self, place: int) -> Iterator[int]:
        if place not in self._open:
            yield place
            return
        for each in operands(self._nodes[place]):
            yield from self._atoms(each)

    def is_shared(self, atom: int) -> bool:
        """Whether both versions have an atom."""
        return atom in self._shared

    # --- evaluating -------------------------------------------------------------------------------

    def truths(self, atoms: Assignment) -> tuple[Truth, Truth]:
        """Return old and new, with all other atoms unknown."""
        rails = self._run(
            {atom: (int(atoms.get(atom) is True), int(atoms.get(atom) is False)) for atom in self.atoms}, 1
        )
        return _truth(rails[0]), _truth(rails[1])

    def _run(self, atoms: Mapping[int, Rail], full: int) -> tuple[Rail, Rail]:
        known = dict(atoms)
        for place in sorted(self._open):
            known[place] = self._gate(self._nodes[place], known, full)
        return known[self.old], known[self.new]

    def _gate(self, node: AnyNode, known: Mapping[int, Rail], full: int) -> Rail:
        rails = [known[each] for each in operands(node)]
        match node:
            case nodes.Not():
                return rails[0][1], rails[0][0]
            case nodes.And():
                return _all(rails, full)
            case nodes.Or():
                no, yes = _all([(no, yes) for yes, no in rails], full)
                return yes, no
            case nodes.AtLeast(count=count):
                yes = _at_least(count, [rail[0] for rail in rails], full)
                return yes, _at_least(len(rails) - count + 1, [rail[1] for rail in rails], full)
            case _:
                # A derived field: the rule's answer and the supplied one, which do not contradict each other.
                return rails[0][0] | rails[1][0], rails[0][1] | rails[1][1]

    # --- searching --------------------------------------------------------------------------------

    def cubes(
        self, wanted: tuple[bool, bool], first: Assignment, possible: Possible, *, most: int = MOST_CUBES
    ) -> Found:
        """Return when old and new are as ``wanted``. ``first``: atoms of a household that shows it, which is looked at first."""
        if len(self.atoms) > MOST_ATOMS:
            return Found(
                (self._least(first, wanted),) if self.truths(first) == wanted else (), complete=False
            )
        columns = _columns(self.atoms)
        full = (1 << (1 << len(self.atoms))) - 1
        rails = self._run({atom: (bits, full & ~bits) for atom, bits in columns.items()}, full)
        rest = rails[0][not wanted[0]] & rails[1][not wanted[1]]
        found: list[Assignment] = []
        sure = True
        start: Assignment | None = first
        for _ in range(_MOST_TRIES):
            if not rest or len(found) >= most:
                break
            if start is None or self.truths(start) != wanted:
                world = (rest & -rest).bit_length() - 1
                start = {atom: bool(bits >> world & 1) for atom, bits in columns.items()}
            cube = self._least(start, wanted)
            start = None
            answer = possible(cube)
            if answer:
                found.append(cube)
            sure = sure and answer is not None
            covered = full
            for atom, value in cube.items():
                covered &= columns[atom] if value else full & ~columns[atom]
            rest &= ~covered
        return Found(tuple(found), complete=sure and not rest)

    def _least(self, atoms: Assignment, wanted: tuple[bool, bool]) -> Assignment:
        """Return the fewest of ``atoms`` that still decide; those that both versions have are left out first."""
        kept = dict(atoms)
        for atom in sorted(atoms, key=lambda each: (not self.is_shared(each), self.atoms.index(each))):
            fewer = {each: value for each, value in kept.items() if each != atom}
            if self.truths(fewer) == wanted:
                kept = fewer
        return {atom: kept[atom] for atom in self.atoms if atom in kept}


def _truth(rail: Rail) -> Truth:
    yes, no = rail
    return None if bool(yes) is bool(no) else bool(yes)


def _all(rails: Sequence[Rail], full: int) -> Rail:
    yes, no = full, 0
    for each_yes, each_no in rails:
        yes &= each_yes
        no |= each_no
    return yes, no


def _at_least(count: int, bits: Sequence[int], full: int) -> int:
    """Return the lanes in which at least ``count`` of ``bits`` are set."""
    reached = [full] + [0] * count
    for each in bits:
        for number in range(count, 0, -1):
            reached[number] |= reached[number - 1] & each
    return reached[count]


def _columns(atoms: Sequence[int]) -> dict[int, int]:
    """Return for each atom the worlds in which it is yes: world ``w`` has atom ``i`` yes when bit ``i`` of ``w`` is set."""
    count = 1 << len(atoms)
    found: dict[int, int] = {}
    for place, atom in enumerate(atoms):
        half = 1 << place
        block = ((1 << half) - 1) << half
        found[atom] = block * (((1 << count) - 1) // ((1 << 2 * half) - 1))
    return found
