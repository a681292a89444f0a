"""Facts in: reading, validation against the vocabulary, and the columns that engines read."""

from relapse_rules.facts.case import Case, Recorded, Table
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.read import CaseReader, read_case

__all__ = ["Case", "CaseReader", "FactProblem", "FactsError", "Recorded", "Table", "read_case"]
