"""What of a decision can be asked about, as a short page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from relapse_rules.decisions.model import Decision, Outcome
from relapse_rules.decisions.words import Words
from relapse_rules.explain.page import Page, Paragraph, Table, Text, Tone, badge, plain
from relapse_rules.explain.page import Words as Told
from relapse_rules.explain.telling import made_by

VERDICTS: Final = {
    Outcome.YES: "应当纳入监测帮扶",
    Outcome.NO: "不纳入监测帮扶",
    Outcome.UNKNOWN: "是否纳入监测帮扶：现有事实还不能判定",
}


def list_page(decision: Decision, words: Words, hints: Iterable[str] = ()) -> Page:
    """Return the page that names everything that ``decision`` lists, by kind and outcome. ``hints``: what to do next."""
    verdict = Told(VERDICTS[decision.eligibility.outcome], Tone.STRONG)
    return Page(
        title=f"{decision.policy.name} 判定：可以问理由的项目",
        blocks=(
            made_by(decision.policy, decision.subject, words),
            Paragraph((verdict,)),
            Table("", ("种类", "结果", "名称（对象多于一个的写明个数）"), tuple(_rows(decision)), wide=(2,)),
            *(Paragraph(plain(hint)) for hint in hints),
        ),
    )


def _rows(decision: Decision) -> Iterator[tuple[Text, ...]]:
    kinds: tuple[tuple[str, list[tuple[str, Outcome]]], ...] = (
        ("措施", [(each.id, each.outcome) for each in decision.measures]),
        ("任务", [(each.id, each.outcome) for each in decision.tasks]),
        ("例外", [(each.id, each.outcome) for each in decision.exceptions]),
        ("裁量", [(each.id, each.outcome) for each in decision.judgements]),
        ("结论", [(each.id, each.outcome) for each in decision.conclusions]),
    )
    for kind, listed in kinds:
        for outcome in (Outcome.YES, Outcome.UNKNOWN, Outcome.NO):
            counts: dict[str, int] = {}
            for id_, found in listed:
                if found is outcome:
                    counts[id_] = counts.get(id_, 0) + 1
            names = (f"{id_}（{count}）" if count > 1 else id_ for id_, count in counts.items())
            if counts:
                yield plain(kind), (badge(outcome),), plain("、".join(names))
