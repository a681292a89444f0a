"""Applies fixes until there are none left, and makes sure that the policy decides as before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from relapse_rules.analysis.lint.linting import lint
from relapse_rules.analysis.lint.meaning import decide_alike
from relapse_rules.check.check import check
from relapse_rules.check.loading import Loaded, Read, load_files
from relapse_rules.diagnostics import Diagnostic, Edit
from relapse_rules.ir.program import Program
from relapse_rules.lowering import lower
from relapse_rules.source import SourceText
from relapse_rules.syntax.tidy import tidy

_MOST_ROUNDS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """``texts``: files with another text than before, by name. ``done``: what was fixed, in the texts as they were then.

    ``left``: what is found in the texts as they are now, ``sources``.
    """

    texts: Mapping[str, str]
    done: tuple[tuple[Diagnostic, SourceText], ...]
    left: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]


@dataclass(frozen=True, slots=True)
class _State:
    """A policy with some texts replaced."""

    texts: Mapping[str, str]
    loaded: Loaded
    program: Program


def fixed(entry: str, read: Read, overlays: Sequence[str] = (), *, library: str | None = None) -> Fixed:
    """Return the files of a policy without errors as they are when every safe fix was applied.

    A file that was in form (`tidy`) stays so. A fix after which the policy would not decide as before is not applied.
    """
    places = _Places(entry, read, tuple(overlays), library)
    state = places.state({})
    assert state is not None, "it has no errors"
    done: list[tuple[Diagnostic, SourceText]] = []
    refused: set[tuple[str, str]] = set()
    for _ in range(_MOST_ROUNDS):
        found = [
            each
            for each in lint(state.loaded)
            if each.fix is not None and (each.code, _words(each, state)) not in refused
        ]
        if not found:
            break
        chosen = _apart(found)
        after = places.after(state, chosen)
        if after is None and len(chosen) > 1:
            chosen = chosen[:1]
            after = places.after(state, chosen)
        if after is None:
            refused.add((chosen[0].code, _words(chosen[0], state)))
            continue
        done += [(each, state.loaded.sources[each.span.file]) for each in chosen]
        state = after
    return Fixed(texts=state.texts, done=tuple(done), left=lint(state.loaded), sources=state.loaded.sources)


class _Places:
    """Where the texts of one policy come from."""

    def __init__(self, entry: str, read: Read, overlays: tuple[str, ...], library: str | None) -> None:
        self._entry = entry
        self._read = read
        self._overlays = overlays
        self._library = library

    def state(self, texts: Mapping[str, str]) -> _State | None:
        """Return the policy with ``texts`` in place of what is read; None when it has errors."""

        def reading(name: str) -> SourceText | Diagnostic:
            return SourceText(name, texts[name]) if name in texts else self._read(name)

        loaded = load_files(self._entry, reading, self._overlays, library=self._library).value
        typed = None if loaded is None else check(loaded).value
        return None if loaded is None or typed is None else _State(texts, loaded, lower(typed))

    def after(self, state: _State, chosen: Sequence[Diagnostic]) -> _State | None:
        """Return the policy after some fixes; None when it would not decide as before."""
        texts = dict(state.texts)
        for name in {each.span.file for each in chosen}:
            source = state.loaded.sources[name]
            edits = (
                edit for each in chosen if each.span.file == name and each.fix for edit in each.fix.edits
            )
            texts[name] = _edited(source, edits)
        made = self.state(texts)
        return made if made is not None and decide_alike(state.program, made.program) else None


def _apart(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return fixes that do not meddle with each other: those that begin first."""
    chosen: list[Diagnostic] = []
    reached: dict[str, int] = {}
    for each in sorted(found, key=_first_edit):
        assert each.fix is not None
        if _first_edit(each) >= reached.get(each.span.file, 0):
            chosen.append(each)
            reached[each.span.file] = max(edit.span.end for edit in each.fix.edits)
    return chosen


def _first_edit(found: Diagnostic) -> int:
    assert found.fix is not None
    return min(edit.span.start for edit in found.fix.edits)


def _edited(source: SourceText, edits: Iterable[Edit]) -> str:
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = f"{text[: edit.span.start]}{edit.text}{text[edit.span.end :]}"
    was_tidy = tidy(source).value == source.text
    neat = tidy(SourceText(source.name, text)).value if was_tidy else None
    return text if neat is None else neat


def _words(found: Diagnostic, state: _State) -> str:
    source = state.loaded.sources[found.span.file]
    return f"{source.name}:{source.slice(found.span)}"
