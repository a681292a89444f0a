"""How a report speaks: durations, units, columns of its lists. Shared by the terminal, CSV, JSON and Excel."""

from __future__ import annotations

from typing import Final

from relapse_rules.compliance.model import Finding, Verdict
from relapse_rules.values.vocabulary import Vocabulary

FINDING_COLUMNS: Final = (
    "结论",
    "职责或步骤",
    "依据",
    "对象",
    "户编号",
    "乡镇",
    "责任单位",
    "记录的办理单位",
    "起算",
    "截止",
    "办理时间",
    "相差",
    "说明",
)

EXPLANATION: Final = (
    "按时：在方案的期限之内。已办：有记录，方案没有可数的期限。超期：晚于截止时间。",
    "未记录：应办，而这些表里没有提到；不等于没有办。在办：期限未到，或前一步还没有记录。",
    "次序不对、单位不对：在办理情况之外另计，所以一件事可以占两项。",
    "不能判断：表里缺了要看的内容，或方案用的是概括说法；原因逐条写明。",
    "时间没有写时区的按北京时间；晚于判定时点的记录不计。",
    "约谈、问责只列出要由人回答的问题，不下结论。",
)

_UNITS: Final = (("天", 86_400), ("小时", 3_600), ("分", 60), ("秒", 1))


def duration(seconds: int) -> str:
    """Return a span of time in Chinese.

    >>> duration(86_401), duration(0)
    ('1天1秒', '0秒')
    """
    parts = []
    for name, length in _UNITS:
        many, seconds = divmod(seconds, length)
        if many:
            parts.append(f"{many}{name}")
    return "".join(parts) or "0秒"


def finding_cells(finding: Finding, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return a finding under `FINDING_COLUMNS`."""
    return (
        finding.verdict.value,
        finding.duty,
        "、".join(finding.cites),
        f"{_entity(vocabulary, finding.entity)} {finding.target}",
        finding.household or "",
        finding.township or "",
        "、".join(finding.units),
        finding.actor or "",
        moment(finding.start),
        moment(finding.due),
        moment(finding.done),
        difference(finding),
        finding.reason,
    )


def difference(finding: Finding) -> str:
    """Return by how much something is late, overdue or too early; empty when by nothing."""
    if finding.seconds is None:
        return ""
    word = {Verdict.LATE: "晚", Verdict.NOT_RECORDED: "已过"}.get(finding.verdict, "早")
    return word + duration(finding.seconds)


def moment(text: str | None) -> str:
    """Return an ISO time of Asia/Shanghai as it is read: ``2023-08-02 20:00:01``."""
    return "" if text is None else text.replace("T", " ").removesuffix("+08:00")


def _entity(vocabulary: Vocabulary, english: str) -> str:
    spec = vocabulary.by_english[english]
    return spec.aliases[0] if spec.aliases else spec.name
