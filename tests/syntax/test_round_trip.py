"""What is written from a tree reads as that tree, whatever the names and however deep the conditions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.effort import COMPILED
from tests.strategies.policy_files import BY_KIND, policy_files
from tests.strategies.trees import expressions, names

from relapse_rules.resources import policies_directory
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import Definition, PolicyFile
from relapse_rules.syntax.format import format_file
from relapse_rules.syntax.parse import parse
from relapse_rules.syntax.tree import Name

SHARED = settings(max_examples=min(settings().max_examples, 120))
"""Of each of some twenty kinds, which are read and written by the same code."""
BUNDLED = sorted(policies_directory().rglob("*.policy"))


def _read(text: str) -> PolicyFile:
    checked = parse(SourceText("a.policy", text))
    assert not checked.diagnostics, text
    assert checked.value is not None
    return checked.value


@pytest.mark.parametrize("keyword", BY_KIND)
@SHARED
@given(data=st.data())
def test_a_declaration_of_each_kind(keyword, data):
    file = PolicyFile(declarations=(data.draw(BY_KIND[keyword]),))

    assert _read(format_file(file)) == file


@COMPILED
@given(expressions, names)
def test_an_expression(expression, name):
    file = PolicyFile(declarations=(Definition(name=name, entity=Name(text="甲"), condition=expression),))

    assert _read(format_file(file)) == file


@COMPILED
@given(policy_files())
def test_the_canonical_form_of_the_canonical_form_is_itself(file):
    text = format_file(file)

    assert format_file(_read(text)) == text


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.name)
def test_bundled_policies(path):
    text = path.read_text(encoding="utf-8")

    file = _read(text)

    assert _read(format_file(file)) == file
