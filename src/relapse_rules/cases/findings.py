"""What the record shows to be out of order: late, before its time, by another unit, by a unit that nobody declared.

A finding states what is recorded, and never why. What the record does not mention is *not recorded*, never *not done*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from relapse_rules.cases.evidence import tested
from relapse_rules.cases.machines import Duties, Duty, State
from relapse_rules.cases.statements import DEPARTMENT_ALERT, PROCEDURE_EVENT
from relapse_rules.decisions.model import YES, JsonObject, Target
from relapse_rules.decisions.moments import moment_text
from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.case import Case, Value
from relapse_rules.facts.shown import shorten
from relapse_rules.ir.program import Listing, Program, UnitEntry
from relapse_rules.values.vocabulary import Vocabulary

_STEP: Final = f"{PROCEDURE_EVENT}.step"
_ACTOR: Final = f"{PROCEDURE_EVENT}.actor"
_UNIT_FACTS: Final = (_ACTOR, f"{DEPARTMENT_ALERT}.department", f"{DEPARTMENT_ALERT}.recipient")
_CODE_LENGTH: Final = 12

_DESCRIPTIONS: Final = ("相关", "有关", "其他", "各")
_LEVELS: Final = frozenset({"县", "乡", "村"})


class FindingKind(StrEnum):
    """What sort of thing a finding is."""

    LATE = "late"
    ORDER = "order"
    UNIT = "unit"
    UNKNOWN_UNIT = "unknown_unit"
    CALENDAR = "calendar"


class Finding(NamedTuple):
    """Something that the record shows. ``id`` and ``target`` are those of the duty, or of the element that names the unit."""

    kind: FindingKind
    id: str
    target: Target
    text: str
    cites: tuple[str, ...]

    def dump(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "target": self.target.dump(),
            "text": self.text,
            "cites": [*self.cites],
        }


class Units:
    """Who is who among the units of a policy."""

    def __init__(self, program: Program, vocabulary: Vocabulary) -> None:
        self._by_name: dict[str, UnitEntry] = {}
        for unit in program.units:
            self._by_name[unit.name] = unit
            self._by_name.update(dict.fromkeys(unit.aliases, unit))
        self._listed = frozenset(
            value.name
            for fact in _UNIT_FACTS
            if fact in program.facts
            for value in vocabulary.field(fact).type.values
        )
        self._steps = _steps(program)

    def knows(self, name: str) -> bool:
        """Whether a unit is declared under this name or alias, or the vocabulary offers it."""
        return name in self._by_name or name in self._listed

    def near(self, name: str) -> str | None:
        """Return the known name that may be meant."""
        return closest(name, (*self._by_name, *self._listed))

    def listings_of(self, step: str) -> tuple[Listing, ...]:
        """Return the steps and duties that recording ``step`` shows to be done."""
        return self._steps.get(step, ())

    def may_act(self, name: str, units: tuple[str, ...], household: Mapping[str, Value]) -> bool:
        """Whether the unit called ``name`` can be one of ``units``: by name, alias, succession or code.

        A description (县级相关部门) may mean anybody; a unit that is not declared cannot be told apart from one.
        """
        actor = self._by_name.get(name)
        if actor is None:
            return True
        return any(self._is(actor, self._by_name.get(unit), unit, household) for unit in units)

    def _is(
        self, actor: UnitEntry, unit: UnitEntry | None, name: str, household: Mapping[str, Value]
    ) -> bool:
        if unit is None or actor is unit or _is_description(unit) or _is_description(actor):
            return True
        if unit.fact is not None:
            if actor.fact is not None:
                return actor.fact == unit.fact
            code = household.get(unit.fact)
            return actor.code is not None and (not isinstance(code, str) or _full(code) == _full(actor.code))
        successors = {each for each, _ in (*unit.successions, *actor.successions)}
        return actor.name in successors or name in successors


class Findings:
    """Finds what the duties and facts of one case show."""

    def __init__(self, program: Program, units: Units, facts: Case) -> None:
        self._program = program
        self._units = units
        self._facts = facts

    def of(self, duties: Duties, listed: tuple[Duty, ...]) -> tuple[Finding, ...]:
        """Return all findings: about ``listed`` in their order, then about units as recorded."""
        by_key = {duty.key: duty for duty in listed}
        found: list[Finding] = []
        for duty in listed:
            if duty.due_problem:
                found.append(
                    Finding(FindingKind.CALENDAR, duty.id, duty.target, duty.due_problem, duty.cites)
                )
            if duty.state is State.DONE:
                found.extend(_late(duty))
                found.extend(_order(duty, duties, by_key))
        found.extend(self._actors())
        found.extend(self._unknown_units())
        return tuple(found)

    def _actors(self) -> Iterator[Finding]:
        table = self._facts.tables.get(PROCEDURE_EVENT)
        household = self._facts.tables[self._subject()].rows[0]
        for name, row in () if table is None else zip(table.ids, table.rows, strict=True):
            step, actor = row.get(_STEP), row.get(_ACTOR)
            listings = self._units.listings_of(step) if isinstance(step, str) else ()
            if not isinstance(actor, str) or not listings:
                continue
            if any(
                not listing.units or self._units.may_act(actor, listing.units, household)
                for listing in listings
            ):
                continue
            wanted = "、".join(dict.fromkeys(unit for listing in listings for unit in listing.units))
            text = f"“{step}”由{shorten(actor)}办理，应由{wanted}办理"
            cites = tuple(dict.fromkeys(cite for listing in listings for cite in listing.cites))
            yield Finding(FindingKind.UNIT, listings[0].id, Target(PROCEDURE_EVENT, name), text, cites)

    def _unknown_units(self) -> Iterator[Finding]:
        for fact in _UNIT_FACTS:
            entity = fact.partition(".")[0]
            table = self._facts.tables.get(entity)
            for name, row in () if table is None else zip(table.ids, table.rows, strict=True):
                unit = row.get(fact)
                if isinstance(unit, str) and not self._units.knows(unit):
                    guess = self._units.near(unit)
                    hint = "请在政策中用“单位”登记" if guess is None else f"是不是“{guess}”"
                    text = f"没有登记过叫“{shorten(unit)}”的单位（{hint}）"
                    yield Finding(FindingKind.UNKNOWN_UNIT, fact, Target(entity, name), text, ())

    def _subject(self) -> str:
        """Return the one domain besides the root that has a single lane: the household."""
        root = self._program.domains[0][0]
        return next(
            name for name, _ in self._program.domains if name in self._program.singular and name != root
        )


def _late(duty: Duty) -> Iterator[Finding]:
    if duty.late_by is not None and duty.due is not None:
        text = f"应于 {moment_text(duty.due)} 前办结，晚了 {_span(duty.late_by)}"
        yield Finding(FindingKind.LATE, duty.id, duty.target, text, duty.cites)


def _order(duty: Duty, duties: Duties, by_key: Mapping[tuple[str, Target], Duty]) -> Iterator[Finding]:
    """Yield a finding for each thing that had to come before what is done, and by the record did not."""
    for name in duty.waits_for:
        text = f"已办，但应在其前的“{name}”没有办结记录"
        yield Finding(FindingKind.ORDER, duty.id, duty.target, text, duty.cites)
    if duty.completed is None:
        return
    for name in duty.after:
        for element in duties.before(duty, name):
            first = by_key.get((element.id, element.target))
            if first is None or first.outcome is not YES or first.completed is None:
                continue
            if first.completed.earliest > duty.completed.latest:
                text = f"办结早于应在其前的“{name}”"
                yield Finding(FindingKind.ORDER, duty.id, duty.target, text, duty.cites)


def _steps(program: Program) -> Mapping[str, tuple[Listing, ...]]:
    """Return by recorded step the listings that one event of it shows to be done.

    A step of a procedure that has the recorded step's own name speaks for it; without one, the duties that ask for this step alone do.
    """
    named: dict[str, list[Listing]] = {}
    alone: dict[str, list[Listing]] = {}
    for listing in program.listings:
        if listing.done is None or listing.kind not in {"step", "duty"}:
            continue
        asked = tested(program, listing.done, _STEP)
        own = listing.id.rpartition("/")[2]
        if listing.kind == "step" and own in asked:
            named.setdefault(own, []).append(listing)
        elif listing.kind == "duty" and len(asked) == 1:
            alone.setdefault(next(iter(asked)), []).append(listing)
    return {step: tuple(named.get(step) or alone[step]) for step in (*named, *alone)}


def _is_description(unit: UnitEntry) -> bool:
    """Whether a name says what sort of unit, and not which one."""
    return unit.fact is None and (unit.name in _LEVELS or any(word in unit.name for word in _DESCRIPTIONS))


def _full(code: str) -> str:
    return code.ljust(_CODE_LENGTH, "0")


def _span(seconds: int) -> str:
    """Return a length of time in days, hours, minutes and seconds, without what is zero."""
    rest = seconds
    words: list[str] = []
    for unit, length in (("天", 86_400), ("小时", 3_600), ("分钟", 60), ("秒", 1)):
        number, rest = divmod(rest, length)
        if number:
            words.append(f"{number}{unit}")
    return "".join(words)
