"""The members of the households, and who of them works."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from relapse_rules.batch.simulate.chance import Bools, Chance, Ints
from relapse_rules.batch.simulate.columns import (
    AS_OF_DAY,
    EPOCH,
    NEVER,
    Column,
    Days,
    Names,
    Rows,
    Truths,
    days_or_never,
    numbered,
    one_of,
    some_of,
)
from relapse_rules.batch.simulate.homes import DIBAO_YES, Homes

HOUSEHOLD_PREFIX: Final = "H"
HOUSEHOLD_DIGITS: Final = 9

_RELATIONS: Final = (
    "户主",
    "配偶",
    "子女",
    "儿媳或女婿",
    "父母",
    "公婆或岳父母",
    "祖父母或外祖父母",
    "孙子女或外孙子女",
    "兄弟姐妹",
    "其他亲属",
    "非亲属",
)
_HEAD, _SPOUSE, _CHILD, _IN_LAW = range(4)
_GRANDCHILD, _OTHER = 7, 9
_YOUNGER: Final = np.array((0, -5, -34, -34, 19, 19, 42, -62, -12, -30, -30), np.int64)
_OLDER: Final = np.array((0, 5, -20, -19, 33, 33, 60, -42, 12, 30, 30), np.int64)
"""How much older than the head of the household each relation is, in years, at least and at most."""
_WITH_YOUNG_HEAD: Final = (0, 0, 620, 0, 280, 40, 10, 0, 40, 8, 2)
_WITH_MIDDLE_AGED_HEAD: Final = (0, 0, 560, 100, 180, 20, 5, 100, 20, 13, 2)
_WITH_OLD_HEAD: Final = (0, 0, 310, 200, 40, 5, 0, 400, 20, 23, 2)

_HEALTH: Final = ("健康", "长期慢性病", "大病", "残疾")
_HEALTHY, _CHRONIC, _GRAVE, _DISABLED = range(4)
_LEVELS: Final = ("一级", "二级", "三级", "四级", "无")
_DISABILITIES: Final = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重", "无")
_ABILITIES: Final = ("技能劳动力", "普通劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力")
_SKILLED, _ORDINARY, _WEAK, _LOST, _NONE = range(5)
_STUDENTS: Final = (
    "未入学",
    "学前教育",
    "小学",
    "初中",
    "普通高中",
    "中等职业教育",
    "高等教育",
    "特殊教育",
    "非在校",
)
_PRESCHOOL, _SENIOR, _VOCATIONAL, _COLLEGE, _SPECIAL, _NO_STUDENT = 1, 4, 5, 6, 7, 8
_REASONS: Final = ("因病", "因残", "因灾", "厌学", "家庭困难", "外出务工", "早婚", "其他")
_BY_DISASTER: Final = 2
_GROUPS: Final = ("老", "弱", "病", "残", "孤")
_CHANNELS: Final = ("外出务工", "园区企业", "产业基地", "扶贫车间", "公益性岗位")

_OLDEST: Final = 100
_ADULT: Final = 18
_WORKING: Final = (16, 59)
_SCHOOL: Final = (6, 17)
_COMPULSORY_END: Final = 15
_SCHOOL_STEPS: Final = (3, 6, 12, 15, 18, 22)


class People(NamedTuple):
    """The members: a place for each, those of a household together. ``places``: which of its household each is, from 0."""

    owners: Ints
    places: Ints
    relations: Ints
    ages: Ints
    health: Ints
    abilities: Ints
    students: Ints

    @property
    def working(self) -> Bools:
        """Who is of working age, can work and does not study."""
        able = self.abilities <= _WEAK
        of_age = (self.ages >= _WORKING[0]) & (self.ages <= _WORKING[1])
        found: Bools = of_age & able & (self.students == _NO_STUDENT)
        return found

    @property
    def grave(self) -> Bools:
        """Who is gravely ill."""
        found: Bools = self.health == _GRAVE
        return found

    @property
    def disabled(self) -> Bools:
        """Who is disabled."""
        found: Bools = self.health == _DISABLED
        return found

    @property
    def in_school(self) -> Bools:
        """Who is of school age."""
        found: Bools = (self.ages >= _SCHOOL[0]) & (self.ages <= _SCHOOL[1])
        return found

    def any_in(self, homes: Homes, rows: Bools) -> Bools:
        """Return in which households there is anybody of ``rows``."""
        found: Bools = np.bincount(self.owners[rows], minlength=homes.count) > 0
        return found


def people_of(homes: Homes, chance: Chance) -> People:
    """Return who lives in the households."""
    owners = np.repeat(np.arange(homes.count), homes.sizes)
    count = len(owners)
    places = np.arange(count) - np.repeat(np.cumsum(homes.sizes) - homes.sizes, homes.sizes)
    heads = homes.head_ages[owners]
    relations = _relations(heads, places, chance)
    spread = _OLDER - _YOUNGER + 1
    ages = heads + _YOUNGER[relations] + chance.below(1 << 16, count) % spread[relations]
    unborn = ages < 0
    relations[unborn & (relations == _GRANDCHILD)] = _CHILD
    too_old = ages > _OLDEST
    relations[too_old] = _OTHER
    ages = np.where(
        unborn, chance.below(_ADULT, count), np.where(too_old, chance.between(50, 85, count), ages)
    )
    ages = np.where((relations == _IN_LAW) | (relations == _SPOUSE), np.maximum(ages, 20), ages)

    old = ages >= 60
    health = np.where(old, chance.pick((640, 270, 25, 65), count), chance.pick((925, 45, 8, 22), count))
    fit = health == _HEALTHY
    of_age = (ages >= _WORKING[0]) & ~old
    abilities = np.where(of_age & fit, chance.pick((160, 740, 100), count), _NONE)
    abilities = np.where(of_age & ~fit, chance.pick((10, 240, 500, 200, 50), count), abilities)
    abilities = np.where(old, chance.pick((0, 80, 420, 60, 440), count), abilities)
    return People(owners, places, relations, ages, health, abilities, _students(ages, health, chance))


def _relations(heads: Ints, places: Ints, chance: Chance) -> Ints:
    count = len(heads)
    relations = np.where(heads < 40, chance.pick(_WITH_YOUNG_HEAD, count), 0)
    middle = (heads >= 40) & (heads < 60)
    relations = np.where(middle, chance.pick(_WITH_MIDDLE_AGED_HEAD, count), relations)
    relations = np.where(heads >= 60, chance.pick(_WITH_OLD_HEAD, count), relations)
    relations = np.where((places == 1) & chance.happens(7800, count), _SPOUSE, relations)
    relations[places == 0] = _HEAD
    return relations


def _students(ages: Ints, health: Ints, chance: Chance) -> Ints:
    count = len(ages)
    # 未入学, 学前教育, 小学 and 初中 follow each other by age; after them ways part.
    students = np.searchsorted(np.array(_SCHOOL_STEPS), ages, side="right").astype(np.int64)
    senior = (ages >= 15) & (ages < _ADULT)
    students = np.where(senior, _SENIOR + chance.pick((600, 330, 0, 0, 70), count), students)
    college = (ages >= _ADULT) & (ages < 22)
    students = np.where(college, np.where(chance.happens(4500, count), _COLLEGE, _NO_STUDENT), students)
    students = np.where(ages >= 22, _NO_STUDENT, students)
    special = (health == _DISABLED) & (ages >= 6) & (ages < 15) & chance.happens(4000, count)
    return np.where(special, _SPECIAL, students)


def household_numbers(homes: Homes, owners: Ints) -> Names:
    """Return the numbers of the households to which rows belong."""
    return numbered(HOUSEHOLD_PREFIX, homes.first + owners + 1, HOUSEHOLD_DIGITS)


def person_numbers(homes: Homes, people: People, rows: Ints) -> Names:
    """Return the numbers of people: that of the household, and which of its members."""
    own = household_numbers(homes, people.owners[rows]).letters
    which = numbered("-", people.places[rows] + 1, 1).letters
    return Names(np.concatenate((own, which), axis=1))


def members(homes: Homes, people: People, chance: Chance) -> Rows:
    """Return the table of members."""
    owners, ages, health = people.owners, people.ages, people.health
    count = len(owners)
    disabled, pupil = people.disabled, people.in_school
    hit = homes.hit[owners]
    out = pupil & chance.happens(np.where(hit, 250, 60), count)
    by_disaster = out & hit & chance.happens(6000, count) & (ages <= _COMPULSORY_END)
    reasons = np.where(by_disaster, _BY_DISASTER, chance.pick((15, 10, 0, 40, 15, 12, 3, 5), count))
    insured = chance.happens(9700, count)
    dibao = homes.dibao[owners] == DIBAO_YES
    supported = homes.destitute[owners] & chance.happens(7000, count)
    orphan = (ages < _ADULT) & chance.happens(15, count)
    never_disabled = len(_LEVELS) - 1
    birth_days = (AS_OF_DAY - EPOCH).days - ages * 1461 // 4 - chance.below(365, count)
    columns: dict[str, Column] = {
        "person_id": person_numbers(homes, people, np.arange(count)),
        "household_id": household_numbers(homes, owners),
        "relation_to_head": one_of(_RELATIONS, people.relations),
        "birth_date": Days(birth_days),
        "health_status": one_of(_HEALTH, health),
        "disability_level": one_of(
            _LEVELS, np.where(disabled, chance.pick((120, 260, 320, 300), count), never_disabled)
        ),
        "disability_type": one_of(
            _DISABILITIES,
            np.where(disabled, chance.pick((120, 170, 30, 480, 70, 90, 40), count), len(_DISABILITIES) - 1),
        ),
        "labor_ability": one_of(_ABILITIES, people.abilities),
        "student_status": one_of(_STUDENTS, people.students),
        "dropped_out": Truths(out, pupil),
        "dropout_reason": one_of(_REASONS, reasons, out),
        "dropout_due_to_disaster": Truths(by_disaster, pupil),
        "basic_medical_insured": Truths(insured),
        "serious_illness_insured": Truths(insured & chance.happens(9500, count)),
        "is_dibao_member": Truths(dibao & chance.happens(9300, count)),
        "is_tekun_member": Truths(supported),
        "disabled_allowance_recipient": Truths(disabled & dibao & chance.happens(7000, count), disabled),
        "special_group": some_of(
            _GROUPS,
            {
                "老": ages >= 70,
                "弱": people.abilities == _WEAK,
                "病": (health == _CHRONIC) | (health == _GRAVE),
                "残": disabled,
                "孤": orphan,
            },
            homes.assessed[owners],
        ),
    }
    return Rows(owners, columns)


def employments(homes: Homes, people: People, chance: Chance) -> Rows:
    """Return the table of who works: a row for each member of working age."""
    rows = np.flatnonzero(people.working)
    owners, ages = people.owners[rows], people.ages[rows]
    count = len(rows)
    hit = homes.hit[owners]
    away = chance.happens(np.where(ages < 50, 4600, 2000), count)
    returned = away & hit & chance.happens(1500, count)
    home = ~away & homes.rural[owners] & chance.happens(6500, count)
    wants = chance.happens(np.where(away, 9200, 4200), count)
    channels = np.where(away & ~returned, 0, chance.pick((0, 300, 250, 250, 200), count))
    placed = np.where(away, ~returned, ~home & chance.happens(6000, count))
    back = returned & chance.happens(3500, count)
    training = wants & chance.happens(2500, count)
    trained = training & chance.happens(3000, count)
    today = (AS_OF_DAY - EPOCH).days
    columns: dict[str, Column] = {
        "person_id": person_numbers(homes, people, rows),
        "is_poverty_relieved_labor": Truths(homes.relieved[owners]),
        "is_migrant_worker": Truths(away),
        "returned_for_disaster": Truths(returned),
        "back_to_job_at": days_or_never(np.where(back, today - chance.below(5, count), NEVER), returned),
        "farming_at_home": Truths(home),
        "wants_job": Truths(wants),
        "placement_channel": one_of(_CHANNELS, channels, placed),
        "training_needed": Truths(training),
        "trained_at": days_or_never(np.where(trained, today - chance.below(90, count), NEVER), training),
    }
    return Rows(owners, columns)
