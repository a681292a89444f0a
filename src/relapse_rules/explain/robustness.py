"""On what the outcomes of a decision hinge apart from facts: every 裁量, 解读 and 本地 parameter tried otherwise, as worlds of one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from relapse_rules.decisions.model import Decision, Outcome, Target
from relapse_rules.decisions.standing import THE_PLAN_ITSELF
from relapse_rules.explain.alternatives import Alternatives, Trying
from relapse_rules.explain.listed import Listed
from relapse_rules.explain.model import Dependence, Hinge, OutcomeChange, Robustness, StepKind
from relapse_rules.explain.naming import HIDDEN, Naming, value_text
from relapse_rules.explain.premises import FactAt, Key, ParameterOf, ReadingOf
from relapse_rules.explain.waiting import Element, elements, unset_parameters
from relapse_rules.explain.worlds import Supposed, Worlds
from relapse_rules.facts.case import Case
from relapse_rules.ir.program import Concluded, DatedSetting, in_force
from relapse_rules.ir.rails import Rails
from relapse_rules.values.moments import day_of

NOT_RECORDED: Final = "没有认定"
NOT_SET: Final = "待定"
_NAMES_SHOWN: Final = 6


class Alternative(NamedTuple):
    """One thing taken otherwise: what an answer says of it, and the world in which it is so."""

    hinge: Hinge
    id: str
    target: Target
    taken: str
    instead: str
    key: Key
    supposed: Supposed


class Hinges:
    """Tries what decisions of one program could hinge on."""

    def __init__(self, worlds: Worlds, listed: Listed) -> None:
        self._worlds = worlds
        self._program = worlds.program
        self._listed = listed

    def robustness(self, decision: Decision, case: Case, rails: Rails, naming: Naming) -> Robustness:
        """Return what each alternative changes. ``rails``: those of ``case``, which ``decision`` was made from."""
        # A 裁量 is what is tried, no outcome that could hinge on it.
        listed = tuple(
            element
            for element in elements(self._listed, case)
            if element.asked.kind is not StepKind.JUDGEMENT
        )
        tried = tuple(self.alternatives(case, rails, naming))
        depends = tuple(_together(tried, self._changes(listed, case, rails, tried)))
        swayed = {(change.id, change.target) for each in depends for change in each.changes}
        firm = (
            element.name
            for element in listed
            if element.outcome(case, rails) is not Outcome.UNKNOWN
            and (element.asked.id, element.target) not in swayed
        )
        return Robustness(policy=decision.policy, subject=decision.subject, depends=depends, firm=tuple(firm))

    def alternatives(self, case: Case, rails: Rails, naming: Naming) -> Iterator[Alternative]:
        """Yield everything that could be taken otherwise: 裁量 in written order, then 解读, then 本地 parameters."""
        trying = Trying(self._worlds, naming, case, rails, unset_parameters(self._program, case))
        for judgement in self._program.judgements:
            yield from self._judged(judgement, case, naming, trying)
        nowhere = Target("context", None)
        for reading in self._program.readings:
            for option in reading.options:
                if option != reading.taken:
                    key = ReadingOf(reading.name)
                    yield Alternative(
                        Hinge.READING, reading.name, nowhere, reading.taken, option, key, option
                    )
        yield from self._local(case, trying)

    def _judged(
        self, judgement: Concluded, case: Case, naming: Naming, trying: Trying
    ) -> Iterator[Alternative]:
        """Yield each other finding of each fact that a 裁量 records, for each element."""
        for fact in judgement.facts:
            domain = self._program.facts[fact].domain
            for lane, row in enumerate(case.tables[domain].rows):
                key = FactAt(domain, lane, fact)
                stated = row.get(fact)
                (tried,) = trying.of((key,))
                target = naming.target(fact.partition(".")[0], domain, lane)
                for value in tried.values:
                    if value != stated:
                        yield Alternative(
                            Hinge.JUDGEMENT,
                            judgement.id,
                            target,
                            NOT_RECORDED if stated is None else naming.value(fact, stated),
                            self._told(fact, value, tried, naming),
                            key,
                            value,
                        )

    def _told(self, fact: str, value: Supposed, tried: Alternatives, naming: Naming) -> str:
        if naming.hides(fact):
            return HIDDEN
        alike = tried.alike.get(value, ())
        if alike:
            shown = "、".join(alike[:_NAMES_SHOWN])
            return f"{shown} 等" if len(alike) > _NAMES_SHOWN else shown
        return value_text(self._program.facts[fact].type, _value(value))

    def _local(self, case: Case, trying: Trying) -> Iterator[Alternative]:
        """Yield for each 参数 that is not the plan's own the nearest values that a comparison tells apart, and 待定."""
        today = day_of(case.as_of)
        for entry in self._program.parameters:
            setting = in_force(entry, today)
            key = ParameterOf(entry.name)
            if setting is None or setting.source == THE_PLAN_ITSELF or not self._worlds.leaves(key):
                continue
            taken = NOT_SET if setting.value is None else setting.text or NOT_SET
            for value in self._near(setting, trying, key):
                told = NOT_SET if value is None else _shown(trying, key, value)
                yield Alternative(
                    Hinge.LOCAL_PARAMETER, entry.name, Target("context", None), taken, told, key, value
                )

    def _near(self, setting: DatedSetting, trying: Trying, key: ParameterOf) -> Iterator[Supposed]:
        (tried,) = trying.of((key,))
        now = setting.value
        if isinstance(now, int) and not isinstance(now, bool):
            numbers = [value for value in tried.values if isinstance(value, int)]
            # The answers ascend, one for each stretch that the policy tells apart.
            below = [value for value in numbers if value < now]
            above = [value for value in numbers if value > now]
            yield from (*below[-2:], *above[:2])
        else:
            yield from (value for value in tried.values if value != now)
        if now is not None:
            yield None

    def _changes(
        self, listed: Sequence[Element], case: Case, rails: Rails, tried: Sequence[Alternative]
    ) -> tuple[tuple[OutcomeChange, ...], ...]:
        """Return for each alternative the outcomes that it changes, in the order of a decision."""
        if not tried:
            return ()
        found = self._worlds.run(case, rails, [{one.key: one.supposed} for one in tried])
        changes: list[list[OutcomeChange]] = [[] for _ in tried]
        for element in listed:
            node, lane = element.asked.node, element.lane
            if lane is None or node not in found.touched:
                continue
            before = element.outcome(case, rails)
            yes, no = found.yes(node, lane), found.no(node, lane)
            same: Mapping[Outcome, int] = {Outcome.YES: yes, Outcome.NO: no, Outcome.UNKNOWN: ~(yes | no)}
            otherwise = ~same[before] & (1 << len(tried)) - 1
            while otherwise:
                world = (otherwise & -otherwise).bit_length() - 1
                otherwise &= otherwise - 1
                after = next(outcome for outcome, worlds in same.items() if worlds >> world & 1)
                changes[world].append(
                    OutcomeChange(
                        kind=element.asked.kind,
                        id=element.asked.id,
                        target=element.target,
                        before=before,
                        after=after,
                    )
                )
        return tuple(map(tuple, changes))


def _together(
    tried: Sequence[Alternative], changes: Sequence[tuple[OutcomeChange, ...]]
) -> Iterator[Dependence]:
    """Yield what changes anything; alternatives to one thing that change the same are told together."""
    found: dict[tuple[Hinge, str, Target, str, tuple[OutcomeChange, ...]], list[str]] = {}
    for one, changed in zip(tried, changes, strict=True):
        if changed:
            found.setdefault((one.hinge, one.id, one.target, one.taken, changed), []).append(one.instead)
    for (hinge, id_, target, taken, changed), instead in found.items():
        told = list(dict.fromkeys(instead))
        more = " 等" if len(told) > _NAMES_SHOWN else ""
        yield Dependence(
            hinge=hinge,
            id=id_,
            target=target,
            taken=taken,
            instead=" 或 ".join(told[:_NAMES_SHOWN]) + more,
            changes=changed,
        )


def _value(value: Supposed) -> bool | int | str | frozenset[str]:
    assert value is not None
    return frozenset(value) if isinstance(value, tuple) else value


def _shown(trying: Trying, key: ParameterOf, value: Supposed) -> str:
    return value_text(trying.type_of(key), _value(value))
