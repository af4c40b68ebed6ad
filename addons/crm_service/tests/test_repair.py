"""Repairs: made from tickets, with parts and work, charged or not, and handed back (SERV-13, SERV-14, SERV-16)."""

import datetime as dt
from decimal import Decimal

import pytest

from core.api import ConflictError, ValidationError


@pytest.fixture
def goods(env):
    """A printer, and a part of it: list price 260, cost 150."""
    unit = env["crm.unit"].create({"name": "件"})

    def make(name, price, cost):
        lines = [{"unit": unit, "ratio": 1, "is_base": True, "price": price}]
        return env["crm.product"].create({"name": name, "cost": cost, "units": lines})

    return {"printer": make("LP-200", 1000, 600), "part": make("FU-2", 260, 150)}


@pytest.fixture
def ticket(env, goods):
    customer = env["crm.customer"].create({"name": "华星贸易"})
    return env["crm.ticket"].create(
        {
            "customer": customer,
            "subject": "卡纸",
            "problem": "连续打印后卡纸",
            "product": goods["printer"],
            "serial": "LP200-0007",
        }
    )


@pytest.fixture
def repair(ticket):
    return ticket.make_repair()


def put_in(repair, goods, **more):
    repair.update(
        parts=[{"product": goods["part"], **more}], work=[{"name": "更换定影组件", "quantity": 1, "price": 100, **more}]
    )
    repair.env.flush()


@pytest.mark.rows("SERV-13")
def test_a_repair_takes_over_what_its_ticket_says(repair, ticket, goods):
    assert (repair.customer, repair.product, repair.serial) == (ticket.customer, goods["printer"], "LP200-0007")
    assert repair.fault == "连续打印后卡纸"
    assert repair.number.startswith("WX")
    assert list(ticket.repairs) == [repair]


@pytest.mark.rows("SERV-13")
def test_a_repair_is_not_promised_before_it_came_in(repair):
    with pytest.raises(ValidationError, match="before it came in"):
        repair.update(promised_on=repair.date - dt.timedelta(days=1))


@pytest.mark.rows("SERV-14")
def test_the_customer_pays_parts_and_work_and_the_result_is_what_is_left(repair, goods):
    put_in(repair, goods)
    assert (repair.amount, repair.cost) == (Decimal("360.00"), Decimal("150.00"))
    with repair.env.system_changes():
        repair.expenses = 60
    repair.env.flush()
    assert repair.result == Decimal("150.00")
    assert (repair.ticket.repair_amount, repair.ticket.repair_cost) == (Decimal("360.00"), Decimal("150.00"))


@pytest.mark.rows("SERV-14")
@pytest.mark.parametrize("charge", ["warranty", "free"])
def test_what_is_not_charged_stays_a_cost(repair, goods, charge):
    put_in(repair, goods, charge=charge)
    assert (repair.amount, repair.cost) == (0, Decimal("150.00"))


@pytest.mark.rows("SERV-14")
def test_lines_of_a_repair_on_warranty_are_on_it_unless_they_say_otherwise(repair, goods):
    repair.in_warranty = True
    repair.update(parts=[{"product": goods["part"]}], work=[{"name": "清洁", "price": 50, "charge": "customer"}])
    repair.env.flush()
    assert [line.charge for line in (*repair.parts, *repair.work)] == ["warranty", "customer"]
    assert repair.amount == Decimal("50.00")


@pytest.mark.rows("SERV-14")
def test_parts_and_prices_of_a_finished_repair_are_locked_until_it_is_taken_up_again(repair, goods):
    put_in(repair, goods)
    repair.confirm()
    for change in (
        lambda: repair.parts[0].update(price=1),
        lambda: repair.env["crm.repair.work"].create({"repair": repair.id, "name": "more"}),
        lambda: repair.parts[0].delete(),
        repair.delete,
    ):
        with pytest.raises(ConflictError, match="locked"), repair.env.savepoint():
            change()
            repair.env.flush()
    repair.reopen()
    repair.parts[0].update(price=1)
    repair.env.flush()
    assert repair.amount == Decimal("101.00")


@pytest.mark.rows("SERV-14")
def test_addons_are_told_of_the_end_of_a_repair_and_of_its_undoing(repair, hooks):
    told = []
    hooks.register(
        repair_confirmed=lambda repair: told.append(("confirmed", repair.state)),
        repair_reopened=lambda repair: told.append(("reopened", repair.state)),
    )
    repair.confirm()
    repair.reopen()
    assert told == [("confirmed", "received"), ("reopened", "repaired")]


@pytest.mark.rows("SERV-14")
def test_a_talk_about_a_repair_is_a_follow_up_of_its_customer(repair):
    channel = repair.env.ref("crm_base.follow_up_channel_phone")
    repair.update(talks=[{"channel": channel, "content": "是否同意更换定影组件", "result": "同意"}])
    repair.env.flush()
    found = repair.env["crm.follow_up"].search([["customer", "=", repair.customer.id]])
    assert [(talk.repair, talk.about_ticket, talk.result) for talk in found] == [(repair, repair.ticket, "同意")]


@pytest.mark.rows("SERV-16")
def test_a_repaired_product_goes_by_a_colleague_to_the_customer(repair, create_user):
    colleague = create_user(login="zhou", name="周客服")
    with pytest.raises(ConflictError, match="not repaired"):
        repair.pass_on(colleague.id)
    repair.confirm()
    with pytest.raises(ValidationError, match="Who takes it"), repair.env.savepoint():
        repair.pass_on()
    repair.pass_on(colleague.id)
    assert (repair.holder, repair.state) == (colleague, "repaired")
    with pytest.raises(ValidationError, match="Who of the customer"), repair.env.savepoint():
        repair.hand_back()
    repair.hand_back("王芳")
    assert (repair.state, repair.holder, repair.handed_on) == ("handed_back", None, repair.env.today())
    rows = repair.env["crm.repair.handing"].read([["repair", "=", repair.id]], ["kind", "colleague.name", "receiver"])
    assert [(row["kind"], row["colleague.name"], row["receiver"]) for row in rows] == [
        ("colleague", "周客服", None),
        ("customer", None, "王芳"),
    ]


@pytest.mark.rows("SERV-16")
def test_nothing_is_handed_back_ahead_of_time(repair):
    repair.confirm()
    repair.update(handed_on=repair.env.today() + dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="between the end"):
        repair.hand_back("王芳")
