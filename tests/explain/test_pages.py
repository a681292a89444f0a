"""What the pages say: everything that a value holds, each thing once, and nothing that it does not hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.explain.by_hand import ANSWERS, EXPLANATION

from relapse_rules import load_plan
from relapse_rules.decisions.model import Target
from relapse_rules.explain.model import PremiseKind
from relapse_rules.explain.page import (
    Cite,
    Fields,
    Fold,
    Heading,
    Items,
    Link,
    Node,
    Page,
    Paragraph,
    Table,
    Tone,
    Tree,
    Words,
)
from relapse_rules.explain.render_html import render_fragment, render_html
from relapse_rules.explain.render_markdown import render_markdown
from relapse_rules.explain.render_text import render_text
from relapse_rules.explain.rendering import laid_out, render
from relapse_rules.explain.reporting import listed
from relapse_rules.explain.shown import page_of
from relapse_rules.source import cells

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
SECRET = 4
"""A shorter value may stand in a page for another reason."""
WIDE = 100_000
"""A width in which nothing is broken."""


@pytest.fixture(scope="module")
def plan():
    return load_plan(local=[ROOT / "examples" / "county.policy"])


# --- the words themselves -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_a_terminal(name, snapshot):
    assert render(ANSWERS[name]) == snapshot


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_as_markdown(name, snapshot):
    assert render(ANSWERS[name], "markdown") == snapshot


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_a_notebook(name):
    answer = ANSWERS[name]

    assert answer._repr_markdown_() == render(answer, "markdown")
    assert words_of(answer._repr_html_()).split() == words_of(render(answer, "html")).split()
    assert "<script" not in answer._repr_html_()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_as_json_holds_its_fields(name):
    dumped = json.loads(render(ANSWERS[name], "json"))

    assert list(dumped) == list(type(ANSWERS[name]).__dataclass_fields__)


def test_two_answers_in_one_notebook_do_not_share_anchors():
    first, second = (ids_of(render_fragment(page_of(ANSWERS[name]))) for name in ("explanation", "why-not"))

    assert first
    assert not set(first) & set(second)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="没有“pdf”这种格式"):
        render(EXPLANATION, "pdf")


def test_a_value_that_nothing_shows_is_refused():
    with pytest.raises(TypeError, match="no page shows a int"):
        page_of(3)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", ANSWERS)
def test_no_line_is_wider_than_the_terminal(name, width):
    lines = render_text(page_of(ANSWERS[name]), width=width).splitlines()

    assert max(map(cells, lines)) <= width


def test_a_terminal_without_lines_gets_typed_ones():
    text = render_text(page_of(EXPLANATION), drawn=False)

    assert not set(text) & set("├└│─")
    assert "  |- 第 2 步 是  受灾农户" in text


def test_an_outcome_at_the_beginning_of_a_line_is_coloured():
    text = render_text(page_of(EXPLANATION), paint=lambda words, tone: f"<{tone.value}>{words}</>")

    assert "├─ <yes>是</>  人均纯收入 低于 低保年标准\n" in text
    assert re.sub(r"<[a-z/]*>", "", text) == render_text(page_of(EXPLANATION))


# --- every answer of the plan ---------------------------------------------------------------------


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_explanation_tells_each_fact_and_each_statement_once(plan, path):
    """What a proof rests on stands in it once, with its value, and each statement with its words."""
    decision = plan.decide(path.read_text(encoding="utf-8"))

    for id_, target in listed(decision):
        explanation = decision.explain(id_, target)
        assert_told_once(explanation, render_text(page_of(explanation), width=WIDE))


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_the_other_formats_tell_the_same(plan, format_):
    read = {"markdown": unescaped, "html": words_of}[format_]
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))

    for id_, target in listed(decision):
        explanation = decision.explain(id_, target)
        assert_told_once(explanation, read(render(explanation, format_)))


def assert_told_once(explanation, text: str) -> None:
    steps = [step for root in (explanation.proof, *explanation.exceptions) for step in all_steps(root)]
    told = [premise for step in steps for premise in step.premises if premise.seen_in is None]
    stated = sorted((phrase(premise) for premise in told if premise.value is not None), key=len, reverse=True)
    cites = {cite.id: cite.gist for step in steps for cite in step.cites}

    assert len(set(told)) == len(told)
    assert {*explanation.premises, *explanation.missing} <= {*told}
    assert not stated or Counter(re.findall("|".join(map(re.escape, stated)), text)) == Counter(stated)
    assert text.count("没有填报") == sum(absent(premise) for premise in told)
    for cite, gist in cites.items():
        words = rf"(?<![\d.-]){re.escape(cite)}[ \n]+{re.escape(gist)}(?=\n)"
        assert len(re.findall(words, text)) == 1, cite


def phrase(premise) -> str:
    """Return the words that tell a stated premise, from its name to the end of its value."""
    field = premise.name.partition("：")[2]
    match premise.kind:
        case PremiseKind.FACT if premise.hidden:
            return f"“{field}”：已填报，属个人信息，不显示"
        case PremiseKind.FACT:
            return f"“{field}”：填报为 {premise.value}{'（' if premise.source else ''}"
        case PremiseKind.LIST:
            return f"{premise.name}：已提供，{'名单为空' if premise.value == '空' else premise.value}"
        case PremiseKind.PARAMETER:
            return f"{premise.name}：取值 {premise.value}（来源"
        case PremiseKind.READING:
            return f"{premise.name}：取“{premise.value}”"
        case PremiseKind.MOMENT:
            return "判定时点：20"


def absent(premise) -> bool:
    return premise.value is None and premise.kind is PremiseKind.FACT


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "json"])
def test_personal_values_are_shown_only_when_asked_for(plan, format_):
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))
    compared = 0

    for id_, target in listed(decision):
        closed, opened = decision.explain(id_, target), decision.explain(id_, target, personal=True)
        hidden = {
            shown.value
            for shown, kept in zip(opened.premises, closed.premises, strict=True)
            if kept.hidden and shown.value is not None and len(shown.value) >= SECRET
        }
        for value in hidden:
            assert value not in render(closed, format_)
            assert value in render(opened, format_)
            compared += 1

    assert compared > 0


def test_a_report_holds_every_outcome_and_its_links_lead_somewhere(plan):
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))

    text = laid_out(decision.page(), "html")

    folds = re.findall(r'<details class="fold"', text)
    ids = ids_of(text)
    assert len(folds) == len(list(listed(decision)))
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)
    assert set(re.findall(r'aria-describedby="([^"]+)"', text)) <= set(ids)
    assert "://" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_a_report_tells_a_reason_once_and_refers_to_it_afterwards(plan):
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))

    text = words_of(laid_out(decision.page(), "html"))

    assert text.count("灾害子类 属于 水旱灾害、") == 1
    assert text.count("理由见前") > 50


def test_a_decision_in_a_notebook_is_its_table(plan):
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))

    assert "纳入最低生活保障" in words_of(decision._repr_html_())
    assert "<details" not in decision._repr_html_()
    assert "| 措施 | 对象 | 力度 |" in decision._repr_markdown_()


# --- any text at all ------------------------------------------------------------------------------

ANY = st.text(
    st.sampled_from("<>&\"'`*_|[]()!#-+.1~\\:/ \n甲") | st.characters(exclude_categories=["Cs"]), max_size=12
)
HOSTILE = ANY | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style></main>",
        "</details>",
        "![x](http://x)",
        "a|b\n# c",
        "\x1b[31m",
    ]
)


def page_with(text: str) -> Page:
    line = (Words(text), Words(f"x{text}x", Tone.STRONG), Cite(text, f"甲{text}"), Link(f"见{text}", "a"))
    return Page(
        f"题{text}",
        (
            Heading(2, f"部分{text}"),
            Fields(((f"名{text}", line),)),
            Paragraph((Words("段"), *line)),
            Items(((Words("项"), *line),)),
            Table(
                f"表{text}", (f"甲{text}", "乙"), (((Words("格"), *line), line),), groups=((0, f"组{text}"),)
            ),
            Tree((Node((Words("点"), *line), (line,), (Node((Words("下"), *line)),), anchor=f"a{text}"),)),
            Fold((Words("折"), *line), (Paragraph((Words("内"), *line)),), anchor="f"),
        ),
    )


FEWER = settings(max_examples=min(settings().max_examples, 200))
PLAIN = page_with("甲")


@FEWER
@given(HOSTILE)
def test_no_text_is_taken_for_html(text):
    assert structure_of(render_html(page_with(text))) == structure_of(render_html(PLAIN))


@FEWER
@given(HOSTILE)
def test_html_shows_every_text_as_it_is(text):
    shown = data_of(render_html(page_with(text)))

    assert f"题{text}" in shown


@FEWER
@given(HOSTILE)
def test_no_text_is_taken_for_markdown(text):
    assert tokens_of(render_markdown(page_with(text))) == tokens_of(render_markdown(PLAIN))


@FEWER
@given(HOSTILE)
def test_no_text_steers_a_terminal(text):
    assert all(character.isprintable() or character == "\n" for character in render_text(page_with(text)))


# --- reading what was rendered --------------------------------------------------------------------


class _Parsed(HTMLParser):
    """The tags with the names of their attributes, and the text between them; styles and scripts left out."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.structure: list[object] = []
        self.data: list[str] = []
        self._skipped = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.structure.append((tag, tuple(name for name, _ in attrs)))
        self._skipped += tag in {"style", "script", "title"}

    def handle_endtag(self, tag):
        self.structure.append(tag)
        self._skipped -= tag in {"style", "script", "title"}
        if tag in {"li", "p", "summary", "div", "tr", "dt", "dd", "h1", "h2", "h3"}:
            self.data.append("\n")

    def handle_data(self, data):
        if not self._skipped:
            self.data.append(data)


def structure_of(text: str) -> list[object]:
    return _Parsed(text).structure


def data_of(text: str) -> str:
    return "".join(_Parsed(text).data)


def words_of(text: str) -> str:
    """Return what is read in HTML."""
    return data_of(text)


def ids_of(text: str) -> list[str]:
    return re.findall(r' id="([^"]*)"', text)


def unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("**", "") + "\n"


def tokens_of(text: str) -> list[str]:
    """Return how Markdown is understood: the kinds of its parts, plain words and line breaks aside."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    kinds = [token.type for token in tokens]
    inner = [
        child.type
        for token in tokens
        for child in token.children or ()
        if child.type not in {"text", "softbreak", "text_special"}
        and not (child.type == "html_inline" and child.content == "<br>")
    ]
    return kinds + inner


def all_steps(step):
    yield step
    for part in step.parts:
        yield from all_steps(part)


def test_the_target_of_nobody_is_told(plan):
    """A list that was not supplied is no household without members."""
    decision = plan.decide((ROOT / "examples" / "02-flood-first-report.json").read_text(encoding="utf-8"))
    nobody = next(target for _, target in listed(decision) if target == Target("member", None))
    id_ = next(id_ for id_, target in listed(decision) if target == nobody)

    text = render(decision.explain(id_, nobody))

    assert "没有提供" in text
    assert "名单为空" not in text
