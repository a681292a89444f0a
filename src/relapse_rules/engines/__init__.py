"""Engines: ways of filling the lanes of one program. All give the same rails for the same facts."""
