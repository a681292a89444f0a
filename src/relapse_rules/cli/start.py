"""Where the program begins.

It imports nothing of its own, so that an interruption (Ctrl-C) is told by its exit code alone from the first moment on,
while everything else is still being imported.
"""


def main() -> int:
    """Run the command that the process was started with and return its exit code."""
    try:
        from relapse_rules.cli.main import main as run  # noqa: PLC0415 - see above

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
