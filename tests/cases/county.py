"""The county plan, a household hit by a flood, and short ways to write its events."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from relapse_rules.cases.events import (
    Correction,
    DepartmentAlert,
    FactsStated,
    Judged,
    ProcedureEvent,
)
from relapse_rules.policy import Policy, load, load_plan

ROOT = Path(__file__).parents[2]
OPENED = "2023-08-02T18:00:00+08:00"
DAY = "2023-08-03"


@cache
def plan() -> Policy:
    return load_plan()


@cache
def small() -> Policy:
    return load(Path(__file__).parent / "small.policy")


def flooded() -> dict[str, object]:
    """The household of the first example: a flood on 1 August 2023, two alerts, one recorded step."""
    facts: dict[str, object] = json.loads((ROOT / "examples/01-flood-dibao.json").read_text("utf-8"))
    return facts


def hard(**household: object) -> dict[str, object]:
    """A case of the small policy, on 2 August 2023 at nine."""
    return {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "disaster_event": [],
        "household": {"household_id": "H1", "hard": True, **household},
    }


def at(clock: str, day: str = DAY) -> str:
    """``at("09:00")`` is that time of 3 August 2023."""
    return f"{day}T{clock}:00+08:00"


def step(name: str, what: str, clock: str, *, known: str = "08:00", actor: str | None = None, **more):
    return ProcedureEvent(
        id=name, recorded_at=at(known), happened_at=at(clock), step=what, actor=actor, **more
    )


def stated(name: str, known: str = "08:00", **values: object) -> FactsStated:
    """Facts by path; ``__`` in a keyword stands for the dot."""
    return FactsStated(
        id=name,
        recorded_at=at(known),
        values={path.replace("__", "."): value for path, value in values.items()},
    )


def corrected(name: str, target: str, known: str = "08:30", **more) -> Correction:
    return Correction(id=name, recorded_at=at(known), corrects=target, **more)


def judged(name: str, fact: str, value: object, known: str = "08:00") -> Judged:
    return Judged(
        id=name, recorded_at=at(known), fact=fact, value=value, by="石桥镇", at=DAY, basis="入户核查"
    )


def alert(name: str, clock: str = "07:00", known: str = "08:00", **more) -> DepartmentAlert:
    said = {"department": "县水务局", "content_type": ("风险线索",), "recipient": "县乡村振兴局"} | more
    return DepartmentAlert(id=name, recorded_at=at(known), happened_at=at(clock), **said)
