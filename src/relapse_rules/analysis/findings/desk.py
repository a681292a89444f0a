"""What all findings look into: one policy, its program, its declarations by name, a prover, and households known so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from relapse_rules.analysis.findings.asking import Answer, Asking, Saying, Telling
from relapse_rules.analysis.findings.model import Finding, Ground, Shown
from relapse_rules.analysis.findings.samples import sampled
from relapse_rules.analysis.findings.texts import Texts
from relapse_rules.analysis.proving.goals import Witness
from relapse_rules.check import typed
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics import Label
from relapse_rules.diagnostics.code import Code
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactsError
from relapse_rules.ir.program import Listing, Program
from relapse_rules.ir.rails import Rails
from relapse_rules.lowering import lower
from relapse_rules.source import SourceText

KINDS: Final = {"measure": "措施", "step": "步骤", "duty": "职责", "exception": "例外"}

_SAMPLES: Final = 150
_NO_SOLVER: Final = "情形太多，要用求解器：pip install 'relapse_rules[prove]'"
_GAVE_UP: Final = "求解器用尽了限定的力气：把条件拆成几个定义，或减少其中的名单和算术"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A declaration that is yes or no. ``keyword``: what it is declared as. ``literal``: its condition is written as 是 or 否.

    ``listing``: what a decision lists of it with units and limits, None for a 定义 or 裁量.
    """

    name: str
    keyword: str
    domain: str
    node: int
    cites: tuple[str, ...]
    literal: bool
    listing: Listing | None = None


class Desk:
    """A policy laid out for finding. ``sources``: its texts, for places and digests."""

    def __init__(self, policy: TypedPolicy, sources: Mapping[str, SourceText]) -> None:
        self.policy = policy
        self.vocabulary = policy.vocabulary
        self.program: Program = lower(policy, claims=True)
        self.texts = Texts(policy, sources)
        self.asking = Asking(self.program, self.vocabulary)
        self.entries: tuple[Entry, ...] = tuple(_entries(policy, self.program))
        self.telling = Telling(
            self.asking,
            self.vocabulary,
            {entry.name: entry.node for entry in self.entries},
            {parameter.name: parameter.type for parameter in policy.parameters},
            (policy.eligibility,) if policy.eligibility else tuple(each.name for each in self.entries[:1]),
        )

    @cached_property
    def known(self) -> list[Rails]:
        """What the engine says of households that are known: those of the 用例, invented ones, and those that searches found (`know`)."""
        found: list[Rails] = []
        for case in self._cases():
            self._keep(case, found)
        for drawn in sampled(self.program, self.vocabulary, min(_SAMPLES, 2 * len(self.entries))):
            self._keep(drawn, found)
        return found

    def _cases(self) -> Iterator[Case]:
        """Yield the households of the 用例."""
        reader = CaseReader(self.vocabulary) if self.policy.cases else None
        for case in self.policy.cases:
            assert reader is not None, "made for the cases that there are"
            try:
                yield reader.read(case.facts, source_name=case.name)
            except FactsError:
                continue  # a 用例 whose facts are wrong is `relapse-rules test`'s business

    def know(self, case: Case) -> None:
        """Keep a household: what holds of it needs no proof."""
        self._keep(case, self.known)

    def _keep(self, case: Case, found: list[Rails]) -> None:
        rails = self._evaluator.run(case)
        if not rails.conflicts:
            found.append(rails)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return compile_program(self.program)

    @cached_property
    def by_name(self) -> dict[str, Entry]:
        """The declarations by name."""
        return {entry.name: entry for entry in self.entries}

    def finding(  # noqa: PLR0913 - the parts of a finding
        self,
        code: Code,
        rules: tuple[str, ...],
        message: str,
        help_: str,
        *,
        ground: Ground = Ground.STRUCTURE,
        cites: tuple[str, ...] = (),
        labels: Iterable[tuple[str, str]] = (),
        search: Answer | None = None,
        witness: Shown | None = None,
    ) -> Finding:
        """Return a finding about ``rules``. ``labels``: a declaration, and a word about it. ``search``: by which it is proved."""
        bounded = () if search is None else self.telling.lists(search.bounded)
        return Finding(
            code=code,
            rules=rules,
            message=message,
            help=help_,
            ground=ground,
            span=self.texts.place(rules[0]),
            labels=self.labels(labels),
            cites=cites,
            witness=witness,
            bounded=bounded,
            elements=0 if search is None else search.elements,
            digest=self.texts.digest(rules),
        )

    def labels(self, words: Iterable[tuple[str, str]]) -> tuple[Label, ...]:
        """Return labels at declarations, each with a word about it."""
        return tuple(Label(span=self.texts.place(name), message=word) for name, word in words)

    def undecided(
        self,
        code: Code,
        rules: tuple[str, ...],
        question: str,
        *,
        needs_solver: bool,
        cites: tuple[str, ...] = (),
    ) -> Finding:
        """Return the finding that a question could not be settled; ``needs_solver``: for want of z3, else because it gave up."""
        return self.finding(
            code,
            rules,
            f"未能判定：{question}",
            _NO_SOLVER if needs_solver else _GAVE_UP,
            ground=Ground.UNDECIDED,
            cites=cites,
        )

    def shown(
        self, name: str, witness: Witness, sayings: Iterable[Saying], given: Iterable[str] = ()
    ) -> Shown:
        """Return a household that was found in the program as it stands."""
        return self.telling.told(name, self.asking, witness, sayings, given)


def _entries(policy: TypedPolicy, program: Program) -> Iterable[Entry]:
    for definition, concluded in zip(policy.definitions, program.conclusions, strict=True):
        literal = isinstance(definition.condition, typed.Constant)
        yield Entry(
            name=concluded.id,
            keyword="定义",
            domain=concluded.domain,
            node=concluded.node,
            cites=concluded.cites,
            literal=literal,
        )
    for judged in program.judgements:
        yield Entry(
            name=judged.id,
            keyword="裁量",
            domain=judged.domain,
            node=judged.node,
            cites=judged.cites,
            literal=False,
        )
    declared = (*policy.measures, *policy.tasks, *policy.exceptions)
    for written, listing in zip(declared, program.listings, strict=True):
        yield Entry(
            name=listing.id,
            keyword=KINDS[listing.kind],
            domain=listing.domain,
            node=listing.node,
            cites=listing.cites,
            literal=isinstance(written.condition, typed.Constant),
            listing=listing,
        )
