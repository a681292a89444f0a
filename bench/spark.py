"""What a household costs on Spark in local mode, from Parquet to Parquet with reasons: the rate from which docs/batch.md reckons.

    python bench/spark.py [--households 1000000] [--parts 10] [--cores 2]

Needs Java 17 and the extra ``relapse_rules[spark]``. Spark itself is started and warmed up with a small county before the clock runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from pyspark.sql import SparkSession

from relapse_rules.batch.simulate.county import Wish, simulate
from relapse_rules.policy import load_plan
from relapse_rules.spark import decide

WARM = 2_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(f"local[{chosen.cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        for households, parts in ((WARM, 2), (chosen.households, chosen.parts)):
            county = Path(folder) / str(households)
            simulate(Wish(households=households, seed=1), county, load_plan().vocabulary)
            seconds = once(spark, county, Path(folder) / "out", parts)
    spark.stop()
    rate = chosen.households / seconds
    print(
        f"{chosen.households:,} 户，{chosen.parts} 份，{chosen.cores} 核：{seconds:.1f} 秒，"
        f"每秒 {rate:,.0f} 户，每核每秒 {rate / chosen.cores:,.0f} 户"
    )


def once(spark: SparkSession, county: Path, out: Path, parts: int) -> float:
    """Return the seconds from reading a county's files to having written what was decided."""
    shutil.rmtree(out, ignore_errors=True)
    began = time.perf_counter()
    frames = {path.stem: spark.read.parquet(str(path)) for path in sorted(county.glob("*.parquet"))}
    found = decide(load_plan(), frames, parts=parts)
    found.households.write.parquet(str(out / "household"))
    for name, element in found.elements.items():
        element.write.parquet(str(out / name))
    found.forget()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
