"""``relapse-rules batch`` as people use it: what it prints, what it writes, and how it ends when something is wrong."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")
calamine = pytest.importorskip("python_calamine", reason="extra batch is not installed")

import pyarrow.parquet as pa_parquet  # noqa: E402 - after the packages were looked for
from tests.batch.counties import random_county  # noqa: E402
from tests.batch.folders import digests  # noqa: E402

from relapse_rules.batch import together  # noqa: E402
from relapse_rules.batch.simulate.county import Wish, simulate  # noqa: E402
from relapse_rules.cli.main import main  # noqa: E402
from relapse_rules.policy import load_plan  # noqa: E402

CHUNK = 8
SMALL = f"import sys; from relapse_rules.batch import together; together.CHUNK = {CHUNK}; from relapse_rules.cli.start import main; sys.exit(main())"
"""The program, but that it writes many small files."""
AS_OF = "2023-08-12T09:00:00+08:00"


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """A folder with the synthetic county “county”, which has mistakes, and the finished run “done” of it."""
    folder = tmp_path_factory.mktemp("batch")
    simulate(Wish(households=60, seed=2, dirt=1000), folder / "county", load_plan().vocabulary)
    return folder


@pytest.fixture
def batch(work, monkeypatch, capsys):
    """Return a function that runs the command in ``work``: exit code, standard output and error."""
    monkeypatch.chdir(work)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments):
        code = main(["batch", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, re.sub(r"sha256:[0-9a-f]+", "sha256:…", captured.out), captured.err

    return run


# --- what it prints and writes --------------------------------------------------------------------


def test_the_screen(batch, work, snapshot):
    county = random_county(Random(11), 30, 0.7)
    county.households[3]["population"] = "五口"
    (work / "made").mkdir()
    for name, table in county.tables().items():
        pa_parquet.write_table(table, work / "made" / f"{name}.parquet")

    code, out, err = batch("made", "--out", "screen", "--as-of", AS_OF)

    assert code == 1
    assert err == ""
    assert out == snapshot


def test_a_finished_run_is_told_again(batch, work):
    first = batch("county", "--out", "again", "--workers", "1")
    before = digests(work / "again")

    assert batch("county", "--out", "again") == first
    assert digests(work / "again") == before


def test_without_rejects_the_exit_code_is_0(batch, tmp_path):
    (tmp_path / "农户.csv").write_text("户编号\n1\n2\n", encoding="utf-8")

    code, out, err = batch(tmp_path, "--out", tmp_path / "out", "--as-of", AS_OF)

    assert (code, err) == (0, "")
    assert "读入 2 户 = 判定 2 户 + 拒收 0 户" in out


def test_what_is_missing_is_said(batch, tmp_path):
    (tmp_path / "农户.csv").write_bytes("户编号,户类型,没见过\n1,脱贫户,x\n".encode("gb18030"))

    code, out, _ = batch(tmp_path, "--out", tmp_path / "out", "--as-of", AS_OF)

    assert code == 0
    notes = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["notes"]
    assert any("没见过" in note for note in notes)
    assert any(note.startswith("没有“家庭成员”表：名单和各项都未知，影响") for note in notes)
    assert any(note.startswith("“农户”没有这些列，因而未知：") for note in notes)
    assert all(f"  {note}\n" in out for note in notes[:20])


def test_many_notes_are_not_all_printed(batch, tmp_path):
    columns = "".join(f",多{number}" for number in range(30))
    (tmp_path / "农户.csv").write_text(f"户编号{columns}\n1{',' * 30}\n", encoding="utf-8")
    for number in range(30):
        (tmp_path / f"别的{number}.csv").write_text("a\n", encoding="utf-8")

    _, out, _ = batch(tmp_path, "--out", tmp_path / "out", "--as-of", AS_OF)

    notes = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["notes"]
    assert f"  另有 {len(notes) - 20} 条，见 summary.json\n" in out


@pytest.fixture(scope="module")
def with_ledgers(work):
    """The screen's width and folder of a run with ledgers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        code = main(["batch", "county", "--out", "ledgers", "--ledgers"])
    return code, work / "ledgers"


def test_ledgers_are_written_beside_the_decisions(with_ledgers, batch):
    code, folder = with_ledgers

    assert code == 1
    assert (folder / "全县汇总.xlsx").is_file()
    books = [path.relative_to(folder).as_posix() for path in (folder / "ledgers").rglob("*.xlsx")]
    assert {path.split("/")[1] for path in books} == {"乡镇", "单位", "村（社区）"}
    before = digests(folder)
    _, out, err = batch("county", "--out", "ledgers", "--ledgers")
    assert "台账在其中的 ledgers，另有全县汇总.xlsx\n" in out
    assert err == ""
    assert digests(folder) == before


def test_personal_data_are_shown_only_when_asked_for(with_ledgers, batch):
    _, folder = with_ledgers
    hidden = texts(folder)

    batch("county", "--out", "ledgers", "--ledgers", "--show-personal")

    assert "H000000001" not in hidden
    assert "H000000001" in texts(folder)


def texts(folder: Path) -> set[object]:
    """Return what stands in the cells of all workbooks."""
    found: set[object] = set()
    for path in sorted(folder.rglob("*.xlsx")):
        book = calamine.load_workbook(path)
        for name in book.sheet_names:
            found |= {cell for row in book.get_sheet_by_name(name).to_python() for cell in row}
    return found


# --- a terminal and a pipe ------------------------------------------------------------------------


def test_on_a_terminal_one_line_tells_how_far_it_is_and_is_gone_at_the_end(work):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SMALL, "batch", "county", "--out", "terminal", "--workers", "1"],
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    ) as started:
        os.close(theirs)
        shown = b""
        while part := _read(ours):
            shown += part
        os.close(ours)

    assert started.returncode == 1
    told = shown.decode()
    assert "读入和核对各表" in told
    assert re.search(r"判定.*\d+/61 户，每秒 [\d,]+ 户", told)
    # The line is wiped out and the cursor is shown again.
    assert told.rstrip("\r\n").endswith("\x1b[2K")
    assert "\x1b[?25h" in told


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


# --- interrupted ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone(work):
    """The digests of a run in small chunks that was left alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        patch.setattr(together, "CHUNK", CHUNK)
        assert main(["batch", "county", "--out", "alone"]) == 1
    return digests(work / "alone")


def test_an_interrupted_run_goes_on(batch, work, alone, monkeypatch):
    out = work / "interrupted"
    with subprocess.Popen(
        [sys.executable, "-c", SMALL, "batch", "county", "--out", "interrupted", "--workers", "1"],
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        until(lambda: list(out.glob("decisions/household/*.parquet")))
        started.send_signal(signal.SIGINT)
        printed, told = started.communicate(timeout=60)

    assert (started.returncode, printed) == (130, b"")
    assert told.decode() == "\n已中断；用同样的参数再运行，会接着做（结果在“interrupted”）\n"
    left = [path for path in out.rglob("*") if path.is_file()]
    assert not (out / "summary.json").exists()
    assert all(path.name in {"run.json", "lock"} for path in left if path.suffix != ".parquet")
    assert all(pa_parquet.read_metadata(path) for path in left if path.suffix == ".parquet")
    monkeypatch.setattr(together, "CHUNK", CHUNK)
    assert batch("county", "--out", "interrupted")[0] == 1
    assert digests(out) == alone


def until(there) -> None:
    """Wait until something is there; at most a minute."""
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_interruption_says_that_the_run_can_go_on(batch, monkeypatch):
    monkeypatch.setattr("relapse_rules.batch.running.run_batch", raising(KeyboardInterrupt()))

    assert batch("county", "--out", "y") == (
        130,
        "",
        "\n已中断；用同样的参数再运行，会接着做（结果在“y”）\n",
    )


def raising(error: BaseException):
    def run(*_arguments, **_options):
        raise error

    return run


# --- a full disk ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [pytest.param((), id="decisions"), pytest.param(("--ledgers",), id="ledgers")]
)
def test_a_full_disk_is_told_and_the_run_goes_on(batch, work, alone, monkeypatch, options):
    """A limit on the size of files stands for a disk that is full: the file that does not fit cannot be written."""
    monkeypatch.setattr(together, "CHUNK", CHUNK)
    out = work / f"full{len(options)}"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(path.stat().st_size for path in (work / "alone").rglob("*.parquet"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest if options else largest // 2, before[1]))
    try:
        code, printed, told = batch("county", "--out", out.name, *options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (code, printed) == (2, "")
    assert re.fullmatch(
        rf"磁盘满了，或到了限额，写不下文件“{out.name}.*”\n已判定的留在“{out.name}”；解决后用同样的参数再运行，会接着做\n",
        told,
    )
    assert not [path for path in out.rglob("*") if "partial" in path.name]
    assert batch("county", "--out", out.name)[0] == 1
    assert digests(out) == alone


# --- wrong input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("county",), "要写 --out：结果写到哪个文件夹\n", id="no folder"),
        pytest.param(("--out", "x"), "缺少县里的表\n", id="no input"),
        pytest.param(("没有", "--out", "x"), "找不到“没有”\n", id="input is not there"),
        pytest.param(("empty", "--out", "x"), "“empty”里没有可用的表", id="nothing in it"),
        pytest.param(("county", "--out", "file"), "“file”是一个文件", id="a file as folder"),
        pytest.param(("county", "--out", "file/x"), "它的上级是文件，不是目录\n", id="a file as parent"),
        pytest.param(("county", "--out", "county"), "“county”里已有别的东西", id="tables as folder"),
        pytest.param(("county", "--out", "x", "--as-of", "昨天"), "判定时点“昨天”不行：", id="wrong moment"),
        pytest.param(("county", "--out", "x", "--workers", "0"), "线程数至少是 1，这里是 0\n", id="nobody"),
        pytest.param(("county", "--out", "x", "--workers", "两个"), "--workers", id="no number"),
        pytest.param(("county", "--out", "x", "--policy", "wrong.policy"), "error[RR", id="wrong policy"),
        pytest.param(("county", "--out", "x", "--policy", "没有"), "找不到文件“没有”\n", id="no policy"),
        pytest.param(("county", "--out", "x", "--local", "没有"), "找不到文件“没有”\n", id="no local"),
        pytest.param(("county", "--out", "x", "--mapping", "没有"), "找不到“没有”\n", id="no mapping"),
        pytest.param(("county", "--out", "x", "--mapping", "file"), "对照表“file”读不了", id="wrong mapping"),
        pytest.param(
            ("county", "--out", "x", "--mapping", "empty"),
            "“empty”是目录，要写一个文件\n",
            id="a folder as mapping",
        ),
        pytest.param(("file", "--out", "x"), "“file”不像是哪个实体的表", id="unknown table"),
        pytest.param(("cut", "--out", "x"), "cut/household.parquet”读不了", id="truncated"),
    ],
)
def test_what_is_wrong_is_said_in_a_few_words(batch, prepared, arguments, told):
    code, printed, said = batch(*arguments)

    assert (code, printed) == (2, "")
    assert told in said
    assert "Traceback" not in said
    assert not (prepared / "x").exists()


@pytest.fixture(scope="module")
def prepared(work):
    """The working folder with things that cannot be used."""
    (work / "empty").mkdir()
    (work / "file").write_text("不是表", encoding="utf-8")
    (work / "wrong.policy").write_text("规则 甲\n  当", encoding="utf-8")
    (work / "cut").mkdir()
    whole = (work / "county" / "household.parquet").read_bytes()
    (work / "cut" / "household.parquet").write_bytes(whole[: len(whole) // 2])
    return work


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(errno.EACCES, "-", "z/.run"), "没有权限使用文件“z/.run”\n"),
        (OSError(errno.EROFS, "-", "z/.run"), "磁盘是只读的，写不了文件“z/.run”\n"),
        (OSError(errno.ENOSPC, "-"), "磁盘满了，或到了限额，写不下文件“z”\n"),
        (OSError("Arrow 说的"), "用不了文件“z”：Arrow 说的\n"),
    ],
    ids=["not allowed", "read only", "full", "without a number"],
)
def test_what_the_disk_says_is_passed_on(batch, monkeypatch, error, told):
    monkeypatch.setattr("relapse_rules.batch.running.run_batch", raising(error))

    assert batch("county", "--out", "z") == (2, "", told)


@pytest.mark.parametrize("command", [(), ("--ledgers",)])
@pytest.mark.parametrize("package", ["pyarrow", "numpy"])
def test_without_the_packages_the_message_says_what_to_install(batch, monkeypatch, package, command):
    for name in [name for name in sys.modules if name.startswith("relapse_rules.batch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    code, _, told = batch("county", "--out", "x", *command)

    assert code == 2
    assert told == f"没有安装 {package}：pip install 'relapse_rules[batch]'\n"
