"""Points are exchanged for gifts, within the balance, the period and the limit, and back (LOY-10)."""

import pytest

from core.api import AccessDenied, ConflictError, ValidationError


@pytest.fixture
def customer(create_customer, create_point_entry):
    """A customer with 200 points."""
    customer = create_customer()
    create_point_entry(customer=customer, points=200)
    return customer


@pytest.fixture
def redeem(env, gift):
    """A function that redeems the gift for a customer."""

    def run(customer, quantity=1, **values):
        redemption = env["crm.redemption"].create({"customer": customer, "gift": gift, "quantity": quantity, **values})
        redemption.redeem()
        env.flush()
        return redemption

    return run


@pytest.mark.rows("LOY-10", "LOY-11")
def test_redeeming_takes_the_points_and_undoing_gives_them_back(customer, redeem):
    redemption = redeem(customer, 2)
    assert (customer.points, customer.points_used, customer.points_earned) == (40, 160, 200)
    redemption.undo()
    assert (redemption.state, customer.points, customer.points_used) == ("undone", 200, 0)
    assert customer.points == sum(entry.points for entry in customer.point_entries)


@pytest.mark.rows("LOY-10")
def test_more_than_the_balance_is_refused_and_nothing_changes(env, customer, redeem):
    redeem(customer)
    with pytest.raises(ValidationError, match="120 points, 160 are needed"), env.savepoint():
        redeem(customer, 2)
    assert (customer.points, len(customer.point_entries)) == (120, 2)
    assert env["crm.redemption"].count() == 1


@pytest.mark.rows("LOY-10")
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"start_date": "2999-01-01"}, "not offered"),
        ({"end_date": "2001-01-01"}, "not offered"),
        ({"active": False}, "not offered"),
        ({"limit": 1}, "at most 1"),
    ],
)
def test_a_gift_is_given_in_its_period_and_up_to_its_limit(env, gift, customer, redeem, values, message):
    gift.update(**values)
    with pytest.raises(ValidationError, match=message), env.savepoint():
        redeem(customer, 2)
    assert customer.points == 200


@pytest.mark.rows("LOY-10")
def test_what_was_undone_does_not_count_for_the_limit(gift, customer, redeem):
    gift.update(limit=1)
    redeem(customer).undo()
    assert redeem(customer).state == "redeemed"


def test_a_redemption_that_was_made_is_not_changed(env, customer, redeem):
    redemption = redeem(customer)
    with pytest.raises(ValidationError, match="undo it"), env.savepoint():
        redemption.update(quantity=2)
        env.flush()


def test_nothing_is_redeemed_while_points_are_off(env, gift, customer, set_parameter):
    redemption = env["crm.redemption"].create({"customer": customer, "gift": gift})
    env.flush()
    set_parameter("crm_loyalty.on", False)
    with pytest.raises(AccessDenied), env.savepoint():
        redemption.redeem()
    with pytest.raises(ConflictError, match="switched off"), env.elevated(reason="test"):
        redemption.redeem()
    assert customer.points == 200


@pytest.mark.rows("LOY-10")
def test_a_salesperson_redeems_for_the_own_customers(as_user, env, gift):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        li.flush()
        env["crm.point.entry"].create({"customer": customer.id, "points": 100})
        env.flush()
        redemption = li["crm.redemption"].create({"customer": customer, "gift": gift})
        redemption.redeem()
        li.flush()
        assert redemption.state == "redeemed"
    assert env["crm.customer"].get(customer.id).points == 20
