"""A record of one decision: what was asked, what was answered, by which policy, why; signed, and open to checking by a stranger.

The signed text is canonical JSON with these members:

==============  ==================================================================================================
kind, format    ``record`` and `FORMAT`
engine          the package's version and the engine's name
policy          the policy's name and digest, and ``texts``, the digest of the archived files (`archive`)
parameters      every 参数 with the value in force: ``name value origin source since``; origin is 原文, 标准 or 本地; value null is 待定
as_of           判定时点
recorded_at     when the record was made, as whoever made it says
facts           as stated, in plain JSON (判定时点 as decided), with pseudonyms for names and without other personal values
hidden          the commitments that stand for these (`hiding`), each with ``at``, ``how``,
                ``commitment``, and whether a replay has it ``needed``
sealed          the openings that are encrypted, or null
outcome         the decision about these facts, so targets bear pseudonyms
proof           the certificate of the decision, or null
signer          the id of the key, and the digest of its statement
==============  ==================================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from relapse_rules.audit.canonical import Json, digest, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import (
    Opening,
    opening_from,
    parts_of,
    replaced,
)

FORMAT: Final = 1
FIELDS: Final = frozenset(
    {"as_of", "engine", "facts", "format", "hidden", "kind", "outcome", "parameters", "policy", "proof"}
    | {"recorded_at", "sealed", "signer"}
)


@dataclass(frozen=True, slots=True)
class Record:
    """A signed record. ``text`` is its canonical JSON, ``openings`` those that are kept beside it; none where they were left out."""

    text: str
    signature: str
    openings: tuple[Opening, ...] = ()
    made_of: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """The members of the text, where they are known from making it."""

    @property
    def hash(self) -> str:
        """The digest of the text, by which a ledger chains it."""
        return digest(self.text)

    def body(self) -> dict[str, Any]:
        """Return the members of the text.

        Raises:
            AuditError: it is no record that this version knows.
        """
        if self.made_of is not None:
            return self.made_of
        try:
            value = json.loads(self.text, parse_float=Decimal)
        except (ValueError, RecursionError):
            value = None
        return members(value)


def members(value: object) -> dict[str, Any]:
    """Return ``value``, the parsed text of a record.

    Raises:
        AuditError: it is no record that this version knows.
    """
    if not isinstance(value, dict) or value.get("kind") != "record":
        message = "不是判定记录"
        raise AuditError(message)
    if value.get("format") != FORMAT:
        message = f"判定记录的格式版本 {value.get('format')} 这一版程序不认识"
        raise AuditError(message, "升级 relapse_rules")
    if value.keys() != FIELDS:
        message = f"判定记录缺少或多出项目：{'、'.join(sorted(value.keys() ^ FIELDS))}"
        raise AuditError(message)
    return value


def opened(record: Record, body: Mapping[str, Any], openings: tuple[Opening, ...]) -> dict[str, Any]:
    """Return the facts of a record with the values that ``openings`` reveal, names excepted: what the policy decided about.

    Raises:
        AuditError: an opening belongs to another record, or was changed.
    """
    require_true((*record.openings, *openings), body)
    missing = {
        each.at: each.value for each in (*record.openings, *openings) if not _holds(body["facts"], each.at)
    }
    return dict(replaced(body["facts"], missing))


def revealed(record: Record, body: Mapping[str, Any], openings: tuple[Opening, ...]) -> dict[str, Any]:
    """Return the facts of a record with every value that ``openings`` reveal, names included.

    Raises:
        AuditError: an opening belongs to another record, or was changed.
    """
    require_true((*record.openings, *openings), body)
    return dict(replaced(body["facts"], {each.at: each.value for each in (*record.openings, *openings)}))


def require_true(openings: tuple[Opening, ...], body: Mapping[str, Any]) -> None:
    """Compare openings with the commitments in a record.

    Raises:
        AuditError: one is not what the record commits to.
    """
    known = {each["at"]: each["commitment"] for each in body["hidden"]}
    for each in openings:
        if known.get(each.at) != each.commitment():
            message = f"个人信息 {each.at} 与记录里的承诺不符：不是这条记录的，或被改动过"
            raise AuditError(message)


def openings_from(text: str) -> tuple[Opening, ...]:
    """Return the openings of a canonical JSON list.

    Raises:
        AuditError: it is none.
    """
    listed = parsed(text)
    if not isinstance(listed, list):
        message = "不是个人信息的开启凭据"
        raise AuditError(message)
    return tuple(opening_from(each) for each in listed)


def _holds(facts: Json, pointer: str) -> bool:
    for part in parts_of(pointer):
        if isinstance(facts, list):
            facts = facts[int(part)]
        elif part in facts:
            facts = facts[part]
        else:
            return False
    return True
