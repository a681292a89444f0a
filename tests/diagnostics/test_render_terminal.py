"""How a diagnostic looks in a terminal: text, escapes and columns, written out by hand."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.diagnostics import Diagnostic, Label, Severity
from relapse_rules.diagnostics.render import render_terminal
from relapse_rules.source import NOWHERE, SourceText, Span, cells

POLICY = """定义 收入偏低
  对象 农户
  当 人均年收入 低于 7000元/户/年
"""


def find(text: str, part: str, *, file: str = "示例.policy") -> Span:
    start = text.index(part)
    return Span(file, start, start + len(part))


def error(
    span: Span, *labels: Label, message: str = "写错了", code: str = "RR0302", help_: str = ""
) -> Diagnostic:
    return Diagnostic(
        code=code, severity=Severity.ERROR, message=message, span=span, help=help_, labels=labels
    )


def render(text: str, *diagnostics: Diagnostic, width: int | None = None, colour: bool = False) -> str:
    sources = {"示例.policy": SourceText("示例.policy", text)}
    return render_terminal(diagnostics, sources, colour=colour, width=width)


def shown(text: str, span: Span, *, width: int | None = None) -> tuple[str, str]:
    """Return the printed line of source and the line of carets, both without the gutter."""
    lines = render(text, error(span), width=width).split("\n")
    return lines[3][4:], lines[4][4:]


def test_a_whole_diagnostic():
    found = error(
        find(POLICY, "7000元/户/年"),
        message="“人均年收入”以“元/人/年”计，此处写的是“元/户/年”",
        help_="把单位改为“元/人/年”，或改用另一项事实",
    )

    assert render(POLICY, found) == (
        "error[RR0302]: “人均年收入”以“元/人/年”计，此处写的是“元/户/年”\n"
        " --> 示例.policy:3:14\n"
        "  |\n"
        "3 |   当 人均年收入 低于 7000元/户/年\n"
        "  |                      ^^^^^^^^^^^^\n"
        "  = help: 把单位改为“元/人/年”，或改用另一项事实\n"
        "\n"
        "1 个错误，0 个警告\n"
    )


def test_labels_stand_under_the_same_line_or_as_places_of_their_own():
    found = error(
        find(POLICY, "7000元/户/年"),
        Label(span=find(POLICY, "收入偏低"), message="在这个定义里"),
        Label(span=find(POLICY, "人均年收入"), message="以元/人/年计"),
        Label(span=Span("别处.policy", 3, 4), message="另一处声明"),
    )

    assert render(POLICY, found).split("\n")[3:-3] == [
        "3 |   当 人均年收入 低于 7000元/户/年",
        "  |                      ^^^^^^^^^^^^",
        "  |      ---------- 以元/人/年计",
        " ::: 别处.policy",
        "  | 另一处声明",
        " ::: 示例.policy:1:4",
        "  |",
        "1 | 定义 收入偏低",
        "  |      -------- 在这个定义里",
    ]


def test_the_gutter_is_as_wide_as_the_largest_line_number():
    text = "甲\n" * 9 + "乙\n"

    lines = render(text, error(find(text, "乙"), Label(span=Span("示例.policy", 0, 1), message="先"))).split(
        "\n"
    )

    assert lines[1:9] == [
        "  --> 示例.policy:10:1",
        "   |",
        "10 | 乙",
        "   | ^^",
        "  ::: 示例.policy:1:1",
        "   |",
        " 1 | 甲",
        "   | -- 先",
    ]


@pytest.mark.parametrize(
    ("text", "part", "line", "carets"),
    [
        pytest.param("ab cd", "cd", "ab cd", "   ^^", id="half-width"),
        pytest.param("规则 甲", "甲", "规则 甲", "     ^^", id="wide"),
        pytest.param("１天 乙", "乙", "１天 乙", "     ^^", id="full-width digit"),
        pytest.param("\t甲", "甲", "    甲", "    ^^", id="tab"),
        pytest.param("当\t甲", "甲", "当  甲", "    ^^", id="tab stops after a wide character"),
        pytest.param("abcd\t甲", "甲", "abcd    甲", "        ^^", id="tab at a tab stop"),
        pytest.param("e\u0301甲", "甲", "e\u0301甲", " ^^", id="combining mark has no cell"),
        pytest.param("e\u0301", "\u0301", "e\u0301", "^", id="combining mark alone is marked at its base"),
        pytest.param("☀\ufe0f甲", "甲", "☀\ufe0f甲", " ^^", id="variation selector has no cell"),
        pytest.param("甲\x1b[31m乙", "乙", "甲\\x1b[31m乙", "          ^^", id="escape code"),
        pytest.param("甲\u202e乙", "\u202e", "甲\\u202e乙", "  ^^^^^^", id="direction mark"),
        pytest.param("甲\u200b乙", "乙", "甲\\u200b乙", "        ^^", id="invisible space"),
        pytest.param("甲\x85乙", "乙", "甲\\x85乙", "      ^^", id="a line end for Python only"),
    ],
)
def test_carets_stand_under_the_place(text, part, line, carets):
    assert shown(text, find(text, part)) == (line, carets)


@pytest.mark.parametrize(
    ("text", "start", "end", "place", "line", "carets"),
    [
        pytest.param("", 0, 0, "1:1", "1 |", "  | ^", id="empty file"),
        pytest.param("甲", 1, 1, "1:2", "1 | 甲", "  |   ^", id="end without line end"),
        pytest.param("甲\n", 2, 2, "2:1", "2 |", "  | ^", id="end after line end"),
        pytest.param("甲", 7, 9, "1:2", "1 | 甲", "  |   ^", id="behind the end"),
        pytest.param("甲\r\n乙", 1, 3, "1:2", "1 | 甲", "  |   ^", id="line end"),
        pytest.param("甲乙", 1, 0, "1:2", "1 | 甲乙", "  |   ^", id="end before start"),
    ],
)
def test_places_at_edges_are_shown(text, start, end, place, line, carets):
    lines = render(text, error(Span("示例.policy", start, end))).split("\n")

    assert lines[1] == f" --> 示例.policy:{place}"
    assert lines[3:5] == [line, carets]


def test_a_span_over_lines_shows_the_first_and_says_where_it_ends():
    span = Span("示例.policy", POLICY.index("收入"), POLICY.index("低于"))

    assert render(POLICY, error(span)).split("\n")[3:5] == [
        "1 | 定义 收入偏低",
        "  |      ^^^^^^^^ （到第 3 行）",
    ]


@pytest.mark.parametrize(
    ("before", "after", "line", "carets"),
    [
        pytest.param("长" * 40, "尾" * 40, "…长长长错误尾尾尾…", "       ^^^^", id="in the middle"),
        pytest.param("", "尾" * 40, "错误尾尾尾尾尾尾…", "^^^^", id="at the start"),
        pytest.param("长" * 40, "", "…长长长长长长错误", "             ^^^^", id="at the end"),
    ],
)
def test_a_long_line_is_cut_around_the_span(before, after, line, carets):
    text = before + "错误" + after

    assert shown(text, find(text, "错误"), width=24) == (line, carets)


def test_a_long_span_is_shown_from_its_start():
    text = "前" + "错" * 100

    line, carets = shown(text, find(text, "错" * 100), width=24)

    assert line == "…错错错错错错错错…"
    assert carets == " " + "^" * 16


def test_a_label_on_a_long_line_is_shown_by_itself():
    text = "甲" + "长" * 100 + "乙"

    rendered = render(text, error(find(text, "乙"), Label(span=find(text, "甲"), message="看这里")), width=24)

    assert rendered.split("\n")[3:9] == [
        "1 | …长长长长长长长乙",
        "  |                ^^",
        " ::: 示例.policy:1:1",
        "  |",
        "1 | 甲长长长长长长长…",
        "  | -- 看这里",
    ]


def test_a_place_in_no_file_has_no_location():
    assert render("", error(NOWHERE)) == "error[RR0302]: 写错了\n\n1 个错误，0 个警告\n"


def test_words_cannot_write_escape_codes():
    found = error(NOWHERE, message="“\x1b[2J”不认识\n", help_="删去\x07")

    assert render("", found).split("\n")[:2] == [
        "error[RR0302]: “\\x1b[2J”不认识\\x0a",
        "  = help: 删去\\x07",
    ]


def test_colour_adds_codes_and_nothing_else():
    found = error(find(POLICY, "低于"), Label(span=find(POLICY, "农户"), message="对象"), help_="改")

    coloured = render(POLICY, found, colour=True)

    assert coloured.startswith("\x1b[1;31merror[RR0302]\x1b[0m")
    assert strip_colour(coloured) == render(POLICY, found)


def strip_colour(text: str) -> str:
    first, *rest = text.split("\x1b[")
    return first + "".join(part.partition("m")[2] for part in rest)


@given(
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120),
    start=st.integers(min_value=-3, max_value=130),
    length=st.integers(min_value=0, max_value=130),
    width=st.integers(min_value=1, max_value=200),
)
def test_any_text_and_span_renders_within_the_width(text, start, length, width):
    rendered = render(text, error(Span("示例.policy", start, start + length)), width=width)

    lines = rendered.split("\n")
    assert lines[-2] == "1 个错误，0 个警告"
    assert {unicodedata.category(character) for character in rendered} - {"Cc"} == {
        unicodedata.category(character) for character in rendered.replace("\n", "")
    }
    # A terminal too narrow for anything still gets twenty cells; a caret may stand one cell behind the text.
    room = max(width, 20 + len(lines[3].partition("|")[0]) + len("| "))
    assert cells(lines[3]) <= room
    assert lines[4].count("^") >= 1
    assert cells(lines[4].partition("（")[0].rstrip()) <= room + 1
