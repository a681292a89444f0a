"""Which words sound alike. The only module that knows pypinyin, whose dictionaries take a while to load."""

from __future__ import annotations

from functools import cache

from pypinyin import Style, pinyin


@cache
def readings(character: str) -> frozenset[str]:
    """Return the toneless readings of ``character``; anything that is not Chinese reads as itself.

    >>> sorted(readings("乐"))
    ['le', 'yue']
    >>> sorted(readings("A"))
    ['A']
    """
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def are_homophones(left: str, right: str) -> bool:
    """Return whether the words have equally many characters and each pair of them shares a reading.

    Tones do not count: an input method takes none.

    >>> are_homophones("民正局", "民政局")
    True
    """
    return len(left) == len(right) and all(
        one == other or readings(one) & readings(other) for one, other in zip(left, right, strict=True)
    )
