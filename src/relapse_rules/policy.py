"""The policy: its passes in order, from text to decisions. Read this first.

text → `check.loading` → `check.check` → `lowering` → `engines.lanes` → `facts` → rails → `decisions`
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, partial
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from relapse_rules import resources, store
from relapse_rules.bundle.errors import BundleError
from relapse_rules.decisions import Concluder, changed_by_readings
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.explained import Explained
from relapse_rules.facts import CaseReader
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.facts.read import Facts, stated_facts
from relapse_rules.ir.details import Details, details_of
from relapse_rules.ir.program import Program, is_valid_on
from relapse_rules.values.moments import day_of
from relapse_rules.values.vocabulary import Vocabulary

if TYPE_CHECKING:
    from datetime import datetime
    from types import CodeType

    from relapse_rules.audit.keys import PublicKey
    from relapse_rules.batch.result import Alone, BatchResult
    from relapse_rules.batch.sources import Source
    from relapse_rules.bundle.reading import Places
    from relapse_rules.cases.clock import Workdays
    from relapse_rules.cases.log import EventLog
    from relapse_rules.cases.session import Case as LiveCase
    from relapse_rules.check.loading import Loaded
    from relapse_rules.check.policy import TypedCase, TypedPolicy
    from relapse_rules.diagnostics import Diagnostic
    from relapse_rules.engines.durable import DurableEvaluator
    from relapse_rules.explain.answers import Asking, CaseAnswers
    from relapse_rules.facts.case import Case
    from relapse_rules.facts.models import Models
    from relapse_rules.ir.rails import Rails
    from relapse_rules.source import SourceText

AnyPath = str | PathLike[str]
EngineName = Literal["lanes", "durable"]

_PLAN: Final = "plan.policy"


class PolicyError(ValueError):
    """A policy that cannot be used. ``diagnostics`` holds every finding, ``sources`` the texts that they point into."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: Mapping[str, SourceText]) -> None:
        super().__init__(diagnostics, sources)
        self.diagnostics = diagnostics
        self.sources = sources

    def __str__(self) -> str:
        from relapse_rules.diagnostics.render import render_terminal  # noqa: PLC0415 - laid out only when read

        return render_terminal(self.diagnostics, self.sources, colour=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Everything that the front half says of a policy. ``policy`` is None when anything is wrong."""

    policy: TypedPolicy | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    cases: tuple[TypedCase, ...] = ()
    loaded: Loaded | None = None
    """The parsed files, for what works on the written rules."""


class Policy:
    """A compiled policy. Safe to share between threads, after a fork, and through pickle.

    Make one with `load` or `load_plan`; making it costs up to a second, deciding with it a fraction of a millisecond.
    """

    def __init__(
        self,
        program: Program,
        vocabulary: Vocabulary,
        evaluator: Evaluator | None = None,
        details: Details | bytes | None = None,
    ) -> None:
        self.program = program
        self.vocabulary = vocabulary
        self._details = Details() if details is None else details
        self._evaluator = compile_program(program) if evaluator is None else evaluator
        self._reader = CaseReader(vocabulary)
        self._concluder = Concluder(program)

    def __reduce__(self) -> tuple[type[Policy], tuple[Program, Vocabulary, None, Details | bytes]]:
        return Policy, (self.program, self.vocabulary, None, self._details)

    def __repr__(self) -> str:
        return f"<Policy {self.name} {self.digest[:19]}>"

    @property
    def name(self) -> str:
        """What the policy calls itself."""
        return self.program.policy

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of all its texts; two policies with one digest decide alike."""
        return self.program.digest

    @property
    def evaluator(self) -> Evaluator:
        """The engine that decides; for whoever needs rails and not decisions."""
        return self._evaluator

    @property
    def details(self) -> Details:
        """The policy's own words and texts, for explanations and records. Empty parts where it was not made from files."""
        if isinstance(self._details, bytes):
            # Read back when first asked for: most starts from the cache never explain anything.
            self._details = cast("Details", pickle.loads(self._details))  # noqa: S301 - see `_restored`
        return self._details

    def decide(
        self,
        facts: Facts,
        *,
        as_of: str | None = None,
        source_name: str = "facts",
        engine: EngineName = "lanes",
    ) -> Explained:
        """Return the decision about one household; the same whichever ``engine`` works it out. It can be asked why.

        ``facts``: a mapping, JSON text (or its UTF-8 bytes), or a model of `models`. ``as_of`` stands in for the stated 判定时点.
        ``source_name`` is what error messages call the facts.

        Raises:
            FactsError: the facts do not fit the vocabulary, or 判定时点 is outside the policy's dates in force.
            ImportError: ``engine="durable"`` without the extra ``relapse_rules[durable]``.
        """
        if as_of is not None:
            _require_moment(as_of)
            stated = stated_facts(facts, source_name)
            facts = self._dated(stated, as_of) if isinstance(stated, Mapping) else facts
        case = self._reader.read(facts, source_name=source_name)
        self._require_in_force(case.as_of, source_name)
        return self._decided(case, self._evaluator if engine == "lanes" else self._durable)[1]

    def _decided(self, case: Case, evaluator: Evaluator | DurableEvaluator) -> tuple[Rails, Explained]:
        rails = evaluator.run(case)
        changes = changed_by_readings(evaluator, rails, case)
        decision = self._concluder.conclude(rails, case, reading_changes=changes)
        return rails, Explained._make(decision).answered_by(partial(self._answers, case, rails))

    def decide_batch(
        self,
        source: Source,
        *,
        as_of: str | None = None,
        mapping: AnyPath | Mapping[str, object] | None = None,
        workers: int | None = None,
    ) -> BatchResult[Explained]:
        """Return the decisions about all households of a county, in memory; for more than memory holds see `batch.running.run_batch`.

        ``source``: a folder or file, a database connection, or a mapping of one table an entity (`batch.sources`). ``as_of`` stands in for
        the stated 判定时点. ``mapping``: the county's own names of tables, columns and codes (`batch.mapping`). ``workers``: threads, by default one
        a core.

        A record that cannot be used is in ``rejects``, with its household; the rest is decided. The outcomes are those of `decide`.

        Raises:
            InputError: nothing can be decided: no table of households, no 判定时点, an unreadable table, or a policy that cannot be run so.
            OSError: a file cannot be opened.
            ImportError: without the extra ``relapse_rules[batch]``.
        """
        from relapse_rules.batch.together import decide_together  # noqa: PLC0415 - an extra

        return decide_together(self, source, self._alone, as_of=as_of, mapping=mapping, workers=workers)

    def ask_run(
        self,
        source: Source,
        out: AnyPath,
        household_id: str,
        *,
        as_of: str | None = None,
        mapping: AnyPath | Mapping[str, object] | None = None,
    ) -> Explained:
        """Return the decision about one household of the finished run in ``out`` (`batch.running.run_batch`), which can be asked why.

        The facts are read again from the same ``source``, with the same ``as_of`` and ``mapping``, and decided alone; the reasons must be those
        that the run recorded.

        Raises:
            InputError: there is no such run or household, or policy, moment or tables are not those of the run.
            ReasonsError: the reasons are not the recorded ones.
            ImportError: without the extra ``relapse_rules[batch]``.
        """
        from relapse_rules.batch.asking import ask_run  # noqa: PLC0415 - an extra

        return ask_run(self, source, out, household_id, self._alone, as_of=as_of, mapping=mapping)

    def _alone(self, case: Case) -> Alone[Explained]:
        from relapse_rules.batch.result import Alone  # noqa: PLC0415 - an extra

        return Alone(*self._decided(case, self._evaluator))

    def open_case(
        self,
        facts: Facts,
        *,
        as_of: str | datetime | None = None,
        log: EventLog | None = None,
        case_id: str | None = None,
        workdays: Workdays | None = None,
        engine: EngineName = "lanes",
    ) -> LiveCase:
        """Open a live case about one household: facts and events arrive over time, duties fall due, a log keeps everything.

        See `relapse_rules.cases.session.open_case` for the parameters and what is raised.
        """
        from relapse_rules.cases.clock import Workdays  # noqa: PLC0415 - only for those who follow a case over time
        from relapse_rules.cases.session import open_case  # noqa: PLC0415

        return open_case(
            self,
            facts,
            as_of=as_of,
            log=log,
            case_id=case_id,
            workdays=Workdays.CALENDAR if workdays is None else workdays,
            engine=None if engine == "lanes" else self._durable,
        )

    @cached_property
    def _durable(self) -> DurableEvaluator:
        from relapse_rules.engines.durable import compile_program as compile_durable  # noqa: PLC0415 - an extra

        return compile_durable(self.program)

    @cached_property
    def _asking(self) -> Asking:
        from relapse_rules.explain.answers import Asking  # noqa: PLC0415 - most decisions are never asked

        return Asking(self.program, self.vocabulary, self._evaluator, self._concluder, self.details)

    def _answers(self, case: Case, rails: Rails) -> CaseAnswers:
        from relapse_rules.explain.answers import CaseAnswers  # noqa: PLC0415 - the same

        return CaseAnswers(self._asking, case, rails)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema (draft 2020-12) of the facts of one case."""
        from relapse_rules.facts.schema import json_schema  # noqa: PLC0415 - needed by few

        return json_schema(self.vocabulary)

    @property
    def models(self) -> Models:
        """Return the pydantic models of the vocabulary: ``models.CaseFacts``, ``models.Household`` …"""
        from relapse_rules.facts.models import models  # noqa: PLC0415 - pydantic is imported only for those who use it

        return models(self.vocabulary)

    def _dated(self, facts: Mapping[str, object], as_of: str) -> Mapping[str, object]:
        """Return ``facts`` with 判定时点 replaced, under whatever names they use."""
        root = next(entity for entity in self.vocabulary.entities if entity.parent is None)
        instant = root.by_english["as_of"]
        key = next((name for name in (root.english, root.name, *root.aliases) if name in facts), root.english)
        stated = facts.get(key, {})
        if not isinstance(stated, Mapping):
            return facts
        # Copies, since a JSON object read from text remembers the keys that it repeated.
        moment, dated = _changeable(stated), _changeable(facts)
        for name in (instant.english, instant.name, *instant.aliases):
            moment.pop(name, None)
        moment[instant.english] = as_of
        dated[key] = moment
        return dated

    def _require_in_force(self, as_of: int, source_name: str) -> None:
        if not is_valid_on(self.program, day_of(as_of)):
            problem = FactProblem(
                source=source_name,
                path="context.as_of",
                message=f"判定时点不在“{self.name}”的有效期内",
                help="改判定时点,或换用当时有效的政策",
            )
            raise FactsError((problem,))


def plan_path() -> Path:
    """Return the main file of the county plan that comes with the package."""
    return resources.policies_directory() / _PLAN


def load_plan(*, local: Sequence[AnyPath] = ()) -> Policy:
    """Return the county plan that comes with the package, with the county's own files (``local``) applied.

    Raises:
        PolicyError: a file of ``local`` is wrong.
    """
    return load(plan_path(), local=local)


def load(path: AnyPath, *, local: Sequence[AnyPath] = (), keys: Sequence[PublicKey] | None = None) -> Policy:
    """Return the policy whose main file, or whose bundle, is ``path``, with the county's own files (``local``) applied.

    A compiled policy is kept on disk under the content of its files (see `store`), so that a second start is quick. ``keys``: take only a
    bundle that one of them has signed.

    Raises:
        PolicyError: anything in its files is wrong; warnings alone raise nothing. Or the bundle was changed, or is not signed so.
    """
    entry, overlays = _name(path), tuple(_name(own) for own in local)
    try:
        if keys is not None:
            _require_signed(entry, keys)
        key = store.entry_name(entry, overlays)
        kept = store.read(key)
        policy = None if kept is None else _restored(kept)
        return _compiled(entry, overlays, key) if policy is None else policy
    except BundleError as error:
        raise PolicyError((_refused(entry, error),), {}) from None


def inspect(path: AnyPath, *, local: Sequence[AnyPath] = ()) -> Inspection:
    """Return everything that the front half finds in a policy, with its worked cases. Never raises for what its files hold."""
    entry = _name(path)
    try:
        inspection, _ = _inspect(entry, tuple(_name(own) for own in local))
    except BundleError as error:
        return Inspection(policy=None, diagnostics=(_refused(entry, error),), sources={})
    return inspection


def compile_policy(typed: TypedPolicy, sources: Mapping[str, SourceText] | None = None) -> Policy:
    """Return the policy that a typed policy means. With its ``sources``, explanations use its own words."""
    from relapse_rules.lowering import lower  # noqa: PLC0415 - the front half stays out of a start from the cache

    program = lower(typed)
    return Policy(program, typed.vocabulary, None, _detailed(typed, program, sources or {}))


def _require_moment(as_of: str) -> None:
    """Raise FactsError when the caller's own 判定时点 is none: the facts are not to blame."""
    try:
        time_seconds(as_of)
    except MomentError as error:
        problem = FactProblem(
            source="as_of",
            path="",
            message=f"判定时点要填时间,这里是“{as_of[:40]}”:{error}",
            help="写作 2023-08-01T20:00:00+08:00",
        )
        raise FactsError((problem,)) from None


def _changeable(stated: Mapping[str, object]) -> dict[str, object]:
    return copy(stated) if isinstance(stated, dict) else dict(stated)


def _name(path: AnyPath) -> str:
    return Path(fspath(path)).as_posix()


def _inspect(entry: str, overlays: tuple[str, ...]) -> tuple[Inspection, Places]:
    """Return the inspection, and where the texts were read.

    Raises:
        BundleError: ``entry`` is a bundle that must not be used.
    """
    from relapse_rules.bundle.reading import places_of  # noqa: PLC0415 - the front half stays out of a start from the cache
    from relapse_rules.check.check import check  # noqa: PLC0415
    from relapse_rules.check.loading import load_files  # noqa: PLC0415

    places = places_of(entry, overlays)
    loaded = load_files(places.entry, places.read, places.overlays, library=places.library)
    assert loaded.value is not None
    checked = check(loaded.value)
    found = (*loaded.diagnostics, *checked.diagnostics)
    typed = None if loaded.has_errors else checked.value
    cases = () if typed is None else typed.cases
    return Inspection(
        policy=typed, diagnostics=found, sources=loaded.value.sources, cases=cases, loaded=loaded.value
    ), places


def _require_signed(entry: str, keys: Sequence[PublicKey]) -> None:
    """Refuse a policy that is no bundle signed by one of ``keys``.

    Raises:
        BundleError: so it is.
    """
    from relapse_rules.bundle.reading import places_of  # noqa: PLC0415 - asked for by few
    from relapse_rules.bundle.signature import require_trusted  # noqa: PLC0415 - an extra

    bundle = places_of(entry, ()).bundle
    require_trusted(None if bundle is None else bundle.signed(), keys)


def _refused(entry: str, error: BundleError) -> Diagnostic:
    from relapse_rules.diagnostics.codes_names import BUNDLE_REFUSED  # noqa: PLC0415 - only when something is wrong
    from relapse_rules.source import Span  # noqa: PLC0415

    return BUNDLE_REFUSED.at(Span(entry, 0, 0), error.message, help=error.help)


def _compiled(entry: str, overlays: tuple[str, ...], key: str) -> Policy:
    """Compile a policy from its texts.

    Raises:
        BundleError: ``entry`` is a bundle that must not be used.
    """
    from relapse_rules.lowering import lower  # noqa: PLC0415 - the front half stays out of a start from the cache

    inspection, places = _inspect(entry, overlays)
    if inspection.policy is None:
        raise PolicyError(inspection.diagnostics, inspection.sources)
    vocabulary = inspection.policy.vocabulary
    lowered = lower(inspection.policy)
    if places.bundle is not None and overlays:
        load(entry)  # what the county adds comes on top of a policy that is as it was
    elif places.bundle is not None:
        places.bundle.require_same(lowered)
    details = _detailed(inspection.policy, lowered, inspection.sources, places.entry, places.overlays)
    # Only conformance tests ask for single expressions; without them an entry is half as large.
    program = replace(lowered, expressions={}, origins=())
    evaluator = compile_program(program)
    kept = pickle.dumps(details, protocol=pickle.HIGHEST_PROTOCOL)
    body = pickle.dumps(
        (program, vocabulary, marshal.dumps(evaluator.code), kept), protocol=pickle.HIGHEST_PROTOCOL
    )
    store.write(key, pickle.dumps((places.seen, body), protocol=pickle.HIGHEST_PROTOCOL))
    return Policy(program, vocabulary, evaluator, details)


def _detailed(
    typed: TypedPolicy,
    program: Program,
    sources: Mapping[str, SourceText],
    entry: str = "",
    overlays: tuple[str, ...] = (),
) -> Details:
    statements = () if typed.outline is None else typed.outline.statements
    return details_of(
        program,
        {name: source.text for name, source in sources.items()},
        gists={statement.id: statement.text for statement in statements},
        numbers={indicator.name: indicator.type for indicator in typed.indicators},
        parameters={parameter.name: parameter.type for parameter in typed.parameters},
        entry=entry,
        overlays=overlays,
    )


def _restored(kept: bytes) -> Policy | None:
    """Return the policy of a cache entry, or None when any file that it was made from is different now."""
    try:
        read, body = pickle.loads(kept)  # noqa: S301 - `store` reads only what this user alone can write
        if any(store.file_digest(name) != digest for name, digest in read.items()):
            return None
        program, vocabulary, code, details = pickle.loads(body)  # noqa: S301 - the same
        compiled = cast("CodeType", marshal.loads(code))  # noqa: S302 - the same
        return Policy(program, vocabulary, Evaluator(program, compiled), details)
    except (
        pickle.UnpicklingError,
        EOFError,
        ValueError,
        TypeError,
        AttributeError,
        ImportError,
        IndexError,
        KeyError,
    ):
        return None  # an entry cut short or from another version is as good as none
