"""Strict JSON for one case: what Python's reader is lenient about is refused here, within bounded time and memory."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from relapse_rules.facts.shown import BadNumber

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_DEPTH: Final = 64

_MAX_PARTS: Final = 1_000_000
"""Objects, lists and commas in one text; a household has some hundreds. Bounds memory at about 200 MB."""

_SAFE_PARTS: Final = 500
"""So many brackets cannot nest deep enough to exhaust the C stack: no need to measure the depth."""

_MAX_NUMBER: Final = 40
"""Characters of one number. Longer ones cost quadratic time to read and never stand for a fact."""

_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_FULL_WIDTH: Final = dict(zip("“”‘’「」＂：，｛｝［］", '"""""""' + ":,{}[]", strict=True))


class JsonTextError(Exception):
    """The text as a whole cannot be read. ``message`` and ``remedy`` are ready for a `FactProblem`."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class RepeatedKeys(dict[str, object]):
    """An object in which keys stand twice: ``repeated``. Kept as a value so that the problem can name its place."""

    repeated: tuple[str, ...] = ()


def parse(content: str | bytes) -> object:
    """Return the value of a JSON text: decimals as `Decimal`, impossible numbers as `BadNumber`.

    Bytes are UTF-8, with or without a byte order mark.

    Raises:
        JsonTextError: the text is no JSON, too large, or nested more than `MAX_DEPTH` levels.
    """
    if len(content) > MAX_BYTES:
        message = "内容超过 64 MiB"
        raise JsonTextError(message, "一个文件只写一户")
    text = (_decode(content) if isinstance(content, bytes) else content).removeprefix("\ufeff")
    if not text.strip():
        message = "内容为空"
        raise JsonTextError(message, '至少写明 {"context": {"as_of": …}, "household": {"household_id": …}}')
    _check_size(text)
    try:
        return json.loads(
            text,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from None
    except RecursionError:
        raise _too_deep() from None


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "文件是 UTF-16 编码"
        raise JsonTextError(message, "另存为 UTF-8 编码")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"第 {error.start + 1} 个字节起不是 UTF-8 编码"
        raise JsonTextError(message, "另存为 UTF-8 编码（可能是 GBK）") from None


def _check_size(text: str) -> None:
    brackets = text.count("[") + text.count("{")
    if brackets + text.count(",") > _MAX_PARTS:
        message = "内容的项数过多，不像是一户的事实"
        raise JsonTextError(message, "一个文件只写一户")
    if brackets <= _SAFE_PARTS:
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep()
        elif first in "]}":
            depth -= 1


def _too_deep() -> JsonTextError:
    return JsonTextError(f"嵌套超过 {MAX_DEPTH} 层")


def _integer(digits: str) -> int | BadNumber:
    return int(digits) if len(digits) <= _MAX_NUMBER else BadNumber("一个过长的数")


def _decimal(digits: str) -> Decimal | BadNumber:
    if len(digits) > _MAX_NUMBER:
        return BadNumber("一个过长的数")
    try:
        return Decimal(digits)
    except InvalidOperation:  # an exponent that no decimal can carry
        return BadNumber("一个过大或过小的数")


def _constant(name: str) -> BadNumber:
    return BadNumber(f"{name}（JSON 没有这个数）")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    repeated = {key: None for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]  # add returns None, which is false
    marked = RepeatedKeys(members)
    marked.repeated = tuple(repeated)
    return marked


def _syntax_error(text: str, error: json.JSONDecodeError) -> JsonTextError:
    if error.msg.startswith("Illegal trailing comma"):
        # Python 3.13 points at the comma; say the same on every version: the bracket behind it.
        bracket = error.pos + 1 + len(text[error.pos + 1 :]) - len(text[error.pos + 1 :].lstrip())
        error = json.JSONDecodeError("", text, bracket)
    message = f"第 {error.lineno} 行第 {error.colno} 列不是有效的 JSON"
    character = text[error.pos : error.pos + 1]
    if error.msg == "Extra data":
        return JsonTextError(f"{message}：一个值之后还有多余的内容", "整个文件只写一个 { … }")
    if error.msg == "Invalid control character at":
        return JsonTextError(f"{message}：文本里有换行或控制字符", r"换行写作 \n")
    if not character:
        return JsonTextError(f"{message}：内容没有写完", "检查引号和括号是否成对")
    if half := _FULL_WIDTH.get(character):
        return JsonTextError(f"{message}：这里是全角符号", f"改为半角 {half}")
    if character == "'":
        return JsonTextError(f"{message}：这里是单引号", '改为双引号 "')
    if character in "]}":
        return JsonTextError(f"{message}：括号前可能多了一个逗号", "去掉最后一项后面的逗号")
    return JsonTextError(message, "检查引号、逗号和括号")
