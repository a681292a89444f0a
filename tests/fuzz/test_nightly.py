"""Nightly fuzzing itself: what it has found stays found, and a fault that is put in is caught, made small and kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.fuzz.hunts import HUNTS, Quarry, lanes, possible, quarry
from tests.fuzz.kept import kept, restored
from tests.fuzz.nightly import REGRESSIONS, search
from tests.fuzz.reduce import reduced

from relapse_rules.engines.lanes import runtime
from relapse_rules.values.truth import Comparison

KEPT = sorted(REGRESSIONS.glob("*.json"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in KEPT])
def test_what_was_found_once_stays_mended(path: Path) -> None:
    held = json.loads(path.read_text("utf-8"))
    if not possible(held["hunt"]):
        pytest.skip(f"what {held['hunt']} needs is not installed")
    found = Quarry(restored(held["policy"]), restored(held["case"]), held["seed"])

    assert HUNTS[held["hunt"]](found) == []


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_is_what_was_found(seed: int) -> None:
    found = quarry(seed)

    through_text = json.loads(json.dumps(kept(found.policy)))

    assert restored(through_text) == found.policy
    assert restored(json.loads(json.dumps(kept(found.case)))) == found.case


def test_a_quiet_night(tmp_path: Path) -> None:
    hunts = {name: HUNTS[name] for name in ("lanes", "facts")}

    counts = search(1, 0, hunts=hunts, folder=tmp_path)

    assert all(tried and not caught for tried, caught in counts.values())
    assert list(tmp_path.iterdir()) == []


def test_a_fault_is_caught_made_small_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """不超过 read as 低于, where counts are compared: at the boundary the oracle disagrees."""
    right = runtime.compare_between

    def wrong(operator: Comparison, low: int, high: int | None, limit: int) -> bool | None:
        return right(Comparison.LESS if operator is Comparison.AT_MOST else operator, low, high, limit)

    monkeypatch.setattr(runtime, "compare_between", wrong)
    seed = next(seed for seed in range(500) if lanes(quarry(seed)))
    whole = quarry(seed)

    small = reduced(whole, lanes)
    search(0.001, seed, hunts={"lanes": lanes}, folder=tmp_path)

    assert lanes(small)
    assert len(str(kept(small.policy))) < len(str(kept(whole.policy)))
    (path,) = tmp_path.iterdir()
    held = json.loads(path.read_text("utf-8"))
    assert held["hunt"] == "lanes"
    assert lanes(Quarry(restored(held["policy"]), restored(held["case"]), held["seed"]))


def test_a_crash_is_kept_too(tmp_path: Path) -> None:
    def crashing(_: Quarry) -> list[str]:
        message = "out of order"
        raise ZeroDivisionError(message)

    counts = search(0.001, 7, hunts={"lanes": crashing}, folder=tmp_path)

    assert counts == {"lanes": (1, 1)}
    (path,) = tmp_path.iterdir()
    assert "out of order" in path.read_text("utf-8")
