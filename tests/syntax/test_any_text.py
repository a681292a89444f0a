"""No text makes the parser raise, and no place lies outside the text."""

from __future__ import annotations

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies.effort import COMPILED
from tests.strategies.policy_files import policy_files
from tests.strategies.trees import WORDS

from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.parse import parse

SIGNS = list('\n\n  \t(){}[]:、,.-+*/÷<>=≤"“”「」#;。1239元%\u3000\r\ufeff')
POLICY = (policies_directory() / "1-scope.policy").read_text(encoding="utf-8")


def _check(text: str) -> None:
    checked = parse(SourceText("a.policy", text))

    assert checked.value is not None
    for found in checked.diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert found.message
        assert found.help
    if not checked.has_errors:
        assert not parse(SourceText("a", format_file(checked.value))).has_errors


@given(st.text())
def test_any_characters(text):
    _check(text)


@given(
    st.lists(st.sampled_from([*WORDS, *SIGNS, "\n  ", "\n    - ", " 甲 ", " 乙 "]), max_size=40).map("".join)
)
def test_words_and_signs_in_any_order(text):
    _check(text)


@given(
    st.lists(st.sampled_from([*WORDS, *SIGNS, "\n", "\n  ", "\n      - ", "甲", "乙"]), max_size=40).map(
        " ".join
    )
)
def test_spaced_words_in_any_order(text):
    _check(text)


@COMPILED
@given(st.data())
def test_a_policy_with_a_piece_cut_out_or_doubled(data):
    start = data.draw(st.integers(0, len(POLICY)))
    end = data.draw(st.integers(start, min(len(POLICY), start + 40)))
    extra = data.draw(st.sampled_from(["", POLICY[start:end] * 2, *SIGNS, *WORDS]))

    _check(f"{POLICY[:start]}{extra}{POLICY[end:]}")


@COMPILED
@given(policy_files(), st.data())
def test_a_tree_written_and_broken(file, data):
    text = format_file(file)
    place = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 3))

    _check(text[:place] + data.draw(st.sampled_from([*SIGNS, *WORDS])) + text[place + cut :])


@pytest.mark.usefixtures("untraced")
def test_threads_read_without_mixing_their_files():
    results: dict[int, bool] = {}

    def read(number: int) -> None:
        text = f"采用 甲{number} 为 乙\n" * 30
        checked = parse(SourceText(str(number), text))
        assert checked.value is not None
        results[number] = all(
            (declaration.span.file, declaration.name.text) == (str(number), f"甲{number}")
            for declaration in checked.value.declarations
        )

    threads = [Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == dict.fromkeys(range(8), True)
