"""Checks and tests a policy again and again while it is being written: only what a change can have touched."""
