"""The twenty measures in durable_rules, within the part of it that answers correctly.

Its matcher is right for positive rules over constant equality of booleans, and wrong or fatal for negation, counting, comparing
facts, numbers and texts. So plain Python asks every field and folds every list; each element becomes one wide fact with a literal
for each rail that is known (``affected_y``: proved, ``affected_n``: proved not), and durable_rules does the and/or of the
measures in three strata. Rules are disjunctions of conjunctions, one rule for each conjunction.

It is driven through its C module and not through ``durable.engine.Host``: the same matcher without the host's background
threads, and several times quicker, so the comparison is with durable_rules at its best.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import durable_rules_engine as engine
from three import Truth, every, exists, filled, holds_any, member, merged, not3

SUBTYPES = {
    "自然灾害": "水旱灾害 洪涝 干旱 气象灾害 台风 风雹 低温冷冻 雪灾 沙尘暴 地震灾害 地震 地质灾害 崩塌 滑坡 泥石流 生物灾害 森林火灾",
    "事故灾害": "工矿商贸等企业安全事故 交通运输事故 公共设施和设备事故 核辐射事故 环境污染和生态破坏事件",
    "公共卫生事件": "传染病疫情 群体性不明原因疾病 急性中毒事件 食品和药品安全事件 动物疫情",
}
NAMED = {kind: tuple(names.split()) for kind, names in SUBTYPES.items()}
PERILS = ("农产品价格下跌", "产品滞销", "意外伤害", "劳动力丧失", "短期失业")

Conjunctions = list[tuple[str, ...]]
# kind → conclusion → (conjunctions that prove it, conjunctions that prove its opposite)
RULES: dict[str, dict[str, tuple[Conjunctions, Conjunctions]]] = {
    "event": {
        "in_plan": (
            [(f"kind{number}_y", way) for number in range(3) for way in (f"named{number}_y", "confirmed_y")],
            [
                tuple(literal for way in ways for literal in way)
                for ways in product(
                    *(((f"kind{number}_n",), (f"named{number}_n", "confirmed_n")) for number in range(3))
                )
            ],
        )
    },
    "standing": {"either": ([("relieved_y",), ("monitored_y",)], [("relieved_n", "monitored_n")])},
    "impact": {"hit": ([("affected_y", "in_plan_y")], [("affected_n",), ("in_plan_n",)])},
}


def _all_of(*literals: str) -> tuple[Conjunctions, Conjunctions]:
    opposite = {"y": "n", "n": "y"}
    return [literals], [(f"{literal[:-1]}{opposite[literal[-1]]}",) for literal in literals]


RULES["household"] = {
    "纳入最低生活保障": _all_of("hit_y", "eligible_y", "none_y"),
    "纳入特困供养": _all_of("hit_y", "destitute_y"),
    "发放低保金": _all_of("paid_y"),
    "清理消毒水源": _all_of("hit_y", "polluted_y"),
    "加强水质检测": _all_of("piped_y"),
}
RULES["member"] = {
    "发放特困供养金": _all_of("tekun_y"),
    "发放困难残疾人生活补贴": _all_of("able_n", "dibao_y", "tekun_n"),
    "控辍保学": _all_of("hit_y", "dropped_y"),
}
RULES["employment"] = {
    "引导返岗复工": _all_of("relieved_y", "migrant_y", "returned_y"),
    "引导就近就业": (
        [("farming_y", "stopped_y"), ("wants_y", "farming_y")],
        [("farming_n",), ("stopped_n", "wants_n")],
    ),
    "就业技能培训": _all_of("hit_y", "training_y"),
}
RULES["housing"] = {
    "纳入危房改造": _all_of("danger_y", "eligible_y"),
    "筹资改造": _all_of("danger_y", "eligible_n"),
    "及时转移": _all_of("collapsed_y"),
}
RULES["production"] = {
    "提供农资种苗": (
        [("severe_y", "needs_y"), ("hit_y", "needs_y")],
        [("severe_n", "hit_n"), ("needs_n",)],
    ),
    "收集滞销信息": _all_of("hit_y", "unsold_y"),
}
RULES["loan"] = {
    "续贷或展期": _all_of("either_y", "unable_y"),
    "简化贷款流程": _all_of("either_y", "demand_y", "fit_y"),
    "追加贷款": _all_of("hit_y", "either_y", "product_y", "need_y", "capable_y"),
}
RULES["insurance"] = {"提供综合保障": _all_of("peril_y")}
KINDS = tuple(RULES)
NEVER_ENDS = 10_000
"""More actions than this for one household would mean that the engine repeats itself."""


def _definition() -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for number, kind in enumerate(KINDS):
        for conclusion, rails in RULES[kind].items():
            for rail, conjunctions in zip("yn", rails, strict=True):
                for way, literals in enumerate(conjunctions):
                    tests = [{"kind": number}, *({literal: True} for literal in literals)]
                    rules[f"{conclusion}.{rail}.{way}"] = {"all": [{"m": {"$and": tests}}]}
    # Fires for every household, so that a state is never deleted before an action ran: that would crash.
    rules["sink"] = {"all": [{"m": {"kind": KINDS.index("household")}}]}
    return rules


def _id(kind: str, position: int) -> str:
    return f"{kind}{position}"


def _fact(kind: str, position: int, literals: Iterable[tuple[str, Truth]]) -> dict[str, Any]:
    fact: dict[str, Any] = {"sid": "1", "id": _id(kind, position), "kind": KINDS.index(kind)}
    for name, truth in literals:
        if truth is not None:
            fact[f"{name}_{'y' if truth else 'n'}"] = True
    return fact


class DurableTwenty:
    """The compiled ruleset, with one state that each household enters and leaves."""

    def __init__(self) -> None:
        self._handle = engine.create_ruleset("twenty", json.dumps(_definition()))

    def close(self) -> None:
        """Free the ruleset, which durable_rules does not do by itself."""
        engine.delete_ruleset(self._handle)

    def truths(self, facts: Mapping[str, Any]) -> dict[str, list[Truth]]:
        """Return each measure's outcome for each element, from plain facts (`plain.plain_facts`)."""
        try:
            found = self._decide(facts)
        finally:
            engine.delete_state(self._handle, "1")
        return found

    def _conclude(self, facts: list[dict[str, Any]]) -> dict[tuple[str, str], bool]:
        """Assert ``facts``, run all actions and return (conclusion, fact id) → proved yes or no."""
        found: dict[tuple[str, str], bool] = {}
        if not facts:  # an empty batch crashes
            return found
        engine.assert_facts(self._handle, json.dumps(facts))
        started = engine.start_action(self._handle)
        if started is None:
            return found
        _, message, state = started
        for _ in range(NEVER_ENDS):
            (rule, body), *_rest = json.loads(message).items()
            if rule != "sink":
                conclusion, rail, _way = rule.split(".")
                found[conclusion, body["m"]["id"]] = rail == "y"
            message = engine.complete_and_start_action(self._handle, state)
            if message is None:
                return found
        text = "durable_rules does not come to an end"
        raise RuntimeError(text)

    def _decide(self, facts: Mapping[str, Any]) -> dict[str, list[Truth]]:
        house, events = facts["household"], facts.get("disaster_event", [])
        first = [_fact("event", place, _event(row)) for place, row in enumerate(events)]
        first.append(
            _fact(
                "standing",
                0,
                (
                    ("relieved", member(house.get("household_type"), "脱贫户")),
                    ("monitored", not3(member(house.get("monitor_category"), "无"))),
                ),
            )
        )
        known = self._conclude(first)
        in_plan = {
            row.get("event_id"): known.get(("in_plan", _id("event", place)))
            for place, row in enumerate(events)
        }
        impacts = facts.get("impact", [])
        hits = self._conclude(
            [
                _fact(
                    "impact",
                    place,
                    (("affected", row.get("affected")), ("in_plan", in_plan.get(row.get("event_id")))),
                )
                for place, row in enumerate(impacts)
            ]
        )
        hit = exists(
            [hits.get(("hit", _id("impact", place))) for place in range(len(impacts))], "impact" in facts
        )
        return self._measures(facts, hit, known.get(("either", _id("standing", 0))))

    def _measures(self, facts: Mapping[str, Any], hit: Truth, either: Truth) -> dict[str, list[Truth]]:
        stopped = not3(
            every([row.get("can_resume") for row in facts.get("production", [])], "production" in facts)
        )
        above = (("hit", hit), ("either", either), ("stopped", stopped))
        batch = [_fact("household", 0, (*above, *_household(facts)))]
        sizes = {"household": 1}
        for kind, literals in ELEMENTS.items():
            rows = facts.get(kind, [])
            sizes[kind] = len(rows)
            batch.extend(
                _fact(kind, place, (*above, *literals(row, facts))) for place, row in enumerate(rows)
            )
        found = self._conclude(batch)
        return {
            measure: [found.get((measure, _id(kind, place))) for place in range(size)]
            for kind, size in sizes.items()
            for measure in RULES[kind]
        }


Literals = tuple[tuple[str, Truth], ...]
Row = Mapping[str, Any]


def _event(row: Row) -> Literals:
    category, subtype = row.get("category"), row.get("subtype")
    kinds = tuple((f"kind{number}", member(category, kind)) for number, kind in enumerate(NAMED))
    named = tuple((f"named{number}", member(subtype, *names)) for number, names in enumerate(NAMED.values()))
    return (*kinds, *named, ("confirmed", row.get("category_confirmed")))


def _household(facts: Mapping[str, Any]) -> Literals:
    row, water = facts["household"], facts.get("water", {})
    status, count = row.get("dibao_status"), row.get("tekun_eligible_members")
    return (
        ("eligible", row.get("dibao_eligible")),
        ("none", member(status, "否")),
        ("paid", member(status, "是")),
        ("destitute", None if count is None else count >= 1),
        ("polluted", water.get("source_contaminated")),
        ("piped", member(water.get("facility_type"), "规模水厂", "集中供水点")),
    )


def _member(row: Row, _: Row) -> Literals:
    return (
        ("tekun", row.get("is_tekun_member")),
        ("able", member(row.get("disability_level"), "无")),
        ("dibao", row.get("is_dibao_member")),
        ("dropped", row.get("dropped_out")),
    )


def _employment(row: Row, _: Row) -> Literals:
    return (
        ("relieved", row.get("is_poverty_relieved_labor")),
        ("migrant", row.get("is_migrant_worker")),
        ("returned", row.get("returned_for_disaster")),
        ("farming", row.get("farming_at_home")),
        ("wants", row.get("wants_job")),
        ("training", row.get("training_needed")),
    )


def _housing(row: Row, _: Row) -> Literals:
    return (
        ("danger", merged(member(row.get("appraisal_grade"), "C", "D"), row.get("is_dangerous"))),
        ("eligible", row.get("retrofit_eligible")),
        ("collapsed", row.get("wall_collapsed")),
    )


def _production(row: Row, facts: Row) -> Literals:
    return (
        ("severe", facts["household"].get("severely_affected")),
        ("needs", filled(row.get("input_needs"))),
        ("unsold", row.get("unsold_products")),
    )


def _loan(row: Row, _: Row) -> Literals:
    return (
        ("unable", row.get("unable_to_repay_due_to_disaster")),
        ("demand", row.get("new_loan_demand")),
        ("fit", row.get("loan_conditions_met")),
        ("product", member(row.get("product"), "脱贫人口小额信贷")),
        ("need", row.get("genuine_need")),
        ("capable", row.get("repayment_capacity")),
    )


def _insurance(row: Row, _: Row) -> Literals:
    perils = row.get("covered_peril")
    return (("peril", holds_any(None if perils is None else frozenset(perils), *PERILS)),)


ELEMENTS = {
    "member": _member,
    "employment": _employment,
    "housing": _housing,
    "production": _production,
    "loan": _loan,
    "insurance": _insurance,
}
