"""Changes to a proof, to the facts that it is about, or to what the policy sets, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import NamedTuple

from tests.audit.claiming import Claims, Place, places
from tests.strategies.cases import NUMBERS, random_value
from tests.strategies.vocabulary import FIELDS, SINGLE_ROWS

from relapse_rules.check import policy as checked
from relapse_rules.facts.case import Case, Table
from relapse_rules.values.types import Kind


class World(NamedTuple):
    """A proof, and what it is a proof about."""

    policy: checked.TypedPolicy
    case: Case
    claims: Claims


def each_claim(claims: Claims) -> Iterator[tuple[Place, int, str]]:
    """Yield every claim: where, about which element, which letter."""
    for place, letters in claims.items():
        for lane, letter in enumerate(letters):
            if letter != "-":
                yield place, lane, letter


def with_claim(claims: Claims, place: Place, lane: int, letter: str) -> Claims:
    """Return ``claims`` with another letter in one place."""
    letters = claims[place]
    return claims | {place: letters[:lane] + letter + letters[lane + 1 :]}


def _flip(world: World, rng: Random) -> World:
    """One claim is another outcome."""
    place, lane, letter = rng.choice([*each_claim(world.claims)])
    other = rng.choice("ynu".replace(letter, ""))
    return world._replace(claims=with_claim(world.claims, place, lane, other))


def _move(world: World, rng: Random) -> World:
    """One claim is made of another element, path or declaration."""
    place, lane, letter = rng.choice([*each_claim(world.claims)])
    dropped = with_claim(world.claims, place, lane, "-")
    elements = {
        other: len(world.case.tables[node.domain].rows) for other, node in places(world.policy).items()
    }
    target = rng.choice([other for other, size in elements.items() if size])
    absent = {target: "-" * elements[target]}
    return world._replace(
        claims=with_claim(absent | dropped, target, rng.randrange(elements[target]), letter)
    )


def _fact(world: World, rng: Random) -> World:
    """One stated fact is another value, or not stated."""
    domain = rng.choice([name for name, table in world.case.tables.items() if table.rows])
    table = world.case.tables[domain]
    lane = rng.randrange(len(table.rows))
    spec = rng.choice([spec for spec in FIELDS[domain] if spec.type.kind is not Kind.REFERENCE])
    row = {fact: value for fact, value in table.rows[lane].items() if fact != spec.fact}
    if rng.random() < 0.8:
        row[spec.fact] = random_value(spec.type, rng)
    rows = (*table.rows[:lane], row, *table.rows[lane + 1 :])
    return _with_table(world, domain, table._replace(rows=rows))


def _completeness(world: World, rng: Random) -> World:
    """One list is complete after all, or is not."""
    domain = rng.choice([name for name in world.case.tables if name not in SINGLE_ROWS])
    table = world.case.tables[domain]
    return _with_table(world, domain, table._replace(complete=not table.complete))


def _with_table(world: World, domain: str, table: Table) -> World:
    return world._replace(case=replace(world.case, tables={**world.case.tables, domain: table}))


def _tie(world: World, rng: Random) -> World:
    """One reference points elsewhere, where there is any."""
    known = world.case.links
    ties = [relation for relation, links in known.items() if relation.reference is not None and links]
    if not ties:
        return world
    relation = rng.choice(ties)
    links = list(known[relation])
    parents = range(len(world.case.tables[relation.parent].rows))
    links[rng.randrange(len(links))] = rng.choice((None, *parents))
    return world._replace(case=replace(world.case, links={**known, relation: tuple(links)}))


def _moment(world: World, rng: Random) -> World:
    """判定时点 is a year or more away."""
    days = rng.choice((-1, 1)) * 365 * rng.choice((1, 5))
    return world._replace(case=replace(world.case, as_of=world.case.as_of + days * 86_400))


def _parameter(world: World, rng: Random) -> World:
    """One 参数 has another value, or none."""
    spec = rng.choice(world.policy.parameters)
    choices = NUMBERS.get(spec.type.kind, (("洪涝",), ("水旱灾害", "地震"), ()))
    setting = checked.ParameterValue(since=1, value=rng.choice((None, *choices)), text=None, source="本地")
    parameters = tuple(
        replace(each, values=(setting,)) if each is spec else each for each in world.policy.parameters
    )
    return world._replace(policy=replace(world.policy, parameters=parameters))


def _reading(world: World, rng: Random) -> World:
    """One 解读 is taken otherwise."""
    spec = rng.choice(world.policy.readings)
    taken = next(option for option in spec.options if option != spec.taken)
    readings = tuple(replace(each, taken=taken) if each is spec else each for each in world.policy.readings)
    return world._replace(policy=replace(world.policy, readings=readings))


MUTATIONS: dict[str, Callable[[World, Random], World]] = {
    "flip": _flip,
    "move": _move,
    "fact": _fact,
    "completeness": _completeness,
    "tie": _tie,
    "moment": _moment,
    "parameter": _parameter,
    "reading": _reading,
}
