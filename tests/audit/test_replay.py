"""A recorded decision is repeated from the ledger alone, and any difference is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.audit.small import AT, KEY

from relapse_rules import load, load_plan
from relapse_rules.audit.archive import Archived, archived
from relapse_rules.audit.canonical import canonical
from relapse_rules.audit.chain import Entry
from relapse_rules.audit.errors import AuditError
from relapse_rules.audit.export import ExportFile, export
from relapse_rules.audit.hiding import How, Privacy
from relapse_rules.audit.ledger import open_ledger
from relapse_rules.audit.making import make_record
from relapse_rules.audit.replay import Replayer, Result
from relapse_rules.audit.restore import restore
from relapse_rules.audit.sealing import new_opening_key
from relapse_rules.ir.details import Details
from relapse_rules.policy import compile_policy

SEALING = new_opening_key()
FACTS = Path("examples/01-flood-dibao.json")
SEALED = Privacy(used=How.SEALED, seal_to=SEALING.public)


@pytest.fixture(scope="module")
def plan():
    return load_plan(local=["examples/county.policy"])


@pytest.fixture(scope="module")
def filled(plan, tmp_path_factory):
    """A ledger of two households: the first with its used facts kept, the second with them sealed."""
    opened = open_ledger(tmp_path_factory.mktemp("ledger") / "ledger.db")
    opened.register(KEY.public)
    for privacy in (None, SEALED):
        made = make_record(plan, FACTS.read_text("utf-8"), KEY, recorded_at=AT, privacy=privacy)
        opened.archive(made.policy)
        opened.append(made.record)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def replayer(filled):
    return Replayer(filled, compile_policy, key=SEALING)


def changed(entry: Entry, **members) -> Entry:
    body = json.loads(entry.record) | members
    return entry._replace(record=canonical(body))


@pytest.mark.parametrize("sequence", [1, 2])
def test_a_record_replays_to_the_same(filled, replayer, sequence):
    assert replayer.replay(filled.entry(sequence)) == (sequence, Result.SAME, "", (), ())


def test_a_policy_is_read_from_the_ledger_alone(filled, plan):
    typed, sources = restore(filled.policy(archived(plan.details).texts))

    assert typed.digest == plan.digest
    assert all(name.startswith("@bundled/") for name in sources if name != "county.policy")


def test_what_is_sealed_needs_its_key(filled):
    replayed = Replayer(filled, compile_policy).replay(filled.entry(2))

    assert replayed.result is Result.IMPOSSIBLE
    assert SEALING.public.id[:16] in replayed.reason


def test_another_key_is_told(filled):
    replayed = Replayer(filled, compile_policy, key=new_opening_key()).replay(filled.entry(2))

    assert replayed.result is Result.IMPOSSIBLE
    assert "另一把密钥" in replayed.reason


def test_an_export_without_personal_values_cannot_be_replayed(filled, tmp_path):
    with (tmp_path / "file").open("wb") as out:
        export(filled, out)
    file = ExportFile(tmp_path / "file")

    replayed = Replayer(file, compile_policy).replay(file.entry(1))

    assert replayed.result is Result.IMPOSSIBLE
    assert "没有随这份账本导出" in replayed.reason


def test_an_export_with_personal_values_can_be_replayed(filled, tmp_path):
    with (tmp_path / "file").open("wb") as out:
        export(filled, out, personal=True)
    file = ExportFile(tmp_path / "file")

    assert Replayer(file, compile_policy, key=SEALING).replay(file.entry(2)).result is Result.SAME


def test_a_changed_outcome_is_shown_where_it_is(filled, replayer):
    entry = filled.entry(1)
    outcome = json.loads(entry.record)["outcome"]
    outcome["eligibility"]["outcome"] = "no"
    measure = outcome["measures"].pop(3)

    replayed = replayer.replay(changed(entry, outcome=outcome))

    assert replayed.result is Result.DIFFERENT
    first, second = replayed.differences
    assert first == ("outcome.eligibility.outcome", '"no"', '"yes"')
    assert measure["id"] in second.place
    assert (second.recorded, second.now) == (None, canonical(measure))


def test_a_changed_parameter_is_shown(filled, replayer):
    entry = filled.entry(1)
    parameters = json.loads(entry.record)["parameters"]
    name = parameters[0]["name"]
    parameters[0]["value"] = "甲"

    (found,) = replayer.replay(changed(entry, parameters=parameters)).differences

    assert found.place == f"parameters[{name}].value"


def test_a_changed_fact_is_shown(filled, replayer):
    entry = filled.entry(1)
    facts = json.loads(entry.record)["facts"]
    facts["household"]["is_rural_household"] = False

    assert replayer.replay(changed(entry, facts=facts)).result is Result.DIFFERENT


def test_differences_are_bounded(filled, replayer):
    entry = filled.entry(1)

    assert len(replayer.replay(changed(entry, outcome={str(n): n for n in range(99)})).differences) == 50


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"kind": "x"}, "不是判定记录", id="no record"),
        pytest.param({"policy": {"texts": "0" * 64}}, "没有存档", id="unknown policy"),
        pytest.param({"facts": {"context": {}, "household": {}}, "hidden": []}, "判定时点", id="facts that do not fit"),
    ],
)  # fmt: skip
def test_what_cannot_be_replayed_is_told(filled, replayer, change, told):
    entry = filled.entry(1)._replace(openings="[]")
    policy = json.loads(entry.record)["policy"] | change.pop("policy", {})

    replayed = replayer.replay(changed(entry, policy=policy, **change))

    assert replayed.result is Result.IMPOSSIBLE
    assert told in replayed.reason


def test_masked_values_that_mattered_need_their_openings(filled, plan):
    """A record by another program, which masked what the policy reads."""
    entry = filled.entry(1)
    body = json.loads(entry.record)
    hidden = [each | {"how": "masked"} for each in body["hidden"]]
    masked = changed(entry, hidden=hidden)._replace(openings="[]")
    kept = Replayer(filled, compile_policy, openings=_openings(entry))

    assert "开启凭据" in Replayer(filled, compile_policy).replay(masked).reason
    assert kept.replay(masked).result is Result.SAME


def _openings(entry):
    from relapse_rules.audit.record import openings_from  # noqa: PLC0415

    return openings_from(entry.openings)


def test_the_checker_has_its_say(filled, plan):
    asked = []

    def check(typed, facts, body):
        asked.append((typed.digest, facts["household"]["member"][0]["birth_date"], body["proof"]))
        return ("不成立",)

    replayer = Replayer(filled, compile_policy, check=check)
    with_proof = changed(filled.entry(1), proof={"claims": {}})

    assert replayer.replay(filled.entry(1)).result is Result.SAME
    replayed = replayer.replay(with_proof)
    assert (replayed.result, replayed.problems) == (Result.DIFFERENT, ("不成立",))
    assert asked == [(plan.digest, "1968-03-11", {"claims": {}})]


def test_an_archived_policy_with_errors_is_told():
    with pytest.raises(AuditError, match="这一版程序读不了"):
        restore(Archived(entry="甲", overlays=(), sources=(("甲", "政策\n"),)))
    with pytest.raises(AuditError, match="这一版程序读不了"):
        restore(Archived(entry="乙", overlays=(), sources=()))


def test_folders_of_the_machine_do_not_matter(tmp_path):
    text = Path("examples/county.policy").read_text("utf-8")
    texts = set()
    for folder in ("甲/县", "乙"):
        place = tmp_path / folder
        place.mkdir(parents=True)
        (place / "本县.policy").write_text('导入 "plan.policy"\n', "utf-8")
        (place / "本县参数.policy").write_text(text, "utf-8")
        own = load(place / "本县.policy", local=[place / "本县参数.policy"])
        kept = archived(own.details)
        typed, _ = restore(kept)
        assert typed.digest == own.digest
        assert (kept.entry, kept.overlays) == ("本县.policy", ("本县参数.policy",))
        texts.add(kept.texts)
    assert len(texts) == 1


def test_details_without_files_have_nothing_to_archive():
    with pytest.raises(AuditError, match="不是从文件读来的"):
        archived(Details())
