"""RR0911 names-sound-alike: two declarations whose names are typed with the same pinyin.

Officers type by sound: sooner or later one is written where the other is meant, and both are declared, so nobody notices. Give one of
them another name. There is no fix, since others may use the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from relapse_rules.analysis.lint.desk import Desk
from relapse_rules.diagnostics import Diagnostic, Label
from relapse_rules.diagnostics.codes_style import NAMES_SOUND_ALIKE
from relapse_rules.diagnostics.pinyin import are_homophones
from relapse_rules.syntax.declarations import Case, Header, Setting
from relapse_rules.syntax.declared import Declaration
from relapse_rules.syntax.tree import Name


def names_sound_alike(desk: Desk) -> Iterator[Diagnostic]:
    """Yield the later of two names that sound alike."""
    by_length: dict[int, list[Name]] = {}
    for declared in desk.own:
        if not isinstance(declared, Declaration) or isinstance(declared, Case | Header | Setting):
            continue
        name = declared.name
        known = by_length.setdefault(len(name.text), [])
        alike = next((each for each in known if _alike(each.text, name.text)), None)
        if alike is not None:
            yield NAMES_SOUND_ALIKE.at(
                name.span,
                f"“{name.text}”和“{alike.text}”读音相同，容易打错",
                help="给其中一个换一个名称",
                labels=(Label(span=alike.span, message="另一个"),),
            )
        known.append(name)


def _alike(one: str, other: str) -> bool:
    # Most pairs differ in more than a few characters, which is quicker to see than how they sound.
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return bool(differing) and all(are_homophones(*pair) for pair in differing)
