"""The public door: loading, the cache, deciding, and living in servers."""

import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import relapse_rules
from relapse_rules import FactsError, Policy, PolicyError, store
from relapse_rules import policy as policies

EXAMPLES = Path(__file__).parent.parent / "examples"
FLOOD = EXAMPLES / "01-flood-dibao.json"


@pytest.fixture(scope="module")
def plan() -> Policy:
    return relapse_rules.load_plan()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(store.VARIABLE, str(folder))
    return folder


def _small(folder: Path, condition: str = "是否农户") -> Path:
    path = folder / "small.policy"
    path.write_text(
        f'政策 小方案\n  资格 够格\n\n导入 "vocabulary.policy"\n\n定义 够格\n  对象 农户\n  当 {condition}\n',
        encoding="utf-8",
    )
    return path


FACTS = {
    "context": {"as_of": "2023-08-02T09:00:00+08:00"},
    "household": {"household_id": "H1", "is_rural_household": True},
}


def test_the_shipped_plan_decides_a_real_case(plan: Policy) -> None:
    decision = plan.decide(FLOOD.read_bytes())

    assert decision.eligibility.outcome == "yes"
    assert decision.measure("纳入最低生活保障").outcome == "unknown"
    assert decision.measure("纳入最低生活保障").missing == ("household.dibao_eligible",)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_text_bytes_mapping_and_model_decide_alike(plan: Policy, example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    expected = plan.decide(text).model_dump_json()

    assert plan.decide(text.encode()).model_dump_json() == expected
    assert plan.decide(json.loads(text)).model_dump_json() == expected
    assert plan.decide(plan.models.CaseFacts.model_validate_json(text)).model_dump_json() == expected


def test_another_moment_may_be_asked_for(plan: Policy) -> None:
    chinese = (EXAMPLES / "12-chinese-keys-two-disasters.json").read_text(encoding="utf-8")

    assert plan.decide(chinese, as_of="2023-08-20T09:00:00+08:00").policy.as_of == "2023-08-20T09:00:00+08:00"


def test_a_moment_may_be_given_only_by_the_caller(plan: Policy) -> None:
    facts = {"household": {"household_id": "H1"}}

    assert plan.decide(facts, as_of="2023-08-20T09:00:00+08:00").policy.as_of == "2023-08-20T09:00:00+08:00"


def test_bad_facts_are_all_reported_with_their_places(plan: Policy) -> None:
    with pytest.raises(FactsError) as raised:
        plan.decide({"household": {"household_typ": "脱贫户", "population": "五"}}, source_name="案例")

    assert {problem.path for problem in raised.value.problems} == {
        "context.as_of",
        "household.household_id",
        "household.household_typ",
        "household.population",
    }
    assert "案例" in str(raised.value)


def test_a_wrong_policy_is_an_error_that_shows_its_places(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as raised:
        relapse_rules.load(_small(tmp_path, "是否农互"))

    assert [found.code for found in raised.value.diagnostics] == ["RR0201"]
    assert "是否农互" in str(raised.value)
    assert "small.policy:8:5" in str(raised.value)


def test_a_missing_policy_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="找不到文件"):
        relapse_rules.load(tmp_path / "nothing.policy")


def test_a_policy_is_out_of_force_before_and_after_its_dates(tmp_path: Path) -> None:
    path = _small(tmp_path)
    dated = path.read_text(encoding="utf-8").replace(
        "  资格", "  生效日期 2023-08-02\n  失效日期 2023-08-03\n  资格"
    )
    path.write_text(dated, encoding="utf-8")
    policy = relapse_rules.load(path)

    for moment in ("2023-08-02T00:00:00+08:00", "2023-08-03T23:59:59+08:00"):
        assert policy.decide(FACTS, as_of=moment).eligibility.outcome == "yes"
    for moment in ("2023-08-01T23:59:59+08:00", "2023-08-04T00:00:00+08:00"):
        with pytest.raises(FactsError, match="有效期"):
            policy.decide(FACTS, as_of=moment)


def test_a_second_load_comes_from_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _small(tmp_path)
    first = relapse_rules.load(path)
    assert list(cache.iterdir())
    monkeypatch.setattr(policies, "_inspect", None)

    second = relapse_rules.load(path)

    assert second.decide(FACTS) == first.decide(FACTS)


def test_a_changed_file_is_compiled_again(tmp_path: Path, cache: Path) -> None:
    path = _small(tmp_path)
    assert relapse_rules.load(path).decide(FACTS).eligibility.outcome == "yes"

    _small(tmp_path, "非 是否农户")

    assert relapse_rules.load(path).decide(FACTS).eligibility.outcome == "no"


def test_a_file_that_appears_beside_a_policy_is_noticed(tmp_path: Path, cache: Path) -> None:
    path = _small(tmp_path)
    relapse_rules.load(path)

    (tmp_path / "vocabulary.policy").write_text("", encoding="utf-8")

    with pytest.raises(PolicyError):
        relapse_rules.load(path)


def test_a_spoilt_cache_entry_is_as_good_as_none(tmp_path: Path, cache: Path) -> None:
    path = _small(tmp_path)
    relapse_rules.load(path)
    for entry in cache.iterdir():
        entry.write_bytes(entry.read_bytes()[:100])

    assert relapse_rules.load(path).decide(FACTS).eligibility.outcome == "yes"


def test_a_cache_that_others_can_write_to_is_not_read(tmp_path: Path, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)

    relapse_rules.load(_small(tmp_path))

    assert not list(cache.iterdir())


def test_a_cache_that_cannot_be_written_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv(store.VARIABLE, str(blocked / "cache"))

    assert relapse_rules.load(_small(tmp_path)).decide(FACTS).eligibility.outcome == "yes"


def test_the_cache_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.VARIABLE, "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))

    relapse_rules.load(_small(tmp_path))

    assert not (tmp_path / "xdg").exists()


def test_without_a_variable_the_users_cache_folder_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(store.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))

    relapse_rules.load(_small(tmp_path))

    assert list((tmp_path / "xdg" / "relapse_rules").iterdir())


def test_the_cache_keeps_a_small_number_of_entries(cache: Path) -> None:
    for number in range(40):
        store.write(f"entry{number}", b"x")

    assert len(list(cache.iterdir())) == 32
    assert store.read("entry39") == b"x"


def test_a_pickled_policy_decides_alike(plan: Policy) -> None:
    text = FLOOD.read_bytes()

    copy = pickle.loads(pickle.dumps(plan))

    assert copy.decide(text) == plan.decide(text)
    assert (copy.name, copy.digest) == (plan.name, plan.digest)


def test_a_pickled_decision_is_the_same_decision(plan: Policy) -> None:
    decision = plan.decide(FLOOD.read_bytes())

    assert pickle.loads(pickle.dumps(decision)) == decision


def test_threads_share_a_policy(plan: Policy) -> None:
    texts = [path.read_bytes() for path in sorted(EXAMPLES.glob("*.json"))] * 8
    expected = [plan.decide(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(plan.decide, texts)) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_policy_works_after_a_fork() -> None:
    code = (
        "import os, sys, relapse_rules\n"
        "plan = relapse_rules.load_plan()\n"
        f"text = open({str(FLOOD)!r}, 'rb').read()\n"
        "expected = plan.decide(text)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if plan.decide(text) == expected else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_run_gives_the_same_bytes() -> None:
    code = f"import relapse_rules; print(relapse_rules.load_plan().decide(open({str(FLOOD)!r}, 'rb').read()).model_dump_json())"

    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "2")
    }

    assert len(runs) == 1


def test_the_county_overlay_names_townships_and_sets_parameters() -> None:
    plan = relapse_rules.load_plan(local=[EXAMPLES / "county.policy"])

    decision = plan.decide(FLOOD.read_bytes())

    assert "石桥镇" in decision.measure("清理消毒水源").units_resolved
    assert {each.parameter: each.value for each in decision.assumptions}["低保月标准"] == "650元/人·月"
    (task,) = [task for task in decision.tasks if task.id == "部门推送风险线索"]
    assert task.due == "2023-08-02T23:59:59+08:00"


def test_an_overlay_changes_the_digest(plan: Policy) -> None:
    assert relapse_rules.load_plan(local=[EXAMPLES / "county.policy"]).digest != plan.digest


def test_the_schema_speaks_of_every_entity(plan: Policy) -> None:
    schema = json.dumps(plan.schema(), ensure_ascii=False)

    assert all(f'"{spec.english}"' in schema for entity in plan.vocabulary.entities for spec in entity.fields)


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_durable_engine_gives_the_same_decision(plan: Policy, example: Path) -> None:
    pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    text = example.read_bytes()

    assert plan.decide(text, engine="durable") == plan.decide(text)


def test_a_case_is_opened_from_a_policy(plan: Policy) -> None:
    case = plan.open_case(FLOOD.read_bytes(), as_of="2023-08-02T18:00:00+08:00")

    assert case.decision == plan.decide(FLOOD.read_bytes(), as_of="2023-08-02T18:00:00+08:00")


@pytest.mark.parametrize("moment", ["昨天", "2023-08-02", "2023-02-30T00:00:00+08:00", ""])
def test_a_bad_moment_of_the_caller_is_not_blamed_on_the_facts(plan: Policy, moment: str) -> None:
    with pytest.raises(FactsError) as raised:
        plan.decide(FLOOD.read_bytes(), as_of=moment, source_name="案例.json")

    assert [problem.source for problem in raised.value.problems] == ["as_of"]
