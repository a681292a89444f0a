"""Everything that can be asked of a decision, as text, Markdown, HTML or JSON. Importing it makes every page known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Final, Literal, TypeAlias, TypeVar, cast

from relapse_rules.decisions.model import Target
from relapse_rules.decisions.words import Names
from relapse_rules.explain import pages_answers, pages_proof, pages_timeline
from relapse_rules.explain.model import EntityName, Explanation, Questions, Robustness, WhyNot, dumped
from relapse_rules.explain.page import Page
from relapse_rules.explain.render_html import render_html
from relapse_rules.explain.render_markdown import render_markdown
from relapse_rules.explain.render_text import render_text
from relapse_rules.explain.shown import page_of
from relapse_rules.explain.timeline_model import Timeline

Format: TypeAlias = Literal["text", "markdown", "html", "json"]
Answer: TypeAlias = Explanation | WhyNot | Questions | Robustness | Timeline
AnAnswer = TypeVar("AnAnswer", Explanation, WhyNot, Questions, Robustness, Timeline)

PAGES: Final = (pages_proof, pages_answers, pages_timeline)
"""Where the pages are made; each registers its own with `page_of`."""

_RENDERERS: Final[Mapping[str, Callable[[Page], str]]] = {
    "text": render_text,
    "markdown": render_markdown,
    "html": render_html,
}


def render(answer: Answer, format: Format = "text") -> str:  # noqa: A002 - what everybody calls it
    """Return an answer to be read, ending with a line break: plain text 100 cells wide, Markdown, one HTML file, or JSON.

    Raises:
        ValueError: there is no such format.
    """
    if format == "json":
        return json.dumps(dumped(answer), ensure_ascii=False, indent=2) + "\n"
    return laid_out(page_of(answer), format)


def laid_out(page: Page, format: Literal["text", "markdown", "html"] = "text") -> str:  # noqa: A002 - as in `render`
    """Return a page to be read, as `render` does.

    Raises:
        ValueError: there is no such format.
    """
    if format not in _RENDERERS:
        message = f"没有“{format}”这种格式，有的是 text、markdown、html"
        raise ValueError(message)
    return _RENDERERS[format](page)


def with_entities(answer: AnAnswer, words: Names) -> AnAnswer:
    """Return ``answer`` with the names of the entities that its targets are of, in the order of their English names."""
    found = sorted({target.entity for target in _targets(answer)})
    names = tuple(EntityName(entity=entity, name=words.entity(entity)) for entity in found)
    return replace(answer, entities=names)


def _targets(answer: object) -> Iterator[Target]:
    """Yield the targets in an answer. What stands in it many times, as an outcome does under its questions, is looked at once."""
    parts: dict[type, tuple[str, ...]] = {}
    met: set[int] = set()
    waiting = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Target):
            yield value
        elif isinstance(value, tuple):
            waiting.extend(cast("tuple[object, ...]", value))
        elif not isinstance(value, str | int) and id(value) not in met:
            met.add(id(value))
            kind = type(value)
            if kind not in parts:
                parts[kind] = tuple(part.name for part in fields(kind)) if is_dataclass(kind) else ()
            waiting.extend(getattr(value, name) for name in parts[kind])
