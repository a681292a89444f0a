"""What an event states, as typed facts to be laid over what was known. One reading of each event, by the policy's own reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relapse_rules.cases.errors import CaseError, CaseProblem, from_facts
from relapse_rules.cases.events import Correction, DepartmentAlert, Event, FactsStated, Judged, ProcedureEvent
from relapse_rules.cases.places import PathError, Place, place_of
from relapse_rules.cases.recent import Recent
from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.read import CaseReader
from relapse_rules.facts.shape import AS_OF
from relapse_rules.facts.shown import shown
from relapse_rules.values.vocabulary import EntitySpec, Origin

PROCEDURE_EVENT: Final = "procedure_event"
"""The vocabulary's entity that a `ProcedureEvent` becomes an element of; its fields have the names of the event's."""

DEPARTMENT_ALERT: Final = "department_alert"
"""The vocabulary's entity that a `DepartmentAlert` becomes an element of."""

_NO_TIME: Final = "1970-01-01T08:00:00+08:00"
"""Stands for 判定时点 while a part is read; the case's clock takes its place."""


_MOST_READ: Final = 4096
"""Events whose statements are kept at hand: one that arrives late has those before it laid out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Facts to be laid over others. ``completes``: lists in it are all there is; otherwise its elements are among others."""

    facts: Case
    completes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one event states: ``parts`` in order, what it takes back, and the elements that must be there already or must be new."""

    parts: tuple[Part, ...] = ()
    withdrawn: tuple[Place, ...] = ()
    existing: tuple[Place, ...] = ()
    new: tuple[Place, ...] = ()


NOTHING: Final = Statement()


class Statements:
    """Reads events of one vocabulary."""

    def __init__(self, reader: CaseReader) -> None:
        self._reader = reader
        self._vocabulary = reader.vocabulary
        self._shape = reader.shape
        root = self._vocabulary.by_english[self._shape.context]
        subject = self._vocabulary.by_english[self._shape.subject]
        self._root_names = (root.english, root.name, *root.aliases)
        self._subject_names = (subject.english, subject.name, *subject.aliases)
        self._clock_names = frozenset(
            name for name, spec in root.by_any_name.items() if spec.english == AS_OF
        )
        identifier = subject.identifier
        assert identifier is not None  # INVARIANT: the subject is named, as the vocabulary's check demands
        self._identifier = identifier
        self._read_last: Recent[tuple[str, Event], Statement] = Recent(_MOST_READ)

    def opening(self, case_id: str, facts: Mapping[str, object]) -> Case:
        """Return the facts that a case begins with.

        Raises:
            CaseError: they do not fit the vocabulary.
        """
        try:
            return self._reader.read(facts, source_name=case_id)
        except FactsError as error:
            raise from_facts(error, case=case_id) from None

    def dated(self, facts: object, as_of: str | datetime | None) -> Mapping[str, object]:
        """Return ``facts`` with 判定时点 replaced, under whatever names they use; as they are without one.

        Raises:
            FactsError: they are no facts.
        """
        if not isinstance(facts, Mapping):
            message = f"事实要是一个对象，这里是{shown(facts)}"
            raise FactsError((FactProblem(source="facts", path="", message=message),))
        root = next((name for name in self._root_names if name in facts), self._root_names[0])
        context = facts.get(root, {})
        if as_of is None or not isinstance(context, Mapping):
            return facts
        kept = {key: value for key, value in context.items() if key not in self._clock_names}
        moment = as_of.isoformat() if isinstance(as_of, datetime) else as_of
        return {**facts, root: {**kept, AS_OF: moment}}

    def of(self, event: Event, subject_id: str) -> Statement:
        """Return what ``event`` states of the subject called ``subject_id``; nothing for events that move the case only.

        Raises:
            CaseError: it does not fit the vocabulary; everything wrong is named.
        """
        known = self._read_last.get((subject_id, event))
        if known is not None:
            return known
        problems: list[CaseProblem] = []
        try:
            statement = self._statement(event, subject_id, problems)
        except FactsError as error:
            raise from_facts(error, event=event.id) from None
        if problems:
            raise CaseError(*problems)
        self._read_last.keep((subject_id, event), statement)
        return statement

    def _statement(self, event: Event, subject_id: str, problems: list[CaseProblem]) -> Statement:
        match event:
            case FactsStated(facts=facts, values=values):
                return self._stated(event.id, subject_id, facts, values, (), problems)
            case Correction(facts=facts, values=values, withdraw=withdraw):
                return self._stated(event.id, subject_id, facts, values, withdraw, problems)
            case Judged():
                return self._judged(event, subject_id, problems)
            case ProcedureEvent():
                return self._element(
                    event,
                    subject_id,
                    PROCEDURE_EVENT,
                    {"at": event.happened_at},
                    ("step", "actor", "result", "case_ref", "publicity_days", "objection_raised"),
                )
            case DepartmentAlert():
                return self._element(
                    event,
                    subject_id,
                    DEPARTMENT_ALERT,
                    {"pushed_at": event.happened_at},
                    (
                        "department",
                        "content_type",
                        "recipient",
                        "event_id",
                        "household_ids",
                        "risk_push_requirement_defined",
                    ),
                )
            case _:
                return NOTHING

    # --- statements of facts ------------------------------------------------------------------------------------

    def _stated(
        self,
        event: str,
        subject_id: str,
        facts: Mapping[str, object] | None,
        values: Mapping[str, object] | None,
        withdraw: tuple[str, ...],
        problems: list[CaseProblem],
    ) -> Statement:
        parts: list[Part] = []
        if facts:
            part = self._read(event, self._framed(event, subject_id, facts, problems), subject_id, problems)
            parts.append(Part(facts=part, completes=True))
        places: list[tuple[Place, object]] = []
        for path, value in (values or {}).items():
            place = self._place(event, path, problems)
            if place is None or self._is_deep(event, path, place, problems):
                continue
            if place.field is None:
                problems.append(_problem(event, path, "要写到字段", "如 housing[老屋].relocated_at"))
            elif value is None:
                problems.append(_problem(event, path, "不能改为未知", "登记错的，用更正的 withdraw 撤回"))
            else:
                places.append((place, value))
        if places:
            part = self._read(event, self._laid_out(subject_id, places), subject_id, problems)
            parts.append(Part(facts=part, completes=False))
        withdrawn = (self._place(event, path, problems) for path in withdraw)
        return Statement(
            parts=tuple(parts),
            withdrawn=tuple(place for place in withdrawn if place is not None),
            existing=tuple(place for place, _ in places if place.element is not None),
        )

    def _judged(self, event: Judged, subject_id: str, problems: list[CaseProblem]) -> Statement:
        place = self._place(event.id, event.fact, problems)
        if place is None or self._is_deep(event.id, event.fact, place, problems):
            return NOTHING
        if place.field is None or place.field.origin is not Origin.JUDGEMENT:
            problems.append(_problem(event.id, "fact", "不是由人认定的字段", "登记一般事实用 facts_stated"))
            return NOTHING
        record = {"value": event.value, "by": event.by, "at": event.at, "basis": event.basis}
        facts = self._laid_out(subject_id, [(place, record)])
        part = Part(facts=self._read(event.id, facts, subject_id, problems), completes=False)
        return Statement(parts=(part,), existing=(place,) if place.element is not None else ())

    def _element(
        self, event: Event, subject_id: str, entity: str, own: dict[str, object], names: tuple[str, ...]
    ) -> Statement:
        """Return the statement of an event that becomes an element of a list."""
        spec = self._vocabulary.by_english.get(entity)
        identifier = None if spec is None else spec.identifier
        if spec is None or identifier is None:
            raise CaseError(_problem(event.id, "kind", f"本政策的词汇没有 {entity}，登记不了这种事件"))
        fields = {identifier.english: event.id, **own}
        for name in names:
            value = getattr(event, name)
            if value is not None:
                fields[name] = value
        place = Place(entity=spec, domain=entity, element=event.id, field=None)
        problems: list[CaseProblem] = []
        facts = self._hung(subject_id, spec, [fields])
        part = Part(facts=self._read(event.id, facts, subject_id, problems), completes=False)
        return Statement(parts=(part,), new=(place,))

    # --- objects for the reader ---------------------------------------------------------------------------------

    def _framed(
        self, event: str, subject_id: str, facts: Mapping[str, object], problems: list[CaseProblem]
    ) -> dict[str, object]:
        """Return a fragment with what every case must state. The clock is not the fragment's to move."""
        framed = dict(facts)
        root = next((name for name in self._root_names if name in framed), self._root_names[0])
        subject = next((name for name in self._subject_names if name in framed), self._subject_names[0])
        context, household = framed.get(root, {}), framed.get(subject, {})
        if isinstance(context, Mapping):
            if self._clock_names & context.keys():
                problems.append(
                    _problem(event, f"{root}.{AS_OF}", "事件不能改判定时点", "推进时钟用 advance")
                )
            framed[root] = {
                **{key: value for key, value in context.items() if key not in self._clock_names},
                AS_OF: _NO_TIME,
            }
        names = (self._identifier.english, self._identifier.name, *self._identifier.aliases)
        if isinstance(household, Mapping) and not any(name in household for name in names):
            framed[subject] = {**household, self._identifier.english: subject_id}
        return framed

    def _laid_out(self, subject_id: str, places: list[tuple[Place, object]]) -> dict[str, object]:
        """Return the facts of paths as a fragment, one object for each element."""
        elements: dict[tuple[str, str | None], dict[str, object]] = {}
        specs: dict[str, EntitySpec] = {}
        for place, value in places:
            assert place.field is not None
            specs[place.entity.english] = place.entity
            fields = elements.setdefault((place.entity.english, place.element), {})
            identifier = place.entity.identifier
            if place.element is not None and identifier is not None:
                fields.setdefault(identifier.english, place.element)
            fields[place.field.english] = value
        facts: dict[str, object] = {}
        for (entity, _), fields in elements.items():
            facts = _merged(facts, self._hung(subject_id, specs[entity], [fields]))
        return facts

    def _hung(
        self, subject_id: str, spec: EntitySpec, elements: list[dict[str, object]]
    ) -> dict[str, object]:
        """Return a fragment that holds ``elements`` of an entity, under whatever it hangs under."""
        value: object = elements[0] if spec.single else elements
        above = spec
        while above.parent is not None:
            holder = self._vocabulary.by_english[above.parent]
            if holder.parent is None or not holder.single:
                break
            value, above = {above.english: value}, holder
        facts: dict[str, object] = {above.english: value}
        root = {**elements[0], AS_OF: _NO_TIME} if spec.english == self._shape.context else {AS_OF: _NO_TIME}
        return _merged(
            {
                self._shape.context: root,
                self._shape.subject: {self._identifier.english: subject_id},
            },
            {} if spec.english == self._shape.context else facts,
        )

    def _read(
        self, event: str, facts: Mapping[str, object], subject_id: str, problems: list[CaseProblem]
    ) -> Case:
        """Read a fragment, and note a foreign subject and elements without a name of their own."""
        part = self._reader.read(facts, source_name=event, whole=False)
        stated_id = part.tables[self._shape.subject].ids[0]
        if stated_id != subject_id:
            place = f"{self._shape.subject}.{self._identifier.english}"
            problems.append(_problem(event, place, f"“{self._identifier.name}”与本案不是同一个"))
        problems.extend(
            _problem(event, path, message, remedy) for path, message, remedy in self._unnamed(part)
        )
        return part

    def _unnamed(self, part: Case) -> Iterator[tuple[str, str, str]]:
        for domain in self._shape.domains:
            identifier = domain.reader.identifier
            if domain.single:
                continue
            table = part.tables[domain.reader.english]
            for name, row in zip(table.ids, table.rows, strict=True):
                if identifier is None or identifier.fact not in row:
                    remedy = "每条写上编号，才知道是新的一条还是已有的一条"
                    yield name, f"“{domain.reader.name}”的这一条没有编号", remedy

    def _is_deep(self, event: str, path: str, place: Place, problems: list[CaseProblem]) -> bool:
        """Whether a path's element hangs under an element of another list, which the path does not name; a problem if so."""
        above = self._vocabulary.by_english.get(place.entity.parent or "")
        if above is None or above.single:
            return False
        message = f"“{place.entity.name}”列在某一条“{above.name}”之下"
        problems.append(_problem(event, path, message, f"写在 facts 里：{above.english} 的那一条之下"))
        return True

    def _place(self, event: str, path: str, problems: list[CaseProblem]) -> Place | None:
        try:
            return place_of(path, self._vocabulary)
        except PathError as error:
            problems.append(_problem(event, path, error.message, error.remedy))
            return None


def _merged(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, object]:
    """Return two fragments as one: objects key by key, lists one after the other."""
    merged = dict(first)
    for key, value in second.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            merged[key] = [*known, *value]
        else:
            merged[key] = value
    return merged


def _problem(event: str, path: str, message: str, remedy: str = "") -> CaseProblem:
    return CaseProblem(event=event, path=path, message=message, help=remedy)
