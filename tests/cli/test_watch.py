"""``relapse-rules watch``: what it writes each time, and how it ends."""

from __future__ import annotations

import re

import pytest
from tests.analysis.watching.test_watching import CASES, RULES, VOCABULARY, edit

from relapse_rules.cli.main import main


@pytest.fixture(autouse=True)
def _screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def folder(tmp_path):
    for name, text in (("词汇", VOCABULARY), ("规则", RULES), ("用例", CASES)):
        (tmp_path / f"{name}.policy").write_text(text, encoding="utf-8")
    return tmp_path


def run(capsys, *arguments):
    code = main(["watch", *map(str, arguments)])
    out = re.sub(r"\d\d:\d\d:\d\d|\d+\.\d\d 秒", "…", capsys.readouterr().out)
    return code, [line.strip() for line in out.splitlines() if line.strip()]


@pytest.fixture
def while_watching(monkeypatch):
    """Return a function that does one step each time that the command waits, and presses Ctrl-C after the last."""

    def watching(*steps):
        waiting = iter(steps)

        def sleep(_seconds):
            step = next(waiting, None)
            if step is None:
                raise KeyboardInterrupt
            step()

        monkeypatch.setattr("relapse_rules.cli.watch.sleep", sleep)  # not of other threads in this process

    return watching


def test_once(capsys, folder):
    assert run(capsys, folder, "--once") == (0, ["…  0 个错误，0 个警告；4 个用例都通过，重跑 4 个；…"])
    edit(folder, "用例", "低收入 为 是", "低收入 为 否")

    code, lines = run(capsys, folder / "用例.policy", "--once")

    assert code == 1
    assert lines[0] == "不通过：低收入的"
    assert lines[-1] == "…  0 个错误，0 个警告；4 个用例有 1 个不通过，重跑 4 个；…"


def test_each_save_is_told_of_until_ctrl_c(capsys, folder, while_watching):
    while_watching(
        lambda: edit(folder, "规则", "人口 不低于 5", "人口 不低于 4"),
        lambda: edit(folder, "规则", "人口 不低于 4", "人口 不低于"),
        lambda: edit(folder, "规则", "人口 不低于\n", "人口 不低于 5\n"),
        lambda: None,
    )

    code, lines = run(capsys, folder)

    assert code == 130
    assert lines[1] == "…  改了 规则.policy：0 个错误，0 个警告；4 个用例都通过，重跑 2 个；…"
    assert any("RR0122" in line for line in lines[2:-1])
    assert "…  改了 规则.policy：1 个错误，0 个警告；用例没有运行；…" in lines
    assert lines[-1] == "…  改了 规则.policy：0 个错误，0 个警告；4 个用例都通过，重跑 2 个；…"


def test_files_that_go_and_come_back(capsys, folder, while_watching):
    while_watching(
        lambda: (folder / "词汇.policy").rename(folder / "词.policy"),
        lambda: (folder / "词.policy").rename(folder / "词汇.policy"),
        (folder / "用例.policy").unlink,
    )

    code, lines = run(capsys, folder)

    assert code == 130
    assert any("RR0211" in line for line in lines)
    assert "…  0 个错误，0 个警告；没有用例；…" in lines[-1]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [("没有", 2, "找不到文件"), ("空", 1, "这里没有政策")],
    ids=["no such folder", "nothing in it"],
)
def test_nothing_to_watch(capsys, tmp_path, name, code, told):
    (tmp_path / "空").mkdir()

    ended = main(["watch", "--once", str(tmp_path / name)])
    captured = capsys.readouterr()

    assert ended == code
    assert told in captured.out + captured.err


def test_a_file_of_no_policy_is_named_once(capsys, folder, while_watching):
    (folder / "县.policy").write_text("", encoding="utf-8")
    while_watching(lambda: edit(folder, "规则", "甲方案", "乙方案"))

    _, lines = run(capsys, folder)

    assert sum("没有检查" in line for line in lines) == 1


def test_an_error_in_a_file_of_two_policies_is_shown_once(capsys, folder):
    (folder / "另.policy").write_text(RULES, encoding="utf-8")
    edit(folder, "词汇", "英文 household\n", "\n")

    code, lines = run(capsys, folder, "--once")

    assert code == 1
    assert sum("RR0401" in line for line in lines) == 1
    assert sum("用例没有运行" in line for line in lines) == 2
