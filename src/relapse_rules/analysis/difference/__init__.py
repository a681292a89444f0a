"""Tells how two versions of a policy differ in what they mean: for which households, by which statements, and to whose gain."""
