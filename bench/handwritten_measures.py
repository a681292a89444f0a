"""Part four and five of the hand-written plan: the measures, one function for each section. See `handwritten`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from three import (
    Truth,
    age,
    all3,
    any3,
    at_least,
    at_most,
    every,
    exists,
    filled,
    happened,
    holds_any,
    member,
    merged,
    not3,
)

from relapse_rules.facts.case import Case

Answers = dict[str, Any]
Readings = Mapping[str, str]

NEAR_HOME = ("园区企业", "产业基地", "扶贫车间", "公益性岗位")
SINCE_2006 = date(2006, 9, 1)
SINCE_2016 = date(2016, 1, 1)
SINCE_2019 = date(2019, 1, 1)
LITRES = 35 * 10_000
FETCH_SECONDS = 20 * 60
DISTANCE = 800 * 10_000
CLIMB = 80 * 10_000
OUTAGE_SECONDS = 36 * 86_400
FIRST_AGE, LAST_AGE = 6, 15
DANGEROUS = frozenset("CD")


def delivered(case: Case, now: int, *programs: str) -> Truth:
    """Return whether help of one of ``programs`` was given."""
    table = case.tables["assistance"]
    return exists(
        [
            all3(
                member(row.get("assistance.program"), *programs),
                happened(row.get("assistance.delivered_at"), now),
            )
            for row in table.rows
        ],
        table.complete,
    )


def basic_living(case: Case, y: Answers, done: Answers, readings: Readings) -> None:
    """四(一)落实兜底帮扶."""
    g = case.tables["household"].rows[0].get
    table = case.tables["member"]
    rows = table.rows
    now = case.as_of
    status, count = g("household.dibao_status"), g("household.tekun_eligible_members")
    y["低保条件符合"] = dibao = g("household.dibao_eligible")
    y["有人符合特困供养条件"] = tekun = None if count is None else count >= 1
    supported = [row.get("member.is_tekun_member") for row in rows]
    enough = at_least(count, supported, table.complete)
    y["应保尽保"] = any3(dibao, tekun)
    done["应保尽保"] = all3(any3(not3(dibao), member(status, "是")), enough)
    either = readings["低保与特困之间的和"] == "任一"
    y["纳入最低生活保障"] = all3(y["受灾农户"], dibao, member(status, "否"), any3(either, tekun))
    y["纳入特困供养"] = all3(y["受灾农户"], tekun, any3(either, dibao))
    done["纳入最低生活保障"] = member(status, "是")
    done["纳入特困供养"] = enough
    y["属兜底发放对象"] = paid = any3(readings["兜底发放的对象"] == "凡已纳入的", y["受灾农户"])
    y["发放低保金"] = all3(member(status, "是"), paid)
    done["发放低保金"] = delivered(case, now, "低保")
    y["发放特困供养金"] = [all3(one, paid) for one in supported]
    done["发放特困供养金"] = [delivered(case, now, "特困供养")] * len(rows)
    in_force = True if now >= _start(SINCE_2016) else None
    y["困难残疾人"] = disabled = [
        all3(
            not3(member(row.get("member.disability_level"), "无")),
            any3(row.get("member.is_dibao_member"), not3(in_force)),
            any3(not3(one), not3(in_force)),
        )
        for row, one in zip(rows, supported, strict=True)
    ]
    y["发放困难残疾人生活补贴"] = [all3(one, paid) for one in disabled]
    done["发放困难残疾人生活补贴"] = [row.get("member.disabled_allowance_recipient") for row in rows]


def _start(day: date) -> int:
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400 - 28_800


def employment(case: Case, y: Answers, done: Answers, readings: Readings, today: date) -> None:
    """四(二)开展就业帮扶."""
    table = case.tables["production"]
    y["能恢复生产"] = resumes = [row.get("production.can_resume") for row in table.rows]
    y["无法恢复生产"] = stopped = exists([not3(one) for one in resumes], table.complete)
    rows = case.tables["employment"].rows
    day = today.toordinal()
    y["引导返岗复工"] = [
        all3(
            row.get("employment.is_poverty_relieved_labor"),
            row.get("employment.is_migrant_worker"),
            row.get("employment.returned_for_disaster"),
        )
        for row in rows
    ]
    done["引导返岗复工"] = [happened(row.get("employment.back_to_job_at"), day) for row in rows]
    who = any3(readings["转移就业的对象"] == "不限", y["受灾农户"])
    only_first = readings["在家务农管到哪里"] == "只管前项"
    farming = [row.get("employment.farming_at_home") for row in rows]
    y["需要转移就业"] = moving = [
        all3(who, any3(all3(farms, stopped), all3(row.get("employment.wants_job"), any3(farms, only_first))))
        for row, farms in zip(rows, farming, strict=True)
    ]
    channels = [row.get("employment.placement_channel") for row in rows]
    y["已就近就业"] = near = [member(one, *NEAR_HOME) for one in channels]
    away = [member(one, "外出务工") for one in channels]
    either = readings["外出与就近之间的或"] == "任一"
    y["引导外出务工"] = y["引导就近就业"] = moving
    done["引导外出务工"] = [any3(a, all3(n, either)) for a, n in zip(away, near, strict=True)]
    done["引导就近就业"] = [any3(n, all3(a, either)) for a, n in zip(away, near, strict=True)]
    y["就业技能培训"] = [all3(y["受灾农户"], row.get("employment.training_needed")) for row in rows]
    done["就业技能培训"] = [happened(row.get("employment.trained_at"), day) for row in rows]


def housing(case: Case, y: Answers, done: Answers, readings: Readings, now: int) -> None:
    """四(三)保障住房安全."""
    table = case.tables["housing"]
    rows = table.rows
    screened = [happened(row.get("housing.screened_at"), now) for row in rows]
    damaged = [row.get("housing.disaster_damaged") for row in rows]
    y["房屋疑似影响居住安全"] = suspected = [row.get("housing.suspected_unsafe") for row in rows]
    both = any3 if readings["受灾房屋与疑似房屋之间的和"] == "任一" else all3
    checked = [both(a, b) for a, b in zip(damaged, suspected, strict=True)]
    y["受灾房屋筛查鉴定/初步筛查"] = y["受灾房屋筛查鉴定/专业鉴定"] = checked
    done["受灾房屋筛查鉴定/初步筛查"] = screened
    done["受灾房屋筛查鉴定/专业鉴定"] = [happened(row.get("housing.appraised_at"), now) for row in rows]
    grades = [row.get("housing.appraisal_grade") if now >= _start(SINCE_2019) else None for row in rows]
    y["鉴定为危房"] = dangerous = [
        merged(None if grade is None else grade in DANGEROUS, row.get("housing.is_dangerous"))
        for row, grade in zip(rows, grades, strict=True)
    ]
    y["住房经鉴定安全"] = safe = [
        merged(not3(one), row.get("housing.safe")) for row, one in zip(rows, dangerous, strict=True)
    ]
    y["住房都安全"] = every(safe, table.complete)
    y["可纳入危改"] = eligible = [row.get("housing.retrofit_eligible") for row in rows]
    y["纳入危房改造"] = [all3(a, b) for a, b in zip(dangerous, eligible, strict=True)]
    done["纳入危房改造"] = [row.get("housing.retrofit_enrolled") for row in rows]
    y["筹资改造"] = [all3(a, not3(b)) for a, b in zip(dangerous, eligible, strict=True)]
    done["筹资改造"] = [row.get("housing.other_funding_arranged") for row in rows]
    y["及时转移"] = [row.get("housing.wall_collapsed") for row in rows]
    done["及时转移"] = [happened(row.get("housing.relocated_at"), now) for row in rows]
    y["受灾危房排查"] = y["发生本方案灾害"]
    done["受灾危房排查"] = every(
        [any3(not3(a), b) for a, b in zip(damaged, screened, strict=True)], table.complete
    )
    y["危房有人居住"] = lived_in = [
        all3(one, row.get("housing.occupied")) for row, one in zip(rows, dangerous, strict=True)
    ]
    y["危房不住人"] = dangerous
    done["危房不住人"] = [not3(one) for one in lived_in]


def school_and_health(case: Case, y: Answers, done: Answers, readings: Readings, today: date) -> None:
    """四(四)保障教育和医疗."""
    rows = case.tables["member"].rows
    in_force = today >= SINCE_2006
    ages = [age(row.get("member.birth_date"), today) if in_force else None for row in rows]
    y["义务教育阶段年龄"] = of_age = [
        merged(None if years is None else FIRST_AGE <= years <= LAST_AGE, row.get("member.in_compulsory_age"))
        for row, years in zip(rows, ages, strict=True)
    ]
    y["属教育医疗保障对象"] = who = any3(y["受灾农户"], readings["教育和医疗保障的对象"] == "不限")
    y["保障义务教育"] = [all3(one, who) for one in of_age]
    done["保障义务教育"] = [not3(row.get("member.dropped_out")) for row in rows]
    y["保障基本医疗"] = [who] * len(rows)
    done["保障基本医疗"] = [row.get("member.basic_medical_insured") for row in rows]
    y["辍学系因灾"] = dropped = [row.get("member.dropout_due_to_disaster") for row in rows]
    y["控辍保学"] = of_age
    done["控辍保学"] = [not3(one) for one in dropped]
    y["落实医疗救助和大病救助"] = y["新纳入的监测对象"]
    done["落实医疗救助和大病救助"] = delivered(case, case.as_of, "医疗救助", "大病救助")


def water(case: Case, y: Answers, done: Answers, readings: Readings, now: int, today: date) -> None:
    """四(五)保障饮水安全; and 4-05, which asks for safe water and houses."""
    g = case.tables["household"].rows[0].get
    since = today >= SINCE_2019
    litres = g("water.litres_per_person_day")
    easy = any3 if readings["取水便利之间的或"] == "任一" else all3
    near = easy(
        at_most(g("water.fetch_minutes"), FETCH_SECONDS if since else None),
        at_most(g("water.fetch_distance_m"), DISTANCE if since else None),
        at_most(g("water.fetch_vertical_m"), CLIMB if since else None),
    )
    enough = litres >= LITRES if litres is not None and since else None
    steady = at_most(g("water.outage_days_per_year"), OUTAGE_SECONDS if since else None)
    y["饮水达到标准"] = safe = merged(all3(g("water.quality_ok"), enough, near, steady), g("water.safe"))
    y["清理消毒水源"] = all3(y["受灾农户"], g("water.source_contaminated"))
    done["清理消毒水源"] = happened(g("water.cleaned_disinfected_at"), now)
    y["修复供水设施"] = y["恢复正常供水"] = g("water.central_facility_damaged")
    done["修复供水设施"] = done["恢复正常供水"] = happened(g("water.supply_restored_at"), now)
    y["加强水质检测"] = member(g("water.facility_type"), "规模水厂", "集中供水点")
    done["加强水质检测"] = happened(g("water.last_quality_test_at"), today.toordinal())
    y["住房和饮水都安全"] = both = all3(safe, y.pop("住房都安全"))
    y["保障住房和饮水安全"] = y["受灾农户"]
    done["保障住房和饮水安全"] = both


def production(case: Case, y: Answers, done: Answers, readings: Readings, now: int, today: date) -> None:
    """四(六)实施产业帮扶."""
    g = case.tables["household"].rows[0].get
    table = case.tables["production"]
    rows = table.rows
    occurred, hit = y["发生本方案灾害"], y["受灾农户"]
    guided = [happened(row.get("production.guidance_team_sent_at"), now) for row in rows]
    y["成立技术专班"] = occurred
    done["成立技术专班"] = exists(guided, table.complete)
    y["现场技术指导"] = [
        all3(occurred, member(row.get("production.sector"), "农作物", "养殖业", "林下经济")) for row in rows
    ]
    done["现场技术指导"] = guided
    y["严重受灾"] = y["一户一策帮扶"] = severe = g("household.severely_affected")
    done["一户一策帮扶"] = g("household.plan_exists")
    y["属补种补养对象"] = who = any3(severe, all3(hit, readings["补种补养的对象"] == "受灾农户"))
    y["提供农资种苗"] = [all3(who, filled(row.get("production.input_needs"))) for row in rows]
    done["提供农资种苗"] = [delivered(case, now, "农资种苗")] * len(rows)
    y["帮助补种补养"] = [who] * len(rows)
    done["帮助补种补养"] = [happened(row.get("production.replanted_at"), today.toordinal()) for row in rows]
    unsold = [row.get("production.unsold_products") for row in rows]
    y["收集滞销信息"] = [all3(hit, one) for one in unsold]
    done["收集滞销信息"] = [happened(row.get("production.unsold_info_collected_at"), now) for row in rows]
    y["帮助销售农产品"] = unsold
    y["帮助生产自救"] = hit
    done["帮助生产自救"] = every(y["能恢复生产"], table.complete)


def loans(case: Case, y: Answers, done: Answers, readings: Readings) -> None:
    """四(七)强化小额信贷支持."""
    rows = case.tables["loan"].rows
    either, hit = y["脱贫户和监测户"], y["受灾农户"]
    y["因灾暂时还不上贷款"] = unable = [row.get("loan.unable_to_repay_due_to_disaster") for row in rows]
    y["续贷或展期"] = [all3(either, one) for one in unable]
    y["贷款条件符合"] = fit = [row.get("loan.loan_conditions_met") for row in rows]
    y["简化贷款流程"] = [
        all3(either, row.get("loan.new_loan_demand"), one) for row, one in zip(rows, fit, strict=True)
    ]
    y["贷款确有需要"] = needs = [row.get("loan.genuine_need") for row in rows]
    y["有还款能力"] = able = [row.get("loan.repayment_capacity") for row in rows]
    who = any3(all3(hit, either), all3(y["监测户"], readings["受灾二字管到哪里"] == "只管脱贫户"))
    y["追加贷款"] = [
        all3(who, member(row.get("loan.product"), "脱贫人口小额信贷"), a, b)
        for row, a, b in zip(rows, needs, able, strict=True)
    ]
    amounts = [row.get("loan.topup_amount") for row in rows]
    done["追加贷款"] = [None if amount is None else amount > 0 for amount in amounts]


def society(case: Case, y: Answers, done: Answers, readings: Readings) -> None:
    """四(八)动员社会帮扶 and 四(十)深化精神帮扶."""
    g = case.tables["household"].rows[0].get
    y["家庭收入骤减"] = plunge = g("finance.income_plunge")
    y["家庭支出骤增"] = surge = g("finance.expense_surge")
    y["家庭难以承受"] = beyond = g("finance.beyond_capacity")
    y["收支骤变"] = change = (any3 if readings["骤减骤增之间的顿号"] == "任一" else all3)(plunge, surge)
    y["收支骤变难以承受"] = hard = (all3 if readings["难以承受之前的顿号"] == "全部" else any3)(
        change, beyond
    )
    y["对接社会帮扶"] = all3(y["因灾"], hard)
    done["对接社会帮扶"] = delivered(case, case.as_of, "社会帮扶")
    table = case.tables["member"]
    y["属特殊困难群体"] = special = [filled(row.get("member.special_group")) for row in table.rows]
    y["关爱对象"] = cared = any3(y["脱贫户和监测户"], exists(special, table.complete), y["受灾农户"])
    y["组织帮扶责任人"] = cared
    done["组织帮扶责任人"] = delivered(case, case.as_of, "精神帮扶")
    y["一人一策"] = any3(y["受灾农户"], all3(cared, readings["一人一策的对象"] == "全部关爱对象"))
    done["一人一策"] = g("household.plan_exists")


def insurance(case: Case, y: Answers, done: Answers, now: int) -> None:
    """四(九)强化保险帮扶; and 4-08, claims on farm insurance."""
    table = case.tables["insurance"]
    rows = table.rows
    lines = [row.get("insurance.line") for row in rows]
    filed = [happened(row.get("insurance.claim_filed_at"), now) for row in rows]
    paid = [happened(row.get("insurance.claim_paid_at"), now) for row in rows]
    insured = [row.get("insurance.insured") for row in rows]
    who = all3(y["受灾农户"], y["脱贫户和监测户"])
    y["受灾户的农业住房保险理赔"] = y["及时受理理赔"] = y["理赔到位"] = claims = [
        all3(who, member(line, "农业保险", "住房保险"), one) for line, one in zip(lines, filed, strict=True)
    ]
    done["及时受理理赔"] = [happened(row.get("insurance.claim_accepted_at"), now) for row in rows]
    done["理赔到位"] = done["农业保险按法定期限赔付"] = done["开展农业保险理赔"] = paid
    y["农业保险按法定期限赔付"] = [
        all3(member(line, "农业保险"), happened(row.get("insurance.settlement_agreed_at"), now))
        for row, line in zip(rows, lines, strict=True)
    ]
    y["牵头保险帮扶"] = exists(claims, table.complete)
    done["牵头保险帮扶"] = every(
        [any3(not3(claim), one) for claim, one in zip(claims, paid, strict=True)], table.complete
    )
    perils = ("农产品价格下跌", "产品滞销", "意外伤害", "劳动力丧失", "短期失业")
    y["提供综合保障"] = [holds_any(row.get("insurance.covered_peril"), *perils) for row in rows]
    done["提供综合保障"] = insured
    y["开展农业保险理赔"] = [
        all3(member(line, "农业保险"), one, any3(y["有农业损失"], two))
        for line, one, two in zip(lines, insured, filed, strict=True)
    ]
