"""A record of one decision: what was asked, what was answered, by which policy, why; signed, and open to checking by a stranger.

The signed text is canonical JSON with these members:

==============  ==================================================================================================
kind, format    ``record`` and `FORMAT`
engine          the package's version and the engine's name
policy          the policy's name and digest, and ``texts``, the digest of the archived files (`archive`)
parameters      every 参数 with the value in force: ``name value origin source since``; origin is 原文, 标准 or 本地; value null is 待定
as_of           判定时点
recorded_at     when the record was made, as whoever made it says
facts           as stated, in plain JSON, with pseudonyms for names and without other personal values
hidden          the commitments that stand for these (`hiding`), each with ``at``, ``how`` and ``commitment``
sealed          the openings that are encrypted, or null
outcome         the decision about these facts, so targets bear pseudonyms
proof           the certificate of the decision, or null
signer          the id of the key, and the digest of its statement
==============  ==================================================================================================
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from typing import Any, Final, Protocol

from relapse_rules.audit.archive import Archived, archived
from relapse_rules.audit.canonical import Json, canonical, digest, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import (
    How,
    Opening,
    Place,
    Privacy,
    Pseudonyms,
    Salt,
    opening_from,
    parts_of,
    personal_places,
    replaced,
)
from relapse_rules.audit.keys import PublicKey, SigningKey
from relapse_rules.audit.moments import seconds
from relapse_rules.cases.plain import PlainError, plain
from relapse_rules.decisions.model import Decision
from relapse_rules.facts.read import Facts, stated_facts
from relapse_rules.facts.shape import shape_of
from relapse_rules.facts.shown import PERSONAL
from relapse_rules.ir.details import Details
from relapse_rules.ir.nodes import FieldNumber, Merge, MergeNumber, Test
from relapse_rules.ir.program import Program, in_force
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

FORMAT: Final = 1
FIELDS: Final = frozenset(
    {"as_of", "engine", "facts", "format", "hidden", "kind", "outcome", "parameters", "policy", "proof"}
    | {"recorded_at", "sealed", "signer"}
)
_SALT_BYTES: Final = 16


class PolicyLike(Protocol):
    """A compiled policy, as far as records need to know."""

    program: Program
    vocabulary: Vocabulary

    @property
    def name(self) -> str:
        """What the policy calls itself."""
        ...

    @property
    def digest(self) -> str:
        """The digest of all its texts."""
        ...

    @property
    def details(self) -> Details:
        """Its texts."""
        ...

    def decide(self, facts: Facts, *, as_of: str | None = None, source_name: str = "facts") -> Decision:
        """Return the decision about one household."""
        ...


Prove = Callable[[Decision], Json]
"""Gives the certificate of a decision, as JSON."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new record with what does not go into it: the decision with its true names, the policy's files, the masked openings.

    ``in_clear``: the personal fields (Chinese names, 实体：字段) whose values stand readable beside the record, because the policy uses
    them and they were not sealed, or because the caller keeps them.
    """

    record: Record
    decision: Decision
    policy: Archived
    signer: PublicKey
    masked: tuple[Opening, ...]
    in_clear: tuple[str, ...]


def make_record(  # noqa: PLR0913 - each is a choice of the caller's
    policy: PolicyLike,
    facts: Facts,
    key: SigningKey,
    *,
    recorded_at: str,
    as_of: str | None = None,
    privacy: Privacy | None = None,
    prove: Prove | None = None,
    source_name: str = "facts",
    salt: Salt = lambda: secrets.token_bytes(_SALT_BYTES),
) -> Made:
    """Decide a household and return the signed record of it.

    ``facts`` and ``as_of`` as `Policy.decide` takes them. ``recorded_at``: ISO 8601, the caller's clock. ``privacy``: by default names and
    unused personal values are masked, and those that the policy uses stay beside the record.

    Raises:
        FactsError: the facts do not fit.
        AuditError: the key is not valid at ``recorded_at``, or the policy does not know its own files.
    """
    if trouble := key.public.trouble(recorded_at):
        raise AuditError(trouble, "换用有效的密钥，或生成新的")
    files = archived(policy.details)
    decision = policy.decide(facts, as_of=as_of, source_name=source_name)
    as_of = decision.policy.as_of
    stated = _plain(stated_facts(facts, source_name))
    hidden = _Hidden(policy, stated, privacy or Privacy(), salt)
    about = policy.decide(hidden.named, as_of=as_of)
    if hidden.pseudonyms.restored(_text(about)) != _text(decision):
        message = "换用化名后结论不同：规则拿人或户的名称作了判断，这样的记录无法复算"
        raise AuditError(message)
    hidden.settle(as_of, about)
    sealed = [each.dump() for each in hidden.by(How.SEALED)]
    box = hidden.privacy.seal_to
    said: dict[str, Any] = {
        "kind": "record",
        "format": FORMAT,
        "engine": {"name": "lanes", "package": "relapse_rules", "version": version("relapse_rules")},
        "policy": {"name": policy.name, "digest": policy.digest, "texts": files.texts},
        "parameters": parameters_in_force(policy.program, as_of),
        "as_of": as_of,
        "recorded_at": recorded_at,
        "facts": hidden.shown(),
        "hidden": hidden.commitments(),
        "sealed": box.seal(canonical(sealed)) if sealed and box is not None else None,
        "outcome": outcome_of(about, policy),
        "proof": None if prove is None else prove(about),
        "signer": {"key": key.public.id, "statement": key.public.statement_digest},
    }
    text = canonical(said)
    return Made(
        record=Record(text, key.sign(text), hidden.by(How.KEPT), said),
        decision=decision,
        policy=files,
        signer=key.public,
        masked=hidden.by(How.MASKED),
        in_clear=hidden.in_clear(),
    )


def outcome_of(decision: Decision, policy: PolicyLike) -> dict[str, Any]:
    """Return the decision's JSON without personal values, which stand in it only where facts contradict each other."""
    dumped = decision.model_dump()
    personal = _personal_facts(policy.vocabulary)
    for each in dumped["contradictions"]:
        if each["fact"] in personal:
            each["supplied"] = each["derived"] = PERSONAL
    return dumped


def parameters_in_force(program: Program, as_of: str) -> list[dict[str, Any]]:
    """Return each 参数 that has a value at ``as_of``, in the order of the policy."""
    today = day_of(seconds(as_of))
    holding = ((entry.name, in_force(entry, today)) for entry in program.parameters)
    return [
        {
            "name": name,
            "value": setting.text,
            "origin": setting.source,
            "source": setting.origin,
            "since": date.fromordinal(setting.since).isoformat(),
        }
        for name, setting in holding
        if setting is not None
    ]


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


class _Hidden:
    """The facts of one record on their way into it. ``named``: all values, with pseudonyms for names."""

    def __init__(self, policy: PolicyLike, stated: dict[str, Any], privacy: Privacy, salt: Salt) -> None:
        self.policy = policy
        self.privacy = privacy
        self.pseudonyms = Pseudonyms()
        self._places = personal_places(stated, shape_of(policy.vocabulary).outermost)
        self._openings = {place.at: Opening(place.at, salt().hex(), place.value) for place in self._places}
        names = {place.at: self.pseudonyms.value(place.value) for place in self._places if place.is_name}
        self.named = dict(replaced(stated, names))
        used = _used_facts(policy.program)
        self._how = {place.at: self._chosen(place, used) for place in self._places}

    def settle(self, as_of: str, decision: Decision) -> None:
        """Treat everything as used when masking changes the decision after all, as what a unit or a date is told by may."""
        masked = [place for place in self._places if not place.is_name and self._how[place.at] is How.MASKED]
        if not masked:
            return
        without = replaced(self.named, {}, (place.at for place in masked))
        if self.policy.decide(dict(without), as_of=as_of) != decision:
            self._how |= {place.at: self.privacy.used for place in masked}

    def shown(self) -> Json:
        """Return the facts as they stand in the record."""
        return replaced(self.named, {}, (place.at for place in self._places if not place.is_name))

    def commitments(self) -> list[dict[str, str]]:
        return [
            {"at": at, "commitment": opening.commitment(), "how": self._how[at].value}
            for at, opening in self._openings.items()
        ]

    def by(self, how: How) -> tuple[Opening, ...]:
        return tuple(opening for at, opening in self._openings.items() if self._how[at] is how)

    def in_clear(self) -> tuple[str, ...]:
        entities = self.policy.vocabulary.by_english
        kept = (place.spec for place in self._places if self._how[place.at] is How.KEPT)
        return tuple(dict.fromkeys(f"{entities[spec.entity].name}：{spec.name}" for spec in kept))

    def _chosen(self, place: Place, used: frozenset[str]) -> How:
        needed = not place.is_name and (place.spec.fact in used or place.spec.required)
        return self.privacy.used if needed else self.privacy.unused


def _used_facts(program: Program) -> frozenset[str]:
    return frozenset(
        node.fact for node in program.nodes if isinstance(node, (Test, FieldNumber, Merge, MergeNumber))
    )


def _personal_facts(vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(spec.fact for entity in vocabulary.entities for spec in entity.fields if spec.personal)


def _plain(stated: object) -> dict[str, Any]:
    try:
        facts = plain(stated)
    except PlainError as error:
        message = f"事实不能写进记录：{error}"
        raise AuditError(message) from None
    assert isinstance(facts, dict), "facts that were decided about are a mapping"
    return facts


def _text(decision: Decision) -> str:
    return canonical(decision.model_dump())


def _holds(facts: Json, pointer: str) -> bool:
    for part in parts_of(pointer):
        if isinstance(facts, list):
            facts = facts[int(part)]
        elif part in facts:
            facts = facts[part]
        else:
            return False
    return True
