"""The calendar shows activities, appointments and tasks together, of others what may be read, and the rest as busy."""

import datetime

import pytest

from addons.crm_base.services.calendar import events_of, people_of
from addons.crm_base.services.schedule import remind
from core.api import SYSTEM_UID, ValidationError

UTC = datetime.UTC
SALES = ["crm_base.salesperson"]
EVENTS = "/x/crm_base/calendar/events?start=2025-03-10&end=2025-03-17"


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def team(env, as_user, clock):
    """zhang and chen of one team, wu of none; it is Monday, 10 March 2025."""
    clock.set("2025-03-10")
    system = env.as_user(SYSTEM_UID)
    shared = system["core.team"].create({"name": "South"})
    users = [as_user(login, groups=SALES) for login in ("zhang", "chen", "wu")]
    shared.members = [users[0].user.id, users[1].user.id]
    system.flush()
    return users


def activity(env, **values):
    with env:
        kind = env.ref("crm_base.activity_call").id
        return (
            env["crm.activity"]
            .create({"name": "Call Huaxing", "kind": kind, "start": at("2025-03-11T01:00"), **values})
            .id
        )


@pytest.mark.rows("BASE-51")
def test_activities_appointments_and_tasks_stand_on_one_calendar(team):
    zhang = team[0]
    made = activity(zhang)
    with zhang:
        zhang["crm.schedule"].create({"name": "Fair", "start": at("2025-03-12T01:00"), "all_day": True})
        zhang["crm.task"].create({"name": "Report", "due": "2025-03-13"})
        zhang["crm.task"].create({"name": "Next week", "due": "2025-03-17"})
    found, more = events_of(zhang, people_of(zhang, "me"), datetime.date(2025, 3, 10), datetime.date(2025, 3, 17))
    assert [(each["title"], each["start"], each["end"], each["allDay"]) for each in found] == [
        ("Call Huaxing", "2025-03-11T09:00:00", "2025-03-11T09:15:00", False),
        ("Fair", "2025-03-12", "2025-03-13", True),
        ("Report", "2025-03-13", "2025-03-14", True),
    ]
    assert found[0]["id"] == f"crm.activity-{made}"
    assert not more


@pytest.mark.rows("BASE-51")
def test_an_event_over_midnight_stands_on_both_days_and_a_cancelled_one_on_none(team, env):
    zhang = team[0]
    activity(zhang, start=at("2025-03-09T15:00"), end=at("2025-03-09T17:00"))
    gone = activity(zhang)
    with zhang:
        zhang["crm.activity"].get(gone).cancel()
    found, _more = events_of(zhang, people_of(zhang, "me"), datetime.date(2025, 3, 10), datetime.date(2025, 3, 11))
    assert [(each["start"], each["end"]) for each in found] == [("2025-03-09T23:00:00", "2025-03-10T01:00:00")]


@pytest.mark.rows("BASE-52")
def test_busy_times_of_the_team_show_without_content(team):
    zhang, chen, wu = team
    activity(chen, name="Secret visit")
    activity(wu, name="Of another team")
    people = people_of(zhang, "team")
    assert sorted(people.values()) == ["Chen", "Zhang"]
    found, _more = events_of(zhang, people, datetime.date(2025, 3, 10), datetime.date(2025, 3, 17))
    assert [(each["title"], each["start"], each["extendedProps"]["notes"]) for each in found] == [
        ("Busy", "2025-03-11T09:00:00", ["Chen"])
    ]
    assert "Secret" not in repr(found)
    assert not found[0]["startEditable"]


@pytest.mark.rows("BASE-52")
def test_a_superior_sees_what_may_be_read_of_the_whole_organisation(team, as_user):
    _zhang, chen, wu = team
    activity(chen, name="Visit")
    activity(wu, name="Call")
    boss = as_user("boss", groups=["crm_base.manager"])
    found, _more = events_of(boss, people_of(boss, "all"), datetime.date(2025, 3, 10), datetime.date(2025, 3, 17))
    assert sorted(each["title"] for each in found) == ["Call", "Visit"]


@pytest.mark.rows("BASE-52")
def test_who_is_invited_sees_the_appointment_on_the_own_calendar(team):
    zhang, chen, _wu = team
    with chen:
        chen["crm.schedule"].create({"name": "Lunch", "start": at("2025-03-12T04:00"), "participants": [zhang.user.id]})
    found, _more = events_of(zhang, people_of(zhang, "me"), datetime.date(2025, 3, 10), datetime.date(2025, 3, 17))
    assert [(each["title"], each["startEditable"]) for each in found] == [("Lunch", False)]


@pytest.mark.rows("BASE-51", "BASE-52")
def test_a_calendar_of_many_events_takes_few_statements(team, statements):
    zhang = team[0]
    with zhang:
        values = {"name": "Call", "kind": zhang.ref("crm_base.activity_call").id, "start": at("2025-03-11T01:00")}
        zhang["crm.activity"].create([values] * 30)
    with statements.at_most(12):
        events_of(zhang, people_of(zhang, "team"), datetime.date(2025, 3, 10), datetime.date(2025, 3, 17))


@pytest.mark.rows("BASE-51")
def test_dragging_an_event_moves_its_record(team, client):
    zhang = team[0]
    made = activity(zhang)
    client.log_in("zhang")
    events = client.get(EVENTS).json["events"]
    assert [event["startEditable"] for event in events] == [True]
    answer = client.post(f"/x/crm_base/calendar/move/crm.activity-{made}", data={"shift": "86400", "part": "all"})
    assert answer.status_code == 200
    moved = zhang["crm.activity"].get(made)
    assert (moved.start, moved.end) == (at("2025-03-12T01:00"), at("2025-03-12T01:15"))
    client.post(f"/x/crm_base/calendar/move/crm.activity-{made}", data={"shift": "1800", "part": "end"})
    assert (moved.start, moved.end) == (at("2025-03-12T01:00"), at("2025-03-12T01:45"))
    client.post(f"/x/crm_base/calendar/move/crm.activity-{made}", data={"start": "2025-03-14T10:00"})
    assert (moved.start, moved.end) == (at("2025-03-14T02:00"), at("2025-03-14T02:45"))


@pytest.mark.rows("BASE-51")
def test_dragging_a_task_moves_its_due_date(team, client):
    zhang = team[0]
    with zhang:
        task = zhang["crm.task"].create({"name": "Report", "due": "2025-03-13"})
    client.log_in("zhang")
    client.post(f"/x/crm_base/calendar/move/crm.task-{task.id}", data={"shift": "-86400", "part": "all"})
    assert task.due == datetime.date(2025, 3, 12)


@pytest.mark.rows("BASE-51")
def test_what_makes_no_sense_is_refused_and_what_is_of_others_is_not_found(team, client):
    _zhang, chen, _wu = team
    made = activity(chen)
    client.log_in("zhang")
    for form in ({}, {"shift": "x", "part": "all"}, {"shift": "60", "part": "most"}, {"start": "soon"}):
        mine = activity(team[0])
        answer = client.post(f"/x/crm_base/calendar/move/crm.activity-{mine}", data=form)
        assert answer.status_code == 422
    for key in (f"crm.activity-{made}", "crm.customer-1", "crm.activity-x", "nothing"):
        answer = client.post(f"/x/crm_base/calendar/move/{key}", data={"shift": "60", "part": "all"})
        assert answer.status_code == 404
    for query in ("", "?start=2025-03-10&end=2026-03-10", "?start=x&end=y"):
        assert client.get(f"/x/crm_base/calendar/events{query}").status_code == 422


@pytest.mark.rows("BASE-52")
def test_the_page_offers_the_calendars_of_oneself_the_team_and_everybody(team, client):
    client.log_in("zhang")
    page = client.get("/x/crm_base/calendar?whose=team&mode=month&date=2025-03-10")
    assert page.status_code == 200
    for text in ("whose=department", "whose=all", "Chen", "events-of-others?whose=team"):
        assert text in page.text
    assert client.get("/x/crm_base/calendar?whose=nobody").status_code == 422


@pytest.mark.rows("BASE-53")
def test_a_weekly_appointment_is_made_until_its_last_day_at_the_same_time(env, clock):
    clock.set("2025-03-10")
    values = {"name": "Meeting", "start": at("2025-03-10T01:00"), "repeats": "week", "repeat_until": "2025-03-31"}
    first = env["crm.schedule"].create(values)
    env.flush()
    made = env["crm.schedule"].search([["series", "=", first.id]], order="start")
    assert [each.start for each in made] == [at(f"2025-03-{day}T01:00") for day in (17, 24, 31)]
    assert {each.end - each.start for each in made} == {datetime.timedelta(hours=1)}


@pytest.mark.rows("BASE-53")
def test_a_monthly_appointment_on_the_last_day_keeps_to_it(env, clock):
    clock.set("2025-01-10")
    values = {"name": "Closing", "start": at("2025-01-31T01:00"), "repeats": "month", "repeat_until": "2025-04-30"}
    first = env["crm.schedule"].create(values)
    env.flush()
    starts = env["crm.schedule"].search([["series", "=", first.id]], order="start").mapped("start")
    assert [each.day for each in starts] == [28, 31, 30]


@pytest.mark.rows("BASE-53")
@pytest.mark.parametrize("until", [None, "2025-03-09", "2026-03-20"])
def test_a_repetition_has_an_end_within_a_year(env, clock, until):
    clock.set("2025-03-10")
    values = {"name": "Meeting", "start": at("2025-03-10T01:00"), "repeats": "day", "repeat_until": until}
    with pytest.raises(ValidationError):
        env["crm.schedule"].create(values)
        env.flush()


@pytest.mark.rows("BASE-53")
def test_a_superior_arranges_an_appointment_for_somebody_below_who_is_told(env, as_user, clock):
    clock.set("2025-03-10")
    system = env.as_user(SYSTEM_UID)
    chief = system["core.position"].create({"name": "Manager"})
    below = system["core.position"].create({"name": "Seller", "parent": chief})
    boss, zhang = as_user("boss", groups=SALES, position=chief.id), as_user("zhang", groups=SALES, position=below.id)
    with boss:
        boss["crm.schedule"].create({"name": "Fair", "owner": zhang.user.id, "start": at("2025-03-12T01:00")})
    assert zhang["crm.schedule"].search().mapped("name") == ["Fair"]
    told = env["core.notification"].search([["user.login", "=", "zhang"]])
    assert [each.title for each in told] == ["New appointment: Fair"]


@pytest.mark.rows("BASE-53")
def test_an_appointment_is_reminded_of_once_before_it_begins(env, as_user, clock):
    clock.set("2025-03-10")
    zhang = as_user("zhang", groups=SALES)
    with zhang:
        start = env.now() + datetime.timedelta(hours=2)
        zhang["crm.schedule"].create({"name": "Fair", "start": start, "remind_minutes": 30})
    system = env.as_user(SYSTEM_UID)
    assert remind(system) == 0
    clock.forward(minutes=90)
    assert (remind(system), remind(system)) == (1, 0)
    told = env["core.notification"].search([["user.login", "=", "zhang"]])
    assert [each.title for each in told] == ["Appointment: Fair"]
