"""Which known name a wrong one was meant to be: one that sounds the same, else one that looks much the same, else the one it is short for."""

from __future__ import annotations

from collections.abc import Iterable

_CHARACTERS_FOR_ONE_EDIT = 3
"""One edit is near for each so many characters; a shorter word with an edit is another word."""
_SHORTEST_PART = 2


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the one name that ``word`` was most likely meant to be, or None when nothing is near.

    >>> closest("县民正局", ["县民政局", "县农业局"])
    '县民政局'
    >>> closest("大棚", ["住房"]) is None
    True
    """
    return next(iter(suggestions(word, candidates, limit=1)), None)


def suggestions(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return up to ``limit`` near names, nearest first; the order of ``candidates`` does not matter.

    Names that sound the same (officers type by pinyin) come before all others; then fewer edits come first. Where none is near,
    the only name that holds ``word`` (two characters or more) is offered. ``word`` itself never is.

    >>> suggestions("等级", ["鉴定等级", "鉴定机构"])
    ('鉴定等级',)
    """
    others = set(candidates) - {word}
    ranked: list[tuple[int, int, str]] = []
    for candidate in others:
        edits = distance(word, candidate)
        if _sound_alike(word, candidate):
            ranked.append((0, edits, candidate))
        elif edits <= max(len(word), len(candidate)) // _CHARACTERS_FOR_ONE_EDIT:
            ranked.append((1, edits, candidate))
    if ranked:
        return tuple(candidate for _, _, candidate in sorted(ranked)[:limit])
    longer = [candidate for candidate in others if word in candidate]
    return tuple(longer) if len(longer) == 1 <= limit and len(word) >= _SHORTEST_PART else ()


def distance(left: str, right: str) -> int:
    """Return how many characters must be put in, left out, exchanged, or swapped with a neighbour.

    This is the restricted Damerau-Levenshtein distance: no place is edited twice.

    >>> distance("防返贫", "返防贫")
    1
    """
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, one in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            best = min(above[column] + 1, current[-1] + 1, above[column - 1] + (one != other))
            swapped = row > 1 and column > 1 and one == right[column - 2] and left[row - 2] == other
            current.append(min(best, before[column - 2] + 1) if swapped else best)
        before, above = above, current
    return above[-1]


def _sound_alike(word: str, candidate: str) -> bool:
    if len(word) != len(candidate):
        return False
    # Imported on demand: the dictionaries of pypinyin take longer to load than a whole policy takes to check,
    # and only a misspelt name needs them.
    from relapse_rules.diagnostics.pinyin import are_homophones  # noqa: PLC0415 - see above

    return are_homophones(word, candidate)
