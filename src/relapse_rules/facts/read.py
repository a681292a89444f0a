"""Facts of one case, as JSON text, mapping or model, to a validated `Case`. Reports everything wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, runtime_checkable

from relapse_rules.facts.case import Case
from relapse_rules.facts.errors import FactProblem, FactsError
from relapse_rules.facts.json_text import JsonTextError, parse
from relapse_rules.facts.problems import EnoughError, Problems
from relapse_rules.facts.reading import Reading
from relapse_rules.facts.shape import shape_of
from relapse_rules.facts.shown import shown
from relapse_rules.values.vocabulary import Vocabulary

_KEPT_READERS: Final = 16


@runtime_checkable
class Model(Protocol):
    """A pydantic model, as far as reading needs to know."""

    def model_dump(self, *, exclude_unset: bool, by_alias: bool) -> dict[str, object]:
        """Return the stated facts under their English names."""
        ...


Facts = Mapping[str, object] | str | bytes | Model


class CaseReader:
    """Reads cases of one vocabulary. Making one takes milliseconds, reading with it a fraction of one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.shape = shape_of(vocabulary)

    def read(self, facts: Facts, *, source_name: str = "facts", whole: bool = True) -> Case:
        """Return the case. A text is JSON (bytes: UTF-8); a mapping may hold Python dates, times and decimals.

        What is not ``whole`` is to be laid over other facts: its references may point to elements that it does not state.

        Raises:
            FactsError: anything is wrong; it holds all problems, at most 100.
        """
        stated = stated_facts(facts, source_name)
        problems = Problems(source_name)
        reading = Reading(self.shape, problems)
        try:
            case = reading.case(stated, whole=whole)
        except EnoughError:
            case = None
        if problems.found or case is None:
            raise FactsError(tuple(problems.found))
        return case


_readers: dict[int, CaseReader] = {}


def reader_for(vocabulary: Vocabulary) -> CaseReader:
    """Return the reader of ``vocabulary``, made on first use and kept for the sixteen vocabularies last seen first."""
    # By identity, since hashing a vocabulary costs more than reading a case. A kept reader holds its vocabulary, so its
    # id is not given to another object.
    reader = _readers.get(id(vocabulary))
    if reader is None:
        reader = CaseReader(vocabulary)
        while len(_readers) >= _KEPT_READERS:
            _readers.pop(next(iter(_readers)), None)
        _readers[id(vocabulary)] = reader
    return reader


def read_case(facts: Facts, vocabulary: Vocabulary, *, source_name: str = "facts") -> Case:
    """Return the case that ``facts`` state. ``source_name`` is the file's name in problems.

    Raises:
        FactsError: anything is wrong; it holds all problems, at most 100.
    """
    return reader_for(vocabulary).read(facts, source_name=source_name)


def stated_facts(facts: object, source_name: str) -> object:
    """Return what ``facts`` state, not validated: the mapping itself, the value of a JSON text, a model's fields.

    Raises:
        FactsError: the text is no JSON, or ``facts`` is none of these.
    """
    if isinstance(facts, Mapping):
        return facts
    if isinstance(facts, (str, bytes, bytearray)):
        try:
            return parse(bytes(facts) if isinstance(facts, bytearray) else facts)
        except JsonTextError as error:
            problem = FactProblem(source=source_name, path="", message=error.message, help=error.remedy)
            raise FactsError((problem,)) from None
    if isinstance(facts, Model) and not isinstance(facts, type):
        return facts.model_dump(exclude_unset=True, by_alias=False)
    message = f"事实要是对象、JSON 文本或模型，这里是{shown(facts)}"
    raise FactsError((FactProblem(source=source_name, path="", message=message),))
