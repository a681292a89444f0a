"""Formats policy files, and makes sure that each still says the same."""

from __future__ import annotations

from relapse_rules.diagnostics import Checked
from relapse_rules.source import SourceText
from relapse_rules.syntax.normalise import comments
from relapse_rules.syntax.parse import parse
from relapse_rules.syntax.tidy import tidy


class FormatError(AssertionError):
    """A formatted text would not say what the file says: a mistake of this library. Nothing was written."""


def formatted(source: SourceText) -> Checked[str]:
    """Return the text of ``source`` as it should be, with what is wrong in it; None when that keeps it from being read.

    Raises:
        FormatError: the result would say something else, or lose a comment.
    """
    checked = tidy(source)
    if checked.value is not None and checked.value != source.text:
        after = SourceText(source.name, checked.value)
        if parse(after).value != parse(source).value or _remarks(after) != _remarks(source):
            message = f"整理“{source.name}”会改变它的意思，没有动它；这是程序的错，请报告"
            raise FormatError(message)
    return checked


def _remarks(source: SourceText) -> list[str]:
    return [source.text[start + 1 : end].rstrip() for start, end in comments(source.text)]
