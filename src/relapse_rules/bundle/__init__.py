"""Policies in one file: sources, the compiled program as text, digests, a signature. See docs/decisions/0005-bundles.md."""
