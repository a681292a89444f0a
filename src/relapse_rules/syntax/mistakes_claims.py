"""What is wrong with the claim of a 性质, where it is something that people write by habit."""

from __future__ import annotations

from typing import Final

from relapse_rules.diagnostics import Diagnostic
from relapse_rules.diagnostics import codes_syntax as codes
from relapse_rules.syntax.situation import END, Situation

_HABITS: Final = {
    **dict.fromkeys(("推出", "意味着", "必然", "必须", "则", "那么", "就"), "蕴含"),
    **dict.fromkeys(("不受", "无关", "不因"), "不随"),
    **dict.fromkeys(("影响", "变化", "而变", "变", "变动"), "改变"),
    **dict.fromkeys(("不差于", "不窄于", "不弱于", "宽于", "严于", "不比"), "不严于"),
    **dict.fromkeys(("单位", "负责单位", "主管单位", "牵头单位", "责任"), "责任单位"),
    **dict.fromkeys(("期限", "截止"), "时限"),
    **dict.fromkeys(("都有", "应有", "必有", "须有"), "有"),
    **dict.fromkeys(("不增加", "不上升", "不提高", "减少", "递减", "下降", "降低"), "不增"),
    **dict.fromkeys(("若", "如果", "只要", "凡", "在"), "当"),
    **dict.fromkeys(("且", "或", "和", "与", "及", "以及", "同", "并且", "或者"), "、"),
    **dict.fromkeys(("不减少", "不下降", "不降低", "增加", "递增", "上升", "提高"), "不减"),
}
"""What people write in a claim: what the language says instead."""

_FIRST: Final = {
    **dict.fromkeys(("不同时", "不得同时", "不能同时", "互斥", "绝不同时", "从不"), "从不同时"),
    **dict.fromkeys(("至少", "至少一个", "至少有一项", "至少有一个", "必有其一", "任一"), "至少一项"),
    **dict.fromkeys(("每项", "各项", "所有", "全部", "凡"), "每个"),
}
"""The same, for words with which a claim begins."""

_LEADING: Final = frozenset({*_FIRST, "从不同时", "至少一项"})


def claim_mistake(at: Situation) -> Diagnostic | None:
    """Return what is wrong, None when it is nothing that is known."""
    before = "" if at.before is None else str(at.before)
    if before in _FIRST and at.kind not in END:
        return codes.HABIT_WORD.at(at.before_span, f"这里不写“{before}”", help=f"写“{_FIRST[before]}”")
    if at.word in _LEADING and "NOT_ALONG" in at.expected:
        word = _FIRST.get(at.word, at.word)
        return codes.UNEXPECTED_WORD.at(
            at.span, f"“{at.word}”不能写在这里", help=f"放到最前面：“{word} 甲、乙”"
        )
    if at.word == "不变" and "NOT_INCREASING" in at.expected:
        return codes.HABIT_WORD.at(at.span, "这里不写“不变”", help="写成“甲 不随 字段 改变”")
    if before.endswith("蕴含") and before != "蕴含" and at.kind not in END:
        return codes.GLUED_KEYWORD.at(
            at.before_span,
            f"“{before}”连在一起，被当成一个名称",
            help="如果其中的“蕴含”是关键字，用空格把它隔开",
        )
    if before == "当" and at.kind not in END:
        return codes.UNEXPECTED_WORD.at(at.before_span, "“当”前面不写“、”", help="删去它前面的“、”")
    compared = {"POLICY", "PARENT"} <= at.expected or at.expected == {"TEXT"}
    if at.kind not in END and (compared or before == "政策"):
        return codes.UNEXPECTED_WORD.at(
            at.span,
            f"“{at.word}”不能写在这里",
            help='写成“不严于 政策 "文件名"”；与上一级的文件相比，写“不严于 上级”',
        )
    meant = _HABITS.get(at.word)
    if meant is not None and meant in at.spelled:
        return codes.HABIT_WORD.at(at.span, f"这里不写“{at.word}”", help=f"写“{meant}”")
    if at.word.startswith("有") and at.expected == {"SATISFYING"}:
        return codes.UNEXPECTED_WORD.at(
            at.before_span, f"“每个 {before} 有 …”说不了", help="“每个 … 有 …”只说“措施”“职责”或“步骤”"
        )
    return _second_claim(at)


def _second_claim(at: Situation) -> Diagnostic | None:
    """Report a claim that goes on after its end, or that is only a condition."""
    if at.word == "蕴含" and "IMPLIES" not in at.expected:
        return codes.UNEXPECTED_WORD.at(at.span, "一条断言只写一个“蕴含”", help="分成两个“性质”来写")
    if at.kind == "SEPARATOR" and {"AND", "OR"} & at.expected:
        return codes.UNEXPECTED_WORD.at(
            at.span, "“蕴含”后面只写一个条件", help="几项都要成立的，用“且”连接；一项成立即可的，用“或”"
        )
    if at.kind not in END and at.expected >= {"CITES", "OF"} and not at.starts_line:
        return codes.UNEXPECTED_WORD.at(
            at.span, f"“{at.word}”不能写在这里", help="断言另起一行，与“对象”“依据”左边对齐"
        )
    if at.kind in END and "IMPLIES" in at.expected:
        return codes.UNFINISHED_DECLARATION.at(
            at.span,
            "只写了条件，没有写成断言",
            help="“若 甲 则 乙”写成“甲 蕴含 乙”；什么时候都要成立的条件，写成“是 蕴含 条件”",
        )
    if at.kind in END and "NOT_ALONG" in at.expected:
        return codes.UNFINISHED_DECLARATION.at(
            at.span,
            "只列了几项，没有写成断言",
            help="写成“从不同时 甲、乙”“至少一项 甲、乙”或“甲、乙 不随 字段 改变”",
        )
    return None
