"""Incomes, loans and insurance of the households. Amounts are whole 分."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from relapse_rules.batch.simulate.chance import Bools, Chance, Ints
from relapse_rules.batch.simulate.columns import (
    AS_OF_DAY,
    EPOCH,
    NEVER,
    Column,
    Days,
    Numbers,
    Rows,
    Truths,
    Words,
    days_or_never,
    one_of,
    some_of,
    times,
)
from relapse_rules.batch.simulate.harm import Harm, later, ordinal
from relapse_rules.batch.simulate.homes import MEDIAN_INCOME_YUAN, Homes

_FEN: Final = 100
_THOUSAND: Final = 1000
_PRODUCTS: Final = ("脱贫人口小额信贷", "其他")
_MICROCREDIT, _OTHER = range(2)
_LINES: Final = ("农业保险", "住房保险", "综合特色保险")
_FARM, _HOUSE, _SPECIAL = range(3)
_PERILS: Final = ("农产品价格下跌", "产品滞销", "意外伤害", "劳动力丧失", "短期失业")
_WINDOW: Final = (date(2022, 8, 1), date(2023, 7, 31))
_DAY: Final = 1440


def finances(homes: Homes, harm: Harm, ill: Bools, chance: Chance) -> Rows:
    """Return the table of incomes and expenses of twelve months. ``ill``: in which households somebody is gravely ill."""
    count = homes.count
    each = homes.income * MEDIAN_INCOME_YUAN * _FEN // _THOUSAND + chance.below(_THOUSAND, count)
    # A disaster takes from what the year had brought.
    lost = np.where(harm.fields, homes.severity * 350 // _THOUSAND, homes.severity // 10)
    before = each * homes.sizes
    net = before * (_THOUSAND - lost) // _THOUSAND
    farmed = np.where(homes.rural, chance.between(80, 450, count), chance.between(0, 120, count))
    transfer = net * chance.between(50, 250, count) // _THOUSAND
    owned = np.where(chance.happens(2500, count), net * chance.between(5, 60, count) // _THOUSAND, 0)
    business = net * farmed // _THOUSAND
    expense = business * chance.between(200, 600, count) // _THOUSAND
    wages = np.maximum(net - transfer - owned - business + expense, 0)
    # Some farms lose money; that alone may be below zero.
    business = np.where(chance.happens(np.where(harm.fields, 1200, 150), count), -business // 3, business)
    medical = np.where(ill, chance.between(500_000, 6_000_000, count), chance.between(0, 300_000, count))
    learning = np.where(chance.happens(2500, count), chance.between(0, 800_000, count), 0)
    plunged = (lost > 180) | chance.happens(200, count)
    surged = (medical > before // 4) | (homes.severity > 800)
    known = homes.assessed
    prior = before * chance.between(850, 1080, count) // _THOUSAND
    columns: dict[str, Column] = {
        "window_start": Days(np.full(count, (_WINDOW[0] - EPOCH).days)),
        "window_end": Days(np.full(count, (_WINDOW[1] - EPOCH).days)),
        "wage_income": Numbers(wages, 2),
        "business_income": Numbers(business, 2),
        "property_income": Numbers(owned, 2),
        "transfer_income": Numbers(transfer, 2),
        "business_expense": Numbers(expense, 2),
        "claims_income": Numbers(
            np.where(harm.house & chance.happens(2000, count), chance.between(0, 2_000_000, count), 0), 2
        ),
        "compliant_self_paid": Numbers(medical + learning, 2, known | chance.happens(5000, count)),
        "medical_self_paid": Numbers(medical, 2),
        "medical_burden_heavy": Truths(medical > before // 4, known | ill),
        "prior_net_income": Numbers(prior, 2, homes.relieved | homes.watched),
        "income_plunge": Truths(plunged, known),
        "expense_surge": Truths(surged, known),
        "beyond_capacity": Truths((plunged | surged) & (homes.burden > 700), known),
    }
    return Rows(np.arange(count), columns)


def loans(homes: Homes, chance: Chance) -> Rows:
    """Return the table of loans and of requests for one."""
    entitled = homes.relieved | homes.watched
    first = chance.happens(np.where(entitled, 2600, 700), homes.count)
    second = first & chance.happens(600, homes.count)
    owners, places = _listed(first, second)
    count = len(owners)
    micro = entitled[owners] & chance.happens(8000, count)
    running = chance.happens(8500, count)
    hit, burden, known = homes.hit[owners], homes.burden[owners], homes.assessed[owners]
    needs = chance.happens(np.where(hit, 5000, 2000), count)
    topped = needs & hit & chance.happens(1000, count)
    due = (AS_OF_DAY - EPOCH).days + chance.between(-60, 900, count)
    columns: dict[str, Column] = {
        "id": ordinal("贷款", places),
        "product": one_of(_PRODUCTS, np.where(micro, _MICROCREDIT, _OTHER)),
        "outstanding": Numbers(np.where(running, chance.between(1, 100, count) * 50_000, 0), 2),
        "due_date": days_or_never(np.where(running, due, NEVER), running),
        "unable_to_repay_due_to_disaster": Truths(hit & (burden > 450), hit | known),
        "renewals_used": Numbers(chance.pick((85, 13, 2), count)),
        "extensions_used": Numbers(chance.pick((93, 7), count)),
        "new_loan_demand": Truths(needs),
        "loan_conditions_met": Truths(chance.happens(7800, count), needs | chance.happens(4000, count)),
        "genuine_need": Truths(hit | chance.happens(5000, count), needs | known),
        "repayment_capacity": Truths(
            (burden < 900) & chance.happens(8500, count), needs | chance.happens(4000, count)
        ),
        "topup_amount": Numbers(np.where(topped, chance.between(1, 50, count) * 100_000, 0), 2, needs),
    }
    return Rows(owners, columns)


def insurances(homes: Homes, harm: Harm, chance: Chance) -> Rows:
    """Return the table of policies of insurance."""
    count = homes.count
    owners, lines = _listed(
        homes.rural & chance.happens(4800, count), chance.happens(3500, count), chance.happens(700, count)
    )
    count = len(owners)
    hurt = np.where(lines == _FARM, harm.fields[owners], (lines == _HOUSE) & harm.house[owners])
    claims = hurt & chance.happens(7000, count)
    filed = later(chance, harm.struck[owners], 4 * _DAY, claims)
    taken = later(chance, filed, 3 * _DAY, (filed != NEVER) & chance.happens(7500, count))
    agreed = later(chance, taken, 4 * _DAY, (taken != NEVER) & chance.happens(6000, count))
    paid = later(chance, agreed, 4 * _DAY, (agreed != NEVER) & chance.happens(6500, count))
    special = lines == _SPECIAL
    columns: dict[str, Column] = {
        "id": Words(lines, lambda line: f"保单{line + 1}"),
        "line": one_of(_LINES, lines),
        "insurer": Words((owners + lines) % 4, lambda code: f"保险公司{code + 1}（虚构）"),
        "insured": Truths(chance.happens(9300, count)),
        "claim_filed_at": times(filed, hurt | chance.happens(5000, count)),
        "claim_accepted_at": times(taken, claims),
        "settlement_agreed_at": times(agreed, claims),
        "claim_paid_at": times(paid, claims),
        "covered_peril": some_of(
            _PERILS, {peril: special & chance.happens(5000, count) for peril in _PERILS}, special
        ),
    }
    return Rows(owners, columns)


def _listed(*rows: Bools) -> tuple[Ints, Ints]:
    """Return the households of records of the first kind, the second …, household by household, and the kind of each."""
    owners, kinds = np.nonzero(np.stack(rows, axis=1))
    return owners.astype(np.int64), kinds.astype(np.int64)
