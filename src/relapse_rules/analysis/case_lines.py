"""What a reader is told of a 用例 that does not pass, line by line: for the command line and for pytest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relapse_rules.analysis.cases import CaseResult
from relapse_rules.source import SourceText, Span


def case_lines(result: CaseResult, sources: Mapping[str, SourceText]) -> Iterator[str]:
    """Yield the name of a case, and for each line of it that does not hold the place, what was expected, what came out, and why."""
    yield f"不通过：{result.name}"
    for failure in result.failures:
        yield f"- {place(failure.span, sources)}"
        yield f"  期望：{failure.expected}"
        yield f"  得到：{failure.got}"
        if failure.why:
            yield f"  因为：{failure.why}"


def place(span: Span, sources: Mapping[str, SourceText]) -> str:
    """Return file, line and column of a place; the file alone when its text is not known."""
    source = sources.get(span.file)
    if source is None:
        return span.file
    line, column = source.line_column(span.start)
    return f"{span.file}:{line}:{column}"
