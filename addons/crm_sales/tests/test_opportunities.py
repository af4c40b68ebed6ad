"""Opportunities go through the stages of a process until they are won or lost."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import ConflictError, ValidationError


@pytest.fixture
def stages(env):
    return [env.ref(f"crm_sales.stage_{name}") for name in ("contact", "needs", "offer", "negotiation")]


@pytest.mark.rows("SALE-05", "SALE-16")
def test_a_new_opportunity_begins_in_the_first_stage_with_its_probability(create_opportunity, stages):
    opportunity = create_opportunity(amount=13000)
    assert opportunity.stage == stages[0]
    assert (opportunity.probability, opportunity.weighted) == (10, Decimal("1300.00"))
    assert opportunity.state == "open"


@pytest.mark.rows("SALE-08")
def test_every_move_is_kept_with_day_user_and_days_in_the_stage(create_opportunity, stages, clock):
    clock.set("2025-01-03")
    opportunity = create_opportunity()
    clock.set("2025-01-10")
    opportunity.update(stage=stages[2])
    opportunity.env.flush()
    moves = [
        (move.source_stage, move.stage, move.date, move.user.login, move.days)
        for move in opportunity.env["crm.opportunity.move"].search([["opportunity", "=", opportunity]], "id")
    ]
    assert moves == [
        (None, stages[0], dt.date(2025, 1, 3), "admin", None),
        (stages[0], stages[2], dt.date(2025, 1, 10), "admin", 7),
    ]
    assert opportunity.stage_since == dt.date(2025, 1, 10)


@pytest.mark.rows("SALE-08")
def test_going_back_keeps_the_furthest_stage(create_opportunity, stages):
    opportunity = create_opportunity(stage=stages[3])
    opportunity.update(stage=stages[1])
    opportunity.env.flush()
    assert opportunity.furthest == stages[3]


@pytest.mark.rows("SALE-08")
def test_a_move_that_the_stage_does_not_allow_is_refused(create_opportunity, stages, env):
    stages[0].update(moves_to=[stages[1]])
    env.flush()
    opportunity = create_opportunity()
    with pytest.raises(ConflictError, match="Nothing leads from First contact to Offer"):
        env["crm.opportunity"].update([["id", "=", opportunity.id]], {"stage": stages[2]})
        env.flush()
    opportunity.update(stage=stages[1])
    env.flush()
    assert opportunity.stage == stages[1]


@pytest.mark.rows("SALE-08")
def test_a_stage_tells_all_that_it_still_needs(create_opportunity, stages, env):
    stages[2].required_items = "amount, contacts, next_step"
    env.flush()
    opportunity = create_opportunity(amount=100)
    with pytest.raises(ValidationError) as refused:
        opportunity.update(stage=stages[2])
        env.flush()
    assert "Contacts" in str(refused.value) or "next" in str(refused.value).lower()


@pytest.mark.rows("SALE-08")
def test_a_stage_can_not_require_what_opportunities_do_not_have(stages, env):
    with pytest.raises(ValidationError, match="no field"):
        stages[0].required_items = "colour"
        env.flush()


@pytest.mark.rows("SALE-07")
def test_the_stage_proposes_the_forecast_and_the_salesperson_chooses_it(create_opportunity, stages, env):
    opportunity = create_opportunity()
    assert opportunity.category == "pipeline"
    opportunity.update(stage=stages[3])
    env.flush()
    assert opportunity.category == "expected"
    opportunity.category = "left_out"
    opportunity.update(stage=stages[2])
    env.flush()
    assert opportunity.category == "left_out"


@pytest.mark.rows("SALE-07")
def test_nobody_calls_an_open_opportunity_closed(create_opportunity, env):
    opportunity = create_opportunity()
    with pytest.raises(ValidationError, match="closed"):
        opportunity.category = "closed"
        env.flush()


@pytest.mark.rows("SALE-05")
def test_winning_closes_it_today_and_it_moves_no_more(create_opportunity, stages, clock, env):
    clock.set("2025-02-01")
    opportunity = create_opportunity(amount=500)
    opportunity.win()
    assert (opportunity.state, opportunity.category, opportunity.closed_on) == ("won", "closed", dt.date(2025, 2, 1))
    assert (opportunity.probability, opportunity.weighted) == (100, Decimal("500.00"))
    with pytest.raises(ConflictError, match="closed"):
        opportunity.update(stage=stages[1])
        env.flush()


@pytest.mark.rows("SALE-05")
def test_losing_needs_a_reason(create_opportunity, env):
    opportunity = create_opportunity(amount=500)
    with pytest.raises(ValidationError, match="why"):
        opportunity.lose()
    opportunity.lost_reason = env.ref("crm_sales.lost_price")
    opportunity.lose()
    assert (opportunity.state, opportunity.category, opportunity.weighted) == ("lost", "left_out", Decimal("0.00"))


@pytest.mark.rows("SALE-05")
def test_a_reopened_one_stands_where_it_was_with_the_forecast_of_its_stage(create_opportunity, stages):
    opportunity = create_opportunity(stage=stages[3])
    opportunity.win()
    opportunity.reopen()
    assert (opportunity.state, opportunity.category, opportunity.closed_on) == ("open", "expected", None)


@pytest.mark.rows("SALE-05")
def test_work_on_it_puts_off_the_day_of_the_reminder(create_opportunity, clock, env):
    clock.set("2025-03-01")
    opportunity = create_opportunity()
    assert opportunity.touch_by == dt.date(2025, 3, 15)
    clock.set("2025-03-10")
    opportunity.next_step = "Send the offer"
    env.flush()
    assert opportunity.touch_by == dt.date(2025, 3, 24)


@pytest.mark.rows("SALE-05")
def test_a_changed_probability_of_a_stage_is_no_work_on_its_opportunities(create_opportunity, stages, clock, env):
    clock.set("2025-03-01")
    opportunity = create_opportunity(amount=1000)
    clock.set("2025-03-10")
    stages[0].probability = 20
    env.flush()
    assert opportunity.weighted == Decimal("200.00")
    assert opportunity.touch_by == dt.date(2025, 3, 15)


@pytest.mark.rows("SALE-05")
@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "No next step"),
        ({"next_step": "Call"}, "Call"),
        ({"next_step": "Call", "next_date": "2025-02-27"}, "2 days late · Call"),
        ({"next_step": "Call", "next_date": "2025-03-08"}, "8 Mar · Call"),
    ],
)
def test_a_card_says_what_comes_next(env, create_opportunity, clock, values, text):
    clock.set("2025-03-01")
    env.speak("en")
    assert create_opportunity(**values).next_text == text


@pytest.mark.rows("SALE-05")
def test_contacts_are_those_of_the_customer(create_opportunity, create_contact, env):
    opportunity, stranger = create_opportunity(), create_contact()
    with pytest.raises(ValidationError, match="no contact of"):
        opportunity.contacts.append(stranger)
        env.flush()


@pytest.mark.rows("SALE-06")
def test_a_need_has_a_text_or_a_product(create_opportunity):
    with pytest.raises(ValidationError, match="text or a product"):
        create_opportunity(needs=[{"priority": "must"}])
    opportunity = create_opportunity(needs=[{"name": "Prints labels", "priority": "must", "is_met": True}])
    assert opportunity.needs[0].is_met


@pytest.mark.rows("SALE-05")
def test_the_amount_of_the_products_is_proposed_and_not_forced(create_opportunity, create_product, env):
    product = create_product()
    opportunity = create_opportunity(amount=500, lines=[{"product": product, "quantity": 3, "price": 100}])
    assert (opportunity.lines_amount, opportunity.amount) == (300, 500)
    opportunity.take_lines_amount()
    assert opportunity.amount == 300
    with pytest.raises(ValidationError, match="no products"):
        create_opportunity().take_lines_amount()


@pytest.mark.rows("SALE-06")
def test_a_need_may_name_a_product_alone(create_opportunity, create_product):
    product = create_product()
    assert create_opportunity(needs=[{"product": product}]).needs[0].product == product


@pytest.mark.rows("SALE-05")
def test_salespeople_see_their_own_opportunities_and_managers_all(as_user, create_customer):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        li["crm.opportunity"].create({"name": "Printers", "customer": customer})
        assert li["crm.opportunity"].count() == 1
        assert li["crm.opportunity.move"].count() == 1
    assert as_user("zhang", groups=["crm_base.salesperson"])["crm.opportunity"].count() == 0
    assert as_user("wang", groups=["crm_base.manager"])["crm.opportunity"].count() == 1
