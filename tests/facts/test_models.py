"""The generated models take and refuse what reading takes and refuses."""

import json
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from pydantic import ValidationError
from tests.facts.sample import SMALL, flood, minimal, problems, read, shipped
from tests.facts.test_bad_facts import BAD_VALUES
from tests.facts.test_laws import CASES

from relapse_rules.facts.models import FactModel, models
from relapse_rules.facts.read import read_case


@pytest.fixture(scope="module")
def shipped_models():
    return models(shipped())


@given(CASES)
def test_a_model_reads_as_its_facts_do(stated):
    model = models(shipped()).CaseFacts.model_validate(stated)

    assert read(model) == read(stated)


def test_json_through_a_model_reads_as_the_text_does(shipped_models):
    text = json.dumps(flood())

    assert read(shipped_models.CaseFacts.model_validate_json(text)) == read(text)


def test_a_model_survives_pickling(shipped_models):
    model = shipped_models.CaseFacts.model_validate(flood())

    again = pickle.loads(pickle.dumps(model))

    assert again == model
    assert read(again) == read(model)


def test_what_was_not_given_stays_unset(shipped_models):
    model = shipped_models.Household(household_id="H1", population=3)

    assert model.model_dump(exclude_unset=True) == {"household_id": "H1", "population": 3}


def test_chinese_and_english_names_make_the_same_model(shipped_models):
    chinese = shipped_models.Housing.model_validate({"房屋墙壁倒塌": True})

    assert chinese == shipped_models.Housing(wall_collapsed=True)
    assert chinese.wall_collapsed is True


_WITHIN_ONE_OBJECT = {
    name: household
    for name, (household, _, _) in BAD_VALUES.items()
    if name
    not in {
        # what only the whole case shows
        "member of another household",
        "employment of nobody",
        "employment of another member",
        "same name twice",
        "name that a position has",
    }
}


@pytest.mark.parametrize("household", _WITHIN_ONE_OBJECT.values(), ids=_WITHIN_ONE_OBJECT.keys())
def test_a_model_refuses_what_reading_refuses(shipped_models, household):
    assert problems(minimal(**household))
    with pytest.raises(ValidationError):
        shipped_models.CaseFacts.model_validate(minimal(**household))


def test_a_refusal_does_not_repeat_what_was_stated(shipped_models):
    with pytest.raises(ValidationError) as caught:
        shipped_models.Member.model_validate({"person_id": "P1", "birth_date": "张三丰"})

    assert "张三丰" not in str(caught.value)
    assert "“出生日期”要填日期" in str(caught.value)


def test_models_of_two_vocabularies_do_not_mix(shipped_models):
    small = models(SMALL)

    assert read_case(small.CaseFacts.model_validate(minimal(grade="甲")), SMALL)
    assert set(small) == {"CaseFacts", "Context", "Household", "Member", "Paper"}
    assert issubclass(small.Member, FactModel)
    assert small.Member is not shipped_models.Member


def test_a_model_that_does_not_exist_is_an_attribute_error(shipped_models):
    with pytest.raises(AttributeError, match="Households"):
        _ = shipped_models.Households


def test_the_model_schema_shows_chinese_titles_and_suppliers(shipped_models):
    schema = shipped_models.Household.model_json_schema()

    assert schema["properties"]["population"]["title"] == "家庭人口数"
    assert schema["properties"]["population"]["x-supplied-by"] == "全国系统"


def test_reading_facts_does_not_import_pydantic():
    code = "import sys, relapse_rules.facts; sys.exit('pydantic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
