"""What a comparison found, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from relapse_rules.analysis.difference import words
from relapse_rules.analysis.difference.model import (
    Cause,
    Changed,
    Comparison,
    Difference,
    Direction,
    Told,
    Verdict,
    Written,
)
from relapse_rules.decisions.words import Names
from relapse_rules.explain.page import (
    Block,
    Cite,
    Fields,
    Fold,
    Heading,
    Items,
    Page,
    Paragraph,
    Table,
    Text,
    Tone,
    Words,
    plain,
    quiet,
)
from relapse_rules.source import NOWHERE

_DIGEST: Final = 19
_MOST_TOLD: Final = 12
_NOTHING: Final = Written(name="", words="", span=NOWHERE, line=0, cites=())
_TONES: Final = {True: Tone.YES, False: Tone.NO, None: Tone.UNKNOWN}


def difference_page(
    difference: Difference,
    names: Names,
    gists: Mapping[str, str],
    *,
    elements: int,
    more: Sequence[Block] = (),
) -> Page:
    """Return the page of a comparison. ``gists``: what statements say; ``elements``: how many of a list were looked at; ``more``: what stands after the summary."""
    laid = _Laid(difference, names, gists, elements)
    return Page(title=f"规则的差别：{_title(difference)}", blocks=(*laid.head(), *more, *laid.body()))


def _title(difference: Difference) -> str:
    if difference.old == difference.new:
        return difference.new
    return f"{difference.old} 与 {difference.new}"


class _Laid:
    def __init__(self, difference: Difference, names: Names, gists: Mapping[str, str], elements: int) -> None:
        self._difference = difference
        self._names = names
        self._gists = gists
        self._elements = elements
        different = difference.with_verdict(Verdict.DIFFERENT)
        self._first = tuple(each for each in different if each.causes or not each.through)
        self._following = tuple(each for each in different if each not in self._first)

    # --- the summary ------------------------------------------------------------------------------

    def head(self) -> Iterator[Block]:
        difference = self._difference
        yield Fields(
            (
                ("旧规则", plain(f"{difference.old} {difference.old_digest[:_DIGEST]}")),
                ("新规则", plain(f"{difference.new} {difference.new_digest[:_DIGEST]}")),
                ("比较的日期", plain(words.days(difference))),
            )
        )
        yield Paragraph((Words(words.conclusion(difference), Tone.STRONG),))
        same = difference.with_verdict(Verdict.EQUAL)
        told = words.how(same, self._names, self._elements)
        if told:
            yield Paragraph(quiet(f"结论相同的 {len(same)} 项：{'，'.join(told)}"))
        rows = tuple(self._summary(each) for each in (*self._first, *self._following))
        if rows:
            yield Table("不同的结论", ("项目", "怎样不同", "因为"), rows, wide=(0, 1, 2))

    def _summary(self, told: Comparison) -> tuple[Text, ...]:
        places = dict.fromkeys(
            words.written(cause.after or cause.before or _NOTHING) for cause in told.causes
        )
        why = [f"改在 {'、'.join(places)}"] if places else []
        why += [f"“{name}”改了" for name in told.through]
        return plain(f"{told.kind.value} {told.name}"), plain(_turns(told)), plain("；".join(why))

    def body(self) -> Iterator[Block]:
        if self._first:
            yield Heading(2, "结论不同的")
            for each in self._first:
                yield Heading(3, f"{each.kind.value} {each.name}")
                yield from self._outcome(each)
        if self._following:
            yield Heading(2, "随之不同的")
            yield Paragraph(plain("本身没有改，所依据的改了，结论也就不同："))
            for each in self._following:
                yield self._folded(each)
        yield from self._added()
        yield from self._listed()
        yield from self._settings()
        yield from self._vocabulary()
        yield from self._open()

    # --- outcomes ---------------------------------------------------------------------------------

    def _outcome(self, told: Comparison) -> Iterator[Block]:
        for cause in told.causes:
            yield Fields(tuple(self._cause(cause)))
        if told.through:
            names = "、".join(f"“{name}”" for name in told.through)
            yield Paragraph(plain(f"所依据的{names}改了"))
        for way in told.ways:
            yield from self._way(told, way)
        never = words.never(told, self._of(told))
        if never:
            yield Paragraph(quiet(never + self._bound(told)))

    def _folded(self, told: Comparison) -> Fold:
        ways = _turns(told)
        through = "、".join(f"“{name}”" for name in told.through)
        text: Text = (
            Words(f"{told.kind.value} {told.name}", Tone.STRONG),
            Words(f"  {ways}"),
            Words(f"  因 {through}", Tone.QUIET),
        )
        return Fold(text, tuple(self._outcome(told)))

    def _cause(self, cause: Cause) -> Iterator[tuple[str, Text]]:
        """Yield what was written and what is written now, with the statements that it answers for."""
        sides = (
            ("原为" if cause.after is not None else "去掉了", cause.before),
            ("改为" if cause.before is not None else "添了", cause.after),
        )
        for name, place in sides:
            if place is not None:
                yield name, (*plain(place.words), *quiet(f"  {words.written(place)}"))
        cites = (cause.after or cause.before or _NOTHING).cites
        if cites:
            yield "依据", self._cites(cites)

    def _cites(self, cites: Iterable[str]) -> Text:
        return tuple(Cite(cite, self._gists.get(cite, "")) for cite in cites)

    def _way(self, told: Comparison, way: Direction) -> Iterator[Block]:
        lines = words.when(way)
        if way.before is not way.after:
            turned: Text = (
                Words("由 "),
                Words(words.TRUTHS[way.before], _TONES[way.before]),
                Words(" 变为 "),
                Words(words.TRUTHS[way.after], _TONES[way.after]),
                Words(f" 的{self._of(told)}" + ("：" if lines else "")),
            )
            yield Paragraph(turned)
        if lines:
            yield Items(tuple(plain(line) for line in lines))
        yield Fold(plain(self._example(way)), tuple(self._household(way)))

    def _of(self, told: Comparison) -> str:
        """Return what an outcome is about."""
        declared = told.new or told.old
        return "" if declared is None else self._names.entity(declared.entity)

    def _example(self, way: Direction) -> str:
        return "举例：填报的事实最少的一户" if way.household.smallest else "举例：一户"

    def _household(self, way: Direction) -> Iterator[Block]:
        household = way.household
        yield Items(tuple(plain(line.rstrip(" :")) for line in household.facts))
        for name, value in household.settings:
            yield Paragraph(plain(f"并且县里把待定的参数“{name}”定为 {value}（按其最小单位计）"))
        rows = tuple(_told(each) for each in household.told[:_MOST_TOLD])
        rows += tuple((plain(name), plain(before), plain(after)) for name, before, after in household.numbers)
        if rows:
            yield Table("这一户的结论", ("结论", "旧规则", "新规则"), rows)
        rest = len(household.told) - _MOST_TOLD
        if rest > 0:
            yield Paragraph(quiet(f"另有 {rest} 项结论不同"))

    def _bound(self, told: Comparison) -> str:
        lists = "、".join(self._names.entity(name) for name in told.bounded)
        return f"（{lists}各不超过 {self._elements} 条）" if lists else ""

    # --- everything else --------------------------------------------------------------------------

    def _added(self) -> Iterator[Block]:
        declared = self._difference.declarations
        groups = (
            ("新增的", [each for each in declared if each.old is None]),
            ("删去的", [each for each in declared if each.new is None]),
        )
        for title, found in groups:
            if found:
                yield Heading(2, title)
                yield Items(tuple(self._declared(each) for each in found))
        renamed = [each for each in declared if each.is_renamed]
        if renamed:
            yield Heading(2, "改名的")
            yield Items(
                tuple(
                    plain(f"{each.kind.value} {each.old.name} → {each.new.name}{self._meaning(each)}")
                    for each in renamed
                    if each.old is not None and each.new is not None
                )
            )

    def _meaning(self, told: Comparison) -> str:
        return "，意思不变" if told.verdict is Verdict.EQUAL else ""

    def _declared(self, told: Comparison) -> Text:
        declared = told.new or told.old
        assert declared is not None
        cites = self._cites(declared.cites)
        return (*plain(f"{told.kind.value} {told.name}"), *((*quiet("  依据 "), *cites) if cites else ()))

    def _listed(self) -> Iterator[Block]:
        rows = tuple(
            (plain(f"{each.kind.value} {each.name}"), plain(changed.name), *_sides(changed))
            for each in self._difference.declarations
            for changed in each.attributes
        )
        if rows:
            yield Heading(2, "列出的内容不同")
            yield Table("", ("项目", "内容", "旧", "新"), rows, wide=(2, 3))

    def _settings(self) -> Iterator[Block]:
        rows = tuple((plain(changed.name), *_sides(changed)) for changed in self._difference.settings)
        if rows:
            yield Heading(2, "参数、解读、单位和文件本身")
            yield Table("", ("项目", "旧", "新"), rows, wide=(1, 2))

    def _vocabulary(self) -> Iterator[Block]:
        rows = tuple(
            (
                plain(change.name),
                plain(change.before or "没有"),
                plain(change.after or "没有"),
                plain("" if change.compatible else "两份规则所指不同，读到它的结论不能比较"),
            )
            for change in self._difference.vocabulary
        )
        if rows:
            yield Heading(2, "词汇")
            yield Table("", ("字段或实体", "旧", "新", "说明"), rows, wide=(1, 2))

    def _open(self) -> Iterator[Block]:
        groups: tuple[tuple[str, str, Iterable[Comparison]], ...] = (
            (
                "不能比较的",
                "所读的字段或所说的对象，两份规则所指不同：",
                self._difference.with_verdict(Verdict.INCOMPARABLE),
            ),
            ("没有比较出来的", "", self._difference.with_verdict(Verdict.UNDECIDED)),
        )
        for title, why, found in groups:
            listed = tuple(found)
            if not listed:
                continue
            yield Heading(2, title)
            if any(each.needs_solver for each in listed):
                yield Paragraph(plain("情形太多，要用求解器：pip install 'relapse_rules[prove]'"))
            elif why or listed:
                yield Paragraph(
                    plain(why or "求解器用尽了限定的力气；可用 --effort 加大，或用 --elements 减少：")
                )
            yield Items(tuple(self._declared(each) for each in listed))


def _turns(told: Comparison) -> str:
    turns = "；".join(words.turn(way.before, way.after) for way in told.ways if way.before is not way.after)
    return turns or "数值不同"


def _told(told: Told) -> tuple[Text, Text, Text]:
    name = told.name if told.target is None else f"{told.name}（{told.target}）"
    return (
        plain(name),
        (Words(words.TRUTHS[told.before], _TONES[told.before]),),
        (Words(words.TRUTHS[told.after], _TONES[told.after]),),
    )


def _sides(changed: Changed) -> tuple[Text, Text]:
    return plain(changed.before or "没有"), plain(changed.after or "没有")
