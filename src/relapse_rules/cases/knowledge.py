"""What the county knows of a case at one moment, and what follows from it. Nothing is computed before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from relapse_rules.cases.clock import Workdays
from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.findings import Finding, Findings
from relapse_rules.cases.machines import OWED, Duties, Duty
from relapse_rules.cases.places import PathError, place_of
from relapse_rules.cases.setting import Setting
from relapse_rules.decisions import Decision, changed_by_readings
from relapse_rules.decisions.model import Target
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.stated import stated_text
from relapse_rules.facts.case import Case
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of


class Knowledge:
    """The facts at one moment and their consequences. Never changes."""

    def __init__(self, setting: Setting, facts: Case, workdays: Workdays) -> None:
        self._setting = setting
        self.facts = facts
        self._workdays = workdays

    @property
    def as_of(self) -> str:
        """The moment, ISO 8601 in Asia/Shanghai."""
        return moment_text(self.facts.as_of)

    @cached_property
    def decision(self) -> Decision:
        """What the policy says of the case."""
        changes = changed_by_readings(self._setting.evaluator, self.rails, self.facts)
        return self._setting.concluder.conclude(self.rails, self.facts, reading_changes=changes)

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """Every step, duty and measure for every target, with its state."""
        return self._duties.all()

    def duty(self, id: str, target: Target) -> Duty | None:  # noqa: A002 - the key of the JSON form
        """Return one step, duty or measure for one target; None when there is none."""
        return self._duties.one((id, target))

    @cached_property
    def live(self) -> tuple[Duty, ...]:
        """Those of `duties` that are required, or would be but for an 例外."""
        return self._duties.live()

    def follow(self, before: Knowledge) -> None:
        """Work out `live` with the help of what was known before the case's last event: far quicker, and the same."""
        self.__dict__["live"] = self._duties.live(before._duties, before.live)

    @property
    def owed(self) -> tuple[Duty, ...]:
        """What someone must still do: those that are due first come first, those without a due time last."""
        owed = (duty for duty in self.live if duty.state in OWED)
        return tuple(sorted(owed, key=lambda duty: (duty.due is None, duty.due or 0)))

    @property
    def procedures(self) -> Mapping[str, tuple[Duty, ...]]:
        """The steps of each 程序, in order, for every target."""
        names = self._setting.machine.procedures
        return {
            name: tuple(duty for duty in self.duties if duty.procedure == name and duty.kind == "step")
            for name in names
        }

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the record shows to be late, out of order, or by another unit."""
        finder = Findings(self._setting.program, self._setting.units, self.facts)
        return finder.of(self._duties, self.live)

    def value(self, path: str) -> str | None:
        """Return what is known of a fact (``household.dibao_status``, ``housing[老屋].relocated_at``), as text; None when nothing is.

        Raises:
            CaseError: the path names no fact.
        """
        try:
            place = place_of(path, self._setting.vocabulary)
        except PathError as error:
            raise CaseError(CaseProblem(path=path, message=error.message, help=error.remedy)) from None
        if place.field is None:
            raise CaseError(
                CaseProblem(path=path, message="要写到字段", help="如 housing[老屋].relocated_at")
            )
        table = self.facts.tables[place.domain]
        lane = (
            0
            if place.element is None
            else next((table.ids.index(n) for n in place.names if n in table.ids), None)
        )
        value = None if lane is None or not table.rows else table.rows[lane].get(place.field.fact)
        return None if value is None else stated_text(place.field.type, value)

    def stated(self) -> dict[str, str]:
        """Return every known fact: path → text, in the vocabulary's order."""
        found: dict[str, str] = {}
        for domain in self._setting.shape.domains:
            table = self.facts.tables[domain.reader.english]
            for name, row in zip(table.ids, table.rows, strict=True):
                for fact, value in row.items():
                    entity, _, field = fact.partition(".")
                    place = fact if domain.single else f"{_named(entity, name)}.{field}"
                    found[place] = stated_text(self._setting.vocabulary.field(fact).type, value)
        return found

    @cached_property
    def rails(self) -> Rails:
        """The rails of every node."""
        return self._setting.engine.run(self.facts)

    @cached_property
    def concluded(self) -> Decision:
        """The decision without what other readings would change, which takes time and changes no outcome."""
        return self._setting.concluder.conclude(self.rails, self.facts, reading_changes={})

    @cached_property
    def _duties(self) -> Duties:
        return Duties(
            self._setting.machine,
            self.facts,
            self.rails,
            self.concluded,
            clock=self.facts.as_of,
            day=day_of(self.facts.as_of),
            workdays=self._workdays,
        )


def _named(entity: str, element: str) -> str:
    """Return the path of an element: one named by its position says so already."""
    return element if element.startswith(f"{entity}[") else f"{entity}[{element}]"
