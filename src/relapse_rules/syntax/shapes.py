"""Which attributes each kind of declaration takes: the field of its node, how it is read, and whether it must be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from relapse_rules.syntax.declarations import (
    Definition,
    Duty,
    Entity,
    ExceptionRule,
    Field,
    Force,
    Header,
    Indicator,
    Judgement,
    Measure,
    Origin,
    Parameter,
    Procedure,
    Reading,
    Setting,
    Step,
    Unit,
)
from relapse_rules.syntax.declarations_layers import Level, Supplement, Tightening, Widening
from relapse_rules.values.vocabulary import Mutability


class Many(StrEnum):
    """What several values mean for an attribute."""

    ONE = "one"
    """The attribute is written once; where names are listed, one name."""
    LISTED = "listed"
    """The attribute is written once, and its values are kept as they are."""
    REPEATED = "repeated"
    """The attribute may be written again and again; all are kept, in order."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """How one attribute becomes a field. ``choices`` maps the words that it takes to what they mean, if it takes words."""

    field: str
    many: Many = Many.ONE
    required: bool = False
    choices: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of declaration is made. ``typed``: its name is followed by a colon and a type."""

    keyword: str
    make: Callable[..., Any]
    attributes: Mapping[str, Attribute]
    typed: bool = False


_FORCES: Final = {force.value: force for force in Force}
_FORCE: Final = Attribute("force", choices=_FORCES)
_OF: Final = Attribute("entity", required=True)
_WHEN: Final = Attribute("condition", required=True)
_DERIVES: Final = Attribute("derives")
_DESCRIPTION: Final = Attribute("description")
_UNITS: Final = Attribute("units")
_AFTER: Final = Attribute("after", Many.LISTED)
_DONE: Final = Attribute("done")
_LIMIT: Final = Attribute("time_limit")
_VALUES: Final = Attribute("values", Many.REPEATED, required=True)
_ALIASES: Final = Attribute("aliases", Many.LISTED)
_REASON: Final = Attribute("reason", required=True)
_YES: Final[Mapping[str, object]] = {"": True}

_LEVELS: Final = {name: level for level in Level for name in (level.value, f"{level.value}级")}
_MARKS: Final = {
    "不得收紧": Attribute("no_tightening", choices=_YES),
    "不得放宽": Attribute("no_widening", choices=_YES),
}

_SHAPES: Final[tuple[Shape, ...]] = (
    Shape(
        "政策",
        Header,
        {
            "发布单位": Attribute("issuer"),
            "文号": Attribute("document_number"),
            "生效日期": Attribute("valid_from"),
            "失效日期": Attribute("valid_until"),
            "大纲": Attribute("outline"),
            "适用范围": Attribute("scope"),
            "资格": Attribute("eligibility"),
            "类别": Attribute("categories", Many.LISTED),
        },
    ),
    Shape(
        "实体",
        Entity,
        {
            "英文": Attribute("english", required=True),
            "别名": _ALIASES,
            "上级": Attribute("parent"),
            "数量": Attribute("single", choices={"一个": True, "多个": False}),
            "说明": _DESCRIPTION,
            "字段": Attribute("fields", Many.REPEATED),
        },
    ),
    Shape(
        "单位",
        Unit,
        {
            "级别": Attribute("level"),
            "别名": _ALIASES,
            "并入": Attribute("successions", Many.REPEATED),
            "指代": Attribute("resolves_through"),
            "代码": Attribute("code"),
        },
    ),
    Shape("参数", Parameter, {"自": _VALUES}, typed=True),
    Shape("设定", Setting, {"自": _VALUES, "取代上级": Attribute("replaces", choices=_YES)}),
    Shape(
        "补充",
        Supplement,
        {
            "级别": Attribute("level", choices=_LEVELS),
            "发布单位": Attribute("issuer"),
            "文号": Attribute("document_number"),
        },
    ),
    Shape("收紧", Tightening, {"当": _WHEN, "理由": _REASON}),
    Shape("放宽", Widening, {"当": _WHEN, "理由": _REASON}),
    Shape(
        "裁量",
        Judgement,
        {
            "对象": _OF,
            "认定单位": Attribute("deciders", Many.LISTED, required=True),
            "认定结果": Attribute("finding", required=True),
            "参考指标": Attribute("indicators", Many.LISTED),
        },
    ),
    Shape(
        "解读",
        Reading,
        {
            "取": Attribute("taken", required=True),
            "可取": Attribute("options", Many.LISTED, required=True),
            "理由": Attribute("reason"),
        },
    ),
    Shape("定义", Definition, {"对象": _OF, "当": _WHEN, "推导": _DERIVES, **_MARKS}),
    Shape("指标", Indicator, {"对象": _OF, "值": Attribute("value", required=True), "推导": _DERIVES}),
    Shape(
        "措施",
        Measure,
        {
            "类别": Attribute("category", required=True),
            "对象": _OF,
            "当": _WHEN,
            "力度": Attribute("force", required=True, choices=_FORCES),
            "责任单位": _UNITS,
            "配合单位": Attribute("supporting_units"),
            "时限": _LIMIT,
            "资金": Attribute("funding"),
            "程序": Attribute("procedure"),
            "之后": _AFTER,
            "完成": _DONE,
            "说明": _DESCRIPTION,
            **_MARKS,
        },
    ),
    Shape(
        "程序",
        Procedure,
        {
            "对象": _OF,
            "当": _WHEN,
            "时限": _LIMIT,
            "步骤": Attribute("steps", Many.REPEATED, required=True),
        },
    ),
    Shape(
        "职责",
        Duty,
        {
            "对象": _OF,
            "启动": Attribute("trigger", required=True),
            "力度": _FORCE,
            "责任单位": _UNITS,
            "报送": Attribute("recipient"),
            "时限": _LIMIT,
            "之后": _AFTER,
            "完成": _DONE,
            "说明": _DESCRIPTION,
            **_MARKS,
        },
    ),
    Shape(
        "例外",
        ExceptionRule,
        {
            "对象": _OF,
            "当": _WHEN,
            "效果": Attribute("effects", Many.REPEATED, required=True),
            "力度": _FORCE,
            "责任单位": _UNITS,
            "完成": _DONE,
        },
    ),
)

SHAPES: Final = {shape.keyword: shape for shape in _SHAPES}
"""The declarations that are a name and attributes."""

STEP: Final = Shape(
    "步骤",
    Step,
    {
        "责任单位": _UNITS,
        "时限": _LIMIT,
        "当": Attribute("condition"),
        "之后": _AFTER,
        "完成": _DONE,
        "并行": Attribute("parallel", choices=_YES),
    },
)
FIELD: Final = Shape(
    "字段",
    Field,
    {
        "别名": _ALIASES,
        "英文": Attribute("english", required=True),
        "类型": Attribute("type", required=True),
        "范围": Attribute("range"),
        "提供": Attribute("supplier"),
        "种类": Attribute("origin", choices={origin.value: origin for origin in Origin}),
        "变动": Attribute("mutability", choices={mark.value: mark for mark in Mutability}),
        "证明": Attribute("documents", Many.LISTED),
        "可空": Attribute("nullable", choices=_YES),
        "不可空": Attribute("nullable", choices={"": False}),
        "标识": Attribute("is_identifier", choices=_YES),
        "可缺": Attribute("positional", choices=_YES),
        "必填": Attribute("required", choices=_YES),
        "个人信息": Attribute("personal", choices=_YES),
        "三态": Attribute("tri_state", choices=_YES),
        "说明": _DESCRIPTION,
    },
)

OTHER_KEYWORDS: Final = ("导入", "采用", "不适用", "性质", "用例")
"""The declarations that are shaped otherwise."""

DECLARATION_KEYWORDS: Final = (*SHAPES, *OTHER_KEYWORDS)

ATTRIBUTE_KEYWORDS: Final = frozenset(
    {
        "依据",
        "基于",
        "给定",
        "期望",
        *(word for shape in (*_SHAPES, STEP, FIELD) for word in shape.attributes),
    }
)
