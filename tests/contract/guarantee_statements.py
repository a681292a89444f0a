"""Parts 五 and 六: guarantees and requirements."""

from __future__ import annotations

from tests.contract.household import AFFECTED, LATER, NOT_YET, OMIT
from tests.contract.reading import Facts, Reading, turns_on

RELIEF = ("县民政局", "县财政局", "各乡镇")
FUNDS = ("各乡镇", "县乡村振兴局")
URGENT: Facts = {**AFFECTED, "project.project_type": "产业就业帮扶", "project.urgent_for_disaster": True}
EMERGENCY: Facts = {
    **AFFECTED,
    "assistance.program": "临时救助",
    "assistance.meets_emergency_conditions": True,
}
EASED: Facts = {**EMERGENCY, "assistance.first_relief_at": LATER}
HARD: Facts = {
    **AFFECTED,
    "assistance.program": "临时救助",
    "assistance.form": "救助金",
    "assistance.delivered_at": LATER,
    "household.dibao_eligible": True,
    "household.tekun_eligible_members": 0,
}
BLAMED: Facts = {**AFFECTED, "accountability_case.unit": "县水务局", "accountability_case.outcome": ["返贫"]}

GUARANTEES = (
    Reading(
        cite="5-01",
        name="申报灾害救助",
        given={**AFFECTED, "household.severely_affected": True},
        **turns_on("household.in_distress", yes=True, no=False),
        units=(),
        time_limit="及时",
    ),
    Reading(
        cite="5-02",
        name="优先保障",
        given={**AFFECTED, "household.in_distress": True},
        **turns_on("household.severely_affected", yes=True, no=False),
        units=(),
    ),
    Reading(
        cite="5.1-03",
        name="优先安排衔接资金",
        given=URGENT,
        **turns_on("project.approved_by_county_at", yes=LATER, no=NOT_YET),
        units=("县乡村振兴局",),
    ),
    Reading(
        cite="5.1-05",
        name="新增项目入库",
        **turns_on("project.new_for_disaster", yes=True, no=False),
        units=FUNDS,
        time_limit="及时",
    ),
    Reading(
        cite="5.1-06",
        name="先行实施项目",
        given={**AFFECTED, "project.new_for_disaster": True},
        **turns_on("context.fund_adjustable_this_year", yes=False, no=True),
        units=FUNDS,
    ),
    Reading(
        cite="5.2-01",
        name="各部门都无法解决",
        given={**AFFECTED, "assistance": []},
        **turns_on("household.departments_unable", yes=True, no=False),
    ),
    Reading(
        cite="5.2-02",
        name="动用监测基金救助",
        given={**AFFECTED, "assistance": []},
        **turns_on("household.departments_unable", yes=True, no=False),
        units=FUNDS,
    ),
    Reading(
        cite="5.2-02",
        name="动用监测基金救助",
        given={**AFFECTED, "household.departments_unable": OMIT},
        yes={"assistance.departments_unable": True},
        no={"assistance.departments_unable": False, "household.departments_unable": False},
        unknown={"assistance.program": "其他"},
        units=FUNDS,
    ),
    Reading(
        cite="5.3-01",
        name="急难型先行救助",
        given={**EMERGENCY, "assistance.temp_relief_type": "支出型"},
        **turns_on("assistance.meets_emergency_conditions", yes=True, no=False),
        units=RELIEF,
    ),
    Reading(
        cite="5.3-03",
        name="缓解后登记救助信息",
        given=EASED,
        **turns_on("assistance.emergency_eased_at", yes="2023-08-04T10:00:00+08:00", no=NOT_YET),
        units=RELIEF,
    ),
    Reading(
        cite="5.3-04",
        name="缓解后补签字盖章",
        given=EASED,
        **turns_on("assistance.emergency_eased_at", yes="2023-08-04T10:00:00+08:00", no=NOT_YET),
        units=RELIEF,
    ),
    Reading(
        cite="5.3-05",
        name="支出型按程序救助",
        given={
            **AFFECTED,
            "assistance.program": "临时救助",
            "assistance.meets_expenditure_conditions": False,
        },
        **turns_on("assistance.temp_relief_type", yes="支出型", no="急难型"),
        units=RELIEF,
    ),
    Reading(
        cite="5.3-06",
        name="救助后转入低保",
        given=HARD,
        **turns_on("assistance.hardship_remains", yes=True, no=False),
        units=RELIEF,
        time_limit="及时",
    ),
    Reading(
        cite="5.4-01",
        name="先落实绿色通道",
        **turns_on("finance.medical_burden_heavy", yes=True, no=False),
        units=("县乡村振兴局",),
        time_limit="先",
    ),
    Reading(
        cite="5.4-02",
        name="落实医疗救助措施",
        **turns_on("finance.medical_burden_heavy", yes=True, no=False),
        units=("县卫体局", "县医保局"),
    ),
)

REQUIREMENTS = (
    Reading(
        cite="6.1-08",
        name="一户一方案",
        given={**AFFECTED, "household.suspected_risk": False},
        **turns_on("household.has_poverty_risk", yes=True, no=False),
        units=("各村(社区)",),
    ),
    Reading(
        cite="6.2-03",
        name="预警分级到位",
        **turns_on("context.alert_grading_established", yes=True, no=False),
    ),
    Reading(
        cite="6.2-04", name="预警图到位", **turns_on("context.alert_map_established", yes=True, no=False)
    ),
    Reading(
        cite="6.2-06",
        name="信息共享机制到位",
        **turns_on("context.info_sharing_established", yes=True, no=False),
    ),
    Reading(
        cite="6.2-07",
        name="通报收支骤变预警",
        given={**AFFECTED, "finance.income_plunge": False},
        **turns_on("finance.expense_surge", yes=True, no=False),
        units=("县级相关部门",),
        time_limit="及时",
    ),
    Reading(
        cite="6.3-01", name="考核内容到位", **turns_on("context.in_annual_assessment", yes=True, no=False)
    ),
    Reading(
        cite="6.3-02",
        name="约谈主要负责人",
        given=BLAMED,
        **turns_on("accountability_case.cause", yes=["弄虚作假"], no=[]),
        units=(),
    ),
    Reading(
        cite="6.3-03",
        name="问责处理",
        given={**BLAMED, "accountability_case.cause": ["工作不实"], "accountability_case.prominent": True},
        **turns_on("accountability_case.bad_influence", yes=True, no=False),
        units=(),
    ),
)
