"""``relapse-rules diff``: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from relapse_rules.analysis.proving import prover
from relapse_rules.cli.main import main
from relapse_rules.resources import policies_directory

VOCABULARY = (policies_directory() / "vocabulary.policy").as_posix()
HEAD = f'导入 "{VOCABULARY}"\n政策 试验\n  类别 甲类\n'
RULES = """
单位 县民政局
单位 县财政局

措施 救助
  类别 甲类
  力度 应当
  对象 农户
  当 {}
  责任单位 县民政局
  时限 及时
  完成 生活陷入困境 为 否

措施 供养
  类别 甲类
  力度 应当
  对象 家庭成员
  当 {}
  责任单位 县财政局
  时限 及时
"""
OLD = HEAD + RULES.format("符合低保条件", "特困供养人员")
NEW = HEAD + RULES.format("非 符合低保条件", "特困供养人员 且 农户.符合低保条件")
AS_OF = ("--as-of", "2023-08-01T09:00:00+08:00")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two versions, one written otherwise, and a county of five households of which one is rejected."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("old.policy").write_text(OLD, encoding="utf-8")
    Path("new.policy").write_text(NEW, encoding="utf-8")
    Path("same.policy").write_text(
        OLD.replace("当 特困供养人员", "当 以下全部:\n    - 特困供养人员"), encoding="utf-8"
    )
    Path("wrong.policy").write_text(OLD.replace("对象 农户", "对象 查无"), encoding="utf-8")
    Path("county").mkdir()
    Path("county/household.csv").write_text(
        "household_id,township_code,dibao_eligible,in_distress\n"
        "H1,511000100,true,true\nH2,511000100,false,\nH3,511000200,,\nH4,511000200,true,false\nH5,x,true,\n"
    )
    Path("county/member.csv").write_text("household_id,person_id,is_tekun_member\nH1,P1,true\nH2,P2,true\n")
    return tmp_path


@pytest.fixture
def diff(folder, capsys):
    """Return a function that runs the command in the folder: exit code, standard output and error."""

    def run(*arguments):
        code = main(["diff", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, re.sub(r"sha256:[0-9a-f]+", "sha256:…", captured.out), captured.err

    return run


def test_equal_policies(diff):
    code, out, _ = diff("old.policy", "same.policy")

    assert code == 0
    assert "\n  两份规则对任何一户都给出同样的结论\n  结论相同的 2 项：2 项写法化简后相同\n" in out


def test_a_difference(diff, snapshot):
    code, out, _ = diff("old.policy", "new.policy")

    assert code == 1
    assert out == snapshot


def test_json(diff):
    code, out, _ = diff("old.policy", "new.policy", "--json")

    found = json.loads(out)
    assert (code, found["equal"], found["days"]) == (1, False, ["1901-01-01", "2099-12-31"])
    helped, kept = found["declarations"]
    assert [(way["before"], way["after"]) for way in helped["ways"]] == [("no", "yes"), ("yes", "no")]
    (way,) = kept["ways"]
    assert way["when"] == [
        [
            {"condition": "农户.符合低保条件", "holds": False, "version": ""},
            {"condition": "特困供养人员", "holds": True, "version": ""},
        ]
    ]
    assert way["household"]["facts"]["household"]["member"] == [{"person_id": "M1", "is_tekun_member": True}]
    assert kept["causes"][0]["after"]["words"] == "农户.符合低保条件"
    assert kept["never"] == [{"before": "no", "after": "yes"}]


def test_json_of_what_is_the_same(diff):
    """By name only, with how it was proved."""
    _, out, _ = diff("old.policy", "same.policy", "--json")

    found = json.loads(out)
    assert (found["equal"], found["declarations"]) == (True, [])
    assert found["same"] == [
        {"name": name, "method": "structure", "bounded": []} for name in ("救助", "供养")
    ]


def test_a_change_of_what_is_listed_alone(diff, folder):
    """Every outcome is the same, but a unit is not: that is a difference."""
    Path("unit.policy").write_text(OLD.replace("责任单位 县民政局", "责任单位 县财政局"), encoding="utf-8")

    code, out, _ = diff("old.policy", "unit.policy")

    assert code == 1
    assert "两份规则对任何一户都给出同样的结论；列出的内容或参数、词汇有改动" in out
    assert re.search(r"措施 救助 +责任单位 +县民政局 +县财政局", out)


def test_without_the_solver_nothing_is_taken_to_be_equal(diff, monkeypatch):
    monkeypatch.setattr(prover, "find_spec", lambda _: None)
    Path("low.policy").write_text(
        OLD.replace("当 符合低保条件", "当 收支.工资性收入 低于 5元"), encoding="utf-8"
    )
    Path("lower.policy").write_text(
        OLD.replace("当 符合低保条件", "当 收支.工资性收入 低于 3元"), encoding="utf-8"
    )

    code, out, _ = diff("low.policy", "lower.policy")

    assert code == 1
    assert "1 项没有比较出来" in out
    assert "pip install 'relapse_rules[prove]'" in out


def test_supplements(diff):
    """A file is compared with itself without the supplement, unless both sides are given it."""
    line = '参数 线: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "由县里填写"\n'
    rules = OLD.replace("当 符合低保条件", "当 收支.工资性收入 低于 线") + line
    Path("open.policy").write_text(rules, encoding="utf-8")
    Path("own.policy").write_text('设定 线\n  自 2023-01-01 为 5000元  来源 本地 "县里"\n', encoding="utf-8")

    code, out, _ = diff("open.policy", "open.policy", "--local", "own.policy")

    assert code == 1
    assert "由 未知 变为 是" in out
    assert diff("open.policy", "open.policy", "--local", "own.policy", "--old-local", "own.policy")[0] == 0


# --- the county -----------------------------------------------------------------------------------


@pytest.fixture
def with_tables():
    pytest.importorskip("pyarrow", reason="extra batch is not installed")


def test_who_gains_and_who_loses(diff, with_tables, snapshot):
    """H1 and H4 lose 救助, H2 gains it and loses 供养 of its member; H3 is open by both, H5 is rejected. 救助 of H4 is done."""
    code, out, _ = diff("old.policy", "new.policy", "--roster", "county", *AS_OF)

    assert code == 1
    assert out[out.index("对名单上农户的影响") : out.index("结论不同的\n")] == snapshot
    assert "H1" not in out[: out.index("举例")]


def test_households_by_number_only_when_asked_for(diff, with_tables):
    _, out, _ = diff("old.policy", "new.policy", "--roster", "county", *AS_OF, "--show-personal", "--json")

    assert json.loads(out)["roster"]["touched"] == [
        {"id": "H1", "town": "511000100", "gained": [], "lost": ["救助"]},
        {"id": "H2", "town": "511000100", "gained": ["救助"], "lost": ["供养"]},
        {"id": "H4", "town": "511000200", "gained": [], "lost": ["救助"]},
    ]


def test_the_county_as_numbers(diff, with_tables):
    _, out, _ = diff("old.policy", "new.policy", "--roster", "county", *AS_OF, "--json")

    found = json.loads(out)["roster"]
    assert "touched" not in found
    assert (found["households"], found["rejected"], found["gaining"], found["losing"]) == (4, 1, 1, 3)
    assert found["townships"] == [
        {"code": "511000100", "households": 2, "gaining": 1, "losing": 2},
        {"code": "511000200", "households": 2, "gaining": 0, "losing": 1},
    ]
    assert found["workload"] == [
        {"unit": "县民政局", "before": 1, "after": 1},
        {"unit": "县财政局", "before": 2, "after": 1},
    ]


# --- what it writes -------------------------------------------------------------------------------


def test_the_page_stands_alone(diff, folder, with_tables):
    diff("old.policy", "new.policy", "--roster", "county", *AS_OF, "--html", "差别.html")

    page = Path("差别.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "511000100" in page
    assert "H4" not in page


def test_the_households_as_worked_cases(diff, capsys):
    """They pass with the new rules and fail with the old; what is there already stays."""
    assert (
        diff("old.policy", "new.policy", "--write-tests", "差别.policy")[2]
        == "写了 3 个用例到“差别.policy”\n"
    )

    assert main(["test", "差别.policy"]) == 0
    assert capsys.readouterr().out == "  3 个用例，3 个通过，0 个不通过\n"
    written = Path("差别.policy").read_text(encoding="utf-8")
    Path("差别.policy").write_text(written.replace("new.policy", "old.policy"), encoding="utf-8")
    assert main(["test", "差别.policy"]) == 1
    assert diff("old.policy", "new.policy", "--write-tests", "差别.policy")[2] == "没有新的用例可写\n"


# --- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("old.policy", "nowhere.policy"), "找不到文件“nowhere.policy”"),
        (("old.policy", "wrong.policy"), "查无"),
        (("old.policy", "new.policy", "--elements", "0"), "--elements 要在 1 到 6 之间"),
        (("old.policy", "new.policy", "--html", "nowhere/a.html"), "没有这个文件夹"),
        (("old.policy", "new.policy", "--write-tests", "nowhere/a.policy"), "没有这个文件夹"),
        (("old.policy", "new.policy", "--roster", "county"), "没有写判定时点"),
        (("old.policy", "new.policy", "--roster", "nowhere", *AS_OF), "找不到文件“nowhere”"),
        (("old.policy", "new.policy", "--roster", "other", *AS_OF), "没有农户表必需的列"),
        (("old.policy",), "缺少新规则"),
    ],
)
def test_bad_input(diff, with_tables, arguments, told):
    Path("other").mkdir()
    Path("other/household.csv").write_text("编号,甲\n1,2\n", encoding="utf-8")

    code, _, err = diff(*arguments)

    assert code == 2
    assert told in err
    assert "Traceback" not in err
