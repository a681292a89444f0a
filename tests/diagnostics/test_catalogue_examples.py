"""Each page's wrong example earns the page's code and nothing else; the right one earns nothing.

``tests/golden/diagnostics`` holds what an author sees of each wrong example; `--snapshot-update` writes it anew.
"""

from pathlib import Path

import pytest

from relapse_rules import resources
from relapse_rules.analysis.lint.linting import lint
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.catalogue import Example, all_codes, explain
from relapse_rules.diagnostics.render import render_terminal
from relapse_rules.source import SourceText

GOLDEN = Path(__file__).parents[1] / "golden" / "diagnostics"
STYLE = "RR09"
# A file without any declaration is also a policy without a header.
WITH_ANOTHER = {"RR0121": {"RR0121", "RR0402"}}

PAGES = [page for code in all_codes() if (page := explain(code.id)) is not None]
# What is proved of all households is not found by checking: `tests/analysis/findings` holds those pages to their word.
WITH_WRONG_EXAMPLE = [page for page in PAGES if page.wrong.files and not page.code.id.startswith("RR08")]


@pytest.fixture(scope="module")
def vocabulary() -> str:
    return (resources.policies_directory() / "vocabulary.policy").read_text(encoding="utf-8")


def findings(
    example: Example, vocabulary: str, *, style: bool = False
) -> tuple[list[Diagnostic], dict[str, SourceText]]:
    """Check an example as the command line would: its first file with its imports, outline and county's own files.

    One that is about style is linted, too.
    """
    texts = {"vocabulary.policy": vocabulary, **{file.name: file.text for file in example.files}}
    overlays = [file.name for file in example.files if file.name.endswith(".local.policy")]
    loaded = load_files(example.files[0].name, read_from(texts), overlays)
    assert loaded.value is not None
    checked = check(loaded.value)
    styled = lint(loaded.value) if style and not checked.has_errors else ()
    return [*loaded.diagnostics, *checked.diagnostics, *styled], dict(loaded.value.sources)


@pytest.mark.parametrize("page", WITH_WRONG_EXAMPLE, ids=lambda page: page.code.id)
def test_the_wrong_example_earns_its_code_and_no_other(page, vocabulary, request):
    found, sources = findings(page.wrong, vocabulary, style=page.code.id.startswith(STYLE))
    rendered = render_terminal(found, sources, colour=False)
    golden = GOLDEN / f"{page.code.id}.txt"
    if request.config.getoption("update_snapshots"):
        golden.write_text(rendered, encoding="utf-8")

    assert {each.code for each in found} == WITH_ANOTHER.get(page.code.id, {page.code.id})
    assert {each.severity for each in found if each.code == page.code.id} == {page.code.severity}
    assert rendered == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code.id)
def test_the_right_example_earns_nothing(page, vocabulary):
    found, sources = findings(page.right, vocabulary, style=page.code.id.startswith(STYLE))

    assert render_terminal(found, sources, colour=False) == "0 个错误，0 个警告\n"


def test_every_golden_text_belongs_to_a_page():
    assert sorted(path.stem for path in GOLDEN.iterdir()) == [page.code.id for page in WITH_WRONG_EXAMPLE]


@pytest.mark.parametrize("page", WITH_WRONG_EXAMPLE, ids=lambda page: page.code.id)
def test_every_finding_says_what_to_do_in_one_line(page, vocabulary):
    found, _ = findings(page.wrong, vocabulary, style=page.code.id.startswith(STYLE))

    for each in found:
        assert "\n" not in each.message
        assert not each.message.endswith(("。", "."))
        assert each.help
