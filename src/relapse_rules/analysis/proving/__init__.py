"""Proves what a policy says of all households, or finds the smallest household of which it is not so."""
