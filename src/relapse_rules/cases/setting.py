"""What all cases of one policy share, made once: the reader, the folding, the machines. Ten thousand open cases hold one of it."""

from __future__ import annotations

from threading import RLock
from typing import Final, Protocol
from weakref import WeakKeyDictionary

from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.findings import Units
from relapse_rules.cases.ledger import Ledger
from relapse_rules.cases.machines import Machine
from relapse_rules.cases.statements import Statements
from relapse_rules.decisions import Concluder
from relapse_rules.engines.lanes import Evaluator
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Program, is_valid_on
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary


class PolicyLike(Protocol):
    """A compiled policy, as far as cases need to know."""

    program: Program
    vocabulary: Vocabulary

    @property
    def name(self) -> str:
        """What the policy calls itself."""
        ...

    @property
    def digest(self) -> str:
        """The digest of all its texts."""
        ...

    @property
    def evaluator(self) -> Evaluator:
        """The engine of choice, which also knows what other readings would change."""
        ...


class Engine(Protocol):
    """Anything that gives the rails of a case."""

    def run(self, case: Case) -> Rails:
        """Return the rails of every node."""
        ...


class Setting:
    """One policy made ready for cases."""

    def __init__(self, policy: PolicyLike, engine: Engine | None = None) -> None:
        self.program = policy.program
        self.vocabulary = policy.vocabulary
        self.name = policy.name
        self.digest = policy.digest
        self.evaluator = policy.evaluator
        self.engine: Engine = policy.evaluator if engine is None else engine
        reader = CaseReader(policy.vocabulary)
        self.shape = reader.shape
        self.statements = Statements(reader)
        self.ledger = Ledger(self.statements, reader.shape)
        self.concluder = Concluder(policy.program)
        self.machine = Machine(policy.program)
        self.units = Units(policy.program, policy.vocabulary)

    def require_in_force(self, case_id: str, moment: int) -> None:
        """Look whether the policy is in force at ``moment`` (seconds).

        Raises:
            CaseError: it is not.
        """
        if not is_valid_on(self.program, day_of(moment)):
            message = f"这一时点不在“{self.name}”的有效期内"
            raise CaseError(CaseProblem(case=case_id, message=message, help="改时点，或换用当时有效的政策"))


_settings: WeakKeyDictionary[PolicyLike, dict[Engine | None, Setting]] = WeakKeyDictionary()
_settings_lock: Final = RLock()


def setting_of(policy: PolicyLike, engine: Engine | None = None) -> Setting:
    """Return the setting of ``policy`` with an engine (None: its own), made on first use and kept as long as the policy."""
    with _settings_lock:
        known = _settings.setdefault(policy, {})
        found = known.get(engine)
        if found is None:
            found = known[engine] = Setting(policy, engine)
        return found
