"""A judgement with who made it: ``{"value": true, "by": "某乡镇", "at": "2023-08-02", "basis": "入户核查"}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from relapse_rules.facts.case import Recorded
from relapse_rules.facts.json_text import RepeatedKeys
from relapse_rules.facts.moments import MomentError, date_ordinal, time_seconds
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import MismatchError, clean, list_of, show
from relapse_rules.values.vocabulary import FieldSpec

PARTS: Final = {"value": "认定结果", "by": "认定单位", "at": "认定时间", "basis": "认定依据"}
"""English name → Chinese name of each part; either may be written."""

_KEYS: Final = {name: english for english, chinese in PARTS.items() for name in (english, chinese)}


def record_of(spec: FieldSpec, stated: Mapping[object, object]) -> tuple[object, Recorded]:
    """Return the value as stated (None when unknown) and who recorded it.

    Raises:
        MismatchError: a part is not known, stated twice, missing, or of the wrong type.
    """
    if isinstance(stated, RepeatedKeys):
        message = f"的认定记录中“{shorten(stated.repeated[0])}”写了两次"
        raise MismatchError(message, "删去一处")
    parts: dict[str, object] = {}
    for key, value in stated.items():
        part = _KEYS.get(key) if isinstance(key, str) else None
        if part is None:
            shown_key = shorten(key) if isinstance(key, str) else type(key).__name__
            message = f"的认定记录没有叫“{shown_key}”的项"
            raise MismatchError(message, f"可写 {list_of(PARTS)}")
        if part in parts:
            message = f"的认定记录中“{part}”写了两次"
            raise MismatchError(message)
        parts[part] = value
    if "value" not in parts:
        message = "的认定记录没有写 value"
        raise MismatchError(message, '写作 {"value": …, "by": …, "at": …, "basis": …}')
    recorded = Recorded(
        by=_text(spec, parts, "by"), at=_moment(spec, parts), basis=_text(spec, parts, "basis")
    )
    return parts["value"], recorded


def _text(spec: FieldSpec, parts: Mapping[str, object], part: str) -> str | None:
    value = parts.get(part)
    if value is None:
        return None
    if not isinstance(value, str):
        message = f"的认定记录中“{part}”要填文本，这里是{show(spec, value)}"
        raise MismatchError(message)
    return clean(spec, value)


def _moment(spec: FieldSpec, parts: Mapping[str, object]) -> str | None:
    """Return 认定时间 as it was written; it is shown, never computed with."""
    value = parts.get("at")
    if value is None:
        return None
    for read in (date_ordinal, time_seconds):
        try:
            read(value)
        except MomentError:  # it may be of the other kind
            continue
        return str(value)
    message = f"的认定记录中“at”要填日期或时间，这里是{show(spec, value)}"
    raise MismatchError(message, "写作 2023-08-01 或 2023-08-01T20:00:00+08:00")
