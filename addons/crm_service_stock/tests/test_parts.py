"""Parts of repairs leave stock when the keeper confirms, and cost what they cost there (SERV-14)."""

from decimal import Decimal

import pytest

from core.api import ConflictError


@pytest.fixture
def repair(env):
    """A repair with one FU-2, of which 10 pieces lie in stock at 160, and work for 100."""
    unit = env["crm.unit"].create({"name": "件"})
    lines = [{"unit": unit, "ratio": 1, "is_base": True, "price": 260}]
    printer, part = env["crm.product"].create(
        [{"name": name, "cost": 150, "units": lines} for name in ("LP-200", "FU-2")]
    )
    warehouse = env["crm.warehouse"].create({"name": "主仓", "code": "ZC", "keepers": [env.user]})
    opening = env["crm.stock.document"].create(
        {"kind": "opening", "warehouse": warehouse, "lines": [{"product": part, "quantity": 10, "unit_cost": 160}]}
    )
    opening.confirm()
    customer = env["crm.customer"].create({"name": "华星贸易"})
    ticket = env["crm.ticket"].create({"customer": customer, "subject": "卡纸", "product": printer})
    repair = ticket.make_repair()
    repair.update(parts=[{"product": part}], work=[{"name": "更换", "price": 100}])
    env.flush()
    return repair


def stock_of(repair):
    repair.env.flush()
    product = repair.parts[0].product
    return product.env["crm.product"].read([["id", "=", product.id]], ["stock_quantity"])[0]["stock_quantity"]


@pytest.mark.rows("SERV-14")
def test_a_finished_repair_asks_for_its_parts_and_the_keeper_issues_them(repair):
    assert repair.cost == Decimal("150.00")
    repair.confirm()
    document = repair.parts[0].document
    assert (document.state, document.reason, document.source, stock_of(repair)) == ("requested", "part", repair, 10)
    repair.env["crm.stock.document"].get(document.id).confirm()
    repair.env.flush()
    assert stock_of(repair) == 9
    assert (repair.cost, repair.amount) == (Decimal("160.00"), Decimal("360.00"))


@pytest.mark.rows("SERV-14")
def test_parts_are_asked_for_once_and_locked_until_the_keeper_gives_them_up(repair):
    repair.request_parts()
    with pytest.raises(ConflictError, match="already"):
        repair.request_parts()
    with pytest.raises(ConflictError, match="asked for"), repair.env.savepoint():
        repair.parts[0].update(quantity=2)
        repair.env.flush()
    with pytest.raises(ConflictError, match="asked for"), repair.env.savepoint():
        repair.parts[0].delete()
    repair.env["crm.stock.document"].get(repair.parts[0].document.id).cancel()
    repair.parts[0].update(quantity=2)
    repair.confirm()
    assert repair.parts[0].document.lines[0].base_quantity == 2


@pytest.mark.rows("SERV-14")
def test_a_reversed_issue_gives_the_cost_back(repair):
    repair.request_parts()
    document = repair.env["crm.stock.document"].get(repair.parts[0].document.id)
    document.confirm()
    document.reverse()
    repair.env.flush()
    assert (repair.cost, repair.parts[0].document, stock_of(repair)) == (Decimal("150.00"), None, 10)
