"""Parts 一, 二 and 三: scope, principles and mechanism."""

from __future__ import annotations

from tests.contract.household import AFFECTED, ELIGIBLE, LATER
from tests.contract.reading import COVERED, Reading, turns_on

LEVELS = ("县", "乡", "村")
ACCIDENT = {"disaster_event.category": "事故灾害"}
HEALTH = {"disaster_event.category": "公共卫生事件"}
OTHER = {"disaster_event.subtype": "其他"}

SCOPE = (
    Reading(
        cite="1-01",
        name="纳入监测帮扶",
        given={**AFFECTED, **ELIGIBLE},
        **turns_on("household.self_resolvable", yes=False, no=True),
    ),
    Reading(cite="1-02", name="因灾", **turns_on("impact.caused_by_event", yes=True, no=False)),
    Reading(
        cite="1-03",
        name="生产生活严重困难",
        **turns_on("household.livelihood_hardship", yes="严重", no="一般"),
    ),
    Reading(
        cite="1-04",
        name="保障出现突出问题",
        **turns_on("impact.three_guarantee_problem", yes=["基本医疗"], no=[]),
    ),
    Reading(
        cite="1-05", name="自身力量难以解决", **turns_on("household.self_resolvable", yes=False, no=True)
    ),
    Reading(cite="1-06", name="有返贫致贫风险", **turns_on("household.has_poverty_risk", yes=True, no=False)),
    Reading(cite="1-07", name="属本方案灾种", **COVERED),
    Reading(
        cite="1.1-01", name="列名的自然灾害", **turns_on("disaster_event.subtype", yes="地质灾害", no="其他")
    ),
    Reading(
        cite="1.1-02",
        name="认定的自然灾害",
        given={**AFFECTED, **OTHER},
        **turns_on("disaster_event.category_confirmed", yes=True, no=False),
    ),
    Reading(
        cite="1.2-01",
        name="列名的事故灾害",
        given={**AFFECTED, **ACCIDENT},
        **turns_on("disaster_event.subtype", yes="交通运输事故", no="其他"),
    ),
    Reading(
        cite="1.2-02",
        name="认定的事故灾害",
        given={**AFFECTED, **ACCIDENT, **OTHER},
        **turns_on("disaster_event.category_confirmed", yes=True, no=False),
    ),
    Reading(
        cite="1.3-01",
        name="列名的公共卫生事件",
        given={**AFFECTED, **HEALTH},
        **turns_on("disaster_event.subtype", yes="动物疫情", no="其他"),
    ),
    Reading(
        cite="1.3-02",
        name="认定的公共卫生事件",
        given={**AFFECTED, **HEALTH, **OTHER},
        **turns_on("disaster_event.category_confirmed", yes=True, no=False),
    ),
)

MECHANISM = (
    Reading(cite="2.1-03", name="及时推送线索", **COVERED, units=("县级相关部门",), time_limit="及时"),
    Reading(cite="2.2-01", name="三级及时响应会商", **COVERED, units=LEVELS, time_limit="及时"),
    Reading(
        cite="2.2-03",
        name="重点核查",
        **turns_on("household.suspected_risk", yes=True, no=False),
        units=LEVELS,
    ),
    Reading(
        cite="2.3-03",
        name="绿色通道纳入/乡村确认",
        **turns_on("impact.affected", yes=True, no=False),
        units=("乡镇", "村(社区)"),
    ),
    Reading(
        cite="2.4-02", name="特殊情况成立", **turns_on("household.special_circumstance", yes=True, no=False)
    ),
    Reading(
        cite="2.4-02",
        name="先救助后履行程序",
        given={**AFFECTED, "assistance": []},
        **turns_on("household.special_circumstance", yes=True, no=False),
    ),
    Reading(cite="3-02", name="推送受灾信息", **COVERED, units=("各相关部门",)),
    Reading(cite="3.1-01", name="推送受灾总体情况", **COVERED, units=("县应急管理局",)),
    Reading(cite="3.1-03", name="部门推送风险线索", **COVERED, units=("其他部门",), time_limit="1天内"),
    Reading(
        cite="3.3-01",
        name="向乡镇推送线索",
        given={**AFFECTED, "procedure_event.at": LATER, "procedure_event.case_ref": "H1"},
        **turns_on("procedure_event.step", yes="线索汇总", no="分析研判"),
        units=("县乡村振兴局",),
        time_limit="当天",
    ),
    Reading(
        cite="3.3-02",
        name="乡镇向村反馈线索",
        given={**AFFECTED, "procedure_event.at": LATER, "procedure_event.case_ref": "H1"},
        **turns_on("procedure_event.step", yes="推送乡镇", no="线索汇总"),
        units=("乡镇",),
        time_limit="立即",
    ),
    Reading(
        cite="3.4-01", name="受灾农户走绿色通道", **turns_on("impact.affected", yes=True, no=False), units=()
    ),
    Reading(
        cite="3.4-03",
        name="快速认定/分析研判",
        **turns_on("impact.affected", yes=True, no=False),
        units=("县乡村振兴局",),
    ),
    Reading(
        cite="3.4-04",
        name="快速认定/评议公示",
        **turns_on("impact.affected", yes=True, no=False),
        units=("村(社区)",),
    ),
    Reading(
        cite="3.4-07", name="快速认定/县级审定", **turns_on("impact.affected", yes=True, no=False), units=()
    ),
)
