"""参数 and 解读, with what the county's own files set or adopt worked in."""

from __future__ import annotations

from collections.abc import Sequence

from relapse_rules.check.names import Names
from relapse_rules.check.policy import ParameterSpec, ParameterValue, ReadingSpec
from relapse_rules.check.vocabulary import Types
from relapse_rules.check.wording import kind_text, not_a_number, number_problem, offer
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_conflicts import DUPLICATE_SETTING
from relapse_rules.diagnostics.codes_names import UNKNOWN_OPTION, UNKNOWN_REFERENCE, UNKNOWN_VALUE
from relapse_rules.diagnostics.codes_structure import (
    DATES_OUT_OF_ORDER,
    PARAMETER_UNSET,
    PARAMETER_WITHOUT_ORIGIN,
)
from relapse_rules.diagnostics.codes_types import KIND_MISMATCH, NOT_A_VALUE
from relapse_rules.source import Span
from relapse_rules.syntax import tree
from relapse_rules.syntax.declarations import (
    Adoption,
    DatedValue,
    Parameter,
    Reading,
    Setting,
    Source,
)
from relapse_rules.values.literals import Problem, moment_value, number_value, text_of
from relapse_rules.values.types import NUMERIC, Kind, Type

_NAMED = frozenset({Kind.ENUM, Kind.SET})
_FREE = frozenset({Kind.TEXT, Kind.AREA_CODE})


def parameter_types(
    parameters: Sequence[Parameter], types: Types, found: list[Diagnostic]
) -> dict[str, Type]:
    """Return the type of each 参数 whose type can be made."""
    made: dict[str, Type] = {}
    for parameter in parameters:
        type_ = types.type_of(parameter.type)
        if type_ is None:
            continue
        if type_.kind is Kind.REFERENCE or type_.item is Kind.REFERENCE:
            found.append(
                KIND_MISMATCH.at(
                    parameter.type.span, "参数不能是引用", help="用数、金额、日期、时长、是否、枚举或集合"
                )
            )
            continue
        made[parameter.name.text] = type_
    return made


def parameter_specs(
    names: Names, settings: Sequence[Setting], found: list[Diagnostic]
) -> tuple[ParameterSpec, ...]:
    """Return the parameters with all their values, those of overlays in their places.

    ``settings``: upper layers first. An overlay's value wins over the policy's own of the same day; over another overlay's only where
    it says that it replaces it.
    """
    by_name = {name: each for name, each in names.concepts.items() if isinstance(each, Parameter)}
    chosen: dict[str, dict[str, Setting]] = {}
    for setting in settings:
        name = setting.name.text
        if name not in by_name:
            found.append(
                UNKNOWN_REFERENCE.at(
                    setting.name.span, f"没有叫“{name}”的参数可以设定", help=offer(name, by_name)
                )
            )
            continue
        first = chosen.setdefault(name, {}).setdefault(setting.span.file, setting)
        if first is not setting:
            found.append(_set_twice(setting.name, f"参数“{name}”已经设定过", first.name.span))
    return tuple(
        _parameter(parameter, names.types[name], tuple(chosen.get(name, {}).values()), found)
        for name, parameter in by_name.items()
        if name in names.types
    )


def _set_twice(name: tree.Name, message: str, first: Span) -> Diagnostic:
    return DUPLICATE_SETTING.at(
        name.span, message, help="只留一处", labels=(Label(span=first, message="第一处"),)
    )


def _parameter(
    parameter: Parameter, type_: Type, settings: Sequence[Setting], found: list[Diagnostic]
) -> ParameterSpec:
    values: dict[int, ParameterValue] = {}
    set_at: dict[int, DatedValue] = {}
    is_broken = False
    declarations: tuple[Parameter | Setting, ...] = (parameter, *settings)
    for declared in declarations:
        own: dict[int, tuple[ParameterValue, DatedValue]] = {}
        before: int | None = None
        for dated in declared.values:
            value = _dated(dated, type_, before, found)
            if value is None:
                is_broken = True
            else:
                own[value.since] = value, dated
                before = value.since
        if isinstance(declared, Setting) and declared.replaces and own:
            values = {since: value for since, value in values.items() if since < min(own)}
            set_at = {since: dated for since, dated in set_at.items() if since < min(own)}
        for since, (value, dated) in own.items():
            if since in set_at and values[since].value != value.value:
                found.append(_set_above(parameter, dated, values[since], set_at[since]))
            values[since] = value
            if isinstance(declared, Setting):
                set_at[since] = dated
    ordered = tuple(values[since] for since in sorted(values))
    if not is_broken and (not ordered or ordered[-1].value is None):
        place = parameter.values[-1].span if parameter.values else parameter.name.span
        found.append(
            PARAMETER_UNSET.at(
                place,
                f"参数“{parameter.name.text}”还是待定，用到它的条件都是未知",
                help=f"在本县的文件里写“设定 {parameter.name.text}”，用 --local 指明这个文件",
            )
        )
    return ParameterSpec(
        name=parameter.name.text,
        type=type_,
        values=ordered,
        cites=tuple(cite.id for cite in parameter.cites),
        span=parameter.span,
    )


def _set_above(
    parameter: Parameter, dated: DatedValue, above: ParameterValue, where: DatedValue
) -> Diagnostic:
    name = parameter.name.text
    return DUPLICATE_SETTING.at(
        dated.span,
        f"参数“{name}”从同一天起，上级已设定为{above.text or '待定'}",
        help=f"以本级为准的，写“设定 {name}  取代上级”；以上级为准的，删去这一行",
        labels=(Label(span=where.span, message="上级在这里设定"),),
    )


def _dated(
    dated: DatedValue, type_: Type, before: int | None, found: list[Diagnostic]
) -> ParameterValue | None:
    since = date_ordinal(dated.since, found)
    if since is None:
        return None
    if before is not None and since <= before:
        found.append(
            DATES_OUT_OF_ORDER.at(dated.since.span, "日期次序颠倒：“自”要从早到晚", help="按日期先后重排")
        )
    if dated.source is not Source.PLAN and not (dated.origin is not None and dated.origin.value.strip()):
        found.append(
            PARAMETER_WITHOUT_ORIGIN.at(
                dated.span,
                f"来源是“{dated.source}”，没有写出处",
                help=f'写成“来源 {dated.source} "文件名和文号"”',
            )
        )
    value, text = parameter_value(dated, type_, found)
    if value is None and dated.value is not None:
        return None
    return ParameterValue(
        since=since,
        value=value,
        text=text,
        source=str(dated.source),
        origin="" if dated.origin is None else dated.origin.value,
    )


def date_ordinal(moment: tree.Moment, found: list[Diagnostic]) -> int | None:
    """Return the ordinal of a written date, None (and a finding) when it is no date."""
    instant = moment_value(moment.text)
    if instant is not None and instant.kind is Kind.DATE:
        return instant.value
    found.append(NOT_A_VALUE.at(moment.span, f"“{moment.text}”不是日期", help="写成日期，例如 2023-07-28"))
    return None


def parameter_value(
    dated: DatedValue, type_: Type, found: list[Diagnostic]
) -> tuple[int | tuple[str, ...] | bool | None, str | None]:
    """Return a value in its type's form and as an officer reads it; nothing for 待定, or (with a finding) for a wrong one."""
    written = dated.value
    match written:
        case None:
            return None, None
        case tree.Truth(value=truth) if type_.kind is Kind.CONDITION:
            return truth, "是" if truth else "否"
        case tree.Number() if type_.kind in NUMERIC:
            number = number_value(written.digits, written.unit, type_)
            if not isinstance(number, Problem):
                return number, f"{written.digits}{written.unit}"
            found.append(number_problem(number, written, type_))
            return None, None
        case tree.Moment() if type_.kind in NUMERIC:
            instant = moment_value(written.text)
            if instant is not None and instant.kind is type_.kind:
                return instant.value, text_of(instant.value, type_)
        case tree.Text(value=text) if type_.kind in _FREE:
            return (text,), text
        case tree.Path(parts=(name,)) if type_.kind in _NAMED:
            return _listed((name,), type_, found)
        case tree.Truth() if type_.kind in _NAMED:
            return _listed((written,), type_, found)
        case tuple() if type_.kind is Kind.SET or (type_.kind is Kind.ENUM and len(written) == 1):
            return _listed(written, type_, found)
        case _:
            pass
    if isinstance(written, tree.Path) and type_.kind in NUMERIC:
        problem = not_a_number(written.text)
        if problem is not None:
            found.append(KIND_MISMATCH.at(written.span, problem, help="写出数；还没有定的写“待定”"))
            return None, None
    span = dated.span if isinstance(written, tuple) else written.span
    found.append(
        KIND_MISMATCH.at(span, f"参数是{kind_text(type_)}，这里写的不是", help="改正值，或改正参数的类型")
    )
    return None, None


def _listed(
    written: tuple[tree.Name | tree.Truth, ...], type_: Type, found: list[Diagnostic]
) -> tuple[tuple[str, ...] | None, str | None]:
    known = [value.name for value in type_.values]
    values: list[str] = []
    for value in written:
        text = value.text if isinstance(value, tree.Name) else "是" if value.value else "否"
        if text in known or type_.is_open:
            values.append(text)
        else:
            found.append(
                UNKNOWN_VALUE.at(
                    value.span,
                    f"“{text}”不在参数的取值之中",
                    help=offer(text, known, f"取值：{'、'.join(known)}"),
                )
            )
    if len(values) != len(written):
        return None, None
    return tuple(values), "、".join(values)


def reading_specs(
    names: Names, adoptions: Sequence[Adoption], found: list[Diagnostic]
) -> tuple[ReadingSpec, ...]:
    """Return the 解读, each taken as the lowest layer adopts it, or as the policy says. ``adoptions``: upper layers first."""
    by_name = {name: each for name, each in names.concepts.items() if isinstance(each, Reading)}
    chosen: dict[str, Adoption] = {}
    for adoption in adoptions:
        name = adoption.name.text
        reading = by_name.get(name)
        if reading is None:
            found.append(
                UNKNOWN_REFERENCE.at(
                    adoption.name.span, f"没有叫“{name}”的解读可以采用", help=offer(name, by_name)
                )
            )
            continue
        before = chosen.get(name)
        if before is not None and before.span.file == adoption.span.file:
            found.append(_set_twice(adoption.name, f"解读“{name}”已经采用过", before.name.span))
        chosen[name] = adoption
        _check_option(reading, adoption.option, found)
    specs: list[ReadingSpec] = []
    for name, reading in by_name.items():
        _check_option(reading, reading.taken, found)
        taken = chosen[name].option if name in chosen else reading.taken
        specs.append(
            ReadingSpec(
                name=name,
                taken=taken.text,
                options=tuple(option.text for option in reading.options),
                reason="" if reading.reason is None else reading.reason.value,
                cites=tuple(cite.id for cite in reading.cites),
                span=reading.span,
            )
        )
    return tuple(specs)


def _check_option(reading: Reading, taken: tree.Name, found: list[Diagnostic]) -> None:
    options = [option.text for option in reading.options]
    if taken.text not in options:
        found.append(
            UNKNOWN_OPTION.at(
                taken.span,
                f"“{taken.text}”不在解读“{reading.name.text}”可取的说法之中",
                help=offer(taken.text, options, f"可取：{'、'.join(options)}"),
            )
        )
