"""Which names are offered for a misspelt one."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.diagnostics.suggest import closest, distance, suggestions

WORDS = st.text(alphabet="县民政正局农户住房收入aAb", max_size=8)


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        pytest.param("县民正局", ["县民政局", "县农业局"], "县民政局", id="homophone"),
        pytest.param("帐户类型", ["账户类型"], "账户类型", id="homophone of another character"),
        pytest.param("户类形", ["户编号", "户类型"], "户类型", id="homophone of three"),
        pytest.param("主房", ["住房"], "住房", id="tones do not count"),
        pytest.param("户類型", ["户类型"], "户类型", id="traditional form"),
        pytest.param("家庭人均收入", ["家庭人均纯收入", "家庭纯收入"], "家庭人均纯收入", id="left out"),
        pytest.param("家庭人均纯纯收入", ["家庭人均纯收入"], "家庭人均纯收入", id="doubled"),
        pytest.param("是农否户", ["是否农户"], "是否农户", id="swapped neighbours"),
        pytest.param("监测收入线", ["监测收入参考线"], "监测收入参考线", id="two of seven"),
        pytest.param("大棚", ["住房", "大户"], None, id="two characters, one other"),
        pytest.param("等级", ["鉴定等级", "鉴定机构"], "鉴定等级", id="part of one name"),
        pytest.param("等级", ["鉴定等级", "残疾等级"], None, id="part of two names"),
        pytest.param("户", ["户类型"], None, id="one character of a name"),
        pytest.param("户编", ["户编号", "农户编号甲"], "户编号", id="a near name before a longer one"),
        pytest.param("户类型", ["户类型"], None, id="the word itself"),
        pytest.param("", ["户"], None, id="empty"),
        pytest.param("户类型", [], None, id="nothing to offer"),
    ],
)
def test_closest(word, candidates, expected):
    assert closest(word, candidates) == expected


def test_a_homophone_comes_before_any_edit():
    # One edit away in letters, but it sounds otherwise; the other differs in all four characters.
    assert suggestions("现民正居", ["现民正乙", "县民政局"]) == ("县民政局", "现民正乙")


def test_at_most_as_many_as_asked_for():
    near = ["住房安全甲", "住房安全乙", "住房安全丙", "住房安全丁"]

    assert len(suggestions("住房安全", near)) == 3
    assert suggestions("住房安全", near, limit=1) == suggestions("住房安全", near)[:1]
    assert suggestions("等级", ["鉴定等级"], limit=0) == ()


@given(word=WORDS, candidates=st.lists(WORDS, max_size=6), data=st.data())
def test_the_order_of_candidates_does_not_matter(word, candidates, data):
    shuffled = data.draw(st.permutations(candidates))

    assert suggestions(word, shuffled) == suggestions(word, candidates)


@given(word=WORDS, candidates=st.lists(WORDS, max_size=6))
def test_only_other_candidates_are_offered_once_each(word, candidates):
    offered = suggestions(word, candidates, limit=10)

    assert len(set(offered)) == len(offered)
    assert set(offered) <= set(candidates) - {word}
    assert closest(word, candidates) == (offered[0] if offered else None)


@given(word=st.text(alphabet="民政局县农户", min_size=1, max_size=6), others=st.lists(WORDS, max_size=6))
def test_an_exact_homophone_always_wins(word, others):
    homophone = word.translate(str.maketrans("民政局县农户", "珉正居现浓护"))

    assert closest(word, [*others, homophone]) == homophone


@given(left=WORDS, right=WORDS)
def test_distance_is_symmetric(left, right):
    assert distance(left, right) == distance(right, left)


@given(left=WORDS, right=WORDS)
def test_distance_is_zero_for_equal_words_only_and_never_more_than_the_longer_one(left, right):
    edits = distance(left, right)

    assert (edits == 0) == (left == right)
    assert abs(len(left) - len(right)) <= edits <= max(len(left), len(right))


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        pytest.param("", "民政", 2, id="from nothing"),
        pytest.param("民政局", "民政", 1, id="left out"),
        pytest.param("民政局", "民生局", 1, id="exchanged"),
        pytest.param("民政局", "政民局", 1, id="swapped"),
        pytest.param("ca", "abc", 3, id="no place is edited twice"),
    ],
)
def test_distance(left, right, edits):
    assert distance(left, right) == edits


def test_pypinyin_is_loaded_only_for_a_misspelt_name():
    code = (
        "import sys\n"
        "import relapse_rules.diagnostics.suggest, relapse_rules.diagnostics.render\n"
        "print('pypinyin' in sys.modules, 'rich' in sys.modules)\n"
    )

    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert printed == "False False\n"
