"""What reports need of a policy; `relapse_rules.policy.Policy`, which stands above this folder, is one."""

from __future__ import annotations

from typing import Protocol

from relapse_rules.ir.program import Program
from relapse_rules.values.vocabulary import Vocabulary


class Decider(Protocol):
    """A compiled policy."""

    @property
    def program(self) -> Program:
        """Its measures, tasks and units."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """Its facts."""
        ...
