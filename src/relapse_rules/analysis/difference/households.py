"""A household that shows a difference, as an officer reads it, with all that the two versions say of it differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from relapse_rules.analysis.difference.model import Household, Told
from relapse_rules.analysis.proving.goals import Witness
from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.analysis.worked_case import given_lines
from relapse_rules.decisions.targets import targets_of
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.naming import value_text
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import Vocabulary


class Asked(NamedTuple):
    """A declaration whose outcome may differ: its nodes by the old and the new rules. ``number``: what kind of number an 指标 is."""

    name: str
    entity: str
    domain: str
    old: int
    new: int
    number: Type | None = None


_MOST_TOLD: Final = 40
_UNKNOWN: Final = "未知"


class Teller:
    """Tells of households by the joint program of ``evaluator``. ``asked``: the outcomes that may differ."""

    def __init__(self, evaluator: Evaluator, vocabulary: Vocabulary, asked: Sequence[Asked]) -> None:
        self._evaluator = evaluator
        self._vocabulary = vocabulary
        self._asked = tuple(asked)

    def household(self, witness: Witness, name: str) -> Household:
        """Return the household of a witness that was found for the declaration called ``name``."""
        evaluator = self._evaluator
        if witness.settings:
            evaluator = Evaluator(with_settings(evaluator.program, witness.settings), evaluator.code)
        rails = evaluator.run(witness.case)
        told = sorted(self._told(witness.case, rails), key=lambda each: each.name != name)
        return Household(
            case=witness.case,
            lane=witness.lane,
            facts=tuple(given_lines(witness.case, self._vocabulary)),
            told=tuple(told[:_MOST_TOLD]),
            numbers=tuple(self._numbers(witness.case, rails)),
            smallest=witness.smallest,
            settings=tuple(sorted(witness.settings.items())),
        )

    def _told(self, case: Case, rails: Rails) -> Iterator[Told]:
        for asked in self._asked:
            if asked.number is None:
                for lane, target in enumerate(self._targets(case, asked)):
                    before, after = rails.truth(asked.old, lane), rails.truth(asked.new, lane)
                    if before is not after:
                        yield Told(name=asked.name, target=target, before=before, after=after)

    def _numbers(self, case: Case, rails: Rails) -> Iterator[tuple[str, str, str]]:
        for asked in self._asked:
            if asked.number is not None:
                for lane, target in enumerate(self._targets(case, asked)):
                    before, after = rails.number(asked.old, lane), rails.number(asked.new, lane)
                    if before != after:
                        name = asked.name if target is None else f"{asked.name}（{target}）"
                        yield name, _number(before, asked.number), _number(after, asked.number)

    def _targets(self, case: Case, asked: Asked) -> tuple[str | None, ...]:
        """Return the elements that a declaration is about, None for the only one."""
        if asked.domain in self._evaluator.program.singular:
            return (None,)
        return tuple(each.id for each in targets_of(case, asked.entity, asked.domain).elements)


def _number(number: int | None, kind: Type) -> str:
    return _UNKNOWN if number is None else value_text(kind, number)
