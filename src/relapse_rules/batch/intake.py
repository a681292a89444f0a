"""From a county's tables to households that can be decided. Read this first.

`sources` (which table is which entity) → `headers` (which column is which field) → `table_reader` and `cells` (values, or what is wrong) →
`spool` (together by household, in bounded memory) → `joining` (who belongs to whom, what does not fit) → `blocks` (households side by side
for the engine)

Nothing is dropped: of every entity, the rows read are the rows decided and the rows rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pyarrow as pa

from relapse_rules.batch.county import CountyTables, shared_domains
from relapse_rules.batch.feeds import Feed
from relapse_rules.batch.headers import Headers
from relapse_rules.batch.joining import join
from relapse_rules.batch.lacking import lacking
from relapse_rules.batch.mapping import Mapped, OwnNames, names_of
from relapse_rules.batch.plan import EntityPlan, Plan, facts_asked, references_of
from relapse_rules.batch.rejects import Count, Rejects, assert_whole
from relapse_rules.batch.sources import Source, Sources
from relapse_rules.batch.spool import DEFAULT_BYTES, DEFAULT_PARTS, Spool
from relapse_rules.batch.table_reader import TableReader
from relapse_rules.batch.taken import Taken
from relapse_rules.batch.workers import one_behind
from relapse_rules.facts.case import Case
from relapse_rules.facts.moments import MomentError, time_seconds
from relapse_rules.facts.shape import shape_of
from relapse_rules.ir.program import Program
from relapse_rules.tables.errors import InputError
from relapse_rules.values.vocabulary import Vocabulary


class PolicyLike(Protocol):
    """A compiled policy, as far as this needs it."""

    @property
    def program(self) -> Program: ...  # noqa: D102 - as named
    @property
    def vocabulary(self) -> Vocabulary: ...  # noqa: D102 - as named


def take_in(
    policy: PolicyLike,
    source: Source,
    *,
    as_of: str | None = None,
    mapping: Mapped = None,
    carry: Sequence[str] = (),
    most_bytes: int = DEFAULT_BYTES,
    parts: int = DEFAULT_PARTS,
    folder: Path | None = None,
) -> County:
    """Read and validate all tables of a county.

    ``source``: see `sources`. ``as_of``: ISO 8601, stands in for the stated 判定时点. ``mapping``: the county's own names, see `mapping`.
    ``carry``: facts of households to be handed on beside those that decide. Beyond ``most_bytes`` of validated rows, everything is kept
    in ``folder`` (default: the system's) in ``parts`` parts, of which one at a time is in memory.

    Raises:
        InputError: nothing can be decided: no table of households, no 判定时点, a table is unreadable or does not name its rows.
        OSError: a file cannot be opened, or there is no room for what does not fit into memory.
    """
    names = names_of(mapping, policy.vocabulary)
    found = Sources(policy.vocabulary, names)
    found.add(source)
    spool = Spool(most_bytes=most_bytes, parts=parts, folder=folder)
    try:
        intake = _Intake(policy, names, spool, carry)
        return intake.county(found.feeds, tuple(found.notes), _moment(as_of))
    except BaseException:
        spool.__exit__(None, None, None)
        raise


def _moment(as_of: str | None) -> int | None:
    try:
        return None if as_of is None else time_seconds(as_of)
    except MomentError as error:
        message = f"判定时点“{as_of}”不行：{error}（写作 2023-08-01T20:00:00+08:00）"
        raise InputError(message) from None


class County:
    """A county's validated tables. Used as a context manager: at the end what was put on disk is gone.

    ``case``: what belongs to the county as a whole, for the one-household engine; ``shared`` names those domains, ``subject`` that of
    households, ``subject_name`` as people call it. ``notes``: what an
    officer should know, such as what missing columns leave unknown. ``rejects``: rows that were wrong by themselves; those that turn out
    wrong when households are put together are in each `Taken`. ``counts``: by entity, final once all `parts` were gone through.
    """

    def __init__(
        self, plan: Plan, case: Case, spool: Spool, notes: tuple[str, ...], rejects: pa.Table
    ) -> None:
        self.case = case
        self.shared = plan.shared
        self.subject = plan.subject
        self.subject_name = plan.names[plan.subject]
        self.notes = notes
        self.rejects = rejects
        self._plan = plan
        self._spool = spool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.__exit__(kind, error, trace)

    @property
    def counts(self) -> tuple[Count, ...]:
        """The rows of each entity."""
        return tuple(self._plan.counts.values())

    @property
    def part_count(self) -> int:
        """How many parts there are; the same tables have the same parts in every run."""
        return self._spool.count

    def parts(self) -> Iterator[Taken]:
        """Yield the good households, part by part. Once only.

        Raises:
            AssertionError: rows were lost, which is a defect of this library.
        """
        for part in self._spool.parts():
            yield join(part, self._plan, self.case)
        assert_whole(self.counts)


class _Intake:
    def __init__(self, policy: PolicyLike, names: OwnNames, spool: Spool, carry: Sequence[str]) -> None:
        self._program = policy.program
        self._vocabulary = policy.vocabulary
        self._shape = shape_of(policy.vocabulary)
        self._headers = Headers(policy.vocabulary, names)
        self._spool = spool
        self._rejects = Rejects()
        self._notes: list[str] = []
        self._plan = self._planned(names, carry)

    def _planned(self, names: OwnNames, carry: Sequence[str]) -> Plan:
        shared = shared_domains(self._program, self._shape)
        asked = facts_asked(self._program, shared)
        entities: dict[str, EntityPlan] = {}
        for spec in self._vocabulary.entities:
            if not self._headers.belongs(spec):
                continue
            domain = self._vocabulary.domain(spec.english)
            if domain not in {spec.english, self._shape.subject} or (
                spec.parent not in {self._shape.context, self._shape.subject} and domain == spec.english
            ):
                message = f"“{spec.name}”在“{spec.parent}”之下，成批判定只读农户和直接在它之下的表"
                raise InputError(message)
            is_subject = spec.english == self._shape.subject
            entities[spec.english] = EntityPlan(
                spec=spec,
                single=spec.single,
                key=self._headers.key_of(spec),
                identifier=None if is_subject else spec.identifier,
                references=tuple(references_of(self._program, spec, self._shape.subject)),
                host=self._shape.hosts.get(spec.english),
                wanted=asked,
                asked=tuple(carry) if is_subject else (),
            )
        return Plan(
            vocabulary=self._vocabulary,
            subject=self._shape.subject,
            shared=shared,
            entities=entities,
            identifier=self._headers.identifier,
            renamed=names.values,
        )

    def county(
        self, feeds: Mapping[str, Sequence[Feed]], notes: tuple[str, ...], as_of: int | None
    ) -> County:
        """Read everything."""
        if self._shape.subject not in feeds:
            message = f"没有“{self._plan.names[self._shape.subject]}”表，不知道要判定哪些户"
            raise InputError(message)
        shared: dict[str, pa.Table] = {}
        threads = pa.cpu_count()
        with ThreadPoolExecutor(threads) as pool, one_behind(threads) as behind:
            for english, given in feeds.items():
                entity = self._vocabulary.by_english[english]
                self._plan.counts[english] = Count(entity=entity.name)
                reader = TableReader(self._plan, entity, self._headers, self._rejects, self._notes, pool)
                rows = reader.read(given)
                if english in self._plan.entities:
                    for table in rows:
                        behind(partial(self._spool.add, english, table))
                else:
                    shared[english] = pa.concat_tables(rows)
        self._spool.finish()
        tables = CountyTables(self._program, self._plan, self._shape, self._rejects)
        case = tables.case(shared, as_of)
        notes_of_lack = lacking(self._program, self._vocabulary, frozenset(feeds), self._read_facts())
        return County(
            self._plan,
            case,
            self._spool,
            (*notes, *self._notes, *tables.notes, *notes_of_lack),
            self._rejects.take(),
        )

    def _read_facts(self) -> frozenset[str]:
        return frozenset(self._plan.facts_read)
