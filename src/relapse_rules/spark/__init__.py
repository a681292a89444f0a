"""Decides counties and provinces that are Spark DataFrames: `decide`. Needs the extra ``relapse_rules[spark]`` and Java 17.

Nothing is decided differently: what is under a household is brought together in one task, and there decided by the same
engine as `relapse_rules.policy.Policy.decide_batch`.
"""

from relapse_rules.spark.deciding import SparkDecisions, decide

__all__ = ["SparkDecisions", "decide"]
