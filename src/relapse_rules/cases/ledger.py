"""Facts laid over facts: from the events of a case to what is known, whatever order they arrived in.

Statements take effect in the order in which the county learnt them (then by id, so that equal times have one order). A corrected event
counts as corrected at its own place in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.events import Correction, Event
from relapse_rules.cases.places import Place
from relapse_rules.cases.statements import NOTHING, Part, Statement, Statements
from relapse_rules.facts.case import Case, Table, Value
from relapse_rules.facts.problems import EnoughError, Problems
from relapse_rules.facts.rows import Rows, links_of
from relapse_rules.facts.shape import Domain, Shape
from relapse_rules.values.relations import Relation


class Position(NamedTuple):
    """Where a statement stands among the others: when the county learnt it (seconds), then the event's id."""

    recorded: int
    event: str


@dataclass(slots=True)
class _Draft:
    """A table being written. ``parents[i]``: position of the structural parent of row ``i``. ``places``: position by id."""

    ids: list[str]
    places: dict[str, int]
    rows: list[Mapping[str, Value]]
    parents: list[int]
    complete: bool


class Draft:
    """Facts being written over; the case that it was made from stays as it is."""

    def __init__(self, shape: Shape, case: Case) -> None:
        self._shape = shape
        self._domains = {domain.reader.english: domain for domain in shape.domains}
        self._case = case
        self._drafts: dict[str, _Draft] = {}
        self._recorded = dict(case.recorded)

    def lay(self, part: Part) -> None:
        """Put the facts of ``part`` over what is there: they update elements of the same id, and add the others."""
        complete = {
            domain.reader.english: self._is_complete_with(part, domain) for domain in self._shape.domains
        }
        for domain in self._shape.domains:
            name = domain.reader.english
            table = part.facts.tables[name]
            if not table.rows and complete[name] == self._is_complete(name):
                continue
            draft = self._draft(domain)
            draft.complete = complete[name]
            for number, (element, row) in enumerate(zip(table.ids, table.rows, strict=True)):
                self._lay_row(domain, draft, element, row, part.facts, number)
        self._recorded.update(part.facts.recorded)

    def withdraw(self, place: Place) -> bool:
        """Take back one fact or one element; return whether it was there."""
        domain = self._domains[place.domain]
        draft = self._draft(domain)
        lane = _lane(draft.places, place)
        if lane is None:
            return False
        if place.field is not None:
            fact = place.field.fact
            if fact not in draft.rows[lane]:
                return False
            draft.rows[lane] = {key: value for key, value in draft.rows[lane].items() if key != fact}
            self._recorded.pop((draft.ids[lane], fact), None)
            return True
        if domain.single:
            return False
        self._remove(domain, lane)
        return True

    def has(self, place: Place) -> bool:
        """Whether the element that ``place`` names is there."""
        domain = self._domains[place.domain]
        return domain.single or _lane(self._draft(domain).places, place) is not None

    def case(self, as_of: int, problems: Problems) -> Case:
        """Return the case as it is now, at ``as_of``. References to elements that complete lists do not have are problems."""
        tables = dict(self._case.tables)
        for domain in self._shape.domains:
            draft = self._drafts.get(domain.reader.english)
            if draft is not None:
                tables[domain.reader.english] = _table(domain, draft)
        rows = {
            domain.reader.english: Rows(
                domain.reader,
                rows=list(tables[domain.reader.english].rows),  # type: ignore[arg-type]  # `links_of` only reads them
                ids=list(tables[domain.reader.english].ids),
                paths=list(tables[domain.reader.english].ids),
                parents=self._parents(domain),
            )
            for domain in self._shape.domains
        }
        complete = {name: table.complete for name, table in tables.items()}
        links = links_of(self._shape, rows, complete, problems)
        return Case(as_of=as_of, tables=tables, links=links, recorded=self._recorded)

    def _is_complete(self, name: str) -> bool:
        draft = self._drafts.get(name)
        return self._case.tables[name].complete if draft is None else draft.complete

    def _is_complete_with(self, part: Part, domain: Domain) -> bool:
        """Whether the elements of ``domain`` are all there is, once ``part`` is laid over what is there.

        Where elements hang under those of another list (``holder``), a part speaks only for the ones that it names.
        """
        name = domain.reader.english
        known = self._is_complete(name)
        said = part.completes and part.facts.tables[name].complete
        above = None if domain.above is None else self._domains[domain.above]
        if above is not None and not above.single:
            if said:
                filled = known or self._names_all(part, above)
            else:
                filled = known and not self._adds_to(part, above)
            return filled and self._is_complete_with(part, above)
        if known or not said or domain.host is None:
            return known or said
        host = self._domains[domain.host]
        # Without any host among its facts, a part has supplied the list itself.
        return not part.facts.tables[domain.host].ids or self._names_all(part, host)

    def _names_all(self, part: Part, domain: Domain) -> bool:
        """Whether ``part`` names every element that is there."""
        return set(part.facts.tables[domain.reader.english].ids).issuperset(self._draft(domain).ids)

    def _adds_to(self, part: Part, domain: Domain) -> bool:
        """Whether ``part`` names an element that is not there."""
        places = self._draft(domain).places
        named = part.facts.tables[domain.reader.english].ids
        return any(_index(places, each, domain) is None for each in named)

    def _remove(self, domain: Domain, lane: int) -> None:
        """Take out an element with everything under it."""
        name = domain.reader.english
        for below in self._shape.domains:
            if below.above != name:
                continue
            under = self._draft(below)
            for position in reversed(range(len(under.parents))):
                if under.parents[position] == lane:
                    self._remove(below, position)
            under.parents = [parent - (parent > lane) for parent in under.parents]
        draft = self._draft(domain)
        element = draft.ids.pop(lane)
        del draft.rows[lane], draft.parents[lane]
        draft.places = {each: position for position, each in enumerate(draft.ids)}
        self._recorded = {
            (owner, fact): each
            for (owner, fact), each in self._recorded.items()
            if owner != element or not fact.startswith(f"{name}.")
        }

    def _lay_row(
        self,
        domain: Domain,
        draft: _Draft,
        element: str,
        row: Mapping[str, Value],
        part: Case,
        number: int,
    ) -> None:
        identifier = domain.reader.identifier
        own = None if identifier is None else identifier.fact
        lane = 0 if domain.single else _index(draft.places, element, domain)
        if lane is None:
            draft.places[element] = len(draft.ids)
            draft.ids.append(element)
            draft.rows.append(row)
            draft.parents.append(self._parent(domain, part, number))
            return
        # An element named by its position has no id of its own to be overwritten.
        known = draft.rows[lane]
        draft.rows[lane] = {**known, **{key: value for key, value in row.items() if key != own}}

    def _parent(self, domain: Domain, part: Case, number: int) -> int:
        """Return the position here of the element that row ``number`` of ``part`` hangs under."""
        if domain.above is None:
            return 0
        above = self._domains[domain.above]
        if above.single:
            return 0
        there = part.links[Relation(domain.reader.english, domain.above)][number] or 0
        return self._draft(above).places[part.tables[domain.above].ids[there]]

    def _parents(self, domain: Domain) -> list[int]:
        draft = self._drafts.get(domain.reader.english)
        if draft is not None:
            return draft.parents
        return _parents(self._case, domain)

    def _draft(self, domain: Domain) -> _Draft:
        name = domain.reader.english
        draft = self._drafts.get(name)
        if draft is None:
            table = self._case.tables[name]
            draft = self._drafts[name] = _Draft(
                ids=list(table.ids),
                places={element: position for position, element in enumerate(table.ids)},
                rows=list(table.rows),
                parents=_parents(self._case, domain),
                complete=table.complete,
            )
        return draft


class Ledger:
    """The folding of a case's events, for one vocabulary."""

    def __init__(self, statements: Statements, shape: Shape) -> None:
        self._statements = statements
        self._shape = shape

    def laid(self, facts: Case, statement: Statement, as_of: int, event: str) -> Case:
        """Return ``facts`` with one more statement, the latest of all.

        Raises:
            CaseError: it refers to what is not there, or takes up what is.
        """
        draft = Draft(self._shape, facts)
        problems = [
            _problem(event, _shown(place), "没有这一条", "新的一条写在 facts 里")
            for place in statement.existing
            if not draft.has(place)
        ]
        problems.extend(
            _problem(event, _shown(place), "已有这个编号", "事件换一个编号")
            for place in statement.new
            if draft.has(place)
        )
        problems.extend(self._emptied(facts, statement, event))
        for part in statement.parts:
            draft.lay(part)
        found = Problems(event)
        try:
            case = draft.case(as_of, found)
        except EnoughError:
            case = facts
        problems.extend(_problem(event, each.path, each.message, each.help) for each in found.found)
        if problems:
            raise CaseError(*problems)
        return case

    def over(self, facts: Case, statement: Statement) -> Case:
        """Return ``facts`` with one more statement, the latest of all, that was looked at before."""
        draft = Draft(self._shape, facts)
        for part in statement.parts:
            draft.lay(part)
        return draft.case(facts.as_of, Problems(""))

    def folded(
        self, opening: Event, opened: Case, events: Iterable[Event], as_of: int, problems: Problems
    ) -> Case:
        """Return what is known after ``events`` (any order, the opening not among them) at ``as_of``.

        ``problems`` takes references to elements that are not there; they count as unknown.
        """
        subject = opened.tables[self._shape.subject].ids[0]
        ordered = sorted(events, key=position_of)
        own = {event.id: self._statements.of(event, subject) for event in ordered}
        corrections: dict[str, list[Correction]] = {}
        for event in ordered:
            if isinstance(event, Correction):
                corrections.setdefault(event.corrects, []).append(event)
        draft = Draft(self._shape, opened)
        for correction in corrections.get(opening.id, ()):
            self._correct(draft, correction, own, corrections)
        for event in ordered:
            if isinstance(event, Correction):
                continue
            for part in self._effective(event.id, own, corrections):
                draft.lay(part)
        return draft.case(as_of, problems)

    def check_correction(
        self, correction: Correction, opening: Event, opened: Case, events: Mapping[str, Event], facts: Case
    ) -> None:
        """Look whether what a correction takes back had been stated. ``facts``: what is known without it.

        Raises:
            CaseError: the corrected event is not there, states nothing, was recorded later, or did not state it.
        """
        target = opening if correction.corrects == opening.id else events.get(correction.corrects)
        if target is None:
            raise CaseError(_problem(correction.id, "corrects", f"本案没有“{correction.corrects}”这个事件"))
        if target.recorded > correction.recorded:
            raise CaseError(_problem(correction.id, "recorded_at", "早于所更正的事件的登记时间"))
        subject = opened.tables[self._shape.subject].ids[0]
        own = {name: self._statements.of(event, subject) for name, event in events.items()}
        if target is not opening and own[target.id] == NOTHING:
            raise CaseError(_problem(correction.id, "corrects", "这个事件没有登记事实，不能更正"))
        others: dict[str, list[Correction]] = {}
        for event in sorted(events.values(), key=position_of):
            if isinstance(event, Correction):
                others.setdefault(event.corrects, []).append(event)
        if target is opening:
            parts: tuple[Part, ...] = (Part(facts=opened, completes=True),)
        else:
            parts = self._effective(target.id, own, others)
        drafts = [Draft(self._shape, part.facts) for part in parts]
        statement = self._statements.of(correction, subject)
        problems = [
            _problem(correction.id, _shown(place), "所更正的事件没有登记这一项")
            for place in statement.withdrawn
            if sum(draft.withdraw(place) for draft in drafts) == 0
        ]
        known = Draft(self._shape, facts)
        problems.extend(
            _problem(correction.id, _shown(place), "没有这一条", "新的一条写在 facts 里")
            for place in statement.existing
            if not known.has(place)
        )
        if problems:
            raise CaseError(*problems)

    def _effective(
        self, event: str, own: Mapping[str, Statement], corrections: Mapping[str, list[Correction]]
    ) -> tuple[Part, ...]:
        """Return what an event states once its corrections, and theirs, are worked in."""
        statement = own[event]
        mine = corrections.get(event, ())
        if not mine:
            return statement.parts
        parts = list(statement.parts)
        for correction in mine:
            parts = [self._without(part, own[correction.id].withdrawn) for part in parts]
            parts.extend(self._effective(correction.id, own, corrections))
        return tuple(parts)

    def _correct(
        self,
        draft: Draft,
        correction: Correction,
        own: Mapping[str, Statement],
        corrections: Mapping[str, list[Correction]],
    ) -> None:
        for place in own[correction.id].withdrawn:
            draft.withdraw(place)
        for part in self._effective(correction.id, own, corrections):
            draft.lay(part)

    def _without(self, part: Part, places: tuple[Place, ...]) -> Part:
        if not places:
            return part
        draft = Draft(self._shape, part.facts)
        for place in places:
            draft.withdraw(place)
        return replace(part, facts=draft.case(part.facts.as_of, Problems("")))

    def _emptied(self, facts: Case, statement: Statement, event: str) -> Iterator[CaseProblem]:
        """Yield a problem for each list that is said to be empty and is not."""
        for part in statement.parts:
            for domain in self._shape.domains if part.completes else ():
                name = domain.reader.english
                said = part.facts.tables[name]
                if not said.complete or said.rows:
                    continue
                count = self._count_under(facts, part.facts, domain)
                if count:
                    message = f"说没有{domain.reader.name}，但已登记 {count} 条"
                    yield _problem(event, name, message, "登记错的，用更正的 withdraw 撤回")

    def _count_under(self, facts: Case, part: Case, domain: Domain) -> int:
        """Return how many elements there are, of those that ``part`` speaks for: under elements that it names, or all."""
        name = domain.reader.english
        holder = domain.above
        if holder is None or holder in {self._shape.context, self._shape.subject}:
            # What may also stand under a host was perhaps said of those hosts alone.
            named = domain.host is not None and part.tables[domain.host].ids
            return 0 if named else len(facts.tables[name].ids)
        there = facts.tables[holder].ids
        parents = _parents(facts, domain)
        return sum(there[parent] in part.tables[holder].ids for parent in parents)


def position_of(event: Event) -> Position:
    """Return where ``event`` stands among the events of its case."""
    return Position(event.recorded, event.id)


def _parents(case: Case, domain: Domain) -> list[int]:
    if domain.above is None:
        return [0] * len(case.tables[domain.reader.english].rows)
    return [parent or 0 for parent in case.links[Relation(domain.reader.english, domain.above)]]


def _table(domain: Domain, draft: _Draft) -> Table:
    if not draft.rows:
        return domain.empty if draft.complete else domain.absent
    return Table(
        entity=domain.reader.english, ids=tuple(draft.ids), rows=tuple(draft.rows), complete=draft.complete
    )


def _lane(places: Mapping[str, int], place: Place) -> int | None:
    if place.element is None:
        return 0
    return next((places[name] for name in place.names if name in places), None)


def _index(places: Mapping[str, int], element: str, domain: Domain) -> int | None:
    found = places.get(element)
    return places.get(f"{domain.reader.english}[{element}]") if found is None else found


def _shown(place: Place) -> str:
    element = "" if place.element is None else f"[{place.element}]"
    field = "" if place.field is None else f".{place.field.english}"
    return f"{place.entity.english}{element}{field}"


def _problem(event: str, path: str, message: str, remedy: str = "") -> CaseProblem:
    return CaseProblem(event=event, path=path, message=message, help=remedy)
