"""What a well-formed case becomes."""

from decimal import Decimal

import pytest
from tests.facts.sample import AS_OF, AS_OF_SECONDS, SMALL, flood, minimal, read, shipped

from relapse_rules.facts.case import Recorded
from relapse_rules.facts.read import read_case
from relapse_rules.values.relations import Relation
from relapse_rules.values.types import NEVER


def test_the_moment_of_decision_is_seconds_since_1970():
    assert read(minimal()).as_of == AS_OF_SECONDS


def test_every_entity_with_lanes_has_a_table():
    tables = read(minimal()).tables

    assert set(tables) == {
        "context",
        "disaster_event",
        "department_alert",
        "household",
        "member",
        "housing",
        "production",
        "employment",
        "loan",
        "insurance",
        "impact",
        "assistance",
        "project",
        "procedure_event",
        "accountability_case",
    }


def test_a_list_left_out_is_not_complete_and_an_empty_one_is():
    tables = read(minimal(loan=[])).tables

    assert (tables["loan"].rows, tables["loan"].complete) == ((), True)
    assert (tables["housing"].rows, tables["housing"].complete) == ((), False)


def test_values_take_the_form_of_their_types():
    case = read(flood())

    household = case.tables["household"].rows[0]
    assert household["household.household_type"] == "脱贫户"
    assert household["household.population"] == 2
    assert household["household.is_rural_household"] is True
    assert household["water.fetch_minutes"] == 1200
    assert household["water.litres_per_person_day"] == 355_000
    assert household["finance.wage_income"] == 1_200_050
    assert household["finance.income_plunge"] is True
    assert case.tables["context"].rows[0]["context.income_line"] == 700_000
    assert case.tables["member"].rows[0]["member.birth_date"] == 722_936
    assert case.tables["disaster_event"].rows[0]["disaster_event.occurred_at"] == 1_690_891_200
    assert case.tables["impact"].rows[0]["impact.damage_kinds"] == frozenset({"住房", "饮水"})


def test_null_is_unknown_and_so_absent():
    assert "water.quality_ok" not in read(flood()).tables["household"].rows[0]


def test_what_has_not_happened_is_never():
    assert read(flood()).tables["housing"].rows[0]["housing.relocated_at"] == NEVER


def test_elements_are_named_by_identifier_or_position():
    tables = read(flood()).tables

    assert tables["household"].ids == ("H1",)
    assert tables["member"].ids == ("P1", "P2")
    assert tables["housing"].ids == ("housing[0]", "老屋")
    assert tables["employment"].ids == ("employment[0]",)


def test_a_judgement_keeps_who_made_it():
    case = read(flood())

    assert case.tables["household"].rows[0]["household.dibao_eligible"] is True
    assert case.recorded == {
        ("H1", "household.dibao_eligible"): Recorded(by="某乡镇", at="2023-08-02", basis="入户核查")
    }


def test_a_judgement_in_a_single_child_is_recorded_for_the_household():
    stated = minimal(finance={"自身难以承受": {"认定结果": "否", "认定单位": "石桥镇"}})

    assert read(stated).recorded == {("H1", "finance.beyond_capacity"): Recorded(by="石桥镇")}


def test_structural_ties_are_all_stated():
    links = read(flood()).links

    assert links[Relation("member", "household")] == (0, 0)
    assert links[Relation("housing", "household")] == (0, 0)
    assert links[Relation("household", "context")] == (0,)
    assert links[Relation("disaster_event", "context")] == (0,)


def test_references_point_at_the_position_of_their_element():
    links = read(flood()).links

    assert links[Relation("impact", "disaster_event", "event_id")] == (0,)
    assert links[Relation("department_alert", "disaster_event", "event_id")] == ()


def test_a_reference_to_a_list_that_was_not_supplied_is_unknown():
    case = read(minimal(impact=[{"event_id": "E7"}]))

    assert case.links[Relation("impact", "disaster_event", "event_id")] == (None,)
    assert case.tables["impact"].rows[0]["impact.event_id"] == "E7"


def test_a_reference_left_out_is_unknown():
    stated = flood()
    del stated["household"]["impact"][0]["event_id"]

    assert read(stated).links[Relation("impact", "disaster_event", "event_id")] == (None,)


@pytest.mark.parametrize("stated", [{}, {"household_id": "H1"}], ids=["left out", "repeated"])
def test_a_child_belongs_to_its_household_whether_it_says_so_or_not(stated):
    case = read(minimal(member=[{"person_id": "P1", **stated}]))

    assert case.links[Relation("member", "household", "household_id")] == (0,)


@pytest.mark.parametrize(
    "form",
    [{"wants_job": True}, [{"wants_job": True}], [{"wants_job": True, "person_id": "P2"}]],
    ids=["object", "list", "list that repeats the number"],
)
def test_employment_under_its_member_refers_to_it(form):
    stated = minimal(member=[{"person_id": "P1", "employment": []}, {"person_id": "P2", "就业": form}])

    case = read(stated)

    assert case.links[Relation("employment", "member", "person_id")] == (1,)
    assert case.tables["employment"].complete
    assert case.tables["employment"].rows[0]["employment.person_id"] == "P2"


def test_employment_at_the_household_may_name_its_member_or_not():
    stated = minimal(member=[{"person_id": "P1"}], employment=[{"person_id": "P1"}, {"wants_job": True}])

    case = read(stated)

    assert case.links[Relation("employment", "member", "person_id")] == (0, None)
    assert case.tables["employment"].complete


def test_employment_under_some_members_only_is_not_all_there_is():
    stated = minimal(member=[{"person_id": "P1", "employment": {}}, {"person_id": "P2"}])

    table = read(stated).tables["employment"]

    assert (len(table.rows), table.complete) == (1, False)


def test_no_members_have_no_employment():
    assert read(minimal(member=[])).tables["employment"].complete


def test_a_derived_fact_may_be_supplied():
    assert read(minimal(housing=[{"住房安全": "否"}])).tables["housing"].rows[0]["housing.safe"] is False


def test_open_lists_of_values_take_any_text():
    case = read(minimal(帮扶需求清单=["住房", "打井"]))

    assert case.tables["household"].rows[0]["household.needs_identified"] == frozenset({"住房", "打井"})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (AS_OF, AS_OF_SECONDS),
        ("2023-08-02T09:00:00", AS_OF_SECONDS),
        ("2023-08-02 09:00", AS_OF_SECONDS),
        ("2023-08-02T01:00:00Z", AS_OF_SECONDS),
        ("2023-08-02T09:00:00.000+0800", AS_OF_SECONDS),
        ("1900-01-01T00:00:00", -2_209_017_600),
        ("2200-12-31T23:59:59+08:00", 7_289_625_599),
    ],
)
def test_times_without_an_offset_are_shanghai(written, seconds):
    case = read({"context": {"as_of": written}, "household": {"household_id": "H1"}})

    assert case.as_of == seconds


@pytest.mark.parametrize(
    ("stated", "cents"),
    [
        (0, 0),
        (3, 300),
        (0.1, 10),
        (1.15, 115),
        (Decimal("1.50000"), 150),
        (Decimal("1E+2"), 10_000),
        (Decimal("0E-999999"), 0),
        (-7.25, -725),
    ],
)
def test_money_is_exact(stated, cents):
    case = read(minimal(finance={"business_income": stated}))

    assert case.tables["household"].rows[0]["finance.business_income"] == cents


def test_money_in_json_is_never_a_binary_fraction():
    text = '{"context":{"as_of":"%s"},"household":{"household_id":"H1","finance":{"wage_income":9007199254740.93}}}'

    assert read(text % AS_OF).tables["household"].rows[0]["finance.wage_income"] == 900_719_925_474_093


def test_months_years_and_working_days_keep_their_own_steps():
    stated = minimal(share=0.3, term=2, notice=7)

    row = read_case(stated, SMALL).tables["household"].rows[0]

    assert (row["household.share"], row["household.term"], row["household.notice"]) == (3000, 24, 7)


def test_lists_may_hang_at_any_depth():
    stated = minimal(
        member=[{"person_id": "P1", "paper": [{}, {"id": "证"}]}, {"person_id": "P2", "paper": [{}]}]
    )

    case = read_case(stated, SMALL)

    assert case.tables["paper"].ids == ("paper[0]", "证", "paper[2]")
    assert case.tables["paper"].complete
    assert case.links[Relation("paper", "member")] == (0, 0, 1)


def test_a_deep_list_that_one_parent_left_out_is_not_complete():
    stated = minimal(member=[{"person_id": "P1", "paper": [{}]}, {"person_id": "P2"}])

    assert not read_case(stated, SMALL).tables["paper"].complete


def test_full_width_names_and_values_are_the_same_names():
    stated = minimal(**{"乡\uff08镇\uff09": "511002", " 户类型\u3000": "脱贫户"})
    stated["department_alert"] = [{"alert_id": "A1", "recipient": "村\uff08社区\uff09"}]

    case = read(stated)

    assert case.tables["household"].rows[0]["household.township_code"] == "511002"
    assert case.tables["department_alert"].rows[0]["department_alert.recipient"] == "村(社区)"


def test_the_shipped_vocabulary_is_read_once():
    assert read_case(minimal(), shipped()) == read_case(minimal(), shipped())
