"""What answers to open questions decide: alone, together with others, and which questions are enough.

Every set of questions that some outcome waits for is tried with every combination of answers, all in one pass of many worlds. For an
outcome that waits for too many questions at once, or for some to which not every answer can be listed (a whole list, say), nothing is
left out.

An outcome is *settled* by some answers when it is known, or when no answers to the other questions can decide it either: a number that
cannot be computed stays so. Answers that contradict what is stated are not tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from relapse_rules.decisions.names import positions
from relapse_rules.explain.alternatives import Alternatives
from relapse_rules.explain.premises import Key, ListOf
from relapse_rules.explain.tables import Block, block, size_of
from relapse_rules.explain.waiting import Element
from relapse_rules.explain.worlds import Supposed, WorldRails, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails

MOST_WORLDS: Final = 4096
"""Combinations of answers that are tried for one outcome."""

_MOST_SETS: Final = 2000
"""Sets of questions that are tried where several would do."""


class Settling(NamedTuple):
    """Questions (bits) after which nothing can be decided by asking on. ``exact``: no smaller set does it."""

    questions: int
    exact: bool


class _Waiting(NamedTuple):
    """One open outcome: the questions that it waits for, where those are tried, and the worlds there in which it is known or not.

    These worlds are only those in which nothing else is answered and no answer contradicts what is stated. ``told``: every combination
    of every answer is tried in ``block``. ``alone``: without a block, the questions that decide it alone.
    """

    cone: int
    block: Block | None
    told: bool
    known: int
    undecided: int
    alone: int = 0


class Inquiry:
    """The questions of one case. Sets of them, and of open outcomes, are bits in the order given.

    ``settles[q]``: the outcomes that some answer to ``q`` alone decides. ``bears_on[q]``: all to which ``q`` can matter.
    ``stuck``: the outcomes that no answers decide: facts contradict each other, or a number cannot be computed.
    """

    def __init__(
        self,
        worlds: Worlds,
        case: Case,
        rails: Rails,
        waiting: Sequence[Element],
        keys: Sequence[Key],
        cones: Sequence[int],
        alternatives: Sequence[Alternatives],
    ) -> None:
        self._keys = keys
        self._alternatives = alternatives
        self._blocks = tuple(self._tried(cones))
        self._home = {cone: self._where(cone) for cone in set(cones)}
        self._opaque = sum(1 << place for place, tried in enumerate(alternatives) if not tried.whole)
        supposed, count = self._supposed()
        found = worlds.run_sets(case, rails, count, supposed)
        possible = ~found.contradictions(dict(rails.conflicts))
        self._waiting = tuple(
            self._looked_at(element, cone, found, supposed, possible)
            for element, cone in zip(waiting, cones, strict=True)
        )
        self.settles, self.bears_on = self._decided()
        self.stuck = sum(
            1 << place
            for place, outcome in enumerate(self._waiting)
            if not outcome.cone or (outcome.told and not outcome.known)
        )

    # --- what is tried ----------------------------------------------------------------------------

    def _tried(self, cones: Sequence[int]) -> Iterator[Block]:
        """Yield a block for every largest set of questions that can be tried, and for every question that is in none."""
        offset = 0
        largest: list[int] = []
        alone = [1 << place for place in range(len(self._keys))]
        for cone in (*sorted(set(cones), key=lambda each: (-each.bit_count(), each)), *alone):
            counts = {place: len(self._alternatives[place].values) for place in positions(cone)}
            if (
                cone
                and size_of(tuple(counts.values())) <= MOST_WORLDS
                and all(cone & ~bigger for bigger in largest)
            ):
                largest.append(cone)
                made = block(offset, counts)
                offset += made.size
                yield made

    def _supposed(self) -> tuple[Mapping[Key, Mapping[Supposed, int]], int]:
        supposed: dict[Key, dict[Supposed, int]] = {key: {} for key in self._keys}
        for tried in self._blocks:
            for place, column in tried.columns.items():
                own = supposed[self._keys[place]]
                for value, worlds in zip(self._alternatives[place].values, column.digits[1:], strict=True):
                    own[value] = own.get(value, 0) | worlds << tried.offset
        count = sum(tried.size for tried in self._blocks)
        return supposed, max(count, 1)

    def _where(self, cone: int) -> tuple[Block, int] | None:
        """Return the block in which a set of questions is tried, and the worlds there in which no others are answered."""
        for tried in self._blocks:
            if cone and not cone & ~tried.questions:
                return tried, tried.only(cone)
        return None

    def _looked_at(
        self,
        element: Element,
        cone: int,
        found: WorldRails,
        supposed: Mapping[Key, Mapping[Supposed, int]],
        possible: int,
    ) -> _Waiting:
        if element.lane is None:
            known = supposed[ListOf(element.asked.domain)].get(True, 0)
        else:
            known = found.known(element.asked.node, element.lane)
        home = self._home[cone]
        if home is None:
            alone = self._alone(cone, known & possible)
            return _Waiting(cone, None, told=False, known=0, undecided=0, alone=alone)
        tried, here = home
        here &= tried.part(possible)
        known = tried.part(known)
        return _Waiting(
            cone, tried, told=not cone & self._opaque, known=known & here, undecided=here & ~known
        )

    def _alone(self, cone: int, known: int) -> int:
        """Return the questions of a set too large to be tried together of which some answer leads into the worlds ``known``."""
        found = 0
        for question in positions(cone):
            tried = next((each for each in self._blocks if each.questions >> question & 1), None)
            if tried is not None and tried.alone(question) & tried.part(known):
                found |= 1 << question
        return found

    # --- what it shows ----------------------------------------------------------------------------

    def _decided(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return `settles` and `bears_on`."""
        settles, bears_on = [0] * len(self._keys), [0] * len(self._keys)
        alike: dict[_Waiting, tuple[int, int]] = {}
        for place, outcome in enumerate(self._waiting):
            shown = alike.get(outcome)
            if shown is None:
                shown = alike[outcome] = self._shown(outcome)
            for question in positions(outcome.cone):
                settles[question] |= (shown[0] >> question & 1) << place
                bears_on[question] |= (shown[1] >> question & 1) << place
        return settles, bears_on

    def _shown(self, outcome: _Waiting) -> tuple[int, int]:
        """Return the questions that can decide an outcome alone, and those that can matter to it, whatever else is known."""
        tried = outcome.block
        if tried is None:
            return outcome.alone, outcome.cone
        alone = matters = 0
        for question in positions(outcome.cone):
            bit = 1 << question
            if tried.alone(question) & outcome.known:
                alone |= bit
            if not outcome.told or self._pivotal(outcome, question, 0):
                matters |= bit
        return alone, matters

    def _pivotal(self, outcome: _Waiting, question: int, answered: int) -> int:
        """Return the worlds, ``answered`` (bits) all answered, in which an outcome is open and an answer to ``question`` decides it."""
        tried = outcome.block
        assert tried is not None
        undecided = outcome.undecided & tried.answered(answered) if answered else outcome.undecided
        return undecided & tried.without(question, outcome.known)

    def settling(self) -> Settling:
        """Return a smallest set of questions after which nothing can be decided by asking on."""
        needed = 0
        for outcome in dict.fromkeys(self._waiting):
            if outcome.block is None or not outcome.cone & ~needed:
                continue
            for question in positions(outcome.cone & ~needed):
                if self._pivotal(outcome, question, outcome.cone & ~(1 << question)):
                    needed |= 1 << question
        exact = True
        for outcome in self._waiting:
            if not outcome.told and outcome.cone & ~needed:
                needed |= outcome.cone
                exact = False
        failing = [each for each in self._waiting if each.told and not self._enough(each, needed)]
        if not failing:
            return Settling(needed, exact)
        more, found = self._completed(failing, needed)
        return Settling(needed | more, exact and found)

    def _completed(self, failing: Sequence[_Waiting], needed: int) -> tuple[int, bool]:
        """Return the fewest questions that are enough for ``failing`` besides ``needed``, and whether that was proved."""
        free = 0
        for outcome in failing:
            free |= outcome.cone & ~needed
        tries = 0
        for number in range(1, free.bit_count()):
            for chosen in combinations(tuple(positions(free)), number):
                tries += 1
                if tries > _MOST_SETS:
                    return free, False
                more = sum(1 << question for question in chosen)
                if all(self._enough(outcome, needed | more) for outcome in failing):
                    return more, True
        return free, True

    def _enough(self, outcome: _Waiting, questions: int) -> bool:
        """Whether, whatever the answers to ``questions`` are, no further answer can decide the outcome."""
        tried = outcome.block
        assert tried is not None
        rest = outcome.cone & ~questions
        asked = outcome.cone & questions
        undecided = outcome.undecided & tried.only(asked) & tried.answered(asked)
        reached = outcome.known & tried.answered(outcome.cone)
        for question in positions(rest):
            reached = tried.without(question, reached)
        return not undecided & reached
