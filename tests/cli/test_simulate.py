"""``relapse-rules simulate``, as it is called, and everything that may be wrong with the call."""

from __future__ import annotations

import os
import re
import resource
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from relapse_rules.cli.main import main

pytest.importorskip("pyarrow", reason="extra batch is not installed")

from relapse_rules.batch.simulate.county import NOTICE

TO = "--out"


@pytest.fixture
def simulate(capsys, tmp_path):
    """Return a function that runs the command in an empty folder: exit code, standard output and error."""

    def run(*arguments: object, out: object = tmp_path / "县") -> tuple[int, str, str]:
        code = main(["simulate", *map(str, arguments), TO, str(out)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@contextmanager
def files_of_at_most(size: int):
    """Let no file grow beyond so many bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_was_written_is_told(simulate, tmp_path, snapshot):
    code, out, err = simulate(200, "--seed", 7, "--dirt", "0.05", "--headers", "zh", "--format", "csv")

    assert (code, err) == (0, "")
    # How many there are depends on the version of numpy.
    assert re.sub(r"\d+ 行", "… 行", out.replace(str(tmp_path), "…")) == snapshot
    assert NOTICE in out


def test_what_was_written_is_there(simulate, tmp_path):
    simulate(50, "--dirt", "0.1")
    simulate(50, "--format", "csv", "--headers", "zh", out=tmp_path / "中文")

    assert {"household.parquet", "member.parquet", "dirt.csv", "README.txt"} <= names(tmp_path / "县")
    assert {"农户.csv", "家庭成员.csv", "README.txt"} <= names(tmp_path / "中文")


def test_the_same_call_writes_the_same(simulate, tmp_path):
    simulate(60, "--seed", 9, "--dirt", "0.1")
    simulate(60, "--seed", 9, "--dirt", "0.1000", out=tmp_path / "again")

    for path in (tmp_path / "县").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_progress_is_told_on_a_terminal_alone(simulate, monkeypatch, tmp_path):
    _, _, quiet = simulate(10, out=tmp_path / "quiet")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    _, _, told = simulate(10)

    assert quiet == ""
    assert told == "\r已写出 10 / 10 户\n"


# --- what may be wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["0"], "户数要在 1 到 99999999 之间，这里是 0\n", id="nobody"),
        pytest.param(["100000000"], "户数要在 1 到 99999999 之间，这里是 100000000\n", id="too many"),
        pytest.param(
            ["9" * 30], f"户数要在 1 到 99999999 之间，这里是 {'9' * 30}\n", id="more than a machine counts"
        ),
        pytest.param(
            ["十五万"], "relapse-rules： “户数”要写整数\n用法见 relapse-rules --help\n", id="a word"
        ),
        pytest.param(["1.5"], "relapse-rules： “户数”要写整数\n用法见 relapse-rules --help\n", id="half"),
        pytest.param(
            ["5", "--seed", "x"],
            "relapse-rules： “--seed”要写整数\n用法见 relapse-rules --help\n",
            id="a seed in letters",
        ),
        pytest.param(
            ["5", "--seed", "-1"],
            "种子要是 0 到 9223372036854775807 的整数，这里是 -1\n",
            id="a negative seed",
        ),
        pytest.param(
            ["5", "--format", "xlsx"],
            "选项 --format 不能是“xlsx”，可以是 parquet、csv\n",
            id="a strange format",
        ),
        pytest.param(
            ["5", "--headers", "de"], "选项 --headers 不能是“de”，可以是 en、zh\n", id="a strange language"
        ),
        pytest.param([], "relapse-rules： 缺少户数\n用法见 relapse-rules --help\n", id="no number"),
    ],
)
def test_a_wrong_call_is_told(simulate, tmp_path, arguments, told):
    code, out, err = simulate(*arguments)

    assert (code, out, err) == (2, "", told)
    assert list(tmp_path.iterdir()) == []


def test_fewer_than_nobody(capsys, tmp_path):
    code = main(["simulate", TO, str(tmp_path / "县"), "--", "-5"])

    assert code == 2
    assert capsys.readouterr().err == "户数要在 1 到 99999999 之间，这里是 -5\n"


@pytest.mark.parametrize(
    "dirt", ["x", "", "-0.1", "1.0001", "2", "nan", "-inf", "0.00001", "1e999999999", "1e-999999"]
)
def test_a_share_that_is_none(simulate, dirt):
    code, out, err = simulate(5, "--dirt", dirt)

    assert (code, out) == (2, "")
    assert err == f"--dirt 写 0 到 1 的小数，最多四位，如 0.02，这里是“{dirt}”\n"


def test_nowhere_to_write(capsys):
    code = main(["simulate", "5"])

    assert code == 2
    assert capsys.readouterr().err == "要写 --out：写到哪个文件夹\n"


def test_a_folder_with_something_in_it(simulate, tmp_path):
    (tmp_path / "台账.csv").write_text("甲", encoding="utf-8")

    code, out, err = simulate(5, out=tmp_path)

    assert (code, out) == (2, "")
    assert err == f"文件夹“{tmp_path}”里已有东西（换一个文件夹，或先清空）\n"
    assert names(tmp_path) == {"台账.csv"}


def test_a_file_where_the_folder_should_be(simulate, tmp_path):
    (tmp_path / "县").write_text("甲", encoding="utf-8")

    code, _, err = simulate(5)

    assert code == 2
    assert err == f"文件“{tmp_path / '县'}”已经存在\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be written by root")
def test_a_folder_that_may_not_be_written(simulate, tmp_path):
    tmp_path.chmod(0o555)

    code, _, err = simulate(5)

    assert code == 2
    assert err == f"没有权限使用文件“{tmp_path / '县'}”\n"


def test_a_folder_that_cannot_be_made(simulate):
    """Nobody, not even root, makes a folder there."""
    code, _, err = simulate(5, out="/proc/县")

    assert code == 2
    assert err == "找不到文件“/proc/县”\n"


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_full_disk(simulate, tmp_path, form):
    with files_of_at_most(4096):
        code, out, err = simulate(200, "--format", form)

    assert (code, out) == (2, "")
    assert err == f"磁盘满了，或到了限额，写不下文件“{tmp_path / '县'}”\n"
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra(simulate, monkeypatch):
    for name in [each for each in sys.modules if each.startswith("relapse_rules.batch.simulate")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    code, _, err = simulate(5)

    assert (code, err) == (2, "没有安装 pyarrow：pip install 'relapse_rules[batch]'\n")


def test_a_module_of_ours_that_is_missing_is_no_missing_package(simulate, monkeypatch):
    monkeypatch.setitem(sys.modules, "relapse_rules.batch.simulate.county", None)

    with pytest.raises(ModuleNotFoundError, match=r"relapse_rules\.batch"):
        simulate(5)
