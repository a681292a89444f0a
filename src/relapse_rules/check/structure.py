"""What a policy must have as a whole: one header whose references exist, and nothing idle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relapse_rules.check.names import KEYWORD, Names
from relapse_rules.check.parameters import date_ordinal
from relapse_rules.check.reach import subject_of
from relapse_rules.check.typed import FieldTest, NumberField
from relapse_rules.check.units import UnitNames
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import DUPLICATE_NAME, NOT_REACHABLE, UNKNOWN_REFERENCE
from relapse_rules.diagnostics.codes_structure import (
    DATES_OUT_OF_ORDER,
    NO_DERIVATION,
    NO_HEADER,
    UNUSED_DECLARATION,
)
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import (
    AnyDeclaration,
    Definition,
    Header,
    Parameter,
    Reading,
)
from relapse_rules.syntax.tree import Name
from relapse_rules.values.vocabulary import Origin

_EVENT = "disaster_event"
"""The entity that a decision's 适用范围 is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderFacts:
    """What the header says, checked. Dates are ordinals."""

    valid_from: int | None
    valid_until: int | None
    scope: str | None
    eligibility: str | None


def the_header(declarations: Iterable[AnyDeclaration], entry: Span, found: list[Diagnostic]) -> Header | None:
    """Return the one 政策; reported when there is none or more than one."""
    headers = [declared for declared in declarations if isinstance(declared, Header)]
    if not headers:
        found.append(NO_HEADER.at(entry, "没有“政策”声明", help="在主文件开头写“政策 名称”"))
        return None
    found += [
        DUPLICATE_NAME.at(
            other.name.span,
            "“政策”只能声明一次",
            help="删去一处",
            labels=(Label(span=headers[0].name.span, message="第一处"),),
        )
        for other in headers[1:]
    ]
    return headers[0]


def header_facts(header: Header, names: Names, found: list[Diagnostic]) -> HeaderFacts:
    """Return what the header says; a 适用范围 or 资格 must be a 定义."""
    valid_from = None if header.valid_from is None else date_ordinal(header.valid_from, found)
    valid_until = None if header.valid_until is None else date_ordinal(header.valid_until, found)
    if (
        valid_from is not None
        and valid_until is not None
        and valid_until < valid_from
        and header.valid_until is not None
    ):
        found.append(
            DATES_OUT_OF_ORDER.at(header.valid_until.span, "失效日期早于生效日期", help="改正其中一个日期")
        )
    seen: dict[str, Name] = {}
    for category in header.categories:
        first = seen.setdefault(category.text, category)
        if first is not category:
            found.append(DUPLICATE_NAME.at(category.span, f"类别“{category.text}”重复", help="删去一个"))
    return HeaderFacts(
        valid_from=valid_from,
        valid_until=valid_until,
        scope=_definition(header.scope, "适用范围", _EVENT, names, found),
        eligibility=_definition(header.eligibility, "资格", subject_of(names.vocabulary), names, found),
    )


def _definition(
    name: Name | None, what: str, entity: str | None, names: Names, found: list[Diagnostic]
) -> str | None:
    """Return the 定义 over ``entity`` that the header names."""
    if name is None:
        return None
    if not isinstance(names.concepts.get(name.text), Definition):
        known = [each for each, concept in names.concepts.items() if isinstance(concept, Definition)]
        found.append(
            UNKNOWN_REFERENCE.at(name.span, f"没有叫“{name.text}”的定义", help=offer(name.text, known))
        )
        return None
    subject = names.subject(name.text)
    if subject is None or entity is None or names.vocabulary.domain(subject.english) == entity:
        return name.text
    wanted = names.vocabulary.by_english.get(entity)
    found.append(
        NOT_REACHABLE.at(
            name.span,
            f"“{name.text}”的对象是“{subject.name}”，不能作{what}",
            help=f"{what}要用对象是“{entity if wanted is None else wanted.name}”的定义",
        )
    )
    return None


def check_idle(
    names: Names, units: UnitNames, local: Iterable[str], used: set[str], found: list[Diagnostic]
) -> None:
    """Warn of 参数, 解读 and 单位 that nothing uses. ``local`` units come from the county's files and may wait."""
    for name, concept in names.concepts.items():
        if isinstance(concept, Parameter | Reading) and name not in used:
            found.append(_idle(concept.name.span, KEYWORD[type(concept)], name))
    waiting = set(local)
    found += [
        _idle(unit.span, "单位", unit.name)
        for unit in units.specs
        if unit.name not in units.used and unit.name not in waiting
    ]


def _idle(span: Span, what: str, name: str) -> Diagnostic:
    return UNUSED_DECLARATION.at(span, f"没有一处用到{what}“{name}”", help="在该用的地方用上它，或者删去")


def check_derivations(
    nodes: Iterable[FieldTest | NumberField], names: Names, found: list[Diagnostic]
) -> None:
    """Warn, where it is first used, of a field that rules should derive and none does."""
    warned: set[str] = set()
    for node in nodes:
        spec = names.vocabulary.field(node.fact)
        if spec.origin is not Origin.DERIVED or node.fact in warned or node.fact in names.writers:
            continue
        warned.add(node.fact)
        found.append(
            NO_DERIVATION.at(
                node.span,
                f"“{spec.name}”的种类是推导，却没有规则推导它",
                help=f"写一个定义或指标，加上“推导 {names.vocabulary.by_english[spec.entity].name}.{spec.name}”",
                labels=(Label(span=spec.span, message="字段在这里声明"),),
            )
        )
