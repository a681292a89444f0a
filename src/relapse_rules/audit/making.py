"""Makes the record of a decision: decides, hides what is personal, and signs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Final, Protocol

from relapse_rules.audit.archive import Archived, archived
from relapse_rules.audit.canonical import Json, canonical
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.hiding import (
    How,
    Opening,
    Privacy,
    Pseudonyms,
    Salt,
    personal_places,
    replaced,
)
from relapse_rules.audit.keys import PublicKey, SigningKey
from relapse_rules.audit.moments import seconds
from relapse_rules.audit.record import FORMAT, Record
from relapse_rules.cases.plain import PlainError, plain
from relapse_rules.decisions.model import Decision
from relapse_rules.facts.read import Facts, stated_facts
from relapse_rules.facts.shape import AS_OF, EntityReader, Shape, shape_of
from relapse_rules.facts.shown import PERSONAL
from relapse_rules.ir.details import Details
from relapse_rules.ir.nodes import FieldNumber, Merge, MergeNumber, Test
from relapse_rules.ir.program import Program, in_force
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

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
    stated = _plain(stated_facts(facts, source_name))
    if as_of is not None:
        stated = _dated(stated, decision.policy.as_of, shape_of(policy.vocabulary))
    hidden = _Hidden(policy, stated, privacy or Privacy(), salt)
    about = policy.decide(hidden.named)
    if hidden.pseudonyms.restored(_text(about)) != _text(decision):
        message = "换用化名后结论不同：规则拿人或户的名称作了判断，这样的记录无法复算"
        raise AuditError(message)
    hidden.settle(about)
    sealed = [each.dump() for each in hidden.by(How.SEALED)]
    box = hidden.privacy.seal_to
    said: dict[str, Any] = {
        "kind": "record",
        "format": FORMAT,
        "engine": {"name": "lanes", "package": "relapse_rules", "version": version("relapse_rules")},
        "policy": {"name": policy.name, "digest": policy.digest, "texts": files.texts},
        "parameters": parameters_in_force(policy.program, about.policy.as_of),
        "as_of": about.policy.as_of,
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
        self._needed = {
            place.at: not place.is_name and (place.spec.fact in used or place.spec.required)
            for place in self._places
        }

    def settle(self, decision: Decision) -> None:
        """Treat everything as needed when leaving it out changes the decision after all, as what a unit or a date is told by may."""
        unused = [place.at for place in self._places if not place.is_name and not self._needed[place.at]]
        if unused and self.policy.decide(dict(replaced(self.named, {}, unused))) != decision:
            self._needed |= dict.fromkeys(unused, True)

    def how(self, at: str) -> How:
        """Return what becomes of a value."""
        return self.privacy.used if self._needed[at] else self.privacy.unused

    def shown(self) -> Json:
        """Return the facts as they stand in the record."""
        return replaced(self.named, {}, (place.at for place in self._places if not place.is_name))

    def commitments(self) -> list[dict[str, Any]]:
        """Return what stands in the record for each hidden value."""
        return [
            {
                "at": at,
                "commitment": opening.commitment(),
                "how": self.how(at).value,
                "needed": self._needed[at],
            }
            for at, opening in self._openings.items()
        ]

    def by(self, how: How) -> tuple[Opening, ...]:
        return tuple(opening for at, opening in self._openings.items() if self.how(at) is how)

    def in_clear(self) -> tuple[str, ...]:
        entities = self.policy.vocabulary.by_english
        kept = (place.spec for place in self._places if self.how(place.at) is How.KEPT)
        return tuple(dict.fromkeys(f"{entities[spec.entity].name}：{spec.name}" for spec in kept))


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


def _dated(stated: dict[str, Any], as_of: str, shape: Shape) -> dict[str, Any]:
    """Return facts with another 判定时点, under whatever names they use."""
    dated = dict(stated)
    key = next((key for key in stated if _names(shape.outermost, key, shape.context)), shape.context)
    context = shape.outermost.children_by_key[shape.context].reader
    others = {
        name: value
        for name, value in dict(stated.get(key, {})).items()
        if (field := context.field(name)) is None or field.spec.english != AS_OF
    }
    dated[key] = others | {AS_OF: as_of}
    return dated


def _names(reader: EntityReader, key: str, english: str) -> bool:
    child = reader.children_by_key.get(key)
    return child is not None and child.reader.english == english


def _text(decision: Decision) -> str:
    return canonical(decision.model_dump())
