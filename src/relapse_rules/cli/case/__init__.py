"""``relapse-rules case``: live cases, one module for each command.

`desk` finds the policy, the log and the case; `status_sheet`, `changes_sheet`, `timeline_sheet` and `due_list` are what is shown.
"""
