"""Canonical JSON is RFC 8785: the RFC's own vectors, and laws."""

from __future__ import annotations

import json
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.audit.canonical import canonical, parsed
from relapse_rules.audit.errors import AuditError
from relapse_rules.cases.plain import text_of

# RFC 8785, appendix B: the bits of a double and its text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_doubles_are_written_as_the_rfc_lists_them(bits, text):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number) == text


def test_the_rfcs_sample():
    """RFC 8785, 3.2.2 and 3.2.3."""
    stated = json.loads(
        r"""{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"""
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(stated) == expected


def test_keys_are_sorted_by_utf16_code_units():
    """RFC 8785, 3.2.3: the emoji, a surrogate pair, comes before the Hebrew letter with its higher code unit."""
    stated = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert [*json.loads(canonical(stated))] == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="nan"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(Decimal("NaN"), id="decimal nan"),
        pytest.param(2**53 + 1, id="integer beyond a double"),
        pytest.param(10**400, id="huge"),
        pytest.param(Decimal("0.12345678901234567890"), id="decimal beyond a double"),
        pytest.param(Decimal("1e999"), id="huge decimal"),
        pytest.param("\ud800", id="half a surrogate pair"),
        pytest.param({"\ud800": 1}, id="half a surrogate pair in a key"),
        pytest.param({1: 2}, id="key that is no text"),
        pytest.param({"a": {1, 2}}, id="set"),
    ],
)
def test_what_has_no_exact_form_is_refused(value):
    with pytest.raises(AuditError):
        canonical(value)


def test_endless_nesting_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(AuditError, match="嵌套"):
        canonical(value)


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=4))
def test_every_decimal_that_a_fact_may_hold_survives_exactly(value):
    assert parsed(canonical([value])) == [value]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_a_canonical_text_gives_back_its_value(value):
    text = canonical(value)
    assert json.loads(text, parse_int=float) == value
    assert canonical(parsed(text)) == text


@given(JSON, st.integers(0, 10**6), st.integers(1, 255))
def test_any_flipped_byte_is_another_value_or_no_canonical_text(value, place, flip):
    text = canonical([value])
    flipped = bytearray(text.encode())
    flipped[place % len(flipped)] ^= flip
    try:
        other = parsed(flipped.decode())
    except (AuditError, UnicodeDecodeError):
        return
    assert canonical(other) != text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-999, 999) | st.text(st.characters(max_codepoint=0xD7FF)),
        lambda inner: st.dictionaries(st.text(st.characters(max_codepoint=0xD7FF)), inner, max_size=3),
        max_leaves=6,
    )
)
def test_the_text_of_cases_is_the_same_where_both_are_defined(value):
    assert canonical(value) == text_of(value)
