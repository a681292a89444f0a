"""Rulesets: rules over local numbers, in the form and within the limits that durable_rules bears.

A literal is one fact ``{"sid", "id", "p", "v"}`` of integers and one boolean: ``p`` numbers the node within its ruleset, ``v`` is
the rail. A rule is ``all`` over patterns of constants. One more fact starts every run, and one more rule, the sink, takes it:
so an action always runs before a state is deleted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from relapse_rules.engines.durable.claims import claims
from relapse_rules.engines.durable.limits import Limits, distinct_names, refusal
from relapse_rules.engines.durable.literals import Literal, Rule
from relapse_rules.engines.durable.rules import part_numbers, rules_needed, rules_of
from relapse_rules.engines.durable.stages import Region
from relapse_rules.ir.program import Program

SID: Final = "1"
SINK: Final = "s"
_START: Final = 0
"""``p`` of the fact that starts a run; nodes are numbered from 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """One ruleset.

    ``facts``: the text of each literal that its rules use; ``literals``: fact id → literal; ``start``: the text of the fact that
    starts a run; ``rules``: name in durable_rules → rule.
    """

    definition: str
    rules: Mapping[str, Rule]
    facts: Mapping[Literal, str]
    literals: Mapping[str, Literal]
    start: str


class Maker:
    """Makes the rulesets of one program, region by region, and counts its rules on the way."""

    def __init__(self, program: Program, limits: Limits, preferred_rules: int) -> None:
        self._program = program
        self._limits = limits
        # Of the limit itself, one rule is for the sink.
        self._size = min(preferred_rules, limits.rules - 1)
        self._parts = part_numbers()
        self._made = 0

    def rulesets(self, region: Region) -> tuple[Ruleset, ...]:
        """Return the rulesets of ``region``, to be run in this order: what one proves, later ones are told.

        Raises:
            ProgramRefusedError: the program would need more rules than the engine can hold.
        """
        return tuple(
            _ruleset(rules) for rules in pieces(tuple(self._rules(region)), self._size, self._limits)
        )

    def _rules(self, region: Region) -> Iterator[Rule]:
        for position in region.gates:
            for literal, claim in claims(self._program.nodes, position):
                needed = self._made + rules_needed(claim)
                if needed > self._limits.total_rules:
                    raise refusal(self._program, position, needed, self._limits)
                own = tuple(
                    rules_of(
                        literal,
                        claim,
                        self._parts(position),
                        most_antecedents=self._limits.antecedents,
                    )
                )
                self._made += len(own)
                yield from own


def pieces(rules: Sequence[Rule], size: int, limits: Limits) -> Iterator[tuple[Rule, ...]]:
    """Yield ``rules`` cut where the next one would exceed ``size`` rules, the uses of one pattern or the tests of one level.

    The rules that prove a literal stand before those that use it, so that any cut keeps what a piece needs in it or before it.
    """
    piece: list[Rule] = []
    uses: Counter[Literal] = Counter()
    places: set[tuple[int, int]] = set()
    for rule in rules:
        own = {_place(literal) for literal in rule.antecedents}
        is_shared_out = any(uses[literal] >= limits.uses for literal in rule.antecedents)
        # The starting fact's pattern is one more test.
        is_wide = len(places | own) >= limits.tests
        if piece and (len(piece) == size or is_shared_out or is_wide):
            yield tuple(piece)
            piece, uses, places = [], Counter(), set()
        piece.append(rule)
        uses.update(rule.antecedents)
        places |= own
    if piece:
        yield tuple(piece)


def _place(literal: Literal) -> tuple[int, int]:
    """Return what one number ``p`` stands for: both rails of a node, or one intermediate result of one rail."""
    return literal.node, literal.part if literal.rail else -literal.part


def _ruleset(rules: Sequence[Rule]) -> Ruleset:
    used = tuple(dict.fromkeys(literal for rule in rules for literal in rule.antecedents))
    numbers: dict[tuple[int, int], int] = {}
    for literal in used:
        numbers.setdefault(_place(literal), len(numbers) + 1)
    start_id, *ids = islice(distinct_names(""), len(used) + 1)
    names = tuple(islice(distinct_names("r"), len(rules)))
    definition: dict[str, Any] = {
        name: {"all": _patterns(rule, numbers)} for name, rule in zip(names, rules, strict=True)
    }
    definition[SINK] = {"all": [{"m": {"p": _START}}]}
    return Ruleset(
        definition=json.dumps(definition),
        rules=dict(zip(names, rules, strict=True)),
        facts={
            literal: _fact(own, numbers[_place(literal)], literal.rail)
            for own, literal in zip(ids, used, strict=True)
        },
        literals=dict(zip(ids, used, strict=True)),
        start=_fact(start_id, _START, True),  # noqa: FBT003 - a fact's value
    )


def _patterns(rule: Rule, numbers: Mapping[tuple[int, int], int]) -> list[dict[str, Any]]:
    tests = [{"$and": [{"p": numbers[_place(literal)]}, {"v": literal.rail}]} for literal in rule.antecedents]
    if len(tests) == 1:
        return [{"m": tests[0]}]
    return [{f"m_{place}": test} for place, test in enumerate(tests)]


def _fact(own: str, place: int, rail: bool) -> str:  # noqa: FBT001 - a fact's value
    return json.dumps({"sid": SID, "id": own, "p": place, "v": rail})
