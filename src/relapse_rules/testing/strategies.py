"""Hypothesis strategies for the facts of cases, from any policy or vocabulary.

What is drawn is always valid: types, ranges, dates, references and required fields fit; anything else may be left out, whole lists too.
A failing case shrinks towards few facts, few elements, round numbers and early dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from hypothesis import reject
from hypothesis import strategies as st

from relapse_rules.facts.read import CaseReader, Facts, stated_facts
from relapse_rules.testing.blueprint import Blueprint, PolicyLike, blueprint_of
from relapse_rules.testing.building import build
from relapse_rules.testing.draft import Draft, started
from relapse_rules.testing.drawing import Drawing
from relapse_rules.testing.outcomes import Goal, Reached, goal
from relapse_rules.testing.site import Site
from relapse_rules.values.truth import Truth
from relapse_rules.values.vocabulary import Vocabulary

JsonObject = dict[str, object]

_TOKENS = st.integers(0, 2**32 - 1)
_TRIES = 3


def cases(
    policy: PolicyLike | Vocabulary,
    *,
    complete: bool = False,
    most_elements: int = 3,
    reaching: str | tuple[str, Truth] | Reached | None = None,
) -> st.SearchStrategy[JsonObject]:
    """Return a strategy for the facts of one case, as the JSON object that ``policy.decide`` takes.

    Values are drawn to where the policy's answers turn: on, just below and just above its thresholds, ages and time limits, and to the names
    that its tests ask for. What no rule reads is left out. A vocabulary in place of a policy gives all its fields, plainly.

    ``complete``: everything that a rule reads is stated but what rules derive, and every list is supplied. ``most_elements``: so many has a list at most,
    for each element above (what ``reaching`` needs may be more). ``reaching``: a name (``"纳入危房改造"``) whose outcome is yes in every case, for some
    element; or a name with True (yes), False (no) or None (unknown); or a `Reached`, which sends each case to an outcome not seen yet.

    Raises:
        OutcomeNameError: the policy declares nothing of that name.
        ValueError: ``reaching`` without a policy, or ``most_elements`` below 0.
    """
    if most_elements < 0:
        message = f"most_elements 不能小于 0，这里是 {most_elements}"
        raise ValueError(message)
    blueprint = blueprint_of(policy)
    if reaching is None:
        return st.composite(_plain_case)(blueprint, complete, most_elements)
    if isinstance(policy, Vocabulary):
        message = "只有词汇没有规则，无从达到某个结果：reaching 要和政策一起用"
        raise ValueError(message)  # noqa: TRY004 - the types fit, the values do not
    if isinstance(reaching, Reached):
        wanted: Goal | Reached = reaching
    else:
        wanted = goal(policy.program, *((reaching, True) if isinstance(reaching, str) else reaching))
    return st.composite(_steered_case)(
        _Steering(policy, blueprint, wanted, complete=complete, most_elements=most_elements)
    )


def households(
    policy: PolicyLike | Vocabulary,
    within: Facts | None = None,
    *,
    complete: bool = False,
    most_elements: int = 3,
) -> st.SearchStrategy[JsonObject]:
    """Return a strategy for the household alone (农户 and all that hangs under it), to be laid into the facts of a county.

    ``within``: these facts; references point to what they state, and dates are drawn to their 判定时点. The rest as for `cases`.

    Raises:
        FactsError: ``within`` does not fit the vocabulary.
    """
    blueprint = blueprint_of(policy)
    vocabulary = policy if isinstance(policy, Vocabulary) else policy.vocabulary
    around = None if within is None else _around(blueprint, vocabulary, within)
    return st.composite(_household)(blueprint, around, complete, most_elements)


class _Steering:
    """Draws cases that reach a goal."""

    def __init__(
        self,
        policy: PolicyLike,
        blueprint: Blueprint,
        wanted: Goal | Reached,
        *,
        complete: bool,
        most_elements: int,
    ) -> None:
        self._policy = policy
        self._blueprint = blueprint
        self._wanted = wanted
        self._complete = complete
        self._most = most_elements

    def draw(self, draw: st.DrawFn) -> JsonObject:
        """Draw one case."""
        drawing = Drawing(self._blueprint, draw, complete=self._complete, most_elements=self._most)
        if isinstance(self._wanted, Goal):
            return self._reaching(drawing, self._wanted).facts()
        towards = self._wanted.goal(draw(_TOKENS))
        draft = self._any(drawing) if towards is None else self._reaching(drawing, towards)
        case = draft.case()
        self._wanted.take(case, self._policy.evaluator.run(case))
        return draft.facts()

    def _any(self, drawing: Drawing) -> Draft:
        draft = started(self._blueprint.shape, drawing.moment())
        drawing.fill(draft, self._blueprint.domains)
        return draft

    def _reaching(self, drawing: Drawing, towards: Goal) -> Draft:
        for _ in range(_TRIES):
            draft = started(self._blueprint.shape, drawing.moment())
            site = Site(self._blueprint, self._policy.program, self._policy.evaluator, draft, drawing.upto)
            if build(site, towards.domain, towards.node, towards.wanted):
                return self._filled(drawing, site, towards)
        return reject()

    def _filled(self, drawing: Drawing, site: Site, towards: Goal) -> Draft:
        """Return the built case with more facts, or as it is when the goal is then lost."""
        bare = _with_required(self._blueprint, site.draft.copy())
        drawing.fill(site.draft, self._blueprint.domains, site.settled)
        case = site.draft.case()
        rails = self._policy.evaluator.run(case)
        reached = {rails.truth(towards.node, lane) for lane in range(len(case.tables[towards.domain].rows))}
        if towards.wanted in reached:
            return site.draft
        drawing.require(bare)
        return bare


def _steered_case(draw: st.DrawFn, steering: _Steering) -> JsonObject:
    return steering.draw(draw)


def _plain_case(draw: st.DrawFn, blueprint: Blueprint, complete: bool, most_elements: int) -> JsonObject:  # noqa: FBT001
    drawing = Drawing(blueprint, draw, complete=complete, most_elements=most_elements)
    draft = started(blueprint.shape, drawing.moment())
    drawing.fill(draft, blueprint.domains)
    return draft.facts()


def _household(
    draw: st.DrawFn,
    blueprint: Blueprint,
    around: Draft | None,
    complete: bool,  # noqa: FBT001 - Hypothesis hands it on
    most_elements: int,
) -> JsonObject:
    drawing = Drawing(blueprint, draw, complete=complete, most_elements=most_elements)
    draft = started(blueprint.shape, drawing.moment()) if around is None else around.copy()
    drawing.fill(draft, blueprint.below(blueprint.shape.subject))
    return cast("JsonObject", draft.facts()[blueprint.shape.subject])


def _around(blueprint: Blueprint, vocabulary: Vocabulary, within: Facts) -> Draft:
    """Return a draft with everything that ``within`` states outside the household."""
    shape = blueprint.shape
    subject = vocabulary.by_english[shape.subject]
    known = stated_facts(within, "within")
    outside: object = known
    if isinstance(known, Mapping):
        names = {subject.english, subject.name, *subject.aliases}
        stated = cast("Mapping[str, object]", known)
        outside = {key: value for key, value in stated.items() if key not in names}
        outside[subject.english] = _stand_in(blueprint).facts()[subject.english]
    case = CaseReader(vocabulary).read(cast("Facts", outside), source_name="within")
    draft = started(shape, case.as_of)
    inside = blueprint.below(shape.subject)
    for domain in shape.domains:
        name = domain.reader.english
        if name not in inside:
            draft.rows[name] = [dict(row) for row in case.tables[name].rows]
            draft.above[name] = [0] * len(draft.rows[name])
            if case.tables[name].complete and not domain.single:
                draft.supplied.add(name)
    return draft


def _stand_in(blueprint: Blueprint) -> Draft:
    """Return a draft with a household that states nothing but what must be stated."""
    return _with_required(blueprint, started(blueprint.shape, 0))


def _with_required(blueprint: Blueprint, draft: Draft) -> Draft:
    """State plainly what must be stated and is not yet; references are left to those who know where they may point."""
    for domain, rows in draft.rows.items():
        for slot in blueprint.slots[domain]:
            for row in rows:
                if slot.required and slot.target is None and slot.spec.fact not in row:
                    row[slot.spec.fact] = blueprint.candidates.of(slot.spec, draft.as_of)[0]
    return draft
