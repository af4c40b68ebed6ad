"""The quick entry, the overview of superiors, and who is to be contacted."""

import datetime

import pytest

from addons.crm_base.services import due, overview
from core.api import ValidationError

SALES = ["crm_base.salesperson"]


@pytest.fixture
def huaxing(as_user, clock):
    """A customer of zhang with a main contact; it is Monday, 10 March 2025."""
    clock.set("2025-03-10")
    with as_user("zhang", groups=SALES) as zhang:
        return zhang["crm.customer"].create({"name": "Huaxing", "contacts": [{"name": "Wang", "is_main": True}]})


def item(env, xid):
    return str(env.ref(f"crm_base.{xid}").id)


@pytest.mark.rows("BASE-37")
def test_a_follow_up_is_entered_in_one_form(huaxing, env, client):
    client.log_in("zhang")
    page = client.get(f"/x/crm_base/customer/{huaxing.id}/follow-up")
    assert page.status_code == 200
    assert "Wang" in page.text
    form = {
        "channel": item(env, "follow_up_channel_visit"),
        "content": "Showed the samples",
        "at": "2025-03-09T10:00",
        "next_date": "2025-03-20",
        "contact": str(huaxing.contacts[0].id),
    }
    answer = client.post(f"/x/crm_base/customer/{huaxing.id}/follow-up", data=form)
    assert (answer.status_code, answer.location) == (303, f"/x/crm_base/customer/{huaxing.id}")
    made = env["crm.follow_up"].search()[0]
    assert (made.content, made.channel.key, made.contact.name) == ("Showed the samples", "visit", "Wang")
    assert made.at == datetime.datetime(2025, 3, 9, 2, 0, tzinfo=datetime.UTC)
    assert made.customer.next_contact == datetime.date(2025, 3, 20)


@pytest.mark.rows("BASE-37")
def test_what_was_typed_stays_when_something_is_wrong(huaxing, env, client):
    client.log_in("zhang")
    url = f"/x/crm_base/customer/{huaxing.id}/follow-up"
    for form in (
        {"content": "", "result": "Typed"},
        {"content": "Typed", "at": "yesterday"},
        {"content": "Typed", "next_date": "2025-01-01"},
        {"content": "Typed", "contact": "x"},
        {"content": "Typed", "kind": "999999999999999999"},
    ):
        answer = client.post(url, data={"channel": item(env, "follow_up_channel_phone"), **form})
        assert answer.status_code == 422
        assert "Typed" in answer.text
    assert env["crm.follow_up"].count() == 0


@pytest.mark.rows("BASE-37")
def test_the_form_leads_back_only_within_the_site(huaxing, env, client):
    client.log_in("zhang")
    form = {"channel": item(env, "follow_up_channel_phone"), "content": "Call", "back": "//evil.example/"}
    answer = client.post(f"/x/crm_base/customer/{huaxing.id}/follow-up", data=form)
    assert answer.location == f"/x/crm_base/customer/{huaxing.id}"


@pytest.mark.rows("BASE-37")
def test_the_form_of_a_customer_one_does_not_see_is_not_found(huaxing, as_user, client):
    as_user("chen", groups=SALES).flush()
    client.log_in("chen")
    assert client.get(f"/x/crm_base/customer/{huaxing.id}/follow-up").status_code == 404


@pytest.mark.rows("BASE-38")
def test_a_template_fills_the_content_and_chooses_channel_and_purpose(huaxing, env, client):
    client.log_in("zhang")
    number = env.ref("crm_base.template_first_visit").id
    part = client.get(f"/x/crm_base/customer/{huaxing.id}/composer?template={number}&content=Nice+people").text
    assert "Nice people\nSituation of the customer:" in part
    assert f'value="{item(env, "follow_up_channel_visit")}" checked' in part
    assert f'value="{item(env, "follow_up_kind_first")}" selected' in part


@pytest.mark.rows("BASE-38")
def test_templates_are_kept_by_managers_and_read_by_all(as_user):
    template = {"name": "Repair", "body": "What is broken?"}
    with as_user("boss", groups=["crm_base.manager"]) as boss:
        boss["crm.follow_up.template"].create(template)
    zhang = as_user("zhang", groups=SALES)
    assert "Repair" in zhang["crm.follow_up.template"].search().mapped("name")


@pytest.fixture
def week(env, huaxing, as_user, clock):
    """zhang: two calls and a visit with one customer in the week of 10 March, a call before; chen: a call. It is the Monday after."""
    clock.set("2025-03-17")
    chen = as_user("chen", groups=SALES)
    other = env["crm.customer"].create({"name": "Other", "owner": chen.user.id})
    talks = [("10T02:00", "phone"), ("11T02:00", "phone"), ("16T15:30", "visit"), ("09T15:30", "phone")]
    rows = [(at, channel, huaxing.owner.id, huaxing.id) for at, channel in talks]
    for at, channel, owner, customer in [*rows, ("12T02:00", "phone", chen.user.id, other.id)]:
        moment = datetime.datetime.fromisoformat(f"2025-03-{at}").replace(tzinfo=datetime.UTC)
        values = {"at": moment, "channel": channel, "owner": owner, "customer": customer, "content": "Talk"}
        env["crm.follow_up"].create(values)
    env.flush()


@pytest.mark.rows("BASE-39", "BASE-60")
def test_a_superior_sees_the_follow_ups_of_each_person_by_channel(week, as_user):
    boss = as_user("boss", groups=["crm_base.manager"])
    found = overview.by_person(boss, overview.span_of(boss, "week", "2025-03-12"))
    by_name = {line["name"]: (line["counts"], line["total"], line["customers"]) for line in found["people"]}
    assert by_name == {"Zhang": ([2, 0, 0, 1, 0], 3, 1), "Chen": ([1, 0, 0, 0, 0], 1, 1)}
    assert (found["sums"], found["total"]) == ([3, 0, 0, 1, 0], 4)


@pytest.mark.rows("BASE-39")
def test_the_overview_shows_everybody_only_what_they_may_read(week, as_user):
    zhang = as_user("zhang")
    found = overview.by_person(zhang, overview.span_of(zhang, "month", "2025-03-12"))
    assert [(line["name"], line["total"]) for line in found["people"]] == [("Zhang", 4)]


@pytest.mark.rows("BASE-39")
def test_the_page_of_the_overview_leads_to_the_periods_beside_it(week, as_user, client):
    as_user("boss", groups=["crm_base.manager"]).flush()
    client.log_in("boss")
    page = client.get("/x/crm_base/follow-ups/overview?unit=week&date=2025-03-12").text
    for text in ("Zhang", "unit=week&date=2025-03-09", "unit=week&date=2025-03-17", "unit=month"):
        assert text in page
    for query in ("unit=hour", "unit=day&date=soon", "unit=day&date=0001-01-01"):
        assert client.get(f"/x/crm_base/follow-ups/overview?{query}").status_code == 422


@pytest.mark.parametrize(
    ("unit", "start", "last"),
    [
        ("day", "2024-02-29", "2024-02-29"),
        ("week", "2024-02-26", "2024-03-03"),
        ("month", "2024-02-01", "2024-02-29"),
        ("year", "2024-01-01", "2024-12-31"),
    ],
)
@pytest.mark.rows("BASE-39")
def test_periods_begin_on_monday_and_with_the_month(env, unit, start, last):
    span = overview.span_of(env, unit, "2024-02-29")
    assert (span.start.isoformat(), span.last.isoformat()) == (start, last)


@pytest.mark.rows("BASE-39")
def test_an_overview_of_many_follow_ups_takes_few_statements(week, as_user, statements):
    boss = as_user("boss", groups=["crm_base.manager"])
    span = overview.span_of(boss, "year", "2025-03-12")
    overview.by_person(boss, span)
    with statements.at_most(4):
        overview.by_person(boss, span)


@pytest.mark.rows("BASE-40", "BASE-41")
def test_customers_to_contact_stand_in_lists_by_day(env, as_user, clock):
    clock.set("2025-03-10")
    zhang = as_user("zhang", groups=SALES)
    with zhang:
        rows = [("Today", {"next_contact": "2025-03-10"}), ("Tomorrow", {"next_contact": "2025-03-11"})]
        rows += [("Late", {"next_contact": "2025-03-07"}), ("Later", {"next_contact": "2025-03-12"})]
        rows += [("Check", {"check_on": "2025-03-09"}), ("Mail", {"mail_on": "2025-03-10"})]
        for name, values in rows:
            zhang["crm.customer"].create({"name": name, **values})
    found = {each["name"]: [row["name"] for row in each["rows"]] for each in due.lists_of(zhang)}
    assert found == {
        "today": ["Today"],
        "overdue": ["Late"],
        "tomorrow": ["Tomorrow"],
        "check": ["Check"],
        "mail": ["Mail"],
    }


@pytest.mark.rows("BASE-41")
def test_customers_not_contacted_for_the_days_of_their_category_are_listed(env, create_customer, clock, client):
    clock.set("2025-03-10")
    dictionary = env["core.dictionary"].search([["code", "=", "customer_category"]])[0]
    category = env["core.dictionary.item"].create({"dictionary": dictionary, "key": "weekly", "name": "Weekly"})
    env["crm.contact.interval"].create({"category": category, "contact_days": 7})
    for name, day in (("On the day", "2025-03-03"), ("Too long", "2025-03-02")):
        customer = create_customer(name=name, category=category, owner=env.user)
        customer.last_contact = datetime.date.fromisoformat(day)
    env.flush()
    found = next(each for each in due.lists_of(env) if each["name"] == "long")
    assert [row["name"] for row in found["rows"]] == ["Too long"]
    page = client.get("/x/crm_base/due")
    assert page.status_code == 200
    assert "Too long" in page.text


@pytest.mark.rows("BASE-41")
def test_a_category_has_one_interval(env):
    dictionary = env["core.dictionary"].search([["code", "=", "customer_category"]])[0]
    category = env["core.dictionary.item"].create({"dictionary": dictionary, "key": "weekly", "name": "Weekly"})
    env["crm.contact.interval"].create({"category": category, "contact_days": 7})
    with pytest.raises(ValidationError):
        env["crm.contact.interval"].create({"category": category, "contact_days": 8})
        env.flush()


@pytest.mark.rows("BASE-44")
def test_completing_asks_for_the_result_and_plans_the_next(huaxing, env, client):
    with env.as_user("zhang") as zhang:
        kind = env.ref("crm_base.activity_call").id
        start = datetime.datetime(2025, 3, 10, 1, 0, tzinfo=datetime.UTC)
        made = zhang["crm.activity"].create({"name": "Call", "kind": kind, "customer": huaxing.id, "start": start})
    client.log_in("zhang")
    url = f"/x/crm_base/activity/{made.id}/complete"
    assert 'value="2025-03-10T09:00"' in client.get(url).text
    assert client.post(url, data={"result": ""}).status_code == 422
    assert client.post(url, data={"result": "Fine", "next_start": "soon"}).status_code == 422
    form = {"result": "Wants an offer", "next_start": "2025-03-12T10:00", "next_name": "Bring the offer"}
    assert client.post(url, data=form).status_code == 303
    rows = env["crm.activity"].search(order="id")
    assert [(each.name, each.state) for each in rows] == [("Call", "done"), ("Bring the offer", "planned")]
    assert env["crm.follow_up"].search().mapped("result") == ["Wants an offer"]
