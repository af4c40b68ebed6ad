"""What pages of stock offer: nothing that is refused later, and the way from the ledger to what it tells of."""

import pytest


@pytest.mark.rows("STOCK-04", "STOCK-09")
def test_a_posted_document_offers_no_change_and_its_row_in_the_ledger_leads_to_it(
    env, client, warehouse, printer, post
):
    posted = post("in", printer, 30, cost=600)
    line = {"product": printer, "quantity": 1}
    draft = env["crm.stock.document"].create({"kind": "in", "warehouse": warehouse, "lines": [line]})
    env.flush()
    page = f"/records/crm.stock.document/{draft.id}"
    assert f'href="{page}/edit' in client.get(page).get_data(as_text=True)
    page = f"/records/crm.stock.document/{posted.id}"
    assert f'href="{page}/edit' not in client.get(page).get_data(as_text=True)
    (move,) = env["crm.stock.move"].search()
    for address in ("/records/crm.stock.move", "/records/crm.stock.move?by=product"):
        ledger = client.get(address).get_data(as_text=True)
        assert f'href="{page}"' in ledger
        assert f'href="/records/crm.stock.move/{move.id}' not in ledger


@pytest.mark.rows("STOCK-04")
def test_lines_without_batch_are_named_by_their_product(env, client, printer, post):
    (line,) = post("in", printer, 30, cost=600).lines
    assert line.display_name == printer.name
    shown = client.get(f"/records/crm.stock.document/{line.document.id}").get_data(as_text=True)
    assert f'href="/records/crm.stock.line/{line.id}">{printer.name}</a>' in shown
    assert f'href="/records/crm.stock.line/{line.id}"></a>' not in shown
