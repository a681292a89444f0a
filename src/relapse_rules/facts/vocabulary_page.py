"""The vocabulary as a page for officers: every entity and field, what it takes, and who supplies it."""

from __future__ import annotations

from typing import Final, assert_never

from relapse_rules.facts.shape import AS_OF
from relapse_rules.facts.stated import NEVER_TEXT, takes_never
from relapse_rules.values.literals import text_of
from relapse_rules.values.types import Kind, Type
from relapse_rules.values.vocabulary import EntitySpec, FieldSpec, Vocabulary

_HEAD: Final = (
    "| 字段 | 英文名 | 填什么 | 空值 | 种类 | 变动 | 提供 | 说明 |\n|---|---|---|---|---|---|---|---|"
)


def vocabulary_page(vocabulary: Vocabulary) -> str:
    """Return the page in Markdown, ending with a line break. The same vocabulary gives the same page."""
    fields = sum(len(entity.fields) for entity in vocabulary.entities)
    opening = (
        "# 事实词汇",
        f"{len(vocabulary.entities)} 个实体，{fields} 个字段。事实文件中的键可以用中文名、别名或英文名。",
        (
            f"没有填的就是未知。只有必填的不能缺：判定时点（`{AS_OF}`）和各实体的标识。"
            f"列表不填是未知，填 `[]` 是没有。“{NEVER_TEXT}”表示到判定时点还没有发生。"
        ),
        "标有“个人信息”的字段，其值不会出现在任何提示中。",
        (
            "变动：可变的，办理或时间可以改变；待证的，事实已经如此或并非如此，要有证明或认定；不可变的，任何申请都改变不了。"
            "“证明”是通常的证明材料。"
        ),
    )
    return "\n\n".join((*opening, *(_section(vocabulary, entity) for entity in vocabulary.entities))) + "\n"


def _section(vocabulary: Vocabulary, entity: EntitySpec) -> str:
    parent = None if entity.parent is None else vocabulary.by_english[entity.parent]
    facts = [
        "一个对象" if entity.single else "一个列表",
        "在最外层" if parent is None or parent.parent is None else f"在“{parent.name}”之下",
    ]
    if entity.aliases:
        facts.append(f"又名 {'、'.join(entity.aliases)}")
    if entity.description:
        facts.append(entity.description)
    rows = "\n".join(_row(vocabulary, spec) for spec in entity.fields)
    return f"## {entity.name}（`{entity.english}`）\n\n{'；'.join(facts)}。\n\n{_HEAD}\n{rows}"


def _row(vocabulary: Vocabulary, spec: FieldSpec) -> str:
    names = "、".join((spec.name, *spec.aliases))
    cells = (
        names,
        f"`{spec.english}`",
        _takes(vocabulary, spec),
        _empty(spec),
        spec.origin.value,
        spec.mutability.value,
        spec.supplier,
        "；".join(_notes(spec)),
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _empty(spec: FieldSpec) -> str:
    if spec.required or (spec.is_identifier and not spec.positional):
        return "必填"
    return "可空" if spec.nullable or spec.tri_state else "不可空"


def _notes(spec: FieldSpec) -> list[str]:
    notes = [spec.description] if spec.description else []
    if spec.is_identifier:
        notes.append("标识，可缺" if spec.positional else "标识")
    if spec.tri_state:
        notes.append("三态")
    if spec.personal:
        notes.append("个人信息")
    if spec.documents:
        notes.append(f"证明：{'、'.join(spec.documents)}")
    return notes


def _takes(vocabulary: Vocabulary, spec: FieldSpec) -> str:
    what = _type_text(vocabulary, spec.type)
    low = "" if spec.low is None else text_of(spec.low, spec.type)
    high = "" if spec.high is None else text_of(spec.high, spec.type)
    if low and high:
        what += f"，{low} 至 {high}"
    elif low or high:
        what += f"，{low} 以上" if low else f"，{high} 以下"
    return f"{what}，或{NEVER_TEXT}" if takes_never(spec) else what


def _type_text(vocabulary: Vocabulary, type_: Type) -> str:
    match type_.kind:
        case Kind.ENUM:
            return _values(type_)
        case Kind.SET:
            return f"集合：{_items(vocabulary, type_)}"
        case Kind.REFERENCE:
            return f"“{_entity_name(vocabulary, type_)}”的标识"
        case Kind.AREA_CODE:
            return "行政区划代码，6 至 12 位数字"
        case Kind.YEAR_MONTH:
            return "年月，六位数字"
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.RATIO | Kind.DURATION:
            return f"{type_.kind.value} {type_.unit}".strip()
        case Kind.CONDITION | Kind.DATE | Kind.TIME | Kind.TEXT:
            return type_.kind.value
        case _:
            assert_never(type_.kind)


def _items(vocabulary: Vocabulary, type_: Type) -> str:
    match type_.item:
        case Kind.AREA_CODE:
            return "行政区划代码"
        case Kind.REFERENCE:
            return f"“{_entity_name(vocabulary, type_)}”的标识"
        case _:
            return _values(type_)


def _entity_name(vocabulary: Vocabulary, type_: Type) -> str:
    target = vocabulary.by_english.get(type_.entity or "")
    return "" if target is None else target.name


def _values(type_: Type) -> str:
    names = "、".join(
        value.name if value.parent is None else f"{value.name}（归入{value.parent}）"
        for value in type_.values
    )
    return f"{names}，或其他文字" if type_.is_open else names
