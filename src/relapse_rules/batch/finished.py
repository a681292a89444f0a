"""A finished run, read back part by part: what was decided, the county's own outcomes, what was rejected.

The elements of a part's households are in the part of the same name; nothing else is assumed of how a run was cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from relapse_rules.facts.moments import time_seconds
from relapse_rules.tables.errors import InputError

HOUSEHOLD: Final = "household"

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a run says of itself. ``as_of``: seconds since 1970. Counts are of households."""

    policy: str
    digest: str
    as_of: int
    read: int
    decided: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some households and, by domain, their elements."""

    households: pa.Table
    elements: Mapping[str, pa.Table]


class FinishedRun:
    """The folder of a run.

    Raises:
        InputError: it holds no finished run, or one whose files do not belong together.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decisions = folder / "decisions"
        summary = self._json(folder / "summary.json")
        self.head = _head(summary)
        self.notes: tuple[str, ...] = tuple(summary.get("notes", ()))
        self.names = tuple(sorted(path.name for path in (self._decisions / HOUSEHOLD).glob("part-*.parquet")))

    def parts(self) -> Iterator[Part]:
        """Yield the parts in order."""
        domains = sorted(path.name for path in self._decisions.iterdir() if path.is_dir())
        for name in self.names:
            elements: dict[str, pa.Table] = {}
            for domain in domains:
                path = self._decisions / domain / name
                if domain != HOUSEHOLD and path.exists():
                    elements[domain] = _table(path)
            yield Part(households=_table(self._decisions / HOUSEHOLD / name), elements=elements)

    def columns(self, *names: str) -> Iterator[pa.Table]:
        """Yield some columns of the households, part by part."""
        for part in self.names:
            yield _table(self._decisions / HOUSEHOLD / part, names)

    def county(self) -> Mapping[str, list[JsonObject]]:
        """Return the outcomes at the county's own entities, by the list of a decision that they belong in."""
        path = self._decisions / "county.json"
        return self._json(path) if path.exists() else {}

    def rejects(self) -> pa.Table | None:
        """Return what was rejected; None when the run wrote no such table."""
        path = self._folder / "rejects.parquet"
        return _table(path) if path.exists() else None

    def _json(self, path: Path) -> JsonObject:
        try:
            found: JsonObject = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            message = f"“{self._folder}”里没有一次完整的判定结果：{path.name} 读不出来（{error}）"
            raise InputError(message) from None
        return found


def _table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    try:
        return pq.ParquetFile(path).read(None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        message = f"“{path}”读不出来：{error}；请重新判定"
        raise InputError(message) from None


def _head(summary: JsonObject) -> Head:
    policy, counts = summary["policy"], summary["households"]
    return Head(
        policy=policy["name"],
        digest=policy["digest"],
        as_of=time_seconds(policy["as_of"]),
        read=counts["read"],
        decided=counts["decided"],
        rejected=counts["rejected"],
    )
