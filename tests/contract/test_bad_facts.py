"""Every kind of bad facts in the issue: a message with the file and the field, exit code 2, no traceback, no hang."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from tests.contract.household import AFFECTED, ELIGIBLE, facts, plan

import relapse_rules
from relapse_rules.cli.main import main

Case = dict[str, Any]


def good() -> Case:
    stated = {"member.birth_date": "1970-01-31", "finance.wage_income": 18600, "household.population": 2}
    return facts(AFFECTED, ELIGIBLE, stated)


def setting(path: str, value: object) -> Callable[[Case], None]:
    def spoil(case: Case) -> None:
        *outer, last = path.split(".")
        place: Any = case
        for step in outer:
            place = place[int(step)] if step.isdigit() else place[step]
        place[last] = value

    return spoil


def doubling(*path: str) -> Callable[[Case], None]:
    def spoil(case: Case) -> None:
        place: Any = case
        for step in path:
            place = place[step]
        place.append(dict(place[0]))

    return spoil


BAD_CASES = {
    "unknown key": (setting("household.househld_type", "脱贫户"), "household.househld_type"),
    "unknown key at the top": (setting("houshold", {}), "houshold"),
    "unknown key of a child": (setting("household.impact.0.afected", "是"), "household.impact[0].afected"),
    "text for a number": (setting("household.population", "五"), "household.population"),
    "a number for a truth value": (
        setting("household.is_rural_household", 1),
        "household.is_rural_household",
    ),
    "an object for a list": (setting("household.member", {}), "household.member"),
    "a list for an object": (setting("household.water", []), "household.water"),
    "outside an enumeration": (setting("household.household_type", "贫困户"), "household.household_type"),
    "outside a range": (setting("household.population", -1), "household.population"),
    "less than a fen": (setting("household.finance.wage_income", 0.001), "household.finance.wage_income"),
    "null that may not be stated": (setting("household.household_type", None), "household.household_type"),
    "an impossible date": (
        setting("household.member.0.birth_date", "2023-02-30"),
        "household.member[0].birth_date",
    ),
    "an impossible time": (setting("context.as_of", "2023-08-02T25:00:00+08:00"), "context.as_of"),
    "an impossible month": (
        setting("household.monitor_entry_date", "202313"),
        "household.monitor_entry_date",
    ),
    "a code too short": (setting("household.township_code", "51100"), "household.township_code"),
    "a code too long": (setting("household.township_code", "5" * 13), "household.township_code"),
    "one event twice": (doubling("disaster_event"), "disaster_event[1].event_id"),
    "one person twice": (doubling("household", "member"), "household.member[1].person_id"),
    "an event that is not there": (
        setting("household.impact.0.event_id", "E9"),
        "household.impact[0].event_id",
    ),
    "a person who is not there": (
        setting("household.employment", [{"person_id": "P9"}]),
        "household.employment[0].person_id",
    ),
    "no moment": (setting("context", {}), "context.as_of"),
    "no household": (setting("household", {}), "household.household_id"),
}


@pytest.mark.parametrize(("spoil", "field"), BAD_CASES.values(), ids=BAD_CASES)
def test_a_bad_fact_names_file_and_field(spoil, field, tmp_path, capsys):
    case = good()
    spoil(case)
    path = tmp_path / "农户.json"
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    code = main(["decide", str(path)])
    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert f"农户.json: {field}: " in shown.err
    with pytest.raises(relapse_rules.FactsError, match="问题"):
        plan().decide(case)


TEXT = json.dumps(good(), ensure_ascii=False)
BAD_BYTES = {
    "not a number": (TEXT.replace("18600", "NaN").encode(), "household.finance.wage_income"),
    "infinity": (TEXT.replace("18600", "Infinity").encode(), "household.finance.wage_income"),
    "minus infinity": (TEXT.replace("18600", "-Infinity").encode(), "household.finance.wage_income"),
    "a huge power": (TEXT.replace("18600", "1e999999").encode(), "household.finance.wage_income"),
    "ten thousand digits": (TEXT.replace("18600", "9" * 10_000).encode(), "household.finance.wage_income"),
    "a key twice": (
        TEXT.replace('"population"', '"population": 3, "population"').encode(),
        "household.population",
    ),
    "GBK": (TEXT.encode("gb18030"), "UTF-8"),
    "UTF-16": (TEXT.encode("utf-16"), "UTF-16"),
    "half a character": (TEXT.encode().replace("严重".encode(), b"\xe4\xb8"), "UTF-8"),
    "NUL between": (TEXT.replace('"population"', '\0"population"').encode(), "JSON"),
    "NUL inside": (TEXT.replace("H1", "H\\u0000").encode(), "household.household_id"),
    "half a surrogate": (TEXT.replace("H1", "\\ud800").encode(), "household.household_id"),
    "two values": (TEXT.encode() * 2, "多余的内容"),
    "cut off": (TEXT.encode()[:-20], "JSON"),
    "nothing": (b"", "内容为空"),
    "blanks": (b" \n\t", "内容为空"),
    "null": (b"null", "对象"),
    "a list": (b"[]", "对象"),
    "ten thousand lists": (b"[" * 10_000 + b"]" * 10_000, "嵌套"),
    "ten thousand objects": (b'{"household":' * 10_000 + b"1" + b"}" * 10_000, "嵌套"),
    "ten thousand lists left open": (b"[" * 10_000, "嵌套"),
    "ten megabytes of noise": (random.Random(7).randbytes(10_000_000), "UTF-8"),
    "ten megabytes of words": ("垃圾".encode() * 1_700_000, "JSON"),
    "ten megabytes of numbers": (b"[" + b"1," * 5_000_000 + b"1]", "项数过多"),
    "ten megabytes in one key": (b'{"' + b"k" * 10_000_000 + b'":1}', "字段"),
}


@pytest.mark.parametrize(("data", "says"), BAD_BYTES.values(), ids=BAD_BYTES)
def test_bytes_that_are_no_case_are_told_briefly(data, says, tmp_path, capsys):
    path = tmp_path / "case.json"
    path.write_bytes(data)
    code = main(["decide", str(path)])
    shown = capsys.readouterr()
    assert (code, shown.out) == (2, "")
    assert "case.json" in shown.err
    assert says in shown.err
    assert len(shown.err) < 2_000


@pytest.mark.parametrize(
    "spell",
    [lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.replace(b", ", b",\r\n")],
    ids=["BOM", "CRLF"],
)
def test_how_an_editor_saves_facts_changes_nothing(spell, tmp_path, capsys):
    path = tmp_path / "case.json"
    path.write_bytes(spell(TEXT.encode()))
    assert main(["decide", "--format", "json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == plan().decide(good()).model_dump(mode="json")


def test_a_directory_and_a_missing_file_are_told(tmp_path, capsys):
    assert main(["decide", str(tmp_path)]) == 2
    assert "是目录" in capsys.readouterr().err
    assert main(["decide", str(tmp_path / "没有.json")]) == 2
    assert "找不到文件" in capsys.readouterr().err


def test_one_bad_household_does_not_stop_the_others(tmp_path, capsys):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text("{}", encoding="utf-8")
    second.write_text(TEXT, encoding="utf-8")
    code = main(["decide", str(first), str(second)])
    shown = capsys.readouterr()
    assert code == 2
    assert "农户 H1" in shown.out
    assert "a.json" in shown.err
