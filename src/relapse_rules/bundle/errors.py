"""What is wrong with a bundle."""

from __future__ import annotations


class BundleError(ValueError):
    """A file that is no bundle, or one that must not be used. ``message`` is one line; ``help`` says what to do, or is empty."""

    def __init__(self, message: str, help: str = "") -> None:  # noqa: A002  (as diagnostics call it)
        super().__init__(message, help)
        self.message = message
        self.help = help

    def __str__(self) -> str:
        return f"{self.message}（{self.help}）" if self.help else self.message
