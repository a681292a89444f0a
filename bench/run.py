"""Measures everything in one run and prints one table: ``make bench`` or ``python bench/run.py [--quick] [--json FILE]``.

Medians of interleaved runs. Nothing is asserted: a busy machine stretches every time, and a ratio says more than a time.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import handwritten
from plain import plain_facts
from rich.console import Console
from rich.table import Table
from timing import Timed, Work, fresh, interleaved, processes

from relapse_rules.facts import read_case
from relapse_rules.policy import Policy, load, load_plan
from relapse_rules.source import SourceText
from relapse_rules.syntax.parse import parse

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
HOUSEHOLD = EXAMPLES / "01-flood-dibao.json"
NO_CACHE = {"RELAPSE_RULES_CACHE": "off"}
# Modules are compiled when a package is installed; a fresh process should not compile them again.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

# Processor time since the process began, in milliseconds.
PRINT = "\nimport time; print(time.process_time() * 1000)"
LOAD = """
import time
import relapse_rules.policy
started = time.process_time()
relapse_rules.policy.load_plan()
print((time.process_time() - started) * 1000)
"""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table: times in ``unit``, and how the medians compare with what and with which limit."""

    name: str
    median: float
    fastest: float
    unit: str
    compared_with: str = ""
    ratio: float | None = None
    limit: str = ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repeats: shows that it runs, not how fast")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    chosen = parser.parse_args()
    rounds, milliseconds = (3, 5) if chosen.quick else (41, 25)
    figures = [
        *deciding(rounds, milliseconds),
        *starting(2 if chosen.quick else 15),
        *parsing(1 if chosen.quick else 3),
    ]
    show(figures)
    if chosen.json is not None:
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        content = {**machine, "figures": [asdict(figure) for figure in figures]}
        chosen.json.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


# --- deciding one household ----------------------------------------------------------------------------------------


def deciding(rounds: int, milliseconds: int) -> Iterator[Figure]:
    """Time the kernel, the hand-written plan, whole decisions and the peers, all in the same rounds."""
    plan, twenty = load_plan(), load(HERE / "twenty.policy")
    facts = json.loads(HOUSEHOLD.read_text(encoding="utf-8"))
    case = read_case(facts, plan.vocabulary)
    evaluator = plan.evaluator
    first, second, shape = evaluator.encode(case)
    decision = plan.decide(facts)
    peers = dict(peer_works(twenty))
    works: dict[str, Work] = {
        "kernel": lambda: evaluator.kernel(list(first), list(second), shape),
        "run": lambda: evaluator.run(case),
        "hand": lambda: handwritten.decide(case),
        "decide": lambda: plan.decide(facts),
        "dump": decision.model_dump,
        "twenty": lambda: twenty.decide(facts),
        "twenty_rails": lambda: twenty.evaluator.run(read_case(facts, twenty.vocabulary)),
        **peers,
    }
    took = interleaved(works, rounds, milliseconds)
    conditions = sum(len(answers) for answers in handwritten.decide(case))
    yield _alone(f"手写的同一方案({conditions} 项条件)", took["hand"])
    hand = "手写"
    yield _against("内核", took["kernel"], hand, took["hand"])
    yield _against("编码 + 内核", took["run"], hand, took["hand"], "2.5")
    yield _against("decide(dict) 从事实到决定", took["decide"], "内核", took["kernel"], "15")
    yield _against("决定的 model_dump()", took["dump"], "内核", took["kernel"])
    yield _alone("二十条措施:decide(dict)", took["twenty"])
    yield _against("二十条措施:核对事实 + 求结果,不写决定", took["twenty_rails"], "decide", took["twenty"])
    for name in ("zen-engine", "durable_rules"):
        if name in peers:
            checked = f"{name},核对事实"
            yield _against(f"二十条措施:{name},核对事实", took[checked], "我们的 decide", took["twenty"])
            yield _against(f"二十条措施:{name},不核对事实", took[name], "我们的 decide", took["twenty"])


def peer_works(twenty: Policy) -> Iterator[tuple[str, Work]]:
    """Give each installed peer, after its answers for every example were found equal to ours.

    Once as it is, on facts made ready for it beforehand, and once from the same mapping that `decide` takes: neither checks facts
    by itself, so ours checks them for it. Neither makes a decision with units, limits and missing facts.
    """
    stated = json.loads(HOUSEHOLD.read_bytes())
    facts = plain_facts(read_case(stated, twenty.vocabulary))

    def ready() -> Mapping[str, Any]:
        return plain_facts(read_case(stated, twenty.vocabulary))

    if find_spec("zen") is not None:
        from peer_zen import ZenTwenty  # noqa: PLC0415 - an extra that may be missing

        zen = ZenTwenty()
        require_equal("zen-engine", twenty, zen)
        yield "zen-engine", lambda: zen.evaluate(facts)
        yield "zen-engine,核对事实", lambda: zen.evaluate(ready())
    if find_spec("durable_rules_engine") is not None:
        from peer_durable import DurableTwenty  # noqa: PLC0415 - an extra that may be missing

        durable = DurableTwenty()
        require_equal("durable_rules", twenty, durable)
        yield "durable_rules", lambda: durable.truths(facts)
        yield "durable_rules,核对事实", lambda: durable.truths(ready())


def require_equal(name: str, twenty: Policy, peer: Any) -> None:  # noqa: ANN401 - either peer
    """Stop unless ``peer`` gives every example the outcomes that we give."""
    for path in sorted(EXAMPLES.glob("*.json")):
        case = read_case(path.read_bytes(), twenty.vocabulary)
        rails = twenty.evaluator.run(case)
        ours = {
            entry.id: [rails.truth(entry.node, lane) for lane in range(len(case.tables[entry.domain].rows))]
            for entry in twenty.program.listings
        }
        theirs = peer.truths(plain_facts(case))
        if theirs != ours:
            differing = [measure for measure, answers in ours.items() if theirs.get(measure) != answers]
            sys.exit(f"{name} 与我们的结果不同,不能比较:{path.name} {'、'.join(differing)}")


# --- starting and reading ------------------------------------------------------------------------------------------


def starting(rounds: int) -> Iterator[Figure]:
    """Time imports and loads in fresh processes."""
    scripts = {
        "ours": "import relapse_rules",
        "policy": "import relapse_rules.policy",
        "standard": "import json, dataclasses, re",
        "nothing": "",
    }
    with tempfile.TemporaryDirectory() as folder:
        yield from _starting(rounds, {**NO_CACHE, **COMPILED, "PYTHONPYCACHEPREFIX": folder}, scripts)


def _starting(rounds: int, environment: Mapping[str, str], scripts: Mapping[str, str]) -> Iterator[Figure]:
    fresh(LOAD, environment)
    took = processes({name: script + PRINT for name, script in scripts.items()}, rounds, environment)
    yield _alone("新进程 import json, dataclasses, re", took["standard"], "ms")
    yield _against("新进程 import relapse_rules", took["ours"], "标准库", took["standard"], "3", "ms")
    yield _against(
        "新进程 import relapse_rules.policy", took["policy"], "标准库", took["standard"], unit="ms"
    )
    yield _alone("空进程", took["nothing"], "ms")
    added = [import_microseconds(environment) for _ in range(rounds)]
    yield _alone("-X importtime:relapse_rules 累计", Timed(median(added), min(added)))
    with tempfile.TemporaryDirectory() as folder:
        kept = {**environment, "RELAPSE_RULES_CACHE": folder}
        fresh(LOAD, kept)
        for name, variables, limit in (("无", environment, "1000 ms"), ("有", kept, "60 ms")):
            loaded = processes({name: LOAD}, rounds, variables)[name]
            yield _alone(f"load_plan(),{name}缓存", loaded, "ms", limit)


def import_microseconds(environment: Mapping[str, str]) -> int:
    """Return what ``-X importtime`` says that the package and all it imports take."""
    lines = fresh("import relapse_rules", environment, "-X", "importtime").stderr.splitlines()
    line = next(each for each in lines if each.split("|")[-1].strip() == "relapse_rules")
    return int(line.split("|")[1])


def parsing(rounds: int) -> Iterator[Figure]:
    """Time the parser on ten times as many declarations: linear time is a ratio of ten."""
    small, large = (SourceText(name="bench.policy", text="\n".join(declarations(n))) for n in (1_000, 10_000))
    microseconds = interleaved({"small": lambda: parse(small), "large": lambda: parse(large)}, rounds, 2_000)
    took = {name: Timed(*(time / 1000 for time in times)) for name, times in microseconds.items()}
    yield _alone("读 1,000 条声明", took["small"], "ms")
    yield _against("读 10,000 条声明", took["large"], "1,000 条", took["small"], "11", "ms")


def declarations(count: int) -> Iterable[str]:
    """Write ``count`` measures and definitions like those of the plan."""
    for number in range(count // 2):
        yield (
            f"定义 甲{number}  依据 1-01\n  对象 农户\n  当 以下任一:\n    - 户类型 为 脱贫户\n"
            f"    - 存在 受灾影响 满足 (是否受灾 且 受损类型 含 农业)\n"
        )
        yield (
            f"措施 乙{number}  依据 4.1-02\n  类别 落实兜底帮扶\n  对象 农户\n  当 甲{number} 且 享受低保 为 否\n"
            f"  力度 应当\n  责任单位 县民政局、县财政局\n  时限 及时\n"
        )


# --- the table -----------------------------------------------------------------------------------------------------


def _alone(name: str, took: Timed, unit: str = "µs", limit: str = "") -> Figure:
    return Figure(name=name, median=took.median, fastest=took.fastest, unit=unit, limit=limit)


def _against(name: str, took: Timed, other: str, base: Timed, limit: str = "", unit: str = "µs") -> Figure:
    ratio = took.median / base.median
    return replace(_alone(name, took, unit, f"{limit} 倍" if limit else ""), compared_with=other, ratio=ratio)


def show(figures: Iterable[Figure]) -> None:
    """Print one table."""
    table = Table(title=f"一次运行的中位数(处理器时间),Python {platform.python_version()}")
    table.add_column("项目")
    table.add_column("中位数", justify="right")
    table.add_column("最快", justify="right")
    table.add_column("比值", justify="right")
    table.add_column("上限", justify="right")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.compared_with} 的 {figure.ratio:.2f} 倍"
        times = (f"{time:,.1f} {figure.unit}" for time in (figure.median, figure.fastest))
        table.add_row(figure.name, *times, ratio, figure.limit)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
