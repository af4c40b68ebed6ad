"""Points switched off for the system show nowhere, and are back when they are switched on again (LOY-01)."""

import pytest

PAGES = ("/records/crm.customer/{customer}", "/records/crm.customer", "/records/crm.order/{order}", "/")


@pytest.mark.rows("LOY-01")
def test_points_that_are_off_leave_no_trace_and_are_back_when_on(env, client, order_of, piece, set_parameter):
    order = order_of((piece, 3))
    order.confirm()
    customer = order.customer
    links = {"customer": customer.id, "order": order.id}
    addresses = [page.format(**links) for page in PAGES]
    before = {address: client.get(address).get_data(as_text=True) for address in addresses}
    assert "Points" in before[addresses[0]]
    assert "Points" in before[addresses[2]]
    set_parameter("crm_loyalty.on", False)
    for address in addresses:
        text = client.get(address).get_data(as_text=True)
        # The role stays among the roles with which searches are shared.
        assert "points" not in text.replace("Points clerk", "").lower(), address
    assert client.get("/records/crm.gift").status_code in (403, 404)
    assert "points" not in client.get(f"/api/v1/crm.customer/{customer.id}").get_json()
    assert order_of((piece, 3), customer=customer).points == 0
    set_parameter("crm_loyalty.on", True)
    assert "Points" in client.get(addresses[0]).get_data(as_text=True)
    assert env["crm.customer"].get(customer.id).points == 30


@pytest.mark.rows("LOY-01")
def test_what_is_returned_while_points_are_off_is_right_when_they_are_on_again(env, order_of, piece, set_parameter):
    order = order_of((piece, 3))
    order.confirm()
    set_parameter("crm_loyalty.on", False)
    order.cancel()
    other = order_of((piece, 3), customer=order.customer)
    other.confirm()
    set_parameter("crm_loyalty.on", True)
    assert order.customer.points == 0
