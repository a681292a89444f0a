"""Random trees of policy files: every kind of node, with names that are keywords, that hold keywords, or need quoting."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from relapse_rules.syntax.normalise import INVISIBLE, normalise
from relapse_rules.syntax.tree import (
    Aggregate,
    AggregateKind,
    Arithmetic,
    Between,
    Call,
    Compare,
    ConditionList,
    Expression,
    Function,
    Happened,
    IfThen,
    Junction,
    ListKind,
    Membership,
    MembershipKind,
    Moment,
    Name,
    Not,
    Number,
    Operator,
    Path,
    Quantifier,
    QuantifierKind,
    Rounding,
    Text,
    Truth,
)
from relapse_rules.syntax.words import COMPARISONS, HABITS, KEYWORDS, PREFIX_HABITS

WORDS = sorted({*KEYWORDS, *HABITS, *PREFIX_HABITS})
UNITS = (
    "",
    "元",
    "万元",
    "亿",
    "元/人·年",
    "升/人·日",
    "天",
    "工作日",
    "周岁",
    "%",
    "‰",
    "公里",
    "月/年",
    "kg",
)
_ODD = '甲乙丙丁村社区abz09_·()/-.,:、 #"“”[]{}%=+×÷　'


def _is_name(text: str) -> bool:
    return (
        normalise(f"「{text}」") == f"「{text}」"
        and not set(text) & set("「」\r\n")
        and not INVISIBLE.search(text)
    )


name_texts = st.one_of(
    st.sampled_from(
        ("甲", "乙", "农户", "村(社区)", "乡(镇)", "A1", "灾害事件", "当地标准", "属于本方案灾种")
    ),
    st.sampled_from(WORDS),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(("甲", "(甲)", "7", "·", "或乙"))).map("".join),
    st.text(st.sampled_from(_ODD), min_size=1, max_size=6),
    st.text(min_size=1, max_size=4),
).filter(_is_name)
names = st.builds(Name, text=name_texts)
name_lists = st.lists(names, min_size=1, max_size=3).map(tuple)
paths = st.builds(Path, parts=name_lists)
texts = st.builds(
    Text,
    value=st.one_of(st.text(st.sampled_from(_ODD + "「」＂；"), max_size=6), st.text(max_size=4)).filter(
        lambda text: not INVISIBLE.search(text) and not set(text) & set("\r\n")
    ),
)
truths = st.builds(Truth, value=st.booleans())
values = names | truths
_digits = st.from_regex(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,3})?", fullmatch=True)
numbers = st.builds(Number, digits=_digits, unit=st.sampled_from(UNITS))
signed = numbers | st.builds(Number, digits=_digits.map("-{}".format), unit=st.sampled_from(UNITS))
_times = st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat())
dates = st.builds(Moment, text=st.dates().map(str))
moments = st.builds(
    Moment,
    text=st.one_of(
        st.dates().map(str), _times, _times.map("{}+08:00".format), st.dates().map(lambda day: str(day)[:7])
    ),
)


def _counts(inner: SearchStrategy[Expression]) -> SearchStrategy[Aggregate]:
    conditions = st.none() | inner
    return st.one_of(
        st.builds(Aggregate, kind=st.just(AggregateKind.COUNT), entity=names, condition=conditions),
        st.builds(
            Aggregate,
            kind=st.sampled_from([kind for kind in AggregateKind if kind is not AggregateKind.COUNT]),
            entity=names,
            value=names,
            condition=conditions,
        ),
    )


def _lists(inner: SearchStrategy[Expression]) -> SearchStrategy[ConditionList]:
    items = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ConditionList, kind=st.sampled_from((ListKind.ALL, ListKind.ANY)), items=items),
        st.builds(ConditionList, kind=st.just(ListKind.AT_LEAST), items=items, count=st.integers(0, 20)),
        st.builds(ConditionList, kind=st.just(ListKind.BY_READING), items=items, reading=names),
    )


def _memberships(inner: SearchStrategy[Expression]) -> SearchStrategy[Membership]:
    one = (MembershipKind.CONTAINS, MembershipKind.CONTAINS_NOT)
    none = (MembershipKind.EMPTY, MembershipKind.NOT_EMPTY)
    several = tuple(kind for kind in MembershipKind if kind not in one + none)
    return st.one_of(
        st.builds(Membership, kind=st.sampled_from(one), subject=inner, values=st.tuples(values)),
        st.builds(Membership, kind=st.sampled_from(none), subject=inner),
        st.builds(
            Membership,
            kind=st.sampled_from(several),
            subject=inner,
            values=st.lists(values, min_size=1, max_size=3).map(tuple),
        ),
    )


def _comparisons(inner: SearchStrategy[Expression]) -> SearchStrategy[Compare]:
    return st.sampled_from(sorted(set(COMPARISONS.values()))).flatmap(
        lambda word: st.builds(
            Compare, word=st.just(word[0]), operator=st.just(word[1]), left=inner, right=inner
        )
    )


def _arithmetic(inner: SearchStrategy[Expression]) -> SearchStrategy[Arithmetic]:
    return st.one_of(
        st.builds(Arithmetic, operator=st.sampled_from(Operator), left=inner, right=inner),
        st.builds(
            Arithmetic,
            operator=st.just(Operator.DIVIDE),
            left=inner,
            right=inner,
            rounding=st.sampled_from(Rounding),
        ),
    )


def _larger(inner: SearchStrategy[Expression]) -> SearchStrategy[Expression]:
    return st.one_of(
        st.builds(
            Junction,
            kind=st.sampled_from((ListKind.ALL, ListKind.ANY)),
            operands=st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
        _lists(inner),
        st.builds(Not, operand=inner),
        st.builds(IfThen, condition=inner, consequence=inner),
        st.builds(Quantifier, kind=st.sampled_from(QuantifierKind), entity=names, condition=inner),
        _counts(inner),
        _comparisons(inner),
        st.builds(Between, subject=inner, low=inner, high=inner),
        _memberships(inner),
        st.builds(Happened, subject=inner, negated=st.booleans()),
        _arithmetic(inner),
        st.builds(
            Call,
            function=st.sampled_from(Function),
            arguments=st.lists(inner, min_size=1, max_size=2).map(tuple),
        ),
    )


leaves = st.one_of(paths, truths, signed, moments, texts)
expressions: SearchStrategy[Expression] = st.recursive(leaves, _larger, max_leaves=6)
