"""The 用例 and 性质 of a policy file as pytest's items. Loaded when the first ``.policy`` file of a run is met."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

import pytest

from relapse_rules.analysis.case_lines import case_lines
from relapse_rules.analysis.cases import run_case
from relapse_rules.analysis.proving.other import other_policies
from relapse_rules.analysis.proving.prove import prove
from relapse_rules.analysis.proving.telling import verdict_section
from relapse_rules.analysis.proving.verdicts import Doubt, Outcome
from relapse_rules.check.policy import TypedCase, TypedPolicy
from relapse_rules.decisions.model import Decision
from relapse_rules.decisions.words import Words
from relapse_rules.diagnostics.render import render_terminal
from relapse_rules.policy import Inspection, Policy, compile_policy, inspect
from relapse_rules.source import Span
from relapse_rules.testing.mains import mains, policy_files
from relapse_rules.testing.option import OPTION

_MAINS: Final = pytest.StashKey[frozenset[Path]]()


class NotAsStatedError(Exception):
    """An item did not turn out as the policy states. The message is the whole report."""


class PolicyItem(pytest.Item):
    """Something that a policy states of itself, with its place."""

    span: Span
    line: int

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401 - pytest's own types are private
        """Return the report alone: the policy is wrong, and a traceback through the library says nothing of it."""
        return (
            str(excinfo.value)
            if isinstance(excinfo.value, NotAsStatedError)
            else super().repr_failure(excinfo, style)
        )

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return file, zero-based line and name of what is tested."""
        return Path(self.span.file), self.line, self.name


class CaseItem(PolicyItem):
    """One 用例."""

    case: TypedCase

    def runtest(self) -> None:
        """Decide the facts of the case and compare."""
        file = self.getparent(PolicyFile)
        assert file is not None
        result = run_case(self._decided, self.case, told=file.words.fact)
        if not result.passed:
            raise NotAsStatedError("\n".join(case_lines(result, file.inspection.sources)))

    def _decided(self, case: TypedCase) -> Decision:
        file = self.getparent(PolicyFile)
        assert file is not None
        return file.policy.decide(case.facts, source_name=f"用例“{case.name}”")


class PropertyItem(PolicyItem):
    """One 性质, decided for all households."""

    def runtest(self) -> None:
        """Prove it; what is refuted or undecided fails, and what only z3 could decide is skipped where z3 is missing."""
        file = self.getparent(PolicyFile)
        assert file is not None
        policy = file.inspection.policy
        assert policy is not None
        overlays = [_named(path) for path in _local(self.config)]
        load_other = other_policies(_inspected, Path(_named(file.path)), [Path(name) for name in overlays])
        (verdict,) = prove(policy, only=[self.name], load_other=load_other)
        lines = [line.text for line in verdict_section(verdict, policy).lines]
        if verdict.doubt is Doubt.NO_SOLVER:
            pytest.skip("；".join(line.strip() for line in lines[-1:]))
        if verdict.outcome is not Outcome.PROVED:
            raise NotAsStatedError("\n".join(lines))


def _inspected(path: Path, overlays: Sequence[Path]) -> TypedPolicy | None:
    return inspect(path, local=overlays).policy


class PolicyFile(pytest.File):
    """The main file of a policy, with everything that it imports and the county's own files."""

    @cached_property
    def inspection(self) -> Inspection:
        """What the front half finds in it."""
        return inspect(_named(self.path), local=[_named(path) for path in _local(self.config)])

    @cached_property
    def policy(self) -> Policy:
        """The policy that decides."""
        assert self.inspection.policy is not None  # INVARIANT: a file with errors has no items
        return compile_policy(self.inspection.policy)

    @cached_property
    def words(self) -> Words:
        """How a reader is told of facts."""
        return Words(self.policy.vocabulary)

    def collect(self) -> Iterator[pytest.Item]:
        """Yield what the policy states of itself, in the order of its files.

        Raises:
            CollectError: anything is wrong with the policy; the message shows it.
        """
        found = self.inspection
        if found.policy is None:
            raise self.CollectError(render_terminal(found.diagnostics, found.sources, colour=False))
        for case in found.cases:
            item = CaseItem.from_parent(self, name=case.name)  # pyright: ignore[reportUnknownMemberType] - pytest's own
            item.case = case
            yield self._placed(item, case.span)
        for claim in found.policy.properties:
            stated = PropertyItem.from_parent(self, name=claim.name)  # pyright: ignore[reportUnknownMemberType] - the same
            yield self._placed(stated, claim.span)

    def _placed(self, item: PolicyItem, span: Span) -> PolicyItem:
        source = self.inspection.sources.get(span.file)
        item.span = span
        item.line = 0 if source is None else source.line_column(span.start)[0] - 1
        return item


def collected(path: Path, parent: pytest.Collector) -> PolicyFile | None:
    """Return the collector of a policy file, or None for a part of another policy, and for the county's own files."""
    config = parent.config
    if _MAINS not in config.stash:
        own = {each.resolve() for each in _local(config)}
        folder = config.invocation_params.dir
        named = [folder / str(argument).partition("::")[0] for argument in config.args]
        files = policy_files(named, config.getini("norecursedirs"))
        config.stash[_MAINS] = mains(each for each in files if each not in own)
    if path.resolve() not in config.stash[_MAINS]:
        return None
    return PolicyFile.from_parent(parent, path=path)  # pyright: ignore[reportUnknownMemberType] - the same


def _local(config: pytest.Config) -> list[Path]:
    """Return the county's own files, from the ini file and the command line."""
    folder = config.invocation_params.dir
    return [*config.getini(OPTION), *(folder / name for name in cast("list[str]", config.getoption(OPTION)))]


def _named(path: Path) -> str:
    """Return how messages call a file: from where pytest was started, when it lies below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
