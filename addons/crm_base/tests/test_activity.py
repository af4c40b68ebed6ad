"""Activities are planned, carried out, become follow-ups, and lead to the next one."""

import datetime

import pytest

from addons.crm_base.services.activity import complete_and_plan
from core.api import AccessDenied, ValidationError

UTC = datetime.UTC
SALES = ["crm_base.salesperson"]


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def activity(env, create_customer, clock):
    clock.set("2025-03-10")

    def make(kind="visit", **values):
        given = {
            "name": "Show the new line",
            "kind": env.ref(f"crm_base.activity_{kind}"),
            "start": at("2025-03-09T01:00"),
        }
        given["customer"] = values.pop("customer", None) or create_customer()
        return env["crm.activity"].create({**given, **values})

    return make


@pytest.mark.rows("BASE-42")
def test_an_activity_lasts_as_long_as_usual_for_its_kind(activity):
    assert activity().end == at("2025-03-09T03:00")
    assert activity("call").end == at("2025-03-09T01:15")


@pytest.mark.rows("BASE-42")
def test_an_end_before_the_start_is_refused(activity):
    with pytest.raises(ValidationError, match="after the start"):
        activity(end=at("2025-03-08T01:00"))


@pytest.mark.rows("BASE-42")
def test_an_activity_is_rescheduled_until_it_is_over(activity):
    planned = activity()
    planned.update(start=at("2025-03-12T01:00"), end=at("2025-03-12T02:00"))
    planned.cancel()
    with pytest.raises(ValidationError, match="not rescheduled"):
        planned.update(start=at("2025-03-13T01:00"), end=at("2025-03-13T02:00"))
        planned.env.flush()


@pytest.mark.rows("BASE-42")
def test_a_cancelled_activity_can_be_planned_again(activity):
    planned = activity()
    planned.cancel()
    planned.plan_again()
    assert planned.state == "planned"


@pytest.mark.rows("BASE-44")
def test_completing_needs_a_result(activity):
    with pytest.raises(ValidationError, match="result"):
        activity().complete()


@pytest.mark.rows("BASE-44")
def test_a_completed_activity_is_a_follow_up_and_the_last_contact(activity, create_contact):
    contact = create_contact()
    done = activity(customer=contact.customer, contact=contact, description="Bring the samples")
    done.complete("They want an offer", at("2025-03-09T01:30"), at("2025-03-09T02:10"))
    made = done.follow_up
    assert (done.state, done.real_start, done.real_end) == ("done", at("2025-03-09T01:30"), at("2025-03-09T02:10"))
    assert (made.customer, made.contact, made.at) == (contact.customer, contact, at("2025-03-09T01:30"))
    assert (made.channel.key, made.content, made.result) == (
        "visit",
        "Show the new line\nBring the samples",
        "They want an offer",
    )
    assert contact.customer.last_contact == contact.last_contact == datetime.date(2025, 3, 9)


@pytest.mark.rows("BASE-44")
def test_without_real_times_it_was_as_planned(activity):
    done = activity()
    done.complete("Fine")
    assert (done.real_start, done.real_end) == (at("2025-03-09T01:00"), at("2025-03-09T03:00"))


@pytest.mark.rows("BASE-44")
def test_what_was_planned_for_later_is_completed_now(activity):
    done = activity(start=at("2025-03-15T01:00"))
    done.complete("They called themselves")
    assert done.real_start == done.real_end == done.env.now()


@pytest.mark.rows("BASE-44")
def test_a_beginning_that_lies_ahead_is_refused(activity):
    with pytest.raises(ValidationError, match="begun yet"):
        activity().complete("Fine", at("2025-03-12T01:00"))


@pytest.mark.rows("BASE-44")
def test_an_activity_without_customer_makes_no_follow_up(activity, env):
    done = activity()
    done.customer = None
    done.complete("Fine")
    assert done.follow_up is None
    assert env["crm.follow_up"].count() == 0


@pytest.mark.rows("BASE-44")
def test_the_next_activity_is_planned_with_the_same_customer(activity):
    done = activity()
    following = complete_and_plan(
        done, "Wants an offer", {}, {"start": at("2025-03-20T01:00"), "name": "Bring the offer"}
    )
    assert (following.customer, following.kind, following.previous, following.state) == (
        done.customer,
        done.kind,
        done,
        "planned",
    )
    assert (following.name, following.end) == ("Bring the offer", at("2025-03-20T03:00"))


@pytest.mark.rows("BASE-44")
def test_neither_is_saved_when_the_next_activity_is_wrong(activity, env):
    done = activity()
    with pytest.raises(ValidationError):
        complete_and_plan(done, "Fine", {}, {"start": at("2025-03-20T01:00"), "end": at("2025-03-19T01:00")})
    assert done.state == "planned"
    assert env["crm.follow_up"].count() == 0


@pytest.mark.rows("BASE-43")
def test_a_kind_that_needs_approval_is_released_before_it_is_carried_out(activity):
    planned = activity()
    planned.kind.needs_approval = True
    with pytest.raises(ValidationError, match="released before"):
        planned.complete("Fine")
    planned.submit()
    assert planned.state == "approved"
    planned.complete("Fine")
    assert planned.state == "done"


@pytest.mark.rows("BASE-43")
def test_a_hook_can_hold_the_release_for_approval(activity, hooks):
    planned = activity()
    planned.kind.needs_approval = True
    hooks.register(before_transition=lambda env, record, transition: "held" if transition.name == "submit" else None)
    assert planned.submit() == "held"
    assert planned.state == "planned"


@pytest.mark.rows("BASE-44")
def test_a_superior_completes_what_somebody_below_carried_out(as_user, clock, env):
    clock.set("2025-03-10")
    with as_user("zhang", groups=SALES) as zhang:
        customer = zhang["crm.customer"].create({"name": "Huaxing"})
        values = {"name": "Call", "customer": customer, "start": at("2025-03-09T01:00")}
        made = zhang["crm.activity"].create({**values, "kind": env.ref("crm_base.activity_call").id})
    with as_user("li", groups=["crm_base.manager"]) as boss:
        boss["crm.activity"].get(made.id).complete("Done")
    assert env["crm.follow_up"].search().mapped("owner.login") == ["zhang"]


@pytest.mark.rows("BASE-42")
def test_colleagues_who_take_part_see_an_activity_and_others_do_not(as_user, activity):
    chen = as_user("chen", groups=SALES)
    planned = activity(participants=[chen.user.id])
    assert chen["crm.activity"].search().ids == [planned.id]
    assert as_user("wu", groups=SALES)["crm.activity"].count() == 0
    with pytest.raises(AccessDenied), chen:
        chen["crm.activity"].get(planned.id).update(name="Mine")
