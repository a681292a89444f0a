"""The other policy that a 性质 compares with: read from beside the file that holds the 性质."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from relapse_rules.analysis.proving.prove import LoadOther
from relapse_rules.check.policy import TypedPolicy, TypedProperty


def beside(inspect: Callable[[Path], TypedPolicy | None]) -> LoadOther:
    """Return how the policies are read that 性质 compare with, each once.

    ``inspect`` checks the policy in a file, and returns None when anything in it is wrong.
    """
    read: dict[Path, TypedPolicy | str] = {}

    def load(declared: TypedProperty) -> TypedPolicy | str:
        path = Path(declared.span.file).parent / (declared.other or "")
        if path not in read:
            read[path] = _read(path, inspect)
        return read[path]

    return load


def _read(path: Path, inspect: Callable[[Path], TypedPolicy | None]) -> TypedPolicy | str:
    try:
        path.open("rb").close()
    except OSError:
        return f"读不到另一份政策“{path}”"
    found = inspect(path)
    return f"另一份政策“{path}”有错误，先用 check 改好" if found is None else found
