"""Follow-ups are the history of a customer; the last of them is its last contact."""

import datetime

import pytest

from core.api import AccessDenied, ValidationError

SALES = ["crm_base.salesperson"]
UTC = datetime.UTC


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def follow_up(env, create_customer, clock):
    clock.set("2025-03-10")

    def make(**values):
        given = {"at": at("2025-03-05T02:00"), "channel": "phone", "content": "Asked for a price"}
        given |= {"customer": values.pop("customer", None) or create_customer()} | values
        return env["crm.follow_up"].create(given)

    return make


@pytest.mark.rows("BASE-37")
def test_a_follow_up_is_the_last_contact_of_customer_and_contact(follow_up, create_customer, create_contact):
    customer = create_customer()
    contact = create_contact(customer=customer)
    follow_up(customer=customer, contact=contact)
    assert customer.last_contact == contact.last_contact == datetime.date(2025, 3, 5)


@pytest.mark.rows("BASE-37")
def test_an_earlier_follow_up_entered_later_is_not_the_last_contact(follow_up, create_customer):
    customer = create_customer()
    follow_up(customer=customer, at=at("2025-03-08T02:00"))
    follow_up(customer=customer, at=at("2025-03-01T02:00"))
    assert customer.last_contact == datetime.date(2025, 3, 8)


@pytest.mark.rows("BASE-37")
def test_the_day_of_a_follow_up_is_that_of_our_time_zone(follow_up):
    assert follow_up(at=at("2025-03-05T17:00")).customer.last_contact == datetime.date(2025, 3, 6)


@pytest.mark.rows("BASE-37")
def test_several_follow_ups_saved_together_leave_the_latest(env, create_customer, clock):
    clock.set("2025-03-10")
    customer = create_customer()
    shared = {"customer": customer, "channel": "visit", "content": "Visit"}
    env["crm.follow_up"].create([{**shared, "at": at(f"2025-03-0{day}T02:00")} for day in (7, 9, 3)])
    assert customer.last_contact == datetime.date(2025, 3, 9)


@pytest.mark.rows("BASE-37")
def test_a_follow_up_needs_a_channel_and_a_content(follow_up):
    for missing in ("channel", "content", "customer"):
        with pytest.raises(ValidationError, match="required"):
            follow_up().update({missing: None})


@pytest.mark.rows("BASE-37")
def test_a_follow_up_that_lies_ahead_is_refused(follow_up):
    with pytest.raises(ValidationError, match="taken place"):
        follow_up(at=at("2025-03-12T02:00"))


@pytest.mark.rows("BASE-37")
def test_the_contact_of_another_customer_is_refused(follow_up, create_contact):
    with pytest.raises(ValidationError, match="another customer"):
        follow_up(contact=create_contact())


@pytest.mark.rows("BASE-37", "BASE-40")
def test_the_next_date_becomes_the_next_contact_and_goes_once_it_is_answered(follow_up, create_customer, clock):
    customer = create_customer()
    follow_up(customer=customer, next_date=datetime.date(2025, 3, 20))
    assert customer.next_contact == datetime.date(2025, 3, 20)
    follow_up(customer=customer, at=at("2025-03-09T02:00"))
    assert customer.next_contact == datetime.date(2025, 3, 20)
    clock.set("2025-03-21")
    follow_up(customer=customer, at=at("2025-03-20T02:00"))
    assert customer.next_contact is None


@pytest.mark.rows("BASE-37")
def test_a_next_date_before_the_follow_up_is_refused(follow_up):
    with pytest.raises(ValidationError, match="after this one"):
        follow_up(next_date=datetime.date(2025, 3, 4))


@pytest.mark.rows("BASE-37")
def test_a_follow_up_stays_with_the_customer_when_another_takes_over(as_user, env, clock):
    clock.set("2025-03-10")
    with as_user("zhang", groups=SALES) as zhang:
        customer = zhang["crm.customer"].create({"name": "Huaxing"})
        made = zhang["crm.follow_up"].create({"customer": customer, "channel": "phone", "content": "First call"})
    chen = as_user("chen", groups=SALES)
    assert chen["crm.follow_up"].count() == 0
    env["crm.customer"].get(customer.id).owner = chen.user.id
    env.flush()
    assert as_user("chen")["crm.follow_up"].search().ids == [made.id]
    assert as_user("zhang")["crm.follow_up"].search().ids == [made.id]


@pytest.mark.rows("BASE-37")
def test_nobody_changes_the_words_of_another(as_user, env, clock):
    clock.set("2025-03-10")
    with as_user("zhang", groups=SALES) as zhang:
        customer = zhang["crm.customer"].create({"name": "Huaxing"})
        made = zhang["crm.follow_up"].create({"customer": customer, "channel": "phone", "content": "First call"})
    with pytest.raises(AccessDenied, match="Zhang"), as_user("li", groups=["crm_base.manager"]) as boss:
        boss["crm.follow_up"].get(made.id).update(content="Something else")


@pytest.mark.rows("BASE-37")
def test_who_does_not_see_a_customer_enters_no_follow_up_for_it(as_user, create_customer):
    customer = create_customer()
    with pytest.raises(ValidationError, match="no record"), as_user("zhang", groups=SALES) as zhang:
        zhang["crm.follow_up"].create({"customer": customer.id, "channel": "phone", "content": "Call"})


@pytest.mark.rows("BASE-39")
def test_a_comment_is_told_to_the_author(as_user, env, clock):
    clock.set("2025-03-10")
    with as_user("zhang", groups=SALES) as zhang:
        customer = zhang["crm.customer"].create({"name": "Huaxing"})
        made = zhang["crm.follow_up"].create({"customer": customer, "channel": "phone", "content": "First call"})
    with as_user("li", groups=["crm_base.manager"]) as boss:
        boss["crm.follow_up.comment"].create({"follow_up": made.id, "text": "Ask for the budget"})
    told = env["core.notification"].search([["user.login", "=", "zhang"]])
    assert [(each.text, each.url) for each in told] == [("Ask for the budget", f"/records/crm.follow_up/{made.id}")]
    with as_user("zhang") as zhang:
        assert zhang["crm.follow_up.comment"].search().mapped("text") == ["Ask for the budget"]


@pytest.mark.rows("BASE-39")
def test_colleagues_without_the_follow_up_neither_read_nor_write_comments(as_user, follow_up):
    made = follow_up()
    made.env["crm.follow_up.comment"].create({"follow_up": made, "text": "Well done"})
    chen = as_user("chen", groups=SALES)
    assert chen["crm.follow_up.comment"].count() == 0
    with pytest.raises(ValidationError, match="no record"), chen:
        chen["crm.follow_up.comment"].create({"follow_up": made.id, "text": "Me too"})


@pytest.mark.rows("BASE-40")
def test_a_customer_waits_to_be_checked_and_mailed_until_it_is_done(create_customer):
    customer = create_customer(check_on="2025-03-10", mail_on="2025-03-11")
    customer.mark_checked()
    assert (customer.check_on, customer.mail_on) == (None, datetime.date(2025, 3, 11))
    customer.mark_mailed()
    assert customer.mail_on is None


@pytest.mark.rows("BASE-60")
def test_follow_ups_are_counted_by_the_hour_of_our_time_zone(follow_up, env):
    customer = follow_up(at=at("2025-03-05T01:59")).customer
    follow_up(customer=customer, at=at("2025-03-05T01:00"))
    follow_up(customer=customer, at=at("2025-03-05T07:30"), channel="visit")
    rows = env["crm.follow_up"].aggregate(None, {"id": "count"}, by=["hour"])
    assert [(row["hour"], row["id"]) for row in rows] == [("09", 2), ("15", 1)]
