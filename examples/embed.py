"""Decide a case from a county system: facts in as a dictionary, decision out as values.

Run it with ``python examples/embed.py`` after ``pip install relapse-rules``.
"""

from __future__ import annotations

import json
from pathlib import Path

import relapse_rules


def main() -> None:
    """Decide the first example, then show what the county has to do and what it still has to find out."""
    policy = relapse_rules.load_plan()
    facts = json.loads(Path(__file__).with_name("01-flood-dibao.json").read_text(encoding="utf-8"))

    decision = policy.decide(facts)

    print("纳入监测帮扶:", decision.eligibility.outcome)
    for measure in decision.measures:
        if measure.outcome == "yes":
            print(
                f"- {measure.id}({measure.target.id}):{'、'.join(measure.units)} {measure.time_limit or ''}"
            )
    for fact in decision.missing[:5]:
        print(f"? {fact.fact} 由 {fact.supplied_by} 提供,可定 {fact.decides} 项")

    try:
        policy.decide({"household": {"household_id": "H1", "household_typ": "脱贫户"}})
    except relapse_rules.FactsError as error:
        print(error)


if __name__ == "__main__":
    main()
