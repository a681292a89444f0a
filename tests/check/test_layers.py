"""Layers (国家 → 省 → 县): what overlays add and change, which conflicts are reported, and that every engine sees one policy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from tests.check.support import HEADER

from relapse_rules.analysis.cases import run_case
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.check.policy import TypedPolicy
from relapse_rules.diagnostics import Diagnostic
from relapse_rules.facts.read import read_case
from relapse_rules.lowering import lower
from relapse_rules.policy import compile_policy, inspect, plan_path
from relapse_rules.reference import evaluate
from relapse_rules.values.truth import all_of, any_of

ROOT = Path(__file__).parents[2]
RULES = (
    "定义 困难  依据 1-01\n  对象 农户\n  当 符合低保条件\n"
    "措施 救助\n  类别 甲类\n  对象 农户\n  当 困难\n  力度 应当\n"
    "职责 上报\n  对象 农户\n  启动 困难\n"
    "例外 暂停\n  对象 农户\n  当 生活陷入困境\n  效果 救助 不适用\n"
)
PROVINCE = "补充 某省实施办法  级别 省\n"
COUNTY = "补充 某县实施细则  级别 县\n"
TIGHTENED = '收紧 {}\n  当 是否严重受灾\n  理由 "本省"\n'
WIDENED = TIGHTENED.replace("收紧", "放宽")
PARAMETER = (
    '参数 标准: 金额 元\n  自 2023-01-01 为 待定  来源 本地 "县里填"\n'
    "定义 用\n  对象 农户\n  当 工资性收入 低于 标准\n"
)
READING = '解读 读法\n  取 甲\n  可取 甲、乙、丙\n  理由 "试"\n定义 读\n  对象 农户\n  当 读法 为 甲\n'


def _checked(text: str, *layers: str) -> tuple[TypedPolicy | None, list[Diagnostic], dict[str, str]]:
    texts = {"试验.policy": HEADER + text} | {f"{place}.policy": layer for place, layer in enumerate(layers)}
    loaded = load_files("试验.policy", read_from(texts), [name for name in texts if name != "试验.policy"])
    assert loaded.value is not None
    result = check(loaded.value)
    return result.value, [*loaded.diagnostics, *result.diagnostics], texts


def merged(text: str, *layers: str) -> TypedPolicy:
    """Return the one policy of all layers, in which nothing is wrong."""
    policy, found, _ = _checked(text, *layers)
    assert policy is not None, [(each.code, each.message) for each in found]
    return policy


def wrong(text: str, *layers: str) -> list[tuple[str, str, str]]:
    """Return each finding's code, the file and what it underlines there."""
    _, found, texts = _checked(text, *layers)
    return [
        (each.code, each.span.file, texts[each.span.file][each.span.start : each.span.end]) for each in found
    ]


def outcomes(policy: TypedPolicy, name: str, **facts: bool | None) -> tuple[bool | None, bool | None]:
    """Return what the oracle and what the compiled policy make of ``name``, with facts about the household."""
    stated = {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "household": {"household_id": "H1"}
        | {fact: value for fact, value in facts.items() if value is not None},
    }
    case = read_case(stated, policy.vocabulary)
    (truth,) = evaluate(policy, case).declared[name]
    program = lower(policy)
    node = program.named.get(name) or next(each.node for each in program.listings if each.id == name)
    rails = compile_policy(policy).evaluator.run(case)
    return truth, rails.truth(node, 0)


# --- what changes -----------------------------------------------------------------------------------

TRUTHS = (True, False, None)


@pytest.mark.parametrize("name", ["困难", "救助", "上报"])
def test_what_is_tightened_holds_only_where_both_do(name):
    policy = merged(RULES, PROVINCE + TIGHTENED.format(name))

    for own, added in product(TRUTHS, repeat=2):
        oracle, engine = outcomes(
            policy, name, dibao_eligible=own, severely_affected=added, in_distress=False
        )
        assert oracle == engine == all_of([own, added])


@pytest.mark.parametrize("name", ["困难", "救助", "上报"])
def test_what_is_widened_holds_where_either_does(name):
    policy = merged(RULES, PROVINCE + WIDENED.format(name))

    for own, added in product(TRUTHS, repeat=2):
        oracle, engine = outcomes(
            policy, name, dibao_eligible=own, severely_affected=added, in_distress=False
        )
        assert oracle == engine == any_of([own, added])


def test_exceptions_have_the_last_word_over_a_wider_condition():
    policy = merged(RULES, WIDENED.format("救助"))

    assert outcomes(policy, "救助", severely_affected=True, in_distress=True) == (False, False)


def test_two_layers_may_both_tighten():
    county = COUNTY + '收紧 困难\n  当 整户无劳动能力\n  理由 "本县"\n'
    policy = merged(RULES, PROVINCE + TIGHTENED.format("困难"), county)

    facts = {"dibao_eligible": True, "severely_affected": True}
    assert outcomes(policy, "困难", **facts, no_labor_household=True) == (True, True)
    assert outcomes(policy, "困难", **facts, no_labor_household=False) == (False, False)


def test_a_layer_may_change_what_a_layer_above_it_added():
    province = PROVINCE + "定义 特困\n  对象 农户\n  当 整户无劳动能力\n"
    policy = merged(RULES, province, COUNTY + TIGHTENED.format("特困"))

    assert outcomes(policy, "特困", no_labor_household=True, severely_affected=False) == (False, False)


def test_a_change_is_a_definition_of_its_own_with_its_place_in_the_overlay():
    policy = merged(RULES, PROVINCE + TIGHTENED.format("困难  依据 1-02"), COUNTY + TIGHTENED.format("困难"))

    own = [each for each in policy.definitions if each.name.startswith("收紧")]
    assert [(each.name, each.cites, each.entity, each.span.file) for each in own] == [
        ("收紧·困难(某省实施办法)", ("1-02",), "household", "0.policy"),
        ("收紧·困难(某县实施细则)", (), "household", "1.policy"),
    ]


def test_a_layer_without_a_head_is_called_as_its_file_and_may_change_a_thing_twice():
    policy = merged(RULES, TIGHTENED.format("困难") + TIGHTENED.format("困难"))

    assert {each.name for each in policy.definitions} == {"困难", "收紧·困难(0)", "收紧·困难(0)二"}


def test_an_explanation_tells_the_change_by_its_name():
    policy = compile_policy(merged(RULES, PROVINCE + TIGHTENED.format("困难")))
    facts = {
        "context": {"as_of": "2023-08-02T09:00:00+08:00"},
        "household": {"household_id": "H1", "dibao_eligible": True, "severely_affected": False},
    }

    told = policy.decide(facts).explain("困难")

    assert [step.id for step in told.proof.parts] == ["收紧·困难(某省实施办法)"]


def test_added_rules_are_rules_like_others():
    province = (
        PROVINCE
        + "定义 特困\n  对象 农户\n  当 整户无劳动能力\n"
        + "措施 慰问\n  类别 乙类\n  对象 农户\n  当 特困 且 困难\n  力度 可以\n"
        + "例外 不慰问\n  对象 农户\n  当 生活陷入困境\n  效果 慰问 不适用\n"
        + "性质 慰问的都困难\n  慰问 蕴含 困难\n"
        + "用例 一户\n  给定\n    判定时点 为 2023-08-02 09:00\n    农户 H1: 符合低保条件 为 是\n  期望\n    困难 为 是\n"
    )
    policy = merged(RULES, province)

    assert [each.name for each in policy.measures] == ["救助", "慰问"]
    assert [each.name for each in policy.properties] == ["慰问的都困难"]
    assert [each.name for each in policy.cases] == ["一户"]
    facts = {"no_labor_household": True, "dibao_eligible": True}
    assert outcomes(policy, "慰问", **facts, in_distress=False) == (True, True)
    assert outcomes(policy, "慰问", **facts, in_distress=True) == (False, False)


# --- values and readings ----------------------------------------------------------------------------


def _setting(head: str, *values: tuple[str, int]) -> str:
    dated = "".join(f'  自 {day} 为 {euros}元  来源 本地 "甲"\n' for day, euros in values)
    return f"设定 标准{head}\n{dated}"


def _values(*layers: str) -> list[int | None]:
    (parameter,) = merged(PARAMETER, *layers).parameters
    return [value.value for value in parameter.values]


def test_values_of_layers_go_into_their_places():
    province = _setting("", ("2023-01-01", 1), ("2025-01-01", 3))

    assert _values(province, _setting("", ("2024-01-01", 2))) == [100, 200, 300]
    assert _values(province, _setting("", ("2023-01-01", 1))) == [100, 300]


def test_a_layer_that_replaces_has_the_last_word_from_its_first_day_on():
    province = _setting("", ("2023-01-01", 1), ("2024-01-01", 2), ("2025-01-01", 3))

    assert _values(province, _setting("  取代上级", ("2024-01-01", 9))) == [100, 900]


def test_two_values_of_one_day_are_a_conflict_unless_one_replaces_the_other():
    layers = (_setting("", ("2023-01-01", 1)), _setting("", ("2023-01-01", 2)))
    _, found, texts = _checked(PARAMETER, *layers)

    (conflict,) = found
    assert conflict.code == "RR0504"
    assert texts[conflict.span.file][conflict.span.start :].startswith("自 2023-01-01 为 2元")
    assert [label.span.file for label in conflict.labels] == ["0.policy"]


def test_the_lowest_layer_says_how_a_text_is_read():
    policy = merged(READING, "采用 读法 为 乙\n", "采用 读法 为 丙\n")

    assert policy.readings[0].taken == "丙"


def test_a_reading_is_adopted_once_in_a_file():
    assert wrong(READING, "采用 读法 为 乙\n采用 读法 为 丙\n") == [("RR0504", "0.policy", "读法")]


def test_the_order_of_layers_is_part_of_the_digest():
    first, second = "采用 读法 为 乙\n", "采用 读法 为 丙\n"

    assert merged(READING, first, second).digest != merged(READING, second, first).digest


# --- compared with the layer above ------------------------------------------------------------------


def test_a_property_compares_with_all_layers_above_its_own():
    county = COUNTY + "性质 不比省里严\n  困难、救助 不严于 上级\n"
    policy = merged(RULES, PROVINCE + TIGHTENED.format("困难"), county)

    (declared,) = policy.properties
    (claim,) = lower(policy, claims=True).claims
    assert (declared.kind, declared.subjects, declared.other, declared.above) == (
        "不严于",
        ("困难", "救助"),
        None,
        1,
    )
    assert (claim.above, claim.other) == (1, None)


def test_nothing_new_can_be_compared_with_the_layer_above():
    county = COUNTY + "定义 特困\n  对象 农户\n  当 是\n性质 不比省里严\n  特困 不严于 上级\n"

    assert wrong(RULES, PROVINCE, county) == [("RR0209", "1.policy", "特困")]
    assert wrong(RULES, county.partition("性质")[0], f"性质{county.partition('性质')[2]}") == []


# --- what is wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            (PROVINCE + TIGHTENED.format("困难"), COUNTY + WIDENED.format("困难")),
            ("RR0505", "1.policy", "困难"),
        ),
        ((TIGHTENED.format("救助") + WIDENED.format("救助"),), ("RR0505", "0.policy", "救助")),
        ((COUNTY, PROVINCE), ("RR0506", "1.policy", "某省实施办法")),
        ((TIGHTENED.format("困男"),), ("RR0209", "0.policy", "困男")),
        ((TIGHTENED.format("暂停"),), ("RR0503", "0.policy", "暂停")),
        (("定义 困难\n  对象 农户\n  当 是\n",), ("RR0202", "0.policy", "困难")),
        ((PROVINCE + COUNTY,), ("RR0202", "0.policy", "某县实施细则")),
        (('不适用 1-01  理由 "无"\n',), ("RR0503", "0.policy", '不适用 1-01  理由 "无"')),
        (('收紧 困难\n  当 查无\n  理由 "无"\n',), ("RR0201", "0.policy", "查无")),
        (('收紧 困难\n  当 救助\n  理由 "无"\n',), ("RR0209", "0.policy", "救助")),
        (("收紧 困难\n  当 是否严重受灾\n",), ("RR0401", "0.policy", "困难")),
        (("补充 细则  级别 村\n",), ("RR0124", "0.policy", "村")),
        (('收紧 困难\n  当 困难\n  理由 "无"\n',), ("RR0213", "试验.policy", "困难")),
    ],
    ids=str,
)
def test_a_mistake_is_told_by_its_code_where_it_stands(layers, expected):
    assert wrong(RULES, *layers) == [expected]


def test_layers_of_one_level_follow_one_another_and_a_level_may_be_left_out():
    township = "补充 某{}细则  级别 {}\n"

    assert wrong(RULES, PROVINCE, township.format("乡", "乡镇级"), township.format("镇", "乡镇")) == []
    assert wrong(RULES, COUNTY, "补充 某规定\n", COUNTY) == []


@pytest.mark.parametrize(
    ("mark", "change", "code"),
    [
        ("不得收紧", TIGHTENED, ["RR0507"]),
        ("不得放宽", WIDENED, ["RR0507"]),
        ("不得收紧", WIDENED, []),
        ("不得放宽", TIGHTENED, []),
    ],
)
def test_a_mark_of_the_layer_above_is_kept(mark, change, code):
    text = RULES.replace("当 符合低保条件\n", f"当 符合低保条件\n  {mark}\n")

    assert [found[0] for found in wrong(text, change.format("困难"))] == code


def test_a_layer_may_change_what_it_marks_itself():
    marked = "定义 特困\n  对象 农户\n  当 是\n  不得收紧\n"

    assert wrong(RULES, marked + TIGHTENED.format("特困")) == []
    assert [found[0] for found in wrong(RULES, marked, TIGHTENED.format("特困"))] == ["RR0507"]


@pytest.mark.parametrize(
    ("mark", "effect", "expected"),
    [
        ("不得收紧", "救助 不适用", [("RR0507", "0.policy", "救助")]),
        ("不得收紧", "甲类 不适用", [("RR0507", "0.policy", "甲类")]),
        ("不得收紧", "救助 适用", []),
        ("不得放宽", "救助 适用", [("RR0507", "0.policy", "救助")]),
    ],
)
def test_an_exception_is_no_way_round_a_mark(mark, effect, expected):
    text = RULES.replace("力度 应当\n", f"力度 应当\n  {mark}\n")

    assert wrong(text, f"例外 又\n  对象 农户\n  当 是\n  效果 {effect}\n") == expected


@pytest.mark.parametrize("written", [PROVINCE, TIGHTENED.format("困难"), WIDENED.format("困难")])
def test_only_an_overlay_speaks_of_a_layer_above(written):
    assert [found[:2] for found in wrong(RULES + written)] == [("RR0503", "试验.policy")]


@pytest.mark.parametrize(
    ("name", "offered"), [("困难", "收紧 困难"), ("标准", "设定 标准"), ("读法", "采用 读法")]
)
def test_a_name_that_is_taken_above_comes_with_what_to_write_instead(name, offered):
    _, found, _ = _checked(RULES + PARAMETER + READING, f"定义 {name}\n  对象 农户\n  当 是\n")

    (taken,) = [each for each in found if each.code == "RR0202"]
    assert offered in taken.help
    assert [label.span.file for label in taken.labels] == ["试验.policy"]


# --- the example of the documentation ---------------------------------------------------------------

EXAMPLE = [ROOT / "examples" / "layers" / name for name in ("province.policy", "county.policy")]


def test_the_example_of_a_province_and_a_county_does_what_it_says():
    inspection = inspect(plan_path(), local=EXAMPLE)
    assert inspection.policy is not None
    policy = compile_policy(inspection.policy)

    (monthly,) = [each for each in inspection.policy.parameters if each.name == "低保月标准"]
    assert [value.text for value in monthly.values] == [None, "650元/人·月"]
    assert [run_case(lambda case: policy.decide(case.facts), case).failures for case in inspection.cases] == [
        ()
    ]
    assert [
        each.above for each in inspection.policy.properties if each.other is None and each.kind == "不严于"
    ] == [1]
