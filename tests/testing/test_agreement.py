"""The oracle is asked about every declaration of a policy."""

from __future__ import annotations

from hypothesis import given
from tests.testing.sample import EFFORT, GRANTS, grants

from relapse_rules.policy import load
from relapse_rules.testing import cases
from relapse_rules.testing.agreement import disagreements, typed_of

SHORT_OF_WATER = {
    "context": {"as_of": "2024-01-01T00:00:00+08:00"},
    "household": {"household_id": "H1", "household_type": "一般户", "water": {"litres": 35}},
}


@given(cases(grants()))
@EFFORT
def test_the_engines_agree_on_every_case(facts):
    assert list(disagreements(grants(), typed_of(grants()), facts)) == []


def test_a_disagreement_names_the_declaration_and_both_answers(tmp_path):
    """The planted fault: the oracle is given a text in which 不超过 stands for 低于."""
    other = tmp_path / "other.policy"
    other.write_text(GRANTS.read_text("utf-8").replace("低于 35升", "不超过 35升"), "utf-8")

    found = list(disagreements(grants(), typed_of(load(other)), SHORT_OF_WATER))

    assert found == ["缺水：判定 (False,)，参照 (True,)", "供水：判定 (None,)，参照 (True,)"]
