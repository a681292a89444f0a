"""One version of a policy, ready to be compared: what it declares, where, and the program that it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from relapse_rules.check.policy import Declared, TypedPolicy
from relapse_rules.ir.details import Details, details_of
from relapse_rules.ir.program import Concluded, Listing, Program
from relapse_rules.lowering import lower
from relapse_rules.source import NOWHERE, SourceText, Span
from relapse_rules.values.vocabulary import Vocabulary


class DeclarationKind(StrEnum):
    """What kind of declaration has an outcome; the value is its keyword."""

    DEFINITION = "定义"
    JUDGEMENT = "裁量"
    INDICATOR = "指标"
    MEASURE = "措施"
    STEP = "步骤"
    DUTY = "职责"
    EXCEPTION = "例外"


_LISTED = {
    "measure": DeclarationKind.MEASURE,
    "step": DeclarationKind.STEP,
    "duty": DeclarationKind.DUTY,
    "exception": DeclarationKind.EXCEPTION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A declaration with an outcome. ``node``: its outcome, of an 指标 its number. ``entity``: its 对象, in English; ``about``: in Chinese. ``listing``: what else is listed of it."""

    kind: DeclarationKind
    name: str
    entity: str
    about: str
    domain: str
    node: int
    cites: tuple[str, ...]
    span: Span
    concluded: Concluded | None = None
    listing: Listing | None = None


@dataclass(frozen=True, kw_only=True)
class Version:
    """A checked policy with its program and texts."""

    typed: TypedPolicy
    program: Program
    details: Details
    sources: Mapping[str, SourceText]

    @property
    def vocabulary(self) -> Vocabulary:
        """The entities and fields that it speaks of."""
        return self.typed.vocabulary

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        """Everything with an outcome, in the order in which a decision lists it, numbers first."""
        return tuple(self._declarations())

    def _declarations(self) -> Iterator[Declaration]:
        declared = self._declared
        for indicator in self.typed.indicators:
            yield Declaration(
                kind=DeclarationKind.INDICATOR,
                name=indicator.name,
                entity=indicator.entity,
                about=self._about(indicator.entity),
                domain=indicator.domain,
                node=self.program.named[indicator.name],
                cites=indicator.cites,
                span=indicator.span,
            )
        kinds = (
            (DeclarationKind.DEFINITION, self.program.conclusions),
            (DeclarationKind.JUDGEMENT, self.program.judgements),
        )
        for kind, entries in kinds:
            for entry in entries:
                yield Declaration(
                    kind=kind,
                    name=entry.id,
                    entity=entry.entity,
                    about=self._about(entry.entity),
                    domain=entry.domain,
                    node=entry.node,
                    cites=entry.cites,
                    span=_span(declared, entry.id),
                    concluded=entry,
                )
        for listing in self.program.listings:
            yield Declaration(
                kind=_LISTED[listing.kind],
                name=listing.id,
                entity=listing.entity,
                about=self._about(listing.entity),
                domain=listing.domain,
                node=listing.node,
                cites=listing.cites,
                span=_span(declared, listing.id),
                listing=listing,
            )

    def _about(self, entity: str) -> str:
        return self.vocabulary.by_english[entity].name

    @cached_property
    def _declared(self) -> Mapping[str, Declared]:
        typed = self.typed
        groups = (typed.definitions, typed.judgements, typed.measures, typed.tasks, typed.exceptions)
        return {each.name: each for group in groups for each in group}

    @cached_property
    def names(self) -> Mapping[int, str]:
        """Which 定义, 裁量, 指标 or 例外 a node is; of several with the same meaning the first."""
        found: dict[int, str] = {}
        for name, node in self.program.named.items():
            found.setdefault(node, name)
        return found

    def span(self, node: int, within: Span) -> Span | None:
        """Return where a node is written inside ``within``; None when it is not."""
        return next((span for span in self.program.origins[node] if _is_in(span, within)), None)


def version_of(typed: TypedPolicy, sources: Mapping[str, SourceText] | None = None) -> Version:
    """Return the version that a checked policy is. Without ``sources`` nothing can be quoted."""
    texts = sources or {}
    program = lower(typed)
    details = details_of(
        program,
        {name: source.text for name, source in texts.items()},
        gists={} if typed.outline is None else {each.id: each.text for each in typed.outline.statements},
        numbers={each.name: each.type for each in typed.indicators},
        parameters={each.name: each.type for each in typed.parameters},
    )
    return Version(typed=typed, program=program, details=details, sources=texts)


def _span(declared: Mapping[str, Declared], name: str) -> Span:
    found = declared.get(name)
    return NOWHERE if found is None else found.span


def _is_in(span: Span, within: Span) -> bool:
    return span.file == within.file and within.start <= span.start and span.end <= within.end
