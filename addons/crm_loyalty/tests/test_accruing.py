"""Points of lines by product, unit and customer type; accruing, cancelling and returning (LOY-02 to LOY-09)."""

import pytest

from core.api import AccessDenied, ValidationError


def return_goods(line, quantity):
    for kind, count in (("delivery", line.quantity), ("return", quantity)):
        line.env["crm.delivery"].create({"order": line.order, "line": line, "kind": kind, "quantity": count})
    line.env.flush()


@pytest.mark.rows("LOY-04", "LOY-06")
def test_a_line_earns_quantity_times_the_points_of_its_unit(order_of, piece, box):
    order = order_of((piece, 3), (box, 2))
    assert [line.points for line in order.lines] == [30, 90]
    assert order.points == 120


@pytest.mark.rows("LOY-07")
def test_points_of_the_customer_type_win_over_those_of_the_unit(order_of, piece, box, vip, create_customer):
    order = order_of((piece, 3), (box, 2), customer=create_customer(type=vip))
    assert [line.points for line in order.lines] == [36, 100]


@pytest.mark.rows("LOY-04")
def test_points_are_rounded_half_up_and_lines_without_points_earn_none(order_of, piece, create_product):
    piece.update(points="0.5")
    order = order_of((piece, 3), (create_product(name="Free of points").base_unit, 9))
    assert [line.points for line in order.lines] == [2, 0]


@pytest.mark.rows("LOY-02")
def test_a_customer_of_a_type_without_points_earns_none(order_of, piece, vip, create_customer):
    vip.update(without_points=True)
    assert order_of((piece, 3), customer=create_customer(type=vip)).points == 0


@pytest.mark.rows("LOY-03")
def test_the_switch_of_the_customer_wins_over_that_of_the_type(env, order_of, piece, vip, create_customer):
    vip.update(without_points=True)
    customer = create_customer(type=vip)
    order = order_of((piece, 3), customer=customer)
    assert order.points == 0
    customer.update(points_switch="on")
    env.flush()
    assert order.points == 36
    customer.update(points_switch="off")
    env.flush()
    assert order.points == 0


@pytest.mark.rows("LOY-08")
def test_points_entered_in_a_line_are_marked_kept_and_logged(env, order_of, piece):
    order = order_of((piece, 3))
    line = order.lines[0]
    line.update(points=50)
    env.flush()
    assert (line.points, line.rule_points, line.points_changed, order.points) == (50, 30, True, 50)
    line.update(quantity=4)
    env.flush()
    assert (line.points, line.rule_points) == (50, 40)
    assert env["core.history"].count(
        [["model", "=", "crm.order.line"], ["record_id", "=", line.id], ["field", "=", "points"], ["new", "=", "50"]]
    )


@pytest.mark.rows("LOY-08")
def test_only_who_has_the_right_enters_points_in_a_line(as_user, env, piece):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        order = li["crm.order"].create({"customer": customer, "lines": [{"unit": piece, "quantity": 3}]})
        assert order.points == 30
        with pytest.raises(AccessDenied), li.savepoint():
            order.lines[0].update(points=5000)
            li.flush()
        user = li.user.id
    env["core.special_grant"].create({"right": "crm_loyalty.change_points", "user": user})
    env.flush()
    with as_user("li") as li:
        li["crm.order"].get(order.id).lines[0].update(points=40)
        li.flush()
        assert li["crm.order"].get(order.id).points == 40


@pytest.mark.rows("LOY-09")
def test_an_effective_order_earns_its_points_and_a_cancelled_one_takes_them_back(order_of, piece):
    order = order_of((piece, 3))
    assert order.customer.points == 0
    order.confirm()
    assert order.customer.points == 30
    order.cancel()
    assert order.customer.points == 0
    assert [entry.kind for entry in order.customer.point_entries.sorted("id")] == ["earn", "take_back"]


@pytest.mark.rows("LOY-09")
def test_returned_goods_take_their_share_back_even_below_zero(env, order_of, piece, box, create_point_entry):
    order = order_of((piece, 3), (box, 2))
    order.confirm()
    create_point_entry(customer=order.customer, points=-115, kind="adjust")
    return_goods(order.lines[0], 1)
    assert order.customer.points == -5
    assert order.customer.points_earned == -5
    assert sum(entry.points for entry in order.point_entries) == 110


@pytest.mark.rows("LOY-09")
def test_points_changed_while_effective_are_booked_at_once_without_opening_the_order(env, order_of, piece):
    order = order_of((piece, 3))
    order.confirm()
    order.lines[0].update(points=50)
    env.flush()
    assert (order.state, order.customer.points) == ("confirmed", 50)


@pytest.mark.rows("LOY-09")
def test_an_order_changed_and_confirmed_again_earns_what_it_says_now(env, order_of, piece):
    order = order_of((piece, 3))
    order.confirm()
    order.reopen()
    assert order.customer.points == 0
    order.lines[0].update(quantity=5)
    order.confirm()
    assert order.customer.points == 50


@pytest.mark.rows("LOY-09")
def test_rules_changed_later_leave_effective_orders_alone(env, order_of, piece):
    order = order_of((piece, 3))
    order.confirm()
    piece.update(points=99)
    order.customer.update(points_switch="off")
    env.flush()
    assert (order.points, order.customer.points) == (30, 30)


@pytest.mark.rows("LOY-09")
def test_points_for_what_is_paid_come_with_the_last_receipt(env, order_of, piece, set_parameter):
    set_parameter("crm_loyalty.when_received", True)
    order = order_of((piece, 2))
    order.confirm()
    assert order.customer.points == 0
    for amount in (1000, 900):
        receipt = env["crm.receipt"].create({"order": order, "amount": amount})
        receipt.confirm()
        env.flush()
        assert order.customer.points == (0 if amount == 1000 else 20)
    receipt.reverse()
    env.flush()
    assert order.customer.points == 0


def test_an_entry_of_no_points_is_refused(create_point_entry):
    with pytest.raises(ValidationError, match="zero"):
        create_point_entry(points=0)


@pytest.mark.rows("LOY-11")
def test_a_salesperson_earns_points_for_customers_without_the_right_to_write_them(as_user, piece):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "Huaxing"})
        order = li["crm.order"].create({"customer": customer, "lines": [{"unit": piece, "quantity": 1}]})
        order.confirm()
        assert li["crm.point.entry"].search().mapped("points") == [10]
        with pytest.raises(AccessDenied):
            li["crm.point.entry"].create({"customer": customer, "points": 1000})


@pytest.mark.rows("LOY-11")
def test_nobody_changes_the_points_of_an_order_by_hand(as_user, env, order_of, piece, create_point_entry):
    order = order_of((piece, 3))
    order.confirm()
    by_hand = create_point_entry(customer=order.customer, points=5)
    with as_user("zhang", groups=["crm_loyalty.clerk"]) as zhang:
        assert zhang["crm.point.entry"].count() == 2
        zhang["crm.point.entry"].get(by_hand.id).update(points=6)
        zhang.flush()
        with pytest.raises(AccessDenied), zhang.savepoint():
            zhang["crm.point.entry"].get(order.point_entries[0].id).update(points=6000)
            zhang.flush()
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        assert li["crm.point.entry"].count() == 0
