"""``relapse-rules new``: writes a small commented policy that checks, as a place to start."""

from __future__ import annotations

import sys
from errno import EEXIST
from os import strerror
from pathlib import Path
from typing import Annotated, Final

import typer

from relapse_rules.cli.failure import unreadable
from relapse_rules.resources import policies_directory

_VOCABULARY: Final = "vocabulary.policy"
_SKELETON: Final = """\
# 规则文件的骨架。以 # 开头的是注释。写法见 docs/reference/language.md。
# 检查:relapse-rules check @文件      运行用例:relapse-rules test @文件

政策 某县帮扶方案
  发布单位 "示例县"
  大纲 "plan.outline"        # 方案的逐条目录:每条陈述都要有规则负责,或说明为什么不适用
  适用范围 属于本方案的灾害  # 灾害事件的一个定义
  资格 纳入帮扶              # 农户的一个定义
  类别 生活救助

导入 "vocabulary.policy"  # 事实词汇:有哪些实体和字段、由谁提供

单位 县应急管理局  级别 县级
单位 县民政局  级别 县级

# 裁量:由人认定,系统只采用记录的结果,从不代为判断。
裁量 生活严重困难  依据 1-02
  对象 农户
  认定单位 县民政局
  认定结果 生产生活困难程度 为 严重

# 定义:给一个条件起名。缺事实时结果是“未知”,不会当成“否”。
定义 属于本方案的灾害  依据 1-01
  对象 灾害事件
  当 灾害大类 为 自然灾害

定义 受灾  依据 1-01
  对象 农户
  当 存在 受灾影响 满足 (是否受灾 且 灾害事件.属于本方案的灾害)

定义 纳入帮扶  依据 1-02
  对象 农户
  当 以下全部:
    - 受灾
    - 生活严重困难

# 措施:写明类别、条件、力度、谁负责、何时完成。
措施 发放生活救助  依据 2-01
  类别 生活救助
  对象 农户
  当 纳入帮扶
  力度 应当
  责任单位 县民政局
  时限 及时

# 职责:一件事发生后谁要在多久之内做什么。
职责 上报灾情  依据 2-02
  对象 灾害事件
  启动 属于本方案的灾害
  责任单位 县应急管理局
  时限 灾害发生时间 起 1天 内

# 用例:给定事实,写出应有的结论;relapse-rules test 逐个核对。
用例 受灾又困难的农户
  给定
    判定时点 为 2024-07-02 09:00
    灾害事件 E1: 灾害大类 为 自然灾害、灾害发生时间 为 2024-07-01 20:00
    农户 H1: 生产生活困难程度 为 严重
    受灾影响: 灾害事件编号 为 E1、是否受灾 为 是
  期望
    属于本方案的灾害 为 是
    受灾 为 是
    纳入帮扶 为 是
    发放生活救助 为 是
    上报灾情 为 是
    截止 上报灾情 为 2024-07-02 20:00

用例 火灾不属于本方案
  基于 受灾又困难的农户
  给定
    灾害事件 E1: 灾害大类 为 其他
    农户 H1: 生产生活困难程度 为 无
  期望
    属于本方案的灾害 为 否
    受灾 为 否
    纳入帮扶 为 否
    发放生活救助 为 否
    上报灾情 为 否

用例 灾害和困难程度都还没有认定
  基于 受灾又困难的农户
  给定
    灾害事件 E1: 灾害大类 为 未知
    农户 H1: 生产生活困难程度 为 未知
  期望
    属于本方案的灾害 为 未知
    受灾 为 未知
    纳入帮扶 为 未知
    发放生活救助 为 未知
    上报灾情 为 未知
    缺 农户.生产生活困难程度
"""
_OUTLINE_TEXT: Final = """\
# 方案的逐条目录:编号、可判性(可判、需裁量、不可判)、大意。

== 一 适用范围
1-01 可判 因自然灾害受灾的农户
1-02 需裁量 其中生产生活严重困难的,纳入帮扶

== 二 措施
2-01 可判 县民政局及时发放生活救助
2-02 可判 县应急管理局在灾害发生后1天内上报灾情
"""


def command(
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="要写的规则文件，如 my/plan.policy；旁边另写目录和事实词汇")
    ],
) -> None:
    """写出一个带注释的规则文件骨架，可以直接检查和运行；已有的文件不会被覆盖。"""
    folder = file.parent
    vocabulary = (policies_directory() / _VOCABULARY).read_text(encoding="utf-8")
    texts = {
        folder / _VOCABULARY: vocabulary,
        folder / "plan.outline": _OUTLINE_TEXT,
        file: _SKELETON.replace("@文件", file.name),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in texts:
            if path.exists():
                raise FileExistsError(EEXIST, strerror(EEXIST), str(path))
        for path, text in texts.items():
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        raise unreadable(error) from None
    sys.stdout.write("".join(f"已写出 {path}\n" for path in texts))
