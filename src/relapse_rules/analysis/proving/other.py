"""The other policy that a 性质 compares with: in a file beside the one that holds the 性质, or the layer above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from relapse_rules.analysis.proving.prove import LoadOther
from relapse_rules.check.policy import TypedPolicy, TypedProperty

Inspect = Callable[[Path, Sequence[Path]], TypedPolicy | None]
"""Checks the policy in a file with overlays, and returns None when anything in it is wrong."""

_Source = tuple[Path, tuple[Path, ...]]


def other_policies(inspect: Inspect, main: Path, overlays: Sequence[Path] = ()) -> LoadOther:
    """Return how the policies are read that the 性质 of ``main`` with ``overlays`` compare with, each once."""
    read: dict[_Source, TypedPolicy | str] = {}

    def load(declared: TypedProperty) -> TypedPolicy | str:
        source = _source(declared, main, overlays)
        if source not in read:
            read[source] = _read(source, inspect)
        return read[source]

    return load


def _source(declared: TypedProperty, main: Path, overlays: Sequence[Path]) -> _Source:
    if declared.other is None:
        return main, tuple(overlays[: declared.above])
    return Path(declared.span.file).parent / declared.other, ()


def _read(source: _Source, inspect: Inspect) -> TypedPolicy | str:
    path, overlays = source
    try:
        path.open("rb").close()
    except OSError:
        return f"读不到另一份政策“{path}”"
    found = inspect(path, overlays)
    return f"另一份政策“{path}”有错误，先用 check 改好" if found is None else found
