"""Live cases: events arrive over days, conclusions follow, duties fall due, and the log keeps everything."""

from relapse_rules.cases.changes import Changes
from relapse_rules.cases.clock import Workdays
from relapse_rules.cases.errors import CaseError, CaseProblem
from relapse_rules.cases.events import (
    Advanced,
    CaseOpened,
    Closed,
    Correction,
    DepartmentAlert,
    Event,
    FactsStated,
    Judged,
    PolicyChanged,
    PolicyChoice,
    ProcedureEvent,
    event_from,
)
from relapse_rules.cases.findings import Finding, FindingKind
from relapse_rules.cases.knowledge import Knowledge
from relapse_rules.cases.log import EventLog, MemoryLog
from relapse_rules.cases.machines import Duty, State
from relapse_rules.cases.session import Case, open_case
from relapse_rules.cases.storage import open_log

__all__ = [
    "Advanced",
    "Case",
    "CaseError",
    "CaseOpened",
    "CaseProblem",
    "Changes",
    "Closed",
    "Correction",
    "DepartmentAlert",
    "Duty",
    "Event",
    "EventLog",
    "FactsStated",
    "Finding",
    "FindingKind",
    "Judged",
    "Knowledge",
    "MemoryLog",
    "PolicyChanged",
    "PolicyChoice",
    "ProcedureEvent",
    "State",
    "Workdays",
    "event_from",
    "open_case",
    "open_log",
]
