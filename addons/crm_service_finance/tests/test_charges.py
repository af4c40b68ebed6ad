"""What a customer pays for a repair is a receivable, once, until the repair is taken up again (SERV-14)."""

from decimal import Decimal

import pytest


@pytest.fixture
def repair(env, create_product):
    customer = env["crm.customer"].create({"name": "华星贸易"})
    ticket = env["crm.ticket"].create({"customer": customer, "subject": "卡纸", "product": create_product()})
    return ticket.make_repair()


@pytest.mark.rows("SERV-14", "FIN-13")
def test_a_finished_repair_charges_the_customer_until_it_is_taken_up_again(repair):
    repair.update(work=[{"name": "更换定影组件", "quantity": 1, "price": 360}])
    repair.confirm()
    repair.env.flush()
    first = repair.receivable
    assert (first.customer, first.open_amount, first.due_date, first.source) == (
        repair.customer,
        Decimal("360.00"),
        repair.env.today(),
        repair,
    )
    assert repair.open_amount == Decimal("360.00")
    repair.reopen()
    repair.env.flush()
    assert (first.state, first.open_amount, repair.receivable) == ("cancelled", 0, None)
    repair.work[0].update(price=100)
    repair.confirm()
    assert repair.receivable.amount == Decimal("100.00")


@pytest.mark.rows("SERV-14")
def test_a_free_repair_makes_no_receivable(repair):
    repair.update(work=[{"name": "清洁", "price": 50, "charge": "free"}])
    repair.confirm()
    assert repair.receivable is None
