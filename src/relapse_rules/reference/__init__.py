"""The oracle: evaluates a typed policy directly, slowly and plainly. It shares no code with the compiler or its engines."""

from relapse_rules.reference.evaluate import evaluate
from relapse_rules.reference.rails import Contradiction, Rails

__all__ = ["Contradiction", "Rails", "evaluate"]
