"""What would have to be otherwise, what to ask next, and what an outcome hinges on, as pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relapse_rules.decisions.model import Outcome
from relapse_rules.decisions.words import OUTCOMES, Names
from relapse_rules.explain.model import (
    Change,
    Dependence,
    Hinge,
    OutcomeChange,
    OutcomeName,
    Question,
    Questions,
    Repair,
    Robustness,
    WhyNot,
)
from relapse_rules.explain.page import (
    Block,
    Heading,
    Items,
    Page,
    Paragraph,
    Table,
    Text,
    Words,
    badge,
    plain,
    quiet,
)
from relapse_rules.explain.shown import page_of
from relapse_rules.explain.telling import (
    HIDDEN,
    KINDS,
    NOBODY,
    NOT_STATED,
    about,
    changed,
    changed_name,
    listed_names,
    made_by,
    names_of,
    several,
    strong,
    supplied,
)
from relapse_rules.values.vocabulary import Mutability

# --- what would have to be otherwise --------------------------------------------------------------


@page_of.register
def why_not_page(answer: WhyNot) -> Page:
    """Return the page of a `WhyNot`."""
    names = names_of(answer.entities)
    who = about(answer.target, names, answer.outcome)
    possible = tuple(repair for repair in answer.repairs if repair.possible)
    others = tuple(repair for repair in answer.repairs if not repair.possible)
    return Page(
        title=f"{KINDS[answer.kind]}“{answer.id}”（{who}）怎样才会为“{OUTCOMES[answer.wanted]}”",
        blocks=(
            made_by(
                answer.policy,
                answer.subject,
                names,
                ("现在", (badge(answer.outcome),)),
                ("随时间", plain(_by_itself(answer))),
            ),
            *_ways("做得到的办法", "任一种即可", possible, names),
            *_ways("要改变不可变事实的办法", "只供核对填报有无错误", others, names),
            *_none(answer),
            Paragraph(quiet(_completeness(answer))),
        ),
    )


def _by_itself(answer: WhyNot) -> str:
    wanted = OUTCOMES[answer.wanted]
    if answer.by_itself_on is not None:
        return f"其他都不变，自 {answer.by_itself_on} 起自行为“{wanted}”"
    if answer.horizon is not None:
        return f"其他都不变，到 {answer.horizon} 为止不会自行为“{wanted}”"
    return "没有推算"


def _ways(title: str, note: str, repairs: tuple[Repair, ...], names: Names) -> Iterator[Block]:
    if not repairs:
        return
    yield Heading(2, f"{title}（{len(repairs)}种，{note}）")
    for number, repair in enumerate(repairs, start=1):
        together = "" if len(repair.changes) == 1 else f"（{len(repair.changes)} 项要同时做到）"
        yield Heading(3, f"办法 {number}{together}")
        yield Items(tuple(_change(change, names) for change in repair.changes))


def _change(change: Change, names: Names) -> Text:
    """Return one change: what, to what, how far that is, what it is now, and what proves it."""
    distance = change.distance if not change.hidden else ""
    told = (
        *strong(f"{changed_name(change.name, change.target, names)} {change.wanted}"),
        *plain(f"，{distance}" if distance else ""),
    )
    if change.hidden:
        now = HIDDEN
    else:
        now = f"现{NOT_STATED}" if change.stated is None else f"现填报为 {change.stated}"
    rest = [now, change.mark.value]
    if change.source:
        rest.append(supplied(change.source, known=change.mark is not Mutability.TO_BE_PROVED))
    if change.documents:
        rest.append(f"凭 {'、'.join(change.documents)}")
    return (*told, *quiet(f"（{'；'.join(rest)}）"))


def _none(answer: WhyNot) -> Iterator[Block]:
    if not answer.repairs:
        yield Heading(2, "办法")
        found = "没有办法" if answer.complete else "没有找到办法"
        yield Paragraph(
            plain(f"改变至多 {answer.most_changes} 项事实，{found}使它为“{OUTCOMES[answer.wanted]}”。")
        )


def _completeness(answer: WhyNot) -> str:
    if answer.complete:
        return f"改变至多 {answer.most_changes} 项事实的最小办法都在这里，少改其中任何一项都不成。"
    return (
        "可能还有别的办法没有列出，个别列出的办法也许可以少改一项。"
        if answer.repairs
        else "可能还有别的办法没有找到。"
    )


# --- what to ask next -----------------------------------------------------------------------------


@page_of.register
def questions_page(answer: Questions) -> Page:
    """Return the page of `Questions`."""
    names = names_of(answer.entities)
    numbers = {question: number for number, question in enumerate(answer.ranked, start=1)}
    return Page(
        title="接下来问什么",
        blocks=(
            made_by(answer.policy, answer.subject, names),
            *_summary(answer, names),
            *(
                Table(
                    f"{_whom(group.source)}（{len(group.questions)}项）",
                    ("次序", "问什么", "回答", "问到就能定", "与别的事实一起才能定"),
                    tuple(
                        _question(question, numbers[question], answer, names) for question in group.questions
                    ),
                    wide=(1, 2, 3, 4),
                )
                for group in answer.groups
            ),
        ),
    )


def _whom(source: str) -> str:
    return "方案未指明问谁" if source in ("", NOBODY) else f"问{source}"


def _summary(answer: Questions, names: Names) -> Iterator[Block]:
    if not answer.open_outcomes:
        yield Paragraph(plain("全部结论都已定，不必再问。"))
        return
    yield Paragraph(
        plain(f"还没有定的结论有 {len(answer.open_outcomes)} 项，有关的事实有 {len(answer.ranked)} 项。")
    )
    if answer.stuck:
        stuck = _outcomes(answer.stuck, names, answer)
        yield Paragraph(
            plain(f"其中 {len(answer.stuck)} 项因事实互相矛盾或数值无法计算，怎样回答都不能定：{stuck}。")
        )
    if not answer.settling:
        return
    rest = "其余的" if answer.stuck else "全部"
    enough = "，少一项都不够" if answer.exact else "；也许不必全问"
    yield Paragraph(
        (
            Words("问清"),
            *_which(answer),
            Words(f"，不论怎样回答，{rest}结论就都能定{enough}。"),
        )
    )
    yield Paragraph(quiet("名单要连同每一条的各项一起问；回答里新提到的名单条目，可能还有要问的。"))


def _which(answer: Questions) -> Text:
    """Return which questions are enough."""
    if len(answer.settling) == len(answer.ranked):
        return strong(f"这 {len(answer.ranked)} 项")
    numbers = "、".join(str(place + 1) for place in answer.settling)
    return (*strong(f"次序为 {numbers} 的"), *plain(f" {len(answer.settling)} 项"))


def _question(question: Question, number: int, answer: Questions, names: Names) -> tuple[Text, ...]:
    settling = number - 1 in answer.settling
    return (
        strong(str(number)) if settling else plain(str(number)),
        plain(_asked(question, names)),
        plain(" / ".join(question.answers)),
        plain(_outcomes(question.settles, names, answer)),
        plain(_outcomes(question.bears_on, names, answer)),
    )


def _asked(question: Question, names: Names) -> str:
    """Return what is asked, with the element that it is asked of; the fact is named once."""
    name = changed_name(question.name, question.target, names)
    quoted = f"“{question.name}”"
    if quoted in question.asks:
        return question.asks.replace(quoted, name, 1)
    return question.asks if question.name in question.asks else f"{name}：{question.asks}"


def _outcomes(outcomes: Iterable[OutcomeName], names: Names, answer: Questions) -> str:
    return several(listed_names(outcomes, names, answer.subject))


# --- what an outcome hinges on --------------------------------------------------------------------


@page_of.register
def robustness_page(answer: Robustness) -> Page:
    """Return the page of a `Robustness`."""
    names = names_of(answer.entities)
    firm = Paragraph(plain(f"逐项换一种裁量、解读或本地参数来试，都不改变的结论有 {len(answer.firm)} 项。"))
    by_hinge = tuple(
        _hinges(hinge, found, answer, names)
        for hinge in Hinge
        if (found := tuple(each for each in answer.depends if each.hinge is hinge))
    )
    blocks = by_hinge or (Paragraph(plain("没有结论取决于裁量、解读或本地参数。")),)
    return Page(title="结论取决于什么", blocks=(made_by(answer.policy, answer.subject, names), firm, *blocks))


def _hinges(hinge: Hinge, found: tuple[Dependence, ...], answer: Robustness, names: Names) -> Table:
    rows = tuple(
        (
            strong(f"{each.id}{_where(each, answer, names)}"),
            plain(each.taken),
            plain(each.instead),
            plain("；".join(_changes(each.changes, answer, names))),
        )
        for each in found
    )
    return Table(
        f"取决于{hinge.value}的（{len(rows)}项）",
        (hinge.value, "现为", "如为", "则改变"),
        rows,
        wide=(0, 1, 2, 3),
    )


def _where(each: Dependence, answer: Robustness, names: Names) -> str:
    """Return whom a 裁量 is about, unless that is the household or nobody in particular."""
    if each.target == answer.subject or each.target.entity == "context":
        return ""
    return f"（{about(each.target, names, None)}）"


def _changes(changes: Iterable[OutcomeChange], answer: Robustness, names: Names) -> Iterator[str]:
    """Yield the outcomes that change in the same way together."""
    alike: dict[tuple[Outcome, Outcome], list[OutcomeName]] = {}
    for each in changes:
        named = OutcomeName(kind=each.kind, id=each.id, target=each.target)
        alike.setdefault((each.before, each.after), []).append(named)
    for (before, after), outcomes in alike.items():
        yield f"{several(listed_names(outcomes, names, answer.subject))} {changed(before, after)}"
