"""Makes one spelling out of what Chinese keyboards type: full-width signs, digits and spaces, curly quotes.

The result has exactly as many code points as the original, so a place in one is a place in the other. Comments become
blanks. What stands in quotes is a text and is read from the original, by its place.
"""

from __future__ import annotations

import re
from typing import Final

_FULL_WIDTH: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}
"""U+FF01 to U+FF5E stand for ASCII ``!`` to ``~``."""

_SIGNS: Final = {
    **dict.fromkeys(map(ord, "−–—﹣"), "-"),
    **dict.fromkeys(map(ord, "*＊"), "×"),
    **dict.fromkeys(map(ord, "≧⩾"), "≥"),
    **dict.fromkeys(map(ord, "≦⩽"), "≤"),
    **dict.fromkeys(map(ord, "・•‧∙⋅"), "·"),
    **dict.fromkeys(map(ord, "“”„‟＂"), '"'),
    **dict.fromkeys(map(ord, "﹁『"), "「"),
    **dict.fromkeys(map(ord, "﹂』"), "」"),
    **dict.fromkeys(map(ord, "∶︰"), ":"),
    **dict.fromkeys(map(ord, "﹐"), ","),
    **dict.fromkeys(map(ord, "﹪"), "%"),
    # INVARIANT: U+3000 stays: it is two columns of indentation. Other blanks become a plain space.
    **dict.fromkeys((0x00A0, *range(0x2000, 0x200B), 0x202F, 0x205F), " "),
}
_TABLE: Final[dict[int, int | str]] = {**_FULL_WIDTH, **_SIGNS}

_QUOTE: Final = '"'
_STRAIGHT: Final = r'(?P<straight>"(?:[^"\r\n]|"")*")|(?P<wide>＂(?:[^＂\r\n]|＂＂)*＂)'
_CURLY: Final = r"(?P<curly>“(?:[^“”\r\n]|“[^“”\r\n]*”)*”|”[^“”\r\n]*[“”]|“[^“”\r\n]*“(?![^\r\n]*”))"
_OPAQUE: Final = re.compile(
    rf"(?P<comment>[#＃][^\r\n]*)|[「『﹁][^」』﹂\r\n]*[」』﹂]|{_STRAIGHT}|{_CURLY}"
)

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
"""Characters that cannot be seen, so that a reader and the parser would see different texts."""


def normalise(text: str) -> str:
    """Return ``text`` in one spelling, of the same length; a mark at the start of the file (U+FEFF) becomes a blank.

    >>> normalise("当　收入 低于 ７０００元 # 备注")
    '当　收入 低于 7000元     '
    >>> normalise('说明 “（甲）”')
    '说明 "（甲）"'
    """
    plain = text.translate(_TABLE)
    pieces: list[str] = []
    done = 0
    for found in _OPAQUE.finditer(text):
        match found.lastgroup:
            case "comment":
                middle = " " * (found.end() - found.start())
            case "straight":
                middle = found[0]
            case "curly" | "wide":
                # INVARIANT: such a text holds no straight quote here, which would end it for the lexer.
                middle = f'"{found[0][1:-1].replace(_QUOTE, "_")}"'
            case _:
                continue
        pieces += (plain[done : found.start()], middle)
        done = found.end()
    pieces.append(plain[done:])
    return "".join(pieces)


def comments(text: str) -> tuple[tuple[int, int], ...]:
    """Return the places of all comments of a text, from their mark to the end of their line.

    >>> comments('说明 "# 不是" ＃ 是')
    ((10, 13),)
    """
    return tuple(found.span() for found in _OPAQUE.finditer(text) if found.lastgroup == "comment")


def written_text(quoted: str) -> str:
    """Return what a quoted text says; ``quoted`` is as in the file, with its quotes. A doubled straight quote is one.

    >>> written_text('"他说“好”"'), written_text('“甲"乙”'), written_text('"甲""乙"')
    ('他说“好”', '甲"乙', '甲"乙')
    """
    inner = quoted[1:-1]
    return inner if quoted[0] in "“”" else inner.replace(quoted[0] * 2, quoted[0])
