"""Comments that say why a finding stays: ``# lint: 忽略 RR0909 两处的条件将来会各改各的``.

Behind words, the comment is about what begins on its line. On a line of its own it is about the next line with words, and about the whole
declaration when that line begins one. A waiver without a reason counts for nothing (RR0916), one without a finding is reported (RR0917).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_style import WAIVER_UNUSED, WAIVER_WITHOUT_REASON
from relapse_rules.source import SourceText, Span
from relapse_rules.syntax.layout import chunks
from relapse_rules.syntax.normalise import comments, normalise

_WAIVER: Final = re.compile(
    r"[#＃]\s*lint\s*[:：]\s*忽略\s+(?P<codes>RR\d{4}(?:\s*[、,，]\s*RR\d{4})*)\s*(?P<reason>.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings of ``code`` that begin from ``start`` to ``end`` (excluded) stay. ``span``: the comment."""

    code: str
    start: int
    end: int
    span: Span

    def covers(self, found: Diagnostic) -> bool:
        """Whether it is about ``found``."""
        return (
            found.code == self.code
            and found.span.file == self.span.file
            and self.start <= found.span.start < self.end
        )


def weighed(source: SourceText, found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the findings in one file that no waiver covers, then what is wrong with the waivers."""
    waivers: list[Waiver] = []
    trouble: list[Diagnostic] = []
    for waiver, has_reason in _waivers(source):
        if has_reason:
            waivers.append(waiver)
        else:
            trouble.append(
                WAIVER_WITHOUT_REASON.at(
                    waiver.span, f"忽略 {waiver.code} 没有写理由", help="在代码后面写上为什么可以这样"
                )
            )
    for each in found:
        if not any(waiver.covers(each) for waiver in waivers):
            yield each
    yield from trouble
    for waiver in waivers:
        if not any(waiver.covers(each) for each in found):
            yield WAIVER_UNUSED.at(
                waiver.span, f"这里没有 {waiver.code} 可以忽略", help="删去这条注释；要忽略别处的，挪到那里"
            )


def _waivers(source: SourceText) -> Iterator[tuple[Waiver, bool]]:
    plain = normalise(source.text)
    starts = (*source.line_starts, len(source.text))
    declarations = {chunk.start: chunk.end for chunk in chunks(plain)}
    for start, end in comments(source.text):
        said = _WAIVER.match(source.text, start, end)
        if said is None:
            continue
        number, _ = source.line_column(start)
        first, last = starts[number - 1], starts[number]
        if not plain[first:start].strip():
            following = re.compile(r"\S").search(plain, end)
            if following is not None:
                below, _ = source.line_column(following.start())
                first, last = starts[below - 1], starts[below]
                last = declarations.get(following.start(), last)
        for code in re.findall(r"RR\d{4}", said["codes"], re.IGNORECASE):
            span = Span(source.name, start, end)
            yield Waiver(code.upper(), first, last, span), bool(said["reason"].strip())
