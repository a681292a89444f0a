"""Measures explanations in one run and prints one table: ``make bench-explain`` or ``python bench/explain.py [--quick] [--json FILE]``.

Every question that a decision can be asked, against deciding the same household once. Medians of interleaved runs; nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from time import process_time_ns

from live import Figure, show
from timing import Work, interleaved

from relapse_rules.decisions.model import Target
from relapse_rules.explain.explained import Explained
from relapse_rules.policy import Policy, load_plan

EXAMPLES = Path(__file__).parent.parent / "examples"
KNOWN = EXAMPLES / "01-flood-dibao.json"
"""A household of which most is known."""
SPARSE = EXAMPLES / "04-drought-loan.json"
"""A household with 30 facts that are not known."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repeats: shows that it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    chosen = parser.parse_args()
    policy = load_plan(local=[EXAMPLES / "county.policy"])
    rounds, milliseconds = (3, 5) if chosen.quick else (31, 25)
    figures = [*explanations(policy, rounds, milliseconds), *questions(policy, rounds, milliseconds)]
    show(figures)
    if chosen.json is not None:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        content = {**machine, "figures": [asdict(figure) for figure in figures]}
        chosen.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def explanations(policy: Policy, rounds: int, milliseconds: int) -> Iterator[Figure]:
    """Why and why not of measures, and the dearest of all explanations of the household."""
    facts = KNOWN.read_bytes()
    decision = policy.decide(facts)
    dearest = _dearest(decision)
    works = {
        "decide": lambda: policy.decide(facts),
        "explain 纳入最低生活保障 (unknown)": lambda: decision.explain("纳入最低生活保障"),
        "explain 及时转移 (yes)": lambda: decision.explain("及时转移"),
        f"explain {dearest[0]} (the dearest of all)": lambda: decision.explain(*dearest),
        "why_not 纳入特困供养": lambda: decision.why_not("纳入特困供养"),
    }
    yield from _compared(
        works, "decide", {name: "20" for name in works if name.startswith("explain")}, rounds, milliseconds
    )


def questions(policy: Policy, rounds: int, milliseconds: int) -> Iterator[Figure]:
    """What to ask next and what outcomes hinge on, for a household with thirty unknown facts."""
    facts = SPARSE.read_bytes()
    decision = policy.decide(facts)
    works = {
        f"decide with {len(decision.missing)} unknown facts": lambda: policy.decide(facts),
        "questions": decision.questions,
        "robustness": decision.robustness,
    }
    first = next(iter(works))
    yield from _compared(works, first, {"questions": "10", "robustness": "10"}, rounds, milliseconds)


def _compared(
    works: Mapping[str, Work], against: str, limits: Mapping[str, str], rounds: int, milliseconds: int
) -> Iterator[Figure]:
    for work in works.values():
        work()
    times = interleaved(works, rounds, milliseconds)
    base = times[against].median
    for name, timed in times.items():
        own = name == against
        yield Figure(
            name=name,
            median=timed.median,
            fastest=timed.fastest,
            unit="µs",
            compared_with="" if own else against,
            ratio=None if own else timed.median / base,
            limit=limits.get(name, ""),
        )


def _dearest(decision: Explained) -> tuple[str, Target]:
    """Return the measure or task whose explanation takes longest."""
    listed = [(element.id, element.target) for element in (*decision.measures, *decision.tasks)]
    return max(listed, key=lambda asked: median(_once(decision, asked) for _ in range(3)))


def _once(decision: Explained, asked: tuple[str, Target]) -> int:
    started = process_time_ns()
    decision.explain(*asked)
    return process_time_ns() - started


if __name__ == "__main__":
    main()
