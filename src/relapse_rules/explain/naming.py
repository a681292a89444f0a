"""Facts, values and targets as an explanation names them: in Chinese, with units, and without personal data unless asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.decisions.names import PARAMETER_PREFIX
from relapse_rules.decisions.situation import HOUSEHOLD
from relapse_rules.decisions.targets import targets_of
from relapse_rules.decisions.words import Words, supplier
from relapse_rules.explain.model import Citation, Premise, PremiseKind
from relapse_rules.facts.case import Case, Recorded, Value
from relapse_rules.ir.details import Details
from relapse_rules.ir.program import Program, in_force
from relapse_rules.values.literals import text_of
from relapse_rules.values.moments import day_of
from relapse_rules.values.types import Type
from relapse_rules.values.vocabulary import FieldSpec, Vocabulary

READING_PREFIX: Final = "解读."
AS_OF: Final = "context.as_of"
EMPTY: Final = "空"
HIDDEN: Final = "（个人信息）"

_TRUTHS: Final = {True: "是", False: "否"}


def value_text(kind: Type, value: Value) -> str:
    """Return a stated value as an officer reads it: 是, a number with its unit, names separated by 、.

    >>> from relapse_rules.values.types import Kind
    >>> value_text(Type(kind=Kind.MONEY, unit="元/人·年"), 320_050)
    '3200.5元/人·年'
    """
    if isinstance(value, bool):
        return _TRUTHS[value]
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or EMPTY
    return value if isinstance(value, str) else text_of(value, kind)


class Naming:
    """Names what one case states. ``personal``: whether personal values may be shown."""

    def __init__(
        self,
        program: Program,
        vocabulary: Vocabulary,
        details: Details,
        case: Case,
        *,
        personal: bool = False,
    ) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self.details = details
        self.case = case
        self.personal = personal
        self.words = Words(vocabulary)
        self._parameters = {entry.name: entry for entry in program.parameters}
        self._readings = {entry.name: entry for entry in program.readings}
        self._today = day_of(case.as_of)
        self._targets: dict[str, tuple[Target, ...]] = {}

    def spec(self, fact: str) -> FieldSpec | None:
        """Return the field of a fact; None for lists, 参数 and 解读, and for a fact that the vocabulary does not have."""
        entity, _, name = fact.partition(".")
        found = self.vocabulary.by_english.get(entity)
        return None if found is None else found.by_english.get(name)

    def hides(self, fact: str) -> bool:
        """Whether the value of ``fact`` is personal and was not asked for."""
        spec = self.spec(fact)
        return spec is not None and spec.personal and not self.personal

    def target(self, entity: str, domain: str, lane: int) -> Target:
        """Return the element of ``entity`` in a lane of ``domain``, named as a decision names it."""
        found = self._targets.get(entity)
        if found is None:
            found = self._targets[entity] = targets_of(self.case, entity, domain).elements
        return found[lane]

    def cites(self, ids: Iterable[str]) -> tuple[Citation, ...]:
        """Return statements with what they say."""
        return tuple(Citation(id=cite, gist=self.details.gists.get(cite, "")) for cite in ids)

    def value(self, fact: str, value: Value) -> str:
        """Return a value of ``fact`` as text, hidden when it is personal."""
        return HIDDEN if self.hides(fact) else value_text(self.program.facts[fact].type, value)

    def fact(self, fact: str, domain: str, lane: int) -> Premise:
        """Return what is stated of a fact of one element."""
        entity = fact.partition(".")[0]
        stated = self.case.tables[domain].rows[lane].get(fact)
        target = self.target(entity, domain, lane)
        return Premise(
            kind=PremiseKind.MOMENT if fact == AS_OF else PremiseKind.FACT,
            fact=fact,
            name=self.words.fact(fact),
            target=target,
            value=None if stated is None else self.value(fact, stated),
            source=self.supplier(fact),
            recorded=self._recorded(target, fact),
            hidden=stated is not None and self.hides(fact),
        )

    def supplier(self, fact: str) -> str:
        """Return who supplies a fact."""
        entry = self.program.facts.get(fact)
        return "" if entry is None else supplier(entry.supplier)

    def _recorded(self, target: Target, fact: str) -> str:
        if self.hides(fact) or target.id is None:
            return ""
        found = self.case.recorded.get((target.id, fact), Recorded())
        parts = (found.by, found.at, found.basis)
        return "，".join(part for part in parts if part)

    def list(self, name: str, domain: str) -> Premise:
        """Return whether the list of the elements of ``domain`` was supplied; ``name`` is what a decision calls it."""
        table = self.case.tables[domain]
        count = len(table.rows)
        return Premise(
            kind=PremiseKind.LIST,
            fact=name,
            name=self.words.fact(name),
            target=Target(HOUSEHOLD, self.case.tables[HOUSEHOLD].ids[0]),
            value=None if not table.complete else f"共 {count} 条" if count else EMPTY,
        )

    def parameter(self, name: str) -> Premise:
        """Return what a 参数 is at 判定时点, and where that comes from."""
        setting = in_force(self._parameters[name], self._today)
        known = setting is not None and setting.value is not None
        origins = (setting.source, setting.origin) if setting is not None else ()
        return Premise(
            kind=PremiseKind.PARAMETER,
            fact=PARAMETER_PREFIX + name,
            name=self.words.fact(PARAMETER_PREFIX + name),
            target=Target("context", None),
            value=setting.text or EMPTY if known and setting is not None else None,
            source="：".join(part for part in origins if part),
        )

    def reading(self, name: str, option: str | None = None) -> Premise:
        """Return how a 解读 is taken, by the policy unless ``option`` says otherwise."""
        return Premise(
            kind=PremiseKind.READING,
            fact=READING_PREFIX + name,
            name=f"解读“{name}”",
            target=Target("context", None),
            value=self._readings[name].taken if option is None else option,
        )

    def outcome(self, outcome: Outcome) -> str:
        """Return 是, 否 or 未知."""
        return {Outcome.YES: "是", Outcome.NO: "否", Outcome.UNKNOWN: "未知"}[outcome]
