"""A policy file in one form: the same meaning, every comment, and where the author broke lines."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.policy_files import policy_files

from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.normalise import comments
from relapse_rules.syntax.parse import Piece, parse, pieces
from relapse_rules.syntax.tidy import tidy

LAYOUT = {"INDENT", "NEWLINE", "DEDENT"}
RULE = "定义 甲\n  对象 农户\n  当 乙\n"


def tidied(text: str) -> str:
    made = tidy(SourceText("a.policy", text)).value
    assert made is not None, text
    return made


def said(text: str) -> object:
    checked = parse(SourceText("a.policy", text))
    assert not checked.has_errors, text
    return checked.value


def remarks(text: str) -> list[str]:
    return [text[start + 1 : end].rstrip() for start, end in comments(text)]


def untidy(text: str, rng: Random) -> str:
    """Return what an author in a hurry might have typed instead of ``text``: other blanks, comments and line breaks anywhere."""
    source = SourceText("a.policy", text)
    made: list[str] = []
    wide = rng.choice((1, 1, 2, 3))
    for declaration in pieces(source):
        words = [each for each in declaration if each.kind not in LAYOUT]
        last = 0
        for place, word in enumerate(words):
            number, column = source.line_column(word.start)
            if number != last:
                made.append(_line_end(rng) + " " * ((column - 1) * wide))
                may_break = place > 0 and word.kind not in {"STEP", "GIVEN", "EXPECTED"}
            elif source.text[word.start - 1] == " ":
                made.append(_blank(words[place - 1], word, rng, may_break=may_break))
            last = number
            made.append(text[word.start : word.end].replace("、", rng.choice(("、", "，", ","))))
    return "".join(made) + rng.choice(("", "\n", "  \n\n", "# 完"))


def _line_end(rng: Random) -> str:
    return (
        rng.choice(("", " ", "\t", "  # 尾注 “甲”", "＃尾注"))
        + rng.choice(("\n", "\n", "\n\n", "\r\n", "\n\n\n\n"))
        + rng.choice(("", "", "", "# 单独一行\n", "   # 缩进的一行 \n\n", "\t#又一行\n"))
    )


def _blank(before: Piece, word: Piece, rng: Random, *, may_break: bool) -> str:
    if may_break and word.kind != "MINUS" and before.kind not in {"COLON", "MINUS"} and rng.random() < 0.1:
        return f"{rng.choice(('', ' # 换行'))}\n{' ' * 60}"
    return rng.choice((" ", " ", "  ", "\t", "　"))


def hurriedly(line: str) -> str:
    """Return a line without comment and text as a Chinese keyboard gives it, its indentation kept."""
    words = line.lstrip()
    wide = words.replace("  ", "\t").replace("、", "，").replace("(", "（").replace(")", "）")
    return f"{' ' * (len(line) - len(words))}{wide}　"


@settings(max_examples=min(settings().max_examples, 150))
@given(policy_files())
def test_what_the_tree_is_written_as_is_tidy(file):
    text = format_file(file)

    assert tidied(text) == text


@settings(max_examples=min(settings().max_examples, 150))
@given(policy_files(), st.randoms(use_true_random=False))
def test_tidying_keeps_the_meaning_and_the_comments_and_is_done_once(file, rng):
    hurried = untidy(format_file(file), rng)
    if parse(SourceText("a.policy", hurried)).value != file:
        return  # the break fell where a line may not end

    neat = tidied(hurried)

    assert said(neat) == file
    assert remarks(neat) == remarks(hurried)
    assert tidied(neat) == neat


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize(
    "name", ["units.policy", "4.05-water.policy", "cases/base.policy", "vocabulary.policy"]
)
def test_a_shipped_file_typed_in_a_hurry_comes_back(name):
    text = (policies_directory() / name).read_text(encoding="utf-8")
    hurried = "\n\n".join(
        line if "#" in line or '"' in line else hurriedly(line) for line in text.split("\n")
    )

    neat = tidied(hurried)

    assert said(neat) == said(text)
    assert remarks(neat) == remarks(text)
    assert [line for line in neat.split("\n") if line] == [line for line in text.split("\n") if line]


def test_blanks_signs_and_spellings_become_one():
    written = "定义　「甲」依据 １-01，1-02\n\t对象\t农户\n\t当 （乙>=３万元）且 丙 加 -1 < 4 且 日期（丁）不早于 2023-8-1\n"

    assert tidied(written) == (
        "定义 甲  依据 1-01、1-02\n  对象 农户\n  当 (乙 ≥ 3万元) 且 丙 + -1 < 4 且 日期(丁) 不早于 2023-08-01\n"
    )


def test_lists_are_indented_by_their_depth():
    written = "定义 甲\n 对象 农户\n 当 以下全部：\n  -乙\n  -  以下任一:\n   - 丙\n   - 丁 且\n          戊\n 推导 己.庚\n"

    assert tidied(written) == (
        "定义 甲\n  对象 农户\n  当 以下全部:\n    - 乙\n    - 以下任一:\n        - 丙\n        - 丁 且\n"
        "            戊\n  推导 己.庚\n"
    )


def test_a_list_on_the_line_of_the_declaration_stands_deeper_than_what_follows_it():
    written = "定义 甲 对象 农户 当 以下任一:\n      - 乙\n      - 丙\n   推导 己.庚\n"

    assert tidied(written) == "定义 甲  对象 农户  当 以下任一:\n    - 乙\n    - 丙\n  推导 己.庚\n"


@pytest.mark.parametrize(
    ("written", "neat"),
    [
        pytest.param(
            f"# 头\n\n\n\n{RULE}      # 丙的说明\n# 下一条\n{RULE}",
            f"# 头\n\n{RULE}  # 丙的说明\n\n# 下一条\n{RULE}",
            id="a blank line goes above the comment of the rule below",
        ),
        pytest.param(
            "单位 甲\n    # 甲的说明\n单位 乙\n",
            "单位 甲\n  # 甲的说明\n单位 乙\n",
            id="an indented comment stays below its line",
        ),
        pytest.param(
            f"{RULE}# 尾\n\n\n",
            f"{RULE}# 尾\n",
            id="a comment at the end of the file, without blank lines after it",
        ),
        pytest.param(
            "单位 甲乙   # 一\n单位 a      # 二\n单位 丙 # 三\n",
            "单位 甲乙  # 一\n单位 a     # 二\n单位 丙  # 三\n",
            id="comments below one another stay so",
        ),
        pytest.param("# 只有说明 \n", "# 只有说明\n", id="nothing but a comment"),
        pytest.param("", "", id="an empty file"),
        pytest.param(RULE.rstrip("\n"), RULE, id="no line end at the end of the file"),
        pytest.param(RULE.replace("\n", "\r\n"), RULE.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(
            RULE.replace("\n", "\r\n", 1), RULE.replace("\n", "\r\n"), id="mixed line ends follow the first"
        ),
    ],
)
def test_lines(written, neat):
    assert tidied(written) == neat


def test_a_file_with_a_mistake_is_left_alone():
    checked = tidy(SourceText("a.policy", f"{RULE}定义 乙\n  当 (\n"))

    assert checked.value is None
    assert checked.has_errors
