"""The report in a browser: it opens alone, folds, prints with every reason, and leaves nobody out.

One headless Chromium (Debian's) serves all tests. Where there is none they are skipped.
"""

from __future__ import annotations

import importlib.resources
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.explain.by_hand import ANSWERS

from relapse_rules import load_plan
from relapse_rules.decisions.words import Words
from relapse_rules.explain.page import text_of, texts
from relapse_rules.explain.pages_decision import decision_page
from relapse_rules.explain.rendering import laid_out, render
from relapse_rules.explain.shown import page_of

sync_api = pytest.importorskip("playwright.sync_api", reason="没有装 playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PDFTOTEXT = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="没有 chromium；Debian/Ubuntu：sudo apt install chromium"
)

ROOT = Path(__file__).parents[2]
# Without the background flags Chromium looks for the network as soon as it starts.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OPEN = "each => each.open"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the file of a report with some reasons: enough to see, and quick to open."""
    plan = load_plan(local=[ROOT / "examples" / "county.policy"])
    decision = plan.decide((ROOT / "examples" / "01-flood-dibao.json").read_text(encoding="utf-8"))
    path = tmp_path_factory.mktemp("report") / "报告.html"
    asked = [("纳入监测帮扶", None), *((each.id, each.target) for each in decision.measures_with("yes"))]
    page = decision_page(
        decision,
        Words(plan.vocabulary),
        categories=plan.program.categories,
        eligibility="纳入监测帮扶",
        explanations=[decision.explain(id_, target) for id_, target in asked],
    )
    path.write_text(laid_out(page, "html"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """Return the file of one explanation."""
    path = tmp_path_factory.mktemp("answer") / "理由.html"
    path.write_text(render(ANSWERS["explanation"], "html"), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser):
    """Return a function that opens a file, with what the browser complained of and asked the network for."""
    contexts = []

    def open_(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.asked_for = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.asked_for.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()


def test_it_opens_alone_and_without_a_complaint(opened, report):
    page = opened(report)

    assert page.locator("h1").inner_text() == "防范因灾返贫工作方案 判定和理由"
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.complaints == []
    assert [url for url in page.asked_for if url != report.as_uri()] == []


def test_the_decision_comes_first_and_its_reasons_are_folded(opened, report):
    page = opened(report)

    assert page.get_by_text("应当纳入监测帮扶（依据 1-01）").is_visible()
    assert page.locator("details.fold").count() > 20
    assert page.locator("details.fold[open]").count() == 0


def test_a_reason_opens_and_closes_by_mouse(opened, report):
    page = opened(report)
    fold = page.locator("details.fold").first

    fold.locator("> summary").click(position={"x": 8, "y": 8})
    assert fold.evaluate(OPEN)
    assert page.get_by_text("农户 H1 的“生产生活困难程度”：填报为 严重").first.is_visible()

    fold.locator("> summary").click(position={"x": 8, "y": 8})
    assert not fold.evaluate(OPEN)


def test_a_reason_opens_and_closes_by_keyboard(opened, report):
    page = opened(report)
    fold = page.locator("details.fold").first
    fold.locator("> summary").focus()

    page.keyboard.press("Enter")
    assert fold.evaluate(OPEN)

    page.keyboard.press("Space")
    assert not fold.evaluate(OPEN)


def test_everything_opens_at_once(opened, report):
    page = opened(report)

    page.get_by_role("button", name="全部展开").click()
    assert page.locator("details:not([open])").count() == 0

    page.get_by_role("button", name="全部收起").click()
    assert page.locator("details[open]").count() == 0


def test_a_link_in_the_table_opens_its_reason(opened, report):
    page = opened(report)

    page.locator("table").get_by_role("link", name="及时转移", exact=True).click()
    page.wait_for_function("document.querySelector('details.fold[open]') !== null")

    assert "及时转移" in page.locator("details.fold[open] > summary").first.inner_text()


def test_a_statement_shows_its_words_when_pointed_at_and_when_focused(opened, answer):
    page = opened(answer)
    cite = page.locator("a.cite").first
    shown = "each => getComputedStyle(each, '::after').content"
    assert cite.evaluate(shown) == "none"

    cite.hover()
    assert "够条件的受灾农户及时纳入低保" in cite.evaluate(shown)

    page.mouse.move(0, 0)
    assert cite.evaluate(shown) == "none"
    cite.focus()
    assert "够条件的受灾农户及时纳入低保" in cite.evaluate(shown)


def test_a_statement_is_read_out(opened, answer):
    page = opened(answer)
    session = page.context.new_cdp_session(page)

    nodes = session.send("Accessibility.getFullAXTree")["nodes"]

    described = {
        node["name"]["value"]: node.get("description", {}).get("value")
        for node in nodes
        if node.get("role", {}).get("value") == "link"
    }
    assert described["4.1-02"] == "够条件的受灾农户及时纳入低保"


@pytest.mark.skipif(PDFTOTEXT is None, reason="没有 pdftotext；Debian/Ubuntu：sudo apt install poppler-utils")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_paper_holds_every_reason(opened, answer, tmp_path, script):
    """Also those that are folded away on the screen."""
    page = opened(answer, java_script_enabled=script)
    page.locator("summary").first.click(position={"x": 5, "y": 5})

    page.pdf(path=tmp_path / "paper.pdf", prefer_css_page_size=True)

    paper = unspaced(pdf_text(tmp_path / "paper.pdf"))
    lines = [unspaced(text_of(text)) for text in texts(page_of(ANSWERS["explanation"]).blocks)]
    assert len(lines) > 30
    assert [line for line in lines if line not in paper] == []


def pdf_text(path: Path) -> str:
    return subprocess.run(
        [PDFTOTEXT, "-raw", path, "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout


def unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 400)])
def test_axe_finds_no_violation_in_a_report(opened, report, scheme, width):
    page = opened(report, color_scheme=scheme, viewport={"width": width, "height": 900})
    # Some of each kind are enough.
    page.evaluate(
        """() => {
          const some = "details.fold:nth-of-type(n+4), tbody tr:nth-child(n+4), .statements > div:nth-child(n+4)";
          document.querySelectorAll(some).forEach(each => each.remove());
          document.querySelectorAll("details").forEach(each => { each.open = true; });
        }"""
    )

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ANSWERS)
def test_axe_finds_no_violation_in_an_answer(opened, tmp_path, name):
    path = tmp_path / "answer.html"
    path.write_text(render(ANSWERS[name], "html"), encoding="utf-8")

    assert violations(opened(path)) == []


def violations(page) -> list[tuple[str, list[str]]]:
    axe = (
        importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    )
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
