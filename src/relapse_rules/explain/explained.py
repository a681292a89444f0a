"""A decision that can be asked why, why not, what next and when.

Nothing here imports what answers: most decisions are never asked, and a start must not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from relapse_rules.decisions.model import Decision, Outcome, Target

if TYPE_CHECKING:
    from relapse_rules.explain.certificate import Prover
    from relapse_rules.explain.model import Explanation, Questions, Robustness, WhyNot
    from relapse_rules.explain.page import Page
    from relapse_rules.explain.timeline_model import Timeline


class Answers(Protocol):
    """Whoever keeps the facts of a decision and can answer for it."""

    def explain(
        self, decision: Decision, id_: str, target: Target | str | None, *, personal: bool
    ) -> Explanation:
        """Return why an element has its outcome."""
        ...

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
        """Return what would make an element's outcome another one."""
        ...

    def questions(self, decision: Decision, *, personal: bool) -> Questions:
        """Return what to ask next."""
        ...

    def robustness(self, decision: Decision, *, personal: bool) -> Robustness:
        """Return on what outcomes hinge."""
        ...

    def timeline(self, first: str, last: str) -> Timeline:
        """Return on which days time alone changes anything."""
        ...

    def certificate(self, prover: Prover) -> dict[str, Any]:
        """Return a proof that a program can check."""
        ...

    def page(self, decision: Decision, *, reasons: bool, personal: bool) -> Page:
        """Return the decision as a page, with or without the reasons for all that it lists."""
        ...


class Explained(Decision):
    """A decision with the facts that it was made from, so that it can be asked. Nothing is worked out before that.

    It equals, hashes and dumps like the bare `Decision`. Pickled, it keeps only that: facts and policy stay where it was made.
    """

    _answers: Callable[[], Answers] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Explained, tuple(self)

    def answered_by(self, answers: Callable[[], Answers]) -> Explained:
        """Say who answers for this decision, when it is asked. For whoever makes one; returns the decision itself."""
        self._answers = answers
        return self

    def explain(
        self,
        id: str,  # noqa: A002  (the key of the JSON form)
        target: Target | str | None = None,
        *,
        personal: bool = False,
    ) -> Explanation:
        """Return why the conclusion, judgement, measure, task or exception called ``id`` has its outcome.

        ``target``: the element, or its id; it may be left out where there is only one. ``personal``: show personal values too.
        Worked out from the rails of the case when asked; it takes a few milliseconds at most.

        Raises:
            AskError: the decision lists no such id or target, or it has lost its facts (see the class).
        """
        return self._asked().explain(self, id, target, personal=personal)

    def why_not(
        self,
        id: str,  # noqa: A002  (the key of the JSON form)
        target: Target | str | None = None,
        wanted: Outcome | str | None = None,
        *,
        most_changes: int = 4,
        personal: bool = False,
    ) -> WhyNot:
        """Return all smallest sets of changes that would make ``id`` ``wanted`` for ``target``, and when it becomes so by itself.

        ``wanted``: yes or no; without it yes, or no for what is yes already. ``most_changes``: larger sets are left out.
        ``personal``: show personal values too.

        Raises:
            AskError: as `explain`, or ``wanted`` is neither yes nor no.
        """
        return self._asked().why_not(self, id, target, wanted, most_changes, personal=personal)

    def questions(self, *, personal: bool = False) -> Questions:
        """Return which unknown facts matter, those first whose answers decide most, and a smallest set that settles everything.

        ``personal``: name personal values too.

        Raises:
            AskError: the decision has lost its facts (see the class).
        """
        return self._asked().questions(self, personal=personal)

    def robustness(self, *, personal: bool = False) -> Robustness:
        """Return which outcomes hinge on a 裁量, a 解读 or a 本地 parameter, and which on none of them.

        ``personal``: name personal values too.

        Raises:
            AskError: the decision has lost its facts (see the class).
        """
        return self._asked().robustness(self, personal=personal)

    def timeline(self, first: str, last: str) -> Timeline:
        """Return on which days from ``first`` to ``last`` (``2024-01-01``, both included) outcomes and duties change by themselves.

        Raises:
            FactsError: the days are none, in the wrong order, too far apart, or outside the policy's dates in force.
            AskError: the decision has lost its facts (see the class).
        """
        return self._asked().timeline(first, last)

    def certificate(self, prover: Prover) -> dict[str, Any]:
        """Return a proof of everything that the decision lists, as JSON, that `relapse_rules.audit.checker` can check. ``prover``: of its policy.

        Raises:
            AskError: the decision has lost its facts (see the class).
        """
        return self._asked().certificate(prover)

    def page(self, *, reasons: bool = True, personal: bool = False) -> Page:
        """Return the whole decision as a page for `rendering.laid_out`: what was decided, then the reasons for all of it.

        Raises:
            AskError: as `explain`.
        """
        return self._asked().page(self, reasons=reasons, personal=personal)

    def _repr_html_(self) -> str | None:
        from relapse_rules.explain.render_html import render_fragment  # noqa: PLC0415 - see the module

        return None if self._answers is None else render_fragment(self.page(reasons=False))

    def _repr_markdown_(self) -> str | None:
        from relapse_rules.explain.render_markdown import render_markdown  # noqa: PLC0415 - see the module

        return None if self._answers is None else render_markdown(self.page(reasons=False))

    def _asked(self) -> Answers:
        if self._answers is None:
            from relapse_rules.explain.errors import cannot_be_asked  # noqa: PLC0415 - see the module

            raise cannot_be_asked()
        return self._answers()
