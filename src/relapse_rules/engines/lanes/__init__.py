"""The `lanes` engine: one generated function over rails that are machine words, big integers or arrays.

Rails of one household are the bits of Python integers: one bit for the household, one for each of its members, houses,
loans. `compile_program` returns the evaluator; `generate` makes the source, `integers` knows what is special about Python
integers, `encode` fills the leaves, `runtime` holds what generated code calls.
"""

from relapse_rules.engines.lanes.evaluator import Evaluator, compile_program

__all__ = ["Evaluator", "compile_program"]
