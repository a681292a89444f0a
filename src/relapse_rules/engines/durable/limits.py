"""What durable_rules can bear, as measured. Outside of these it answers wrongly or crashes, so nothing is left to it to check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics.codes_backend import DURABLE_TOO_LARGE
from relapse_rules.ir.program import Program
from relapse_rules.source import NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one ruleset. The first three split a program; what cannot be split is refused."""

    rules: int = 4_000
    antecedents: int = 16
    uses: int = 255
    """Rules that share one pattern."""
    tests: int = 511
    """Tests on one level of the matcher: here, one for each node (``p``); on the level below there are two (``v``)."""
    total_rules: int = 100_000
    """Of one program in all its rulesets: compiling more would take minutes and gigabytes."""


LIMITS: Final = Limits()

PROPERTIES: Final = ("sid", "id", "p", "v")
"""All property names: far below the 252 that a ruleset can tell apart. A fact matches at most two tests of at most 64."""

_FNV_OFFSET, _FNV_PRIME, _WORD = 2_166_136_261, 16_777_619, 0xFFFFFFFF


class ProgramRefusedError(ValueError):
    """A program that the durable engine cannot hold. ``diagnostic`` (RR0702) says why; other engines decide it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic

    def __str__(self) -> str:
        return f"{self.diagnostic.code} {self.diagnostic.message}。{self.diagnostic.help}"


def refusal(program: Program, node: int, needed: int, limits: Limits) -> ProgramRefusedError:
    """Return the error for a program whose rules, at ``node``, come to ``needed`` (or more)."""
    spans = program.origins[node] if node < len(program.origins) else ()
    message = f"“{program.policy}”用 durable 引擎至少要 {needed} 条规则，超过上限 {limits.total_rules} 条"
    help_text = "改用 lanes 引擎（结论相同），或把条件很多的“至少……项”拆开"
    return ProgramRefusedError(DURABLE_TOO_LARGE.at(spans[0] if spans else NOWHERE, message, help=help_text))


def identity(name: str) -> int:
    """Return what durable_rules takes ``name`` for: the 32-bit FNV-1a hash of its bytes, each with its sign.

    >>> identity("H65974") == identity("H142600")
    True
    """
    value = _FNV_OFFSET
    for byte in name.encode():
        signed = byte - 256 if byte > 127 else byte  # noqa: PLR2004 - the largest signed byte
        value = ((value ^ (signed & _WORD)) * _FNV_PRIME) & _WORD
    return value


def distinct_names(prefix: str) -> Iterator[str]:
    """Yield ``prefix`` with numbers from 1 on, skipping each that durable_rules would take for an earlier one.

    >>> from itertools import islice
    >>> list(islice(distinct_names("r"), 3))
    ['r1', 'r2', 'r3']
    """
    seen: set[int] = set()
    number = 0
    while True:
        number += 1
        name = f"{prefix}{number}"
        if (hashed := identity(name)) not in seen:
            seen.add(hashed)
            yield name
