"""Recording, verifying and deciding again at the command line."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path

import pytest

from relapse_rules.cli.main import main

ROOT = Path(__file__).parents[2]
FLOOD = ROOT / "examples" / "01-flood-dibao.json"
LANDSLIDE = ROOT / "examples" / "03-landslide-house.json"
CONTRADICTORY = ROOT / "examples" / "11-contradictory-appraisal.json"
COUNTY = ROOT / "examples" / "county.policy"
AT = "2026-11-25T09:00:00+08:00"


@pytest.fixture
def run(capsys):
    """Return a function that runs an audit command: exit code, standard output and error."""

    def run_(*arguments):
        code = main(["audit", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A ledger of two households with a checkpoint, and the keys."""
    folder = tmp_path_factory.mktemp("audit")
    key, ledger = folder / "key.pem", folder / "ledger.sqlite"
    assert main(["audit", "key", "new", "--out", str(key)]) == 0
    assert (
        main(
            [
                *("audit", "append", str(FLOOD), str(LANDSLIDE), "--key", str(key), "--ledger", str(ledger)),
                *("--local", str(COUNTY), "--at", AT, "--checkpoint"),
            ]
        )
        == 0
    )
    return folder


@pytest.fixture
def ledger(kept, tmp_path):
    """A copy of the ledger, for whoever damages it."""
    source = sqlite3.connect(kept / "ledger.sqlite")
    copy = tmp_path / "ledger.sqlite"
    target = sqlite3.connect(copy)
    source.backup(target)
    target.close()
    source.close()
    return copy


def test_a_ledger_that_nobody_touched_is_sound(run, kept):
    code, out, err = run("verify", "--ledger", kept / "ledger.sqlite", "--trust", kept / "key.pem.pub")

    assert (code, err) == (0, "")
    assert out.startswith("账本共 2 条，")
    assert "检查点管到第 2 条" in out
    assert out.endswith("没有发现问题。\n")


def tamper(ledger: Path, old: str, new: str) -> None:
    """Change the first record behind the program's back."""
    connection = sqlite3.connect(ledger)
    (table,) = (
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "record" in [column[1] for column in connection.execute(f"PRAGMA table_info({name})")]
    )
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(
        f"UPDATE {table} SET record = replace(record, ?, ?) WHERE sequence = 1",  # noqa: S608 - a name read above
        (old, new),
    )
    connection.commit()
    connection.close()


def test_a_changed_record_is_named(run, ledger):
    tamper(ledger, "洪涝", "干旱")

    code, out, _ = run("verify", "--ledger", ledger)

    assert code == 1
    assert "第 1 条" in out
    assert "没有发现问题" not in out


def test_a_changed_outcome_is_told_with_what_it_is_now(run, ledger):
    tamper(
        ledger,
        '"eligibility":{"cites":["1-01"],"outcome":"yes"',
        '"eligibility":{"cites":["1-01"],"outcome":"no"',
    )

    code, out, _ = run("replay", 1, "--ledger", ledger)

    assert code == 1
    assert out == (
        "第 1 条  不一致\n"
        "  outcome.eligibility.outcome\n"
        '    当时 "no"\n'
        '    现在 "yes"\n'
        "  证明：证明第 1 项：资格为 no，判定所说的没有得到证明\n"
        "  证明：证明第 1 项：资格为 yes，判定没有照证明这样说\n"
    )


def test_verifying_as_json_says_what_the_sheet_says(run, ledger):
    _, sound, _ = run("verify", "--ledger", ledger, "--format", "json")
    tamper(ledger, "洪涝", "干旱")
    code, changed, _ = run("verify", "--ledger", ledger, "--format", "json")

    assert code == 1
    assert json.loads(sound)["sound"] is True
    assert json.loads(changed)["sound"] is False


def test_a_checkpoint_covers_what_was_recorded_before_it(run, kept, tmp_path):
    key, ledger = kept / "key.pem", tmp_path / "l.sqlite"
    run("append", FLOOD, "--key", key, "--ledger", ledger, "--at", AT)
    uncovered = run("verify", "--ledger", ledger)

    code, out, err = run("checkpoint", "--key", key, "--ledger", ledger, "--at", AT)

    assert (code, err) == (0, "")
    assert re.fullmatch(r"已签检查点：1:[0-9a-f]{64}\n", out)
    assert "没有检查点：末尾少了条目查不出" in uncovered[1]
    assert "检查点管到第 1 条" in run("verify", "--ledger", ledger)[1]


def test_a_head_that_was_noted_elsewhere_must_be_there(run, kept):
    code, out, _ = run("verify", "--ledger", kept / "ledger.sqlite", "--head", f"3:{'0' * 64}")

    assert code == 1
    assert "处问题" in out


def test_a_head_is_written_in_one_way(run, kept):
    code, _, err = run("verify", "--ledger", kept / "ledger.sqlite", "--head", "第二条")

    assert (code, err) == (2, "选项 --head 要写作 编号:校验值（append 时写出的），这里是“第二条”\n")


def test_recorded_households_decide_the_same_again(run, kept):
    code, out, err = run("replay", "--ledger", kept / "ledger.sqlite")

    assert (code, out, err) == (0, "第 1 条  一致\n第 2 条  一致\n", "")


def test_one_entry_as_json(run, kept):
    code, out, _ = run("replay", 2, "--ledger", kept / "ledger.sqlite", "--format", "json")

    (told,) = json.loads(out)
    assert code == 0
    assert (told["sequence"], told["result"], told["differences"], told["problems"]) == (2, "same", [], [])


def test_an_export_is_checked_and_replayed_like_the_ledger(run, kept, tmp_path):
    lines = tmp_path / "ledger.jsonl"

    assert run("export", "--ledger", kept / "ledger.sqlite", "--out", lines, "--show-personal")[0] == 0
    assert run("verify", "--ledger", lines)[0] == 0
    assert run("replay", "--ledger", lines)[:2] == (0, "第 1 条  一致\n第 2 条  一致\n")
    assert run("export", "--ledger", kept / "ledger.sqlite", "--out", lines)[0] == 2  # nothing is overwritten


def test_without_personal_values_an_export_says_why_it_cannot_be_replayed(run, kept, tmp_path):
    lines = tmp_path / "ledger.jsonl"
    run("export", "--ledger", kept / "ledger.sqlite", "--out", lines)

    code, out, _ = run("replay", 1, "--ledger", lines)

    assert code == 1
    assert "不能复算" in out
    assert (
        json.loads(FLOOD.read_text("utf-8"))["household"]["member"][0]["birth_date"] not in lines.read_text()
    )


def test_a_record_is_shown(run, kept):
    code, out, _ = run("show", 1, "--ledger", kept / "ledger.sqlite")

    assert code == 0
    assert re.sub(r"[0-9a-f]{12,}", "…", out).startswith(f"第 1 条  校验值 …\n  记录时间：{AT}\n")
    assert "  纳入监测帮扶：是\n" in out
    assert run("show", 3, "--ledger", kept / "ledger.sqlite")[::2] == (2, "账本里没有第 3 条\n")


def test_what_is_sealed_is_opened_by_its_key_alone(run, kept, tmp_path):
    seal, ledger = tmp_path / "seal.pem", tmp_path / "sealed.sqlite"
    assert run("key", "new", "--for", "seal", "--out", seal)[0] == 0
    appended = run(
        *(
            "append",
            FLOOD,
            "--key",
            kept / "key.pem",
            "--seal-to",
            f"{seal}.pub",
            "--ledger",
            ledger,
            "--at",
            AT,
        )
    )
    assert appended[0] == 0

    closed = run("replay", "--ledger", ledger)
    opened = run("replay", "--ledger", ledger, "--key", seal)

    assert (closed[0], opened[:2]) == (1, (0, "第 1 条  一致\n"))
    assert "没有它的私钥不能复算" in closed[1]


def test_what_stays_readable_is_told(run, kept, tmp_path):
    seal = tmp_path / "seal.pem"
    run("key", "new", "--for", "seal", "--out", seal)
    to = ("--key", kept / "key.pem", "--ledger", tmp_path / "l.sqlite", "--at", AT)

    _, _, plainly = run("append", LANDSLIDE, *to)
    _, _, sealed = run("append", LANDSLIDE, *to, "--seal-to", f"{seal}.pub")

    assert plainly.startswith("留在记录旁、能打开账本的人都看得到的个人信息：家庭成员：出生日期")
    assert sealed == ""


def test_unused_personal_values_are_masked_beside_sealed_ones(run, kept, tmp_path):
    seal, ledger = tmp_path / "seal.pem", tmp_path / "l.sqlite"
    run("key", "new", "--for", "seal", "--out", seal)
    to = ("--key", kept / "key.pem", "--ledger", ledger, "--at", AT, "--seal-to", f"{seal}.pub", "--mask")

    run("append", LANDSLIDE, *to)

    shown = json.loads(run("show", 1, "--ledger", ledger, "--format", "json")[1])
    assert {each["how"] for each in shown["hidden"]} == {"masked", "sealed"}
    assert run("replay", "--ledger", ledger, "--key", seal)[0] == 0


def test_a_contradiction_is_recorded_and_told_by_the_exit_code(run, kept, tmp_path):
    code, out, _ = run(
        "append", CONTRADICTORY, "--key", kept / "key.pem", "--ledger", tmp_path / "l.sqlite", "--at", AT
    )

    assert code == 3
    assert out.startswith("第 1 条")


def test_an_expired_key_signs_nothing(run, tmp_path):
    key = tmp_path / "old.pem"
    run("key", "new", "--out", key, "--not-after", "2025-01-01T00:00:00+08:00")

    code, out, err = run("append", FLOOD, "--key", key, "--ledger", tmp_path / "l.sqlite", "--at", AT)

    assert (code, out) == (2, "")
    assert "过期" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("verify", "--ledger", "没有.sqlite"), "没有.sqlite"),
        (("replay", 9, "--ledger", "{kept}/ledger.sqlite"), "账本里没有第 9 条"),
        (("append", FLOOD, "--key", "没有.pem"), "找不到文件“没有.pem”"),
        (("append", FLOOD, "--key", FLOOD), "密钥"),
        (("append", "没有.json", "--key", "{kept}/key.pem", "--ledger", "{tmp}/l.sqlite"), "没有.json"),
        (("key", "old", "--out", "{tmp}/k.pem"), "old"),
        (("key", "new", "--out", "{kept}/key.pem"), "已经存在"),
        (("append", FLOOD, "--key", "{kept}/key.pem", "--ledger", "{tmp}/l.jsonl"), "只能读"),
        (("append", FLOOD, "--key", "{kept}/key.pem", "--at", "昨天"), "昨天"),
        (("checkpoint", "--key", "{kept}/key.pem.pub", "--ledger", "{tmp}/l.sqlite"), "密钥"),
    ],
    ids=["ledger", "entry", "key", "no key", "facts", "action", "overwrite", "export", "moment", "public"],
)
def test_bad_input_is_told_with_its_place(run, kept, tmp_path, arguments, told):
    code, _, err = run(*(str(word).format(kept=kept, tmp=tmp_path) for word in arguments))

    assert code == 2
    assert told in err
    assert "Traceback" not in err


def test_without_the_extra_it_is_said_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for name in [
        name for name in sys.modules if name.startswith(("relapse_rules.audit", "relapse_rules.cli.audit"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.startswith("cryptography.")]:
        monkeypatch.setitem(sys.modules, name, None)

    code, _, err = run("verify")

    assert (code, err) == (2, "没有安装留档要用的 cryptography（pip install 'relapse_rules[audit]'）\n")
