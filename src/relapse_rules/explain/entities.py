"""The Chinese names that an answer needs to show its targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from relapse_rules.decisions.model import Target
from relapse_rules.decisions.words import Names
from relapse_rules.explain.model import EntityName, Explanation, Questions, Robustness, WhyNot
from relapse_rules.explain.timeline_model import Timeline

Answer = TypeVar("Answer", Explanation, WhyNot, Questions, Robustness, Timeline)


def with_entities(answer: Answer, words: Names) -> Answer:
    """Return ``answer`` with the names of the entities that its targets are of, in the order of their English names."""
    found = sorted({target.entity for target in _targets(answer)})
    names = tuple(EntityName(entity=entity, name=words.entity(entity)) for entity in found)
    return replace(answer, entities=names)


def _targets(value: object) -> Iterator[Target]:
    if isinstance(value, Target):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _targets(each)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _targets(getattr(value, part.name))
