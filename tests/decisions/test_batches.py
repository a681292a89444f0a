"""One concluder for many cases: what it keeps from earlier ones never shows in later ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from tests.decisions.sample import AS_OF, YUAN, case, decide, is_true, measure, policy, setting
from tests.strategies.cases import random_case
from tests.strategies.effort import COMPILED
from tests.strategies.policies import random_policy, seeded

from relapse_rules.check import policy as checked
from relapse_rules.decisions import Concluder, conclude
from relapse_rules.engines.lanes import compile_program
from relapse_rules.lowering import lower

DAY = 86_400
CHANGING = policy(
    parameters=(
        checked.ParameterSpec(
            name="收入线",
            type=YUAN,
            values=tuple(
                setting(f"2023-{month:02}-01", month, f"{month}分", "本地") for month in range(1, 13)
            ),
        ),
    ),
    units=(checked.UnitSpec(name="各乡镇", fact="household.township_code"),),
    measures=(measure("救助", "household", is_true("household.rural"), units=("各乡镇",)),),
)


@COMPILED
@given(seed=st.integers(0, 2**32))
def test_a_case_is_decided_alone_as_after_others(seed):
    rng = seeded(seed)
    program = lower(random_policy(rng))
    evaluator, concluder = compile_program(program), Concluder(program)
    cases = [random_case(rng) for _ in range(4)]

    for given_case in cases:
        rails = evaluator.run(given_case)
        alone = conclude(program, rails, given_case, reading_changes={})
        assert concluder.conclude(rails, given_case, reading_changes={}) == alone


def test_many_days_and_many_places():
    """More than are kept: the first are decided as before when they come again."""
    program = lower(CHANGING)
    evaluator, concluder = compile_program(program), Concluder(program)

    def concluded(day: int, township: int):
        given_case = case({"household.township_code": f"{township:09}"}, as_of=AS_OF + day * DAY)
        return concluder.conclude(evaluator.run(given_case), given_case, reading_changes={})

    first = concluded(0, 1)
    later = [concluded(day, 1) for day in range(70)]
    elsewhere = [concluded(0, township) for township in range(1100)]

    assert [found.assumptions[0].value for found in later] == ["8分"] * 30 + ["9分"] * 30 + ["10分"] * 10
    assert [found.measures[0].units_resolved for found in elsewhere] == [
        (f"{place:09}",) for place in range(1100)
    ]
    assert concluded(0, 1) == first == decide(CHANGING, case({"household.township_code": "000000001"}))


def test_threads_share_a_concluder():
    program = lower(CHANGING)
    evaluator, concluder = compile_program(program), Concluder(program)

    def concluded(number: int) -> str:
        given_case = case({"household.township_code": f"{number % 7:09}"}, as_of=AS_OF + number % 90 * DAY)
        return concluder.conclude(evaluator.run(given_case), given_case, reading_changes={}).model_dump_json()

    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(concluded, range(400)))

    assert together == [concluded(number) for number in range(400)]
