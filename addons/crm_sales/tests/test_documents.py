"""Quotes come from opportunities and templates; contracts win opportunities; figures stand at customer and opportunity."""

from decimal import Decimal

import pytest

from core.api import ConflictError, ValidationError

LINES = [{"name": "LP-200", "quantity": 10, "price": 880}, {"name": "TN-20", "quantity": 20, "price": 180}]


@pytest.fixture
def opportunity(create_opportunity):
    return create_opportunity(amount=13000, name="Printers")


@pytest.mark.rows("SALE-25")
def test_a_quote_of_an_opportunity_takes_its_customer_and_then_the_lines_of_the_latest_one(opportunity):
    first = opportunity.make_quote()
    assert (first.customer, first.title, first.lines) == (opportunity.customer, "Printers", [])
    first.update(lines=LINES, terms="30 days")
    second = opportunity.make_quote()
    assert (second.amount, second.terms, second.number != first.number) == (Decimal("12400.00"), "30 days", True)


@pytest.mark.rows("SALE-25")
def test_nothing_is_offered_for_a_closed_opportunity(opportunity):
    opportunity.win()
    with pytest.raises(ConflictError, match="closed"):
        opportunity.make_quote()


@pytest.mark.rows("SALE-25")
def test_a_template_adds_its_lines_and_finds_the_price_of_today(create_quote, create_product, env):
    product = create_product(name="LP-200")
    product.units[0].update(price=1000)
    lines = [{"product": product, "quantity": 2}, {"name": "Installation", "price": 50}]
    template = env["crm.quote.template"].create({"name": "Printer", "terms": "30 days", "lines": lines})
    quote = create_quote(lines=[{"name": "Tea", "price": 1}], template=template)
    product.units[0].update(price=1100)
    quote.fill_from_template()
    assert [(line.name, line.amount) for line in quote.lines] == [("Tea", 1), ("LP-200", 2200), ("Installation", 50)]
    assert (quote.terms, quote.amount) == ("30 days", Decimal("2251.00"))


@pytest.mark.rows("SALE-25")
def test_a_template_must_be_chosen_and_the_quote_be_a_draft(create_quote, env):
    quote = create_quote(lines=LINES)
    with pytest.raises(ValidationError, match="template"):
        quote.fill_from_template()
    quote.submit()
    with pytest.raises(ConflictError, match="draft"):
        quote.fill_from_template()


@pytest.mark.rows("SALE-30")
def test_a_contract_wins_its_opportunity_with_the_amount_of_the_quote(opportunity):
    quote = opportunity.make_quote()
    quote.update(lines=LINES)
    quote.submit()
    contract = quote.make_contract()
    assert (opportunity.state, opportunity.amount) == ("won", Decimal("12400.00"))
    assert contract.opportunity == opportunity


@pytest.mark.rows("SALE-24")
def test_an_opportunity_of_another_customer_is_refused(create_quote, opportunity):
    with pytest.raises(ValidationError, match="no opportunity of"):
        create_quote(opportunity=opportunity)


@pytest.mark.rows("SALE-42")
def test_received_outstanding_and_overdue_at_contract_customer_and_opportunity(opportunity, env, clock):
    clock.set("2025-01-08")
    quote = opportunity.make_quote()
    quote.update(lines=LINES)
    quote.submit()
    contract = quote.make_contract()
    contract.confirm()
    days = (("2025-01-10", 30), ("2025-03-10", 40), ("2025-05-10", 30))
    contract.update(plans=[{"date": day, "percent": share} for day, share in days])
    for amount in (3720, 2000):
        env["crm.receipt"].create({"order": contract, "amount": amount}).confirm()
    clock.set("2025-04-15")
    money = env["crm.customer"].read(
        [["id", "=", contract.customer.id]], ["ordered", "received", "outstanding", "overdue"]
    )
    assert [money[0][name] for name in ("ordered", "received", "outstanding", "overdue")] == [
        Decimal("12400.00"),
        Decimal("5720.00"),
        Decimal("6680.00"),
        Decimal("2960.00"),
    ]
    assert (opportunity.contracted, opportunity.received, opportunity.outstanding) == (12400, 5720, 6680)


@pytest.mark.rows("SALE-29")
def test_the_first_effective_contract_makes_the_customer_formal(create_order):
    order = create_order(lines=LINES)
    assert order.customer.status != "formal"
    order.confirm()
    assert order.customer.status == "formal"
