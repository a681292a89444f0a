"""The checker: the passes from parsed files to a typed policy, in order. Read this first.

A pass reports all that it can find. What could not be parsed is not reported again as unknown where it is used.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from relapse_rules.check import structure
from relapse_rules.check.cases import typed_cases
from relapse_rules.check.coverage import check_coverage, excused_statements
from relapse_rules.check.layers import Layered, layered
from relapse_rules.check.listings import listings
from relapse_rules.check.loading import Loaded
from relapse_rules.check.names import Names, collect_names
from relapse_rules.check.outcomes import check_orders, switched, with_effects
from relapse_rules.check.parameters import parameter_specs, parameter_types, reading_specs
from relapse_rules.check.policy import (
    Listed,
    TypedDefinition,
    TypedException,
    TypedIndicator,
    TypedJudgement,
    TypedMeasure,
    TypedPolicy,
    TypedProcedure,
    TypedTask,
)
from relapse_rules.check.properties import conditions_of, typed_properties
from relapse_rules.check.rules import Rules, recursive
from relapse_rules.check.strata import Computed, expression_of, stratify
from relapse_rules.check.typed import Condition, FieldTest, NumberField, Quantity
from relapse_rules.check.typed_children import walk
from relapse_rules.check.units import unit_names
from relapse_rules.check.vocabulary import Types, build_vocabulary, fields_by_name
from relapse_rules.diagnostics import Checked, Diagnostic, codes_names, codes_structure
from relapse_rules.diagnostics.codes_coverage import STATEMENT_UNACCOUNTED
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax.declarations import (
    AnyDeclaration,
    Case,
    Definition,
    Duty,
    Entity,
    ExceptionRule,
    Header,
    Judgement,
    Measure,
    Parameter,
    Procedure,
    Property,
    Unit,
)
from relapse_rules.values.vocabulary import Vocabulary

Kind = TypeVar("Kind")
Made = TypeVar("Made", TypedDefinition, TypedJudgement, TypedIndicator)

_UNKNOWN: Final = frozenset(
    code.id
    for code in (
        codes_names.UNKNOWN_NAME,
        codes_names.UNKNOWN_ENTITY,
        codes_names.UNKNOWN_FIELD,
        codes_names.UNKNOWN_UNIT,
        codes_names.UNKNOWN_REFERENCE,
        codes_names.UNKNOWN_CATEGORY,
        codes_names.NOT_REACHABLE,
    )
)
_IDLE: Final = frozenset({codes_structure.UNUSED_DECLARATION.id, codes_structure.NO_DERIVATION.id})


def check(loaded: Loaded) -> Checked[TypedPolicy]:
    """Return the typed policy, or None when anything in it is an error; with all findings, in the order of the texts.

    The findings of `relapse_rules.check.loading.load_files` are not repeated, but an error among them leaves no policy either.
    """
    found: list[Diagnostic] = []
    policy = _policy(loaded, found)
    kept = tuple(_in_order(_without_echoes(found, loaded), loaded))
    checked = Checked(policy, kept)
    return Checked(None, kept) if checked.has_errors or loaded.has_errors else checked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """The typed rules, by kind; broken ones are missing."""

    definitions: tuple[TypedDefinition, ...]
    judgements: tuple[TypedJudgement, ...]
    indicators: tuple[TypedIndicator, ...]
    measures: tuple[TypedMeasure, ...]
    procedures: tuple[TypedProcedure, ...]
    tasks: tuple[TypedTask, ...]
    exceptions: tuple[TypedException, ...]

    @property
    def computed(self) -> tuple[Computed, ...]:
        """What other rules may use by name."""
        return (*self.judgements, *self.definitions, *self.indicators, *self.exceptions)

    @property
    def listed(self) -> tuple[Listed, ...]:
        """What a decision lists, apart from the exceptions."""
        return (*self.measures, *self.tasks)

    def expressions(self) -> Iterator[Condition | Quantity]:
        """Yield every typed expression."""
        for computed in self.computed:
            yield expression_of(computed)
        for procedure in self.procedures:
            yield procedure.condition
        listed: tuple[Listed, ...] = (*self.measures, *self.tasks, *self.exceptions)
        for each in listed:
            yield each.condition
            if each.done is not None:
                yield each.done
            if each.limit is not None and each.limit.start is not None:
                yield each.limit.start


def _policy(loaded: Loaded, found: list[Diagnostic]) -> TypedPolicy | None:
    """Return the typed policy as far as it can be made; None without a header."""
    merged = layered(loaded, found)
    declarations = merged.declarations
    header = structure.the_header(declarations, Span(loaded.entry, 0, 0), found)
    rules = _rules(merged, header, found)
    names, units = rules.names, rules.units
    groups = _with_exceptions(_typed(rules), rules)
    order = _order(groups, names, found)
    properties = typed_properties(_of(declarations, Property), rules, groups.listed, merged.layers)
    parts = TypedPolicy(
        name="" if header is None else header.name.text,
        digest=digest(loaded.sources.values(), [file.span.file for file in loaded.overlays]),
        vocabulary=names.vocabulary,
        categories=rules.categories,
        outline=loaded.outline,
        units=units.specs,
        parameters=parameter_specs(names, merged.settings, found),
        readings=reading_specs(names, merged.adoptions, found),
        judgements=_sorted(groups.judgements, order),
        definitions=_sorted(groups.definitions, order),
        indicators=_sorted(groups.indicators, order),
        measures=groups.measures,
        procedures=groups.procedures,
        tasks=groups.tasks,
        exceptions=groups.exceptions,
        properties=properties,
        excused=excused_statements(declarations),
        cases=typed_cases(_of(declarations, Case), names, rules.listings, found),
    )
    _check_use(merged, (*groups.expressions(), *conditions_of(properties)), rules)
    if loaded.outline is not None:
        check_coverage(declarations, loaded.outline, found)
    return None if header is None else _headed(parts, header, names, found)


def rules_of(loaded: Loaded) -> Rules:
    """Return what types one rule after the other, for whoever types changed rules of a policy that `check` found right."""
    found: list[Diagnostic] = []
    merged = layered(loaded, found)
    rules = _rules(merged, structure.the_header(merged.declarations, Span(loaded.entry, 0, 0), found), found)
    rules.all_indicators()
    return rules


def _rules(merged: Layered, header: Header | None, found: list[Diagnostic]) -> Rules:
    categories = () if header is None else tuple(dict.fromkeys(name.text for name in header.categories))
    vocabulary, names = _names(merged.declarations, found)
    units = unit_names(_of(merged.declarations, Unit), merged.units, vocabulary, found)
    names = replace(names, units=units.names)
    return Rules(
        names=names, listings=listings(names, categories), units=units, categories=categories, found=found
    )


def _headed(parts: TypedPolicy, header: Header, names: Names, found: list[Diagnostic]) -> TypedPolicy:
    """Return the policy with what its header says."""
    facts = structure.header_facts(header, names, found)
    return replace(
        parts,
        issuer="" if header.issuer is None else header.issuer.value,
        document_number="" if header.document_number is None else header.document_number.value,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        scope=facts.scope,
        eligibility=facts.eligibility,
    )


def _names(declarations: Sequence[AnyDeclaration], found: list[Diagnostic]) -> tuple[Vocabulary, Names]:
    """Return the vocabulary and the one namespace of rules."""
    entities = _of(declarations, Entity)
    checked = build_vocabulary(entities)
    found += checked.diagnostics
    vocabulary = checked.value
    assert vocabulary is not None, "a broken vocabulary is still one, without what is broken"
    by_name = {name.text: entity for entity in entities for name in (entity.name, *entity.aliases)}
    types = Types(entities=by_name, fields=fields_by_name(entities), found=found)
    parameters = parameter_types(_of(declarations, Parameter), types, found)
    return vocabulary, collect_names(declarations, vocabulary, parameters, found)


def _typed(rules: Rules) -> _Groups:
    """Type every rule, in written order."""
    concepts = rules.names.concepts.values()
    indicators = rules.all_indicators()
    procedures = [rules.procedure(each) for each in concepts if isinstance(each, Procedure)]
    steps = (step for _, made in procedures for step in made)
    duties = _made(rules.duty(each) for each in concepts if isinstance(each, Duty))
    return _Groups(
        definitions=_made(rules.definition(each) for each in concepts if isinstance(each, Definition)),
        judgements=_made(rules.judgement(each) for each in concepts if isinstance(each, Judgement)),
        indicators=indicators,
        measures=_made(rules.measure(each) for each in concepts if isinstance(each, Measure)),
        procedures=_made(made for made, _ in procedures),
        tasks=(*steps, *duties),
        exceptions=_made(rules.exception(each) for each in concepts if isinstance(each, ExceptionRule)),
    )


def _with_exceptions(groups: _Groups, rules: Rules) -> _Groups:
    """Return the groups with the effects of 例外 worked in."""
    concepts = {name: each for name, each in rules.names.concepts.items() if isinstance(each, ExceptionRule)}
    exceptions, switches = with_effects(groups.exceptions, concepts, rules.listings, rules.found)
    made = replace(
        groups,
        measures=tuple(
            switched(each, switches.get(each.name, ()), rules.names, rules.found) for each in groups.measures
        ),
        tasks=tuple(
            switched(each, switches.get(each.name, ()), rules.names, rules.found) for each in groups.tasks
        ),
        exceptions=exceptions,
    )
    check_orders((*made.measures, *made.tasks), exceptions, rules.found)
    return made


def _order(groups: _Groups, names: Names, found: list[Diagnostic]) -> tuple[str, ...]:
    """Return an order in which everything can be computed; circles are reported."""
    strata = stratify(groups.computed)
    found += [recursive(names.concepts[circle[0]].name.span, circle) for circle in strata.circles]
    return strata.order


def _check_use(merged: Layered, expressions: Iterable[Condition | Quantity], rules: Rules) -> None:
    """Warn of what is declared and not used, and used and not derived."""
    leaves: list[FieldTest | NumberField] = []
    for expression in expressions:
        for _, node in walk(expression):
            if isinstance(node, FieldTest):
                rules.units.mention(node.values)
                if node.parameter is not None:
                    rules.typer.used.add(node.parameter)
            if isinstance(node, FieldTest | NumberField):
                leaves.append(node)
    structure.check_derivations(leaves, rules.names, rules.found)
    local = (unit.name.text for unit in merged.units)
    structure.check_idle(rules.names, rules.units, local, rules.typer.used, rules.found)


def digest(sources: Iterable[SourceText], layers: Sequence[str] = ()) -> str:
    """Return the SHA-256 over the names and texts of all files, in the order of their names.

    The folders that hold them do not count: the same policy has the same digest wherever it lies. The order of several
    ``layers`` (overlays, by the names of their files) counts, because the lower one has the last word.
    """
    texts = sorted((posixpath.basename(source.name), source.text) for source in sources)
    order = [posixpath.basename(name) for name in layers] if len(layers) > 1 else []
    total = hashlib.sha256()
    for part in (*(part for text in texts for part in text), *order):
        encoded = part.encode("utf-8", "surrogatepass")
        # The length keeps apart what would be the same bytes in a row.
        total.update(len(encoded).to_bytes(8, "big"))
        total.update(encoded)
    return f"sha256:{total.hexdigest()}"


def _without_echoes(found: Iterable[Diagnostic], loaded: Loaded) -> Iterator[Diagnostic]:
    """Leave out what only follows from declarations that could not be parsed, or files that could not be read."""
    broken = {each.name for each in loaded.broken}
    keywords = {each.keyword for each in loaded.broken}
    blind = loaded.incomplete or "实体" in keywords
    silent: set[str] = set()
    if blind:
        silent |= _UNKNOWN
    if "政策" in keywords:
        silent |= {codes_structure.NO_HEADER.id, codes_names.UNKNOWN_CATEGORY.id}
    if loaded.has_errors:
        silent |= {*_IDLE, STATEMENT_UNACCOUNTED.id}
    for each in found:
        source = loaded.sources.get(each.span.file)
        named = "" if source is None else source.slice(each.span).strip("「」")
        if each.code not in silent and not (each.code in _UNKNOWN and named.split("/")[0] in broken):
            yield each


def _in_order(found: Iterable[Diagnostic], loaded: Loaded) -> list[Diagnostic]:
    """Return the findings without repetition, by file and place."""
    files = {name: place for place, name in enumerate(loaded.sources)}
    return sorted(
        dict.fromkeys(found),
        key=lambda each: (
            files.get(each.span.file, len(files)),
            each.span.start,
            each.span.end,
            each.code,
            each.message,
        ),
    )


def _of(declarations: Iterable[AnyDeclaration], kind: type[Kind]) -> tuple[Kind, ...]:
    return tuple(declared for declared in declarations if isinstance(declared, kind))


def _made(rules: Iterable[Kind | None]) -> tuple[Kind, ...]:
    return tuple(rule for rule in rules if rule is not None)


def _sorted(declared: Sequence[Made], order: Sequence[str]) -> tuple[Made, ...]:
    places = {name: place for place, name in enumerate(order)}
    return tuple(sorted(declared, key=lambda each: places[each.name]))
