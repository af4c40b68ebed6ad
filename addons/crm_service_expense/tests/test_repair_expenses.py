"""Approved expenses of a repair lower its result; refused ones do not (SERV-15)."""

from decimal import Decimal

import pytest

from core.api import AccessDenied, ConflictError


@pytest.mark.rows("SERV-15")
def test_an_approved_expense_lowers_the_result_until_it_is_refused(env, as_user, create_product):
    customer = env["crm.customer"].create({"name": "华星贸易"})
    repair = (
        env["crm.ticket"].create({"customer": customer, "subject": "卡纸", "product": create_product()}).make_repair()
    )
    repair.update(work=[{"name": "更换定影组件", "price": 360}])
    wu = as_user("wu", groups=["crm_service.technician"])
    repair.update(owner=wu.user.id)
    env.flush()
    line = {"category": "travel", "name": "上门", "amount": 60, "repair": repair.id}
    claim = wu["crm.expense"].create({"title": "上门维修", "lines": [line]})
    claim.submit()
    wu.flush()
    assert repair.result == Decimal("360.00")
    with pytest.raises(ConflictError, match="handed in"), wu.savepoint():
        claim.lines[0].update(repair=None)
    own = env["crm.expense"].get(claim.id)
    own.approve()
    env.flush()
    assert (repair.expenses, repair.result) == (Decimal("60.00"), Decimal("300.00"))
    own.refuse()
    env.flush()
    assert repair.result == Decimal("360.00")


@pytest.mark.rows("EXP-04", "SERV-15")
def test_an_expense_of_a_repair_lowers_the_contract_that_its_technician_does_not_see(
    env, as_user, create_product, create_order
):
    order = create_order(lines=[{"product": create_product(), "quantity": 1, "price": 1000}])
    order.confirm()
    env["crm.delivery"].create({"order": order, "line": order.lines[0], "quantity": 1})
    env.flush()
    item = env["crm.sold.item"].search([["order", "=", order.id]])[0]
    values = {"customer": order.customer, "subject": "卡纸", "product": item.product, "sold_item": item}
    repair = env["crm.ticket"].create(values).make_repair()
    wu = as_user("wu", groups=["crm_service.technician"])
    repair.update(owner=wu.user.id)
    env.flush()
    line = {"category": "travel", "name": "上门", "amount": 60, "repair": repair.id}
    claim = wu["crm.expense"].create({"title": "上门维修", "lines": [line]})
    claim.submit()
    wu.flush()
    with pytest.raises(AccessDenied):
        wu["crm.order"].count()
    own = env["crm.expense"].get(claim.id)
    assert own.lines[0].order == order
    own.approve()
    env.flush()
    assert order.expenses == Decimal("60.00")
