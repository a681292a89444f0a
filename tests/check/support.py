"""Small policies in text: what the checker says of them, and what the oracle concludes from them."""

from __future__ import annotations

from collections.abc import Mapping

from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics import Checked
from relapse_rules.facts.read import read_case
from relapse_rules.reference import evaluate

HEADER = '导入 "vocabulary.policy"\n政策 试验\n  类别 甲类、乙类\n'
"""The shipped vocabulary and a header, before the declarations of a test."""

NOW = "    判定时点 为 2023-08-02 09:00\n    农户 H1:\n"


def checked(
    text: str, *, header: str = HEADER, files: Mapping[str, str] | None = None, local: str | None = None
) -> Checked[TypedPolicy]:
    """Return what loading and checking give together."""
    texts = {"试验.policy": header + text, **(files or {})}
    overlays = [] if local is None else ["本县.policy"]
    if local is not None:
        texts["本县.policy"] = local
    loaded = load_files("试验.policy", read_from(texts), overlays)
    assert loaded.value is not None
    result = check(loaded.value)
    return Checked(result.value, (*loaded.diagnostics, *result.diagnostics))


def policy(text: str, **more: object) -> TypedPolicy:
    """Return the typed policy of a text without errors."""
    result = checked(text, **more)
    assert result.value is not None, [(found.code, found.message) for found in result.diagnostics]
    return result.value


def reported(text: str, **more: object) -> list[tuple[str, str]]:
    """Return each finding's code and the text that it underlines."""
    files = {"试验.policy": more.get("header", HEADER) + text, **(more.get("files") or {})}
    if more.get("local") is not None:
        files["本县.policy"] = more["local"]
    return [
        (found.code, files.get(found.span.file, "")[found.span.start : found.span.end])
        for found in checked(text, **more).diagnostics
    ]


def condition_of(text: str, entity: str = "农户") -> list[tuple[str, str]]:
    """Return the findings of one 定义 whose condition is ``text``."""
    return reported(f"定义 问\n  对象 {entity}\n  当 {text}\n")


def answers(condition: str, given: str = "", entity: str = "农户", more: str = "") -> tuple[bool | None, ...]:
    """Return what the oracle makes of a condition for each element of ``entity``, with facts written as in a 用例."""
    text = f"{more}定义 问\n  对象 {entity}\n  当 {condition}\n用例 例\n  给定\n{NOW}{given}  期望\n    问 为 未知\n"
    typed = policy(text)
    rails = evaluate(typed, read_case(typed.cases[0].facts, typed.vocabulary))
    return rails.declared["问"]


def answer(condition: str, given: str = "", entity: str = "农户", more: str = "") -> bool | None:
    """Return the one answer for an entity of which there is one."""
    (only,) = answers(condition, given, entity, more)
    return only
