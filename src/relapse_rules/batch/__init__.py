"""A whole county at once, with reasons. Needs the extra ``relapse_rules[batch]``.

`relapse_rules.policy.Policy.decide_batch` decides in memory, `run_batch` from files to files, `relapse_rules.spark` on a cluster; all with
the same tables (`intake`), engine (`relapse_rules.engines.lanes.blocks`) and columns (`deciding`).
"""

from relapse_rules.batch.ledgers import write_ledgers
from relapse_rules.batch.result import BatchResult, ReasonsError
from relapse_rules.batch.running import Step, run_batch
from relapse_rules.batch.summary import write_summary
from relapse_rules.tables.errors import InputError

__all__ = [
    "BatchResult",
    "InputError",
    "ReasonsError",
    "Step",
    "run_batch",
    "write_ledgers",
    "write_summary",
]
