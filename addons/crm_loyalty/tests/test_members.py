"""Members, their levels, the ranking, and picking them (LOY-12 to LOY-14)."""

import pytest

from core.api import ConflictError


@pytest.fixture
def levels(env):
    """Silver from 0, gold from 25."""
    return [
        env["crm.member.level"].create({"name": name, "least": least}) for name, least in (("Silver", 0), ("Gold", 25))
    ]


@pytest.mark.rows("LOY-13")
def test_a_member_has_a_number_a_day_and_the_level_that_the_points_reach(env, levels, order_of, piece):
    order = order_of((piece, 3))
    member = order.customer.make_member()
    env.flush()
    assert member.number.startswith("HY")
    assert (member.joined, member.level.name) == (env.today(), "Silver")
    order.confirm()
    assert member.level.name == "Gold"
    with pytest.raises(ConflictError, match=member.number):
        order.customer.make_member()


@pytest.mark.rows("LOY-13")
def test_levels_may_go_by_purchases_and_give_the_prices_of_a_customer_type(
    env, levels, order_of, piece, vip, set_parameter
):
    set_parameter("crm_loyalty.level_by", "purchases")
    levels[1].update(least=2000, type=vip)
    order = order_of((piece, 3))
    member = order.customer.make_member()
    env.flush()
    order.confirm()
    env.flush()
    assert (order.customer.purchases, order.customer.last_purchase) == (2850, env.today())
    assert (member.level.name, order.customer.type) == ("Gold", vip)
    order.cancel()
    env.flush()
    assert (order.customer.purchases, order.customer.last_purchase) == (0, None)
    assert member.level.name == "Silver"


@pytest.mark.rows("LOY-14")
def test_members_are_picked_by_purchases_points_visit_level_and_birthday(env, levels, create_customer, order_of, piece):
    wanted = create_customer(kind="person", birthday="1990-03-08")
    other = create_customer(birthday="1990-04-08")
    for customer in (wanted, other):
        customer.make_member()
        order_of((piece, 3), customer=customer).confirm()
    env.flush()
    domain = [
        ["customer.purchases", ">=", 2000],
        ["customer.points", ">", 20],
        ["customer.last_contact", "is_not_set"],
        ["level.name", "=", "Gold"],
        ["customer.birthday_month", "=", 3],
    ]
    assert env["crm.member"].search(domain).mapped("customer.id") == [wanted.id]
    same = [["purchases", ">=", 2000], ["memberships.level.name", "=", "Gold"], ["birthday_month", "=", 3]]
    assert env["crm.customer"].search(same).mapped("id") == [wanted.id]


@pytest.mark.rows("LOY-14")
def test_a_target_group_is_a_saved_search_over_members(env, client, create_customer):
    create_customer(name="Huaxing", birthday="1990-03-08").make_member()
    env.flush()
    text = client.get("/records/crm.member").get_data(as_text=True)
    assert "Huaxing" in text
    assert "Birthday this month" in text


@pytest.mark.rows("LOY-12")
def test_customers_are_ranked_by_points_earned_used_and_left(env, client, create_customer, create_point_entry, gift):
    for name, points in (("Huaxing", 300), ("Yuanhang", 100)):
        create_point_entry(customer=create_customer(name=name), points=points)
    customer = env["crm.customer"].search([["name", "=", "Huaxing"]])[0]
    env["crm.redemption"].create({"customer": customer, "gift": gift, "quantity": 3}).redeem()
    env.flush()
    firsts = {"points": "Huaxing", "used": "Huaxing", "left": "Yuanhang"}
    for figure, first in firsts.items():
        text = client.get(f"/x/crm_base/ranking?figure=crm_loyalty.{figure}&period=year").get_data(as_text=True)
        main = text[text.index("<main") :]
        assert first in main
        if figure != "used":
            assert main.index(first) < main.index({"Huaxing": "Yuanhang", "Yuanhang": "Huaxing"}[first])


def test_what_was_bought_before_is_counted_when_the_addon_comes(env, order_of, piece):
    from addons.crm_loyalty.services.purchases import count_purchases

    order = order_of((piece, 1))
    order.confirm()
    env.flush()
    with env.system_changes():
        order.customer.update(purchases=None)
    env.flush()
    count_purchases(env)
    assert order.customer.purchases == 950
