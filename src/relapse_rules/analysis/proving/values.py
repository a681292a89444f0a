"""Which values of a fact can matter: those that some test of some program tells apart, at any date in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from relapse_rules.engines.lanes.answers import Answers, Bits
from relapse_rules.explain.changeable import OTHER
from relapse_rules.ir import nodes
from relapse_rules.ir.program import DatedSetting, ParameterEntry, Program, in_force
from relapse_rules.values.types import Kind
from relapse_rules.values.vocabulary import Vocabulary

FIRST_DAY: Final = date(1901, 1, 1).toordinal()
LAST_DAY: Final = date(2099, 12, 31).toordinal()

_CODES: Final = frozenset({Kind.TEXT, Kind.AREA_CODE})


def days_in_force(programs: Sequence[Program]) -> tuple[int, int]:
    """Return the first and the last day (ordinals) that is looked at: within 1901 to 2099 and the dates in force of all programs."""
    first = max([FIRST_DAY, *(each.valid_from or FIRST_DAY for each in programs)])
    last = min([LAST_DAY, *(each.valid_until or LAST_DAY for each in programs)])
    return first, last


def held(entry: ParameterEntry, days: tuple[int, int]) -> Iterator[tuple[int, int, DatedSetting | None]]:
    """Yield the settings of a 参数, each with its first and last day."""
    first, last = days
    starts = [first, *(each.since for each in entry.values if first < each.since <= last)]
    for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
        yield start, following - 1, in_force(entry, start)


class Values:
    """The values that matter, worked out once for each fact."""

    def __init__(self, programs: Sequence[Program], vocabulary: Vocabulary) -> None:
        self._programs = programs
        self._vocabulary = vocabulary
        self._days = days_in_force(programs)
        self._choices: dict[str, tuple[bool | str, ...]] = {}
        self._elements: dict[str, tuple[str, ...]] = {}
        self._tests: dict[str, list[tuple[Program, nodes.Test]]] = {}
        for program in programs:
            for node in program.nodes:
                if isinstance(node, nodes.Test) and node.kind != "happened":
                    self._tests.setdefault(node.fact, []).append((program, node))

    def choices(self, fact: str) -> tuple[bool | str, ...]:
        """Return one value for each way in which all tests can be answered, the first in the vocabulary; `OTHER` is any other text.

        Where no test tells values apart there are two all the same, so that a household can change.
        """
        found = self._choices.get(fact)
        if found is None:
            found = self._choices[fact] = self._classes(fact)
        return found

    def elements(self, fact: str) -> tuple[str, ...]:
        """Return the elements of a set that some test tells from having none, and one that no test asks for, if there is any."""
        found = self._elements.get(fact)
        if found is None:
            found = self._elements[fact] = self._of_set(fact)
        return found

    def _tables(self, fact: str) -> Iterator[Answers]:
        kind = self._vocabulary.field(fact).type
        for program, node in self._tests.get(fact, ()):
            if node.parameter is None:
                yield Answers(node, kind, node.values)
                continue
            entry = next(entry for entry in program.parameters if entry.name == node.parameter)
            for _, _, setting in held(entry, self._days):
                if setting is not None and isinstance(setting.value, tuple):
                    yield Answers(node, kind, setting.value)

    def _classes(self, fact: str) -> tuple[bool | str, ...]:
        kind = self._vocabulary.field(fact).type
        if kind.kind is Kind.CONDITION:
            return True, False
        tables = tuple(self._tables(fact))
        names = [value.name for value in kind.values]
        names += [name for table in tables for name in table.values_asked]
        if kind.is_open or kind.kind in _CODES or not names:
            names.append(OTHER)
        found: dict[tuple[Bits, ...], str] = {}
        for name in dict.fromkeys(names):
            found.setdefault(tuple(table[name] for table in tables), name)
        return tuple(found.values()) if len(found) > 1 else tuple(dict.fromkeys(names))[:2]

    def _of_set(self, fact: str) -> tuple[str, ...]:
        kind = self._vocabulary.field(fact).type
        asked = dict.fromkeys(name for table in self._tables(fact) for name in table.values_asked)
        listed = [value.name for value in kind.values]
        near = [
            name
            for name in dict.fromkeys((*asked, *listed))
            if any(name in kind.ancestors(each) or each in kind.ancestors(name) for each in asked)
        ]
        others = [name for name in listed if name not in near][:1]
        return (*near, *((OTHER,) if kind.is_open or not listed else others))
