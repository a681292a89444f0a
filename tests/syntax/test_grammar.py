"""Text made from the grammar parses, and the tables of words say what the grammar says."""

from __future__ import annotations

import logging
import re
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lark import Lark
from tests.strategies.effort import COMPILED

from relapse_rules.resources import grammar_directory
from relapse_rules.syntax.mistakes import _SEVERAL
from relapse_rules.syntax.parse import _STARTS, _reader
from relapse_rules.syntax.words import KEYWORDS

INDENT, DEDENT, NEWLINE = "\x01", "\x02", "\x03"
PATTERNS = {
    "NAME": ["甲", "乙(镇)", "当地标准"],
    "QUOTED_NAME": ["「丙 丁」", "「是」"],
    "TEXT": ['"一"', '""'],
    "NUMBER": ["3", "2.5万元", "30%"],
    "MOMENT": ["2023-07-28", "2023-08-01 20:00", "2023-05"],
    "CITE": ["1-01", "4.10-08"],
    "SEPARATOR": ["、", ","],
    "COMPARISON": ["不为", "低于", "不超过", "≥", ">=", "="],
    "PLUS": ["+", "加"],
    "TIMES": ["×", "乘"],
    "DIVIDE": ["÷", "除以", "/"],
    "ROUNDING": ["四舍五入"],
    "FUNCTION": ["年龄"],
    "COUNT": ["个数", "人数"],
    "AGGREGATE": ["合计", "最小"],
    "BLANK": [" ", "\t", "\u3000"],
}
GLUED = {"SLASH": "/", "_LINE_END": "\n", "INDENT": INDENT, "DEDENT": DEDENT, "NEWLINE": NEWLINE}


@cache
def _spellings() -> dict[str, list[str]]:
    made = {name: [text] for name, text in GLUED.items()}
    for terminal in _reader().lark.terminals:
        if terminal.name not in made:
            is_word = terminal.pattern.type == "str"
            made[terminal.name] = [terminal.pattern.value] if is_word else PATTERNS[terminal.name]
    return {name: texts if name in GLUED else [f"{text} " for text in texts] for name, texts in made.items()}


@cache
def _expansions() -> dict[str, list[tuple[str, ...]]]:
    """Return what each rule may be, the shallowest first."""
    made: dict[str, list[tuple[str, ...]]] = {}
    for rule in _reader().lark.rules:
        made.setdefault(rule.origin.name, []).append(tuple(symbol.name for symbol in rule.expansion))
    depths = dict.fromkeys(made, len(made))
    for _ in made:
        for name, several in made.items():
            depths[name] = 1 + min(max((depths.get(part, 0) for part in one), default=0) for one in several)
    return {
        name: sorted(several, key=lambda one: max((depths.get(part, 0) for part in one), default=0))
        for name, several in made.items()
    }


@st.composite
def _texts(draw: st.DrawFn, start: str) -> str:
    """Draw a text of ``start``; once it has grown, the shallowest way to end it is taken."""
    expansions, spellings = _expansions(), _spellings()
    pieces: list[str] = []
    pending = [start]
    while pending:
        name = pending.pop()
        if name in expansions:
            several = expansions[name]
            small = len(pieces) + len(pending) < 30
            pending += reversed(draw(st.sampled_from(several)) if small else several[0])
        else:
            pieces.append(draw(st.sampled_from(spellings[name])))
    return "".join(pieces)


def _laid_out(text: str) -> str:
    """Return ``text`` with lines and indentation for the layout signs; unwritable texts are given up."""
    # What follows a list on its own line would be read as part of its last item: only a bracket can end it there.
    assume(not re.search(rf"{DEDENT}[^{INDENT}{DEDENT}{NEWLINE})]", re.sub(r"[ \t\u3000]", "", text)))
    columns = [0]
    pieces = []
    for piece in re.split(rf"([{INDENT}{DEDENT}{NEWLINE}])", text):
        if piece == INDENT:
            after_colon = "".join(pieces).rstrip(" \t\u3000").endswith(":")
            columns.append(columns[-1] + (6 if after_colon else 2))
        elif piece == DEDENT:
            columns.pop()
        pieces.append("\n" + " " * columns[-1] if piece in (INDENT, NEWLINE) else piece.replace(DEDENT, ""))
    return "".join(pieces).rstrip(" \t\u3000")


@pytest.mark.parametrize("start", sorted(set(_STARTS.values())))
@COMPILED
@given(data=st.data())
def test_text_made_from_the_grammar_parses(start, data):
    text = _laid_out(data.draw(_texts(start)))
    reader = _reader()
    reader.builder.start("a.policy", text)

    # Builders report what the grammar lets through; nothing here may be unreadable.
    reader.lark.parse(text, start=start)


def test_the_keywords_are_the_words_of_the_grammar():
    text = (grammar_directory() / "terminals.lark").read_text(encoding="utf-8")
    quoted = re.findall(r'^[A-Z_]+(?:\.\d)?: "([^"]+)"$', text, re.MULTILINE)
    words = {
        word
        for word in (*quoted, *(word for several in _SEVERAL.values() for word in several))
        if word.isalpha()
    }

    assert words == KEYWORDS


def test_every_keyword_is_used_by_a_rule():
    rules = (grammar_directory() / "policy.lark").read_text(encoding="utf-8")
    terminals = {terminal.name for terminal in _reader().lark.terminals}

    assert terminals - set(re.findall(r"\b[A-Z_]+\b", rules)) == {"_LINE_END", "BLANK"}


def test_the_grammar_has_no_conflicts(caplog):
    caplog.set_level(logging.DEBUG, logger="lark")
    reader = _reader()

    Lark(
        reader.lark.source_grammar,
        parser="lalr",
        postlex=reader.layout,
        start=sorted(set(_STARTS.values())),
        debug=True,
    )

    assert "conflict" not in caplog.text.lower()
