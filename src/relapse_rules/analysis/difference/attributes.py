"""What is listed with an outcome, and with the policy itself: units, limits, force, order, 参数, 解读."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from relapse_rules.analysis.difference.model import Changed
from relapse_rules.analysis.difference.version import Declaration, Version
from relapse_rules.ir.program import (
    DatedSetting,
    Limit,
    Listing,
    ParameterEntry,
    Program,
    ReadingEntry,
    UnitEntry,
)

Same = Callable[[int | None, int | None], bool]
"""Whether a node of the old version and one of the new mean the same; two times None do."""

Said = Callable[[int | None, int | None], tuple[str, str]]
"""Returns a node of the old version and one of the new in words; nothing for None."""


_NOTHING = "无"
_RESTS = "（所依据的改了）"


def attribute_changes(
    old: Declaration, new: Declaration, renamed: Mapping[str, str], same: Same, said: Said
) -> tuple[Changed, ...]:
    """Return what is not the same of two declarations beside their outcomes. ``renamed``: old name → new name, of what was renamed."""
    return tuple(_attribute_changes(old, new, renamed, same, said))


def _attribute_changes(
    old: Declaration, new: Declaration, renamed: Mapping[str, str], same: Same, said: Said
) -> Iterator[Changed]:
    yield from _changed("种类", old.kind.value, new.kind.value)
    yield from _changed("对象", old.about, new.about)
    yield from _changed("依据", _orderless(old.cites), _orderless(new.cites))
    if old.concluded is not None and new.concluded is not None:
        yield from _changed("认定单位", _ordered(old.concluded.deciders), _ordered(new.concluded.deciders))
    if old.listing is not None and new.listing is not None:
        yield from _listing_changes(old.listing, new.listing, renamed, same, said)


def _listing_changes(
    old: Listing, new: Listing, renamed: Mapping[str, str], same: Same, said: Said
) -> Iterator[Changed]:
    def now(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(renamed.get(name, name) for name in names)

    yield from _changed("类别", old.category, new.category)
    yield from _changed("力度", old.force or "", new.force or "")
    yield from _changed("责任单位", _ordered(old.units), _ordered(new.units))
    yield from _changed("时限", _limit(old.limit), _limit(new.limit))
    if (old.limit is None) is (new.limit is None) and not same(_start(old), _start(new)):
        yield _told("时限的起点", said(_start(old), _start(new)))
    yield from _changed("先后", _orderless(now(old.after)), _orderless(new.after))
    yield from _changed(
        "例外下的先后",
        _orders((renamed.get(name, name), now(first)) for name, first in old.ordered_after),
        _orders(new.ordered_after),
    )
    yield from _changed("改变的事项", _orderless(now(old.changes)), _orderless(new.changes))
    yield from _changed("资金", old.funding, new.funding)
    yield from _changed("程序", old.procedure or "", new.procedure or "")
    yield from _changed("报送", _ordered(old.recipient), _ordered(new.recipient))
    if not same(old.done, new.done):
        yield _told("完成", said(old.done, new.done))


def _told(name: str, words: tuple[str, str]) -> Changed:
    """Return a condition or moment that is not the same, though it may be written the same."""
    before, after = words
    return Changed(
        name=name, before=before or None, after=f"{after}{_RESTS if before == after else ''}" or None
    )


def _start(listing: Listing) -> int | None:
    return None if listing.limit is None else listing.limit.start


def _limit(limit: Limit | None) -> str:
    """Return a limit's own word, and how it is counted where that could be changed without the word."""
    if limit is None:
        return ""
    parts = [limit.word]
    if isinstance(limit.within, str):
        parts.append(f"参数“{limit.within}”")
    elif limit.within is not None:
        parts.append(_counted(limit))
    if limit.same_day:
        parts.append("当天终了")
    if limit.reading is not None:
        parts.append(f"依解读“{limit.reading}”")
    return "，".join(parts)


_SECONDS = {"天": 86_400, "小时": 3_600, "分钟": 60}
_MONTHS = {"年": 12, "月": 1, "工作日": 1}


def _counted(limit: Limit) -> str:
    assert isinstance(limit.within, int)
    step = {**_SECONDS, **_MONTHS}.get(limit.within_unit, 1)
    count, rest = divmod(limit.within, step)
    return f"{count}{limit.within_unit}" if not rest else f"{limit.within}/{step}{limit.within_unit}"


def _ordered(names: Iterable[str]) -> str:
    return "、".join(names)


def _orderless(names: Iterable[str]) -> str:
    return "、".join(sorted(set(names)))


def _orders(orders: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    return "；".join(sorted(f"{name}：{_orderless(first)}" for name, first in orders))


def _changed(name: str, before: str, after: str) -> Iterator[Changed]:
    if before != after:
        yield Changed(name=name, before=before or None, after=after or None)


# --- of the policy itself -------------------------------------------------------------------------


def policy_changes(old: Version, new: Version) -> tuple[Changed, ...]:
    """Return the 参数, 解读, 单位 and points of the head that are not the same."""
    return tuple(_policy_changes(old.program, new.program))


def _policy_changes(old: Program, new: Program) -> Iterator[Changed]:
    yield from _changed("政策名称", old.policy, new.policy)
    yield from _changed("发布单位", old.issuer, new.issuer)
    yield from _changed("文号", old.document_number, new.document_number)
    yield from _changed("有效期", _validity(old), _validity(new))
    yield from _changed("适用范围的定义", old.scope or "", new.scope or "")
    yield from _changed("纳入的定义", old.eligibility or "", new.eligibility or "")
    yield from _changed("措施类别", _orderless(old.categories), _orderless(new.categories))
    yield from _entries("参数", old.parameters, new.parameters, _parameter)
    yield from _entries("解读", old.readings, new.readings, _reading)
    yield from _entries("单位", old.units, new.units, _unit)


def _validity(program: Program) -> str:
    if program.valid_from is None and program.valid_until is None:
        return ""
    return f"{_day(program.valid_from) or '……'}至{_day(program.valid_until) or '……'}"


def _entries(
    kind: str,
    old: Iterable[ParameterEntry | ReadingEntry | UnitEntry],
    new: Iterable[ParameterEntry | ReadingEntry | UnitEntry],
    text: Callable[..., str],
) -> Iterator[Changed]:
    before, after = ({entry.name: text(entry) for entry in entries} for entries in (old, new))
    gone = {name: told for name, told in before.items() if name not in after}
    for name, told in after.items():
        if name in before:
            yield from _changed(f"{kind}“{name}”", before[name], told)
            continue
        former = next((each for each, was in gone.items() if was == told), None)
        if former is None:
            yield Changed(name=f"{kind}“{name}”", before=None, after=told)
        else:
            del gone[former]
            yield Changed(name=f"{kind}改名", before=former, after=name)
    for name, told in gone.items():
        yield Changed(name=f"{kind}“{name}”", before=told, after=None)


def _parameter(entry: ParameterEntry) -> str:
    return "；".join(f"自 {_day(each.since)} 为 {_setting(each)}" for each in entry.values) or _NOTHING


def _setting(setting: DatedSetting) -> str:
    value = "待定" if setting.value is None else setting.text or str(setting.value)
    origins = "：".join(part for part in (setting.source, setting.origin) if part)
    return f"{value}（{origins}）" if origins else value


def _reading(entry: ReadingEntry) -> str:
    return f"取“{entry.taken}”，可取 {'、'.join(entry.options)}"


def _unit(entry: UnitEntry) -> str:
    parts: list[str] = []
    if entry.aliases:
        parts.append(f"别名 {_orderless(entry.aliases)}")
    parts += (f"自 {_day(day)} 并入 {name}" for name, day in entry.successions)
    if entry.fact is not None:
        parts.append(f"指代 {entry.fact}")
    if entry.code is not None:
        parts.append(f"代码 {entry.code}")
    return "，".join(parts) or "有"


def _day(ordinal: int | None) -> str:
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()
