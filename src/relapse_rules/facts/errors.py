"""What is wrong with the facts of a case, as values; raised together in one `FactsError`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactProblem:
    """One thing wrong. ``source`` names the file or argument, ``path`` the place in it (``household.member[2].birth_date``).

    ``path`` is empty when the text as a whole cannot be read. ``message`` is one line without a full stop and never
    holds a value of a field marked 个人信息; ``help`` says what to write instead, or is empty.
    """

    source: str
    path: str
    message: str
    help: str = ""

    def __str__(self) -> str:
        place = f"{self.source}: {self.path}" if self.path else self.source
        line = f"{place}: {self.message}"
        return f"{line}（{self.help}）" if self.help else line


class FactsError(ValueError):
    """The facts cannot be used. ``problems`` holds everything found, in the order of the vocabulary, never empty."""

    def __init__(self, problems: tuple[FactProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(
            [f"事实有 {len(self.problems)} 处问题：", *(f"  {problem}" for problem in self.problems)]
        )
