"""Answers for a decision: why, why not, what is missing, what an outcome hinges on, and when it changes by itself.

`explained.Explained` is what `Policy.decide` returns; everything else is worked out, and imported, when it is asked.
"""
