"""Small policies that hang on time, how to compile them, and how to state facts for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from tests.check.support import policy

from relapse_rules.decisions import Concluder, Decision
from relapse_rules.engines.lanes import Evaluator, compile_program
from relapse_rules.explain.timeline import timeline
from relapse_rules.explain.timeline_model import Timeline
from relapse_rules.explain.turning import dated
from relapse_rules.facts import CaseReader
from relapse_rules.facts.case import Case
from relapse_rules.lowering import lower
from relapse_rules.values.vocabulary import Vocabulary

VOCABULARY = """\
实体 政策上下文  英文 context
  数量 一个
  字段 判定时点  英文 as_of  类型 时间  不可空  必填
实体 农户  英文 household
  上级 政策上下文
  数量 一个
  字段 户编号  英文 household_id  类型 文本  不可空  标识
  字段 转移时间  英文 moved_at  类型 时间
  字段 登记日期  英文 listed_on  类型 日期
  字段 办结时间  英文 finished_at  类型 时间
  字段 等级  英文 grade  类型 枚举 {甲、乙}
  字段 认定日期  英文 judged_on  类型 日期  种类 裁量
实体 家庭成员  英文 member
  上级 农户
  数量 多个
  字段 人编号  英文 person_id  类型 文本  不可空  标识  个人信息
  字段 出生日期  英文 birth_date  类型 日期  个人信息
  字段 周岁  英文 years  类型 整数 周岁  种类 推导
实体 帮扶  英文 help
  上级 农户
  数量 多个
  字段 编号  英文 id  类型 文本  标识  可缺
  字段 受助人  英文 person_id  类型 引用 家庭成员
  字段 落实时间  英文 given_at  类型 时间
  字段 已过  英文 since  类型 时长 秒  种类 推导
"""
HEADER = f"政策 试验\n  类别 甲类\n{VOCABULARY}"
STANDING = f"政策 试验\n  类别 甲类\n  生效日期 2024-01-01\n  失效日期 2026-12-31\n{VOCABULARY}"


class Subject(NamedTuple):
    """A compiled policy."""

    engine: Evaluator
    concluder: Concluder
    vocabulary: Vocabulary

    def timeline(self, case: Case, first: str, last: str) -> Timeline:
        """Return the timeline of a case."""
        return timeline(self.engine, self.concluder, case, first, last, vocabulary=self.vocabulary)

    def decided(self, case: Case, moment: int) -> Decision:
        """Return the decision as of a moment, whatever the case says of 判定时点."""
        then = dated(self.engine.program, case, moment)
        return self.concluder.conclude(self.engine.run(then), then, reading_changes={})


@cache
def subject(text: str, header: str = HEADER) -> Subject:
    typed = policy(text, header=header)
    program = lower(typed)
    return Subject(compile_program(program), Concluder(program), typed.vocabulary)


def case(about: Subject, home: Mapping[str, object], **lists: object) -> Case:
    facts = {
        "context": {"as_of": "2024-01-10T09:00:00+08:00"},
        "household": {"household_id": "H1", **home, **lists},
    }
    return CaseReader(about.vocabulary).read(facts)


MOVED = "定义 已转移\n  对象 农户\n  当 转移时间 已发生\n"
LISTED = "定义 已登记\n  对象 农户\n  当 登记日期 已发生\n"
OLD = "定义 满六十\n  对象 家庭成员\n  当 年龄(出生日期) 达到 60周岁\n"
WAITED = "定义 已满三日\n  对象 农户\n  当 转移时间 + 3天 已发生\n"
RECENT = "定义 刚转移\n  对象 农户\n  当 相隔(判定时点, 转移时间) 不超过 36小时\n"
AGED = """\
参数 年龄线: 整数 周岁
  自 2024-01-01 为 60周岁  来源 本地 "试"
  自 2024-06-01 为 65周岁  来源 本地 "试"
定义 老人
  对象 家庭成员
  当 年龄(出生日期) 达到 年龄线
"""
SUPPLIED = """\
指标 现年
  对象 家庭成员
  值 年龄(出生日期)
  推导 家庭成员.周岁
定义 不过六十
  对象 家庭成员
  当 周岁 不超过 60周岁
"""
RATIO = """\
定义 商
  对象 家庭成员
  当 60周岁 ÷ (50周岁 - 年龄(出生日期)) 低于 (0周岁 - 6周岁) ÷ 1周岁
"""
SUMS = """\
指标 已过多久
  对象 帮扶
  值 相隔(判定时点, 落实时间)
  推导 帮扶.已过
定义 受助已久
  对象 家庭成员
  当 合计(帮扶.已过) 高于 2小时
"""
HUGE = """\
定义 巨数
  对象 农户
  当 相隔(判定时点, 转移时间) × 2305843009213693952 + 1小时 高于 0小时
"""
GRADED = """\
参数 宽等: 集合 等级
  自 2024-01-01 为 {甲}  来源 本地 "试"
  自 2024-06-01 为 甲、乙  来源 本地 "试"
定义 从宽
  对象 农户
  当 等级 属于 宽等
"""
DUTY = """\
参数 期限: 时长 天
  自 2024-01-01 为 2天  来源 本地 "试"
  自 2024-02-05 为 9天  来源 本地 "试"
单位 老局
  并入 新局 自 2024-02-03
单位 新局
职责 上报
  对象 农户
  启动 转移时间 已发生
  责任单位 老局
  时限 转移时间 起 期限 内
  完成 办结时间 已发生
"""
CLOCKWORK = """\
参数 宽限: 时长 小时
  自 2024-01-01 为 2小时  来源 本地 "试"
  自 2024-02-29 为 5小时  来源 本地 "试"
单位 老局
  并入 新局 自 2024-02-29
单位 新局
裁量 登记认定
  对象 农户
  认定单位 老局
  认定结果 认定日期 已发生
定义 已转移
  对象 农户
  当 转移时间 已发生
定义 宽限已过
  对象 农户
  当 转移时间 + 宽限 已发生
定义 刚转移
  对象 农户
  当 相隔(判定时点, 转移时间) 低于 宽限
定义 登记次日起
  对象 农户
  当 日期(判定时点) 晚于 登记日期
定义 帮扶之后
  对象 农户
  当 最大(帮扶.落实时间 满足 (落实时间 已发生)) + 宽限 早于 判定时点
定义 两次帮扶
  对象 农户
  当 个数(帮扶 满足 (相隔(落实时间, 判定时点) 不超过 宽限)) 达到 2
定义 老人
  对象 家庭成员
  当 年龄(出生日期) 达到 60周岁
指标 现年
  对象 家庭成员
  值 年龄(出生日期)
  推导 家庭成员.周岁
指标 已过多久
  对象 帮扶
  值 相隔(判定时点, 落实时间)
  推导 帮扶.已过
定义 最长已过
  对象 农户
  当 最大(帮扶.已过) 高于 最小(帮扶.已过) × 3
定义 合计已过
  对象 农户
  当 合计(帮扶.已过 满足 (落实时间 已发生)) ÷ 4 向下取整 不低于 宽限
定义 过半
  对象 帮扶
  当 已过 ÷ 相隔(判定时点, 农户.转移时间) 低于 50%
定义 倒数
  对象 帮扶
  当 宽限 ÷ 已过 高于 50%
定义 合计六十
  对象 农户
  当 合计(家庭成员.周岁) 达到 100周岁
定义 人数随龄
  对象 农户
  当 个数(家庭成员 满足 年龄(出生日期) 达到 60周岁) × 60周岁 不低于 合计(家庭成员.周岁)
定义 受助已久
  对象 家庭成员
  当 合计(帮扶.已过) 高于 宽限
定义 正当其时
  对象 帮扶
  当 判定时点 介于 落实时间 与 落实时间 + 宽限
措施 慰问
  类别 甲类
  对象 家庭成员
  当 老人 且 已转移
  力度 应当
  责任单位 老局
  时限 转移时间 起 1天 内
  完成 办结时间 已发生
职责 上报
  对象 帮扶
  启动 落实时间 已发生 且 非 刚转移
  责任单位 老局
  时限 落实时间 起 宽限 内
  完成 帮扶之后
例外 缓办
  对象 农户
  当 刚转移 或 登记次日起
  效果 慰问 不适用
"""
