"""The outline: what its lines mean, and what is said about lines that mean nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules import resources
from relapse_rules.check.outline import Decidability, Outline, Statement, parse_outline
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.source import SourceText


def read(text: str) -> tuple[Outline, tuple[Diagnostic, ...], SourceText]:
    source = SourceText("plan.outline", text)
    checked = parse_outline(source)
    assert checked.value is not None
    return checked.value, checked.diagnostics, source


def wide(text: str) -> str:
    """Return ``text`` as a full-width keyboard types it."""
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def only(text: str) -> Statement:
    outline, diagnostics, _ = read(text)
    assert diagnostics == ()
    (statement,) = outline.statements
    return statement


def test_a_line_is_id_testability_and_words():
    statement = only("# 说明\n\n== 一(一) 自然灾害\n1.1-02 需裁量 没有点名的灾害 由人认定\n")

    assert statement.id == "1.1-02"
    assert statement.testability is Decidability.NEEDS_JUDGEMENT
    assert statement.text == "没有点名的灾害 由人认定"
    assert statement.clause == "一(一)"
    assert statement.line == 4


def test_full_width_signs_and_spaces_mean_the_same_and_the_words_stay_as_written():
    heading, start = wide("== 一(一) 自然灾害"), wide(" 1.1-02 可判 ")

    statement = only(f"  {heading}\r\n{start}点名{wide('6')}种\r\n")

    assert (statement.id, statement.clause) == ("1.1-02", "一(一)")
    assert statement.testability is Decidability.DECIDABLE
    assert statement.text == f"点名{wide('6')}种"


@pytest.mark.parametrize(("word", "expected"), [("可判", True), ("需裁量", True), ("不可判", False)], ids=str)
def test_only_statements_that_can_be_decided_must_be_accounted_for(word, expected):
    assert only(f"== 一\n1-01 {word} 大意\n").must_be_accounted_for is expected


def test_lookup_by_id_and_place_in_the_plan():
    outline, _, _ = read("== 二\n2-01 可判 甲\n== 一\n1-01 可判 乙\n")

    assert len(outline) == 2
    assert "1-01" in outline
    assert "1-02" not in outline
    assert outline.find("1-02") is None
    assert [outline.position(name) for name in ("2-01", "1-01")] == [0, 1]
    with pytest.raises(KeyError):
        outline.position("1-02")


MALFORMED = {
    "no-id": ("== 一\n需裁量 大意\n", "需裁量", "“需裁量”不是陈述编号"),
    "id-without-number": ("== 一\n1.1 可判 大意\n", "1.1", "“1.1”不是陈述编号"),
    "no-testability": ("== 一\n1-01\n", "1-01", "陈述1-01没有写可判性和大意"),
    "other-testability": ("== 一\n1-01 可以判 大意\n", "可以判", "“可以判”不是可判性"),
    "no-words": ("== 一\n1-01 可判\n", "1-01 可判", "陈述1-01没有写大意"),
    "no-heading": ("1-01 可判 大意\n", "1-01", "陈述1-01不在任何条款之下"),
    "empty-heading": ("==\n", "==", "标题没有写条款名"),
}


@pytest.mark.parametrize(("text", "place", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_line_is_reported_at_the_wrong_text_and_left_out(text, place, message):
    outline, diagnostics, source = read(text)

    (diagnostic,) = diagnostics
    assert diagnostic.code == "RR0605"
    assert diagnostic.message == message
    assert source.slice(diagnostic.span) == place
    assert diagnostic.help
    assert outline.statements == ()


def test_a_second_statement_of_one_id_is_reported_with_both_places():
    outline, diagnostics, source = read("== 一\n1-01 可判 甲\n1-02 可判 乙\n1-01 不可判 丙\n")

    (diagnostic,) = diagnostics
    assert diagnostic.code == "RR0606"
    assert source.line_column(diagnostic.span.start) == (4, 1)
    assert source.line_column(diagnostic.labels[0].span.start) == (2, 1)
    assert [statement.text for statement in outline.statements] == ["甲", "乙"]


def test_all_mistakes_of_a_file_are_reported_at_once():
    _, diagnostics, source = read("1-01 可判 甲\n== 一\n甲\n1-02 可判 乙\n1-02 可判 丙")

    lines = [source.line_column(diagnostic.span.start)[0] for diagnostic in diagnostics]
    assert lines == [1, 3, 5]


def test_an_empty_outline_has_no_statements():
    outline, diagnostics, _ = read("")

    assert (len(outline), diagnostics) == (0, ())


SOUP = st.text(st.sampled_from("01-.= #\t\u3000\uff1d\uff03可判不需裁量一(x"), max_size=20)
LINE = (
    st.sampled_from(
        ["# 说明", "== 一", "==", "1-01 可判 甲", "1-02 需裁量 乙", "1-02 可判", "1-x 可判 丙", ""]
    )
    | SOUP
)


@given(st.builds(str.join, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(LINE, max_size=8)))
def test_every_line_is_a_comment_a_heading_a_statement_or_a_finding(text):
    """Nothing is dropped in silence."""
    outline, diagnostics, source = read(text)

    said = {number for number in range(1, len(source.line_starts) + 1) if source.line(number).strip()}
    comments = {n for n in said if source.line(n).strip()[0] in "#\uff03"}
    headings = {n for n in said if source.line(n).strip().replace("\uff1d", "=").startswith("==")}
    statements = {statement.line for statement in outline.statements}
    reported = {source.line_column(diagnostic.span.start)[0] for diagnostic in diagnostics}
    assert said == comments | headings | statements | reported
    assert not statements & reported


# --- the outline that ships with the package ---


@pytest.fixture(scope="module", name="plan")
def county_plan() -> Outline:
    (path,) = resources.policies_directory().rglob("plan.outline")
    outline, diagnostics, _ = read(path.read_text(encoding="utf-8"))
    assert diagnostics == ()
    return outline


def test_the_county_plan_has_all_statements_of_the_plan(plan):
    counts = {
        kind: sum(statement.testability is kind for statement in plan.statements) for kind in Decidability
    }
    assert counts == {
        Decidability.DECIDABLE: 61,
        Decidability.NEEDS_JUDGEMENT: 73,
        Decidability.UNDECIDABLE: 31,
    }


def test_the_county_plan_numbers_the_statements_of_a_clause_without_a_gap(plan):
    sections: dict[str, list[int]] = {}
    for statement in plan.statements:
        section, _, number = statement.id.rpartition("-")
        sections.setdefault(section, []).append(int(number))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sections.values())


@pytest.mark.parametrize(
    ("statement_id", "clause"),
    [("0-01", "引言"), ("1.3-02", "一(三)"), ("3-01", "三"), ("4.10-08", "四(十)"), ("6.3-03", "六(三)")],
)
def test_the_county_plan_puts_statements_under_their_clause(plan, statement_id, clause):
    found = plan.find(statement_id)
    assert found is not None
    assert found.clause == clause
