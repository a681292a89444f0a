"""What offices know of a household and do for it: its file, help given, and the steps of procedures."""

from __future__ import annotations

from typing import Final

import numpy as np

from relapse_rules.batch.simulate.chance import Bools, Chance, Ints
from relapse_rules.batch.simulate.columns import (
    AS_OF,
    NEVER,
    Column,
    Names,
    Numbers,
    Rows,
    Truths,
    Words,
    one_of,
    some_of,
    times,
)
from relapse_rules.batch.simulate.harm import Harm, later, ordinal
from relapse_rules.batch.simulate.homes import DIBAO, DIBAO_YES, MONITORED, Homes
from relapse_rules.batch.simulate.people import household_numbers
from relapse_rules.batch.simulate.places import Places

_TYPES: Final = ("一般农户", "脱贫户")
_CHANNELS: Final = ("常规", "绿色通道")
_RISKS: Final = (
    "因病",
    "因学",
    "因残",
    "因自然灾害",
    "因意外事故",
    "因产业项目失败",
    "因务工就业不稳",
    "缺劳动力",
    "因安全住房",
    "因安全饮水",
    "其他",
)
_SUBITEMS: Final = ("洪涝灾害", "地质灾害")
_MODES: Final = ("帮扶消除", "自然消除")
_HARDSHIPS: Final = ("无", "一般", "严重")
_NEEDS: Final = (
    "低保",
    "特困供养",
    "临时救助",
    "住房",
    "饮水",
    "医疗",
    "就业",
    "农资种苗",
    "小额信贷",
    "保险理赔",
)
_MONTHS: Final = 30
_PROGRAMS: Final = (
    "低保",
    "特困供养",
    "困难残疾人生活补贴",
    "灾害救助",
    "临时救助",
    "医疗救助",
    "监测基金",
    "农资种苗",
    "社会帮扶",
    "精神帮扶",
    "公益性岗位",
)
_TEMPORARY: Final = _PROGRAMS.index("临时救助")
_REGULAR: Final = 3
"""The first programs of the list are paid month by month."""
_RELIEF_TYPES: Final = ("急难型", "支出型")
_FORMS: Final = ("救助金", "实物", "服务")
_STEPS: Final = (
    ("线索收集", "村(社区)", 900),
    ("线索汇总", "县乡村振兴局", 1200),
    ("推送乡镇", "县乡村振兴局", 500),
    ("反馈村", "乡镇", 600),
    ("重点核查", "村(社区)", 1500),
    ("乡村确认", "村(社区)", 1000),
    ("乡村确认", "乡镇", 800),
    ("绿色通道录入", "县乡村振兴局", 900),
    ("分析研判", "县乡村振兴局", 900),
    ("评议公示", "村(社区)", 1500),
    ("复查审核", "乡镇", 1500),
    ("部门比对", "县级相关部门", 1500),
    ("县级审定", "县乡村振兴局", 1500),
    ("公告录入", "县乡村振兴局", 900),
    ("帮扶落实", "帮扶责任人", 1500),
)
"""A step, who takes it, and within how many minutes after the one before."""
_GREEN: Final = 7
_PUBLISHED: Final = 9
_RESULTS: Final = ("完成", "通过", "不通过")
_DAY: Final = 1440


def households(homes: Homes, harm: Harm, places: Places, idle: Bools, chance: Chance) -> Rows:
    """Return the table of households. ``idle``: where nobody can work."""
    count = homes.count
    every = np.arange(count)
    hit, known, watched = homes.hit, homes.assessed, homes.watched
    burden = homes.burden
    # Judgements are recorded when a household has been visited, and not all of them then.
    seen = known & chance.happens(9000, count)
    hardship = np.where(burden > 520, 2, np.where(burden > 220, 1, 0))
    risky = burden > 450
    earlier = watched & ~homes.entered
    month = np.where(homes.entered, _MONTHS, chance.below(_MONTHS, count))
    over = earlier & chance.happens(3500, count)
    kept = watched | homes.relieved
    columns: dict[str, Column] = {
        "household_id": household_numbers(homes, every),
        "village_code": Words(homes.villages, places.village_codes.__getitem__),
        "township_code": Words(homes.townships, places.township_codes.__getitem__),
        "is_rural_household": Truths(homes.rural),
        "household_type": one_of(_TYPES, homes.relieved.astype(np.int64)),
        "population": Numbers(homes.sizes),
        "shared_living_members": Numbers(np.maximum(homes.sizes - chance.pick((75, 20, 5), count), 1)),
        "monitor_category": one_of(MONITORED, homes.monitored),
        "monitor_entry_date": Words(month, _month_text, watched),
        "monitor_entry_channel": one_of(
            _CHANNELS, (homes.entered & chance.happens(8500, count)).astype(np.int64), watched
        ),
        "risk_types": some_of(
            _RISKS,
            {
                "因病": earlier & chance.happens(4500, count),
                "因学": earlier & chance.happens(800, count),
                "因残": earlier & chance.happens(2000, count),
                "因自然灾害": homes.entered,
                "因务工就业不稳": earlier & chance.happens(1500, count),
                "缺劳动力": earlier & chance.happens(2200, count),
                "因安全住房": homes.entered & harm.house,
                "因安全饮水": homes.entered & harm.water & chance.happens(3000, count),
            },
            watched | known,
        ),
        "natural_disaster_subitem": one_of(
            _SUBITEMS, (homes.slid & ~homes.flooded).astype(np.int64), homes.entered
        ),
        "risk_eliminated": Truths(over, watched),
        "risk_elimination_mode": one_of(_MODES, chance.pick((80, 20), count), over),
        "no_labor_household": Truths(idle),
        "suspected_risk": Truths(burden > 300, seen),
        "has_poverty_risk": Truths(risky, seen & chance.happens(8500, count)),
        "livelihood_hardship": one_of(_HARDSHIPS, hardship, seen),
        "self_resolvable": Truths((burden < 400) | chance.happens(1200, count), seen),
        "severely_affected": Truths(homes.severity > 520, seen | ~hit & chance.happens(4000, count)),
        "in_distress": Truths(burden > 850, seen),
        "special_circumstance": Truths(hit & chance.happens(500, count), known & chance.happens(4000, count)),
        "needs_identified": some_of(_NEEDS, _needs(homes, harm, chance), known),
        "structure_analysed": Truths(homes.entered & chance.happens(6000, count), known),
        "plan_exists": Truths(
            np.where(hit, chance.happens(4500, count), chance.happens(8000, count)), kept | hit
        ),
        "helper_unit": Words(every % 40, lambda code: f"帮扶单位{code + 1:02}（虚构）", kept),
        "helper_person": Words(homes.villages % 400, lambda code: f"帮扶责任人{code + 1:04}", kept),
        "dibao_status": one_of(DIBAO, homes.dibao),
        "dibao_eligible": Truths((homes.income < 420) & ~homes.destitute, known | (homes.dibao == DIBAO_YES)),
        "tekun_eligible_members": Numbers(homes.destitute.astype(np.int64), 0, known | homes.destitute),
        "departments_unable": Truths(burden > 1500, known & chance.happens(7500, count)),
    }
    return Rows(every, columns)


def _month_text(code: int) -> str:
    """Return a month, `_MONTHS` being that of the disasters."""
    month = 2023 * 12 + 7 - _MONTHS + code
    return f"{month // 12}{month % 12 + 1:02}"


def _needs(homes: Homes, harm: Harm, chance: Chance) -> dict[str, Bools]:
    count = homes.count
    return {
        "低保": (homes.income < 400) & (homes.dibao != DIBAO_YES),
        "特困供养": homes.destitute,
        "临时救助": homes.burden > 700,
        "住房": harm.house & chance.happens(8000, count),
        "饮水": harm.water,
        "医疗": homes.hit & chance.happens(600, count),
        "就业": homes.hit & chance.happens(2000, count),
        "农资种苗": harm.fields & chance.happens(6000, count),
        "小额信贷": homes.hit & homes.relieved & chance.happens(800, count),
        "保险理赔": harm.house & chance.happens(3500, count),
    }


def assistances(homes: Homes, harm: Harm, disabled: Bools, chance: Chance) -> Rows:
    """Return the table of help, by household."""
    count = homes.count
    given = {
        "低保": homes.dibao == DIBAO_YES,
        "特困供养": homes.destitute & chance.happens(7000, count),
        "困难残疾人生活补贴": disabled & (homes.dibao == DIBAO_YES) & chance.happens(7000, count),
        "灾害救助": (homes.severity > 520) & chance.happens(4500, count),
        "临时救助": (homes.burden > 600) & chance.happens(4500, count) | chance.happens(60, count),
        "医疗救助": homes.hit & chance.happens(300, count) | chance.happens(150, count),
        "监测基金": (homes.burden > 1500) & chance.happens(2500, count),
        "农资种苗": harm.fields & chance.happens(2500, count),
        "社会帮扶": homes.entered & chance.happens(2500, count),
        "精神帮扶": (homes.relieved | homes.watched) & chance.happens(3500, count),
        "公益性岗位": homes.relieved & chance.happens(500, count),
    }
    owners, programs = (
        places.astype(np.int64)
        for places in np.nonzero(np.stack([given[each] for each in _PROGRAMS], axis=1))
    )
    count = len(owners)
    temporary = programs == _TEMPORARY
    urgent = temporary & homes.hit[owners] & chance.happens(7500, count)
    monthly = chance.between(0, AS_OF, count)
    one_off = later(chance, harm.struck[owners], 9 * _DAY, chance.happens(7500, count))
    delivered = np.where(programs < _REGULAR, monthly, one_off)
    ahead = later(chance, harm.struck[owners], 3 * _DAY, urgent & chance.happens(7000, count))
    eased = later(chance, ahead, 6 * _DAY, (ahead != NEVER) & chance.happens(4000, count))
    done = delivered != NEVER
    columns: dict[str, Column] = {
        "id": ordinal("帮扶", _ranks(owners)),
        "program": one_of(_PROGRAMS, programs),
        "temp_relief_type": one_of(_RELIEF_TYPES, np.where(urgent, 0, 1), temporary),
        "meets_emergency_conditions": Truths(urgent, temporary),
        "meets_expenditure_conditions": Truths(~urgent, temporary),
        "first_relief_at": times(ahead, temporary),
        "emergency_eased_at": times(eased, urgent),
        "recipient_recorded": Truths(done & chance.happens(9000, count), temporary),
        "reason_recorded": Truths(done & chance.happens(9000, count), temporary),
        "amount_recorded": Truths(done & chance.happens(8500, count), temporary),
        "signed_sealed": Truths(done & chance.happens(7000, count), temporary),
        "form": one_of(_FORMS, chance.pick((75, 20, 5), count)),
        "amount": Numbers(chance.between(5, 120, count) * 5_000, 2),
        "delivered_at": times(delivered),
        "hardship_remains": Truths(homes.burden[owners] > 1100, done & homes.assessed[owners]),
        "departments_unable": Truths(
            homes.burden[owners] > 1800, homes.assessed[owners] & chance.happens(3000, count)
        ),
    }
    return Rows(owners, columns)


def procedure_events(homes: Homes, harm: Harm, chance: Chance) -> Rows:
    """Return the steps taken for households that were hit, each after the one before it, as far as each household has come."""
    count = homes.count
    reached = np.where(homes.hit, chance.below(_GREEN, count), chance.pick((970, 30), count))
    reached = np.where(homes.entered, chance.between(_GREEN + 1, len(_STEPS), count), reached)
    owners = np.repeat(np.arange(count), reached)
    steps = _ranks(owners)
    waits = np.array([most for _, _, most in _STEPS], np.int64)[steps]
    passed = np.cumsum(waits * chance.between(100, 1000, len(owners)) // 1000)
    starts = np.cumsum(reached) - reached
    before = np.concatenate(([0], passed))[starts][owners]
    at = harm.struck[owners] + 60 + passed - before
    # What would be later than the day of the decision has not been taken yet.
    taken = at <= AS_OF
    owners, steps, at = owners[taken], steps[taken], at[taken]
    count = len(owners)
    published = steps == _PUBLISHED
    columns: dict[str, Column] = {
        "id": ordinal("步骤", steps),
        "case_ref": Names(household_numbers(homes, owners).letters),
        "step": Words(steps, lambda step: _STEPS[step][0]),
        "at": times(at),
        "actor": Words(steps, lambda step: _STEPS[step][1]),
        "result": one_of(_RESULTS, np.where(steps < 5, 0, chance.pick((0, 97, 3), count))),
        "publicity_days": Numbers(chance.between(1, 5, count), 0, published),
        "objection_raised": Truths(chance.happens(150, count), published),
    }
    return Rows(owners, columns)


def _ranks(owners: Ints) -> Ints:
    """Return which row of its household each row is; rows of one household stand together."""
    every = np.arange(len(owners))
    first = np.concatenate(([True], owners[1:] != owners[:-1]))[: len(owners)]
    return every - np.maximum.accumulate(np.where(first, every, 0)) if len(owners) else every
