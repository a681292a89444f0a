"""The first sheet of a ledger: whose it is, what it is made from, what is in it and how it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from relapse_rules.batch.assignment import Level, Owner
from relapse_rules.batch.finished import Head
from relapse_rules.batch.workbook import Cell, Table
from relapse_rules.decisions.moments import moment_text
from relapse_rules.decisions.words import moment

_WHOSE: Final = {
    Level.TOWNSHIP: "本乡镇的全部农户、要为他们落实的全部措施和任务（不论由谁负责），以及还缺的全部事实",
    Level.UNIT: "由本单位负责的措施和任务、涉及的农户，以及要由本单位提供的事实",
    Level.VILLAGE: "由本村（社区）负责的任务和措施、涉及的农户，以及要由本村（社区）提供的事实",
}
_SHEETS: Final = {
    "农户": "每户一行：是否纳入、要办几项、最早何时到期、还缺几项事实",
    "措施": "每户（或每个对象）每项措施一行",
    "任务": "程序的步骤和各项职责，每户（或每个对象）每项一行",
    "成员和对象": "有认定、措施或任务的家庭成员、住房、贷款等，每个一行",
    "还缺的事实": "每户每个提供单位一行；缺的事实补齐之前，与之有关的措施和任务还不能判定",
    "全县事项": "为灾害事件、项目等全县的事要办的，不属于某一户",
}
_READING: Final = (
    ("到期时间", "空着的，是方案没有规定能算出日期的期限，或者起算的时间还没有填报"),
    ("办理情况", "“已逾期”：到期时间已过而没有完成。“已到期，未报完成”：到期时间已过，是否完成没有填报"),
    ("先办完", "这一项之前要先办完的措施和任务；适用的例外改变次序的，已经按例外写"),
    ("依据", "方案的条目"),
)
_MASKED: Final = "户编号和人编号没有列出。“第n户”是这次判定结果中的第n户，同一次判定的各本台账一致。要列出编号，加 --show-personal"
_SHOWN: Final = "本台账列有户编号、人编号等个人信息，请按规定保管"


def notes(
    owner: Owner, head: Head, sheets: Sequence[tuple[Table, tuple[str, ...]]], *, personal: bool
) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows."""
    yield "内容", f"{owner.name}：{_WHOSE[owner.level]}"
    yield "政策", head.policy
    yield "规则版本", head.digest
    yield "判定时点", moment(moment_text(head.as_of))
    for table, names in sheets:
        where = "" if len(names) == 1 else f"，分在 {len(names)} 张表：{'、'.join(names)}"
        yield f"表“{table.name}”", f"{table.count} 行{where}。{_SHEETS[table.name]}"
    yield from _READING
    yield "个人信息", _SHOWN if personal else _MASKED
