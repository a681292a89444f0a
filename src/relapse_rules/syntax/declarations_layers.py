"""The declarations that only an overlay holds, as written: what a layer is called and how it changes those above."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.tree import Expression, Text


class Level(StrEnum):
    """级别 of an overlay, from the top down."""

    NATION = "国家"
    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县"
    TOWNSHIP = "乡镇"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement(Declaration):
    """补充: the head of an overlay, which names its layer."""

    level: Level | None = None
    issuer: Text | None = None
    document_number: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tightening(Declaration):
    """收紧 (overlay): the named declaration holds only where ``condition`` does, too."""

    condition: Expression
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening(Declaration):
    """放宽 (overlay): the named declaration holds where ``condition`` does, too."""

    condition: Expression
    reason: Text
