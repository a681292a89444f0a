"""What the disasters did: to houses, to drinking water, to fields and animals, and what was recorded of each household's losses."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from relapse_rules.batch.simulate.chance import Bools, Chance, Ints
from relapse_rules.batch.simulate.columns import (
    AS_OF,
    AS_OF_DAY,
    EPOCH,
    NEVER,
    Column,
    Numbers,
    Rows,
    Truths,
    Words,
    days_or_never,
    one_of,
    some_of,
    times,
)
from relapse_rules.batch.simulate.homes import Homes
from relapse_rules.batch.simulate.people import household_numbers

FLOOD_AT: Final = (7 * 24 + 20) * 60
SLIDE_AT: Final = (11 * 24 + 2) * 60 + 30
"""When the disasters struck, in minutes since `columns.FIRST_DAY`."""
EVENTS: Final = ("E1", "E2")

_DAMAGE: Final = ("倒塌", "严重损坏", "一般损坏", "未损坏")
_COLLAPSED, _HEAVY, _LIGHT, _SOUND = range(4)
_GRADES: Final = ("A", "B", "C", "D")
_SUPPLIES: Final = ("规模水厂", "集中供水点", "分散供水")
_PLANT, _POINT, _SCATTERED = range(3)
_SECTORS: Final = ("农作物", "养殖业", "林下经济", "其他")
_CROPS, _ANIMALS, _FOREST, _ = range(4)
_NEEDS: Final = ("种子", "种苗", "化肥", "农药", "饲料", "农机", "其他")
_KINDS: Final = ("住房", "道路", "水利", "饮水", "农业", "就业", "人员伤亡", "医疗支出", "教育", "财产")
_WORKS: Final = ("房屋", "道路", "水利", "其他")
_GUARANTEES: Final = ("义务教育", "基本医疗", "住房安全", "饮水安全")
_WEAK_HOUSE: Final = 600
_DAY: Final = 1440


class Harm(NamedTuple):
    """What the other tables have to agree with. Arrays have a place for each household. ``struck``: minutes since `columns.FIRST_DAY`."""

    house: Bools
    water: Bools
    fields: Bools
    struck: Ints


def harm_of(homes: Homes, chance: Chance) -> Harm:
    """Return what was damaged."""
    count = homes.count
    weak = homes.income < _WEAK_HOUSE
    return Harm(
        house=homes.hit & (homes.severity > np.where(weak, 300, 480)),
        water=homes.flooded & (homes.severity > 250) & chance.happens(5500, count),
        fields=homes.hit & homes.rural & chance.happens(7000, count),
        struck=np.where(homes.slid, SLIDE_AT, FLOOD_AT),
    )


def later(chance: Chance, after: Ints, most: int, done: Bools) -> Ints:
    """Return times up to ``most`` minutes after ``after`` where something is done, `NEVER` where it is not, or not by now."""
    at = after + chance.between(20, most, len(after))
    return np.where(done & (at <= AS_OF), at, NEVER)


def ordinal(prefix: str, places: Ints) -> Words:
    """Return names for the rows of one household: the prefix and a number from 1."""
    return Words(places, lambda place: f"{prefix}{place + 1}")


def housings(homes: Homes, harm: Harm, chance: Chance) -> Rows:
    """Return the table of houses: one for each household, and a second one for some."""
    second = chance.happens(600, homes.count)
    owners = np.repeat(np.arange(homes.count), 1 + second)
    count = len(owners)
    places = (np.append(False, owners[1:] == owners[:-1])).astype(np.int64)
    damaged = harm.house[owners] & ((places == 0) | chance.happens(4000, count))
    force = homes.severity[owners] + np.where(homes.income[owners] < _WEAK_HOUSE, 150, 0)
    degree = np.where(force > 920, _COLLAPSED, np.where(force > 720, _HEAVY, _LIGHT))
    degree = np.where(damaged, degree, _SOUND)
    walls = (degree == _COLLAPSED) | ((degree == _HEAVY) & chance.happens(3000, count))
    suspected = damaged & (degree <= _HEAVY) | chance.happens(150, count)
    concerned = damaged | suspected
    struck = harm.struck[owners]
    screened = later(chance, struck, 4 * _DAY, concerned & chance.happens(8000, count))
    appraised = later(chance, screened, 5 * _DAY, (screened != NEVER) & chance.happens(6500, count))
    worse = np.where(
        degree <= _HEAVY, chance.pick((5, 95, 380, 520), count), chance.pick((300, 500, 160, 40), count)
    )
    graded = appraised != NEVER
    dangerous = graded & (worse >= 2)
    # Many houses that were not hit have the grade of an earlier round.
    earlier = ~concerned & chance.happens(4500, count)
    worse = np.where(earlier, chance.pick((450, 540, 7, 3), count), worse)
    eligible = (homes.income[owners] < 800) & chance.happens(8000, count)
    away = later(chance, struck, 2 * _DAY, walls & chance.happens(8500, count))
    columns: dict[str, Column] = {
        "id": ordinal("住房", places),
        "is_only_home": Truths(~second[owners]),
        "disaster_damaged": Truths(damaged, homes.hit[owners] | chance.happens(6000, count)),
        "suspected_unsafe": Truths(suspected, concerned | homes.assessed[owners]),
        "wall_collapsed": Truths(walls, damaged | chance.happens(7000, count)),
        "damage_degree": one_of(_DAMAGE, degree, damaged | homes.assessed[owners]),
        "screened_at": times(screened, concerned),
        "appraised_at": times(appraised, concerned),
        "appraisal_org": Words(
            homes.townships[owners] % 3, lambda code: f"房屋鉴定所{code + 1}（虚构）", graded
        ),
        "appraisal_grade": one_of(_GRADES, worse, graded | earlier),
        "retrofit_eligible": Truths(eligible, dangerous),
        "retrofit_enrolled": Truths(eligible & chance.happens(2500, count), dangerous),
        "other_funding_arranged": Truths(chance.happens(2000, count), dangerous & ~eligible),
        "occupied": Truths((places == 0) & (away == NEVER) & chance.happens(9700, count)),
        "relocated_at": times(away, walls),
    }
    return Rows(owners, columns)


def waters(homes: Homes, harm: Harm, chance: Chance) -> Rows:
    """Return the table of drinking water."""
    count = homes.count
    supply = np.where(homes.rural, chance.pick((380, 470, 150), count), _PLANT)
    broken = harm.water & (supply != _SCATTERED) & chance.happens(6000, count)
    dirty = harm.water & (~broken | chance.happens(3000, count))
    piped = supply != _SCATTERED
    tested = (AS_OF_DAY - EPOCH).days - chance.between(2, 400, count)
    every = np.arange(count)
    columns: dict[str, Column] = {
        "source_contaminated": Truths(dirty),
        "cleaned_disinfected_at": times(
            later(chance, harm.struck, 9 * _DAY, dirty & chance.happens(6000, count)), dirty
        ),
        "central_facility_damaged": Truths(broken, piped),
        "supply_restored_at": times(
            later(chance, harm.struck, 12 * _DAY, broken & chance.happens(7000, count)), broken
        ),
        "facility_type": one_of(_SUPPLIES, supply),
        "last_quality_test_at": days_or_never(
            np.where(chance.happens(np.where(piped, 9000, 3500), count), tested, NEVER)
        ),
        "quality_ok": Truths(~dirty & chance.happens(np.where(piped, 9800, 9000), count)),
        "litres_per_person_day": Numbers(np.where(piped, 400, 250) + chance.between(0, 600, count), 1),
        "fetch_minutes": Numbers(np.where(piped, 0, chance.between(1, 35, count))),
        "fetch_distance_m": Numbers(np.where(piped, 0, chance.between(50, 9500, count)), 1),
        "fetch_vertical_m": Numbers(np.where(piped, 0, chance.between(0, 900, count)), 1),
        "outage_days_per_year": Numbers(
            np.where(broken, chance.between(8, 60, count), chance.between(0, 20, count))
        ),
    }
    return Rows(every, columns)


def productions(homes: Homes, harm: Harm, chance: Chance) -> Rows:
    """Return the table of what households produce: a row for each sector of a household."""
    count = homes.count
    held = np.stack([homes.rural & chance.happens(parts, count) for parts in (7000, 3400, 800, 400)], axis=1)
    owners, sectors = (places.astype(np.int64) for places in np.nonzero(held))
    count = len(owners)
    struck = harm.fields[owners] & chance.happens(8000, count)
    grown = (sectors == _CROPS) | (sectors == _FOREST)
    lost = np.where(struck & grown, chance.between(1, 120, count), 0)
    deaths = np.where(struck & (sectors == _ANIMALS), chance.below(40, count), 0)
    unsold = chance.happens(np.where(struck, 900, 250), count)
    needing = struck & chance.happens(7000, count)
    visited = later(chance, harm.struck[owners], 9 * _DAY, struck & chance.happens(4500, count))
    today = (AS_OF_DAY - EPOCH).days
    replanted = np.where(struck & chance.happens(3000, count), today - chance.below(6, count), NEVER)
    columns: dict[str, Column] = {
        "sector": one_of(_SECTORS, sectors),
        "loss_area_mu": Numbers(lost, 1, grown),
        "no_harvest_area_mu": Numbers(lost * chance.below(101, count) // 100, 1, grown),
        "livestock_deaths": Numbers(deaths, 0, sectors == _ANIMALS),
        "can_resume": Truths(~(struck & chance.happens(3500, count)), homes.assessed[owners] | struck),
        "input_needs": some_of(
            _NEEDS,
            {
                "种子": needing & (sectors == _CROPS),
                "种苗": needing & (sectors == _FOREST),
                "化肥": needing & grown & chance.happens(6000, count),
                "农药": needing & grown & chance.happens(2500, count),
                "饲料": needing & (sectors == _ANIMALS),
                "农机": needing & chance.happens(500, count),
            },
            struck | homes.assessed[owners],
        ),
        "replanted_at": days_or_never(replanted, struck),
        "unsold_products": Truths(unsold),
        "unsold_info_collected_at": times(
            later(chance, harm.struck[owners], 9 * _DAY, unsold & chance.happens(5000, count)), unsold
        ),
        "guidance_team_sent_at": times(visited, struck),
    }
    return Rows(owners, columns)


def impacts(homes: Homes, harm: Harm, schooling: Bools, chance: Chance) -> Rows:
    """Return the table of impacts: who was hit, and some who were asked and were not. ``schooling``: who has a child of school age."""
    count = homes.count
    asked = chance.happens(3000, count)
    seen = np.stack(
        (homes.flooded | (homes.flood_zone & asked), homes.slid | (homes.slide_zone & asked)), axis=1
    )
    owners, events = (places.astype(np.int64) for places in np.nonzero(seen))
    count = len(owners)
    hit = np.where(events == 0, homes.flooded[owners], homes.slid[owners])
    house, water, fields = (hit & rows[owners] for rows in (harm.house, harm.water, harm.fields))
    hurt = hit & chance.happens(60, count)
    loss = homes.severity[owners] * chance.between(20, 140, count) * np.where(house, 100, 25)
    struck = np.where(events == 0, FLOOD_AT, SLIDE_AT)
    severe = hit & (homes.severity[owners] > 550)
    reported = later(chance, struck, 6 * _DAY, severe & chance.happens(6000, count))
    columns: dict[str, Column] = {
        "household_id": household_numbers(homes, owners),
        "event_id": one_of(EVENTS, events),
        "affected": Truths(hit),
        "caused_by_event": Truths(hit & chance.happens(9000, count), homes.assessed[owners]),
        "damage_kinds": some_of(
            _KINDS,
            {
                "住房": house,
                "道路": hit & chance.happens(1500, count),
                "水利": hit & chance.happens(800, count),
                "饮水": water,
                "农业": fields,
                "就业": hit & chance.happens(900, count),
                "人员伤亡": hurt,
                "医疗支出": hurt | (hit & chance.happens(300, count)),
                "教育": hit & schooling[owners] & chance.happens(300, count),
                "财产": hit & chance.happens(4000, count),
            },
        ),
        "public_works_damaged": some_of(
            _WORKS,
            {
                "房屋": hit & chance.happens(300, count),
                "道路": hit & chance.happens(2500, count),
                "水利": hit & chance.happens(1500, count),
                "其他": hit & chance.happens(200, count),
            },
        ),
        "direct_loss": Numbers(np.where(hit, loss, 0), 2),
        "three_guarantee_problem": some_of(
            _GUARANTEES,
            {
                "义务教育": hit & schooling[owners] & chance.happens(200, count),
                "基本医疗": hurt,
                "住房安全": house & severe,
                "饮水安全": water & chance.happens(6000, count),
            },
            homes.assessed[owners],
        ),
        "relief_need_reported_at": times(reported, hit),
        "disaster_relief_granted": Truths((reported != NEVER) & chance.happens(7000, count), hit),
    }
    return Rows(owners, columns)
