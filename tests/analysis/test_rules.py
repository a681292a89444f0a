"""A rule of a policy is found by its name and told in plain Chinese."""

import pytest

from relapse_rules.analysis.rules import near_rules, rule_text

TEXTS = {
    "plan.policy": '政策 方案\n  大纲 "plan.outline"\n\n导入 "rules.policy"\n',
    "rules.policy": """定义 受灾农户  依据 1-01
  对象 农户
  当 因灾 为 是

参数 上限: 金额 元
  自 2023-01-01 为 待定  来源 本地

程序 快速认定
  对象 农户
  当 受灾农户
  步骤 村(社区)评议
""",
    "local.policy": '设定 上限\n  自 2024-01-01 为 5元  来源 本地 "县里"\n',
    "plan.outline": "受灾农户 上限\n",
}


def test_a_rule_by_its_name():
    assert rule_text(TEXTS, "受灾农户") == (
        "概念“受灾农户”（依据方案 1-01）：\n  对每一个“农户”。\n  是指：“因灾”记录为是。"
    )


def test_everything_of_that_name():
    assert rule_text(TEXTS, "上限") == (
        "标准“上限”：\n"
        "  类型是金额，以“元”计。\n"
        "  自2023年1月1日起，待定，填写以前按未知处理；来源：本地规定。\n"
        "\n"
        "本地填写的标准“上限”：\n"
        "  自2024年1月1日起，取值是5元；来源：本地规定（“县里”）。"
    )


@pytest.mark.parametrize("name", ["快速认定", "快速认定/村(社区)评议", "快速认定/村（社区）评议 "])
def test_a_step_stands_for_its_procedure(name):
    text = rule_text(TEXTS, name)

    assert text is not None
    assert text.startswith("办理程序“快速认定”：\n")
    assert "第1步：“村(社区)评议”。" in text


def test_a_name_that_nothing_has():
    assert rule_text(TEXTS, "受灾农") is None


@pytest.mark.parametrize(
    ("name", "meant"), [("受灾农", ("受灾农户",)), ("受哉农户", ("受灾农户",)), ("大棚建设", ())]
)
def test_near_names(name, meant):
    assert near_rules(TEXTS, name) == meant
