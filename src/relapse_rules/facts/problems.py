"""Collects what is wrong while facts are read, up to a limit."""

from __future__ import annotations

from typing import Final

from relapse_rules.diagnostics.suggest import closest
from relapse_rules.facts.errors import FactProblem
from relapse_rules.facts.shape import EntityReader, Shape
from relapse_rules.facts.shown import shorten
from relapse_rules.facts.stated import LONGEST_GUESSED, plain

MAX_PROBLEMS: Final = 100

_MAX_GUESSES: Final = 20
"""So many unknown keys get a suggestion: looking for one costs milliseconds."""


class EnoughError(Exception):
    """The limit of problems is reached; reading stops."""


class Problems:
    """The problems of one source, in the order found."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[FactProblem] = []
        self._guesses = 0

    def add(self, path: str, message: str, remedy: str = "") -> None:
        """Note a problem at ``path``.

        Raises:
            EnoughError: it is the hundredth.
        """
        self.found.append(FactProblem(source=self.source, path=path, message=message, help=remedy))
        if len(self.found) >= MAX_PROBLEMS:
            raise EnoughError

    def unknown_key(self, path: str, key: object, reader: EntityReader, shape: Shape) -> None:
        """Note a key that ``reader`` does not know, with the nearest known one or the place where it belongs."""
        if not isinstance(key, str):
            self.add(path, f"“{reader.name}”的键要是文本，这里是一个 {type(key).__name__} 值")
            return
        self.add(
            f"{path}.{shorten(key)}" if path else shorten(key),
            f"“{reader.name}”没有叫“{shorten(key)}”的字段",
            self._remedy(key, reader, shape),
        )

    def _remedy(self, key: str, reader: EntityReader, shape: Shape) -> str:
        if len(key) > LONGEST_GUESSED:
            return ""
        if homes := shape.homes.get(plain(key)):
            return f"它写在{'、'.join(f'“{home}”' for home in homes[:3])}之下"
        self._guesses += 1
        if self._guesses > _MAX_GUESSES:
            return ""
        guess = closest(plain(key), (*reader.keys, *reader.children_by_key))
        return "" if guess is None else f"是不是“{guess}”"
