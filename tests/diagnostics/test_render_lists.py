"""Order, one-line form, JSON and the summary."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relapse_rules.diagnostics import Diagnostic, Label, Severity
from relapse_rules.diagnostics.render import render_concise, render_json, render_terminal
from relapse_rules.source import NOWHERE, SourceText, Span

TEXT = "第一行\n𠀀 第二行\n"
SOURCES = {"甲.policy": SourceText("甲.policy", TEXT), "乙.policy": SourceText("乙.policy", "")}


def found(code: str, file: str, start: int, *, severity: Severity = Severity.ERROR, labels=()) -> Diagnostic:
    return Diagnostic(
        code=code, severity=severity, message=f"{code} 的话", span=Span(file, start, start + 1), labels=labels
    )


FOUND = (
    found("RR0201", "甲.policy", 6),
    found("RR0302", "甲.policy", 0, severity=Severity.WARNING),
    found("RR0202", "甲.policy", 0),
    found("RR0601", "乙.policy", 0),
    found("RR0607", "丙.outline", 4),
)


def test_concise_is_one_line_each_in_order():
    assert render_concise(FOUND, SOURCES) == (
        "丙.outline: error[RR0607] RR0607 的话\n"
        "乙.policy:1:1: error[RR0601] RR0601 的话\n"
        "甲.policy:1:1: error[RR0202] RR0202 的话\n"
        "甲.policy:1:1: warning[RR0302] RR0302 的话\n"
        "甲.policy:2:3: error[RR0201] RR0201 的话\n"
        "4 个错误，1 个警告\n"
    )


def test_concise_says_nothing_of_a_place_that_no_file_holds():
    nowhere = Diagnostic(code="RR0402", severity=Severity.ERROR, message="没有政策", span=NOWHERE)

    assert render_concise([nowhere], SOURCES) == "error[RR0402] 没有政策\n1 个错误，0 个警告\n"


@pytest.mark.parametrize("render", [render_concise, render_json], ids=["concise", "json"])
@given(shuffled=st.permutations(FOUND))
def test_the_order_of_discovery_does_not_show(render, shuffled):
    assert render(shuffled, SOURCES) == render(FOUND, SOURCES)


@given(shuffled=st.permutations(FOUND))
def test_the_order_of_discovery_does_not_show_in_a_terminal(shuffled):
    assert render_terminal(shuffled, SOURCES, colour=False) == render_terminal(FOUND, SOURCES, colour=False)


def test_no_findings():
    assert render_terminal([], {}, colour=True) == "0 个错误，0 个警告\n"
    assert render_concise([], {}) == "0 个错误，0 个警告\n"
    assert json.loads(render_json([], {})) == []


def test_json_counts_code_points_and_utf16_units():
    label = Label(span=Span("丙.outline", 3, 4), message="另一处")
    # 𠀀 is one code point and two UTF-16 units.
    (entry,) = json.loads(render_json([found("RR0201", "甲.policy", 6, labels=(label,))], SOURCES))

    assert entry == {
        "code": "RR0201",
        "severity": "error",
        "message": "RR0201 的话",
        "help": None,
        "file": "甲.policy",
        "start": {"offset": 6, "line": 2, "column": 3, "utf16": {"line": 1, "character": 3}},
        "end": {"offset": 7, "line": 2, "column": 4, "utf16": {"line": 1, "character": 4}},
        "labels": [{"message": "另一处", "file": "丙.outline", "start": None, "end": None}],
    }


def test_json_keeps_words_as_they_are():
    (entry,) = json.loads(
        render_json(
            [Diagnostic(code="RR0401", severity=Severity.WARNING, message="“\x1b”", span=NOWHERE, help="改")],
            SOURCES,
        )
    )

    assert (entry["severity"], entry["message"], entry["help"]) == ("warning", "“\x1b”", "改")
    assert (entry["file"], entry["start"], entry["end"]) == (None, None, None)
