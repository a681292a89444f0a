"""``relapse-rules bundle``: policies in one file, which can be signed and checked."""
