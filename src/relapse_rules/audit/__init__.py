"""Records of decisions that a stranger can check: signed, chained, replayable.

Read in this order: `canonical` (the bytes that are signed), `keys` and `sealing`, `hiding` (what happens to personal values),
`record` and `making`, `chain` and `verifying` (what a ledger proves), `sql_ledger` and `export` (where it is kept), `archive` and `replay`
(deciding again), `checker` and `following` (whether a proof holds, and the decision with it), `log` and `telemetry` (what runs beside,
for operators).
"""
