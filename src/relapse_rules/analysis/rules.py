"""Finds a rule of a policy by its name, and says in plain Chinese what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from relapse_rules.diagnostics.suggest import suggestions
from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import AnyDeclaration, Header, Import, NotApplicable, Procedure
from relapse_rules.syntax.normalise import normalise
from relapse_rules.syntax.parse import parse
from relapse_rules.syntax.plain import plain_text

_INDENTATION = "  "


def rule_text(texts: Mapping[str, str], name: str) -> str | None:
    """Return in plain Chinese what is declared under ``name``, or None when nothing is; `near_rules` then offers others.

    ``texts``: the files of a policy by their names, the main one first, as `Details.sources` and `Inspection.sources` hold
    them. ``name`` may be typed in any width, and that of a step (``程序/步骤``) stands for its whole 程序. Where several
    things have one name (a 参数 and the county's 设定 of it), all are told, in written order, with a blank line between.
    """
    wanted = normalise(name).strip()
    return (
        "\n\n".join(
            _laid_out(declaration)
            for declaration in _declarations(texts, wanted.partition("/")[0])
            if wanted in _names(declaration)
        )
        or None
    )


def near_rules(texts: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return up to three names of ``texts`` that ``name`` may have been meant to be, nearest first."""
    known = {each for declaration in _declarations(texts) for each in _names(declaration)}
    return suggestions(normalise(name).strip(), known)


def _declarations(texts: Mapping[str, str], holding: str = "") -> Iterator[AnyDeclaration]:
    """Yield what the main file and those that hold the words ``holding`` declare; the outline declares nothing."""
    outlines: set[str] = set()
    for position, (file, text) in enumerate(texts.items()):
        if PurePosixPath(file).name in outlines or (position and holding not in normalise(text)):
            continue
        parsed = parse(SourceText(file, text)).value
        assert parsed is not None, "a file is parsed as far as it can be"
        for declaration in parsed.declarations:
            if isinstance(declaration, Header) and declaration.outline is not None:
                outlines.add(PurePosixPath(declaration.outline.value).name)
            yield declaration


def _names(declaration: AnyDeclaration) -> tuple[str, ...]:
    match declaration:
        case Import() | NotApplicable():
            return ()
        case Procedure(name=name, steps=steps):
            return (name.text, *(f"{name.text}/{step.name.text}" for step in steps))
        case _:
            return (declaration.name.text,)


def _laid_out(declaration: AnyDeclaration) -> str:
    return "\n".join(f"{_INDENTATION * level}{text}" for level, text in plain_text(declaration))
