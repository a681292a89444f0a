"""The catalogue holds exactly one page for each code and one code for each page."""

from pathlib import Path

import pytest

from relapse_rules import resources
from relapse_rules.diagnostics import codes_names
from relapse_rules.diagnostics.catalogue import all_codes, as_markdown, explain

GROUPS = {"RR01", "RR02", "RR03", "RR04", "RR05", "RR06", "RR07", "RR08", "RR09"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "diagnostics.md"
# The mistake takes more text than a page can show, or is in a file that is no text; the page says so.
WITHOUT_WRONG_EXAMPLE = {"RR0114", "RR0216", "RR0701", "RR0702"}


def pages() -> list[str]:
    return sorted(path.stem for path in (resources.grammar_directory() / "catalogue").iterdir())


def test_every_code_has_a_page_and_every_page_a_code():
    assert pages() == [code.id for code in all_codes()]


def test_codes_and_names_are_unique_and_in_order():
    ids = [code.id for code in all_codes()]
    names = [code.name for code in all_codes()]

    assert ids == sorted(set(ids))
    assert len(set(names)) == len(names)
    assert {code[:4] for code in ids} == GROUPS


@pytest.mark.parametrize("code", all_codes(), ids=lambda code: code.id)
def test_a_page_explains_shows_and_cures(code):
    page = explain(code.id)

    assert page is not None
    assert page.code == code
    assert page.text.endswith(("。", "：", "）"))
    assert page.cure.endswith(("。", "）"))
    assert bool(page.wrong.files) == (code.id not in WITHOUT_WRONG_EXAMPLE)
    assert page.right.files
    assert page.wrong.files != page.right.files


@pytest.mark.parametrize("asked", ["RR0201", "rr0201", "unknown-name"])
def test_a_code_is_found_by_id_or_by_name(asked):
    page = explain(asked)

    assert page is not None
    assert page.code == codes_names.UNKNOWN_NAME


def test_an_unknown_code_has_no_page():
    assert explain("RR9999") is None


def test_an_example_names_its_files():
    page = explain("RR0503")

    assert page is not None
    assert [file.name for file in page.right.files] == ["示例.policy", "本县.local.policy"]
    assert page.right.files[1].text.startswith("设定 大户人数\n")


def test_a_malformed_page_is_refused(tmp_path, monkeypatch):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "RR0201.md").write_text("# RR0201 unknown-name\n\n没有示例\n", encoding="utf-8")
    monkeypatch.setattr(resources, "grammar_directory", lambda: tmp_path)

    with pytest.raises(ValueError, match=r"RR0201\.md"):
        explain("RR0201")


def test_the_whole_catalogue_is_one_document():
    document = as_markdown()

    headings = [line.split()[1] for line in document.split("\n") if line.startswith("### ")]
    assert headings == [code.id for code in all_codes()]
    assert document.count("**错误示例**") == len(headings)
    assert document.endswith("\n")


def test_the_reference_holds_the_catalogue():
    """Write it anew with ``python -c "from relapse_rules.diagnostics import catalogue; print(catalogue.as_markdown(), end='')"``."""
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown()
