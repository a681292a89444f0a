"""``relapse-rules bundle``: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relapse_rules.cli.main import main

POLICY = """导入 "vocabulary.policy"

政策 示例方案
  生效日期 2023-07-28
  失效日期 2026-12-31
  资格 属脱贫户

定义 属脱贫户
  对象 农户
  当 户类型 为 脱贫户
"""


def run(capsys, *arguments):
    code = main(["bundle", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys) -> Path:
    """Return a folder with a policy, keys and two bundles, one of them signed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.policy").write_text(POLICY, encoding="utf-8")
    assert main(["audit", "key", "new", "--out", "key"]) == 0
    assert main(["audit", "key", "new", "--out", "other"]) == 0
    assert main(["bundle", "build", "a.policy", "-o", "plain.rulepack"]) == 0
    assert main(["bundle", "build", "a.policy", "-o", "signed.rulepack", "--key", "key"]) == 0
    capsys.readouterr()
    return tmp_path


def test_building_says_what_was_written(capsys, folder):
    code, out, err = run(capsys, "build", "a.policy", "--out", "b.rulepack", "--key", "key")

    assert (code, err) == (0, "")
    assert out.startswith("已写出 b.rulepack（")
    assert "已签名" in out
    assert (folder / "b.rulepack").read_bytes() == (folder / "signed.rulepack").read_bytes()


def test_showing_lists_the_manifest(capsys, folder):
    code, out, _ = run(capsys, "show", "signed.rulepack", "--files")

    assert code == 0
    assert "政策　　示例方案\n" in out
    assert "有效期　自 2023-07-28 至 2026-12-31\n" in out
    assert "签名　　有\n" in out
    assert out.rstrip().endswith("  a.policy")


def test_showing_as_json(capsys, folder):
    code, out, _ = run(capsys, "show", "plain.rulepack", "--format", "json")

    said = json.loads(out)
    assert code == 0
    assert (said["policy"], said["signed"], said["valid_until"]) == ("示例方案", False, "2026-12-31")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param(["plain.rulepack"], 0, "没有签名：谁都可以另做一份", id="not signed, not asked"),
        pytest.param(["signed.rulepack"], 0, "没有指明认哪些公钥", id="signed by whomever"),
        pytest.param(["signed.rulepack", "--key", "key.pub"], 0, "是认的公钥", id="signed by the key"),
        pytest.param(
            ["signed.rulepack", "--key", "other.pub", "--key", "key.pub"], 0, "是认的公钥", id="one of two"
        ),
        pytest.param(["signed.rulepack", "--key", "other.pub"], 1, "另一把密钥", id="signed by another"),
        pytest.param(["plain.rulepack", "--key", "key.pub"], 1, "没有签名", id="not signed"),
        pytest.param(["plain.rulepack", "--on", "2026-12-31"], 0, "在政策的有效期内", id="the last day"),
        pytest.param(["plain.rulepack", "--on", "2027-01-01"], 1, "不在政策的有效期内", id="the day after"),
        pytest.param(["plain.rulepack", "--on", "明天"], 2, "要写日期", id="no date"),
        pytest.param(["plain.rulepack", "--key", "a.policy"], 2, "不是密钥文件", id="no key"),
        pytest.param(["没有.rulepack"], 2, "找不到文件", id="no file"),
        pytest.param(["a.policy"], 1, "不是政策包", id="no bundle"),
    ],
)
def test_verifying(capsys, folder, arguments, code, told):
    ended, out, err = run(capsys, "verify", *arguments)

    assert ended == code
    assert told in (err if code else out)
    assert ("没有发现问题" in out) == (code == 0)


def test_a_key_past_its_time_is_found(capsys, folder):
    main(["audit", "key", "new", "--out", "old", "--not-after", "2024-01-01T00:00:00+08:00"])
    run(capsys, "build", "a.policy", "-o", "old.rulepack", "--key", "old")

    assert run(capsys, "verify", "old.rulepack", "--on", "2023-12-31")[0] == 0
    assert "过期" in run(capsys, "verify", "old.rulepack", "--on", "2024-01-02")[2]


def test_a_changed_bundle_is_refused_by_every_command(capsys, folder):
    broken = folder / "plain.rulepack"
    broken.write_bytes(broken.read_bytes().replace("脱贫户".encode(), "贫脱户".encode()))

    for command in (["bundle", "verify"], ["bundle", "show"]):
        assert main([*command, "plain.rulepack"]) == 1
        assert "被改动过" in capsys.readouterr().err
    assert main(["check", "plain.rulepack"]) == 1
    assert "RR0216" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["a.policy", "-o", "没有这个目录/a.rulepack"], "找不到文件", id="no folder"),
        pytest.param(["没有.policy", "-o", "a.rulepack"], "找不到文件", id="no policy"),
        pytest.param(["wrong.policy", "-o", "a.rulepack"], "RR0402", id="a policy with mistakes"),
        pytest.param(["a.policy", "-o", "a.rulepack", "--key", "key.pub"], "只有公钥", id="a public key"),
    ],
)
def test_nothing_is_built_of_what_is_wrong(capsys, folder, arguments, told):
    (folder / "wrong.policy").write_text("单位 县民政局  级别 县级\n", encoding="utf-8")

    code, _, err = run(capsys, "build", *arguments)

    assert code == 2
    assert told in err
    assert not (folder / "a.rulepack").exists()
