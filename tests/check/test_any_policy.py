"""Whatever an author types, the checker answers: it never raises, and without an error there is a policy."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relapse_rules import resources
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from, read_from_disk

ROOT = resources.policies_directory()
TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(Path(ROOT).rglob("*"))
    if path.is_file()
}
RULES = [name for name in TEXTS if name.endswith(".policy") and name != "vocabulary.policy"]
TOKEN = re.compile(r"\s+|[\w·]+|.")
WORDS = sorted({token for text in TEXTS.values() for token in TOKEN.findall(text) if token.strip()})

edits = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.integers(0, 10_000),
        st.sampled_from(["put", "add", "drop"]),
        st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=5,
)


def edited(name: str, place: int, what: str, word: str, texts: dict[str, str]) -> str:
    tokens = TOKEN.findall(texts[name])
    position = place % len(tokens)
    if what == "drop":
        del tokens[position]
    elif what == "put":
        tokens[position] = word
    else:
        tokens.insert(position, f"{word} ")
    return "".join(tokens)


@pytest.mark.usefixtures("untraced")
@given(edits)
@settings(max_examples=12)
def test_an_edited_plan_is_checked(changes):
    texts = dict(TEXTS)
    for name, place, what, word in changes:
        texts[name] = edited(name, place, what, word, texts)

    loaded = load_files("cases/all.policy", read_from(texts))
    assert loaded.value is not None
    result = check(loaded.value)

    assert (result.value is None) == (loaded.has_errors or result.has_errors)
    assert len(set(result.diagnostics)) == len(result.diagnostics)


def test_the_shipped_plan_has_no_errors():
    loaded = load_files(str(ROOT / "plan.policy"), read_from_disk)
    assert loaded.value is not None
    result = check(loaded.value)

    assert loaded.diagnostics == ()
    assert {found.code for found in result.diagnostics} <= {"RR0405"}
    assert result.value is not None
