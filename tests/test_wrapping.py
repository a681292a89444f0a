"""Lines are full of whole words, in terminal cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.source import cells
from relapse_rules.wrapping import wrap

TEXTS = st.text(alphabet="县民政局、，（）“”。；abc4.1-02 ", max_size=60)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        pytest.param("", 10, [""], id="empty"),
        pytest.param("县民政局", 8, ["县民政局"], id="fits exactly"),
        pytest.param("县民政局", 7, ["县民政", "局"], id="one cell too wide"),
        pytest.param("县民政局、县财政局", 12, ["县民政局、", "县财政局"], id="breaks between items"),
        pytest.param("一二三四五六，七八", 12, ["一二三四五", "六，七八"], id="no sign begins a line"),
        pytest.param("一二三（四五六）", 8, ["一二三", "（四五", "六）"], id="no bracket ends a line"),
        pytest.param("依据 4.1-02", 10, ["依据", "4.1-02"], id="an id stays whole"),
        pytest.param("abcdef", 4, ["abcd", "ef"], id="unless it is wider than the line"),
        pytest.param("甲\n乙", 10, ["甲", "乙"], id="own line breaks"),
    ],
)
def test_wrapping(text, width, lines):
    assert wrap(text, width) == lines


@given(text=TEXTS, width=st.integers(4, 30))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text, width):
    lines = wrap(text, width)

    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
