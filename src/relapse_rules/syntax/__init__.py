"""The written form of a policy: its tree, the parser, and the formatter."""
