"""What a batch needs of a policy; `relapse_rules.policy.Policy`, which stands above this folder, is one."""

from __future__ import annotations

from typing import Protocol

from relapse_rules.engines.lanes import Evaluator
from relapse_rules.ir.details import Details
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


class Running(Decider, Protocol):
    """A compiled policy that can be run."""

    @property
    def name(self) -> str:
        """What it calls itself."""
        ...

    @property
    def digest(self) -> str:
        """The digest of all its texts."""
        ...

    @property
    def evaluator(self) -> Evaluator:
        """Its engine for one household."""
        ...

    @property
    def details(self) -> Details:
        """Its own words."""
        ...
