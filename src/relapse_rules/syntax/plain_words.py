"""The small words of the plain rendering: lines, names, texts, days and the statements that a rule rests on.

INVARIANT: no wording puts a closing quotation mark right after a quoted name or text, so that one may hold such a mark,
doubled, and no two names look the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from relapse_rules.syntax.declarations import Reference, Units
from relapse_rules.syntax.declared import Cite
from relapse_rules.syntax.format_expressions import is_plain, listed
from relapse_rules.syntax.literals import is_zoned
from relapse_rules.syntax.tree import Moment, Name, Path, Text, Truth


class Line(NamedTuple):
    """One line of a rendering. ``level``: how deep it stands below the declaration, from 0."""

    level: int
    text: str


def quoted(text: str) -> str:
    """Write any text in quotation marks.

    >>> quoted("农户"), quoted("所谓”户“")
    ('“农户”', '“所谓””户“”')
    """
    return f"“{text.replace('”', '””')}”"


def name(node: Name | Reference) -> str:
    """Write a name inside a sentence."""
    return quoted(node.text)


def names(nodes: Iterable[Name | Reference]) -> str:
    """Write several names inside a sentence."""
    return listed(map(name, nodes))


def entry(node: Name) -> str:
    """Write a name that stands between punctuation marks: it needs quotation marks only when it holds some itself."""
    return node.text if is_plain(node.text) else name(node)


def entries(nodes: Iterable[Name]) -> str:
    """Write several names that stand between punctuation marks."""
    return listed(map(entry, nodes))


def path(node: Path) -> str:
    """Write a fact, or whatever else a name may stand for."""
    if node.is_step:
        return "的步骤".join(map(name, node.parts))
    return "的".join(map(name, node.parts))


def truth(node: Truth) -> str:
    """Write 是 or 否; names are quoted, so this is none."""
    return "是" if node.value else "否"


def value(node: Name | Truth) -> str:
    """Write a value of an enumeration."""
    return name(node) if isinstance(node, Name) else truth(node)


def text(node: Text) -> str:
    """Write a text inside a sentence, told from a name."""
    return f"文字{quoted(node.value)}"


def moment(node: Moment) -> str:
    """Write a month, a date or a time.

    >>> moment(Moment(text="2023-07")), moment(Moment(text="2023-08-01T20:00:00"))
    ('2023年7月', '2023年8月1日20:00')
    """
    day, _, clock = node.text.partition("T")
    written = "".join(f"{int(part)}{unit}" for part, unit in zip(day.split("-"), "年月日", strict=False))
    return written + (clock if is_zoned(node.text) else clock.removesuffix(":00"))


def based_on(cites: tuple[Cite, ...]) -> str:
    """Write the statements that something rests on, in brackets; nothing when there are none."""
    return f"（依据方案 {listed(cite.id for cite in cites)}）" if cites else ""


def units(before: str, node: Units, after: str) -> str:
    """Write units with the words around them and the statements that name them."""
    return f"{before}{entries(node.names)}{after}{based_on(node.cites)}。"
