"""The twenty measures in zen-engine: one expression node that states both rails of each measure positively.

zen has no third value: ``a == false`` of a fact that is not stated is simply false, so proved no is written out beside
proved yes. Facts come as plain values under their English names (`plain.plain_facts`); a list not supplied is absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import zen

KINDS = (
    (
        "自然灾害",
        (
            "['水旱灾害','洪涝','干旱','气象灾害','台风','风雹','低温冷冻','雪灾','沙尘暴','地震灾害','地震',"
            "'地质灾害','崩塌','滑坡','泥石流','生物灾害','森林火灾']"
        ),
    ),
    (
        "事故灾害",
        "['工矿商贸等企业安全事故','交通运输事故','公共设施和设备事故','核辐射事故','环境污染和生态破坏事件']",
    ),
    ("公共卫生事件", "['传染病疫情','群体性不明原因疾病','急性中毒事件','食品和药品安全事件','动物疫情']"),
)
IN_PLAN = " or ".join(
    f"(#.category == '{kind}' and (#.subtype in {named} or #.category_confirmed == true))"
    for kind, named in KINDS
)
OUT_OF_PLAN = " and ".join(
    f"((#.category != null and #.category != '{kind}') or "
    f"(#.subtype != null and not (#.subtype in {named}) and #.category_confirmed == false))"
    for kind, named in KINDS
)
GRADE = "(#.appraisal_grade in ['C','D'])"
PERILS = "['农产品价格下跌','产品滞销','意外伤害','劳动力丧失','短期失业']"

DEFINITIONS = (
    ("in_plan", f"map(filter(disaster_event ?? [], {IN_PLAN}), #.event_id)"),
    ("out_of_plan", f"map(filter(disaster_event ?? [], {OUT_OF_PLAN}), #.event_id)"),
    ("hit_y", "some(impact ?? [], #.affected == true and #.event_id in $.in_plan)"),
    ("hit_n", "impact != null and all(impact ?? [], #.affected == false or #.event_id in $.out_of_plan)"),
    (
        "either_y",
        (
            "household.household_type == '脱贫户' or "
            "(household.monitor_category != null and household.monitor_category != '无')"
        ),
    ),
    ("either_n", "household.household_type == '一般农户' and household.monitor_category == '无'"),
    ("stopped_y", "some(production ?? [], #.can_resume == false)"),
    ("stopped_n", "production != null and all(production ?? [], #.can_resume == true)"),
    (
        "houses",
        (
            f"map(housing ?? [], {{danger: #.appraisal_grade == null ? #.is_dangerous : (#.is_dangerous == null "
            f"or #.is_dangerous == {GRADE}) ? {GRADE} : null, eligible: #.retrofit_eligible}})"
        ),
    ),
)
"""Named conditions that several measures use; ``_y`` proved, ``_n`` proved not."""

MEASURES = (
    (
        "纳入最低生活保障",
        "",
        "$.hit_y and household.dibao_eligible == true and household.dibao_status == '否'",
        "$.hit_n or household.dibao_eligible == false or household.dibao_status in ['是','申请中']",
    ),
    (
        "纳入特困供养",
        "",
        "$.hit_y and (household.tekun_eligible_members ?? 0) >= 1",
        "$.hit_n or (household.tekun_eligible_members ?? 1) < 1",
    ),
    ("发放低保金", "", "household.dibao_status == '是'", "household.dibao_status in ['否','申请中']"),
    ("发放特困供养金", "member ?? []", "#.is_tekun_member == true", "#.is_tekun_member == false"),
    (
        "发放困难残疾人生活补贴",
        "member ?? []",
        (
            "#.disability_level != null and #.disability_level != '无' and #.is_dibao_member == true "
            "and #.is_tekun_member == false"
        ),
        "#.disability_level == '无' or #.is_dibao_member == false or #.is_tekun_member == true",
    ),
    ("控辍保学", "member ?? []", "$.hit_y and #.dropped_out == true", "$.hit_n or #.dropped_out == false"),
    (
        "引导返岗复工",
        "employment ?? []",
        "#.is_poverty_relieved_labor == true and #.is_migrant_worker == true and #.returned_for_disaster == true",
        "#.is_poverty_relieved_labor == false or #.is_migrant_worker == false or #.returned_for_disaster == false",
    ),
    (
        "引导就近就业",
        "employment ?? []",
        "#.farming_at_home == true and ($.stopped_y or #.wants_job == true)",
        "#.farming_at_home == false or ($.stopped_n and #.wants_job == false)",
    ),
    (
        "就业技能培训",
        "employment ?? []",
        "$.hit_y and #.training_needed == true",
        "$.hit_n or #.training_needed == false",
    ),
    (
        "纳入危房改造",
        "$.houses",
        "#.danger == true and #.eligible == true",
        "#.danger == false or #.eligible == false",
    ),
    (
        "筹资改造",
        "$.houses",
        "#.danger == true and #.eligible == false",
        "#.danger == false or #.eligible == true",
    ),
    ("及时转移", "housing ?? []", "#.wall_collapsed == true", "#.wall_collapsed == false"),
    (
        "清理消毒水源",
        "",
        "$.hit_y and water.source_contaminated == true",
        "$.hit_n or water.source_contaminated == false",
    ),
    (
        "加强水质检测",
        "",
        "water.facility_type in ['规模水厂','集中供水点']",
        "water.facility_type == '分散供水'",
    ),
    (
        "提供农资种苗",
        "production ?? []",
        "(household.severely_affected == true or $.hit_y) and len(#.input_needs ?? []) > 0",
        "(household.severely_affected == false and $.hit_n) or (#.input_needs != null and len(#.input_needs) == 0)",
    ),
    (
        "收集滞销信息",
        "production ?? []",
        "$.hit_y and #.unsold_products == true",
        "$.hit_n or #.unsold_products == false",
    ),
    (
        "续贷或展期",
        "loan ?? []",
        "$.either_y and #.unable_to_repay_due_to_disaster == true",
        "$.either_n or #.unable_to_repay_due_to_disaster == false",
    ),
    (
        "简化贷款流程",
        "loan ?? []",
        "$.either_y and #.new_loan_demand == true and #.loan_conditions_met == true",
        "$.either_n or #.new_loan_demand == false or #.loan_conditions_met == false",
    ),
    (
        "追加贷款",
        "loan ?? []",
        (
            "$.hit_y and $.either_y and #.product == '脱贫人口小额信贷' and #.genuine_need == true "
            "and #.repayment_capacity == true"
        ),
        "$.hit_n or $.either_n or #.product == '其他' or #.genuine_need == false or #.repayment_capacity == false",
    ),
    (
        "提供综合保障",
        "insurance ?? []",
        f"some(#.covered_peril ?? [], # in {PERILS})",
        f"#.covered_peril != null and not some(#.covered_peril ?? [], # in {PERILS})",
    ),
)
"""(name, the list whose elements it decides or "" for the household, proved yes, proved no)."""


def _expressions() -> list[dict[str, str]]:
    pairs = list(DEFINITIONS)
    for number, (_, elements, yes, no) in enumerate(MEASURES):
        for rail, condition in (("y", yes), ("n", no)):
            pairs.append((f"m{number}_{rail}", f"map({elements}, {condition})" if elements else condition))
    return [{"id": key, "key": key, "value": value} for key, value in pairs]


class ZenTwenty:
    """The compiled decision. zen parses it once; `evaluate` takes plain facts."""

    def __init__(self) -> None:
        node = {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {"expressions": _expressions()},
        }
        ends = [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "out", "type": "outputNode", "name": "out"},
        ]
        edges = [
            {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
            {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
        ]
        place = {"position": {"x": 0, "y": 0}}
        graph = {"nodes": [{**each, **place} for each in (*ends, node)], "edges": edges}
        content = zen.ZenDecisionContent(json.dumps(graph))
        self._decision = zen.ZenEngine().create_decision(content)
        self._engine = zen.ZenEngine({"loader": lambda _: content})

    def evaluate(self, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return zen's own result: what is timed."""
        return self._decision.evaluate(facts)["result"]

    def evaluate_batch(self, households: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return zen's own results of many households, asked at once."""
        return self._engine.evaluate_batch([{"key": "twenty", "context": each} for each in households])

    def truths(self, facts: Mapping[str, Any]) -> dict[str, list[bool | None]]:
        """Return each measure's outcome for each element, to compare with ours."""
        result = self.evaluate(facts)
        found: dict[str, list[bool | None]] = {}
        for number, (name, _, _, _) in enumerate(MEASURES):
            yes, no = result[f"m{number}_y"], result[f"m{number}_n"]
            pairs = zip(yes, no, strict=True) if isinstance(yes, list) else ((yes, no),)
            found[name] = [True if one else False if other else None for one, other in pairs]
        return found
