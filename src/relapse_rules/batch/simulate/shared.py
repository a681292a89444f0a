"""What is the county's and not a household's: its figures, the disasters, alerts, projects, and who was called to account."""

from __future__ import annotations

from typing import Final

from relapse_rules.batch.simulate.chance import Chance, Stage
from relapse_rules.batch.simulate.columns import AS_OF, AS_OF_TEXT, time_text
from relapse_rules.batch.simulate.harm import EVENTS, FLOOD_AT, SLIDE_AT
from relapse_rules.batch.simulate.places import COUNTY, FLOOD_REACH_M, Places

Record = dict[str, str]

_MOST_PROJECTS: Final = 12
_ALERTS: Final = (
    ("县应急管理局", 0, "受灾总体情况", 540, "县乡村振兴局"),
    ("县水务局", 0, "受灾情况、风险线索", 900, "县乡村振兴局"),
    ("县住建局", 0, "受灾情况、风险线索", 1260, "县乡村振兴局"),
    ("县农业农村局", 0, "受灾情况", 1500, "县乡村振兴局"),
    ("县民政局", 0, "风险线索", 2400, "乡镇"),
    ("县医保局", None, "支出骤增预警", 5040, "县乡村振兴局"),
    ("县应急管理局", 1, "受灾总体情况", 300, "县乡村振兴局"),
    ("县住建局", 1, "受灾情况", 700, "县乡村振兴局"),
    ("县残联", None, "风险线索", 8000, "村(社区)"),
)
"""Who alerted of which disaster, of what, how many minutes after it, and whom."""


def shared_tables(places: Places, seed: int) -> dict[str, tuple[Record, ...]]:
    """Return the tables of the county as a whole, as texts by English names; what is not there is unknown."""
    return {
        "context": (_context(),),
        "disaster_event": _events(places),
        "department_alert": _alerts(),
        "project": _projects(places, Chance(seed, Stage.SHARED)),
        "accountability_case": _accountability(),
    }


def _context() -> Record:
    return {
        "as_of": AS_OF_TEXT,
        "county_code": COUNTY,
        "plan_effective_date": "2022-06-01",
        "income_line": "7200",
        "dibao_standard_monthly": "520",
        "alert_grading_established": "是",
        "alert_map_established": "否",
        "info_sharing_established": "是",
        "social_rescue_fund_exists": "否",
        "monitoring_fund_balance": "1280000",
        "fund_adjustable_this_year": "否",
        "in_annual_assessment": "是",
    }


def _events(places: Places) -> tuple[Record, ...]:
    flooded = places.areas(places.river_m < FLOOD_REACH_M[-1])
    sliding = places.areas(places.sliding)
    flood: Record = {
        "event_id": EVENTS[0],
        "category": "自然灾害",
        "subtype": "洪涝",
        "occurred_at": time_text(FLOOD_AT),
        "ended_at": time_text(FLOOD_AT + 2200),
        "affected_area_codes": "、".join(flooded),
        "severity_level": "较大",
        "response_started_county_at": time_text(FLOOD_AT + 90),
        "response_started_town_at": time_text(FLOOD_AT + 60),
        "response_started_village_at": time_text(FLOOD_AT + 30),
        "consultation_held_at": time_text(FLOOD_AT + 720),
    }
    slide: Record = {
        "event_id": EVENTS[1],
        "category": "自然灾害",
        "subtype": "滑坡",
        "occurred_at": time_text(SLIDE_AT),
        "affected_area_codes": "、".join(sliding),
        "severity_level": "一般",
        "response_started_county_at": time_text(SLIDE_AT + 120),
        "response_started_town_at": time_text(SLIDE_AT + 50),
        "consultation_held_at": "未发生",
    }
    return flood, slide


def _alerts() -> tuple[Record, ...]:
    struck = (FLOOD_AT, SLIDE_AT)
    rows: list[Record] = []
    for number, (department, event, content, after, recipient) in enumerate(_ALERTS):
        row: Record = {
            "alert_id": f"A{number + 1:02}",
            "department": department,
            "content_type": content,
            "pushed_at": time_text(min(struck[event or 0] + after, AS_OF)),
            "recipient": recipient,
            "risk_push_requirement_defined": "是" if number % 3 else "否",
        }
        if event is not None:
            row["event_id"] = EVENTS[event]
        rows.append(row)
    return tuple(rows)


def _projects(places: Places, chance: Chance) -> tuple[Record, ...]:
    count = min(len(places.township_codes), _MOST_PROJECTS)
    kinds = ("产业就业帮扶", "农村小型公益性基础设施修复", "其他")
    drawn = zip(
        chance.pick((40, 45, 15), count).tolist(),
        chance.happens(8000, count).tolist(),
        chance.happens(6000, count).tolist(),
        chance.happens(5000, count).tolist(),
        strict=True,
    )
    return tuple(
        {
            "id": f"项目{number:02}",
            "project_type": kinds[kind],
            "urgent_for_disaster": "是" if urgent else "否",
            "priority_rank": str(number),
            "new_for_disaster": "是" if new else "否",
            "approved_by_county_at": time_text(FLOOD_AT + 8000) if approved else "未发生",
            "in_project_pool_at": "未发生",
        }
        for number, (kind, urgent, new, approved) in enumerate(drawn, start=1)
    )


def _accountability() -> tuple[Record, ...]:
    return (
        {
            "id": "问责01",
            "unit": "乡镇",
            "outcome": "返贫",
            "cause": "工作不实",
            "prominent": "是",
            "bad_influence": "否",
            "interview_at": "2023-08-10",
        },
        {
            "id": "问责02",
            "unit": "县水务局",
            "outcome": "新增致贫",
            "cause": "救助帮扶不力",
            "interview_at": "未发生",
        },
    )
