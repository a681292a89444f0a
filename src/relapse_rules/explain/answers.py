"""Who answers for the decisions of one policy."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from relapse_rules.decisions import Concluder
from relapse_rules.decisions.model import Decision, Outcome, Target
from relapse_rules.decisions.words import Words
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.explain.explaining import Explainer
from relapse_rules.explain.model import Explanation, Questions, Robustness, WhyNot
from relapse_rules.explain.naming import Naming
from relapse_rules.explain.page import Page
from relapse_rules.explain.questions import Questioner
from relapse_rules.explain.rendering import with_entities
from relapse_rules.explain.reporting import report
from relapse_rules.explain.robustness import Hinges
from relapse_rules.explain.timeline import timeline
from relapse_rules.explain.timeline_model import Timeline
from relapse_rules.explain.why_not import WhyNots
from relapse_rules.explain.worlds import Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.details import Details
from relapse_rules.ir.program import Program
from relapse_rules.ir.rails import Rails
from relapse_rules.values.vocabulary import Vocabulary

if TYPE_CHECKING:
    from relapse_rules.explain.certificate import Prover


class Asking:
    """What all questions about the decisions of one policy need; each part is made when it is first needed."""

    def __init__(
        self,
        program: Program,
        vocabulary: Vocabulary,
        evaluator: Evaluator,
        concluder: Concluder,
        details: Details,
    ) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.evaluator = evaluator
        self.concluder = concluder
        self.details = details

    @cached_property
    def explainer(self) -> Explainer:
        """What explains outcomes."""
        return Explainer(self.program, self.evaluator.run)

    @cached_property
    def why_nots(self) -> WhyNots:
        """What tells what would have to be otherwise."""
        return WhyNots(self.evaluator, self.vocabulary, self.explainer.listed)

    @cached_property
    def worlds(self) -> Worlds:
        """What runs hypotheses."""
        return Worlds(self.evaluator)

    @cached_property
    def questioner(self) -> Questioner:
        """What tells what to ask next."""
        return Questioner(self.worlds, self.explainer.listed)

    @cached_property
    def hinges(self) -> Hinges:
        """What tells on what outcomes hinge."""
        return Hinges(self.worlds, self.explainer.listed)

    def naming(self, case: Case, *, personal: bool = False) -> Naming:
        """Return how the facts of ``case`` are named."""
        return Naming(self.program, self.vocabulary, self.details, case, personal=personal)


class CaseAnswers:
    """Answers for one decision, from the facts that it was made from."""

    __slots__ = ("_asking", "_case", "_rails")

    def __init__(self, asking: Asking, case: Case, rails: Rails) -> None:
        self._asking = asking
        self._case = case
        self._rails = rails

    def explain(
        self, decision: Decision, id_: str, target: Target | str | None, *, personal: bool
    ) -> Explanation:
        """See `explained.Answers.explain`."""
        naming = self._asking.naming(self._case, personal=personal)
        found = self._asking.explainer.explain(decision, self._case, self._rails, naming, id_, target)
        return with_entities(found, naming.words)

    def why_not(
        self,
        decision: Decision,
        id_: str,
        target: Target | str | None,
        wanted: Outcome | str | None,
        most_changes: int,
        *,
        personal: bool,
    ) -> WhyNot:
        """See `explained.Answers.why_not`."""
        naming = self._asking.naming(self._case, personal=personal)
        found = self._asking.why_nots.why_not(
            decision, self._case, self._rails, naming, id_, target, wanted, most_changes
        )
        return with_entities(found, naming.words)

    def questions(self, decision: Decision, *, personal: bool) -> Questions:
        """See `explained.Answers.questions`."""
        naming = self._asking.naming(self._case, personal=personal)
        found = self._asking.questioner.questions(decision, self._case, self._rails, naming)
        return with_entities(found, naming.words)

    def robustness(self, decision: Decision, *, personal: bool) -> Robustness:
        """See `explained.Answers.robustness`."""
        naming = self._asking.naming(self._case, personal=personal)
        found = self._asking.hinges.robustness(decision, self._case, self._rails, naming)
        return with_entities(found, naming.words)

    def timeline(self, first: str, last: str) -> Timeline:
        """See `explained.Answers.timeline`."""
        asking = self._asking
        found = timeline(
            asking.evaluator,
            asking.concluder,
            self._case,
            first,
            last,
            vocabulary=asking.vocabulary,
            details=asking.details,
        )
        return with_entities(found, Words(asking.vocabulary))

    def certificate(self, prover: Prover) -> dict[str, Any]:
        """See `explained.Answers.certificate`."""
        return dict(prover.certify(self._case, self._rails))

    def page(self, decision: Decision, *, reasons: bool, personal: bool) -> Page:
        """See `explained.Answers.page`."""
        naming = self._asking.naming(self._case, personal=personal)

        def explain(id_: str, target: Target) -> Explanation:
            return self._asking.explainer.explain(decision, self._case, self._rails, naming, id_, target)

        return report(decision, self._asking.program, naming.words, explain if reasons else None)
