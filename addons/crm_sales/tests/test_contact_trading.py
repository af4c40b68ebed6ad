"""The page of a contact shows in which opportunities, quotes and contracts they take part; that of a contract what was talked about it."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from core.api import ValidationError


def shown(client, address):
    return unescape(client.get(address).get_data(as_text=True))


def link_to_new(page, model):
    """Return the one button that makes a record of a model, and what it begins with."""
    (link,) = set(re.findall(rf'class="btn g s" href="(/records/{re.escape(model)}/new\?[^"]*)"', page))
    return link, json.loads(parse_qs(urlsplit(link).query)["defaults"][0])


@pytest.fixture
def customer(create_customer):
    return create_customer(name="华星贸易", contacts=[{"name": "王芳"}, {"name": "李四"}])


@pytest.mark.rows("BASE-25", "CORE-36")
def test_a_contact_shows_its_trade_and_a_new_quote_there_belongs_to_it(client, env, customer, create_opportunity):
    fang, li = customer.contacts
    line = {"name": "Tea", "price": 5}
    create_opportunity(customer=customer, name="Her printers", contacts=[fang])
    create_opportunity(customer=customer, name="Other printers", contacts=[li])
    env["crm.quote"].create({"customer": customer, "contact": fang, "title": "Quoted", "lines": [line]})
    env["crm.order"].create({"customer": customer, "contact": fang, "title": "Ordered", "lines": [line]})
    env["crm.order"].create({"customer": customer, "contact": li, "title": "Elsewhere", "lines": [line]})
    env.flush()
    address = f"/records/crm.contact/{fang.id}"
    page = shown(client, address)
    assert [word in page for word in ("Her printers", "Quoted", "Ordered", "Other printers", "Elsewhere")] == [
        True
    ] * 3 + [False] * 2
    link, begins = link_to_new(page, "crm.quote")
    assert begins == {"customer": customer.id, "contact": fang.id}
    form = client.get(link).get_data(as_text=True)
    assert f'<option value="{customer.id}" selected' in form and f'<option value="{fang.id}" selected' in form
    sent = {"customer": str(customer.id), "contact": str(fang.id), "title": "Made there", "date": "2025-03-05"}
    answer = client.post(link, data={**sent, "currency": "CNY", "rate": "1"})
    assert answer.headers["Location"].startswith(address), answer.get_data(as_text=True)
    assert env["crm.quote"].search([["title", "=", "Made there"]])[0].contact == fang
    assert "Made there" in shown(client, address)


@pytest.mark.rows("SALE-33")
def test_a_contract_shows_what_was_talked_about_it_and_takes_no_talk_of_another_customer(
    client, env, effective, create_customer
):
    talk = {
        "customer": effective.customer,
        "channel": "phone",
        "content": "They asked for the goods",
        "order": effective,
    }
    env["crm.follow_up"].create([talk, {**talk, "order": None, "content": "About the weather"}])
    env.flush()
    page = shown(client, f"/records/crm.order/{effective.id}")
    assert "They asked for the goods" in page and "About the weather" not in page
    _link, begins = link_to_new(page, "crm.follow_up")
    assert begins == {"customer": effective.customer.id, "order": effective.id}
    with pytest.raises(ValidationError, match="no contract of"), env.savepoint():
        env["crm.follow_up"].create({**talk, "customer": create_customer()})
        env.flush()
