"""The `durable` engine: gates chained by the rules engine durable_rules, in the narrow subset in which it is exact.

It gives the same rails as `lanes` and, what `lanes` does not, the firing sequence: which rule fired on which literals. It needs
the extra ``[durable]``; importing this package without it fails with a message that says how to install it.

`claims` and `rules` turn gates into two-rail rules, `stages` cuts the program where something else than a gate stands,
`rulesets` writes rules within the engine's `limits`, `driver` alone knows durable_rules, `evaluator` runs it all.
"""

from relapse_rules.engines.durable.driver import DurableEngineError
from relapse_rules.engines.durable.evaluator import DurableEvaluator, compile_program
from relapse_rules.engines.durable.limits import LIMITS, Limits, ProgramRefusedError
from relapse_rules.engines.durable.literals import Literal
from relapse_rules.engines.durable.trace import Firing, Trace, check_trace

__all__ = [
    "LIMITS",
    "DurableEngineError",
    "DurableEvaluator",
    "Firing",
    "Limits",
    "Literal",
    "ProgramRefusedError",
    "Trace",
    "check_trace",
    "compile_program",
]
