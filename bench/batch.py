"""Deciding a whole county: our kernel, and what others need for the same outcomes of the same county, in one run.

    python bench/batch.py [--households 1000000] [--rounds 3] [--sample 500] [--report] [--only duckdb zen …]

Yardsticks, in processor time of one thread: DuckDB with generated SQL takes at least 30 times what the kernel takes (all outcomes of the plan);
OpenFisca 20 times, zen-engine 300 times and durable_rules 3,000 times (the twenty measures of ``twenty.policy``); the kernel at
most 3 times what NumPy needs to look at each input once and to do as many operations. Every peer's outcomes are compared with ours.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from batch_kernel import County, county_of, forgetful, outcomes_of
from batch_limit import Limit

from relapse_rules.batch.blocks import CountyBlock
from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.engines.lanes.blocks import WordRails
from relapse_rules.policy import load, load_plan

BENCH = Path(__file__).parent
BLOCK = 1 << 18
"""Households in a block; see the curve in docs/performance.md."""


class Figure(NamedTuple):
    """What was measured. ``seconds`` for the whole county; ``times`` ours; ``wanted``: at least so many times, or at most if ``at_most``."""

    name: str
    seconds: float
    times: float
    wanted: float
    note: str
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the yardstick is met."""
        return self.times <= self.wanted if self.at_most else self.times >= self.wanted


class Ran(NamedTuple):
    """Our kernel over all blocks: its rails, and the fewest seconds that it took, altogether and without reading what is stated."""

    blocks: list[CountyBlock]
    rails: list[WordRails]
    seconds: float
    inner: float


def main() -> int:
    """Measure everything and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--sample", type=int, default=500, help="so many households for peers that take them one by one"
    )
    parser.add_argument("--county", type=Path, help="a county that `simulate` has made; default: one is made")
    parser.add_argument("--only", nargs="+", choices=[*PLAN_PEERS, *TWENTY_PEERS])
    parser.add_argument("--report", action="store_true", help="do not fail when a yardstick is missed")
    chosen = parser.parse_args()
    pa.set_cpu_count(1)
    names = set(chosen.only or [*PLAN_PEERS, *TWENTY_PEERS])
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.county or Path(made) / "county"
        if chosen.county is None:
            simulate(Wish(households=chosen.households), folder, load_plan().vocabulary)
        found = [
            figure
            for policy, peers in ((load_plan(), PLAN_PEERS), (load(BENCH / "twenty.policy"), TWENTY_PEERS))
            if names & set(peers)
            for figure in _measured(
                policy, folder, {name: peers[name] for name in peers if name in names}, chosen
            )
        ]
    missed = [figure for figure in found if not figure.met]
    for figure in missed:
        print(f"未达到：{figure.name} {figure.times:,.1f} 倍，要求 {figure.wanted:,}")
    return 1 if missed and not chosen.report else 0


Peer = Callable[[County, Ran, argparse.Namespace], Figure]


def _measured(policy, folder: Path, peers: dict[str, Peer], chosen: argparse.Namespace) -> list[Figure]:  # noqa: ANN001 - a policy
    """Print what our kernel and the peers need for the outcomes of a policy."""
    found: list[Figure] = []
    with county_of(policy, folder) as county:
        ran = _kernel(county, chosen.rounds)
        count = len(county.taken)
        print(f"{policy.name}，{count:,} 户，{len(county.wanted)} 个结果：")
        print(
            f"  relapse_rules  {ran.seconds:10.3f} 秒  每秒 {count / ran.seconds:,.0f} 户，一个线程（其中推断 {ran.inner:.3f} 秒，其余是读取单元格）"
        )
        for peer in peers.values():
            figure = peer(county, ran, chosen)
            found.append(figure)
            print(f"  {figure.name:<14} {figure.seconds:10.3f} 秒  {figure.times:10,.1f} 倍  {figure.note}")
    return found


def _kernel(county: County, rounds: int) -> Ran:
    evaluator = county.evaluator()
    blocks = county.blocks(BLOCK)
    times: list[tuple[float, float]] = []
    for _ in range(rounds):
        anew = [forgetful(block) for block in blocks]
        started = process_time()
        for block in anew:
            evaluator.leaves(block, county.rails)
        read = process_time() - started
        anew = [forgetful(block) for block in blocks]
        started = process_time()
        for block in anew:
            evaluator.run(block, county.rails)
        times.append((process_time() - started, read))
    rails = [evaluator.run(block.block, county.rails) for block in blocks]
    whole, read = map(min, zip(*times, strict=True))
    return Ran(blocks, rails, whole, whole - read)


# --- peers for the whole plan -----------------------------------------------------------------------


def _duckdb(county: County, ran: Ran, chosen: argparse.Namespace) -> Figure:
    from duck_county import DuckCounty, Layout, differing  # noqa: PLC0415 - an extra
    from duck_sql import Way  # noqa: PLC0415

    program = county.policy.program
    ours = outcomes_of(county, ran.blocks, ran.rails)
    duck = DuckCounty(program, county.shared, county.case, county.rails, county.taken)
    best: tuple[float, str] = (float("inf"), "")
    for layout in Layout:
        duck.load(layout)
        for way in (Way(), Way(keep=False), Way(by_maximum=True)):
            seconds = min(duck.run(county.wanted, way) for _ in range(max(1, chosen.rounds - 1)))
            domains = {program.nodes[node].domain for node in county.wanted}
            for domain in sorted(domains):
                own = [node for node in county.wanted if program.nodes[node].domain == domain]
                wrong = differing(duck.outcomes(domain), ours, own)
                if wrong:
                    message = f"DuckDB gives other outcomes of {domain}: {wrong}"
                    raise AssertionError(message)
            best = min(best, (seconds, f"{layout.name}, keep={way.keep}, by_maximum={way.by_maximum}"))
    return Figure(
        "DuckDB", best[0], best[0] / ran.seconds, 30, f"一个线程，最快的写法：{best[1]}；结果逐一相同"
    )


def _limit(county: County, ran: Ran, chosen: argparse.Namespace) -> Figure:
    limit = Limit(county.policy.program, county.shared, county.wanted)
    seconds = 0.0
    for block in ran.blocks:
        room = limit.room(block.block)
        times = []
        for _ in range(chosen.rounds):
            started = process_time()
            limit.run(block.block, room)
            times.append(process_time() - started)
        seconds += min(times)
    return Figure(
        "NumPy 的下限",
        seconds,
        ran.seconds / seconds,
        3,
        "每列读一遍，同样多的运算；倍数是我们的",
        at_most=True,
    )


# --- peers for twenty measures ----------------------------------------------------------------------


def _sampled(
    county: County, chosen: argparse.Namespace
) -> tuple[list[dict[str, object]], list[dict[str, list[object]]]]:
    """Return the plain facts of some households, evenly spread, and our outcomes for them."""
    from plain import plain_facts  # noqa: PLC0415 - beside this script

    count = len(county.taken)
    places = np.unique(np.linspace(0, count - 1, min(chosen.sample, count)).astype(np.int64))
    cases = [county.taken.case(int(place), county.case) for place in places]
    program, evaluator = county.policy.program, county.policy.evaluator
    told = []
    for case in cases:
        rails = evaluator.run(case)
        told.append(
            {
                entry.id: [
                    rails.truth(entry.node, lane) for lane in range(len(case.tables[entry.domain].rows))
                ]
                for entry in program.listings
            }
        )
    return [plain_facts(case) for case in cases], told


def _zen(county: County, ran: Ran, chosen: argparse.Namespace) -> Figure:
    from peer_zen import ZenTwenty  # noqa: PLC0415 - an extra

    facts, told = _sampled(county, chosen)
    peer = ZenTwenty()
    assert [peer.truths(each) for each in facts] == told
    started = process_time()
    answers = peer.evaluate_batch(facts)
    seconds = (process_time() - started) / len(facts) * len(county.taken)
    assert all(answer["success"] for answer in answers)
    return Figure(
        "zen-engine",
        seconds,
        seconds / ran.seconds,
        300,
        f"evaluate_batch，{len(facts)} 户，按户数推算；结果逐一相同",
    )


def _durable(county: County, ran: Ran, chosen: argparse.Namespace) -> Figure:
    from peer_durable import DurableTwenty  # noqa: PLC0415 - an extra

    facts, told = _sampled(county, chosen)
    peer = DurableTwenty()
    try:
        assert [peer.truths(each) for each in facts] == told
        started = process_time()
        for each in facts:
            peer.truths(each)
        seconds = (process_time() - started) / len(facts) * len(county.taken)
    finally:
        peer.close()
    return Figure(
        "durable_rules", seconds, seconds / ran.seconds, 3000, f"{len(facts)} 户，按户数推算；结果逐一相同"
    )


def _openfisca(county: County, ran: Ran, chosen: argparse.Namespace) -> Figure:
    from peer_openfisca import OpenFiscaTwenty  # noqa: PLC0415 - an extra

    peer = OpenFiscaTwenty(county)
    times = []
    for _ in range(chosen.rounds):
        peer.prepare()
        started = process_time()
        found = peer.run()
        times.append(process_time() - started)
    wrong = peer.differing(found, outcomes_of(county, ran.blocks, ran.rails))
    assert not wrong, wrong
    return Figure(
        "OpenFisca",
        min(times),
        min(times) / ran.seconds,
        20,
        "只有是与不是（没有未知），结果与我们的“是”相同",
    )


PLAN_PEERS: dict[str, Peer] = {"duckdb": _duckdb, "limit": _limit}
TWENTY_PEERS: dict[str, Peer] = {"openfisca": _openfisca, "zen": _zen, "durable": _durable}


if __name__ == "__main__":
    sys.exit(main())
