"""The page of the vocabulary, read as an officer would."""

from tests.facts.sample import SMALL, shipped

from relapse_rules.facts.vocabulary_page import vocabulary_page

SMALL_PAGE = """\
# 事实词汇

4 个实体，8 个字段。事实文件中的键可以用中文名、别名或英文名。

没有填的就是未知。只有必填的不能缺：判定时点（`as_of`）和各实体的标识。列表不填是未知，填 `[]` 是没有。“未发生”表示到判定时点还没有发生。

标有“个人信息”的字段，其值不会出现在任何提示中。

变动：可变的，办理或时间可以改变；待证的，事实已经如此或并非如此，要有证明或认定；不可变的，任何申请都改变不了。“证明”是通常的证明材料。

## 环境（`context`）

一个对象；在最外层。

| 字段 | 英文名 | 填什么 | 空值 | 种类 | 变动 | 提供 | 说明 |
|---|---|---|---|---|---|---|---|
| 判定时点 | `as_of` | 时间 | 必填 | 原始 | 可变 |  |  |

## 户（`household`）

一个对象；在最外层。

| 字段 | 英文名 | 填什么 | 空值 | 种类 | 变动 | 提供 | 说明 |
|---|---|---|---|---|---|---|---|
| 户号 | `household_id` | 文本 | 必填 | 原始 | 不可变 |  | 标识 |
| 占比 | `share` | 比例，0% 至 100% | 可空 | 原始 | 可变 |  |  |
| 期限 | `term` | 时长 年 | 可空 | 原始 | 可变 |  |  |
| 公示 | `notice` | 时长 工作日，5工作日 以上 | 可空 | 原始 | 可变 |  |  |
| 等级 | `grade` | 甲、乙（归入甲） | 可空 | 裁量 | 待证 | 乡镇 | 证明：核查表、照片 |

## 人（`member`）

一个列表；在“户”之下。

| 字段 | 英文名 | 填什么 | 空值 | 种类 | 变动 | 提供 | 说明 |
|---|---|---|---|---|---|---|---|
| 人号 | `person_id` | 文本 | 必填 | 原始 | 可变 |  | 标识；个人信息 |

## 证件（`paper`）

一个列表；在“人”之下。

| 字段 | 英文名 | 填什么 | 空值 | 种类 | 变动 | 提供 | 说明 |
|---|---|---|---|---|---|---|---|
| 编号 | `id` | 文本 | 可空 | 原始 | 可变 |  | 标识，可缺 |
"""


def test_a_small_vocabulary_reads_as_a_page():
    assert vocabulary_page(SMALL) == SMALL_PAGE


def test_every_field_of_the_shipped_vocabulary_has_a_row():
    rows = [line for line in vocabulary_page(shipped()).splitlines() if line.startswith("| ") and "`" in line]

    assert len(rows) == sum(len(entity.fields) for entity in shipped().entities)


def test_no_cell_breaks_its_table():
    rows = [line for line in vocabulary_page(shipped()).splitlines() if line.startswith("|")]

    assert {line.replace("\\|", "").count("|") for line in rows} == {9}
