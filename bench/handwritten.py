"""The shipped plan as a good engineer would write it by hand in plain Python: the yardstick of the generated kernel.

One function for each part of the plan, local variables, list comprehensions over members, no classes. It reads the rows of a
`Case` and knows nothing of the language. Each condition has the name that the policy files give it, so that a test can compare
them one by one; conditions of an element with lanes of its own are lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handwritten_duties import accountability, duties, procedures
from handwritten_measures import (
    basic_living,
    employment,
    housing,
    insurance,
    loans,
    production,
    school_and_health,
    society,
    water,
)
from handwritten_relief import funds, relief
from three import (
    EPOCH_ORDINAL,
    all3,
    any3,
    exists,
    happened,
    holds_any,
    member,
    merged,
    merged_number,
    month_of,
    not3,
    rounded,
)

from relapse_rules.facts.case import Case
from relapse_rules.values.relations import Relation

TO_EVENT = Relation("impact", "disaster_event", "event_id")

NATURAL = frozenset(
    [
        "水旱灾害",
        "洪涝",
        "干旱",
        "气象灾害",
        "台风",
        "风雹",
        "低温冷冻",
        "雪灾",
        "沙尘暴",
        "地震灾害",
        "地震",
        "地质灾害",
        "崩塌",
        "滑坡",
        "泥石流",
        "生物灾害",
        "森林火灾",
    ]
)
ACCIDENT = frozenset(
    ["工矿商贸等企业安全事故", "交通运输事故", "公共设施和设备事故", "核辐射事故", "环境污染和生态破坏事件"]
)
HEALTH = frozenset(["传染病疫情", "群体性不明原因疾病", "急性中毒事件", "食品和药品安全事件", "动物疫情"])

READINGS = {
    "后两项条件的归属": "两种困难都要",
    "因灾是否管三保障": "管",
    "四项保障之间的和": "任一",
    "因灾纳入后是否还看本次受灾": "不再看",
    "绿色通道录入的先后": "先于帮扶",
    "先行救助与支出型程序": "各管各的程序",
    "低保与特困之间的和": "任一",
    "兜底发放的对象": "凡已纳入的",
    "在家务农管到哪里": "管两项",
    "外出与就近之间的或": "任一",
    "转移就业的对象": "不限",
    "受灾房屋与疑似房屋之间的和": "任一",
    "教育和医疗保障的对象": "受灾农户",
    "取水便利之间的或": "任一",
    "补种补养的对象": "严重受灾农户",
    "脱贫户与监测户之间的和": "任一",
    "受灾二字管到哪里": "管两类户",
    "骤减骤增之间的顿号": "任一",
    "难以承受之前的顿号": "全部",
    "一人一策的对象": "受灾农户",
    "受灾严重与陷入困境之间的顿号": "全部",
    "急需项目之后的等": "只限列名",
    "先行实施前的入库报批": "可先于入库报批",
    "救助金与实物之间的顿号": "任一",
    "仍困难与符合条件之间的顿号": "全部",
    "转入低保与特困之间的顿号": "任一",
    "突发事件的范围": "含方案以外的突发事件",
    "约谈原因之后的等": "只限列名",
    "返贫与新增致贫之间的和": "任一",
    "突出与恶劣之间的顿号": "全部",
    "问责与约谈的关系": "约谈之外再问责",
}

Answers = dict[str, Any]


def decide(case: Case, readings: Mapping[str, str] = READINGS) -> tuple[Answers, Answers]:
    """Return (outcome of each named condition, measure, step, duty and exception; whether each of them is done)."""
    y: Answers = {}
    done: Answers = {}
    now = case.as_of
    today = date.fromordinal((now + 28_800) // 86_400 + EPOCH_ORDINAL)
    events(case, y, now)
    impacts(case, y, readings)
    eligibility(case, y, readings)
    income(case, y)
    procedures(case, y, done, readings, now)
    basic_living(case, y, done, readings)
    employment(case, y, done, readings, today)
    housing(case, y, done, readings, now)
    school_and_health(case, y, done, readings, today)
    water(case, y, done, readings, now, today)
    production(case, y, done, readings, now, today)
    loans(case, y, done, readings)
    society(case, y, done, readings)
    insurance(case, y, done, now)
    relief(case, y, done, readings, now)
    funds(case, y, done, readings, now)
    duties(case, y, done, now)
    accountability(case, y, done, readings, today)
    return y, done


def events(case: Case, y: Answers, now: int) -> None:
    """Part one: which disasters are of the plan."""
    categories = [row.get("disaster_event.category") for row in case.tables["disaster_event"].rows]
    subtypes = [row.get("disaster_event.subtype") for row in case.tables["disaster_event"].rows]
    times = [row.get("disaster_event.occurred_at") for row in case.tables["disaster_event"].rows]
    confirmed = [row.get("disaster_event.category_confirmed") for row in case.tables["disaster_event"].rows]
    y["灾种归属认定"] = confirmed
    kinds = (("自然灾害", NATURAL), ("事故灾害", ACCIDENT), ("公共卫生事件", HEALTH))
    parts = []
    for kind, named in kinds:
        of_kind = [member(category, kind) for category in categories]
        listed = [
            all3(one, None if subtype is None else subtype in named)
            for one, subtype in zip(of_kind, subtypes, strict=True)
        ]
        judged = [all3(one, other) for one, other in zip(of_kind, confirmed, strict=True)]
        y[f"列名的{kind}"] = listed
        y[f"认定的{kind}"] = judged
        parts += (listed, judged)
    y["属本方案灾种"] = in_plan = [any3(*each) for each in zip(*parts, strict=True)]
    y["本方案灾害已发生"] = occurred = [
        all3(one, happened(time, now)) for one, time in zip(in_plan, times, strict=True)
    ]
    y["发生本方案灾害"] = exists(occurred, case.tables["disaster_event"].complete)


def impacts(case: Case, y: Answers, readings: Mapping[str, str]) -> None:
    """How the household was affected, one condition for each impact, and folded onto the household."""
    table = case.tables["impact"]
    rows, complete = table.rows, table.complete
    in_plan = y["属本方案灾种"]
    of_plan = [None if event is None else in_plan[event] for event in case.links[TO_EVENT]]
    affected = [row.get("impact.affected") for row in rows]
    y["困难系该灾害造成"] = caused = [row.get("impact.caused_by_event") for row in rows]
    y["受灾于本方案灾害"] = hit = [all3(a, b) for a, b in zip(affected, of_plan, strict=True)]
    y["受灾农户"] = exists(hit, complete)
    y["该次灾害造成困难"] = hardship = [all3(*each) for each in zip(affected, caused, of_plan, strict=True)]
    y["因灾"] = exists(hardship, complete)
    problems = [row.get("impact.three_guarantee_problem") for row in rows]
    four = all3 if readings["四项保障之间的和"] == "全部" else any3
    y["保障出现突出问题"] = guarantee = [
        four(*(holds_any(each, kind) for kind in ("义务教育", "基本医疗", "住房安全", "饮水安全")))
        for each in problems
    ]
    any_cause = readings["因灾是否管三保障"] == "不管"
    y["三保障或饮水有突出问题"] = exists(
        [all3(a, any3(b, any_cause)) for a, b in zip(guarantee, hardship, strict=True)], complete
    )
    wider = readings["突发事件的范围"] == "含方案以外的突发事件"
    y["因灾因突发事件造成困难"] = [
        all3(a, b, any3(c, wider)) for a, b, c in zip(affected, caused, of_plan, strict=True)
    ]
    y["有农业损失"] = exists(
        [
            all3(a, holds_any(row.get("impact.damage_kinds"), "农业"))
            for a, row in zip(hit, rows, strict=True)
        ],
        complete,
    )


def eligibility(case: Case, y: Answers, readings: Mapping[str, str]) -> None:
    """Part one: who is taken into monitoring; and the groups that the plan speaks of."""
    g = case.tables["household"].rows[0].get
    degree = g("household.livelihood_hardship")
    y["生产生活严重困难"] = severe = member(degree, "严重")
    y["自身力量难以解决"] = unable = not3(g("household.self_resolvable"))
    y["有返贫致贫风险"] = risk = g("household.has_poverty_risk")
    y["自身难解且有风险"] = both = all3(unable, risk)
    first = all3(y["因灾"], severe, any3(both, readings["后两项条件的归属"] == "只随后一种困难"))
    second = all3(y["三保障或饮水有突出问题"], both)
    y["纳入监测帮扶"] = included = all3(g("household.is_rural_household"), any3(first, second))

    category = g("household.monitor_category")
    y["监测户"] = monitored = not3(member(category, "无"))
    either = any3 if readings["脱贫户与监测户之间的和"] == "任一" else all3
    y["脱贫户和监测户"] = either(member(g("household.household_type"), "脱贫户"), monitored)
    y["因灾纳入监测帮扶的农户"] = by_disaster = merged(
        any3(included, all3(monitored, holds_any(g("household.risk_types"), "因自然灾害", "因意外事故"))),
        g("household.monitored_due_to_disaster"),
    )
    y["灾前未纳入监测"] = before = any3(member(category, "无"), _entered_after(case, y))
    y["新纳入的监测对象"] = merged(all3(included, before), g("household.newly_included"))
    y["因灾纳入的受灾农户"] = all3(
        by_disaster, any3(readings["因灾纳入后是否还看本次受灾"] == "不再看", y["受灾农户"])
    )


def _entered_after(case: Case, y: Answers) -> bool | None:
    """Return whether monitoring began in a month after that of an impact's disaster; unknown within one month."""
    entry = case.tables["household"].rows[0].get("household.monitor_entry_date")
    times = [row.get("disaster_event.occurred_at") for row in case.tables["disaster_event"].rows]
    found = []
    for hit, event in zip(y["受灾于本方案灾害"], case.links[TO_EVENT], strict=True):
        time = None if event is None else times[event]
        later = None
        if entry is not None and time is not None and entry != (month := month_of(time)):
            later = entry > month
        found.append(all3(hit, later))
    return exists(found, case.tables["impact"].complete)


def income(case: Case, y: Answers) -> None:
    """The sums that the monitoring system uses."""
    g = case.tables["household"].rows[0].get
    wage, business = g("finance.wage_income"), g("finance.business_income")
    owned, received = g("finance.property_income"), g("finance.transfer_income")
    spent = g("finance.business_expense")
    net = None
    if None not in (wage, business, owned, received, spent):
        net = wage + business + owned + received - spent
    y["家庭纯收入值"] = net = merged_number(net, g("finance.net_income"))
    y["家庭人均纯收入值"] = merged_number(
        rounded(net, g("household.population")), g("finance.per_capita_net_income")
    )
    # 低保月标准 is 待定 until the county sets it.
    y["低保年标准"] = None
