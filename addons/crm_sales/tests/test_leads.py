"""Leads are worked on until they become customer, contact and opportunity, or are dropped."""

import datetime as dt
import threading
from decimal import Decimal

import pytest

from addons.crm_sales.services.lead_collisions import collisions_of
from addons.crm_sales.services.lead_report import read_leads
from core.api import ConflictError, CoreError, ValidationError


@pytest.fixture
def lead(create_lead, env):
    return create_lead(
        name="Printers for the branch",
        company_name="华星贸易",
        contact_name="王芳",
        phone="021-55501234",
        mail="wang@huaxing.example",
        source=env.ref("crm_base.source_exhibition"),
        campaign="Spring fair",
        amount=13000,
        expected_on="2025-03-01",
    )


@pytest.mark.rows("SALE-03", "SALE-02")
def test_converting_makes_customer_contact_and_opportunity_with_the_origin_of_the_lead(lead, env, clock):
    clock.set("2025-01-03")
    lead.convert()
    assert (lead.state, lead.converted_on) == ("converted", dt.date(2025, 1, 3))
    assert (lead.customer.name, lead.customer.kind, lead.customer.phone) == ("华星贸易", "company", "021-55501234")
    assert lead.customer.source == lead.source
    assert (lead.contact.name, lead.contact.customer, lead.contact.is_main) == ("王芳", lead.customer, True)
    opportunity = lead.opportunity
    assert (opportunity.name, opportunity.customer) == ("Printers for the branch", lead.customer)
    assert (opportunity.amount, opportunity.weighted) == (Decimal("13000.00"), Decimal("1300.00"))
    assert (opportunity.source, opportunity.campaign, opportunity.lead) == (lead.source, "Spring fair", lead)
    assert opportunity.date == dt.date(2025, 3, 1)
    assert opportunity.contacts == [lead.contact]


@pytest.mark.rows("SALE-03")
def test_an_existing_customer_can_be_chosen_and_its_contact_is_not_made_twice(lead, create_customer, create_contact):
    customer = create_customer(name="华星贸易有限公司")
    contact = create_contact(customer=customer, name="王芳")
    lead.update(customer=customer, wants_opportunity=False)
    lead.convert()
    assert (lead.customer, lead.contact, lead.opportunity) == (customer, contact, None)


@pytest.mark.rows("SALE-03")
def test_converting_again_is_refused(lead, env):
    lead.convert()
    with pytest.raises(ConflictError, match="Converted"):
        lead.convert()
    assert env["crm.opportunity"].count([["lead", "=", lead]]) == 1


@pytest.mark.rows("SALE-03")
def test_a_converted_lead_can_only_be_read(lead, env):
    lead.convert()
    with pytest.raises(ConflictError, match="only be read"):
        lead.name = "Something else"
        env.flush()
    with pytest.raises(ConflictError, match="only be read"):
        env["crm.lead"].update([["id", "=", lead.id]], {"phone": "1"})
        env.flush()


@pytest.mark.rows("SALE-03")
def test_a_part_that_is_refused_leaves_nothing(lead, env, hooks):
    def refuse(env, model, created, changed):
        if model == "crm.opportunity":
            raise ValidationError("no opportunities today")

    hooks.register(records_saved=refuse)
    customers = env["crm.customer"].count()
    with pytest.raises(ValidationError), env.savepoint():
        lead.convert()
    assert env["crm.customer"].count() == customers
    assert env["crm.lead"].read([["id", "=", lead.id]], ["state", "customer"])[0] == {
        "id": lead.id,
        "state": "new",
        "customer": None,
    }


@pytest.mark.rows("SALE-03")
def test_a_lead_without_any_name_can_not_be_converted(create_lead):
    with pytest.raises(ValidationError, match="company or a contact person"):
        create_lead(name="Call from somewhere").convert()


@pytest.mark.rows("SALE-03", "BASE-06")
def test_a_lead_that_may_be_a_customer_already_is_not_converted_unasked(lead, create_customer, as_user, env):
    zhang = as_user("zhang", groups=["crm_base.salesperson"])
    create_customer(name="华星贸易有限公司", owner=zhang.user.id)
    with pytest.raises(ConflictError, match="may exist already"):
        lead.convert()
    lead.is_new_customer = True
    lead.convert()
    assert lead.customer.name == "华星贸易"


@pytest.mark.rows("SALE-03", "BASE-06")
def test_of_a_customer_of_others_only_name_and_owner_are_told(as_user, create_customer):
    zhang = as_user("zhang", groups=["crm_base.salesperson"])
    create_customer(name="华星贸易有限公司", owner=zhang.user.id)
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        lead = li["crm.lead"].create({"name": "Printers", "company_name": "华星贸易"})
        (found,) = collisions_of(lead)
        assert (found.owner, found.id) == ("Zhang", None)


@pytest.mark.rows("SALE-01")
def test_dropping_needs_a_reason_and_a_dropped_lead_can_be_taken_up_again(lead, env):
    with pytest.raises(ValidationError, match="why"):
        lead.drop()
    lead.dropped_reason = env.ref("crm_sales.dropped_no_need")
    lead.drop()
    assert lead.state == "dropped"
    lead.take_up()
    assert (lead.state, lead.dropped_reason) == ("working", None)


@pytest.mark.rows("SALE-03")
def test_a_salesperson_converts_an_own_lead(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        lead = li["crm.lead"].create({"name": "Cups", "company_name": "Haiyang", "contact_name": "Chen"})
        lead.convert()
        assert lead.customer.owner == lead.opportunity.owner == li.user


@pytest.mark.rows("SALE-01")
def test_salespeople_see_their_own_leads_and_a_manager_assigns_them(as_user, create_lead):
    with as_user("wang", groups=["crm_base.manager"]) as wang:
        lead = wang["crm.lead"].create({"name": "Tea"})
        li = as_user("li", groups=["crm_base.salesperson"])
        assert li["crm.lead"].count() == 0
        lead.owner = li.user.id
    assert as_user("li")["crm.lead"].count() == 1


@pytest.mark.rows("SALE-04")
def test_the_days_to_convert_are_counted_from_the_day_it_came(create_lead, clock):
    clock.set("2025-01-03")
    lead = create_lead(company_name="Haiyang")
    clock.set("2025-01-13")
    lead.convert()
    assert lead.days_to_convert == 10


@pytest.mark.rows("SALE-04")
def test_the_report_tells_rate_and_mean_days_by_source(create_lead, env, clock):
    fair, visit = env.ref("crm_base.source_exhibition"), env.ref("crm_base.source_visit")
    clock.set("2025-01-10")
    leads = [create_lead(company_name=f"Firm {number}", source=fair) for number in range(3)]
    create_lead(source=visit)
    create_lead(date="2024-06-01", source=visit)
    leads[2].dropped_reason = env.ref("crm_sales.dropped_no_need")
    leads[2].drop()
    clock.set("2025-01-13")
    leads[0].convert()
    clock.set("2025-01-14")
    leads[1].convert()
    lines, total = read_leads(env, "source", dt.date(2025, 1, 1), dt.date(2025, 1, 31), [])
    assert [
        (line.key, line.count, line.open, line.converted, line.dropped, line.rate, line.mean_days) for line in lines
    ] == [
        (fair.id, 3, 0, 2, 1, Decimal("66.67"), Decimal("3.50")),
        (visit.id, 1, 1, 0, 0, Decimal("0.00"), None),
    ]
    assert (total.count, total.converted, total.rate) == (4, 2, Decimal("50.00"))


@pytest.mark.rows("SALE-03")
def test_two_who_convert_one_lead_at_once_get_one_customer(own_app, tangram_engine):
    """Two transactions that really run side by side: one wins, the other is told."""
    app = own_app
    lead_id = app.run(
        lambda env: env["crm.lead"].create({"name": "Printers", "company_name": "Huaxing"}).id, user="admin"
    )
    ready = threading.Barrier(2, timeout=20)
    answers = []

    def convert():
        first = True
        if tangram_engine == "sqlite":
            ready.wait()

        def work(env):
            nonlocal first
            lead = env["crm.lead"].get(lead_id)
            if first and tangram_engine == "postgresql":
                # SQLite lets in one writer after the other; here both have read the lead before either converts it.
                first = False
                ready.wait()
            lead.convert()
            return "converted"

        try:
            answers.append(app.run(work, user="admin"))
        except CoreError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=convert) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == ["conflict.state", "converted"]
    with app.env("admin") as env:
        assert env["crm.customer"].count([["name", "=", "Huaxing"]]) == 1
        assert env["crm.opportunity"].count([["lead", "=", lead_id]]) == 1
