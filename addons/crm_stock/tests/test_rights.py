"""Who sees and posts is set for each warehouse; all others see neither documents nor quantities."""

import pytest

from addons.crm_stock.api import StockLine, request_issue
from core.api import AccessDenied, ConflictError, MissingRecord

MODELS = ("crm.stock.document", "crm.stock.line", "crm.stock.level", "crm.stock.move")


@pytest.fixture
def people(as_user, env, warehouse, create_warehouse, printer, post):
    """Stock in two warehouses; a keeper and a viewer of the first alone."""
    post("in", printer, 30, cost=600)
    other = create_warehouse(name="Other", code="B")
    post("in", printer, 5, cost=600, warehouse=other)
    with as_user("feng", groups=["crm_stock.keeper"]) as feng, as_user("lin", groups=["crm_stock.viewer"]) as lin:
        warehouse.update(keepers=[feng.uid], viewers=[lin.uid])
        env.flush()
    return other


@pytest.mark.rows("STOCK-02")
@pytest.mark.parametrize("login", ["feng", "lin"])
def test_a_warehouse_of_others_is_not_seen(as_user, env, people, login):
    hidden = env["crm.stock.document"].search([["warehouse", "=", people.id]])[0]
    with as_user(login) as user:
        for model in MODELS:
            assert user[model].count() == 1, model
        assert user["crm.stock.level"].aggregate([], {"on_hand": "sum"})[0]["on_hand"] == 30
        with pytest.raises(MissingRecord):
            user["crm.stock.document"].get(hidden.id)


@pytest.mark.rows("STOCK-02")
def test_only_keepers_of_the_warehouse_post(as_user, env, warehouse, people, printer):
    line = {"product": printer, "quantity": 1}
    document = env["crm.stock.document"].create({"kind": "out", "warehouse": warehouse, "lines": [line]})
    elsewhere = env["crm.stock.document"].create({"kind": "out", "warehouse": people, "lines": [line]})
    with as_user("lin") as lin, pytest.raises(AccessDenied):
        lin["crm.stock.document"].get(document.id).confirm()
    with as_user("feng") as feng:
        with pytest.raises(AccessDenied):
            feng.browse("crm.stock.document", elsewhere.id).confirm()
        feng["crm.stock.document"].get(document.id).confirm()
        assert feng["crm.stock.move"].search([], limit=1)[0].user.id == feng.uid


@pytest.mark.rows("STOCK-02", "STOCK-09")
def test_nobody_writes_the_ledger_or_stock(as_user, people):
    with as_user("feng") as feng:
        for model in ("crm.stock.move", "crm.stock.level"):
            record = feng[model].search([], limit=1)[0]
            with pytest.raises(AccessDenied), feng.savepoint():
                record.delete()
            with pytest.raises(AccessDenied), feng.savepoint():
                record.update(batch="X")
                feng.flush()


@pytest.mark.rows("STOCK-02", "STOCK-07")
def test_a_salesperson_asks_and_the_keeper_confirms(as_user, people, printer):
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        number = request_issue(zhang, reason="sample", lines=[StockLine(printer.id, None, 2)]).id
        asked = zhang["crm.stock.document"].get(number)
        with pytest.raises(AccessDenied):
            asked.confirm()
        with pytest.raises(ConflictError, match="waits for the keeper"), zhang.savepoint():
            asked.lines[0].update(quantity=3)
            zhang.flush()
        assert zhang["crm.stock.document"].count() == 1
        with pytest.raises(AccessDenied):
            zhang["crm.stock.level"].count()
    with as_user("feng") as feng:
        feng["crm.stock.document"].get(number).confirm()


@pytest.mark.rows("STOCK-13", "STOCK-02")
def test_costs_are_seen_only_with_the_right(as_user, people):
    with as_user("feng") as feng:
        assert (
            "value" not in feng["crm.stock.move"].fields_readable()
            if hasattr(feng["crm.stock.move"], "fields_readable")
            else True
        )
        with pytest.raises(AccessDenied):
            feng["crm.stock.move"].read([], ["value"])
