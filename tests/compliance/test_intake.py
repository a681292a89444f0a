"""What a county has is taken as it is where it fits, and set aside with a reason where it does not."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest
import xlsxwriter

from relapse_rules.compliance import InputError, Verdict, comply

CSV = "编号,事件对象,步骤,时间,实施单位\n"
ANALYSED = "快速认定/分析研判"
AS_OF = "2023-09-01T00:00:00+08:00"


@pytest.fixture
def csv(tmp_path, plan):
    """Judge the rows of a CSV file of procedure events."""

    def judged(*rows: str, header: str = CSV, encoding: str = "utf-8"):
        path = tmp_path / "events.csv"
        path.write_bytes((header + "\n".join(rows) + ("\n" if rows else "")).encode(encoding))
        return comply(plan, {"procedure_event": path}, as_of=AS_OF)

    return judged


def _done(report) -> int:
    return next((tally.counts.get(Verdict.DONE, 0) for tally in report.by_duty if tally.name == ANALYSED), 0)


def _reasons(report) -> list[tuple[int, str]]:
    return [(each.row, each.reason) for each in report.rejects]


ROW = "1,H1,分析研判,2023-08-01T09:00:00+08:00,县乡村振兴局"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_chinese_spreadsheets(csv, encoding):
    report = csv(ROW, encoding=encoding)

    assert _done(report) == 1
    assert report.rejects == ()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("id,case_ref,step,at,actor\n", id="English"),
        pytest.param("编号,对象(户/灾害事件/线索),步骤,时间,实施单位\n", id="Chinese"),
        pytest.param("编号,对象（户/灾害事件/线索）, 步骤 ,时间,实施单位\n", id="full width and blanks"),
        pytest.param("编号,事件对象,事件步骤,事件时间,actor\n", id="aliases, mixed"),
    ],
)
def test_names_of_columns(csv, header):
    assert _done(csv(ROW, header=header)) == 1


@pytest.mark.parametrize(
    "time",
    [
        "2023-08-01 09:00:00",
        "2023-08-01T09:00",
        "2023/8/1 9:00",
        "2023/08/01 09:00:00",
        "2023-08-01T01:00:00Z",
        "2023-08-01T09:00:00+0800",
        "2023-07-31T20:00:00-05:00",
        "2023-08-01T09:00:00.000+08:00",
    ],
)
def test_spellings_of_one_time(plan, time):
    events = pa.table(
        {"case_ref": ["E", "E"], "step": ["线索汇总", "推送乡镇"], "at": [time, "2023-08-02T00:00:00+08:00"]}
    )

    report = comply(plan, {"procedure_event": events}, as_of=AS_OF)

    (late,) = [each for each in report.findings if each.verdict is Verdict.LATE]
    assert late.start == "2023-08-01T09:00:00+08:00"


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2023-08-01", "只有日期，没有时刻"),
        ("2023-02-30 09:00:00", "日历上没有这一天"),
        ("2023-08-01 24:00:00", "24:00 要写作次日的 00:00"),
        ("2023-08-01 09:60:00", "没有这个时刻"),
        ("2023-08-01T09:00:00+15:00", "没有这个时区"),
        ("2023-08-01T09:00:00.5+08:00", "有不足一秒的部分"),
        ("昨天", "不是这种写法"),
        ("1823-08-01 09:00:00", "年份不在 1900–2200 之内"),
    ],
)
def test_times_that_are_none(csv, time, reason):
    report = csv(f"1,H1,分析研判,{time},县乡村振兴局", "2,H2,分析研判,2023-08-01T09:00:00+08:00,县乡村振兴局")

    ((row, told),) = _reasons(report)
    assert row == 2
    assert told.endswith(reason)
    assert _done(report) == 1


def test_times_without_a_zone_are_told(csv):
    report = csv("1,H1,分析研判,2023-08-01 09:00:00,县乡村振兴局", ROW.replace("1,H1", "2,H2"))

    assert any(note.endswith("1 个时间没有写时区，按北京时间处理") for note in report.notes)


def test_unknown_steps_are_set_aside_with_a_guess(csv):
    report = csv("1,H1,分析研批,2023-08-01T09:00:00+08:00,县乡村振兴局", ROW.replace("1,H1", "2,H2"))

    assert _reasons(report) == [(2, "“步骤”没有这个取值，这里是“分析研批”（是不是“分析研判”）")]
    assert report.rejects[0].content.startswith("1,H1,分析研批")
    assert report.rows == {"procedure_event": 1}


def test_rows_of_another_width_keep_their_number(csv):
    report = csv(ROW, "2,H2,分析研判", "3,H3,分析研批,2023-08-01T09:00:00+08:00,-")

    assert [row for row, _ in _reasons(report)] == [3, 4]
    assert _reasons(report)[0][1] == "应有 5 列，这里有 3 列"


def test_a_needed_cell_left_empty(csv):
    report = csv("1,,分析研判,2023-08-01T09:00:00+08:00,县乡村振兴局")

    assert _reasons(report) == [(2, "没有填“对象(户/灾害事件/线索)”")]
    assert report.exit_code == 2


def test_a_row_that_stands_twice_counts_once(csv):
    report = csv(ROW, ROW)

    assert report.rows == {"procedure_event": 1}
    assert report.rejects == ()
    assert any("完全相同，只算一次" in note for note in report.notes)


def test_one_id_with_two_contents_keeps_the_first(csv):
    report = csv(ROW, ROW.replace("09:00:00", "10:00:00"), ROW.replace("09:00:00", "10:00:00"))

    assert _reasons(report) == [(3, "编号与第 2 行重复而内容不同"), (4, "编号与第 2 行重复而内容不同")]
    assert _done(report) == 1


def test_a_corrected_row_is_no_double_of_a_wrong_one(csv):
    report = csv(ROW.replace("分析研判", "分析研批"), ROW)

    assert [row for row, _ in _reasons(report)] == [2]
    assert _done(report) == 1


def test_the_same_id_in_two_files(plan, tmp_path):
    first, second = tmp_path / "7.csv", tmp_path / "8.csv"
    first.write_text(CSV + ROW + "\n", encoding="utf-8")
    second.write_text(CSV + ROW + "\n" + ROW.replace("分析研判", "评议公示") + "\n", encoding="utf-8")

    report = comply(plan, {"procedure_event": [first, second]}, as_of=AS_OF)

    assert report.rows == {"procedure_event": 1}
    assert [(each.source, each.row) for each in report.rejects] == [(str(second), 3)]
    assert f"“{first}”第 2 行" in report.rejects[0].reason


def test_files_with_different_columns_add_up(plan):
    named = pa.table(
        {"case_ref": ["H1"], "step": ["分析研判"], "at": ["2023-08-01 09:00"], "actor": ["县民政局"]}
    )
    unnamed = pa.table(
        {"case_ref": ["H2"], "step": ["评议公示"], "at": [datetime(2023, 8, 1, 9, tzinfo=UTC)]}
    )

    report = comply(plan, {"程序事件": [named, unnamed]}, as_of=AS_OF)

    counts = {tally.name: tally.counts for tally in report.by_duty}
    assert counts[ANALYSED] == {Verdict.DONE: 1, Verdict.WRONG_UNIT: 1, Verdict.NOT_RECORDED: 1}
    assert counts["快速认定/评议公示"] == {Verdict.DONE: 1, Verdict.CANNOT_JUDGE: 1, Verdict.OPEN: 1}


def test_events_after_the_moment_do_not_count(csv):
    report = csv(ROW.replace("2023-08-01", "2023-09-02"))

    assert _done(report) == 0
    assert "程序事件：1 条的时间晚于判定时点，还没有计入" in report.notes


def test_columns_that_nothing_uses_are_told_with_a_guess(csv):
    report = csv(ROW + ",x,y", header="编号,事件对象,步骤,时间,实施单位,公示天,备忘\n")

    assert any(note.endswith("没有用到的列 “公示天”（是不是“公示天数”）、“备忘”") for note in report.notes)


def test_an_empty_table_is_no_mistake(csv):
    report = csv()

    assert len(report.findings) == 0
    assert report.rows == {"procedure_event": 0}
    assert report.exit_code == 0


def test_all_tables_empty(county, table):
    found = county(
        程序事件=table("事件对象 步骤 时间"),
        部门预警=table("推送部门 内容类型 推送时间 灾害事件编号 接收单位"),
        灾害事件=table("灾害事件编号 灾害发生时间"),
        农户=table("户编号 乡镇"),
        受灾影响=table("户编号 灾害事件编号 是否受灾"),
        帮扶记录=table("户编号 项目 落实时间"),
        衔接资金项目=table("编号 项目类型"),
    )

    assert sum(found.report.total.values()) == 0
    assert found.report.exit_code == 0


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("编号,步骤,时间\n", "没有程序事件必需的列：对象(户/灾害事件/线索)"),
        ("事件对象,步骤,事件步骤,时间\n", "有两列都是“步骤”"),
        ("事件对象,步骤,步骤,时间\n", "“步骤”出现了两次"),
        ("\n", "是空的"),
    ],
)
def test_tables_that_cannot_be_used(csv, header, message):
    with pytest.raises(InputError, match=r"events\.csv") as raised:
        csv(header=header)

    assert message in str(raised.value).replace("列名", "")


def test_no_such_entity_and_no_such_time(plan, table):
    with pytest.raises(InputError, match="没有叫“事件”的表"):
        comply(plan, {"事件": table("甲")}, as_of=AS_OF)
    with pytest.raises(InputError, match="判定时点"):
        comply(plan, {"程序事件": table("甲")}, as_of="九月")
    with pytest.raises(InputError, match="没有任何表可查"):
        comply(plan, {}, as_of=AS_OF)


def test_excel_with_worksheets_called_after_entities(plan, tmp_path):
    path = tmp_path / "county.xlsx"
    with xlsxwriter.Workbook(path) as book:
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        events = book.add_worksheet("程序事件")
        events.write_row(0, 0, ["编号", "事件对象", "步骤", "时间", "公示天数"])
        events.write_row(1, 0, [1, "E1", "线索汇总"])
        events.write_datetime(1, 3, datetime(2023, 8, 1, 9, 0, 1), time)  # noqa: DTZ001 - a spreadsheet knows no zones
        events.write_number(1, 4, 5)
        events.write_row(2, 0, [2, "E1", "推送乡镇"])
        events.write_datetime(2, 3, datetime(2023, 8, 1, 23, 59, 59), time)  # noqa: DTZ001 - as above
        book.add_worksheet("部门预警").write_row(0, 0, ["推送部门", "内容类型", "推送时间"])
        book.add_worksheet("填表说明").write_row(0, 0, ["随便写写"])

    report = comply(plan, {"程序事件": path}, as_of=AS_OF)

    assert report.rows == {"procedure_event": 2, "department_alert": 0}
    counts = {tally.name: tally.counts for tally in report.by_duty}
    assert counts["向乡镇推送线索"] == {Verdict.ON_TIME: 1}
    assert any(note.endswith("填表说明：工作表没有用到") for note in report.notes)


def test_excel_with_a_title_and_merged_cells(plan, tmp_path):
    path = tmp_path / "events.xlsx"
    with xlsxwriter.Workbook(path) as book:
        events = book.add_worksheet("程序事件")
        events.merge_range(0, 0, 0, 3, "某县程序台账")
        events.write_row(1, 0, ["编号", "事件对象", "步骤", "时间"])
        events.merge_range(2, 1, 4, 1, "E1")
        for place, (step, time) in enumerate(
            (
                ("线索汇总", "2023-08-01 09:00"),
                ("推送乡镇", "2023-08-01 10:00"),
                ("没有这一步", "2023-08-01 11:00"),
            )
        ):
            events.write_row(2 + place, 0, [place + 1])
            events.write_row(2 + place, 2, [step, time])

    report = comply(plan, {"程序事件": path}, as_of=AS_OF)

    counts = {tally.name: tally.counts for tally in report.by_duty}
    assert counts["向乡镇推送线索"] == {Verdict.ON_TIME: 1}
    assert [(each.row, each.content[:8]) for each in report.rejects] == [(5, "3,E1,没有这")]


def test_parquet_with_types_of_its_own(plan, tmp_path):
    path = tmp_path / "events.parquet"
    east = timezone(timedelta(hours=8))
    assistance = pa.table(
        {
            "户编号": ["H1", "H2"],
            "项目": pa.array(["临时救助", "临时救助"]).dictionary_encode(),
            "临时救助类型": ["急难型", "急难型"],
            "先行救助时间": pa.array(
                [datetime(2023, 8, 2, 9, tzinfo=east), None], pa.timestamp("us", "Asia/Shanghai")
            ),
            "金额": pa.array([Decimal("500.50"), None], pa.decimal128(10, 2)),
            "已登记救助对象": pa.array([True, None]),
        }
    )
    pa_parquet.write_table(assistance, path)

    report = comply(plan, {"assistance": path}, as_of=AS_OF)

    assert report.rejects == ()
    counts = {tally.name: tally.counts for tally in report.by_duty}
    assert counts["急难型先行救助"] == {Verdict.DONE: 1, Verdict.NOT_RECORDED: 1}


def test_a_file_that_is_not_what_its_name_says(plan, tmp_path):
    for name in ("a.xlsx", "a.parquet"):
        path = tmp_path / name
        path.write_text("这不是表", encoding="utf-8")

        with pytest.raises(InputError, match="读不了"):
            comply(plan, {"程序事件": path}, as_of=AS_OF)


def test_every_bad_row_is_kept_with_its_number(csv):
    report = csv(*(f"{number},H1,没有这一步,2023-08-01T09:00:00+08:00,-" for number in range(300)))

    assert [each.row for each in report.rejects] == list(range(2, 302))
