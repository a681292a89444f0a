"""The command ``comply``: files in, table, JSON, CSV and Excel out, exit codes."""

import csv
import io
import json
import sys

import pytest
from python_calamine import CalamineWorkbook

from relapse_rules.cli.main import main

AS_OF = ("--as-of", "2023-09-01T00:00:00+08:00")
EVENTS = """编号,事件对象,步骤,时间,实施单位,乡镇
1,H1,分析研判,2023-08-03T09:00:00+08:00,县民政局,511002101
2,H1,评议公示,2023-08-02T09:00:00+08:00,村(社区),511002101
3,E1,线索汇总,2023-08-02T09:00:00+08:00,县乡村振兴局,
4,E1,推送乡镇,2023-08-03T09:00:00+08:00,县乡村振兴局,
"""
IN_TIME = """事件对象,步骤,时间,实施单位
E1,线索汇总,2023-08-02T09:00:00+08:00,县乡村振兴局
E1,推送乡镇,2023-08-02T10:00:00+08:00,县乡村振兴局
E1,反馈村,2023-08-02T11:00:00+08:00,乡镇
"""
ALERTS = """推送编号,推送部门,灾害事件编号,内容类型,推送时间,接收单位
A1,县水务局,E1,受灾情况、风险线索,2023-08-02T20:00:01+08:00,县乡村振兴局
"""
DISASTERS = """灾害事件编号,灾害大类,灾害子类,灾害发生时间
E1,自然灾害,洪涝,2023-08-01T20:00:00+08:00
"""


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    texts = {"events": EVENTS, "in_time": IN_TIME, "alerts": ALERTS, "disasters": DISASTERS}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(files, capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["comply", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_the_table_counts_and_lists(run):
    code, out, err = run("events.csv", "--alerts", "alerts.csv", "--disasters", "disasters.csv", *AS_OF)

    assert code == 1
    assert err == ""
    for part in (
        "各项职责和步骤",
        "按单位",
        "按乡镇",
        "要核对的",
        "不能判断的",
        "约谈、问责：要由人回答的问题",
    ):
        assert part in out
    assert "晚1秒" in out
    assert "办理的是“县民政局”" in out
    assert "511002101" in out


def test_findings_as_csv(run):
    code, out, _ = run(
        "events.csv", "--alerts", "alerts.csv", "--disasters", "disasters.csv", "--format", "csv", *AS_OF
    )

    rows = list(csv.DictReader(io.StringIO(out)))
    late = [row for row in rows if row["结论"] == "超期"]
    assert code == 1
    assert [(row["职责或步骤"], row["依据"], row["责任单位"], row["相差"]) for row in late] == [
        ("部门推送风险线索", "3.1-03", "县水务局", "晚1秒"),
        ("向乡镇推送线索", "3.3-01", "县乡村振兴局", "晚9小时1秒"),
    ]


def test_the_whole_report_as_json(run):
    code, out, _ = run("events.csv", "--format", "json", *AS_OF)

    report = json.loads(out)
    assert code == 1
    assert report["rows"] == {"procedure_event": 4}
    assert report["total"]["超期"] == 1
    assert {finding["verdict"] for finding in report["findings"]} >= {"超期", "次序不对", "单位不对"}
    assert report["policy"]["as_of"] == "2023-09-01T00:00:00+08:00"


def test_all_in_time(run):
    code, out, _ = run("--events", "in_time.csv", *AS_OF)

    assert code == 0
    assert "没有要核对的。" in out


def test_rejected_rows_are_told_and_kept(run, files):
    with (files / "in_time.csv").open("a", encoding="utf-8") as file:
        file.write("E1,没有这一步,2023-08-02T11:00:00+08:00,乡镇\n")

    code, _, err = run("in_time.csv", "--rejects", "rejects.csv", *AS_OF)

    with (files / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        kept = list(csv.reader(file))
    assert code == 2
    assert err == ""
    assert kept[0] == ["来源", "行", "原因", "内容"]
    assert kept[1][:2] == ["in_time.csv", "5"]
    assert kept[1][3] == "E1,没有这一步,2023-08-02T11:00:00+08:00,乡镇"


def test_rejected_rows_that_nobody_keeps_are_told_on_standard_error(run, files):
    with (files / "in_time.csv").open("a", encoding="utf-8") as file:
        file.write("E1,没有这一步,2023-08-02T11:00:00+08:00,乡镇\n")

    _, _, err = run("in_time.csv", *AS_OF)

    assert err.startswith("有 1 行没有收下，如 in_time.csv 第 5 行：")


def test_the_workbook(run, files):
    with (files / "events.csv").open("a", encoding="utf-8") as file:
        file.write("=1+1,H3,没有这一步,2023-08-02T11:00:00+08:00,乡镇,\n")

    run(
        "events.csv",
        "--alerts",
        "alerts.csv",
        "--disasters",
        "disasters.csv",
        "--excel",
        "report.xlsx",
        *AS_OF,
    )

    book = CalamineWorkbook.from_path(files / "report.xlsx")
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets) == ["总表", "按单位", "按乡镇", "明细", "拒收", "说明"]
    duties = {row[0]: dict(zip(sheets["总表"][0], row, strict=True)) for row in sheets["总表"][1:]}
    assert duties["部门推送风险线索"]["超期"] == 1
    assert duties["部门推送风险线索"]["依据"] == "3.1-03"
    details = {(row[0], row[1]): row for row in sheets["明细"][1:]}
    assert details["超期", "部门推送风险线索"][11] == "晚1秒"
    assert sheets["拒收"][1][3].startswith("=1+1,H3"), "a formula in a cell stays text"
    assert any("由有权机关认定" in row[2] for row in sheets["说明"])
    assert [row[0] for row in sheets["按乡镇"][1:] if row[0].startswith("5")] == ["511002101"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("events.csv",), "要写 --as-of"),
        (("events.csv", "--as-of", "昨天"), "判定时点“昨天”不行"),
        (AS_OF, "没有任何表可查"),
        (("none.csv", *AS_OF), "找不到文件“none.csv”"),
        (("alerts.csv", *AS_OF), "没有程序事件必需的列"),
        (("events.csv", "--format", "xml", *AS_OF), "选项 --format 不能是“xml”"),
        (("events.csv", "--workdays", "never", *AS_OF), "选项 --workdays 不能是“never”"),
        (("events.csv", "--excel", "none/report.xlsx", *AS_OF), "找不到文件“none/report.xlsx”"),
    ],
)
def test_mistakes_are_told_in_one_line(run, arguments, message):
    code, out, err = run(*arguments)

    assert code == 2
    assert out == ""
    assert message in err


def test_without_the_packages_the_message_says_what_to_install(run, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("relapse_rules.compliance")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    code, _, err = run("events.csv", *AS_OF)

    assert code == 2
    assert err == "没有安装 pyarrow：pip install 'relapse_rules[comply]'\n"


def test_weekdays_in_place_of_the_calendar(run, files):
    (files / "local.policy").write_text(
        '设定 缓解后补办期限\n  自 2023-01-01 为 1工作日  来源 本地 "试用"\n', encoding="utf-8"
    )
    # After 28 September 2023 came eight days of holidays; the Saturday after them, 7 October, was worked.
    (files / "relief.csv").write_text(
        "编号,户编号,项目,临时救助类型,先行救助时间,急难情况缓解时间\nZ1,H1,临时救助,急难型,2023-09-27 09:00,2023-09-28 09:00\n",
        encoding="utf-8",
    )
    (files / "papers.csv").write_text(
        "事件对象,步骤,时间,实施单位\nH1,登记签章,2023-10-07 09:00,县民政局\n", encoding="utf-8"
    )
    tables = ("papers.csv", "--assistance", "relief.csv", "--local", "local.policy")
    later = ("--as-of", "2023-11-01T00:00:00+08:00", "--format", "json")

    by_calendar = json.loads(run(*tables, *later)[1])
    by_weekdays = json.loads(run(*tables, *later, "--workdays", "weekdays")[1])

    assert by_calendar["total"]["按时"] == 2
    assert by_weekdays["total"]["超期"] == 2
