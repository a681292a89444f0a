"""Verifies a ledger: finds each changed, dropped, inserted or reordered entry, and says where. Linear, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, assert_never

from relapse_rules.audit.archive import archived_from
from relapse_rules.audit.canonical import digest
from relapse_rules.audit.chain import (
    FIRST,
    Checkpoint,
    Damage,
    Entry,
    Head,
    Item,
    KeyStatement,
    PolicyFiles,
    Source,
    genesis,
)
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import How
from relapse_rules.audit.keys import PublicKey, public_key, short
from relapse_rules.audit.record import members, openings_from, require_true

Progress = Callable[[int], None]
"""Is told the number of entries verified so far, every `STEP` entries and at the end."""

STEP: Final = 1000
_MOST: Final = 100


class Finding(NamedTuple):
    """One thing wrong. ``sequence``: the entry, None for what concerns the ledger as a whole. ``message`` has no full stop."""

    sequence: int | None
    message: str

    def __str__(self) -> str:
        return self.message if self.sequence is None else f"第 {self.sequence} 条：{self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What verifying found. ``findings`` in the order of the ledger, at most 100, and whether there were ``more``.

    ``covered``: how many entries the last good checkpoint covers; a tail beyond it can be cut off unseen, unless a head was given.
    ``signers``: key id → how many records it signed. ``trusted``: whether the caller said which keys to trust; otherwise whoever can
    write the whole ledger anew, with keys of his own, is not found.
    """

    head: Head
    covered: int
    findings: tuple[Finding, ...]
    more: bool
    signers: Mapping[str, int]
    trusted: bool

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(
    source: Source,
    *,
    trusted: tuple[PublicKey, ...] = (),
    head: Head | None = None,
    progress: Progress | None = None,
) -> Report:
    """Verify a whole ledger.

    ``trusted``: the only keys that may have signed; by default those that the ledger itself names. ``head``: a head kept elsewhere, which
    the ledger must have or have passed. What cannot be read is a finding too.
    """
    verifier = Verifier(source.id, trusted=trusted, head=head)
    try:
        for item in source.items():
            verifier.take(item)
            if progress is not None and isinstance(item, Entry) and verifier.taken % STEP == 0:
                progress(verifier.taken)
    except AuditError as error:
        verifier.find(None, f"读到第 {verifier.taken} 条之后读不下去：{error.message}")
    report = verifier.report()
    if progress is not None:
        progress(verifier.taken)
    return report


class Verifier:
    """Takes a ledger item by item. ``taken`` counts the entries."""

    def __init__(self, ledger: str, *, trusted: tuple[PublicKey, ...] = (), head: Head | None = None) -> None:
        self.taken = 0
        self._ledger = ledger
        self._trusted = {key.id: key for key in trusted}
        self._known_head = head
        self._keys: dict[str, PublicKey] = {}
        self._policies: set[str] = set()
        self._next: int = FIRST
        self._hashes = frozenset({genesis(ledger)})
        self._head = Head(0, genesis(ledger))
        self._covered = 0
        self._promised = 0
        self._passed = head is None
        self._signers: dict[str, int] = {}
        self._found: list[Finding] = []
        self._more = False
        self._pass_head()

    def find(self, sequence: int | None, message: str) -> None:
        """Note something wrong."""
        if len(self._found) < _MOST:
            self._found.append(Finding(sequence, message))
        else:
            self._more = True

    def take(self, item: Item) -> None:
        """Look at the next item."""
        match item:
            case KeyStatement():
                self._key(item)
            case PolicyFiles():
                self._policy(item)
            case Entry():
                self._entry(item)
            case Checkpoint():
                self._checkpoint(item)
            case Damage(message=message):
                self.find(None, message)
            case _:
                assert_never(item)

    def report(self) -> Report:
        """Return what was found, now that everything was taken."""
        if self._promised > self._head.sequence:
            missing = _span(self._head.sequence + 1, self._promised)
            self.find(
                self._head.sequence + 1, f"不见了（{missing}）：签过名的检查点说账本有 {self._promised} 条"
            )
        if not self._passed and self._known_head is not None:
            self.find(
                min(self._known_head.sequence, self._head.sequence + 1),
                f"账本里没有所给的末条 {self._known_head}：尾部被截去，或整本被换过",
            )
        return Report(
            head=self._head,
            covered=self._covered,
            findings=tuple(self._found),
            more=self._more,
            signers=dict(self._signers),
            trusted=bool(self._trusted),
        )

    def _key(self, item: KeyStatement) -> None:
        try:
            key = public_key(item.statement)
        except AuditError as error:
            self.find(None, f"账本登记的密钥 {short(item.id)}：{error.message}")
            return
        if key.id != item.id:
            self.find(None, f"账本登记的密钥 {short(item.id)}：编号与公钥不符")
        self._keys[key.id] = key

    def _policy(self, item: PolicyFiles) -> None:
        if digest(item.content) != item.texts:
            self.find(None, f"存档的政策 {short(item.texts)} 与它的校验值不符：被改动过")
            return
        try:
            archived_from(item.content)
        except AuditError as error:
            self.find(None, f"存档的政策 {short(item.texts)}：{error.message}")
        self._policies.add(item.texts)

    def _entry(self, entry: Entry) -> None:
        number = entry.sequence
        computed = entry.computed()
        if number > self._next:
            self.find(self._next, f"不见了（{_span(self._next, number - 1)}）")
        elif number < self._next:
            self.find(number, f"排在第 {self._next - 1} 条之后：重复、插入的，或顺序被打乱")
        if computed != entry.hash:
            self.find(number, "内容或序号与校验值不符：被改动过")
        elif number == self._next and entry.previous not in self._hashes:
            self.find(number, f"不接在第 {number - 1} 条之后：前面的被换过，或这里插入、缺少了记录")
        self._record(entry)
        self.taken += 1
        if number >= self._next:
            self._next = number + 1
            # The next one may name either: a hash that alone was changed must be told of once.
            self._hashes = frozenset({entry.hash, computed})
            self._head = Head(number, entry.hash)
            self._pass_head()

    def _record(self, entry: Entry) -> None:
        try:
            trouble = self._trouble(entry, json.loads(entry.record))
        except AuditError as error:
            trouble = error.message
        except (ValueError, KeyError, TypeError, RecursionError):
            trouble = "不是判定记录"
        if trouble:
            self.find(entry.sequence, trouble)

    def _trouble(self, entry: Entry, body: dict[str, Any]) -> str:
        signer = body["signer"]
        key = self._signer(signer["key"])
        if not key.signed(entry.record, entry.signature):
            return f"签名不是密钥 {short(key.id)} 的：内容或签名被改动过"
        if key.statement_digest != signer["statement"]:
            return f"密钥 {short(key.id)} 的有效期与签名时不同"
        # Signed by a key that we go by: from here on, what it says is what its maker said.
        members(body)
        if trouble := key.trouble(body["recorded_at"]):
            return f"{trouble}，记录的时间是 {body['recorded_at']}"
        if body["policy"]["texts"] not in self._policies:
            return f"账本里没有存档它所用的政策 {short(body['policy']['texts'])}"
        self._signers[key.id] = self._signers.get(key.id, 0) + 1
        return _openings_trouble(entry, body)

    def _signer(self, key_id: str) -> PublicKey:
        if self._trusted:
            if key_id not in self._trusted:
                message = f"签名的密钥 {short(key_id)} 不在所信任的之列"
                raise AuditError(message)
            return self._trusted[key_id]
        if key_id not in self._keys:
            message = f"账本里没有登记签名的密钥 {short(key_id)}"
            raise AuditError(message)
        return self._keys[key_id]

    def _checkpoint(self, item: Checkpoint) -> None:
        try:
            body = item.body()
            key = self._signer(body["key"])
            trouble = self._checkpoint_trouble(item, body, key)
        except AuditError as error:
            trouble = error.message
        except (KeyError, TypeError):
            trouble = "不完整"
        if trouble:
            self.find(None, f"第 {self._head.sequence} 条处的检查点：{trouble}")

    def _checkpoint_trouble(self, item: Checkpoint, body: dict[str, Any], key: PublicKey) -> str:
        if not key.signed(item.text, item.signature):
            return f"签名不是密钥 {short(key.id)} 的：内容或签名被改动过"
        if trouble := key.trouble(body["at"]):
            return trouble
        if body["ledger"] != self._ledger:
            return "属于另一本账"
        count = body["count"]
        self._promised = max(self._promised, count)
        if count == self._head.sequence:
            if body["head"] != self._head.hash:
                return "签下的校验值与账本不同：账本在签名之后被重写过"
            self._covered = count
        elif count < self._head.sequence:
            return f"签的是前 {count} 条，位置不对"
        return ""

    def _pass_head(self) -> None:
        if self._known_head == self._head:
            self._passed = True


def _openings_trouble(entry: Entry, body: dict[str, Any]) -> str:
    """Return what is wrong with the openings kept beside a record; where they were left out, nothing is."""
    if entry.openings is None:
        return ""
    openings = openings_from(entry.openings)
    require_true(openings, body)
    kept = [each["at"] for each in body["hidden"] if each["how"] == How.KEPT]
    return "" if [each.at for each in openings] == kept else "旁存的个人信息缺少或多出几项"


def _span(first: int, last: int) -> str:
    return f"第 {first} 条" if first == last else f"第 {first} 至 {last} 条"
