"""``relapse-rules fmt``: what it changes, what it leaves alone, and how it ends."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from relapse_rules.cli.main import main

ROOT = Path(__file__).parents[2]
HURRIED = "定义　甲\n 对象  农户\n 当 乙≥３　　＃ 三\n"
NEAT = "定义 甲\n  对象 农户\n  当 乙 ≥ 3  # 三\n"
WRONG = "定义 甲\n   当 (\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "甲.policy").write_text(HURRIED, encoding="utf-8")
    (tmp_path / "里").mkdir()
    (tmp_path / "里" / "乙.policy").write_text(NEAT, encoding="utf-8")
    (tmp_path / "里" / "丙.txt").write_text(HURRIED, encoding="utf-8")
    return tmp_path


def run(capsys, *arguments):
    code = main(["fmt", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_folder_is_formatted_and_then_nothing_is_left_to_do(capsys, folder):
    code, out, err = run(capsys, folder)

    assert (code, out) == (0, f"已整理：{folder}/甲.policy\n")
    assert err == "2 个文件，1 个已整理，1 个本来就整齐\n"
    assert (folder / "甲.policy").read_text(encoding="utf-8") == NEAT
    assert (folder / "里" / "丙.txt").read_text(encoding="utf-8") == HURRIED
    assert run(capsys, folder, "--check") == (0, "", "2 个文件，0 个要整理，2 个本来就整齐\n")


def test_check_lists_and_writes_nothing(capsys, folder):
    code, out, _ = run(capsys, folder, "--check")

    assert (code, out) == (1, f"要整理：{folder}/甲.policy\n")
    assert (folder / "甲.policy").read_text(encoding="utf-8") == HURRIED


def test_diff_shows_and_writes_nothing(capsys, folder):
    code, out, _ = run(capsys, folder / "甲.policy", "--diff")

    assert code == 1
    assert "-定义　甲\n" in out
    assert "+  当 乙 ≥ 3  # 三\n" in out
    assert (folder / "甲.policy").read_text(encoding="utf-8") == HURRIED


def test_a_file_with_a_mistake_is_told_of_and_left_alone_and_the_others_are_formatted(capsys, folder):
    wrong = folder / "错.policy"
    wrong.write_text(WRONG, encoding="utf-8")

    code, out, err = run(capsys, folder)

    assert (code, out) == (1, f"已整理：{folder}/甲.policy\n")
    assert "RR0105" in err
    assert err.endswith("3 个文件，1 个已整理，1 个本来就整齐，1 个有错没有动\n")
    assert wrong.read_text(encoding="utf-8") == WRONG


def test_bytes_that_are_no_utf_8_are_left_alone(capsys, tmp_path):
    path = tmp_path / "a.policy"
    path.write_bytes(HURRIED.encode("gb18030"))

    code, _, err = run(capsys, path)

    assert code == 1
    assert "不是 UTF-8 文本" in err
    assert path.read_bytes() == HURRIED.encode("gb18030")


def test_the_mark_of_windows_goes_and_its_line_ends_stay(capsys, tmp_path):
    path = tmp_path / "a.policy"
    path.write_bytes(NEAT.replace("\n", "\r\n").encode("utf-8-sig"))

    assert run(capsys, path)[0] == 0
    assert path.read_bytes() == NEAT.replace("\n", "\r\n").encode()


def test_a_link_stays_a_link_and_permissions_stay(capsys, tmp_path):
    path, link = tmp_path / "a.policy", tmp_path / "b.policy"
    path.write_text(HURRIED, encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)

    assert run(capsys, link)[0] == 0
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == NEAT
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.policy", "b.policy"]


def test_standard_input_goes_to_standard_output(capsysbinary, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HURRIED.encode())))

    code = main(["fmt", "-"])

    assert (code, capsysbinary.readouterr().out) == (0, NEAT.encode())


@pytest.mark.parametrize(
    ("given", "code", "out"),
    [
        pytest.param(NEAT.encode(), 0, "", id="in form"),
        pytest.param(HURRIED.encode(), 1, "", id="to be formatted"),
        pytest.param(WRONG.encode(), 1, "", id="with a mistake"),
        pytest.param("甲".encode("gb18030"), 2, "", id="no UTF-8"),
    ],
)
def test_checking_standard_input(capsys, monkeypatch, given, code, out):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))

    assert run(capsys, "-", "--check")[:2] == (code, out)


@pytest.mark.parametrize(
    ("name", "told"),
    [("没有.policy", "找不到文件"), (".", "目录里没有 .policy 文件")],
    ids=["missing", "empty"],
)
def test_nothing_to_format(capsys, tmp_path, name, told):
    code, _, err = run(capsys, tmp_path / name)

    assert code == 2
    assert told in err


def test_the_shipped_policies_are_in_form(capsys):
    assert run(capsys, ROOT / "policies", ROOT / "examples", "--check")[:2] == (0, "")


def test_a_new_policy_is_in_form(capsys, tmp_path):
    assert main(["new", str(tmp_path / "a.policy")]) == 0
    capsys.readouterr()

    assert run(capsys, tmp_path, "--check")[0] == 0
