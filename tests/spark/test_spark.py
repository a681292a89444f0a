"""Spark in local mode decides what one machine decides. One test, since every worker of pytest would start a machine of Java of its own."""

from __future__ import annotations

import shutil
import sys
from random import Random

import pytest

pytest.importorskip("pyspark", reason="extra spark is not installed")
if shutil.which("java") is None:
    pytest.skip("needs Java 17", allow_module_level=True)

import pyarrow as pa
from pyspark.sql import SparkSession
from tests.batch.counties import AS_OF, PLAN, SHARED, SUBJECT, random_county
from tests.batch.dirt import dirtied
from tests.spark.laid_out import same_rows, without_rows

from relapse_rules.spark import decide
from relapse_rules.spark.tasks import plain
from relapse_rules.tables.errors import InputError


@pytest.fixture
def spark(monkeypatch):
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "1")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.slow
def test_spark_decides_what_one_machine_decides(spark):
    rng = Random(7)
    tables = dirtied(random_county(rng, 60, 0.7), rng).tables()
    frames = {name: spark.createDataFrame(table) for name, table in tables.items()}

    found = decide(PLAN, frames, as_of=AS_OF)

    local = PLAN.decide_batch(tables, as_of=AS_OF)
    same_rows(_shanghai(found.households.toArrow()), _shanghai(plain(local.households)))
    for domain in ("member", "impact"):
        same_rows(_shanghai(found.elements[domain].toArrow()), _shanghai(plain(local.elements[domain])))
    assert set(found.elements) == set(local.elements)
    assert found.county == local.county
    assert found.notes == local.notes
    county = {PLAN.vocabulary.by_english[name].name for name in ("context", *SHARED)}
    rejects = plain(local.rejects)
    is_own = pa.array([name not in county for name in rejects["entity"].to_pylist()], pa.bool_())
    own = without_rows(rejects.filter(is_own))
    assert len(own)
    same_rows(found.rejects.toArrow(), own)
    assert len(found.county_rejects) == 0
    found.forget()
    _refuses(frames)


def _refuses(frames):
    with pytest.raises(InputError, match="没有“农户”表"):
        decide(PLAN, {"member": frames[SUBJECT]}, as_of=AS_OF)
    with pytest.raises(InputError, match="“农户”的表给了两次"):
        decide(PLAN, {"household": frames[SUBJECT], "农户": frames[SUBJECT]}, as_of=AS_OF)
    with pytest.raises(InputError, match="没有写判定时点"):
        decide(PLAN, {"household": frames[SUBJECT]})


def _shanghai(table: pa.Table) -> pa.Table:
    """Return a table with its times in one zone: Spark tells them in the session's."""
    times = pa.timestamp("us", tz="Asia/Shanghai")
    fields = [
        pa.field(field.name, times) if pa.types.is_timestamp(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(fields))
