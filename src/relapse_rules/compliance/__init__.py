"""Compliance: what the records of a county show about the duties of the plan, a million events at a time.

Unlike a decision, which is about one household, this works on whole columns (numpy, pyarrow). Its packages are the extra
``comply`` and are imported only when a module of this folder is.
"""

from relapse_rules.compliance.comply import comply
from relapse_rules.compliance.model import Finding, Report, Verdict
from relapse_rules.tables.errors import InputError

__all__ = ["Finding", "InputError", "Report", "Verdict", "comply"]
