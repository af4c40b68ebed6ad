"""The pages of funnel, forecast, targets, plan and conversion show what was asked, and answer nonsense clearly."""

import pytest

SALES = ["crm_base.salesperson"]
PAGES = (
    "/x/crm_sales/leads",
    "/x/crm_sales/funnel",
    "/x/crm_sales/forecast",
    "/x/crm_sales/targets",
    "/x/crm_sales/plan",
)


@pytest.fixture
def li(as_user):
    return as_user("li", groups=SALES)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_administrator_and_salesperson(client, li, address):
    assert client.get(address).status_code == 200
    client.log_in("li")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_not_for_those_who_do_not_sell(client, as_user, address):
    as_user("sun", groups=["base.user"])
    client.log_in("sun")
    assert client.get(address).status_code in (403, 404)


@pytest.mark.parametrize(
    "address",
    [
        "/x/crm_sales/funnel?scope=team-99",
        "/x/crm_sales/funnel?process=x",
        "/x/crm_sales/funnel?from=yesterday",
        "/x/crm_sales/funnel?from=2025-02-01&to=2025-01-01",
        "/x/crm_sales/leads?by=x",
        "/x/crm_sales/forecast?quarter=2025-9",
        "/x/crm_sales/forecast?quarter=x",
        "/x/crm_sales/forecast?of=x",
        "/x/crm_sales/targets?measure=x",
        "/x/crm_sales/targets?month=2025-13",
        "/x/crm_sales/plan?year=99",
        "/x/crm_sales/plan?year=2025&month=2024-01",
    ],
)
def test_nonsense_in_the_address_is_refused_clearly(client, address):
    assert client.get(address).status_code in (400, 404, 422)


@pytest.mark.rows("SALE-20")
def test_somebody_who_is_not_below_is_not_there(client, li, env):
    client.log_in("li")
    assert client.get(f"/x/crm_sales/forecast?of={env.uid}").status_code == 404


@pytest.mark.rows("SALE-15")
def test_the_funnel_shows_numbers_and_opens_the_opportunities(client, create_opportunity):
    create_opportunity(amount=13000)
    page = client.get("/x/crm_sales/funnel?scope=all").text
    assert "13,000.00" in page
    assert "1,300.00" in page
    assert "/records/crm.opportunity?domain=" in page


@pytest.mark.rows("SALE-03")
def test_a_lead_is_converted_on_its_page(client, create_lead, env):
    lead = create_lead(name="Printers", company_name="Huaxing", contact_name="Wang")
    address = f"/x/crm_sales/leads/{lead.id}/convert"
    assert "Huaxing" in client.get(address).text
    answer = client.post(
        address, data={"customer": "new", "opportunity": "1", "amount": "500", "expected_on": "2026-09-01"}
    )
    assert answer.status_code in (302, 303)
    assert (lead.state, lead.opportunity.amount) == ("converted", 500)
    assert client.get(address).status_code in (302, 303)


@pytest.mark.rows("SALE-03")
def test_without_a_choice_the_form_comes_back(client, create_lead):
    lead = create_lead(name="Printers", company_name="Huaxing")
    answer = client.post(f"/x/crm_sales/leads/{lead.id}/convert", data={"customer": ""})
    assert answer.status_code == 422
    assert lead.state == "new"


@pytest.mark.rows("SALE-08")
def test_a_card_is_dragged_to_the_next_stage_and_back_where_it_may_not_go(client, create_opportunity, env):
    contact, needs, offer = (env.ref(f"crm_sales.stage_{name}") for name in ("contact", "needs", "offer"))
    contact.update(moves_to=[needs])
    env.flush()
    opportunity = create_opportunity(amount=100)
    address = f"/records/crm.opportunity/{opportunity.id}/move?view=kanban"
    assert client.post(address, data={"to": str(offer.id)}).status_code == 409
    answer = client.post(address, data={"to": str(needs.id)})
    assert answer.status_code == 200
    assert opportunity.stage == needs
    assert answer.json["heads"][str(needs.id)]["count"] == "1"
