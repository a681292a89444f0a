"""Whatever a county keeps its tables in is read; what cannot be used is told clearly, and what is wrong in it is set aside."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

pa = pytest.importorskip("pyarrow", reason="extra batch is not installed")
pytest.importorskip("python_calamine", reason="extra batch is not installed")

import pyarrow.parquet as pa_parquet  # noqa: E402 - after the packages were looked for
import xlsxwriter  # noqa: E402
from tests.batch.counties import AS_OF, PLAN  # noqa: E402

from relapse_rules.batch.intake import take_in  # noqa: E402
from relapse_rules.tables.errors import InputError  # noqa: E402

HOUSEHOLDS = pa.table({"户编号": ["1", "2"], "乡镇": ["511002101", "511002102"]})
MEMBERS = pa.table(
    {"户编号": ["1", "2", "2"], "人编号": ["a", "b", "c"], "出生日期": ["1990-01-02", "", "2001/3/4"]}
)


class Read:
    """A county that has been read."""

    def __init__(self, source, **options) -> None:
        with take_in(PLAN, source, as_of=AS_OF, **options) as county:
            self.case = county.case
            parts = list(county.parts())
            self.notes = county.notes
            self.counts = {count.entity: count for count in county.counts}
            self.rejects = pa.concat_tables([county.rejects, *(part.rejects for part in parts)]).to_pylist()
        self.cases = {
            name: part.case(place, county.case)
            for part in parts
            for place, name in enumerate(part.ids.to_pylist())
        }

    def births(self, household: str) -> list[int | None]:
        return [row.get("member.birth_date") for row in self.cases[household].tables["member"].rows]

    def reasons(self) -> list[tuple[str, int, str | None]]:
        return [(row["entity"], row["row"], row["reason"]) for row in self.rejects]


WANTED = [date(1990, 1, 2).toordinal()], [None, date(2001, 3, 4).toordinal()]


def _csv(table, encoding="utf-8") -> bytes:
    lines = [",".join(table.column_names), *(",".join(map(str, row.values())) for row in table.to_pylist())]
    return ("\n".join(lines) + "\n").encode(encoding)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "农户.csv").write_bytes(_csv(HOUSEHOLDS))
    (tmp_path / "家庭成员.csv").write_bytes(_csv(MEMBERS))
    return tmp_path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_folder_of_csv_in_any_encoding(tmp_path, encoding):
    (tmp_path / "农户.csv").write_bytes(_csv(HOUSEHOLDS, encoding))
    (tmp_path / "家庭成员_2023.csv").write_bytes(_csv(MEMBERS, encoding))

    read = Read(tmp_path)

    assert (read.births("1"), read.births("2")) == WANTED
    assert read.rejects == []


def test_a_folder_of_parquet_with_parts_of_one_entity(tmp_path):
    pa_parquet.write_table(HOUSEHOLDS, tmp_path / "household.parquet")
    (tmp_path / "member").mkdir()
    for part in range(3):
        pa_parquet.write_table(MEMBERS.slice(part, 1), tmp_path / "member" / f"part-{part}.parquet")
    (tmp_path / "别的.csv").write_text("甲\n1\n", encoding="utf-8")

    read = Read(tmp_path)

    assert (read.births("1"), read.births("2")) == WANTED
    assert any("别的.csv：没有用到" in note for note in read.notes)


def test_what_excel_and_file_systems_keep_beside_tables_is_not_read(tmp_path):
    (tmp_path / "household").mkdir()
    pa_parquet.write_table(HOUSEHOLDS, tmp_path / "household" / "a.parquet")
    for name in ("household/~$a.xlsx", "household/._a.parquet", "~$member.xlsx", "._member.csv"):
        (tmp_path / name).write_bytes(b"\0")

    read = Read(tmp_path)

    assert list(read.cases) == ["1", "2"]
    assert not any("~$" in note for note in read.notes)


@pytest.mark.parametrize("name", ["家庭成员", "灾害事件"])
def test_a_folder_without_tables_says_nothing_about_its_entity(tmp_path, name):
    pa_parquet.write_table(HOUSEHOLDS, tmp_path / "household.parquet")
    (tmp_path / name).mkdir()

    read = Read(tmp_path)

    assert list(read.cases) == ["1", "2"]
    assert f"{tmp_path / name}：里面没有表，当作没有给“{name}”" in read.notes
    assert any(note.startswith(f"没有“{name}”表：名单和各项都未知") for note in read.notes)


@pytest.mark.parametrize("name", ["农户", "household"])
def test_a_folder_of_households_without_tables_is_no_table(tmp_path, name):
    (tmp_path / name).mkdir()

    with pytest.raises(InputError, match="里没有可用的表"):
        Read(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["household", "household_2023", "household-1.2", "农户", "农户2023", "农户（8月）", "农户 定稿", "家庭"],
)
def test_names_of_files(tmp_path, name):
    pa_parquet.write_table(HOUSEHOLDS, tmp_path / f"{name}.parquet")
    pa_parquet.write_table(pa.table({"alert_id": ["1"]}), tmp_path / "department_alert_8.pq")

    read = Read(tmp_path, mapping={"tables": {"家庭": "household"}})

    assert list(read.cases) == ["1", "2"]
    assert read.case.tables["department_alert"].ids == ("1",)


def test_typed_columns(tmp_path):
    members = pa.table(
        {
            "household_id": pa.array([1, 2, 2], pa.int64()),
            "person_id": pa.array(["a", "b", "c"]).dictionary_encode(),
            "birth_date": pa.array([date(1990, 1, 2), None, date(2001, 3, 4)]),
            "special_group": pa.array([["老", "病"], [], None]),
        }
    )

    read = Read({"农户": HOUSEHOLDS, "member": members})

    assert (read.births("1"), read.births("2")) == WANTED
    rows = [row for case in read.cases.values() for row in case.tables["member"].rows]
    assert [row.get("member.special_group") for row in rows] == [frozenset({"老", "病"}), frozenset(), None]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda table: table, id="table"),
        pytest.param(lambda table: [table.slice(0, 1), table.slice(1)], id="several"),
        pytest.param(lambda table: table.combine_chunks().to_batches()[0], id="batch"),
        pytest.param(lambda table: table.to_reader(max_chunksize=1), id="reader"),
    ],
)
def test_arrow_in_memory(given):
    read = Read({"农户": HOUSEHOLDS, "家庭成员": given(MEMBERS)})

    assert (read.births("1"), read.births("2")) == WANTED


def test_duckdb_by_relation_and_by_connection():
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    for name, table in (("农户", HOUSEHOLDS), ("member", MEMBERS), ("别的", MEMBERS)):
        connection.register("given", table)
        connection.table("given").create(name)

    whole = Read(connection)
    relation = Read({"农户": HOUSEHOLDS, "家庭成员": connection.table("member")})

    assert (whole.births("1"), whole.births("2")) == WANTED
    assert (relation.births("1"), relation.births("2")) == WANTED
    assert any("别的" in note and "没有用到" in note for note in whole.notes)


class Cursor:
    """An ADBC cursor, as far as reading needs one."""

    def execute(self, text: str) -> None:
        known = {'SELECT * FROM "household"': HOUSEHOLDS, 'SELECT * FROM "member"': MEMBERS}
        table = known.get(text.removesuffix(" LIMIT 0"), pa.table({"table_name": ["household", "member"]}))
        self._table = table.slice(0, 0) if text.endswith("LIMIT 0") else table

    def fetch_record_batch(self):
        return self._table.to_reader()


class Connection:
    cursor = Cursor


def test_a_connection_with_adbc_cursors():
    read = Read(Connection())

    assert (read.births("1"), read.births("2")) == WANTED


def test_a_cursor_and_anything_that_gives_an_arrow_stream():
    cursor = Cursor()
    cursor.execute('SELECT * FROM "member"')

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return HOUSEHOLDS.__arrow_c_stream__(requested_schema)

    read = Read({"农户": Stream(), "家庭成员": cursor})

    assert (read.births("1"), read.births("2")) == WANTED


class NoArrow:
    """A connection whose cursors know nothing of Arrow."""

    class cursor:  # noqa: N801 - as connections call it
        def execute(self, text: str) -> None: ...


def test_a_database_without_arrow_and_one_without_tables():
    with pytest.raises(InputError, match="ADBC"):
        Read(NoArrow())
    duckdb = pytest.importorskip("duckdb")
    with pytest.raises(InputError, match="没有叫实体名称的表"):
        Read(duckdb.connect())


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "adbc_driver_postgresql.dbapi", None)

    with pytest.raises(InputError, match="adbc-driver-postgresql") as raised:
        Read("postgresql://me:secret@host/county")
    assert "secret" not in str(raised.value)


def test_a_workbook_as_officers_keep_them(tmp_path):
    path = tmp_path / "county.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        households = book.add_worksheet("农户")
        households.merge_range(0, 0, 0, 3, "某县农户台账")
        households.write_row(1, 0, ["户编号", "乡镇", "家庭人口数", "家庭人均纯收入"])
        households.merge_range(2, 1, 4, 1, "511002101")
        for place in range(3):
            households.write_string(2 + place, 0, f"{place + 1}")
            households.write_string(2 + place, 2, "3")
            households.write(2 + place, 3, "12,000.50" if place else 7000.5)
        members = book.add_worksheet("家庭成员")
        members.write_row(0, 0, ["户编号", "人编号", "出生日期"])
        members.write_row(1, 0, [1, "a"])
        members.write_datetime(1, 2, datetime(1990, 1, 2), day)  # noqa: DTZ001 - a spreadsheet knows no zones
        members.write_row(2, 0, [2, "b", "1990年1月2日"])
        members.write_row(3, 0, [3, "c", 32875])
        book.add_worksheet("填表说明").write_row(0, 0, ["随便", "写写"])

    read = Read(path, carry=("household.township_code",))

    incomes = [
        case.tables["household"].rows[0]["finance.per_capita_net_income"] for case in read.cases.values()
    ]
    assert incomes == [700050, 1200050]
    assert read.births("1") == read.births("2") == WANTED[0]
    # A date that is kept as a number is none; rows are numbered as the spreadsheet shows them, below the title.
    assert [(row["entity"], row["row"]) for row in read.rejects] == [("家庭成员", 4), ("农户", 5)]
    assert "日期序号" in read.rejects[0]["remedy"]
    assert any("填表说明" in note for note in read.notes)


def test_a_workbook_given_for_one_entity_and_a_single_file(tmp_path):
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, MEMBERS.column_names)
        for place, row in enumerate(MEMBERS.to_pylist()):
            sheet.write_row(place + 1, 0, list(row.values()))
        book.add_worksheet("农户").write_column(0, 0, ["户编号", "1", "2"])
    alone = tmp_path / "农户_8月.csv"
    alone.write_bytes(_csv(HOUSEHOLDS))

    read = Read({"家庭成员": path})

    assert (read.births("1"), read.births("2")) == WANTED
    assert list(Read(alone).cases) == ["1", "2"]
    with pytest.raises(InputError, match="不像是哪个实体的表"):
        Read(path.rename(tmp_path / "x.csv"))
    (tmp_path / "空").mkdir()
    with pytest.raises(InputError, match="里没有可用的表"):
        Read(tmp_path / "空")


# --- names and codes of a county's own ------------------------------------------------------------


TOML = """
["表"]
"低保台账" = "农户"

["列"."农户"]
"户主编码" = "户编号"
"备注" = ""

["值"."农户.户类型"]
"01" = "脱贫户"
"02" = "一般农户"
"""


@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_county_s_own_names_and_codes(tmp_path, form):
    (tmp_path / "低保台账.csv").write_text("户主编码,户类型,备注\n1,01,x\n2,02,y\n", encoding="utf-8")
    stated = {
        "表": {"低保台账": "农户"},
        "列": {"农户": {"户主编码": "户编号", "备注": ""}},
        "值": {"农户.户类型": {"01": "脱贫户", "02": "一般农户"}},
    }
    path = tmp_path / f"mapping.{form}"
    path.write_text(json.dumps(stated, ensure_ascii=False) if form == "json" else TOML, encoding="utf-8")

    read = Read(tmp_path, mapping=path)

    kinds = [case.tables["household"].rows[0]["household.household_type"] for case in read.cases.values()]
    assert kinds == ["脱贫户", "一般农户"]
    assert not any("备注" in note for note in read.notes)


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"列": {"农户": {"x": "户编码"}}}, "“农户”没有叫“户编码”的字段（是不是“户编号”）"),
        ({"列": {"农广": {}}}, "没有叫“农广”的实体"),
        ({"其他": {}}, "没有叫“其他”的部分"),
        ({"表": {"x": 1}}, "要对照到一个文本"),
        ({"列": "x"}, "要是一个表"),
    ],
)
def test_mistakes_in_a_mapping(mapping, message):
    with pytest.raises(InputError) as raised:
        Read({"农户": HOUSEHOLDS}, mapping=mapping)

    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content"), [("a.toml", "列 = "), ("a.json", "{"), ("a.json", "[]"), ("a.toml", "\udcff")]
)
def test_mappings_that_cannot_be_read(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8", errors="surrogateescape"))

    with pytest.raises(InputError, match="对照表"):
        Read({"农户": HOUSEHOLDS}, mapping=path)


def test_columns_of_single_children_and_records_of_judgements_in_the_household_s_table():
    table = pa.table(
        {
            "户编号": ["1"],
            "收支.家庭人均纯收入": ["7000"],
            "是否有返贫致贫风险": ["是"],
            "has_poverty_risk_by": ["某镇"],
            "has_poverty_risk": ["是"],
        }
    ).drop_columns(["是否有返贫致贫风险"])

    read = Read({"农户": table})

    assert read.cases["1"].tables["household"].rows[0] == {
        "household.has_poverty_risk": True,
        "finance.per_capita_net_income": 700000,
    }
    assert not any("没有用到的列" in note for note in read.notes)


# --- what cannot be used --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param({"家庭成员": MEMBERS}, "没有“农户”表", id="no households"),
        pytest.param({"农户": HOUSEHOLDS, "家庭人员": MEMBERS}, "没有叫“家庭人员”的表", id="no such entity"),
        pytest.param({"农户": pa.table({"乡镇": ["1"]})}, "必需的列：“户编号”", id="no number"),
        pytest.param(
            {"农户": HOUSEHOLDS, "家庭成员": MEMBERS.drop_columns(["户编号"])},
            "必需的列：“户编号”",
            id="members of nobody",
        ),
        pytest.param(
            {"农户": HOUSEHOLDS.append_column("household_id", pa.array(["1", "2"]))},
            "有两列都是“户编号”",
            id="one field twice",
        ),
        pytest.param(
            {"农户": pa.table([["1"], ["2"]], names=["户编号", " 户编号"])}, "出现了两次", id="one name twice"
        ),
        pytest.param({"农户": HOUSEHOLDS, "家庭成员": 5}, "读不了", id="no table"),
        pytest.param(5, "不知道怎么读", id="no source"),
        pytest.param(
            {
                "农户": HOUSEHOLDS.append_column("家庭人均纯收入", pa.array(["1", "2"])),
                "收支": pa.table({"户编号": ["1"], "家庭人均纯收入": ["1"]}),
            },
            "只留一处",
            id="one field in two tables",
        ),
        pytest.param(
            {"农户": HOUSEHOLDS, "政策上下文": pa.table({"as_of": ["", ""]})}, "只能有一行", id="two contexts"
        ),
        pytest.param(
            {"农户": HOUSEHOLDS, "政策上下文": pa.table({"as_of": ["昨天"]})}, "要填时间", id="wrong context"
        ),
    ],
)
def test_tables_that_cannot_be_used(source, message):
    with pytest.raises(InputError) as raised:
        Read(source)

    assert message in str(raised.value)


def test_files_that_are_not_what_their_names_say(tmp_path):
    for name in ("农户.xlsx", "农户.parquet"):
        path = tmp_path / name
        path.write_text("这不是表", encoding="utf-8")

        with pytest.raises(InputError, match="读不了"):
            Read({"农户": path})
    (tmp_path / "农户.csv").write_bytes(b"")
    with pytest.raises(InputError, match="是空的"):
        Read({"农户": tmp_path / "农户.csv"})
    (tmp_path / "农户.csv").write_bytes("户编号\n1\n".encode("utf-16"))
    with pytest.raises(InputError, match="UTF-16"):
        Read({"农户": tmp_path / "农户.csv"})
    with pytest.raises(OSError, match="没有这个"):
        Read({"农户": tmp_path / "没有这个.csv"})


def test_truncated_parquet_at_any_place(tmp_path):
    whole = tmp_path / "household.parquet"
    pa_parquet.write_table(HOUSEHOLDS, whole)
    content = whole.read_bytes()
    path = tmp_path / "cut.parquet"

    for end in range(0, len(content), 37):
        path.write_bytes(content[:end])
        with pytest.raises(InputError, match="读不了"):
            Read({"农户": path})


def test_parquet_whose_data_is_damaged(tmp_path):
    path = tmp_path / "household.parquet"
    pa_parquet.write_table(HOUSEHOLDS, path, compression="gzip")
    content = bytearray(path.read_bytes())
    content[30:60] = bytes(30)
    path.write_bytes(content)

    with pytest.raises(InputError, match="读不了"):
        Read({"农户": path})


def test_no_moment_and_a_wrong_one():
    with pytest.raises(InputError, match="没有写判定时点"):
        take_in(PLAN, {"农户": HOUSEHOLDS})
    with pytest.raises(InputError, match="判定时点“昨天”不行"):
        take_in(PLAN, {"农户": HOUSEHOLDS}, as_of="昨天")
    context = pa.table({"判定时点": [AS_OF]})
    with take_in(PLAN, {"农户": HOUSEHOLDS, "政策上下文": context}) as county:
        assert county.case.as_of == 1690938000
        assert county.part_count == 1


# --- what is set aside ----------------------------------------------------------------------------


def test_households_that_stand_in_two_files(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(_csv(HOUSEHOLDS))
    second.write_text("户编号,乡镇\n3,511002101\n2,511002103\n", encoding="utf-8")

    read = Read({"农户": [first, second], "家庭成员": MEMBERS})

    assert list(read.cases) == ["1", "3"]
    told = {(row["source"], row["row"], row["field"]) for row in read.rejects if row["entity"] == "农户"}
    assert told == {(str(first), 3, "户编号"), (str(second), 3, "户编号")}
    assert read.counts["家庭成员"].rejected == 2


def test_orphans_and_records_of_nobody():
    members = pa.table({"户编号": ["1", "9", None], "人编号": ["a", "b", "c"]})

    read = Read({"农户": HOUSEHOLDS, "家庭成员": members})

    assert list(read.cases) == ["1", "2"]
    assert read.reasons() == [("家庭成员", 3, "没有填“户编号”"), ("家庭成员", 2, "“农户”表中没有这一户")]


def test_a_bad_record_takes_its_household_along_and_says_so():
    members = MEMBERS.set_column(2, "出生日期", pa.array(["1990-01-02", "昨天", "2001-03-04"]))
    loans = pa.table({"户编号": ["2"]})

    read = Read({"农户": HOUSEHOLDS, "家庭成员": members, "小额信贷": loans})

    assert list(read.cases) == ["1"]
    cause = "家庭成员（家庭成员表 第 2 行）有误，整户没有判定"
    assert read.reasons() == [
        ("家庭成员", 2, "“出生日期”要填日期，这里是（个人信息）：不是这种写法"),
        ("农户", 2, f"名下的{cause}"),
        ("家庭成员", 3, f"同一户的{cause}"),
        ("小额信贷", 1, f"同一户的{cause}"),
    ]
    assert {row["household_id"] for row in read.rejects} == {"2"}


def test_rows_of_another_width_take_the_household_along_that_they_name(tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(
        "户编号,人编号,出生日期\n1,a,1990-01-02,\n2,b,1990-01-02\n9,c\n2,d,昨天\n", encoding="utf-8"
    )

    read = Read({"农户": HOUSEHOLDS, "家庭成员": path})

    assert list(read.cases) == []
    assert [(row["row"], row["household_id"]) for row in read.rejects if row["entity"] == "家庭成员"][:3] == [
        (5, "2"),
        (2, "1"),
        (4, "9"),
    ]
    assert read.counts["家庭成员"].read == 4


def test_wrong_column_types_reject_by_row():
    members = MEMBERS.set_column(2, "birth_date", pa.array([1.5, None, 2.5]))
    odd = MEMBERS.set_column(2, "birth_date", pa.array([{"年": 1990}, None, None]))

    assert list(Read({"农户": HOUSEHOLDS, "家庭成员": members}).cases) == []
    read = Read({"农户": HOUSEHOLDS, "家庭成员": odd})
    assert list(read.cases) == ["2"]
    assert "类型，读不了" in read.rejects[0]["reason"]


@pytest.mark.parametrize(
    ("stated", "steps"),
    [("99999999999", 9_999_999_999_900), ("100000000001", None), (-100000000001, None), (1e12, None)],
)
def test_numbers_that_a_batch_can_compute_with(stated, steps):
    table = HOUSEHOLDS.append_column("家庭人均纯收入", pa.array([stated, None]))

    read = Read({"农户": table})

    if steps is None:
        assert "超出成批计算的范围" in read.rejects[0]["reason"]
    else:
        assert read.cases["1"].tables["household"].rows[0]["finance.per_capita_net_income"] == steps


def test_missing_tables_and_columns_say_what_they_leave_unknown():
    read = Read({"农户": HOUSEHOLDS, "家庭成员": MEMBERS})

    assert any(note.startswith("没有“住房”表：名单和各项都未知，影响“") for note in read.notes)
    assert any(
        note.startswith("“家庭成员”没有这些列，因而未知：") and "残疾等级" in note for note in read.notes
    )
    assert read.cases["1"].tables["housing"].complete is False
    assert read.cases["1"].tables["member"].complete is True


def test_a_bad_record_of_the_county_leaves_its_list_open():
    events = pa.table(
        {"灾害事件编号": ["E1", "E2", "E2"], "灾害发生时间": ["2023-08-01 20:00", "2023-08-01 20:00", ""]}
    )
    impacts = pa.table({"户编号": ["1", "2"], "灾害事件编号": ["E1", "E2"]})

    read = Read({"农户": HOUSEHOLDS, "灾害事件": events, "受灾影响": impacts})

    assert read.case.tables["disaster_event"].ids == ("E1",)
    assert read.case.tables["disaster_event"].complete is False
    assert list(read.cases) == ["1", "2"]
    assert [row["row"] for row in read.rejects] == [2, 3]
    assert any("灾害事件有 2 条拒收" in note for note in read.notes)


def test_a_list_of_single_things_and_a_reference_that_leads_nowhere():
    water = pa.table({"户编号": ["1", "1"]})
    alerts = pa.table({"alert_id": ["A"], "灾害事件编号": ["E9"]})
    events = pa.table({"灾害事件编号": ["E1"]})

    read = Read({"农户": HOUSEHOLDS, "饮水": water, "部门预警": alerts, "灾害事件": events})

    assert list(read.cases) == ["2"]
    assert read.reasons()[:3] == [
        ("部门预警/推送", 1, "“灾害事件编号”是“E9”，“灾害事件”中没有这一条"),
        ("饮水", 1, "一户只有一条饮水，这一户有几条"),
        ("饮水", 2, "一户只有一条饮水，这一户有几条"),
    ]


def test_facts_that_are_carried_along():
    with take_in(
        PLAN, {"农户": HOUSEHOLDS}, as_of=AS_OF, carry=("household.township_code", "household.population")
    ) as county:
        (taken,) = county.parts()

    assert {fact: column.to_pylist() for fact, column in taken.carried.items()} == {
        "household.township_code": ["511002101", "511002102"]
    }
