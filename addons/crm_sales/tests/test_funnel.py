"""The funnel, conversion rates from history, and the warning of too few leads."""

import datetime as dt
from decimal import Decimal

import pytest

from addons.crm_sales.services.conversion import read_conversion, usual_period
from addons.crm_sales.services.funnel import read_funnel
from addons.crm_sales.services.lead_shortage import read_shortages, warn_of_few_leads
from addons.crm_sales.services.scopes import scope_named, scopes_for
from core.api import ValidationError

SALES = ["crm_base.salesperson"]
MANAGERS = ["crm_base.manager"]


@pytest.fixture
def process(env):
    return env.ref("crm_sales.process_standard").id


@pytest.fixture
def stages(env):
    return {name: env.ref(f"crm_sales.stage_{name}") for name in ("contact", "needs", "offer", "negotiation")}


@pytest.fixture
def customer(create_customer):
    return create_customer()


@pytest.mark.rows("SALE-15", "SALE-16")
def test_the_funnel_counts_open_opportunities_by_stage_and_weighs_them(
    env, process, stages, create_opportunity, customer
):
    for amount in (100, 50):
        create_opportunity(customer=customer, stage=stages["needs"], amount=amount)
    create_opportunity(customer=customer, stage=stages["offer"], amount="0.01")
    create_opportunity(customer=customer, stage=stages["offer"], amount=999).win()
    funnel = read_funnel(env, process, [])
    assert [(step.count, step.amount, step.expected) for step in funnel.steps] == [
        (0, Decimal(0), Decimal(0)),
        (2, Decimal("150.00"), Decimal("45.00")),
        (1, Decimal("0.01"), Decimal("0.01")),
        (0, Decimal(0), Decimal(0)),
    ]
    assert (funnel.count, funnel.amount, funnel.expected) == (3, Decimal("150.01"), Decimal("45.01"))


@pytest.mark.rows("SALE-15")
def test_a_retired_stage_is_shown_while_opportunities_stand_in_it(env, process, stages, create_opportunity, customer):
    opportunity = create_opportunity(customer=customer, stage=stages["offer"])
    stages["offer"].active = False
    env.flush()
    assert len(read_funnel(env, process, []).steps) == 4
    opportunity.update(stage=stages["needs"])
    env.flush()
    assert len(read_funnel(env, process, []).steps) == 3


@pytest.mark.rows("SALE-15")
def test_the_funnel_of_a_person_a_team_and_a_department(env, as_user, process, customer):
    department = env["core.department"].create({"name": "Sales"})
    part = env["core.department"].create({"name": "Sales north", "parent": department})
    env.flush()
    li = as_user("li", groups=SALES, department=part)
    zhang = as_user("zhang", groups=SALES)
    team = env["core.team"].create({"name": "One", "members": [zhang.uid]})
    env.flush()
    rows = [
        {"name": "a", "customer": customer, "owner": li.uid, "department": part, "amount": 1},
        {"name": "b", "customer": customer, "owner": zhang.uid, "team": team, "amount": 10},
        {"name": "c", "customer": customer, "amount": 100},
    ]
    env["crm.opportunity"].create(rows)
    env.flush()
    scopes = scopes_for(env)

    def amount(key):
        return read_funnel(env, process, scope_named(scopes, key).opportunities).amount

    assert amount(f"department-{department.id}") == 1
    assert amount(f"team-{team.id}") == 10
    assert amount("me") == 100
    assert amount("all") == 111
    with pytest.raises(ValidationError, match="chosen here"):
        scope_named(scopes, "person-0")


@pytest.mark.rows("SALE-15")
def test_a_salesperson_sees_no_more_than_the_own_funnel(env, as_user, process, create_opportunity, customer):
    create_opportunity(customer=customer, amount=100)
    li = as_user("li", groups=SALES)
    scopes = scopes_for(li)
    assert "below" not in scopes
    assert read_funnel(li, process, scopes["all"].opportunities).amount == 0


@pytest.mark.rows("SALE-16")
def test_conversion_rates_come_from_what_was_opened_in_the_period(env, process, stages, customer, clock, create_lead):
    clock.set("2025-01-10")
    reached = ["contact", "contact", "needs", "offer", "negotiation"]
    made = [
        env["crm.opportunity"].create({"name": name, "customer": customer, "stage": stages[name], "amount": 300})
        for name in reached
    ]
    env.flush()
    made[2].win()
    made[3].update(stage=stages["contact"])
    env.flush()
    clock.set("2025-02-10")
    env["crm.opportunity"].create({"name": "later", "customer": customer})
    env.flush()
    found = read_conversion(env, dt.date(2025, 1, 1), dt.date(2025, 1, 31), process=process, opportunities=[], leads=[])
    assert [(step.reached, step.went_on) for step in found.steps] == [(5, 3), (3, 3), (3, 2), (2, 1)]
    assert found.steps[0].rate == Decimal("60.00")
    assert (found.opportunities, found.won, found.win_rate, found.mean_won) == (
        5,
        1,
        Decimal("20.00"),
        Decimal("300.00"),
    )


@pytest.fixture
def zhang(env, as_user, clock):
    """A salesperson under a manager, on 2025-03-15."""
    clock.set("2025-03-15")
    manager = env["core.position"].create({"name": "Manager"})
    seller = env["core.position"].create({"name": "Seller", "parent": manager})
    env.flush()
    as_user("li", groups=MANAGERS, position=manager)
    return as_user("zhang", groups=SALES, position=seller)


def leads_of(env, who, count, day, **values):
    env["crm.lead"].create([{"name": "Lead", "owner": who.uid, "date": day, **values} for _number in range(count)])
    env.flush()


@pytest.fixture
def history(env, zhang, customer, clock):
    """20 leads, of which 10 became opportunities and 2 of these were won with 100,000 each, in the time before March."""
    clock.set("2025-02-01")
    leads_of(env, zhang, 20, "2025-01-15", company_name="Huaxing", customer=customer.id, amount=100000)
    leads = list(env["crm.lead"].search([["owner", "=", zhang.uid]], "id"))
    for lead in leads[:10]:
        lead.convert()
    for lead in leads[10:]:
        lead.dropped_reason = env.ref("crm_sales.dropped_no_need")
        lead.drop()
    for lead in leads[:2]:
        lead.opportunity.win()
    env["crm.quota"].create({"owner": zhang.uid, "year": 2025, "quarter": "1", "amount": 500000})
    env.flush()
    clock.set("2025-03-15")


@pytest.mark.rows("SALE-17")
def test_needed_leads_follow_from_what_is_left_the_mean_deal_and_the_win_rate(env, zhang, history):
    leads_of(env, zhang, 12, "2025-03-02")
    (short,) = read_shortages(env, [zhang.uid], env.today())
    assert (short.left, short.mean_won, short.lead_win_rate) == (300000, 100000, Decimal("10.00"))
    assert (short.deals, short.needed, short.open, short.missing) == (3, 30, 12, 18)


@pytest.mark.rows("SALE-17")
def test_owner_and_superior_are_warned_with_the_number_missing(env, zhang, history):
    leads_of(env, zhang, 12, "2025-03-02")
    assert warn_of_few_leads(env) == 1
    told = env["core.notification"].read([["title", "ilike", "18"]], ["user.login", "title"], "user")
    assert sorted(row["user.login"] for row in told) == ["li", "zhang"]


@pytest.mark.rows("SALE-17")
def test_nobody_is_warned_with_enough_leads(env, zhang, history):
    leads_of(env, zhang, 30, "2025-03-02")
    assert warn_of_few_leads(env) == 0


@pytest.mark.rows("SALE-17")
def test_without_any_history_nothing_is_said(env, zhang):
    env["crm.quota"].create({"owner": zhang.uid, "year": 2025, "quarter": "1", "amount": 500000})
    env.flush()
    assert read_shortages(env, [zhang.uid], env.today()) == []


@pytest.mark.rows("SALE-16")
def test_the_usual_history_is_whole_months_before_this_one(env, clock):
    clock.set("2025-03-15")
    assert usual_period(env) == (dt.date(2024, 3, 1), dt.date(2025, 2, 28))


@pytest.mark.parametrize("count", [2, 40])
def test_a_funnel_takes_two_statements_for_any_number_of_opportunities(env, process, customer, statements, count):
    env["crm.opportunity"].create([{"name": "a", "customer": customer} for _number in range(count)])
    env.flush()
    with statements.at_most(2):
        read_funnel(env, process, [])
