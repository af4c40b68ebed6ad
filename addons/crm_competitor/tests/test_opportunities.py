"""Competitors met in opportunities: how it ended against each, and the report of it."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_competitor.services.report import competitor_report
from core.api import ValidationError

YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


@pytest.fixture
def rivals(env):
    return list(env["crm.competitor"].create([{"name": "甲", "threat": "high"}, {"name": "乙"}, {"name": "丙"}]))


@pytest.fixture
def deal(env, clock, create_opportunity, rivals):
    """Make an opportunity in which rivals were met, and close it on a day."""

    def make(amount, met, opened, closed=None, won=False, lost_to=None):
        clock.set(opened)
        made = create_opportunity(
            amount=amount,
            opened_on=dt.date.fromisoformat(opened),
            competitors=[{"competitor": rivals[number]} for number in met],
        )
        if closed:
            clock.set(closed)
            if won:
                made.win()
            else:
                made.update(lost_reason=reason(env), lost_to=None if lost_to is None else rivals[lost_to])
                made.lose()
        env.flush()
        return made

    return make


def reason(env):
    return env["core.dictionary.item"].search([["dictionary.code", "=", "opportunity_lost_reason"]], limit=1)[0]


@pytest.mark.rows("COMP-12")
def test_the_result_against_each_competitor_follows_from_the_opportunity(deal, rivals):
    opportunity = deal(1000, [0, 1], "2025-02-01")
    assert [each.result for each in opportunity.competitors] == ["open", "open"]
    won = deal(1000, [0, 1], "2025-02-01", "2025-03-01", won=True)
    assert [each.result for each in won.competitors] == ["won", "won"]
    lost = deal(1000, [0, 1], "2025-02-01", "2025-03-01", lost_to=1)
    assert {each.competitor.name: each.result for each in lost.competitors} == {"甲": "lost_otherwise", "乙": "lost"}
    lost.reopen()
    assert {each.result for each in lost.competitors} == {"open"}


@pytest.mark.rows("COMP-12")
def test_a_winner_nobody_had_noted_is_added_to_those_met(deal, rivals):
    lost = deal(1000, [0], "2025-02-01", "2025-03-01", lost_to=2)
    assert {each.competitor.name: each.result for each in lost.competitors} == {"甲": "lost_otherwise", "丙": "lost"}


@pytest.mark.rows("COMP-12")
def test_the_winner_can_be_named_after_losing(deal, rivals):
    lost = deal(1000, [0, 1], "2025-02-01", "2025-03-01")
    assert {each.result for each in lost.competitors} == {"lost_otherwise"}
    lost.update(lost_to=rivals[0])
    assert [each.result for each in lost.competitors if each.competitor is rivals[0]] == ["lost"]


@pytest.mark.rows("COMP-12")
def test_price_and_threat_are_noted_and_nobody_is_met_twice(deal, rivals, env):
    opportunity = deal(1000, [0], "2025-02-01")
    met = opportunity.competitors[0]
    met.update(price="899.99", threat="low")
    assert (met.price, met.threat.key, rivals[0].threat.key) == (Decimal("899.99"), "low", "high")
    with pytest.raises(ValidationError, match="same"):
        env["crm.opportunity.competitor"].create({"opportunity": opportunity, "competitor": rivals[0]})
        env.flush()


@pytest.mark.rows("COMP-13", "COMP-11")
def test_the_report_counts_met_won_and_lost_with_amounts_and_win_rate(env, deal, rivals):
    deal(1000, [0, 1], "2025-01-10", "2025-02-10", won=True)
    deal(2000, [0], "2025-01-20", "2025-04-10", lost_to=0)
    deal(4000, [0, 1], "2025-03-01", "2025-04-20", lost_to=1)
    deal(8000, [0], "2025-03-05")
    deal(16000, [0], "2024-12-01", "2025-05-05", won=True)
    deal(32000, [0], "2024-03-01", "2024-05-05", won=True)
    report = competitor_report(env, *YEAR)
    found = {
        line.name: (
            line.figures.met,
            line.figures.won,
            line.figures.lost,
            line.figures.lost_otherwise,
            line.figures.won_amount,
            line.figures.lost_amount,
            line.figures.rate,
        )
        for line in report.lines
    }
    # 甲: won 1000 and 16000, lost 2000 to it, 4000 to the other one.
    assert found == {
        "乙": (2, 1, 1, 0, Decimal(1000), Decimal(4000), Decimal("50.00")),
        "甲": (4, 2, 1, 1, Decimal(17000), Decimal(2000), Decimal("66.67")),
    }
    assert [line.name for line in report.lines] == ["乙", "甲"]
    assert (report.total.met, report.total.lost_amount) == (6, Decimal(6000))


@pytest.mark.rows("COMP-13")
def test_the_report_is_split_by_period_and_narrowed_to_a_product(env, deal, create_product):
    first = deal(1000, [0], "2025-01-10", "2025-02-10", won=True)
    deal(2000, [0], "2025-01-20", "2025-04-10", lost_to=0)
    line = competitor_report(env, *YEAR, unit="quarter").lines[0]
    assert {str(day): (each.met, each.won, each.lost) for day, each in line.periods.items()} == {
        "2025-01-01": (2, 1, 0),
        "2025-04-01": (0, 0, 1),
    }
    product = create_product(name="Printer")
    env["crm.quote"].create(
        {"customer": first.customer, "opportunity": first, "lines": [{"product": product, "quantity": 1, "price": 10}]}
    )
    env.flush()
    line = competitor_report(env, *YEAR, product=product.id).lines[0]
    assert (line.figures.met, line.figures.won, line.figures.lost) == (1, 1, 0)


@pytest.mark.rows("COMP-13")
def test_the_report_counts_only_opportunities_the_user_may_see(as_user, env, deal):
    deal(1000, [0], "2025-01-10", "2025-02-10", won=True)
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        assert competitor_report(zhang, *YEAR).lines == []
    with as_user("li", groups=["crm_base.manager"]) as li:
        assert competitor_report(li, *YEAR).total.won_amount == Decimal(1000)
    with pytest.raises(ValidationError):
        competitor_report(env, YEAR[1], YEAR[0])
