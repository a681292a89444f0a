"""The program: a small closed language of nodes that every compiled engine runs."""
