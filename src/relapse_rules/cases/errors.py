"""What is wrong with an event or a case, as values; raised together in one `CaseError`."""

from __future__ import annotations

from dataclasses import dataclass

from relapse_rules.facts.errors import FactsError


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProblem:
    """One thing wrong. ``case`` and ``event`` are ids, empty when it is about no single one; ``path`` the place in the event.

    ``message`` is one line without a full stop and never holds a value of a field marked 个人信息; ``help`` says what to do, or is
    empty.
    """

    case: str = ""
    event: str = ""
    path: str = ""
    message: str
    help: str = ""

    def __str__(self) -> str:
        place = " ".join(
            part
            for part in (
                f"案卷 {self.case}" if self.case else "",
                f"事件 {self.event}" if self.event else "",
                self.path,
            )
            if part
        )
        line = f"{place}：{self.message}" if place else self.message
        return f"{line}（{self.help}）" if self.help else line


class CaseError(ValueError):
    """A case cannot take this. ``problems`` holds everything found, never empty; the case is as it was before."""

    def __init__(self, *problems: CaseProblem) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(
            [f"案卷有 {len(self.problems)} 处问题：", *(f"  {problem}" for problem in self.problems)]
        )


def from_facts(error: FactsError, *, case: str = "", event: str = "") -> CaseError:
    """Return the same problems as problems of an event."""
    return CaseError(
        *(
            CaseProblem(case=case, event=event, path=found.path, message=found.message, help=found.help)
            for found in error.problems
        )
    )
