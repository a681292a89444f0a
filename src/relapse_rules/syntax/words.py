"""The words of the language, as tables: what each spelling means, and what people type instead of it."""

from __future__ import annotations

from typing import Final

from relapse_rules.syntax.tree import AggregateKind, ListKind, MembershipKind, Operator, QuantifierKind
from relapse_rules.values.truth import Comparison
from relapse_rules.values.types import Kind

COMPARISONS: Final[dict[str, tuple[str, Comparison]]] = {
    "为": ("为", Comparison.EQUAL),
    "不为": ("不为", Comparison.UNEQUAL),
    "低于": ("低于", Comparison.LESS),
    "不低于": ("不低于", Comparison.AT_LEAST),
    "高于": ("高于", Comparison.MORE),
    "不高于": ("不高于", Comparison.AT_MOST),
    "超过": ("超过", Comparison.MORE),
    "不超过": ("不超过", Comparison.AT_MOST),
    "不满": ("不满", Comparison.LESS),
    "达到": ("达到", Comparison.AT_LEAST),
    "以上": ("以上", Comparison.AT_LEAST),
    "以下": ("以下", Comparison.AT_MOST),
    "以内": ("以内", Comparison.AT_MOST),
    "≥": ("≥", Comparison.AT_LEAST),
    "≤": ("≤", Comparison.AT_MOST),
    ">": (">", Comparison.MORE),
    "<": ("<", Comparison.LESS),
    "=": ("=", Comparison.EQUAL),
    "≠": ("≠", Comparison.UNEQUAL),
    ">=": ("≥", Comparison.AT_LEAST),
    "<=": ("≤", Comparison.AT_MOST),
    "!=": ("≠", Comparison.UNEQUAL),
    "早于": ("早于", Comparison.LESS),
    "晚于": ("晚于", Comparison.MORE),
    "不早于": ("不早于", Comparison.AT_LEAST),
    "不晚于": ("不晚于", Comparison.AT_MOST),
}
"""Spelling: the canonical spelling and the meaning. 以上、以下、以内 include the limit (民法典第一千二百五十九条)."""

CONTEXT: Final = "政策上下文"
"""The entity of a line ``判定时点 为 …`` under 给定."""

AFTER_LIMIT: Final = frozenset({"以上", "以下", "以内"})
"""Spellings that stand after the limit: ``X 在 V 以上``."""

MEMBERSHIPS: Final = {kind.value: kind for kind in MembershipKind}
QUANTIFIERS: Final = {kind.value: kind for kind in QuantifierKind}
AGGREGATES: Final = {**{kind.value: kind for kind in AggregateKind}, "人数": AggregateKind.COUNT}
OPERATORS: Final = {
    "+": Operator.ADD,
    "加": Operator.ADD,
    "-": Operator.SUBTRACT,
    "减": Operator.SUBTRACT,
    "×": Operator.MULTIPLY,
    "乘": Operator.MULTIPLY,
    "÷": Operator.DIVIDE,
    "除以": Operator.DIVIDE,
    "/": Operator.DIVIDE,
}
LISTS: Final = {
    "以下全部": ListKind.ALL,
    "以下任一": ListKind.ANY,
    "以下至少": ListKind.AT_LEAST,
    "以下按": ListKind.BY_READING,
}
KINDS: Final = {kind.value: kind for kind in Kind}

HABITS: Final = {
    "小于": "低于",
    "少于": "低于",
    "不足": "不满",
    "大于": "高于",
    "多于": "高于",
    "等于": "为",
    "不等于": "不为",
    "小于等于": "不超过",
    "大于等于": "不低于",
    "不小于": "不低于",
    "不少于": "不低于",
    "不大于": "不超过",
    "不多于": "不超过",
    "至少": "不低于",
    "至多": "不超过",
    "不是": "不为",
    "是": "为",
    "并且": "且",
    "而且": "且",
    "同时": "且",
    "和": "且",
    "以及": "且",
    "或者": "或",
    "那么": "则",
    "包含": "含",
    "包括": "含",
    "不包含": "不含",
    "不包括": "不含",
    "先于": "早于",
    "后于": "晚于",
    "之前": "早于",
    "条件": "当",
    "责任": "责任单位",
    "期限": "时限",
}
"""What people type by habit: what the language says instead."""

PREFIX_HABITS: Final = {"如果": "若", "假如": "若", "不": "非", "并非": "非", "有": "存在", "凡": "每个"}
"""The same, for words that come before a condition."""

DECLARATION_HABITS: Final = {
    **dict.fromkeys(("从严", "加严", "限制", "缩小", "严格"), "收紧"),
    **dict.fromkeys(("从宽", "扩大", "扩展", "扩面", "放开"), "放宽"),
    **dict.fromkeys(("实施办法", "实施细则", "细则", "补充规定", "层"), "补充"),
    **dict.fromkeys(("修改", "调整", "填写", "设置"), "设定"),
    **dict.fromkeys(("断言", "要求", "约束", "保证"), "性质"),
    **dict.fromkeys(("测试", "案例", "例子"), "用例"),
}
"""The same, for the words with which a declaration begins."""

KEYWORDS: Final = frozenset(
    {
        *("若", "则", "且", "或", "非", "是", "否", "为", "在", "以上", "以下", "以内"),
        *(
            "介于",
            "与",
            "属于",
            "不属于",
            "含",
            "不含",
            "含任一",
            "含全部",
            "为空",
            "不为空",
            "已发生",
            "未发生",
        ),
        *(
            "减",
            "存在",
            "每个",
            "没有",
            "满足",
            "以下全部",
            "以下任一",
            "以下至少",
            "以下按",
            "项",
            "文本",
            "是否",
        ),
        *("整数", "小数", "金额", "比例", "日期", "时间", "年月", "时长", "枚举", "集合", "引用", "开放"),
        *("归入", "政策", "导入", "实体", "单位", "参数", "设定", "采用", "裁量", "解读", "定义", "指标"),
        *(
            "措施",
            "程序",
            "职责",
            "例外",
            "不适用",
            "性质",
            "用例",
            "依据",
            "说明",
            "发布单位",
            "文号",
            "生效日期",
        ),
        *(
            "失效日期",
            "大纲",
            "适用范围",
            "资格",
            "类别",
            "英文",
            "上级",
            "数量",
            "字段",
            "别名",
            "类型",
            "范围",
        ),
        *("至", "提供", "种类", "可空", "不可空", "标识", "可缺", "必填", "个人信息", "三态", "级别", "并入"),
        *(
            "自",
            "指代",
            "代码",
            "待定",
            "来源",
            "对象",
            "认定单位",
            "认定结果",
            "参考指标",
            "取",
            "可取",
            "理由",
        ),
        *("当", "推导", "值", "力度", "责任单位", "配合单位", "报送", "时限", "起", "内", "按", "当天"),
        *("资金", "之后", "完成", "步骤", "并行", "启动", "效果", "适用", "蕴含", "从不同时", "随", "不增"),
        *("不减", "有", "基于", "给定", "期望", "未知", "对", "缺", "截止", "无", "矛盾", "不为"),
        *(
            "低于",
            "不低于",
            "高于",
            "不高于",
            "超过",
            "不超过",
            "不满",
            "达到",
            "早于",
            "不早于",
            "晚于",
            "不晚于",
        ),
        *(
            "加",
            "乘",
            "除以",
            "四舍五入",
            "向下取整",
            "向上取整",
            "年龄",
            "相隔",
            "个数",
            "人数",
            "合计",
            "最大",
        ),
        *("最小", "变动", "证明", "至少一项", "不随", "改变", "不严于"),
        *("补充", "收紧", "放宽", "取代上级", "不得收紧", "不得放宽"),
    }
)
"""Every word of the grammar. The id of an element stands right after a name, where each of them is read as itself."""

NOT_NAMES: Final = frozenset(
    {
        *("若", "非", "存在", "每个", "没有", "是", "否", "为"),
        *("以下全部", "以下任一", "以下至少", "以下按"),
        *("未知", "未发生", "待定", "开放", "代码", "文本", "引用"),
        *("措施", "职责", "步骤", "缺", "矛盾", "截止", "完成", "从不同时", "至少一项", "依据", "对象"),
    }
)
"""Keywords that may come where a name may come: a name that is one of them is written in corner brackets."""

OPEN_WORDS: Final = (
    *(
        "当",
        "值",
        "启动",
        "完成",
        "认定结果",
        "且",
        "或",
        "非",
        "若",
        "则",
        "满足",
        "在",
        "介于",
        "与",
        "起",
        "时限",
    ),
    *("为", "不为", "低于", "不低于", "高于", "不高于", "超过", "不超过", "不满", "达到"),
    *("早于", "不早于", "晚于", "不晚于", "属于", "不属于", "加", "减", "乘", "除以"),
    *("年龄", "日期", "相隔", "个数", "人数", "合计", "最大", "最小", "蕴含", "从不同时", "至少一项"),
)
"""Words that a glued bracket does not make part of a name: ``当(`` and ``年龄(``."""
