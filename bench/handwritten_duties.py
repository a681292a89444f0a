"""Parts two, three and six of the hand-written plan: duties, procedures and who answers for them. See `handwritten`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from three import Truth, all3, any3, at_least, exists, filled, happened, holds_any, member, not3

from relapse_rules.facts.case import Case
from relapse_rules.values.relations import Relation

Answers = dict[str, Any]
Readings = Mapping[str, str]

STEPS = ("分析研判", "评议公示", "复查审核", "部门比对", "县级审定", "公告录入")
ALERT_OF = Relation("department_alert", "disaster_event", "event_id")


def procedures(case: Case, y: Answers, done: Answers, readings: Readings, now: int) -> None:
    """The green channel, the six steps of 快速认定, and the exceptions to their order."""
    g = case.tables["household"].rows[0].get
    table = case.tables["procedure_event"]
    rows, complete = table.rows, table.complete
    steps = [row.get("procedure_event.step") for row in rows]
    came = [happened(row.get("procedure_event.at"), now) for row in rows]

    def step_done(*wanted: str) -> Truth:
        return exists([all3(member(a, *wanted), b) for a, b in zip(steps, came, strict=True)], complete)

    hit, occurred = y["受灾农户"], y["发生本方案灾害"]
    records = case.tables["assistance"]
    y["重点核查已做"] = visited = step_done("重点核查")
    y["帮扶已落实"] = helped = exists(
        [happened(row.get("assistance.delivered_at"), now) for row in records.rows], records.complete
    )
    y["组织核查"] = y["制定落实帮扶措施"] = y["收集风险线索"] = y["信息预警和数据比对"] = occurred
    done["组织核查"], done["制定落实帮扶措施"] = visited, helped
    done["收集风险线索"] = step_done("线索收集")
    y["疑似有返贫致贫风险"] = y["重点核查"] = suspected = g("household.suspected_risk")
    done["重点核查"] = visited
    y["受灾户逐户核查"] = y["建立绿色通道"] = y["快速识别认定"] = y["受灾农户走绿色通道"] = hit
    done["受灾户逐户核查"] = any3(visited, step_done("线索收集", "分析研判"))
    green = member(g("household.monitor_entry_channel"), "绿色通道")
    done["建立绿色通道"] = done["受灾农户走绿色通道"] = green
    done["快速识别认定"] = step_done("县级审定")
    results = [row.get("procedure_event.result") for row in rows]
    y["乡村两级已确认"] = confirmed = at_least(
        2,
        [
            all3(member(a, "乡村确认"), b, member(c, "通过", "完成"))
            for a, b, c in zip(steps, came, results, strict=True)
        ],
        complete,
    )
    y["绿色通道已录入"] = y["实施帮扶措施"] = entered = any3(green, step_done("绿色通道录入"))
    y["绿色通道纳入/乡村确认"], done["绿色通道纳入/乡村确认"] = hit, confirmed
    y["绿色通道纳入/绿色通道录入"], done["绿色通道纳入/绿色通道录入"] = all3(hit, confirmed), entered
    done["实施帮扶措施"] = helped
    order = readings["绿色通道录入的先后"]
    y["先录入后认定"], y["认定后再录入"] = order == "先于认定", order == "认定之后"
    for step in STEPS:
        y[f"快速认定/{step}"], done[f"快速认定/{step}"] = hit, step_done(step)
    y["每个认定步骤都已办"] = all3(*(done[f"快速认定/{step}"] for step in STEPS))
    y["在最短时间内完成认定"], done["在最短时间内完成认定"] = hit, y["每个认定步骤都已办"]
    y["公示天数够了"] = [all3(member(step, "评议公示"), None) for step in steps]  # 公示最少天数 is 待定
    hand_over(case, y, done, steps, came)
    special_cases(case, y, readings, now)
    done["先行救助后录入系统"] = step_done("绿色通道录入", "公告录入")
    done["救助后补办程序"] = step_done("补办程序")
    done["组织分析研判"] = done["快速认定/分析研判"]
    y["因灾返贫致贫风险对象"] = y["摸排和动态监测"] = y["一户一方案"] = any3(y["有返贫致贫风险"], suspected)
    done["摸排和动态监测"] = step_done("线索收集", "重点核查")
    done["一户一方案"] = g("household.plan_exists")
    alerts = case.tables["department_alert"]
    pushed = exists(
        [happened(row.get("department_alert.pushed_at"), now) for row in alerts.rows], alerts.complete
    )
    done["信息预警和数据比对"] = all3(pushed, done["快速认定/部门比对"])
    y["按缺项落实保障政策"] = y["分析家庭情况和收入结构"] = y["弄清帮扶需求"] = y["缺什么补什么"] = y[
        "因灾纳入的受灾农户"
    ]
    needs = filled(g("household.needs_identified"))
    done["按缺项落实保障政策"] = helped
    done["分析家庭情况和收入结构"], done["弄清帮扶需求"] = g("household.structure_analysed"), needs
    done["缺什么补什么"] = all3(needs, helped)
    y["落实行业扶持政策"], done["落实行业扶持政策"] = hit, helped


def hand_over(case: Case, y: Answers, done: Answers, steps: list[str | None], came: list[Truth]) -> None:
    """三(三)信息反馈: each collection of leads, and whether it was passed on after it."""
    table = case.tables["procedure_event"]
    times = [row.get("procedure_event.at") for row in table.rows]
    for duty, start, then in (
        ("向乡镇推送线索", "线索汇总", "推送乡镇"),
        ("乡镇向村反馈线索", "推送乡镇", "反馈村"),
    ):
        y[duty] = [all3(member(step, start), one) for step, one in zip(steps, came, strict=True)]
        passed = [all3(member(step, then), one) for step, one in zip(steps, came, strict=True)]
        any_passed = exists(passed, table.complete)
        last = None
        if table.complete and None not in passed:
            last = max((time for time, one in zip(times, passed, strict=True) if one), default=None)
        done[duty] = [
            all3(any_passed, None if last is None or time is None else last >= time) for time in times
        ]


def special_cases(case: Case, y: Answers, readings: Readings, now: int) -> None:
    """二(四): help first, procedure afterwards."""
    records = case.tables["assistance"]
    g = case.tables["household"].rows[0].get
    costly = exists(
        [
            all3(
                member(row.get("assistance.program"), "临时救助"),
                any3(
                    row.get("assistance.meets_expenditure_conditions"),
                    member(row.get("assistance.temp_relief_type"), "支出型"),
                ),
            )
            for row in records.rows
        ],
        records.complete,
    )
    first = exists(
        [happened(row.get("assistance.first_relief_at"), now) for row in records.rows], records.complete
    )
    y["特殊情况成立"] = special = g("household.special_circumstance")
    y["不受支出型程序限制"] = free = not3(
        all3(readings["先行救助与支出型程序"] == "支出型一律先程序", costly)
    )
    y["先救助后履行程序"] = all3(special, free)
    y["先行救助后录入系统"] = all3(special, free, first)


def duties(case: Case, y: Answers, done: Answers, now: int) -> None:
    """Parts two and three: what departments push, for each disaster and each alert."""
    rows = case.tables["disaster_event"].rows
    occurred = y["本方案灾害已发生"]
    started = {
        name: [happened(row.get(f"disaster_event.{field}"), now) for row in rows]
        for name, field in (
            ("县级启动响应", "response_started_county_at"),
            ("乡级启动响应", "response_started_town_at"),
            ("村级启动响应", "response_started_village_at"),
            ("会商研判", "consultation_held_at"),
        )
    }
    for name, times in started.items():
        y[name], done[name] = occurred, times
    y["三级已响应会商"] = [all3(*each) for each in zip(*started.values(), strict=True)]
    y["三级及时响应会商"], done["三级及时响应会商"] = occurred, y["三级已响应会商"]
    alerts = case.tables["department_alert"]
    pushed = [happened(row.get("department_alert.pushed_at"), now) for row in alerts.rows]
    kinds = [row.get("department_alert.content_type") for row in alerts.rows]
    emergency = [member(row.get("department_alert.department"), "县应急管理局") for row in alerts.rows]
    others = [not3(one) for one in emergency]
    to_bureau = [member(row.get("department_alert.recipient"), "县乡村振兴局") for row in alerts.rows]
    risk = [holds_any(kind, "风险线索") for kind in kinds]
    totals = [holds_any(kind, "受灾总体情况") for kind in kinds]
    damage = [holds_any(kind, "受灾情况") for kind in kinds]
    links = case.links[ALERT_OF]

    def of_events(*parts: list[Truth]) -> list[Truth]:
        """Whether an alert of each event has all of ``parts``; one that names no event may be of any."""
        holds = [all3(*each) for each in zip(*parts, strict=True)]
        return [
            exists(
                [
                    all3(None if link is None else link == event, one)
                    for link, one in zip(links, holds, strict=True)
                ],
                alerts.complete,
            )
            for event in range(len(rows))
        ]

    for name in ("共享灾害信息", "及时推送线索", "推送受灾信息", "推送受灾总体情况", "部门推送风险线索"):
        y[name] = occurred
    done["共享灾害信息"] = of_events([any3(a, b) for a, b in zip(totals, damage, strict=True)], pushed)
    done["及时推送线索"] = of_events(risk, pushed)
    done["推送受灾信息"] = of_events(to_bureau, [filled(kind) for kind in kinds], pushed)
    done["推送受灾总体情况"] = of_events(emergency, totals, pushed)
    done["部门推送风险线索"] = [
        all3(a, b)
        for a, b in zip(
            of_events(others, to_bureau, damage, pushed),
            of_events(others, to_bureau, risk, pushed),
            strict=True,
        )
    ]
    y["按职能要求推送"] = [
        all3(one, row.get("department_alert.risk_push_requirement_defined"))
        for one, row in zip(others, alerts.rows, strict=True)
    ]
    done["按职能要求推送"] = pushed
    known = of_events(risk)
    y["组织分析研判"] = exists(
        [
            all3(a, filled(row.get("disaster_event.affected_area_codes")), b)
            for a, row, b in zip(y["属本方案灾种"], rows, known, strict=True)
        ],
        case.tables["disaster_event"].complete,
    )
    y["通报收支骤变预警"] = any3(y["家庭支出骤增"], y["家庭收入骤减"])
    done["通报收支骤变预警"] = exists(
        [
            all3(holds_any(kind, "支出骤增预警", "收入骤减预警"), one)
            for kind, one in zip(kinds, pushed, strict=True)
        ],
        alerts.complete,
    )
    public_works(case, y)


def public_works(case: Case, y: Answers) -> None:
    """4-04: damaged public works of each impact."""
    in_plan = y["属本方案灾种"]
    links = case.links[Relation("impact", "disaster_event", "event_id")]
    y["维修重建受损项目"] = [
        all3(
            None if event is None else in_plan[event],
            holds_any(row.get("impact.public_works_damaged"), "房屋", "道路", "水利"),
        )
        for event, row in zip(links, case.tables["impact"].rows, strict=True)
    ]


def accountability(case: Case, y: Answers, done: Answers, readings: Readings, today: date) -> None:
    """六(二)(三): mechanisms of the county, and who answers for failures."""
    g = case.tables["context"].rows[0].get
    y["乡镇党委书记牵头"] = y["发生本方案灾害"]
    y["信息共享机制到位"] = shared = g("context.info_sharing_established")
    y["预警分级到位"] = graded = g("context.alert_grading_established")
    y["预警图到位"] = mapped = g("context.alert_map_established")
    y["考核内容到位"] = assessed = g("context.in_annual_assessment")
    for duty, built in (
        ("建立信息共享比对机制", shared),
        ("指导建立预警分级", graded),
        ("建立动态监测预警图", mapped),
        ("信息交换和比对分析", shared),
        ("纳入工作考核", assessed),
    ):
        y[duty], done[duty] = True, built
    rows = case.tables["accountability_case"].rows
    causes = [row.get("accountability_case.cause") for row in rows]
    outcomes = [row.get("accountability_case.outcome") for row in rows]
    any_cause = readings["约谈原因之后的等"] == "含其他原因"
    y["帮扶失职"] = failed = [
        any3(holds_any(one, "救助帮扶不力", "工作不实", "弄虚作假"), all3(holds_any(one, "其他"), any_cause))
        for one in causes
    ]
    either = any3 if readings["返贫与新增致贫之间的和"] == "任一" else all3
    y["导致返贫或新增致贫"] = led = [
        either(holds_any(one, "返贫"), holds_any(one, "新增致贫")) for one in outcomes
    ]
    y["问题突出认定"] = prominent = [row.get("accountability_case.prominent") for row in rows]
    y["影响恶劣认定"] = bad = [row.get("accountability_case.bad_influence") for row in rows]
    both = all3 if readings["突出与恶劣之间的顿号"] == "全部" else any3
    y["应当问责"] = y["问责处理"] = blamed = [both(a, b) for a, b in zip(prominent, bad, strict=True)]
    again = readings["问责与约谈的关系"] == "约谈之外再问责"
    y["约谈主要负责人"] = [
        all3(a, b, any3(again, not3(c))) for a, b, c in zip(failed, led, blamed, strict=True)
    ]
    day = today.toordinal()
    done["约谈主要负责人"] = [happened(row.get("accountability_case.interview_at"), day) for row in rows]
    done["问责处理"] = [happened(row.get("accountability_case.accountability_at"), day) for row in rows]
