"""Decisions: from the rails of a program to what an officer reads, and the JSON form that all engines share."""

from relapse_rules.decisions.conclude import Concluder, conclude
from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.decisions.readings import changed_by_readings

__all__ = ["Concluder", "Decision", "Outcome", "changed_by_readings", "conclude"]
