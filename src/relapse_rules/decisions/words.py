"""How an officer is told of outcomes, facts, targets and moments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from relapse_rules.decisions.model import Outcome, Target
from relapse_rules.values.vocabulary import Vocabulary

OUTCOMES: Final = {Outcome.YES: "是", Outcome.NO: "否", Outcome.UNKNOWN: "未知"}

_POSITION: Final = re.compile(r".+\[([0-9]+)\]")
_PARAMETER: Final = "参数."
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)(?:\+08:00)")


def moment(text: str | None) -> str:
    """Return a moment of a decision as it is printed, in Asia/Shanghai: to the minute, and the end of a day as 24:00.

    >>> moment("2023-08-02T20:00:00+08:00"), moment("2023-08-02T23:59:59+08:00"), moment(None)
    ('2023-08-02 20:00', '2023-08-02 24:00', '')
    """
    if text is None:
        return ""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    day, minute, second = found.groups()
    if minute + second == "23:59:59":
        return f"{day} 24:00"
    return f"{day} {minute}{second.removesuffix(':00')}"


def supplier(text: str) -> str:
    """Return who supplies a fact, or that the policy names nobody."""
    return text or "方案未指明"


class Names:
    """The Chinese names of entities and targets. ``entities``: English name → Chinese name."""

    def __init__(self, entities: Mapping[str, str]) -> None:
        self._names = entities

    def entity(self, english: str) -> str:
        """Return the name of an entity, 县 for 政策上下文; a name that is not known stays as it is."""
        return "县" if english == "context" else self._names.get(english, english)

    def target(self, target: Target, outcome: Outcome) -> str:
        """Return what an element is about: ``农户 H1``, ``住房 老屋``, ``贷款 第1项``.

        Without an id it is a list that was not supplied (``outcome`` unknown) or is empty (no).
        """
        name = self.entity(target.entity)
        if target.entity in {"water", "finance"}:
            return name
        if target.id is None:
            if target.entity == "context":
                return "本县"
            return f"{name}（没有名单）" if outcome is Outcome.UNKNOWN else f"{name}（没有）"
        position = _POSITION.fullmatch(target.id)
        return f"{name} 第{int(position[1]) + 1}项" if position else f"{name} {target.id}"

    def targets(self, targets: Iterable[Target], outcome: Outcome) -> str:
        """Return several targets, the entity's name once for those of one entity.

        ``家庭成员 P2、P3``.
        """
        told: dict[str, list[str]] = {}
        for target in targets:
            name, _, rest = self.target(target, outcome).partition(" ")
            told.setdefault(name, []).extend([rest] if rest else [])
        return "；".join(f"{name} {'、'.join(rest)}" if rest else name for name, rest in told.items())


class Words(Names):
    """The Chinese names of what a decision calls by its English ones."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # A name with a stroke ("部门预警/推送") has an alias that reads better.
        super().__init__(
            {
                spec.english: spec.aliases[0] if "/" in spec.name and spec.aliases else spec.name
                for spec in vocabulary.entities
            }
        )
        self._vocabulary = vocabulary

    def fact(self, fact: str) -> str:
        """Return the name of a fact, a whole list or a 参数.

        ``household.dibao_eligible`` is 农户的“符合低保条件”, ``household.member`` 家庭成员名单.
        """
        if fact.startswith(_PARAMETER):
            return f"参数“{fact.removeprefix(_PARAMETER)}”"
        entities = self._vocabulary.by_english
        entity, _, name = fact.partition(".")
        listed = name or entity
        if listed in entities and not (entity in entities and name in entities[entity].by_english):
            return f"{self.entity(listed)}名单"
        if entity in entities and name in entities[entity].by_english:
            return f"{self.entity(entity)}：{entities[entity].by_english[name].name}"
        return fact

    def facts(self, facts: Iterable[str]) -> str:
        """Return several facts, the entity's name once for those of one entity: ``农户：甲、乙；住房：丙``."""
        told: dict[str, list[str]] = {}
        for fact in facts:
            name, _, rest = self.fact(fact).partition("：")
            told.setdefault(name, []).extend([rest] if rest else [])
        return "；".join(f"{name}：{'、'.join(rest)}" if rest else name for name, rest in told.items())
