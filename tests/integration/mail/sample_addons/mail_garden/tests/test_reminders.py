"""The reminder engine: a model without code is reminded of, once, and only as long as the thing is open."""

import datetime

import pytest

from addons.base_mail.hookspecs import ReminderKind
from addons.base_mail.services.reminders import make_items, open_items
from core.base.services.authentication import make_key

MODEL = "garden.plant"


@pytest.fixture
def look(gardeners):
    """``look("bob")``: what somebody is reminded of now."""
    return lambda name: [item.title for item, _record in open_items(gardeners[name])]


@pytest.fixture
def remind(env):
    """Let the job look."""

    def make():
        env.before_query()
        system = env.as_user(1)
        made = make_items(system)
        system.flush()
        return made

    return make


def test_a_record_is_reminded_of_once_and_goes_when_the_thing_is_done(env, clock, gardeners, look, remind):
    soon, later = env.today() + datetime.timedelta(days=2), env.today() + datetime.timedelta(days=3)
    owner = gardeners["bob"].uid
    rose, daisy, _far = env[MODEL].create(
        [
            {"name": name, "owner": owner, "water_on": day}
            for name, day in (("Rose", soon), ("Daisy", soon), ("Far", later))
        ]
    )
    assert remind()["made"] == 2 and look("bob") == ["Daisy", "Rose"] and look("ann") == []
    assert remind() == {"made": 0, "gone": 0}
    rose.update(watered=True)
    env.flush()
    assert look("bob") == ["Daisy"]  # at once, before the job
    daisy.update(water_on=later + datetime.timedelta(days=9))
    env.flush()
    assert look("bob") == []
    assert remind() == {"made": 0, "gone": 2}
    clock.forward(days=1)
    remind()
    assert look("bob") == ["Far"]
    env[MODEL].delete([["name", "=", "Far"]])
    assert look("bob") == []
    assert remind()["gone"] == 1


def test_what_is_late_stays_until_it_is_done_and_its_days_can_be_set(env, clock, gardeners, look, remind):
    env.ref("mail_garden.water").update(lead_days=10)
    day = env.today() + datetime.timedelta(days=9)
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid, "water_on": day})
    remind()
    clock.forward(days=30)
    remind()
    [(item, _record)] = open_items(gardeners["bob"])
    assert (item.title, item.days, item.kind) == ("Rose", -21, "Water")


def test_a_yearly_day_comes_back_each_year_and_goes_the_day_after(env, clock, gardeners, look, remind):
    env["base.reminder.kind"].create(
        {
            "label": "Birthday",
            "model": MODEL,
            "date_field": "born",
            "yearly": True,
            "lead_days": 3,
            "recipients": "owner",
        }
    )
    for name, born in (("Old", "1990-08-02"), ("Leap", "2024-02-29"), ("Year", "2001-01-01")):
        env[MODEL].create({"name": name, "owner": gardeners["bob"].uid, "born": born})
    seen = {}
    for day in ("2026-07-29", "2026-07-30", "2026-08-02", "2026-08-03", "2026-12-30", "2027-02-25", "2028-02-26"):
        clock.set(day)
        remind()
        seen[day] = [(item.title, item.days) for item, _record in open_items(gardeners["bob"])]
    assert seen == {
        "2026-07-29": [],
        "2026-07-30": [("Old", 3)],
        "2026-08-02": [("Old", 0)],
        "2026-08-03": [],
        "2026-12-30": [("Year", 2)],
        "2027-02-25": [("Leap", 3)],
        "2028-02-26": [("Leap", 3)],
    }


@pytest.mark.rows("BASE-24")
def test_29_february_is_kept_on_the_28th_in_other_years(env, clock, gardeners, look, remind):
    values = {"label": "Birthday", "model": MODEL, "date_field": "born", "yearly": True, "lead_days": 3}
    env["base.reminder.kind"].create({**values, "keep_days": 0, "recipients": "owner"})
    for name, born in (("Leap", "1996-02-29"), ("March", "1995-03-01")):
        env[MODEL].create({"name": name, "owner": gardeners["bob"].uid, "born": born})
    seen = {}
    for day in ("2027-02-24", "2027-02-25", "2027-02-28", "2027-03-01", "2028-02-26", "2028-02-29", "2028-03-01"):
        clock.set(day)
        remind()
        seen[day] = [(item.title, item.days) for item, _record in open_items(gardeners["bob"])]
    assert seen == {
        "2027-02-24": [],
        "2027-02-25": [("Leap", 3)],
        "2027-02-28": [("Leap", 0), ("March", 1)],
        "2027-03-01": [("March", 0)],
        "2028-02-26": [("Leap", 3)],
        "2028-02-29": [("Leap", 0), ("March", 1)],
        "2028-03-01": [("March", 0)],
    }


def test_new_items_are_told_in_one_message_and_nobody_is_reminded_of_what_they_may_not_read(
    env, gardeners, look, remind, told
):
    kind = env.ref("mail_garden.water")
    kind.update(by_message=True, recipients="owner, created_by")
    cid = gardeners["cid"]
    for name in ("Rose", "Daisy"):
        cid[MODEL].create({"name": name, "water_on": env.today()}).update(watered=False)
    cid.flush()
    for plant in env[MODEL].search():
        plant.update(owner=gardeners["bob"].uid)
    assert remind()["made"] == 4
    assert look("bob") == ["Daisy", "Rose"] and look("cid") == []
    assert told(gardeners["bob"])[-1] == "Reminder: Water (2)"
    assert not [title for title in told(cid) if title.startswith("Reminder")]


def test_statements_do_not_grow_with_the_records(env, gardeners, remind, statements):
    def cost(count):
        env[MODEL].create(
            [{"name": f"R{n}", "owner": gardeners["bob"].uid, "water_on": env.today()} for n in range(count)]
        )
        statements()
        remind()
        made = statements()
        env[MODEL].update([["watered", "=", False]], {"watered": True})
        statements()
        remind()
        return made, statements()

    assert cost(20) == cost(200)


def test_addons_may_bring_kinds_by_a_hook_and_the_days_set_here_stay(env, hooks, gardeners, look, remind):
    kind = ReminderKind(
        "mail_garden.young", "Young plant", MODEL, "born", lead_days=1, domain=[["state", "=", "growing"]]
    )
    hooks.register(register_reminder_kinds=lambda: [kind])
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid, "born": env.today() + datetime.timedelta(days=5)})
    remind()
    assert look("bob") == []
    env["base.reminder.kind"].search([["key", "=", "mail_garden.young"]])[0].update(lead_days=5)
    remind()
    remind()
    assert look("bob") == ["Rose"] and env["base.reminder.kind"].count([["key", "=", "mail_garden.young"]]) == 1


def test_who_has_a_key_that_expires_soon_is_reminded_of_it(env, gardeners, look, remind):
    for days in (5, 50):
        make_key(
            env.as_user(1), gardeners["bob"].user, f"in {days}", expires_at=env.now() + datetime.timedelta(days=days)
        )
    remind()
    assert look("bob") == ["in 5"]
