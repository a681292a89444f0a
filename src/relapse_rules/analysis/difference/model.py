"""What a comparison finds: how each declaration differs, when, for whom for instance, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relapse_rules.analysis.difference.version import Declaration, DeclarationKind
from relapse_rules.analysis.difference.vocabularies import VocabularyChange
from relapse_rules.analysis.proving.goals import Method
from relapse_rules.facts.case import Case
from relapse_rules.source import Span
from relapse_rules.values.truth import Truth


class Verdict(StrEnum):
    """What is known of an outcome in both versions."""

    EQUAL = "equal"
    """The same for every household."""
    DIFFERENT = "different"
    """There is a household for which it is not the same."""
    UNDECIDED = "undecided"
    """Neither was proved."""
    INCOMPARABLE = "incomparable"
    """It reads facts, or is about elements, that mean different things in the two versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A condition that holds, or does not. ``version``: 旧 or 新 where the versions mean different things by the same words, else empty.

    ``is_name``: the words are a name, of a declaration or a field that is yes or no, and not a sentence.
    """

    text: str
    holds: bool
    version: str = ""
    is_name: bool = False


Cube = tuple[Literal, ...]
"""Conditions that together are enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one household says of the outcomes that differ: (declaration, element or None, before, after)."""

    name: str
    target: str | None
    before: Truth
    after: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The household that shows a difference. ``smallest``: no household shows it that states fewer facts.

    ``facts``: what is stated, in lines as a 用例 gives it. ``told``: first the outcome in question, then what else differs.
    ``settings``: values of 参数 that are 待定 in both, with which alone it differs. ``numbers``: (指标, before, after) as text.
    """

    case: Case
    lane: int
    facts: tuple[str, ...]
    told: tuple[Told, ...]
    numbers: tuple[tuple[str, str, str], ...]
    smallest: bool
    settings: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One way in which an outcome differs: it is ``before`` by the old rules and ``after`` by the new ones.

    ``cubes``: when, as far as every condition is known; any one of them is enough, and with ``complete`` there is no other way. ``among``: the list
    of which one element must be so, while no other element keeps the outcome as it was; empty where they are about the outcome's own element.
    """

    before: Truth
    after: Truth
    household: Household
    cubes: tuple[Cube, ...] = ()
    complete: bool = False
    among: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where something is written: in the declaration ``name``, on ``line`` (from 1) of a file; ``words`` on one line, empty for several lines."""

    name: str
    words: str
    span: Span
    line: int
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A place at which the versions part. One side is None where something was added or left out."""

    before: Written | None
    after: Written | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Something that is listed with an outcome, or with the policy, and is not the same. None: not there."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A declaration in both versions.

    ``old`` or ``new`` is None for one that was added or left out; with two names it was renamed. ``method`` and ``bounded``: how the verdict
    came about (`proving.goals.Search`); ``ways``: in which ways it differs. ``never``: of the two ways from no to yes and from yes to no
    those that are proved not to occur. ``causes``: where; ``through``: changed declarations that it rests on.
    """

    kind: DeclarationKind
    old: Declaration | None
    new: Declaration | None
    verdict: Verdict
    method: Method = Method.STRUCTURE
    bounded: tuple[str, ...] = ()
    ways: tuple[Direction, ...] = ()
    never: tuple[tuple[Truth, Truth], ...] = ()
    causes: tuple[Cause, ...] = ()
    through: tuple[str, ...] = ()
    attributes: tuple[Changed, ...] = ()
    needs_solver: bool = False

    @property
    def name(self) -> str:
        """What it is called now, or was."""
        known = self.new or self.old
        assert known is not None
        return known.name

    @property
    def is_renamed(self) -> bool:
        """Whether it means the same under another name."""
        return self.old is not None and self.new is not None and self.old.name != self.new.name

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        return self.verdict is Verdict.EQUAL and not self.attributes and not self.is_renamed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that two versions differ in. ``declarations``: everything with an outcome, in the order of the new version, what was left out last.

    ``settings``: 参数, 解读, 单位 and the policy's own head. ``days``: the days (ordinals) that are compared; None where the versions are never in
    force together, and are compared as if they were.
    """

    old: str
    new: str
    old_digest: str
    new_digest: str
    days: tuple[int, int] | None
    declarations: tuple[Comparison, ...]
    settings: tuple[Changed, ...] = ()
    vocabulary: tuple[VocabularyChange, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs, and that is proved."""
        return all(each.is_same for each in self.declarations) and not self.settings and not self.vocabulary

    @property
    def same_outcomes(self) -> bool:
        """Whether every outcome is proved to be the same for every household, whatever else differs."""
        return all(
            each.verdict is Verdict.EQUAL and each.old is not None and each.new is not None
            for each in self.declarations
        )

    def with_verdict(self, verdict: Verdict) -> tuple[Comparison, ...]:
        """Return the declarations in both versions with this verdict."""
        return tuple(each for each in self.declarations if each.verdict is verdict and each.old and each.new)
