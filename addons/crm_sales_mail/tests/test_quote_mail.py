"""A quote is mailed to its contact: that is a follow-up and marks it as sent (hook ``letter_written``)."""

import pytest


@pytest.fixture
def quote(create_customer, create_contact, create_quote, env):
    customer = create_customer(name="Huaxing")
    contact = create_contact(name="Wang Fang", customer=customer, mail="wang@example.org")
    made = create_quote(customer=customer, contact=contact, lines=[{"name": "LP-200", "quantity": 10, "price": 880}])
    env.flush()
    return made


def mail(client, quote, **typed):
    data = {"channel": "mail", "model": "crm.quote", "ids": str(quote.id), "to": "wang@example.org, li@example.org"}
    return client.post("/x/base_mail/send", data={**data, "subject": "Our quote", "text": "As discussed.", **typed})


@pytest.mark.rows("SALE-27")
def test_the_mail_begins_with_the_contact_and_the_number_of_the_quote(client, quote):
    quote.submit()
    quote.env.flush()
    on = client.get(f"/x/crm_sales_mail/quote/{quote.id}").headers["Location"]
    page = client.get(on).get_data(as_text=True)
    assert 'value="wang@example.org"' in page and f"Quote {quote.number} of" in page


@pytest.mark.rows("SALE-27")
def test_sending_is_a_follow_up_and_marks_the_quote_as_sent(client, quote, env):
    quote.submit()
    env.flush()
    mail(client, quote)
    assert quote.state == "sent"
    [follow_up] = env["crm.follow_up"].search([["customer", "=", quote.customer.id]])
    assert follow_up.content == "Our quote: mailed to wang@example.org, li@example.org"
    assert (follow_up.channel.key, follow_up.contact.name) == ("mail", "Wang Fang")
    assert env["base.mail.message"].search().mapped("recipients") == ["wang@example.org, li@example.org"]


@pytest.mark.rows("SALE-27")
def test_a_quote_that_is_not_approved_is_not_sent_and_the_mail_stays_typed(client, quote, env):
    answer = mail(client, quote)
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert "As discussed." in text and "present state" in text
    assert (quote.state, env["base.mail.message"].count(), env["crm.follow_up"].count()) == ("draft", 0, 0)
