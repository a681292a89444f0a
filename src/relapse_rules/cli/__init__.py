"""The command line: one module for each command. No decision is made here; everything is shown in Chinese."""
