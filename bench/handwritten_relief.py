"""Part five of the hand-written plan: relief, funds and temporary assistance. See `handwritten`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handwritten_measures import delivered
from three import all3, any3, at_least, exists, happened, member, not3

from relapse_rules.facts.case import Case

Answers = dict[str, Any]
Readings = Mapping[str, str]


def relief(case: Case, y: Answers, done: Answers, readings: Readings, now: int) -> None:
    """五: disaster relief, the monitoring fund, and moving on to basic living support."""
    g = case.tables["household"].rows[0].get
    impacts = case.tables["impact"]
    y["陷入困境"] = distress = g("household.in_distress")
    both = all3 if readings["受灾严重与陷入困境之间的顿号"] == "全部" else any3
    y["应申报灾害救助"] = y["申报灾害救助"] = y["优先保障"] = both(y["严重受灾"], distress)
    done["申报灾害救助"] = exists(
        [happened(row.get("impact.relief_need_reported_at"), now) for row in impacts.rows], impacts.complete
    )
    done["优先保障"] = exists(
        [row.get("impact.disaster_relief_granted") for row in impacts.rows], impacts.complete
    )
    records = case.tables["assistance"]
    y["户上部门无法解决"] = one = g("household.departments_unable")
    y["记录上部门无法解决"] = other = [row.get("assistance.departments_unable") for row in records.rows]
    y["各部门都无法解决"] = y["动用监测基金救助"] = any3(one, exists(other, records.complete))
    done["动用监测基金救助"] = delivered(case, now, "监测基金")
    temporary(case, y, done, now)
    still = (any3 if readings["救助金与实物之间的顿号"] == "任一" else all3)(
        exists(y["给予救助金后仍困难"], records.complete), exists(y["给予实物后仍困难"], records.complete)
    )
    y["临时救助后仍困难"] = still
    fit = all3 if readings["仍困难与符合条件之间的顿号"] == "全部" else any3
    either = readings["转入低保与特困之间的顿号"] == "任一"
    dibao, tekun = y["低保条件符合"], y["有人符合特困供养条件"]
    y["救助后转入低保"] = all3(fit(still, dibao), any3(either, tekun))
    done["救助后转入低保"] = member(g("household.dibao_status"), "是")
    y["救助后转入特困供养"] = all3(fit(still, tekun), any3(either, dibao))
    members = case.tables["member"]
    done["救助后转入特困供养"] = at_least(
        g("household.tekun_eligible_members"),
        [row.get("member.is_tekun_member") for row in members.rows],
        members.complete,
    )
    relief_first(case, y, done, now)


def temporary(case: Case, y: Answers, done: Answers, now: int) -> None:
    """五(三)临时救助, one condition for each record."""
    rows = case.tables["assistance"].rows
    kinds = [row.get("assistance.temp_relief_type") for row in rows]
    y["急难型条件符合"] = meets_urgent = [row.get("assistance.meets_emergency_conditions") for row in rows]
    y["认定为急难型"] = judged_urgent = [member(kind, "急难型") for kind in kinds]
    y["支出型条件符合"] = meets_costly = [row.get("assistance.meets_expenditure_conditions") for row in rows]
    y["认定为支出型"] = judged_costly = [member(kind, "支出型") for kind in kinds]
    relief = [member(row.get("assistance.program"), "临时救助") for row in rows]
    urgent = [all3(r, any3(a, b)) for r, a, b in zip(relief, meets_urgent, judged_urgent, strict=True)]
    costly = [all3(r, any3(a, b)) for r, a, b in zip(relief, meets_costly, judged_costly, strict=True)]
    y["急难型救助对象"] = y["急难型先行救助"] = y["急难型先救助后登记"] = urgent
    y["支出型救助对象"] = y["支出型按程序救助"] = costly
    first = [happened(row.get("assistance.first_relief_at"), now) for row in rows]
    done["急难型先行救助"] = first
    y["急难情况已缓解"] = eased = [happened(row.get("assistance.emergency_eased_at"), now) for row in rows]
    waiting = [all3(*each) for each in zip(urgent, first, eased, strict=True)]
    y["急难缓解待补手续"] = y["缓解后登记救助信息"] = y["缓解后补签字盖章"] = waiting
    done["缓解后登记救助信息"] = [
        all3(
            row.get("assistance.recipient_recorded"),
            row.get("assistance.reason_recorded"),
            row.get("assistance.amount_recorded"),
        )
        for row in rows
    ]
    done["缓解后补签字盖章"] = [row.get("assistance.signed_sealed") for row in rows]
    given = [happened(row.get("assistance.delivered_at"), now) for row in rows]
    done["支出型按程序救助"] = given
    y["救助后仍然困难"] = remains = [row.get("assistance.hardship_remains") for row in rows]
    for form, name in (("救助金", "给予救助金后仍困难"), ("实物", "给予实物后仍困难")):
        y[name] = [
            all3(
                r,
                member(row.get("assistance.form"), form),
                a,
                b,
            )
            for r, row, a, b in zip(relief, rows, given, remains, strict=True)
        ]


def relief_first(case: Case, y: Answers, done: Answers, now: int) -> None:
    """五(四)先救助后履行相关程序."""
    g = case.tables["household"].rows[0].get
    impacts = case.tables["impact"]
    y["医疗支出较大"] = heavy = g("finance.medical_burden_heavy")
    y["因灾医疗支出较大"] = due = all3(heavy, exists(y["因灾因突发事件造成困难"], impacts.complete))
    start = all3(due, y["不受支出型程序限制"])
    y["先落实绿色通道"] = y["落实医疗救助措施"] = y["医疗救助在先"] = start
    green = member(g("household.monitor_entry_channel"), "绿色通道")
    helped = delivered(case, now, "医疗救助", "大病救助")
    done["先落实绿色通道"] = green
    done["落实医疗救助措施"] = helped
    y["救助后补办程序"] = all3(start, green, helped)


def funds(case: Case, y: Answers, done: Answers, readings: Readings, now: int) -> None:
    """五(一)调整衔接资金使用结构."""
    rows = case.tables["project"].rows
    occurred = y["发生本方案灾害"]
    y["当年资金可调整"] = adjustable = case.tables["context"].rows[0].get("context.fund_adjustable_this_year")
    y["区分轻重缓急"] = [occurred] * len(rows)
    ranks = [row.get("project.priority_rank") for row in rows]
    y["已排轻重缓急"] = done["区分轻重缓急"] = [None if rank is None else rank >= 1 for rank in ranks]
    y["项目急需"] = urgent = [row.get("project.urgent_for_disaster") for row in rows]
    others = readings["急需项目之后的等"] == "含其他项目"
    y["属优先项目"] = y["报县委县政府同意"] = preferred = [
        all3(
            one,
            any3(
                member(row.get("project.project_type"), "产业就业帮扶", "农村小型公益性基础设施修复"), others
            ),
        )
        for row, one in zip(rows, urgent, strict=True)
    ]
    approved = [happened(row.get("project.approved_by_county_at"), now) for row in rows]
    done["报县委县政府同意"] = approved
    y["优先安排衔接资金"] = [all3(a, b) for a, b in zip(preferred, approved, strict=True)]
    y["新增项目入库"] = new = [row.get("project.new_for_disaster") for row in rows]
    pooled = [happened(row.get("project.in_project_pool_at"), now) for row in rows]
    done["新增项目入库"] = pooled
    early = readings["先行实施前的入库报批"] == "可先于入库报批"
    y["可先行实施"] = y["先行实施项目"] = y["资金未调先实施"] = [
        all3(a, not3(adjustable), any3(early, all3(b, c)))
        for a, b, c in zip(new, pooled, approved, strict=True)
    ]
    done["先行实施项目"] = [happened(row.get("project.implementation_started_at"), now) for row in rows]
