"""The shipped policies and cases, written in the canonical form and read again."""

from pathlib import Path

import pytest

from relapse_rules.source import SourceText
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.parse import parse

ROOT = Path(__file__).parent.parent.parent
FILES = sorted([*(ROOT / "policies").rglob("*.policy"), ROOT / "examples" / "county.policy"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_survives_its_canonical_form(path: Path) -> None:
    written = parse(SourceText(path.name, path.read_text("utf-8")))
    assert written.value is not None
    assert written.diagnostics == ()

    again = parse(SourceText(path.name, format_file(written.value)))

    assert again.diagnostics == ()
    assert again.value == written.value
    assert format_file(written.value) == format_file(again.value)
