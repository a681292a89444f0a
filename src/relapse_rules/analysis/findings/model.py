"""A finding as a value: what is wrong, where, how that is known, and a household that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relapse_rules.diagnostics import Label
from relapse_rules.diagnostics.code import Code
from relapse_rules.source import Span


class Ground(StrEnum):
    """How a finding is known."""

    STRUCTURE = "structure"
    """From how the policy is written."""
    PROVED = "proved"
    """For all households there can be."""
    WITNESS = "witness"
    """A household shows it."""
    UNDECIDED = "undecided"
    """It is not known: the prover gave up, or z3 is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A household that shows a finding, judged by the engine that judges real ones.

    ``says``: what each rule says of it (是, 否, 未知), the rule with the element that it speaks of. ``case``: the household as a 用例, with what
    is expected of it as things stand. ``facts``: the same as a facts file. ``given``: what must be otherwise than the policy has it, as a line to
    read (a 解读 taken otherwise, a 参数 set), or nothing.
    """

    says: tuple[tuple[str, str], ...]
    case: str
    facts: dict[str, object]
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. ``rules``: the declarations that it is about, that to be changed first; by them a waiver names it.

    ``message``: one line without a full stop. ``help``: what to do. ``bounded``: names of the lists that were searched up to ``elements``
    elements only; the proof is about households of that size. ``digest``: of the texts of ``rules``.
    """

    code: Code
    rules: tuple[str, ...]
    message: str
    help: str
    ground: Ground
    span: Span
    labels: tuple[Label, ...] = ()
    cites: tuple[str, ...] = ()
    witness: Shown | None = None
    bounded: tuple[str, ...] = ()
    elements: int = 0
    digest: str = ""
