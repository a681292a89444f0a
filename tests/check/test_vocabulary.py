"""实体 declarations: the tree of entities, types, ranges, and what is left out when it is broken."""

import pytest
from tests.check.support import policy, reported

from relapse_rules.values.types import EnumValue, Kind, Type
from relapse_rules.values.vocabulary import Mutability

HEADER = "政策 试\n"
ROOT = "实体 根  英文 root\n  数量 一个\n  字段 判定时点  英文 as_of  类型 时间  提供 村  种类 原始  不可空  必填\n"
FIELD = "  字段 {}  英文 {}  类型 {}  提供 村  种类 原始  可空\n"


def entity(*fields: str) -> str:
    lines = "".join(FIELD.format(f"项{place}", f"f{place}", written) for place, written in enumerate(fields))
    return f"{ROOT}实体 户  英文 home\n  上级 根\n  数量 一个\n{lines}"


def types(*fields: str) -> list[Type]:
    return [field.type for field in policy(entity(*fields), header=HEADER).vocabulary.by_name["户"].fields]


def found(text: str) -> list[tuple[str, str]]:
    return reported(text, header=HEADER)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("是否", Type(kind=Kind.CONDITION)),
        ("整数 名", Type(kind=Kind.INTEGER, unit="人")),
        ("小数 升/人·日", Type(kind=Kind.DECIMAL, unit="升/人·天")),
        ("金额", Type(kind=Kind.MONEY, unit="元")),
        ("金额 元/年/人", Type(kind=Kind.MONEY, unit="元/人·年")),
        ("比例", Type(kind=Kind.RATIO)),
        ("年月", Type(kind=Kind.YEAR_MONTH)),
        ("时长 工作日", Type(kind=Kind.DURATION, unit="工作日")),
        ("引用 户", Type(kind=Kind.REFERENCE, entity="home")),
        ("集合 代码", Type(kind=Kind.SET, item=Kind.AREA_CODE)),
        ("枚举 开放 {甲}", Type(kind=Kind.ENUM, values=(EnumValue(name="甲"),), is_open=True)),
        (
            "枚举 {甲、乙 归入 甲}",
            Type(kind=Kind.ENUM, values=(EnumValue(name="甲"), EnumValue(name="乙", parent="甲"))),
        ),
    ],
    ids=str,
)
def test_a_written_type(written, expected):
    identifier = "  字段 编号  英文 id  类型 文本  提供 村  种类 原始  不可空  标识\n"

    (first, _) = policy(entity(written) + identifier, header=HEADER).vocabulary.by_name["户"].fields

    assert first.type == expected


def test_a_set_takes_the_values_of_another_field():
    first, second = types("枚举 {甲、乙}", "集合 项0")

    assert second == Type(kind=Kind.SET, values=first.values)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("小数 斤", ("RR0305", "小数 斤")),
        ("时长 元", ("RR0305", "时长 元")),
        ("时长", ("RR0305", "时长")),
        ("引用 房", ("RR0203", "房")),
        ("引用 根", ("RR0408", "字段 项0  英文 f0  类型 引用 根  提供 村  种类 原始  可空")),
        ("枚举 {甲、甲}", ("RR0202", "甲")),
        ("枚举 {甲、乙 归入 丙}", ("RR0207", "丙")),
        ("枚举 {甲 归入 乙、乙 归入 甲}", ("RR0213", "甲 归入 乙")),
        ("集合 没有", ("RR0204", "没有")),
    ],
    ids=str,
)
def test_a_broken_type(written, expected):
    assert found(entity(written)) == [expected]


def test_a_set_of_values_that_two_fields_disagree_on():
    text = entity("枚举 {甲}", "集合 同名") + (
        "  字段 同名  英文 x  类型 枚举 {甲}  提供 村  种类 原始  可空\n"
        "实体 房  英文 house\n  上级 户\n  数量 一个\n"
        "  字段 同名  英文 x  类型 枚举 {乙}  提供 村  种类 原始  可空\n"
    )

    assert found(text) == [("RR0205", "同名")]


def test_values_are_not_borrowed_twice():
    assert [code for code, _ in found(entity("枚举 {甲}", "集合 项0", "集合 项1"))] == ["RR0204"]


@pytest.mark.parametrize(
    ("kind", "written", "bounds"),
    [
        ("金额 元", "0 以上", (0, None)),
        ("金额 元", "0.5 至 100", (50, 10_000)),
        ("时长 天", "366 以下", (None, 366 * 86_400)),
        ("整数 人", "-1 以上", (-1, None)),
    ],
    ids=str,
)
def test_a_range_is_in_the_unit_of_its_field(kind, written, bounds):
    (field,) = policy(entity(f"{kind}  范围 {written}"), header=HEADER).vocabulary.by_name["户"].fields

    assert (field.low, field.high) == bounds


@pytest.mark.parametrize(
    ("written", "expected"),
    [("整数  范围 5 至 3", "RR0312"), ("整数  范围 0.5 以上", "RR0306"), ("文本  范围 0 以上", "RR0303")],
    ids=str,
)
def test_a_broken_range(written, expected):
    assert [code for code, _ in found(entity(written))] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ROOT}实体 户  英文 home\n  上级 没有\n  数量 一个\n", [("RR0203", "没有")]),
        (f"{ROOT}实体 户  英文 home\n  数量 一个\n", [("RR0401", "户")]),
        (f"{ROOT}实体 户  英文 root\n  上级 根\n  数量 一个\n", [("RR0202", "root")]),
        (
            f"{ROOT}实体 甲  英文 a\n  上级 乙\n  数量 一个\n实体 乙  英文 b\n  上级 甲\n  数量 一个\n",
            [("RR0213", "乙")],
        ),
        (f"{ROOT}实体 户  英文 home\n  上级 根\n  数量 多个\n", [("RR0408", "户")]),
        (entity("是否", "是否").replace("英文 f1", "英文 项0"), [("RR0202", "项0")]),
    ],
    ids=[
        "an unknown parent",
        "two roots",
        "a name taken",
        "a circle",
        "no identifier",
        "a field's name taken",
    ],
)
def test_a_broken_entity(text, expected):
    assert found(text) == expected


def test_rules_over_the_rest_of_a_broken_entity_are_still_checked():
    text = entity("小数 斤", "是否") + "定义 问\n  对象 户\n  当 项1 且 胡说\n"

    assert [code for code, _ in found(text)] == ["RR0305", "RR0201"]


def test_a_vocabulary_without_a_moment():
    text = (
        "实体 根  英文 root\n  数量 一个\n  字段 项  英文 x  类型 时间  提供 村  种类 原始  可空\n"
        "指标 时\n  对象 根\n  值 项 + 1小时\n定义 问\n  对象 根\n  当 时 已发生\n"
    )

    assert found(text) == [("RR0201", "时 已发生")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("类型 文本", Mutability.CHANGEABLE),
        ("类型 文本  种类 原始", Mutability.CHANGEABLE),
        ("类型 文本  种类 程序", Mutability.CHANGEABLE),
        ("类型 文本  种类 推导", Mutability.CHANGEABLE),
        ("类型 文本  种类 裁量", Mutability.TO_BE_PROVED),
        ("类型 引用 户", Mutability.FIXED),
        ("类型 文本  标识", Mutability.FIXED),
        ("类型 文本  种类 裁量  变动 可变", Mutability.CHANGEABLE),
        ("类型 引用 户  变动 待证", Mutability.TO_BE_PROVED),
        ("类型 文本  变动 不可变", Mutability.FIXED),
    ],
    ids=str,
)
def test_whether_a_field_can_change_is_written_or_follows_from_what_it_is(written, expected):
    text = (
        f"{ROOT}实体 户  英文 home\n  上级 根\n  数量 多个\n  字段 编号  英文 id  类型 文本  标识\n"
        f"实体 房  英文 house\n  上级 户\n  数量 一个\n  字段 项  英文 x  {written}\n"
    )

    (field,) = policy(text, header=HEADER).vocabulary.by_name["房"].fields

    assert field.mutability is expected


def test_the_papers_that_prove_a_field_keep_their_order():
    text = entity("文本  证明 残疾证、「残联/核定表」")

    (field,) = policy(text, header=HEADER).vocabulary.by_name["户"].fields

    assert field.documents == ("残疾证", "残联/核定表")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("变动 会变", ("RR0124", "会变")), ("证明 残疾证、照片、残疾证", ("RR0202", "残疾证"))],
    ids=["a mark that is none", "a paper named twice"],
)
def test_a_broken_mark(written, expected):
    assert found(entity(f"文本  {written}")) == [expected]
