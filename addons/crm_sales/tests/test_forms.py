"""The forms of sales open, empty and filled."""

import pytest


@pytest.mark.rows("SALE-05", "SALE-24", "SALE-29")
@pytest.mark.parametrize("model", ["opportunity", "quote", "order", "receipt", "delivery", "commission.period"])
def test_a_new_form_opens(client, model):
    answer = client.get(f"/records/crm.{model}/new")
    assert answer.status_code == 200


@pytest.mark.rows("SALE-33")
def test_quotes_contracts_and_their_lists_open(client, create_quote, create_opportunity, effective):
    quote = create_quote(lines=[{"name": "Tea", "price": 5}])
    pages = [
        f"crm.quote/{quote.id}",
        f"crm.quote/{quote.id}/edit",
        f"crm.order/{effective.id}",
        f"crm.opportunity/{create_opportunity().id}/edit",
        f"crm.customer/{effective.customer.id}",
        "crm.payment.plan",
    ]
    assert [client.get(f"/records/{page}").status_code for page in pages] == [200] * len(pages)


def test_a_list_opens_from_a_menu_that_names_a_form_too(client):
    assert client.get("/records/crm.order?menu=crm_sales.menu_order").status_code == 200
