"""The catalogue of diagnostic codes: one entry for each mistake that a policy file can hold.

An entry is forever. Its long form (explanation, a wrong and a right example, the cure) lives in
``grammar/catalogue/RRnnnn.md`` (package data) and is read by `explain`; the codes themselves are the constants of
the modules ``codes_*``, which passes use to make diagnostics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final

from relapse_rules import resources
from relapse_rules.diagnostics import (
    Severity,
    codes_backend,
    codes_conflicts,
    codes_coverage,
    codes_findings,
    codes_names,
    codes_structure,
    codes_style,
    codes_syntax,
    codes_types,
)
from relapse_rules.diagnostics.code import Code

__all__ = ["Code", "Example", "ExampleFile", "Explanation", "all_codes", "as_markdown", "explain"]

_MODULES: Final = (
    (codes_syntax, "句法"),
    (codes_names, "名称与引用"),
    (codes_types, "类型与单位"),
    (codes_structure, "声明的结构"),
    (codes_conflicts, "冲突"),
    (codes_coverage, "大纲覆盖"),
    (codes_backend, "引擎限制"),
    (codes_findings, "对任何一户的发现"),
    (codes_style, "写法（lint）"),
)
_WRONG: Final = "错误示例"
_RIGHT: Final = "正确示例"
_CURE: Final = "怎么改"
_PAGE: Final = re.compile(
    rf"# (?P<code>RR\d{{4}}) (?P<name>[a-z-]+)\n\n(?P<text>.+?)\n\n## {_WRONG}\n\n(?P<wrong>.+?)\n\n"
    rf"## {_RIGHT}\n\n(?P<right>.+?)\n\n## {_CURE}\n\n(?P<cure>.+?)\n",
    re.DOTALL,
)
_BLOCK: Final = re.compile(
    r"```(?:policy|outline|toml)(?: (?P<name>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_MAIN: Final = "示例.policy"
_WORDS: Final = {Severity.ERROR: "错误", Severity.WARNING: "警告"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFile:
    """One file of an example. A name that ends in ``.local.policy`` is a county's own file, given with ``--local``.

    ``见证.policy`` holds the household that shows a finding, and ``.waivers.toml`` waivers.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A policy that earns a diagnostic, or the same one put right. The first file is the one to check.

    No files: the mistake takes more text than a page can show, and the page says so in words.
    """

    files: tuple[ExampleFile, ...]
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The page of one code. ``text`` and ``cure`` are Markdown in plain Chinese."""

    code: Code
    text: str
    wrong: Example
    right: Example
    cure: str


@cache
def all_codes() -> tuple[Code, ...]:
    """Return every code there is, in order.

    >>> all_codes()[0].id
    'RR0101'
    """
    return tuple(sorted(_codes(), key=lambda code: code.id))


def explain(code: str) -> Explanation | None:
    """Return the page of ``code`` (its id, in either case, or its kebab-case name); None when there is no such code.

    Raises:
        FileNotFoundError: the installation is incomplete.
        ValueError: the page is not laid out as a page.

    >>> explain("RR9999") is None
    True
    """
    for known in all_codes():
        if code.upper() == known.id or code == known.name:
            path = resources.grammar_directory() / "catalogue" / f"{known.id}.md"
            return _parse(known, path.read_text(encoding="utf-8"))
    return None


def as_markdown() -> str:
    """Return all pages as one, a chapter for each group of codes: the text of ``docs/reference/diagnostics.md``."""
    lines = [
        "# 诊断代码",
        "",
        "本页由 `grammar/catalogue/` 生成。每个代码永久有效：`RR` 之后两位是类别，再两位是序号。错误使政策不能使用，警告不影响使用。",
    ]
    for module, title in _MODULES:
        lines += ["", f"## {title}"]
        for code in sorted(_codes_of(module), key=lambda code: code.id):
            page = explain(code.id)
            assert page is not None, f"{code.id} is listed, so it has a page"
            lines += ["", f"### {code.id} {code.name}（{_WORDS[code.severity]}）", "", page.text]
            lines += [
                "",
                f"**{_WRONG}**",
                "",
                page.wrong.markdown,
                "",
                f"**{_RIGHT}**",
                "",
                page.right.markdown,
            ]
            lines += ["", f"**{_CURE}**", "", page.cure]
    return "\n".join(lines) + "\n"


def _codes() -> Iterator[Code]:
    for module, _ in _MODULES:
        yield from _codes_of(module)


def _codes_of(module: ModuleType) -> Iterator[Code]:
    return (value for value in vars(module).values() if isinstance(value, Code))


def _parse(code: Code, page: str) -> Explanation:
    found = _PAGE.fullmatch(page)
    if found is None or (found["code"], found["name"]) != (code.id, code.name):
        message = f"目录页 {code.id}.md 的格式不对：应当是标题、说明、{_WRONG}、{_RIGHT}、{_CURE}"
        raise ValueError(message)
    return Explanation(
        code=code,
        text=found["text"],
        wrong=_example(found["wrong"]),
        right=_example(found["right"]),
        cure=found["cure"],
    )


def _example(markdown: str) -> Example:
    return Example(
        files=tuple(
            ExampleFile(name=block["name"] or _MAIN, text=block["text"])
            for block in _BLOCK.finditer(markdown)
        ),
        markdown=markdown,
    )
