"""What a change of rules means for a county, as parts of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from relapse_rules.analysis.difference.roster_model import RosterDifference
from relapse_rules.explain.page import (
    Block,
    Fields,
    Heading,
    Items,
    Paragraph,
    Table,
    Text,
    Tone,
    Words,
    plain,
    quiet,
)

_MOST_NOTES: Final = 20


def roster_blocks(roster: RosterDifference, *, personal: bool) -> tuple[Block, ...]:
    """Return the parts that tell of a county. ``personal``: with the households by their numbers."""
    return tuple(_blocks(roster, personal=personal))


def _blocks(roster: RosterDifference, *, personal: bool) -> Iterator[Block]:
    yield Heading(2, "对名单上农户的影响")
    yield Fields(tuple(_fields(roster)))
    yield from _effects(roster)
    yield from _towns(roster)
    yield from _loads(roster)
    if personal:
        yield from _households(roster)
    elif roster.touched:
        yield Paragraph(quiet("户编号属个人信息，没有列出；经办人可加 --show-personal"))
    if roster.notes:
        yield Heading(3, "读表时注意到")
        yield Items(tuple(plain(note) for note in roster.notes[:_MOST_NOTES]))


def _fields(roster: RosterDifference) -> Iterator[tuple[str, Text]]:
    yield "比较的农户", plain(f"{roster.households:,} 户")
    if roster.only_old or roster.only_new:
        told = f"{roster.only_old:,} 户只有旧规则收下，{roster.only_new:,} 户只有新规则收下，没有比较"
        yield "不能比较的", (Words(told, Tone.ALERT),)
    if roster.rejected:
        yield "拒收的", plain(f"{roster.rejected:,} 户填报有误，没有判定，见 batch 的 rejects")
    yield "有所得的", plain(f"{roster.gaining:,} 户多得措施或新纳入")
    yield "有所失的", plain(f"{roster.losing:,} 户少了措施或不再纳入")


def _effects(roster: RosterDifference) -> Iterator[Block]:
    rows = tuple(
        (
            plain(f"{each.kind} {each.name}"),
            plain(f"{each.before:,}"),
            plain(f"{each.after:,}"),
            plain(_count(each.gained)),
            plain(_count(each.lost)),
            plain(_opened(each.opened, each.settled)),
        )
        for each in roster.effects
        if not each.is_none
    )
    yield Heading(3, "各项措施和任务涉及的户数")
    if not rows:
        yield Paragraph(plain("名单上没有一户的措施和任务不同"))
        return
    yield Table("", ("项目", "旧规则", "新规则", "新增", "减少", "未定的变化"), rows, wide=(0, 5))


def _count(count: int) -> str:
    return f"{count:,}" if count else "—"


def _opened(opened: int, settled: int) -> str:
    parts = [f"{opened:,} 户变为未定"] if opened else []
    parts += [f"{settled:,} 户不再未定"] if settled else []
    return "，".join(parts) or "—"


def _towns(roster: RosterDifference) -> Iterator[Block]:
    rows = tuple(
        (
            plain(each.code or "没有填报"),
            plain(f"{each.households:,}"),
            plain(_count(each.gaining)),
            plain(_count(each.losing)),
        )
        for each in roster.towns
    )
    if rows:
        yield Heading(3, "按乡镇")
        yield Table("", ("乡镇代码", "户数", "有所得的户", "有所失的户"), rows)


def _loads(roster: RosterDifference) -> Iterator[Block]:
    rows = tuple(
        (
            plain(each.unit),
            plain(f"{each.before:,}"),
            plain(f"{each.after:,}"),
            plain(_change(each.before, each.after)),
        )
        for each in roster.loads
        if each.before or each.after
    )
    if rows:
        yield Heading(3, "各单位的工作量")
        yield Paragraph(
            quiet("该办而没有办结的措施、步骤和职责，一个对象算一件；几个单位共同负责的，各算一件")
        )
        yield Table("", ("单位", "旧规则", "新规则", "增减"), rows, wide=(0,))


def _change(before: int, after: int) -> str:
    return f"{after - before:+,}" if after != before else "—"


def _households(roster: RosterDifference) -> Iterator[Block]:
    rows = tuple(
        (
            plain(each.id),
            plain(each.town or "没有填报"),
            plain("、".join(each.gained) or "—"),
            plain("、".join(each.lost) or "—"),
        )
        for each in roster.touched
    )
    if not rows:
        return
    yield Heading(3, "有得失的农户")
    yield Table("", ("户编号", "乡镇代码", "得到", "失去"), rows, wide=(2, 3))
    total = len(roster.touched)
    if total < max(roster.gaining, roster.losing):
        yield Paragraph(quiet(f"只列出前 {total:,} 户"))
