"""单位: who carries out what, under which names, and what the county's own files add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from relapse_rules.check.parameters import date_ordinal
from relapse_rules.check.policy import UnitSpec
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    DUPLICATE_NAME,
    UNKNOWN_ENTITY,
    UNKNOWN_FIELD,
    UNKNOWN_UNIT,
)
from relapse_rules.diagnostics.codes_structure import DATES_OUT_OF_ORDER
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.source import Span
from relapse_rules.syntax.declarations import Succession, Unit
from relapse_rules.syntax.tree import Name, Path
from relapse_rules.values.vocabulary import Vocabulary


@dataclass(kw_only=True)
class UnitNames:
    """Which units there are, by name and alias, and which of them are ``used``."""

    specs: tuple[UnitSpec, ...]
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Index the units by each of their names."""
        self._by_name = {name: spec for spec in self.specs for name in (spec.name, *spec.aliases)}

    @property
    def names(self) -> frozenset[str]:
        """All names and aliases."""
        return frozenset(self._by_name)

    def written(self, names: Iterable[Name], found: list[Diagnostic]) -> tuple[str, ...]:
        """Return the names as the plan writes them (an alias stays one); one that nobody declares is reported."""
        known: list[str] = []
        for name in names:
            spec = self._by_name.get(name.text)
            if spec is None:
                meant = closest(name.text, self._by_name)
                if meant is not None:
                    self.used.add(self._by_name[meant].name)  # or it would be called unused as well
                found.append(
                    UNKNOWN_UNIT.at(
                        name.span,
                        f"没有声明单位“{name.text}”",
                        help=offer(name.text, self._by_name, "用“单位”声明它，或写进已有单位的“别名”"),
                    )
                )
                continue
            self.used.add(spec.name)
            known.append(name.text)
        return tuple(known)

    def mention(self, names: Iterable[str]) -> None:
        """Note that values of an enumeration name units."""
        self.used |= {self._by_name[name].name for name in names if name in self._by_name}


def unit_names(
    units: Sequence[Unit], local: Sequence[Unit], vocabulary: Vocabulary, found: list[Diagnostic]
) -> UnitNames:
    """Return the units; a ``local`` one of the same name as another adds its attributes to it."""
    merged: dict[str, list[Unit]] = {}
    taken: dict[str, Span] = {}
    for unit in units:
        clash = next((name for name in (unit.name, *unit.aliases) if name.text in taken), None)
        if clash is not None:
            found.append(_duplicate(clash, taken[clash.text]))
            continue
        merged[unit.name.text] = [unit]
        taken |= {name.text: name.span for name in (unit.name, *unit.aliases)}
    for unit in local:
        merged.setdefault(unit.name.text, []).append(unit)
        found += [_duplicate(alias, taken[alias.text]) for alias in unit.aliases if alias.text in taken]
        taken |= {name.text: name.span for name in (unit.name, *unit.aliases) if name.text not in taken}
    names = UnitNames(specs=tuple(_unit(parts, taken, vocabulary, found) for parts in merged.values()))
    for parts in merged.values():
        for unit in parts:
            names.written((succession.unit for succession in unit.successions), found)
    return names


def _duplicate(name: Name, first: Span) -> Diagnostic:
    return DUPLICATE_NAME.at(
        name.span,
        f"单位名“{name.text}”已经用过",
        help="换一个名称，或删去一处",
        labels=(Label(span=first, message="第一处"),),
    )


def _unit(
    parts: Sequence[Unit], taken: dict[str, Span], vocabulary: Vocabulary, found: list[Diagnostic]
) -> UnitSpec:
    """Return one unit of what the policy and the county's files say of it; the later word wins where only one can hold."""
    first = parts[0]
    level, fact, code = "", None, None
    successions: list[Succession] = []
    for part in parts:
        level = part.level.text if part.level is not None else level
        code = part.code.value if part.code is not None else code
        if part.resolves_through is not None:
            fact = _fact(part.resolves_through, vocabulary, found)
        successions += part.successions
    own = [alias.text for part in parts for alias in part.aliases]
    return UnitSpec(
        name=first.name.text,
        level=level,
        aliases=tuple(dict.fromkeys(alias for alias in own if alias in taken)),
        successions=_dated(successions, found),
        fact=fact,
        code=code,
        cites=tuple(cite.id for part in parts for cite in part.cites),
        span=first.span,
    )


def _dated(successions: Sequence[Succession], found: list[Diagnostic]) -> tuple[tuple[str, int], ...]:
    dated: list[tuple[str, int]] = []
    for succession in successions:
        since = date_ordinal(succession.since, found)
        if since is None:
            continue
        if dated and since <= dated[-1][1]:
            found.append(
                DATES_OUT_OF_ORDER.at(
                    succession.since.span, "日期次序颠倒：“并入”要从早到晚", help="按日期先后重排"
                )
            )
            continue
        dated.append((succession.unit.text, since))
    return tuple(dated)


def _fact(path: Path, vocabulary: Vocabulary, found: list[Diagnostic]) -> str | None:
    """Return the fact that a 指代 names."""
    if len(path.parts) != 2:  # noqa: PLR2004 - an entity and a field
        found.append(UNKNOWN_FIELD.at(path.span, f"“{path.text}”不是“实体.字段”", help="例如“农户.乡(镇)”"))
        return None
    owner, last = path.parts
    entity = vocabulary.by_name.get(owner.text)
    if entity is None:
        found.append(
            UNKNOWN_ENTITY.at(
                owner.span, f"没有叫“{owner.text}”的实体", help=offer(owner.text, vocabulary.by_name)
            )
        )
        return None
    spec = entity.by_any_name.get(last.text)
    if spec is None:
        known = (field.name for field in entity.fields)
        found.append(
            UNKNOWN_FIELD.at(
                last.span, f"“{entity.name}”没有叫“{last.text}”的字段", help=offer(last.text, known)
            )
        )
        return None
    return spec.fact
