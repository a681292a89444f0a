"""Answers for a decision: why, why not, what is missing, what an outcome hinges on, and when it changes by itself.

`explained.Explained` is what `Policy.decide` returns; everything else is worked out when it is asked.
"""

from relapse_rules.explain.errors import AskError
from relapse_rules.explain.explained import Explained
from relapse_rules.explain.model import Explanation

__all__ = ["AskError", "Explained", "Explanation"]
