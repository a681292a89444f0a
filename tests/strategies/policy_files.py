"""Random declarations of every kind, and files of them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.strategies.trees import (
    UNITS,
    dates,
    expressions,
    moments,
    name_lists,
    names,
    numbers,
    paths,
    signed,
    texts,
    truths,
    values,
)

from relapse_rules.syntax.declarations import (
    Adoption,
    AnyDeclaration,
    Case,
    DatedValue,
    Definition,
    Duty,
    Effect,
    EffectKind,
    Entity,
    ExceptionRule,
    Expectation,
    ExpectationKind,
    Field,
    Force,
    GivenElement,
    GivenValue,
    Header,
    Import,
    Indicator,
    Judgement,
    ListedKind,
    Measure,
    NotApplicable,
    Origin,
    Outcome,
    Parameter,
    PolicyFile,
    Procedure,
    Property,
    PropertyKind,
    Range,
    Reading,
    Reference,
    Setting,
    Source,
    Special,
    Step,
    Succession,
    TimeLimit,
    Unit,
    Units,
    WrittenType,
    WrittenValue,
)
from relapse_rules.syntax.declarations_layers import Level, Supplement, Tightening, Widening
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.tree import Name, Not, Path, Text
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Mutability


def _tuples(strategy: SearchStrategy[object], least: int = 0) -> SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, min_size=least, max_size=3).map(tuple)


def _maybe(strategy: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.none() | strategy


_cites = _tuples(st.builds(Cite, id=st.from_regex(r"[0-9](\.[1-9][0-9]?)?-[0-9]{2}", fullmatch=True)))
_maybe_names = _tuples(names)
_conditions = expressions
_units = st.builds(Units, names=name_lists, cites=_cites)
_name_texts = names.map(lambda name: name.text)
references = st.builds(
    Reference,
    text=st.one_of(
        _name_texts,
        st.tuples(_name_texts, st.sampled_from("/."), _name_texts).map("".join),
        st.tuples(_name_texts, st.integers(0, 12)).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
    ),
)
_references = _tuples(references)
_some_references = _tuples(references, 1)
_time_limits = st.one_of(
    st.builds(TimeLimit, word=names | texts, cites=_cites),
    st.builds(TimeLimit, start=expressions, same_day=st.just(True), cites=_cites),  # noqa: FBT003 - a field's value
    st.builds(TimeLimit, start=expressions, within=numbers | names, reading=_maybe(names), cites=_cites),
)
_listed = {
    "values": _tuples(
        st.builds(
            WrittenValue,
            name=names | st.builds(Name, text=st.sampled_from("是否")),
            parent=_maybe(names | st.builds(Name, text=st.sampled_from("是否"))),
        ),
        1,
    ),
    "kind": st.sampled_from((Kind.ENUM, Kind.SET)),
}
types = st.one_of(
    st.builds(
        WrittenType,
        kind=st.sampled_from(
            (Kind.TEXT, Kind.CONDITION, Kind.RATIO, Kind.DATE, Kind.TIME, Kind.YEAR_MONTH, Kind.AREA_CODE)
        ),
    ),
    st.builds(
        WrittenType,
        kind=st.sampled_from((Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DURATION)),
        unit=st.sampled_from([unit for unit in UNITS if unit != "‰"]) | names.map(lambda name: name.text),
    ),
    st.builds(WrittenType, is_open=st.booleans(), **_listed),
    st.builds(WrittenType, kind=_listed["kind"], is_open=st.just(True)),  # noqa: FBT003 - a field's value
    st.builds(WrittenType, kind=_listed["kind"], same_as=names),
    st.builds(WrittenType, kind=st.just(Kind.SET), item=st.sampled_from((Kind.AREA_CODE, Kind.TEXT))),
    st.builds(WrittenType, kind=st.just(Kind.SET), item=st.just(Kind.REFERENCE), entity=names),
    st.builds(WrittenType, kind=st.just(Kind.REFERENCE), entity=names),
)
_ranges = st.builds(Range, low=_maybe(signed), high=_maybe(signed)).filter(
    lambda found: found.low is not None or found.high is not None
)
fields = st.builds(
    Field,
    name=names,
    english=names,
    type=types,
    aliases=_maybe_names,
    supplier=_maybe(texts),
    origin=st.sampled_from(Origin),
    mutability=_maybe(st.sampled_from(Mutability)),
    documents=_maybe_names,
    nullable=st.booleans(),
    is_identifier=st.booleans(),
    positional=st.booleans(),
    required=st.booleans(),
    personal=st.booleans(),
    tri_state=st.booleans(),
    range=_maybe(_ranges),
    description=_maybe(texts),
)
_dated = st.builds(
    DatedValue,
    since=dates,
    value=st.none() | expressions | _tuples(values),
    source=st.sampled_from(Source),
    origin=_maybe(texts),
)
_steps = st.builds(
    Step,
    name=names,
    cites=_cites,
    units=_maybe(_units),
    time_limit=_maybe(_time_limits),
    condition=_maybe(_conditions),
    after=_references,
    done=_maybe(_conditions),
    parallel=st.booleans(),
)
_effects = st.one_of(
    st.builds(Effect, kind=st.just(EffectKind.AFTER), targets=_some_references, others=_some_references),
    st.builds(Effect, kind=st.sampled_from((EffectKind.OFF, EffectKind.ON)), targets=_some_references),
)
_steps_of = st.builds(Path, parts=st.tuples(names, names), is_step=st.just(True))  # noqa: FBT003 - a field's value
_claimed = st.one_of(paths, _steps_of, expressions)
_named = st.lists(paths | _steps_of, min_size=1, max_size=3).map(tuple)
_paths = st.lists(paths, min_size=1, max_size=3).map(tuple)


def _property(**fields: SearchStrategy[object]) -> SearchStrategy[Property]:
    return st.builds(Property, name=names, cites=_cites, entity=_maybe(names), **fields)


_properties = st.one_of(
    _property(
        kind=st.just(PropertyKind.IMPLIES),
        subjects=st.tuples(*[_claimed | st.builds(Not, operand=_steps_of)] * 2),
    ),
    _property(kind=st.just(PropertyKind.NEVER_BOTH), subjects=_tuples(_claimed, 1)),
    _property(
        kind=st.just(PropertyKind.AT_LEAST_ONE), subjects=_tuples(_claimed, 1), condition=_maybe(_claimed)
    ),
    _property(
        kind=st.sampled_from(
            (PropertyKind.NOT_INCREASING, PropertyKind.NOT_DECREASING, PropertyKind.UNCHANGED)
        ),
        subjects=_tuples(_claimed, 1),
        fields=_paths,
    ),
    _property(
        kind=st.sampled_from((PropertyKind.HAS_OWNER, PropertyKind.HAS_LIMIT)),
        listed=st.sampled_from(ListedKind),
    ),
    _property(kind=st.just(PropertyKind.NOT_STRICTER), subjects=_named, other=_maybe(texts)),
)
_given_values = st.builds(
    GivenValue,
    field=names,
    value=st.one_of(paths, truths, signed, moments, texts, st.sampled_from(Special), _tuples(values)),
)
_ids = names | st.builds(Name, text=st.from_regex(r"[0-9]{1,12}", fullmatch=True))
_given = st.one_of(
    st.builds(GivenElement, entity=names, absent=st.just(True)),  # noqa: FBT003 - a field's value
    st.builds(GivenElement, entity=names, id=_maybe(_ids), values=_tuples(_given_values)),
    st.builds(GivenElement, entity=st.just(Name(text="政策上下文")), values=_tuples(_given_values)),
)
_targets = _maybe(references | st.builds(Reference, text=st.from_regex(r"[0-9]{1,12}", fullmatch=True)))
_expected = st.one_of(
    st.builds(
        Expectation,
        kind=st.sampled_from((ExpectationKind.OUTCOME, ExpectationKind.DONE)),
        subjects=_some_references,
        target=_targets,
        outcome=st.sampled_from(Outcome),
    ),
    st.builds(
        Expectation,
        kind=st.just(ExpectationKind.DUE),
        subjects=_some_references,
        target=_targets,
        due=_maybe(moments),
    ),
    st.builds(
        Expectation,
        kind=st.sampled_from(
            (
                ExpectationKind.MEASURES,
                ExpectationKind.NO_MEASURES,
                ExpectationKind.MISSING,
                ExpectationKind.CONTRADICTION,
            )
        ),
        subjects=_some_references,
    ),
)

BY_KIND: dict[str, SearchStrategy[AnyDeclaration]] = {
    "政策": st.builds(
        Header,
        name=names,
        cites=_cites,
        issuer=_maybe(texts),
        document_number=_maybe(texts),
        valid_from=_maybe(dates),
        valid_until=_maybe(dates),
        outline=_maybe(texts),
        scope=_maybe(names),
        eligibility=_maybe(names),
        categories=_maybe_names,
    ),
    "导入": st.builds(Import, path=texts),
    "实体": st.builds(
        Entity,
        name=names,
        cites=_cites,
        english=names,
        aliases=_maybe_names,
        parent=_maybe(names),
        single=st.booleans(),
        description=_maybe(texts),
        fields=_tuples(fields),
    ),
    "单位": st.builds(
        Unit,
        name=names,
        cites=_cites,
        level=_maybe(names),
        aliases=_maybe_names,
        successions=_tuples(st.builds(Succession, unit=names, since=dates)),
        resolves_through=_maybe(paths),
        code=_maybe(texts | st.builds(Text, value=st.just("511002101"))),
    ),
    "参数": st.builds(Parameter, name=names, cites=_cites, type=types, values=_tuples(_dated, 1)),
    "设定": st.builds(Setting, name=names, cites=_cites, values=_tuples(_dated, 1), replaces=st.booleans()),
    "补充": st.builds(
        Supplement,
        name=names,
        cites=_cites,
        level=_maybe(st.sampled_from(Level)),
        issuer=_maybe(texts),
        document_number=_maybe(texts),
    ),
    "收紧": st.builds(Tightening, name=names, cites=_cites, condition=expressions, reason=texts),
    "放宽": st.builds(Widening, name=names, cites=_cites, condition=expressions, reason=texts),
    "解读": st.builds(
        Reading, name=names, cites=_cites, taken=names, options=name_lists, reason=_maybe(texts)
    ),
    "采用": st.builds(Adoption, name=names, option=names),
    "裁量": st.builds(
        Judgement,
        name=names,
        cites=_cites,
        entity=names,
        deciders=name_lists,
        finding=expressions,
        indicators=_tuples(paths),
    ),
    "定义": st.builds(
        Definition,
        name=names,
        cites=_cites,
        entity=names,
        condition=expressions,
        derives=_maybe(paths),
        no_tightening=st.booleans(),
        no_widening=st.booleans(),
    ),
    "指标": st.builds(
        Indicator, name=names, cites=_cites, entity=names, value=expressions, derives=_maybe(paths)
    ),
    "措施": st.builds(
        Measure,
        name=names,
        cites=_cites,
        category=names,
        entity=names,
        condition=expressions,
        force=st.sampled_from(Force),
        units=_maybe(_units),
        supporting_units=_maybe(_units),
        time_limit=_maybe(_time_limits),
        funding=_maybe(texts),
        procedure=_maybe(names),
        after=_references,
        done=_maybe(expressions),
        description=_maybe(texts),
        no_tightening=st.booleans(),
        no_widening=st.booleans(),
    ),
    "程序": st.builds(
        Procedure,
        name=names,
        cites=_cites,
        entity=names,
        condition=expressions,
        steps=_tuples(_steps, 1),
        time_limit=_maybe(_time_limits),
    ),
    "职责": st.builds(
        Duty,
        name=names,
        cites=_cites,
        entity=names,
        trigger=expressions,
        force=_maybe(st.sampled_from(Force)),
        units=_maybe(_units),
        recipient=_maybe(_units),
        time_limit=_maybe(_time_limits),
        after=_references,
        done=_maybe(expressions),
        description=_maybe(texts),
        no_tightening=st.booleans(),
        no_widening=st.booleans(),
    ),
    "例外": st.builds(
        ExceptionRule,
        name=names,
        cites=_cites,
        entity=names,
        condition=expressions,
        effects=_tuples(_effects, 1),
        force=_maybe(st.sampled_from(Force)),
        units=_maybe(_units),
        done=_maybe(expressions),
    ),
    "不适用": st.builds(NotApplicable, cites=_cites.filter(bool), reason=texts),
    "性质": _properties,
    "用例": st.builds(
        Case,
        name=names,
        cites=_cites,
        base=_maybe(names),
        given=_tuples(_given),
        expected=_tuples(_expected, 1),
    ),
}
"""Declarations by their keyword."""


@st.composite
def policy_files(draw: st.DrawFn) -> PolicyFile:
    """Draw a file of one to three declarations."""
    kinds = draw(st.lists(st.sampled_from(sorted(BY_KIND)), min_size=1, max_size=3))
    return PolicyFile(declarations=tuple(draw(BY_KIND[kind]) for kind in kinds))
