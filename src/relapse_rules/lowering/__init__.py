"""From the typed policy to the program: the only bridge between the two halves; it cannot fail."""

from relapse_rules.lowering.graph import lower

__all__ = ["lower"]
