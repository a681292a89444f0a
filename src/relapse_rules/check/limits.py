"""时限: a word of the plan, or a duration from a start, typed."""

from __future__ import annotations

from relapse_rules.check.expressions import ExpressionTyper
from relapse_rules.check.numbers import plain
from relapse_rules.check.operands import Scope
from relapse_rules.check.policy import TypedLimit
from relapse_rules.check.typed import Quantity
from relapse_rules.check.wording import kind_text, offer
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_names import UNKNOWN_OPTION, UNKNOWN_REFERENCE
from relapse_rules.diagnostics.codes_types import BAD_DURATION
from relapse_rules.syntax.declarations import Parameter, Reading, TimeLimit
from relapse_rules.syntax.tree import Expression, Name, Number, Text
from relapse_rules.values.literals import Problem, number_type, number_value
from relapse_rules.values.types import Kind

_DAY_COUNTS = ("二十四小时", "次日终了")


def typed_limit(typer: ExpressionTyper, limit: TimeLimit | None, scope: Scope) -> TypedLimit | None:
    """Return a 时限, None when there is none or it is broken."""
    if limit is None:
        return None
    if limit.word is not None:
        return TypedLimit(word=limit.word.value if isinstance(limit.word, Text) else limit.word.text)
    assert limit.start is not None, "a limit without a word has a start"
    start = _start(typer, limit.start, scope)
    reading = None if limit.reading is None else _reading(typer, limit.reading)
    if limit.same_day:
        if start is None:
            return None
        return TypedLimit(word="当天", start=start[0], start_is_date=start[1], same_day=True, reading=reading)
    assert limit.within is not None, "a limit from a start has an end"
    within = _within(typer, limit.within)
    if start is None or within is None:
        return None
    length, unit, word = within
    return TypedLimit(
        word=word,
        start=start[0],
        start_is_date=start[1],
        within=length,
        within_unit=unit,
        reading=reading,
    )


def _start(typer: ExpressionTyper, expression: Expression, scope: Scope) -> tuple[Quantity, bool] | None:
    """Return the start, and whether it is a date."""
    amount = typer.amount(expression, scope)
    if amount is None:
        return None
    if amount.type.kind not in {Kind.DATE, Kind.TIME}:
        typer.found.append(
            BAD_DURATION.at(
                expression.span,
                f"“起”前面应当是日期或时间，写的是{kind_text(amount.type)}",
                help="例如“灾害发生时间 起 1天 内”",
            )
        )
        return None
    number = plain(typer, amount)
    return None if number is None else (number, amount.type.kind is Kind.DATE)


def _within(typer: ExpressionTyper, written: Number | Name) -> tuple[int | str, str, str] | None:
    """Return a length (or the 参数 that gives it), its unit, and how the plan says it."""
    if isinstance(written, Name):
        return _within_parameter(typer, written)
    own = number_type(written.digits, written.unit)
    value = None if own is None else number_value(written.digits, written.unit, own)
    if own is None or own.kind is not Kind.DURATION or isinstance(value, Problem) or value is None:
        typer.found.append(_bad(written, f"“{written.digits}{written.unit}”不是一段时长"))
        return None
    return value, own.unit, f"{written.digits}{written.unit}内"


def _within_parameter(typer: ExpressionTyper, written: Name) -> tuple[str, str, str] | None:
    concept = typer.names.concepts.get(written.text)
    if not isinstance(concept, Parameter):
        known = [name for name, each in typer.names.concepts.items() if isinstance(each, Parameter)]
        typer.found.append(
            UNKNOWN_REFERENCE.at(
                written.span, f"没有叫“{written.text}”的参数", help=offer(written.text, known)
            )
        )
        return None
    typer.used.add(written.text)
    type_ = typer.names.types.get(written.text)
    if type_ is None:
        return None
    if type_.kind is not Kind.DURATION:
        typer.found.append(_bad(written, f"参数“{written.text}”是{kind_text(type_)}，不是时长"))
        return None
    return written.text, type_.unit, f"{written.text}内"


def _bad(written: Number | Name, message: str) -> Diagnostic:
    return BAD_DURATION.at(written.span, message, help="写一段时长，例如“1天”“24小时”“30工作日”，或时长参数")


def _reading(typer: ExpressionTyper, name: Name) -> str | None:
    concept = typer.names.concepts.get(name.text)
    if not isinstance(concept, Reading):
        known = [each for each, found in typer.names.concepts.items() if isinstance(found, Reading)]
        typer.found.append(
            UNKNOWN_REFERENCE.at(name.span, f"没有叫“{name.text}”的解读", help=offer(name.text, known))
        )
        return None
    typer.used.add(name.text)
    strange = [option.text for option in concept.options if option.text not in _DAY_COUNTS]
    if strange:
        typer.found.append(
            UNKNOWN_OPTION.at(
                name.span,
                f"时限的解读只能取“二十四小时”或“次日终了”，“{name.text}”可取“{strange[0]}”",
                help="换一个解读",
            )
        )
        return None
    return name.text
