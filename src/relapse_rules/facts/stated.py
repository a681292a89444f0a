"""From one stated value to the form that engines read: one closure for each field, made once.

A closure never gets ``None`` (that is the reader's question) and raises `MismatchError` for a value that its field does not take.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Final, assert_never

from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.case import Value
from relapse_rules.facts.moments import MomentError, date_ordinal, month_number, time_seconds
from relapse_rules.facts.numbers import NumberError, steps
from relapse_rules.facts.shown import personal, shorten, shown
from relapse_rules.values.literals import text_of
from relapse_rules.values.types import NEVER, SCALE, Kind
from relapse_rules.values.units import duration_steps
from relapse_rules.values.vocabulary import FieldSpec, Origin

Converter = Callable[[object], Value | None]
"""The value in its type's form; None for a stated 未知."""

NEVER_TEXT: Final = "未发生"
UNKNOWN_TEXT: Final = "未知"

_AREA_CODE: Final = re.compile(r"[0-9]{6,12}")
_DIGITS: Final = re.compile(r"\s*[+-]?[0-9][0-9,]*(\.[0-9]+)?\s*")
_LISTED: Final = 12
"""So many values of an enumeration are named in a message."""

LONGEST_GUESSED: Final = 40
"""No correction is looked for when a text is longer: the comparison is quadratic, and it is no slip of the keyboard."""


class MismatchError(Exception):
    """A stated value that its field does not take. ``message`` completes “字段名”; ``remedy`` says what to write."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def converter(spec: FieldSpec) -> Converter:
    """Return the closure that takes a stated value of ``spec``."""
    match spec.type.kind:
        case Kind.CONDITION:
            return _condition(spec)
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.RATIO | Kind.DURATION:
            return _number(spec)
        case Kind.DATE:
            return _moment(spec, date_ordinal, "日期", "写作 2023-08-01")
        case Kind.TIME:
            return _moment(spec, time_seconds, "时间", "写作 2023-08-01T20:00:00+08:00，不写时区即北京时间")
        case Kind.YEAR_MONTH:
            return _moment(spec, month_number, "年月", '写作 "202308"')
        case Kind.ENUM:
            return _choice(spec)
        case Kind.SET:
            return _set(spec)
        case Kind.TEXT | Kind.REFERENCE:
            return _text(spec)
        case Kind.AREA_CODE:
            return _area_code(spec)
        case _:
            assert_never(spec.type.kind)


def show(spec: FieldSpec, value: object) -> str:
    """Return how ``value`` stands in a message about ``spec``: hidden when it is personal."""
    return personal(value) if spec.personal else shown(value)


def number_scale(spec: FieldSpec) -> int:
    """Return how many integer steps one of the field's unit is."""
    return duration_steps(spec.type.unit) if spec.type.kind is Kind.DURATION else SCALE[spec.type.kind]


def takes_never(spec: FieldSpec) -> bool:
    """Return whether 未发生 may be stated: of a time or date that may not have come."""
    return spec.type.kind in {Kind.DATE, Kind.TIME} and (spec.nullable or spec.origin is Origin.PROCESS)


def plain(text: str) -> str:
    """Return ``text`` with full-width forms made half-width and blanks around it removed, for comparing names.

    >>> plain(" 乡（镇）")
    '乡(镇)'
    """
    return unicodedata.normalize("NFKC", text).strip()


def list_of(names: Iterable[str]) -> str:
    """Return names for a message: at most twelve, separated by 、."""
    all_names = tuple(names)
    return "、".join(all_names[:_LISTED]) + ("等" if len(all_names) > _LISTED else "")


def _condition(spec: FieldSpec) -> Converter:
    words: dict[str, bool | None] = {"是": True, "否": False}
    if spec.tri_state:
        words[UNKNOWN_TEXT] = None

    def convert(stated: object) -> bool | None:
        if stated is True or stated is False:
            return stated
        if isinstance(stated, str) and (word := stated.strip()) in words:
            return words[word]
        message = f"要填是或否，这里是{show(spec, stated)}"
        raise MismatchError(message, 'JSON 中写 true、false，或 "是"、"否"')

    return convert


def _number(spec: FieldSpec) -> Converter:
    scale = number_scale(spec)
    low, high = spec.low, spec.high

    def convert(stated: object) -> int:
        try:
            exact = steps(stated, scale)
        except NumberError as error:
            message = f"{error}，这里是{show(spec, stated)}"
            raise MismatchError(message, _number_remedy(spec)) from None
        if exact is None:
            quoted = isinstance(stated, str) and _DIGITS.fullmatch(stated[:LONGEST_GUESSED])
            remedy = "去掉引号，直接写数字" if quoted else _number_remedy(spec)
            message = f"要填数，这里是{show(spec, stated)}"
            raise MismatchError(message, remedy)
        if (low is not None and exact < low) or (high is not None and exact > high):
            message = f"超出范围（{_range_text(spec)}），这里是{show(spec, stated)}"
            raise MismatchError(message)
        return exact

    return convert


def _number_remedy(spec: FieldSpec) -> str:
    unit = f"以{spec.type.unit}计" if spec.type.unit else ""
    match spec.type.kind:
        case Kind.MONEY:
            precision = "最多两位小数"
        case Kind.DECIMAL | Kind.RATIO:
            precision = "最多四位小数"
        case Kind.INTEGER:
            precision = "没有小数"
        case _:
            precision = ""
    return "，".join(part for part in ("写数字", unit, precision) if part)


def _range_text(spec: FieldSpec) -> str:
    low = "" if spec.low is None else text_of(spec.low, spec.type)
    high = "" if spec.high is None else text_of(spec.high, spec.type)
    if low and high:
        return f"{low} 至 {high}"
    return f"{low} 以上" if low else f"{high} 以下"


def _moment(spec: FieldSpec, read: Callable[[object], int], what: str, remedy: str) -> Converter:
    may_be_never = takes_never(spec)

    def convert(stated: object) -> int:
        if may_be_never and isinstance(stated, str) and stated == NEVER_TEXT:
            return NEVER
        try:
            return read(stated)
        except MomentError as error:
            message = f"要填{what}，这里是{show(spec, stated)}：{error}"
            raise MismatchError(message, remedy) from None

    return convert


def _text(spec: FieldSpec) -> Converter:
    def convert(stated: object) -> str:
        if not isinstance(stated, str):
            remedy = "加上引号" if isinstance(stated, int) and not isinstance(stated, bool) else ""
            message = f"要填文本，这里是{show(spec, stated)}"
            raise MismatchError(message, remedy)
        return clean(spec, stated)

    return convert


def clean(spec: FieldSpec, stated: str) -> str:
    """Return a free text without blanks around it.

    Raises:
        MismatchError: nothing is left, or it holds a control character or half of a surrogate pair.
    """
    text = stated.strip()
    if text.isprintable() and text:
        return text
    if not text:
        message = "填了空文本"
        raise MismatchError(message, "不知道的，整项不填")
    if any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t\r" for character in text
    ):
        message = f"含有控制字符或残缺字符，这里是{show(spec, stated)}"
        raise MismatchError(message, "删去这些字符")
    return text


def _choice(spec: FieldSpec) -> Converter:
    known = {value.name: value.name for value in spec.type.values}
    is_open = spec.type.is_open

    def convert(stated: object) -> str:
        if isinstance(stated, str):
            if stated in known:
                return stated
            if len(stated) <= LONGEST_GUESSED and (value := known.get(plain(stated))) is not None:
                return value
            if is_open:
                return clean(spec, stated)
        remedy = _choice_remedy(spec, stated)
        wanted = "要填文本" if is_open else "没有这个取值"
        message = f"{wanted}，这里是{show(spec, stated)}"
        raise MismatchError(message, remedy)

    return convert


def _choice_remedy(spec: FieldSpec, stated: object) -> str:
    names = [value.name for value in spec.type.values]
    # A near value would tell what a personal field held.
    if isinstance(stated, str) and len(stated) <= LONGEST_GUESSED and not spec.personal:
        guess = closest(plain(stated), names)
        if guess is not None:
            return f"是不是“{guess}”"
    return f"可填 {list_of(names)}" if names else ""


def _set(spec: FieldSpec) -> Converter:
    element: Converter
    match spec.type.item:
        case Kind.AREA_CODE:
            element = _area_code(spec)
        case Kind.REFERENCE | Kind.TEXT:
            element = _text(spec)
        case _:
            element = _choice(spec)
    known = frozenset(value.name for value in spec.type.values)

    def convert(stated: object) -> frozenset[str]:
        if not isinstance(stated, (list, tuple, AbstractSet)):
            remedy = (
                f'写作 ["{shorten(stated)}"]'
                if isinstance(stated, str) and not spec.personal
                else "写作 [ … ]"
            )
            message = f"要填列表，这里是{show(spec, stated)}"
            raise MismatchError(message, remedy)
        try:
            chosen = frozenset(stated)
        except TypeError:
            chosen = frozenset()
        if chosen <= known and len(chosen) == len(stated):
            return chosen
        return frozenset(_element(spec, element, each) for each in stated)

    return convert


def _element(spec: FieldSpec, element: Converter, stated: object) -> str:
    if not isinstance(stated, str):
        message = f"列表中要填文本，这里有{show(spec, stated)}"
        raise MismatchError(message)
    return str(element(stated))


def _area_code(spec: FieldSpec) -> Converter:
    def convert(stated: object) -> str:
        if isinstance(stated, str) and _AREA_CODE.fullmatch(stated.strip()):
            return stated.strip()
        remedy = '写作加引号的 6 至 12 位数字，如 "511002"'
        message = f"要填行政区划代码，这里是{show(spec, stated)}"
        raise MismatchError(message, remedy)

    return convert
