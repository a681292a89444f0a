"""A household that shows a difference, as an officer reads it, with all that the two versions say of it differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from relapse_rules.analysis.difference.model import Household, Told
from relapse_rules.analysis.proving.goals import Witness
from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.analysis.worked_case import given_lines
from relapse_rules.decisions.targets import targets_of
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.values.vocabulary import Vocabulary

Asked = tuple[str, str, str, int, int]
"""(name, entity, domain, node by the old rules, node by the new ones) of a declaration whose outcome may differ."""

_MOST_TOLD: Final = 40


class Teller:
    """Tells of households by the joint program of ``evaluator``. ``asked``: the outcomes that may differ."""

    def __init__(self, evaluator: Evaluator, vocabulary: Vocabulary, asked: Sequence[Asked]) -> None:
        self._evaluator = evaluator
        self._vocabulary = vocabulary
        self._asked = tuple(asked)

    def household(self, witness: Witness, name: str) -> Household:
        """Return the household of a witness that was found for the declaration called ``name``."""
        told = sorted(self._told(witness), key=lambda each: each.name != name)
        return Household(
            case=witness.case,
            lane=witness.lane,
            facts=tuple(given_lines(witness.case, self._vocabulary)),
            told=tuple(told[:_MOST_TOLD]),
            smallest=witness.smallest,
            settings=tuple(sorted(witness.settings.items())),
        )

    def _told(self, witness: Witness) -> Iterator[Told]:
        evaluator = self._evaluator
        if witness.settings:
            evaluator = Evaluator(with_settings(evaluator.program, witness.settings), evaluator.code)
        rails = evaluator.run(witness.case)
        for name, entity, domain, old, new in self._asked:
            if old == new:
                continue
            single = domain in evaluator.program.singular
            targets = targets_of(witness.case, entity, domain).elements
            for lane in range(len(witness.case.tables[domain].rows)):
                before, after = rails.truth(old, lane), rails.truth(new, lane)
                if before is not after:
                    yield Told(
                        name=name, target=None if single else targets[lane].id, before=before, after=after
                    )
