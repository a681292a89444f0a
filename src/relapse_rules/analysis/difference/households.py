"""A household that shows a difference, as an officer reads it, with all that the two versions say of it differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from relapse_rules.analysis.difference.model import Household, Told
from relapse_rules.analysis.proving.goals import Witness
from relapse_rules.analysis.proving.households import with_settings
from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.targets import targets_of
from relapse_rules.decisions.words import Words
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.naming import value_text
from relapse_rules.facts.case import Case
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
        self._words = Words(vocabulary)

    def household(self, witness: Witness, name: str) -> Household:
        """Return the household of a witness that was found for the declaration called ``name``."""
        told = sorted(self._told(witness), key=lambda each: each.name != name)
        return Household(
            case=witness.case,
            lane=witness.lane,
            facts=tuple(self._facts(witness.case)),
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
                    yield Told(name=name, target=None if single else targets[lane].id, before=before, after=after)

    def _facts(self, case: Case) -> Iterator[tuple[str, str, str]]:
        for entity in self._vocabulary.entities:
            domain = self._vocabulary.domain(entity.english)
            table = case.tables[domain]
            if not entity.single and table.complete and not table.rows:
                yield self._words.entity(entity.english), "名单", "没有"
            for lane, row in enumerate(table.rows):
                for spec in entity.fields:
                    if spec.fact in row and not spec.is_identifier:
                        who = Target(entity.english, table.ids[lane])
                        name = self._words.target(who, Outcome.YES) if entity.parent else ""
                        yield name, spec.name, value_text(spec.type, row[spec.fact])
                if not entity.single and not any(spec.fact in row and not spec.is_identifier for spec in entity.fields):
                    yield self._words.target(Target(entity.english, table.ids[lane]), Outcome.YES), "名单", "在内"
