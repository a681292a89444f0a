"""What ends an operation on records and ledgers, as one error with a remedy."""

from __future__ import annotations


class AuditError(ValueError):
    """Something about a record, a key or a ledger that cannot go on. ``help`` says what to do, or is empty.

    ``message`` is one line and never holds a value of a field marked 个人信息.
    """

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002  (as diagnostics call it)
        super().__init__(message, help)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}（{self.help}）" if self.help else self.message
