"""Small ledgers: records with a few members made by hand, signed by keys that are the same each time."""

from __future__ import annotations

from relapse_rules.audit.archive import Archived
from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.hiding import How, Opening
from relapse_rules.audit.keys import SigningKey, new_signing_key
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.record import Record

AT = "2026-11-25T09:00:00+08:00"
KEY = new_signing_key(seed=bytes(32))
OTHER_KEY = new_signing_key(seed=bytes(31) + b"\1")
FILES = Archived(entry="甲.policy", overlays=(), sources=(("甲.policy", "政策 甲\n"),))
OPENING = Opening("/household/birth_date", "00" * 16, "1950-01-01")


def record(
    name: str,
    *,
    key: SigningKey = KEY,
    at: str = AT,
    texts: str = FILES.texts,
    openings: tuple[Opening, ...] = (OPENING,),
    **changes: object,
) -> Record:
    """A signed record that states little; ``name`` tells it apart."""
    body = {
        "kind": "record",
        "format": 1,
        "engine": {},
        "policy": {"name": "甲", "digest": "sha256:0", "texts": texts},
        "parameters": [],
        "as_of": AT,
        "recorded_at": at,
        "facts": {"household": {"household_id": name}},
        "hidden": [
            {"at": each.at, "how": How.KEPT.value, "needed": True, "commitment": each.commitment()}
            for each in openings
        ],
        "sealed": None,
        "outcome": {},
        "proof": None,
        "signer": {"key": key.public.id, "statement": key.public.statement_digest},
    } | changes
    text = canonical(body)
    return Record(text, key.sign(text), openings)


def ledger(where, count: int = 0, *, checkpoint: bool = False, **options):
    """A ledger with a key, a policy and some records, the last of them covered by a checkpoint when asked."""
    opened = open_ledger(where, **options)
    opened.register(KEY.public)
    opened.archive(FILES)
    if count:
        opened.append_many([record(f"H{number}") for number in range(1, count + 1)])
    if checkpoint:
        opened.checkpoint(KEY, AT)
    return opened


class Listed:
    """A ledger as a list of items, to be tampered with."""

    def __init__(self, id_: str, items) -> None:
        self.id = id_
        self._items = items

    def items(self):
        return iter(self._items)
