"""Writes the generated parts of the documentation; with ``--check`` only says which are out of date.

Three kinds of text are generated: whole pages (facts, diagnostics); what stands between ``<!-- 生成:名称 -->`` and
``<!-- 完 -->``; and the output of commands in ``console`` blocks that begin with ``$ relapse-rules …``. A command may end in
``| sed -n 'A,Bp'`` to show some lines of its output, A and B being numbers or ``/^beginning/``. The digest of the plan is left out, since it changes with every word.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory

from relapse_rules.cli.main import main as relapse_rules
from relapse_rules.cli.usage import AUDIT_COMMANDS, BUNDLE_COMMANDS, CASE_COMMANDS, COMMANDS, EXIT_CODES
from relapse_rules.diagnostics.catalogue import as_markdown
from relapse_rules.facts.vocabulary_page import vocabulary_page
from relapse_rules.policy import inspect, plan_path
from relapse_rules.syntax import shapes, words
from relapse_rules.values.truth import Comparison

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (
    "README.md",
    "docs/tutorial-officers.md",
    "docs/explaining.md",
    "docs/live-cases.md",
    "docs/compliance.md",
    "docs/diff.md",
    "docs/mutation.md",
    "docs/embedding.md",
    "docs/proving.md",
    "docs/reference/language.md",
    "docs/reference/cli.md",
)
_MARKED = re.compile(r"(<!-- 生成:(?P<name>\S+) -->\n).*?(<!-- 完 -->)", re.DOTALL)
_CONSOLE = re.compile(
    r"^((?P<fence>`{3,})console\n\$ relapse-rules (?P<command>[^\n]*)\n).*?^((?P=fence))$",
    re.DOTALL | re.MULTILINE,
)
_LINES = re.compile(r"(?P<arguments>.*?) \| sed -n '(?P<first>[^',]+),(?P<last>[^',]+)p'")
_DIGEST = re.compile(r"sha256:[0-9a-f]{12,}")
_MEANINGS = {
    Comparison.EQUAL: "等于",
    Comparison.UNEQUAL: "不等于",
    Comparison.LESS: "小于，不含本数",
    Comparison.AT_LEAST: "大于或等于，含本数",
    Comparison.MORE: "大于，不含本数",
    Comparison.AT_MOST: "小于或等于，含本数",
}


def pages() -> dict[Path, str]:
    """Return every generated file with the text that it ought to have."""
    inspection = inspect(plan_path())
    assert inspection.policy is not None, "the bundled plan is right"
    made = {
        ROOT / "docs/reference/facts.md": vocabulary_page(inspection.policy.vocabulary),
        ROOT / "docs/reference/diagnostics.md": as_markdown(),
    }
    for name in DOCUMENTS:
        path = ROOT / name
        made[path] = filled(path.read_text(encoding="utf-8"))
    return made


def filled(text: str) -> str:
    """Return a document with its generated parts made anew."""
    text = _MARKED.sub(lambda found: found[1] + PARTS[found["name"]]() + found[3], text)
    with TemporaryDirectory() as directory:
        # Each document begins without cases, and its commands build on each other.
        os.environ["RELAPSE_RULES_LOG"] = str(Path(directory) / "cases.sqlite")
        try:
            return _CONSOLE.sub(lambda found: found[1] + output(found["command"]) + found["fence"], text)
        finally:
            del os.environ["RELAPSE_RULES_LOG"]


def output(command: str) -> str:
    """Return what a command prints, on standard output and error, 100 cells wide, run at the root of the repository."""
    chosen = _LINES.fullmatch(command)
    arguments = shlex.split(chosen["arguments"] if chosen else command)
    captured = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    before = Path.cwd(), os.environ.get("COLUMNS")
    os.chdir(ROOT)
    os.environ["COLUMNS"] = "100"
    try:
        with redirect_stdout(captured), redirect_stderr(captured):
            relapse_rules(arguments)
    finally:
        os.chdir(before[0])
        os.environ.pop("COLUMNS")
        if before[1] is not None:
            os.environ["COLUMNS"] = before[1]
    captured.seek(0)
    lines = _DIGEST.sub("sha256:…", captured.read()).replace(f"{ROOT}/", "").splitlines(keepends=True)
    if chosen:
        lines = _between(lines, chosen["first"], chosen["last"])
    return "".join(lines)


def _between(lines: list[str], first: str, last: str) -> list[str]:
    """Return the lines from ``first`` to ``last``: numbers, or the beginnings of lines (``/^五/``)."""
    start = _place(lines, first, 0)
    return lines[start : _place(lines, last, start) + 1]


def _place(lines: list[str], address: str, start: int) -> int:
    if address.isdigit():
        return int(address) - 1
    beginning = address.strip("/^")
    return next(place for place in range(start, len(lines)) if lines[place].startswith(beginning))


def comparisons() -> str:
    """Return the comparisons by meaning, all spellings of each."""
    spellings: dict[Comparison, list[str]] = {}
    for spelling, (_, meaning) in words.COMPARISONS.items():
        written = f"在 … {spelling}" if spelling in words.AFTER_LIMIT else spelling
        spellings.setdefault(meaning, []).append(f"`{written}`")
    rows = [f"| {_MEANINGS[meaning]} | {' '.join(told)} |" for meaning, told in spellings.items()]
    return "\n".join(["| 意思 | 写法 |", "| --- | --- |", *rows]) + "\n"


def habits() -> str:
    """Return what people type by habit, and what the language says."""
    told = {**words.HABITS, **words.PREFIX_HABITS}
    rows = [f"| {typed} | `{said}` |" for typed, said in told.items()]
    return "\n".join(["| 习惯写成 | 本语言写成 |", "| --- | --- |", *rows]) + "\n"


def attributes() -> str:
    """Return which attributes each declaration takes."""
    rows = []
    for shape in (*shapes.SHAPES.values(), shapes.FIELD, shapes.STEP):
        must = [f"`{name}`" for name, attribute in shape.attributes.items() if attribute.required]
        may = [f"`{name}`" for name, attribute in shape.attributes.items() if not attribute.required]
        rows.append(f"| `{shape.keyword}` | {'、'.join(must)} | {'、'.join(may)} |")
    return "\n".join(["| 声明 | 必须写 | 可以写 |", "| --- | --- | --- |", *rows]) + "\n"


def keywords() -> str:
    """Return the keywords that a name must not be without corner brackets."""
    return "、".join(f"`{word}`" for word in sorted(words.NOT_NAMES)) + "\n"


_PARTS_OF = {"case": CASE_COMMANDS, "audit": AUDIT_COMMANDS, "bundle": BUNDLE_COMMANDS}


def helps() -> str:
    """Return the help of the program and of each command."""
    parts = [f"```text\n{output('--help')}```\n"]
    for command, summary in COMMANDS.items():
        parts.append(f"## {command}\n\n{summary}。\n\n```text\n{output(f'{command} --help')}```\n")
        for part, told in _PARTS_OF.get(command, {}).items():
            help_page = output(f"{command} {part} --help")
            parts.append(f"### {command} {part}\n\n{told}。\n\n```text\n{help_page}```\n")
    return "\n".join(parts)


def exit_codes() -> str:
    """Return the exit codes."""
    rows = [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES]
    return "\n".join(["| 退出码 | 意思 |", "| --- | --- |", *rows]) + "\n"


PARTS = {
    "比较": comparisons,
    "习惯": habits,
    "属性": attributes,
    "保留字": keywords,
    "命令": helps,
    "退出码": exit_codes,
}


def main() -> int:
    """Write what is out of date, or with ``--check`` name it and return 1."""
    stale = [
        (path, text)
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
