"""How text becomes a tree: lines, words, lists, attributes, and where things are."""

from __future__ import annotations

import pytest

from relapse_rules.source import SourceText
from relapse_rules.syntax.declarations import (
    Definition,
    GivenElement,
    GivenValue,
    Measure,
    PolicyFile,
    Procedure,
    Special,
)
from relapse_rules.syntax.parse import parse
from relapse_rules.syntax.tree import (
    Arithmetic,
    Compare,
    ConditionList,
    IfThen,
    Junction,
    ListKind,
    Membership,
    MembershipKind,
    Moment,
    Name,
    Not,
    Number,
    Operator,
    Path,
    Quantifier,
    QuantifierKind,
    Rounding,
    Truth,
)
from relapse_rules.values.truth import Comparison

A, B, C = (Path(parts=(Name(text=text),)) for text in "甲乙丙")


def read(text: str) -> PolicyFile:
    checked = parse(SourceText("a.policy", text))
    assert not checked.diagnostics
    assert checked.value is not None
    return checked.value


def condition(written: str):
    definition = read(f"定义 名\n  对象 农户\n  当 {written}\n").declarations[0]
    assert isinstance(definition, Definition)
    return definition.condition


# spelling -> what it means
COMPARISONS = {
    "甲 为 3元": Comparison.EQUAL,
    "甲 不为 3元": Comparison.UNEQUAL,
    "甲 低于 3元": Comparison.LESS,
    "甲 不低于 3元": Comparison.AT_LEAST,
    "甲 高于 3元": Comparison.MORE,
    "甲 不高于 3元": Comparison.AT_MOST,
    "甲 超过 3元": Comparison.MORE,
    "甲 不超过 3元": Comparison.AT_MOST,
    "甲 不满 3元": Comparison.LESS,
    "甲 达到 3元": Comparison.AT_LEAST,
    "甲 在 3元 以上": Comparison.AT_LEAST,
    "甲 在 3元 以下": Comparison.AT_MOST,
    "甲 在 3元 以内": Comparison.AT_MOST,
    "甲 在 3元以上": Comparison.AT_LEAST,
    "甲 ≥ 3元": Comparison.AT_LEAST,
    "甲≥3元": Comparison.AT_LEAST,
    "甲 >= 3元": Comparison.AT_LEAST,
    "甲 ≤ 3元": Comparison.AT_MOST,
    "甲 <= 3元": Comparison.AT_MOST,
    "甲 > 3元": Comparison.MORE,
    "甲 < 3元": Comparison.LESS,
    "甲 = 3元": Comparison.EQUAL,
    "甲 ≠ 3元": Comparison.UNEQUAL,
    "甲 早于 3元": Comparison.LESS,
    "甲 晚于 3元": Comparison.MORE,
    "甲 不早于 3元": Comparison.AT_LEAST,
    "甲 不晚于 3元": Comparison.AT_MOST,
}


@pytest.mark.parametrize(("written", "operator"), COMPARISONS.items())
def test_every_spelling_of_a_comparison(written, operator):
    found = condition(written)

    assert isinstance(found, Compare)
    assert (found.operator, found.left, found.right) == (operator, A, Number(digits="3", unit="元"))


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("甲 且 乙 且 丙", Junction(kind=ListKind.ALL, operands=(A, B, C))),
        (
            "(甲 且 乙) 或 丙",
            Junction(kind=ListKind.ANY, operands=(Junction(kind=ListKind.ALL, operands=(A, B)), C)),
        ),
        ("非 甲 且 乙", Junction(kind=ListKind.ALL, operands=(Not(operand=A), B))),
        ("非(甲)", Not(operand=A)),
        ("若 甲 则 乙 或 丙", IfThen(condition=A, consequence=Junction(kind=ListKind.ANY, operands=(B, C)))),
        (
            "非 甲 为 是",
            Not(operand=Compare(operator=Comparison.EQUAL, word="为", left=A, right=Truth(value=True))),
        ),
        (
            "存在 住房 满足 甲 且 乙",
            Junction(
                kind=ListKind.ALL,
                operands=(
                    Quantifier(kind=QuantifierKind.EXISTS, entity=Name(text="住房"), condition=A),
                    B,
                ),
            ),
        ),
        (
            "甲 属于 是、乙、「否」",
            Membership(
                kind=MembershipKind.AMONG,
                subject=A,
                values=(Truth(value=True), Name(text="乙"), Name(text="否")),
            ),
        ),
    ],
)
def test_what_binds_to_what_in_conditions(written, tree):
    assert condition(written) == tree


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("甲 + 乙 × 丙", Arithmetic(operator=Operator.ADD, left=A, right=Arithmetic(operator=Operator.MULTIPLY, left=B, right=C))),
        ("甲 - 乙 - 丙", Arithmetic(operator=Operator.SUBTRACT, left=Arithmetic(operator=Operator.SUBTRACT, left=A, right=B), right=C)),
        ("甲 加 乙", Arithmetic(operator=Operator.ADD, left=A, right=B)),
        ("甲 减 乙", Arithmetic(operator=Operator.SUBTRACT, left=A, right=B)),
        ("甲 * 乙", Arithmetic(operator=Operator.MULTIPLY, left=A, right=B)),
        ("甲 / 乙", Arithmetic(operator=Operator.DIVIDE, left=A, right=B)),
        ("甲 除以 乙 向下取整", Arithmetic(operator=Operator.DIVIDE, left=A, right=B, rounding=Rounding.DOWN)),
        ("甲 - -5元", Arithmetic(operator=Operator.SUBTRACT, left=A, right=Number(digits="-5", unit="元"))),
    ],
)  # fmt: skip
def test_what_binds_to_what_in_values(written, tree):
    assert condition(written) == tree


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end(end):
    lines = ["定义 甲", "  对象 农户", "", "  当 以下全部:", "    - 乙  # 注", "    - 丙", "采用 甲 为 乙"]

    assert read(end.join(lines)) == read("\n".join(lines) + "\n")
    assert len(read(end.join(lines)).declarations) == 2


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\x0b", "\x0c", "\x1c"])
def test_nothing_else_ends_a_line(char):
    checked = parse(SourceText("a", f'导入 "甲{char}乙"'))

    assert [found.code for found in checked.diagnostics] in ([], ["RR0112"])
    assert checked.value is not None
    assert len(checked.value.declarations) <= 1


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有注释", "  # 缩进的注释\n", "\ufeff"])
def test_a_file_without_declarations_is_a_warning(text):
    checked = parse(SourceText("a", text))

    assert checked.value == PolicyFile(declarations=())
    assert [found.code for found in checked.diagnostics] == ["RR0121"]
    assert not checked.has_errors


def test_a_byte_order_mark_is_no_part_of_the_first_word():
    assert read("\ufeff采用 甲 为 乙") == read("采用 甲 为 乙")


@pytest.mark.parametrize(
    "name",
    [
        "当地标准",
        "属于本方案灾种",
        "非农户",
        "且末县",
        "为主",
        "村(社区)",
        "项目",
        "以下简称",
        "对象类别",
        "A·B",
    ],
)
def test_a_name_that_holds_a_keyword_is_a_name(name):
    assert condition(name) == Path(parts=(Name(text=name),))


@pytest.mark.parametrize("name", ["类型", "对象", "说明", "之后", "当天", "资金", "且", "内"])
def test_a_keyword_is_a_name_where_no_keyword_may_come(name):
    assert condition(f"农户.{name} 为 {name}") == condition(f"农户.「{name}」 为 「{name}」")


@pytest.mark.parametrize("written", ["以下全部:", "以下全部\uff1a", "以下全部 :", "以下全部:   # 注释"])
def test_a_list_goes_on_below_its_colon(written):
    text = f"{written}\n      - 甲\n\n      # 注释\n      - 以下至少 2 项:\n          - 乙\n          - 丙\n"

    assert condition(text) == ConditionList(
        kind=ListKind.ALL, items=(A, ConditionList(kind=ListKind.AT_LEAST, count=2, items=(B, C)))
    )


def test_an_attribute_after_a_list_is_back_at_the_declaration():
    text = "定义 名\n  当 以下任一:\n      - 甲\n      - 非 以下全部:\n          - 乙\n  对象 农户\n"

    assert read(text).declarations[0].entity == Name(text="农户")


def test_a_list_on_the_line_of_the_declaration():
    text = "定义 名 对象 农户 当 以下全部:\n    - 甲\n    - 乙\n  推导 农户.丙\n"

    assert read(text).declarations[0].derives == Path(parts=(Name(text="农户"), Name(text="丙")))


def test_a_line_that_is_indented_more_goes_on():
    assert condition("甲 且\n      乙\n    且 丙") == Junction(kind=ListKind.ALL, operands=(A, B, C))


def test_attributes_may_share_a_line():
    lines = "定义 名\n  对象 农户\n  当 甲\n"

    assert read("定义 名 对象 农户 当 甲") == read(lines)
    assert read("定义 名\n  当 甲 对象 农户") == read(lines)


def test_statement_ids_belong_to_the_attribute_on_their_line():
    text = "措施 名 依据 1-01\n  类别 甲 对象 乙 当 丙 力度 可以\n  责任单位 丁、戊 依据 4.1-08\n  时限 及时 依据 4.1-09\n"

    measure = read(text).declarations[0]

    assert isinstance(measure, Measure)
    assert [cite.id for cite in measure.cites] == ["1-01"]
    assert measure.units is not None
    assert measure.time_limit is not None
    assert [cite.id for cite in (*measure.units.cites, *measure.time_limit.cites)] == ["4.1-08", "4.1-09"]


def test_statement_ids_on_the_line_of_a_step_are_the_steps():
    text = "程序 名\n  对象 甲\n  当 乙\n  步骤 丙 责任单位 丁 依据 3.4-03\n    时限 立即 依据 3.4-04\n  时限 尽快\n"

    procedure = read(text).declarations[0]

    assert isinstance(procedure, Procedure)
    step = procedure.steps[0]
    assert [cite.id for cite in step.cites] == ["3.4-03"]
    assert step.units is not None
    assert step.units.cites == ()
    assert step.time_limit is not None
    assert [cite.id for cite in step.time_limit.cites] == ["3.4-04"]
    assert procedure.time_limit is not None
    assert procedure.time_limit.word == Name(text="尽快")


def test_the_values_of_an_element_on_lines_of_their_own():
    text = "用例 名\n  给定\n    住房 甲:\n      倒塌 为 是、\n      时间 为 未发生\n    家庭成员 没有\n  期望\n    丙 为 否\n"

    case = read(text).declarations[0]

    assert case.given == (
        GivenElement(
            entity=Name(text="住房"),
            id=Name(text="甲"),
            values=(
                GivenValue(field=Name(text="倒塌"), value=Truth(value=True)),
                GivenValue(field=Name(text="时间"), value=Special.NEVER),
            ),
        ),
        GivenElement(entity=Name(text="家庭成员"), absent=True),
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2023-07-28", "2023-07-28"),
        ("2023-7-8", "2023-07-08"),
        ("2023-08-01 20:00", "2023-08-01T20:00:00"),
        ("2023-08-01　9:05:30", "2023-08-01T09:05:30"),
        ("2023-08-01T20:00:00+08:00", "2023-08-01T20:00:00+08:00"),
        ("2023-05", "2023-05"),
    ],
)
def test_dates_and_times(written, text):
    found = condition(f"甲 早于 {written}")

    assert isinstance(found, Compare)
    assert found.right == Moment(text=text)


@pytest.mark.parametrize(
    ("written", "digits", "unit"),
    [
        ("3.5万元", "3.5", "万元"),
        ("35升/人·日", "35", "升/人·日"),
        ("12月/年", "12", "月/年"),
        ("7000元/人·年", "7000", "元/人·年"),
        ("30%", "30", "%"),
        ("007", "7", ""),
    ],
)
def test_numbers_with_their_units(written, digits, unit):
    found = condition(f"甲 低于 {written}")

    assert isinstance(found, Compare)
    assert found.right == Number(digits=digits, unit=unit)


def test_places_point_into_the_text_as_written():
    text = "# 注释\r\n定义 「甲 乙」\r\n  对象　农户\r\n  当 收入　低于 ３．５万元 且 丙\r\n"
    source = SourceText("a.policy", text)

    definition = read(text).declarations[0]

    junction = definition.condition
    assert source.slice(definition.name.span) == "「甲 乙」"
    assert source.slice(junction.span) == "收入　低于 ３．５万元 且 丙"
    assert source.slice(junction.operands[0].right.span) == "３．５万元"
    assert source.line_column(junction.operands[1].span.start) == (4, 19)
    assert source.slice(definition.span).startswith("定义")
    assert source.slice(definition.span).endswith("丙")
