"""Tables compared without regard to the order of their rows."""

from __future__ import annotations

import json
import re
from typing import Any


def same_rows(found: Any, expected: Any) -> None:
    """Assert that two Arrow tables have the same columns and, in any order, the same rows."""
    assert found.schema.names == expected.schema.names
    assert sorted(map(_told, found.to_pylist())) == sorted(map(_told, expected.to_pylist()))


def without_rows(rejects: Any) -> Any:
    """Return the rejects of one machine without what only it can say: the file and row."""
    names = ["entity", "household_id", "field", "reason", "remedy"]
    reasons = [re.sub(r"（[^（）]* 第 [0-9]+ 行）", "", text) for text in rejects["reason"].to_pylist()]
    table = rejects.select(names)
    return table.set_column(3, "reason", [reasons]).cast(table.schema)


def _told(row: dict[str, Any]) -> str:
    return json.dumps(row, default=str, ensure_ascii=False)
