"""Which entity of a vocabulary a table is called after."""

from __future__ import annotations

from relapse_rules.facts.stated import plain
from relapse_rules.values.vocabulary import EntitySpec, Vocabulary


def entity_named(vocabulary: Vocabulary, name: str) -> EntitySpec | None:
    """Return the entity of that Chinese name, alias or English name."""
    wanted = plain(name)
    found = vocabulary.by_english.get(wanted)
    if found is not None:
        return found
    return next((spec for key, spec in vocabulary.by_name.items() if plain(key) == wanted), None)
