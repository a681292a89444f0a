"""Small policies over the facts of the county plan, and what is found about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from relapse_rules import resources
from relapse_rules.analysis.findings.finders import find_all
from relapse_rules.analysis.findings.model import Finding
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.source import SourceText

HEAD = """
导入 "vocabulary.policy"
政策 示例方案
  生效日期 2023-07-28
  类别 甲类

单位 县民政局

"""


@cache
def vocabulary() -> str:
    return (resources.policies_directory() / "vocabulary.policy").read_text(encoding="utf-8")


def checked(text: str) -> tuple[TypedPolicy, Mapping[str, SourceText]]:
    """Return a policy whose main file holds ``text``."""
    texts = {"vocabulary.policy": vocabulary(), "示例.policy": text}
    loaded = load_files("示例.policy", read_from(texts)).value
    assert loaded is not None
    policy = check(loaded).value
    assert policy is not None, check(loaded).diagnostics
    return policy, loaded.sources


def found(text: str, *only: str) -> list[Finding]:
    """Return the findings of the codes ``only``, or all, about the policy with these declarations."""
    return found_in(HEAD + text, only or None)


def found_in(text: str, only: Collection[str] | None = None) -> list[Finding]:
    return list(find_all(*checked(text), only=only))


def rules(findings: list[Finding]) -> list[tuple[str, ...]]:
    return [each.rules for each in findings]


def measure(name: str, when: str, *more: str, done: str = "享受低保 为 是", entity: str = "农户") -> str:
    lines = [f"措施 {name}", "  类别 甲类", f"  对象 {entity}", f"  当 {when}", "  力度 应当"]
    lines += ["  责任单位 县民政局", "  时限 及时", *(f"  {line}" for line in more)]
    lines += [f"  完成 {done}"] if done else []
    return "\n".join(lines) + "\n\n"


def exception(name: str, when: str, effect: str) -> str:
    return f"例外 {name}\n  对象 农户\n  当 {when}\n  效果 {effect}\n\n"


def definition(name: str, when: str, entity: str = "农户") -> str:
    return f"定义 {name}\n  对象 {entity}\n  当 {when}\n\n"


def reading(name: str, taken: str, other: str) -> str:
    return f'解读 {name}\n  取 {taken}\n  可取 {taken}、{other}\n  理由 "试验"\n\n'
