"""One line about an event: what kind, what it says, who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from relapse_rules.cases.events import (
    Advanced,
    CaseOpened,
    Closed,
    Correction,
    DepartmentAlert,
    Event,
    FactsStated,
    Judged,
    PolicyChanged,
    PolicyChoice,
    ProcedureEvent,
)
from relapse_rules.cases.places import PathError, place_of
from relapse_rules.decisions.words import Words, moment
from relapse_rules.facts.shown import shorten
from relapse_rules.values.vocabulary import Vocabulary

KINDS: Final[Mapping[type[Event], str]] = {
    CaseOpened: "立案",
    FactsStated: "事实",
    Correction: "更正",
    Judged: "认定",
    ProcedureEvent: "程序事件",
    DepartmentAlert: "部门预警",
    Advanced: "推进时钟",
    Closed: "结案",
    PolicyChanged: "换规则",
}
_MOST: Final = 6


class EventWords:
    """Tells of events in the words of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = Words(vocabulary)

    def content(self, event: Event) -> str:
        """Return what an event says, in a line."""
        match event:
            case CaseOpened():
                return f"按“{event.policy}”"
            case FactsStated():
                return self._stated(event.facts, event.values)
            case Correction():
                told = [f"更正“{event.corrects}”", self._stated(event.facts, event.values)]
                if event.withdraw:
                    told.append("撤回" + "、".join(self._path(path) for path in event.withdraw))
                return "；".join(part for part in (*told, event.reason) if part)
            case Judged():
                return f"{self._path(event.fact)} 为 {_value(event.value)}（{event.by}）"
            case ProcedureEvent():
                return " ".join(part for part in (event.step, event.actor, event.result) if part)
            case DepartmentAlert():
                return f"{event.department}推送{event.recipient}：{'、'.join(event.content_type)}"
            case Closed():
                return event.reason or ""
            case PolicyChanged():
                choice = "改按这一版判定" if event.choice is PolicyChoice.REDECIDE else "沿用旧的一版"
                return f"“{event.policy}”{event.digest[:15]}，{choice}"
            case _:
                return ""

    def name(self, event: Event) -> str:
        """Return an event's id; nothing for those that this program names itself."""
        return "" if isinstance(event, (CaseOpened, Advanced, Closed, PolicyChanged)) else event.id

    def _stated(self, facts: Mapping[str, object] | None, values: Mapping[str, object] | None) -> str:
        told = [f"{self._path(path)} 为 {_value(value)}" for path, value in (values or {}).items()]
        told += self._leaves(facts or {}, ())
        return "、".join(told[:_MOST]) + (f"等{len(told)}项" if len(told) > _MOST else "")

    def _leaves(self, facts: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
        for key, value in facts.items():
            here = (*path, key)
            entity = self._entity(key)
            if isinstance(value, list) and entity is not None:
                yield f"{self._words.entity(entity)} {len(value)} 条"
            elif isinstance(value, Mapping) and "value" not in value:
                yield from self._leaves(value, here)
            else:
                yield f"{self._path('.'.join(here))} 为 {_value(value)}"

    def _entity(self, name: str) -> str | None:
        """Return the English name of the entity that is called so; None when none is: a field has the name."""
        found = self._vocabulary.by_name.get(name) or self._vocabulary.by_english.get(name)
        return None if found is None else found.english

    def _path(self, path: str) -> str:
        """Return a path in Chinese: ``住房[老屋]：转移时间``; one that is not in the vocabulary any more as it is."""
        try:
            place = place_of(path, self._vocabulary)
        except PathError:
            return shorten(path)
        name = self._words.entity(place.entity.english)
        element = "" if place.element is None else f"[{place.element}]"
        return f"{name}{element}" if place.field is None else f"{name}{element}：{place.field.name}"


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("value")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_value, value))
    return "未知" if value is None else shorten(moment(str(value)))
