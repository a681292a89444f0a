"""性质: what must hold for every household, typed. The names of 措施, 职责 and steps are conditions here: their outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from relapse_rules.check.listings import Outcomes
from relapse_rules.check.names import KEYWORD, Names
from relapse_rules.check.operands import Scope
from relapse_rules.check.policy import Listed, TypedMeasure, TypedProperty, TypedTask
from relapse_rules.check.reach import domains_upward, subject_of
from relapse_rules.check.rules import Rules, cite_ids
from relapse_rules.check.scope import FoundConcept, FoundField, resolve, scope_of
from relapse_rules.check.typed import Condition
from relapse_rules.check.vocabulary import unknown_entity
from relapse_rules.check.wording import offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_names import (
    DUPLICATE_NAME,
    NOT_REACHABLE,
    UNKNOWN_FIELD,
    UNKNOWN_REFERENCE,
)
from relapse_rules.diagnostics.codes_structure import PROPERTY_NOT_MONOTONE_FIELD, PROPERTY_SAYS_NOTHING
from relapse_rules.syntax.declarations import (
    Definition,
    Duty,
    ExceptionRule,
    Judgement,
    ListedKind,
    Measure,
    Parameter,
    Property,
    PropertyKind,
    Reading,
)
from relapse_rules.syntax.format_expressions import expression as written
from relapse_rules.syntax.tree import Aggregate, Expression, Name, Node, Path, Quantifier
from relapse_rules.values.types import NUMERIC
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec

_MONOTONE = frozenset({PropertyKind.NOT_INCREASING, PropertyKind.NOT_DECREASING})
_DECIDED = (Definition, Judgement, Measure, Duty, ExceptionRule)
_LISTING = frozenset({PropertyKind.HAS_OWNER, PropertyKind.HAS_LIMIT})


def typed_properties(
    properties: Sequence[Property], rules: Rules, listed: Sequence[Listed], layers: Mapping[str, int]
) -> tuple[TypedProperty, ...]:
    """Return the 性质 in which nothing is wrong. ``listed``: what a decision lists, with its exceptions worked in.

    ``layers``: the files of overlays, each with how many others stand above it.
    """
    outcomes = Outcomes(listings=rules.listings, by_id={each.name: each for each in listed})
    typing = _Properties(rules=rules, outcomes=outcomes, layers=layers)
    made: list[TypedProperty] = []
    taken: dict[str, Property] = {}
    for declared in properties:
        first = taken.setdefault(declared.name.text, declared)
        if first is not declared:
            rules.found.append(_taken(declared, first))
            continue
        typed = typing.property(declared)
        if typed is not None:
            made.append(typed)
    return tuple(made)


def conditions_of(properties: Iterable[TypedProperty]) -> Iterator[Condition]:
    """Yield every condition that 性质 speak of."""
    for declared in properties:
        yield from declared.conditions
        if declared.when is not None:
            yield declared.when


@dataclass(frozen=True, slots=True, kw_only=True)
class _Properties:
    """Types 性质 one after the other."""

    rules: Rules
    outcomes: Outcomes
    layers: Mapping[str, int]

    @property
    def found(self) -> list[Diagnostic]:
        """What is wrong."""
        return self.rules.found

    @property
    def names(self) -> Names:
        """Who is called what."""
        return self.rules.names

    def property(self, declared: Property) -> TypedProperty | None:
        """Return a 性质, None (and findings) when anything in it is wrong."""
        before = len(self.found)
        entity = self._entity(declared)
        if entity is None:
            return None
        if declared.kind in _LISTING:
            return self._listing(declared, entity)
        above = None
        if declared.kind is PropertyKind.NOT_STRICTER:
            above = None if declared.other is not None else self.layers.get(declared.span.file)
            self._check_named(declared, above)
            if len(self.found) > before or (above is None and declared.other is None):
                return None
        scope = scope_of(entity, self.names)
        typer = replace(self.rules.typer, outcomes=self.outcomes)
        conditions = [typer.condition(each, scope) for each in declared.subjects]
        when = None if declared.condition is None else typer.condition(declared.condition, scope)
        facts = [self._fact(declared, path, scope) for path in declared.fields]
        self._check_repetition(declared)
        typed = tuple(each for each in conditions if each is not None)
        known = tuple(each for each in facts if each is not None)
        if len(self.found) > before or len(typed) < len(conditions) or len(known) < len(facts):
            return None
        if when is None and declared.condition is not None:
            return None
        return TypedProperty(
            name=declared.name.text,
            cites=cite_ids(declared.cites),
            entity=entity.english,
            domain=scope.domain,
            span=declared.span,
            kind=str(declared.kind),
            conditions=typed,
            when=when,
            subjects=tuple(_on_one_line(each) for each in declared.subjects),
            facts=known,
            other=None if declared.other is None else declared.other.value,
            above=above,
        )

    def _listing(self, declared: Property, entity: EntitySpec) -> TypedProperty:
        """Return the claim that everything of one kind has an owner or a limit; 对象 narrows it down."""
        wanted = declared.listed
        ids = (
            each.name
            for each in self.outcomes.by_id.values()
            if _kind_of(each) is wanted and (declared.entity is None or each.entity == entity.english)
        )
        return TypedProperty(
            name=declared.name.text,
            cites=cite_ids(declared.cites),
            entity="" if declared.entity is None else entity.english,
            domain="" if declared.entity is None else self.names.vocabulary.domain(entity.english),
            span=declared.span,
            kind=str(declared.kind),
            listings=tuple(ids),
        )

    # --- over whose elements ----------------------------------------------------------------------

    def _entity(self, declared: Property) -> EntitySpec | None:
        """Return 对象, or else the lowest of what the names are about, or else 农户."""
        vocabulary = self.names.vocabulary
        if declared.entity is not None:
            entity = vocabulary.by_name.get(declared.entity.text)
            if entity is None:
                self.found.append(unknown_entity(declared.entity, vocabulary.by_name))
            return entity
        expressions = (*declared.subjects, *(() if declared.condition is None else (declared.condition,)))
        spoken = [self._about(name) for each in expressions for name in _spoken_of(each)]
        about = [entity for entity in spoken if entity is not None]
        if about:
            return max(about, key=self._depth)
        subject = subject_of(vocabulary) or self.names.root
        return vocabulary.by_english.get(subject)

    def _about(self, name: Name) -> EntitySpec | None:
        concept = self.names.concepts.get(name.text)
        if concept is None or isinstance(concept, Parameter | Reading):
            return None
        return self.names.subject(name.text)

    def _depth(self, entity: EntitySpec) -> int:
        vocabulary = self.names.vocabulary
        return sum(1 for _ in domains_upward(vocabulary, vocabulary.domain(entity.english)))

    # --- fields -----------------------------------------------------------------------------------

    def _fact(self, declared: Property, path: Path, scope: Scope) -> str | None:
        """Return the fact that a field is; what a 性质 is monotone in must have an order."""
        spec = self._field(declared, path, scope)
        if spec is None:
            return None
        if declared.kind in _MONOTONE and spec.type.kind not in NUMERIC:
            self.found.append(
                PROPERTY_NOT_MONOTONE_FIELD.at(
                    path.span,
                    f"“{path.text}”是{spec.type.kind}，没有大小，不能写“不增”“不减”",
                    help="换成数、金额、时长、日期或时间字段；与它无关的，写“不随 … 改变”",
                )
            )
            return None
        return spec.fact

    def _field(self, declared: Property, path: Path, scope: Scope) -> FieldSpec | None:
        """Return a field: one seen from here, or ``实体.字段`` of any entity, whose elements may be many."""
        vocabulary = self.names.vocabulary
        last = path.parts[-1]
        if len(path.parts) == 2 and (entity := vocabulary.by_name.get(path.parts[0].text)) is not None:  # noqa: PLR2004 - 实体.字段
            spec = _called(entity, last.text)
            if spec is None:
                self.found.append(self._no_field(last, entity))
            return spec
        owners = [entity for entity in vocabulary.entities if _called(entity, last.text) is not None]
        before = len(self.found)
        resolved = resolve(path, scope, self.names, self.found)
        match resolved:
            case FoundField(field=field):
                return field
            case FoundConcept(derived=derived) if derived is not None:
                return derived
            case FoundConcept(concept=concept):
                code = PROPERTY_NOT_MONOTONE_FIELD if declared.kind in _MONOTONE else UNKNOWN_FIELD
                self.found.append(
                    code.at(
                        path.span,
                        f"{KEYWORD[type(concept)]}“{path.text}”不是字段",
                        help="这里写由人填报的字段，例如“农户.户主姓名”",
                    )
                )
            case None if len(path.parts) == 1 and owners and len(self.found) > before:
                del self.found[before:]
                choices = "或".join(f"“{entity.name}.{last.text}”" for entity in owners)
                self.found.append(
                    NOT_REACHABLE.at(
                        path.span,
                        f"“{last.text}”不是“{scope.entity.name}”的字段",
                        help=f"写成{choices}，说明是谁的",
                    )
                )
            case _:
                pass
        return None

    def _no_field(self, name: Name, entity: EntitySpec) -> Diagnostic:
        known = [each for field in entity.fields for each in (field.name, *field.aliases)]
        return UNKNOWN_FIELD.at(
            name.span, f"“{entity.name}”没有叫“{name.text}”的字段", help=offer(name.text, known)
        )

    # --- claims that say nothing, or nothing that can be compared -------------------------------------

    def _check_repetition(self, declared: Property) -> None:
        if declared.kind is PropertyKind.NEVER_BOTH and len(declared.subjects) == 1:
            self.found.append(
                PROPERTY_SAYS_NOTHING.at(
                    declared.subjects[0].span, "“从不同时”至少要写两项", help="用“、”隔开，再写一项"
                )
            )
        for several in (declared.subjects, declared.fields):
            seen: dict[Node, Node] = {}
            for each in several:
                first = seen.setdefault(each, each)
                if first is not each:
                    self.found.append(
                        PROPERTY_SAYS_NOTHING.at(
                            each.span,
                            "一个条件总是蕴含它自己"
                            if declared.kind is PropertyKind.IMPLIES
                            else "同一项写了两次",
                            help="换成另一项，或删去一处",
                            labels=(Label(span=first.span, message="第一处"),),
                        )
                    )

    def _check_named(self, declared: Property, above: int | None) -> None:
        """Report what has no name by which the other policy could be asked, or is new in the layer of the 性质."""
        for each in declared.subjects:
            concept = self.names.concepts.get(each.parts[0].text) if isinstance(each, Path) else None
            if isinstance(each, Path) and (each.is_step or isinstance(concept, _DECIDED)):
                added = -1 if concept is None else self.layers.get(concept.span.file, -1)
                if above is not None and added >= above:
                    self.found.append(_new_here(each))
                continue
            self.found.append(
                UNKNOWN_REFERENCE.at(
                    each.span,
                    "“不严于”前面要写两边都有的声明的名称",
                    help="写定义、裁量、措施、职责、步骤或例外的名称；别的条件先写成“定义”",
                )
            )


def _new_here(path: Path) -> Diagnostic:
    return UNKNOWN_REFERENCE.at(
        path.span, f"上级没有“{path.text}”，它是本级新写的", help="与上级相比，只能说上级也有的声明"
    )


def _taken(declared: Property, first: Property) -> Diagnostic:
    return DUPLICATE_NAME.at(
        declared.name.span,
        f"性质“{declared.name.text}”已经用过",
        help="换一个名称",
        labels=(Label(span=first.name.span, message="第一处"),),
    )


def _kind_of(listed: Listed) -> ListedKind | None:
    match listed:
        case TypedMeasure():
            return ListedKind.MEASURE
        case TypedTask(procedure=None):
            return ListedKind.DUTY
        case TypedTask():
            return ListedKind.STEP
        case _:
            return None


def _spoken_of(expression: Expression) -> Iterator[Name]:
    """Yield the names that stand for something about the element itself, not about others that are counted."""
    pending: list[object] = [expression]
    while pending:
        part = pending.pop()
        match part:
            case Quantifier() | Aggregate():
                continue
            case Path(parts=(name, *rest), is_step=is_step) if is_step or not rest:
                yield name
            case tuple():
                pending += reversed(part)
            case Node():
                pending += [getattr(part, each.name) for each in reversed(fields(part))]
            case _:
                continue


def _called(entity: EntitySpec, name: str) -> FieldSpec | None:
    """Return the field of that Chinese name or alias."""
    field = entity.by_any_name.get(name)
    return field if field is not None and (name == field.name or name in field.aliases) else None


def _on_one_line(expression: Expression) -> str:
    """Return a condition as the formatter writes it, with the lines of a list after one another."""
    return " ".join(written(expression, 0).split())
