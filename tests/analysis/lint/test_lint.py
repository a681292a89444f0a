"""Rules of style: what is found, what a comment waives, and that no fix changes what a policy decides."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relapse_rules.analysis.lint.fixing import fixed
from relapse_rules.analysis.lint.linting import lint
from relapse_rules.analysis.lint.meaning import decide_alike
from relapse_rules.check.check import check
from relapse_rules.check.loading import load_files, read_from
from relapse_rules.diagnostics.catalogue import all_codes, explain
from relapse_rules.lowering import lower
from relapse_rules.policy import Policy, compile_policy
from relapse_rules.resources import policies_directory
from relapse_rules.syntax.format_expressions import expression
from relapse_rules.syntax.tree import Compare, ConditionList, Junction, ListKind, Name, Not, Path
from relapse_rules.values.truth import Comparison

WORDS = """\
实体 政策上下文  英文 context
  数量 一个
  字段 判定时点  英文 as_of  类型 时间  种类 原始  不可空  必填

实体 农户  英文 household
  上级 政策上下文
  数量 一个
  字段 户编号  英文 household_id  类型 文本  种类 原始  不可空  标识
  字段 受灾  英文 affected  类型 是否  种类 原始  可空
  字段 困难  英文 poor  类型 是否  种类 原始  可空
  字段 户型  英文 kind  类型 枚举 {大户、小户}  种类 原始  可空
  字段 人口  英文 population  类型 整数  种类 原始  可空
  字段 劳力  英文 workers  类型 整数  种类 原始  可空
  字段 报到日  英文 reported_on  类型 日期  种类 原始  可空
  字段 标签  英文 labels  类型 集合 {甲、乙}  种类 原始  可空
"""
HEAD = '政策 甲方案\n\n导入 "词汇.policy"\n\n'
MAIN = "甲.policy"
FIXABLE = ["RR0901", "RR0902", "RR0903", "RR0904", "RR0905", "RR0906", "RR0907", "RR0908"]


def rule(condition, *, before="", name="乙"):
    return f"{HEAD}{before}定义 {name}\n  对象 农户\n  当 {condition}\n"


def texts(text):
    return read_from({MAIN: text, "词汇.policy": WORDS})


def found(text):
    loaded = load_files(MAIN, texts(text)).value
    assert check(loaded).value is not None, text
    return [each.code for each in lint(loaded)]


def mended(text):
    return fixed(MAIN, texts(text))


def compiled(text) -> Policy:
    return compile_policy(check(load_files(MAIN, texts(text)).value).value)


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        pytest.param("非 非 受灾", ["RR0901"], id="not not"),
        pytest.param("非 (户型 不为 大户)", ["RR0901"], id="not unequal"),
        pytest.param("非 (户型 不属于 大户、小户)", ["RR0901"], id="not not among"),
        pytest.param("非 (户型 为 大户)", [], id="one negation"),
        pytest.param("非 (受灾 且 困难)", [], id="needed brackets"),
        pytest.param("(受灾)", ["RR0902"], id="brackets around a word"),
        pytest.param("非 ((受灾 且 困难))", ["RR0902"], id="brackets around brackets"),
        pytest.param("(受灾 且 困难) 且 户型 为 大户", [], id="brackets that show an order"),
        pytest.param("受灾 且 困难 且 受灾", ["RR0905"], id="an operand twice"),
        pytest.param("受灾 且 (困难 或 受灾)", [], id="an operand elsewhere"),
        pytest.param("户型 属于 大户、大户", ["RR0905"], id="a value twice"),
        pytest.param("受灾 或 非 受灾", ["RR0914"], id="a condition or its negation"),
        pytest.param("户型 为 大户 且 户型 不为 大户", ["RR0914"], id="equal and unequal"),
        pytest.param("以下至少 2 项:\n    - 受灾\n    - 困难", ["RR0904"], id="all of two"),
        pytest.param("以下至少 2 项:\n    - 受灾\n    - 困难\n    - 户型 为 大户", [], id="two of three"),
        pytest.param(
            "以下至少 2 项:\n    - 受灾\n    - 受灾\n    - 困难", ["RR0905"], id="an item counted twice"
        ),
    ],
)
def test_conditions(condition, codes):
    assert found(rule(condition)) == codes


def test_an_item_that_counts_twice_is_left_to_the_author():
    text = rule("以下至少 2 项:\n    - 受灾\n    - 受灾\n    - 困难")

    assert mended(text).texts == {}


def test_what_would_lose_a_comment_is_left_to_the_author():
    text = rule("以下全部:\n    # 还要补\n    - 受灾")

    assert found(text) == ["RR0903"]
    assert mended(text).texts == {}


@pytest.mark.parametrize("code", FIXABLE)
def test_a_fix_takes_its_finding_away(code):
    page = explain(code)
    files = {file.name: file.text for file in page.wrong.files}
    files["vocabulary.policy"] = (policies_directory() / "vocabulary.policy").read_text(encoding="utf-8")
    entry = page.wrong.files[0].name

    made = fixed(entry, read_from(files))

    assert [each.code for each, _ in made.done] == [code]
    assert made.left == ()
    assert set(made.texts) == {entry}


def test_every_rule_of_style_has_a_page_that_says_whether_it_can_be_mended():
    pages = [explain(code.id) for code in all_codes() if code.id.startswith("RR09")]

    assert [page.code.id for page in pages if "--fix" in page.cure] == FIXABLE


# --- waivers --------------------------------------------------------------------------------------

WAIVER = "# lint: 忽略 RR0901 原文如此"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(rule(f"非 非 受灾  {WAIVER}"), [], id="behind the line"),
        pytest.param(
            rule("受灾").replace("  当 受灾", f"  {WAIVER}\n  当 非 非 受灾"), [], id="above the line"
        ),
        pytest.param(rule("非 非 受灾", before=f"{WAIVER}\n"), [], id="above the declaration"),
        pytest.param(rule("非 非 受灾", before=f"{WAIVER}\n\n\n"), [], id="above, with blank lines"),
        pytest.param(
            rule("非 非 受灾  ＃ lint：忽略 RR0902，rr0901 原文如此"), ["RR0917"], id="one of two is needless"
        ),
        pytest.param(rule("非 非 受灾  # lint: 忽略 RR0901"), ["RR0901", "RR0916"], id="without a reason"),
        pytest.param(rule("受灾", before=f"{WAIVER}\n"), ["RR0917"], id="nothing to waive"),
        pytest.param(rule("非 非 受灾") + WAIVER, ["RR0901", "RR0917"], id="below everything"),
        pytest.param(
            rule("非 非 受灾").replace("定义 乙\n", f"定义 乙  {WAIVER}\n"),
            ["RR0901", "RR0917"],
            id="behind another line",
        ),
    ],
)
def test_waivers(text, codes):
    assert found(text) == codes


# --- fixes ----------------------------------------------------------------------------------------

NAMES = ("受灾", "困难")
_atoms = st.one_of(
    st.sampled_from(NAMES).map(lambda name: Path(parts=(Name(text=name),))),
    st.sampled_from(("为", "不为")).map(
        lambda word: Compare(
            word=word,
            operator=Comparison.EQUAL if word == "为" else Comparison.UNEQUAL,
            left=Path(parts=(Name(text="户型"),)),
            right=Path(parts=(Name(text="大户"),)),
        )
    ),
)
_kinds = st.sampled_from((ListKind.ALL, ListKind.ANY))


def _lists(items):
    plain = st.builds(ConditionList, kind=_kinds, items=st.lists(items, min_size=1, max_size=3).map(tuple))
    counted = st.lists(items, min_size=1, max_size=3).flatmap(
        lambda some: st.builds(
            ConditionList,
            kind=st.just(ListKind.AT_LEAST),
            count=st.integers(1, len(some)),
            items=st.just(tuple(some)),
        )
    )
    return plain | counted


conditions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds(Not, operand=inner),
        st.builds(Junction, kind=_kinds, operands=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        _lists(inner),
    ),
    max_leaves=7,
)
_CASES = tuple(
    dict(zip(("affected", "poor", "kind"), values, strict=True))
    for values in product((True, False, None), (True, False, None), ("大户", "小户", None))
)


def answers(policy, cases=_CASES):
    """Return what the policy says in each case; a fact that is None is not known."""
    said = []
    for facts in cases:
        stated = {name: value for name, value in facts.items() if value is not None}
        household = {"household_id": "H1", **stated}
        decision = policy.decide({"context": {"as_of": "2024-01-01T00:00:00+08:00"}, "household": household})
        said.append([each.outcome for each in decision.conclusions])
    return said


@settings(max_examples=min(settings().max_examples, 40))
@given(conditions, st.booleans())
def test_fixes_leave_every_answer_as_it_was(condition, bracketed):
    written = expression(condition, 2)
    text = rule(f"({written})" if bracketed else written)

    made = mended(text)
    after = made.texts.get(MAIN, text)

    assert answers(compiled(after)) == answers(compiled(text))
    assert all(each.fix is None for each in made.left)
    assert not mended(after).done


_NUMBERS = [{"population": value, "workers": 2} for value in (0, 4, 5, 6, None)]
_DAYS = [{"reported_on": value} for value in ("2023-07-31", "2023-08-01", "2023-08-02", "未发生", None)]
_LABELS = [{"labels": value} for value in ([], ["甲"], ["甲", "乙"], None)]


@pytest.mark.parametrize(
    ("condition", "cases"),
    [
        pytest.param("人口 不低于 5", _NUMBERS, id="not less"),
        pytest.param("人口 不高于 5", _NUMBERS, id="not more"),
        pytest.param("人口 不超过 5", _NUMBERS, id="not above"),
        pytest.param("人口 不为 5", _NUMBERS, id="not equal"),
        pytest.param("人口 ≠ 5", _NUMBERS, id="unequal by its sign"),
        pytest.param("劳力 ÷ 人口 不低于 50%", _NUMBERS, id="a ratio, by nothing once"),
        pytest.param("报到日 不早于 2023-08-01", _DAYS, id="not before"),
        pytest.param("报到日 不晚于 2023-08-01", _DAYS, id="not after"),
        pytest.param("报到日 未发生", _DAYS, id="has not happened"),
        pytest.param("标签 不含 甲", _LABELS, id="holds not"),
        pytest.param("标签 不为空", _LABELS, id="not empty"),
        pytest.param("户型 不属于 大户、小户", _CASES, id="not among"),
    ],
)
def test_two_negations_are_none(condition, cases):
    text = rule(f"非 ({condition})")

    after = mended(text).texts[MAIN]

    assert "非" not in after
    assert answers(compiled(after), cases) == answers(compiled(text), cases)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("非 非 受灾", "受灾", True),
        ("受灾 且 困难 且 受灾", "困难 且 受灾", True),
        ("非 (户型 不为 大户)", "户型 为 大户", True),
        ("受灾 且 困难", "受灾 或 困难", False),
        ("受灾", "非 受灾", False),
        ("户型 为 大户", "户型 为 小户", False),
        ("以下至少 2 项:\n    - 受灾\n    - 受灾\n    - 困难", "受灾", False),
    ],
)
def test_programs_that_decide_alike(one, other, alike):
    def program(condition):
        return lower(check(load_files(MAIN, texts(rule(condition))).value).value)

    assert decide_alike(program(one), program(other)) == alike


def test_a_file_in_form_stays_so_and_another_is_left_as_it_is_laid_out():
    neat = rule("非 非 受灾")
    hurried = neat.replace("  对象 农户", "     对象   农户").replace("  当", "     当")

    assert mended(neat).texts[MAIN] == rule("受灾")
    assert "     对象   农户\n     当 受灾\n" in mended(hurried).texts[MAIN]
