"""The marked text of a policy as one HTML page that needs nothing else: whoever points at a condition sees the 用例 that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Final

from relapse_rules.analysis.relevance.coverage import Mark
from relapse_rules.analysis.relevance.marked import End, MarkedRule, Part
from relapse_rules.analysis.relevance.totals import Total, total

CLASSES: Final = {Mark.BOTH: "both", Mark.HALF: "half", Mark.NEVER: "never", Mark.IDLE: "idle"}
MEANINGS: Final = {
    Mark.BOTH: "成立和不成立都有用例看得出它起作用",
    Mark.HALF: "只有一面有用例看得出",
    Mark.NEVER: "没有用例看得出它起作用",
    Mark.IDLE: "按现在的解读和参数，它对任何一户都不起作用",
}
_MOST_CASES: Final = 8


def relevance_page(name: str, rules: Sequence[MarkedRule]) -> str:
    """Return the page. ``name``: what the policy calls itself."""
    title = f"{name}：用例看得出哪些条件"
    return "".join(
        (
            '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{escape(title)}</title>\n<style>{_style()}</style>\n</head>\n<body>\n<main>\n",
            f"<h1>{escape(title)}</h1>\n",
            *_legend(),
            *_summary(rules),
            *(_file(file, tuple(members)) for file, members in _by_file(rules)),
            "</main>\n</body>\n</html>\n",
        )
    )


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def _by_file(rules: Sequence[MarkedRule]) -> Iterator[tuple[str, tuple[MarkedRule, ...]]]:
    for file, members in groupby(rules, key=lambda each: each.file):
        yield file, tuple(members)


def _legend() -> Iterator[str]:
    yield '<p class="lead">一个条件“看得出”，是说有一个用例，只要把它的结果反过来，所期望的结果就不同。指着条件看是哪些用例。</p>\n<ul class="legend">'
    for mark, meaning in MEANINGS.items():
        yield f'<li><b class="mark {CLASSES[mark]}">{mark}</b>{escape(meaning)}</li>'
    yield "</ul>\n"


def _summary(rules: Sequence[MarkedRule]) -> Iterator[str]:
    yield '<table>\n<thead><tr><th>文件</th><th class="bar">两面都看得出</th>'
    yield "".join(f"<th>{mark}</th>" for mark in Mark)
    yield "</tr></thead>\n<tbody>\n"
    for file, members in _by_file(rules):
        link = f'<a href="#{_anchor(file)}">{escape(PurePosixPath(file).name)}</a>'
        yield _row(link, total(each for rule in members for each in rule.shown))
    yield "</tbody>\n<tfoot>"
    yield _row("合计", total(each for rule in rules for each in rule.shown))
    yield "</tfoot>\n</table>\n"


def _row(head: str, own: Total) -> str:
    relevant = max(own.relevant, 1)
    parts = "".join(
        f'<i class="{name}" style="width:{count * 100 / relevant:.2f}%"></i>'
        for name, count in (("both", own.both), ("half", own.half), ("never", own.never))
    )
    numbers = "".join(f"<td>{count}</td>" for count in own)
    bar = f'<td class="bar"><span class="bar">{parts}</span><span>{own.ways}</span></td>'
    return f'<tr><th scope="row">{head}</th>{bar}{numbers}</tr>\n'


def _file(file: str, rules: Sequence[MarkedRule]) -> str:
    own = total(each for rule in rules for each in rule.shown)
    body = "".join(map(_rule, rules))
    return f'<section id="{_anchor(file)}">\n<h2>{escape(PurePosixPath(file).name)}<small>{own.ways}</small></h2>\n{body}</section>\n'


def _rule(rule: MarkedRule) -> str:
    return f'<pre data-line="{rule.line}">{"".join(map(_part, rule.parts))}</pre>\n'


def _part(part: Part) -> str:
    if isinstance(part, End):
        return "</span>"
    if part.shown is None:
        return escape(part.text)
    shown = part.shown
    name = CLASSES[shown.mark]
    return (
        f'<span class="condition {name}" tabindex="0"><b class="mark {name}">{shown.mark}</b>'
        f'<span class="tip"><em>{MEANINGS[shown.mark]}</em>{_way("成立时", shown.as_yes)}{_way("不成立时", shown.as_no)}</span>'
    )


def _way(said: str, cases: tuple[str, ...] | None) -> str:
    if cases is None:
        told = "没有这一面"
    elif not cases:
        told = "没有用例看得出"
    else:
        more = f" 等 {len(cases)} 个" if len(cases) > _MOST_CASES else ""
        told = "、".join(map(escape, cases[:_MOST_CASES])) + more
    return f"<span><strong>{said}</strong>{told}</span>"


def _anchor(file: str) -> str:
    return f"file-{PurePosixPath(file).name.replace('.', '-')}"
