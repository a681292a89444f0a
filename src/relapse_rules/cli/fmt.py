"""``relapse-rules fmt``: writes policy files in one form."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from relapse_rules.analysis.formatting import FormatError, formatted
from relapse_rules.analysis.rewriting import difference, policy_files, replace_content
from relapse_rules.check.loading import read_from_disk
from relapse_rules.cli import inputs
from relapse_rules.cli.failure import DONE, FOUND, Failure, unreadable
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.source import SourceText

_HERE = "标准输入"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mode:
    """What to do with a file that is not as it should be: list it, show the difference, or write it."""

    check: bool
    diff: bool


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="规则或目录…", help="规则文件；目录则含其中全部 .policy；- 为标准输入"),
    ],
    *,
    check: Annotated[bool, typer.Option("--check", help="只列出要整理的文件，不改")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="只显示会怎样改，不改")] = False,
) -> int:
    """整理规则文件的写法：缩进、空格、标点、算符和引号统一，注释和换行照旧，意思不变。

    有语法错误的文件不动。退出码：0 都整齐或已整理，1 有要整理的（--check、--diff）或有错的文件，2 文件读写不了。
    """
    mode = _Mode(check=check, diff=diff)
    try:
        if files == [Path(inputs.STANDARD_INPUT)]:
            return _standard_input(mode)
        found = policy_files(files)
        if not found:
            message = "目录里没有 .policy 文件"
            raise Failure(message)
        results = [_file(path, mode) for path in found]
    except OSError as error:
        raise unreadable(error) from None
    except FormatError as error:
        raise Failure(str(error)) from None
    changed, wrong = results.count("changed"), results.count("wrong")
    word = "个要整理" if check or diff else "个已整理"
    told = f"{len(found)} 个文件，{changed} {word}，{len(found) - changed - wrong} 个本来就整齐"
    sys.stderr.write(told + (f"，{wrong} 个有错没有动" if wrong else "") + "\n")
    return FOUND if wrong or (changed and (check or diff)) else DONE


def _file(path: Path, mode: _Mode) -> str:
    """Deal with one file: ``changed``, ``same`` or ``wrong``."""
    before = path.read_bytes()
    source = read_from_disk(path.as_posix())
    text = _formatted(source)
    if text is None or isinstance(source, Diagnostic):
        return "wrong"
    content = text.encode()
    if content == before:
        return "same"
    if mode.diff:
        sys.stdout.write(difference(source.name, source.text, text))
    elif mode.check:
        sys.stdout.write(f"要整理：{path}\n")
    else:
        replace_content(path, content)
        sys.stdout.write(f"已整理：{path}\n")
    return "changed"


def _standard_input(mode: _Mode) -> int:
    try:
        source = SourceText(_HERE, inputs.read_bytes(inputs.STANDARD_INPUT).decode("utf-8-sig"))
    except UnicodeDecodeError:
        message = "标准输入不是 UTF-8 文本"
        raise Failure(message) from None
    text = _formatted(source)
    if text is None:
        return FOUND
    if mode.diff:
        sys.stdout.write(difference(_HERE, source.text, text))
    if mode.diff or mode.check:
        return DONE if text == source.text else FOUND
    # The text is a file's, in its encoding and with its line ends, whatever the terminal's are.
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    return DONE


def _formatted(source: SourceText | Diagnostic) -> str | None:
    """Return the formatted text; None after telling what is wrong."""
    if isinstance(source, Diagnostic):
        sys.stderr.write(inputs.shown([source], {}))
        return None
    checked = formatted(source)
    if checked.value is None:
        sys.stderr.write(inputs.shown(checked.diagnostics, {source.name: source}))
    return checked.value
