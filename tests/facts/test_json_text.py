"""JSON text that is not what it should be: a clear problem, quickly, whatever it is."""

import json
import time
from typing import Any

import pytest
from tests.facts.sample import AS_OF, flood, minimal, problems, read

BAD_TEXTS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "内容为空"),
    "blank": (b" \n\t", "内容为空"),
    "only a byte order mark": (b"\xef\xbb\xbf", "内容为空"),
    "not JSON": ("户编号: H1", "第 1 行第 1 列不是有效的 JSON"),
    "cut off": ('{"context": {', "内容没有写完"),
    "cut off in a text": ('{"con', "不是有效的 JSON"),
    "two values": ("{} {}", "一个值之后还有多余的内容"),
    "comma at the end": ('{"a": 1,}', "多了一个逗号"),
    "single quotes": ("{'a': 1}", "双引号"),
    "full-width quotes": ("{\u201ca\u201d: 1}", '改为半角 "'),
    "full-width colon": ('{"a"\uff1a 1}', "改为半角 :"),
    "full-width comma": ('{"a": 1\uff0c "b": 2}', "改为半角 ,"),
    "line break in a text": ('{"a": "甲\n乙"}', "控制字符"),
    "third line": ('{\n"a": 1,\n"b" 2}', "第 3 行第 5 列"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "UTF-16"),
    "GBK": ('{"户编号": 1}'.encode("gbk"), "第 3 个字节起不是 UTF-8"),
    "NUL": (b'{"a": 1}\x00', "多余的内容"),
    "deep lists": ("[" * 100_000, "嵌套超过 64 层"),
    "deep objects": ('{"a":' * 100_000 + "1" + "}" * 100_000, "嵌套超过 64 层"),
    "too many parts": ("[" + "1," * 1_100_000 + "1]", "项数过多"),
    "too many lists": ("[" * 1_100_000, "项数过多"),
    "too large": (b" " * (64 * 1024 * 1024 + 1), "64 MiB"),
}


@pytest.mark.parametrize(("text", "message"), BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_a_text_that_cannot_be_read_is_one_problem(text, message):
    found = problems(text)

    assert len(found) == 1
    assert found[0].path == ""
    assert message in str(found[0])


# household member as JSON -> path and what the text says
BAD_MEMBERS: dict[str, tuple[str, str, str]] = {
    "NaN": ('"population": NaN', "household.population", "NaN（JSON 没有这个数）"),
    "Infinity": ('"population": -Infinity', "household.population", "-Infinity"),
    "long integer": (f'"population": {"9" * 100_000}', "household.population", "过长的数"),
    "long decimal": (
        f'"finance": {{"wage_income": 0.{"1" * 100_000}}}',
        "household.finance.wage_income",
        "过长的数",
    ),
    "huge exponent": ('"finance": {"wage_income": 1e999999999}', "household.finance.wage_income", "数过大"),
    "impossible exponent": (
        f'"finance": {{"wage_income": 1e{"9" * 30}}}',
        "household.finance.wage_income",
        "过大或过小",
    ),
    "tiny exponent": (
        '"finance": {"wage_income": 1e-999999999}',
        "household.finance.wage_income",
        "小数位数过多",
    ),
    "key twice": ('"population": 2, "population": 3', "household.population", "写了两次"),
    "list twice": ('"housing": [], "housing": []', "household.housing", "写了两次"),
    "record key twice": (
        '"suspected_risk": {"value": true, "value": false}',
        "household.suspected_risk",
        "写了两次",
    ),
    "deep value": (f'"population": {"[" * 100}{"]" * 100}', "household.population", "一个列表"),
    "deep text": ('"population": "[[[["', "household.population", "要填数"),
}


@pytest.mark.parametrize(("member", "path", "message"), BAD_MEMBERS.values(), ids=BAD_MEMBERS.keys())
def test_a_bad_member_is_told_by_place(member, path, message):
    text = f'{{"context": {{"as_of": "{AS_OF}"}}, "household": {{"household_id": "H1", {member}}}}}'

    found = problems(text)

    assert [problem.path for problem in found] == [path]
    assert message in str(found[0])


@pytest.mark.parametrize(
    "encode",
    [
        json.dumps,
        lambda facts: json.dumps(facts, ensure_ascii=False),
        lambda facts: json.dumps(facts, ensure_ascii=False, indent=2).encode(),
        lambda facts: b"\xef\xbb\xbf" + json.dumps(facts).encode(),
        lambda facts: bytearray(json.dumps(facts).encode()),
    ],
    ids=["escaped", "text", "bytes", "byte order mark", "bytearray"],
)
def test_text_and_mapping_give_the_same_case(encode):
    assert read(encode(flood())) == read(flood())


def test_many_brackets_in_texts_are_not_depth():
    facts = minimal(housing=[{"appraisal_org": '"[{[{[{' * 20} for _ in range(600)])

    assert read(json.dumps(facts)).tables["housing"].complete


@pytest.mark.parametrize(
    "junk",
    [
        "x" * 10_000_000,
        '"' + "x" * 10_000_000,
        "{" * 10_000_000,
        '{"a":' * 2_000_000,
        "9" * 10_000_000,
        '{"' + "户" * 3_000_000 + '": 1}',
        json.dumps(minimal(household_type="脱" * 3_000_000)),
        json.dumps(minimal(**{f"未知{index}": index for index in range(300_000)})),
        json.dumps(minimal(housing=[{"safe": 1}] * 300_000)),
        b"\xff" * 10_000_000,
    ],
    ids=["text", "open text", "objects", "nested", "digits", "key", "value", "keys", "elements", "bytes"],
)
def test_ten_megabytes_of_junk_are_refused_within_seconds(junk: Any):
    start = time.process_time()

    found = problems(junk)

    assert found
    assert time.process_time() - start < 5
