"""The pages: information centre, letters, channels, mails by hand, mail accounts; each with its rights."""

import datetime
import re

import pytest

from addons.base_mail.services.reminders import make_items
from core.api import count_unread, notify

CENTER = "/x/base_mail/center"


def text_of(response):
    return response.get_data(as_text=True)


@pytest.fixture
def bob(client, gardeners):
    client.log_in("bob")
    return client


def post(client, path, **form):
    return client.post(path, data=form)


@pytest.mark.rows("CORE-46")
def test_the_centre_shows_the_number_of_the_bell_by_kind_and_marks_what_was_read(env, bob, gardeners, statements):
    me = gardeners["bob"]
    for kind, title in (("message", "Hello"), ("task", "Do it"), ("warning", "Late"), ("announcement", "Party")):
        notify(env, [me.uid], title, text="More", kind=kind, url="/records/garden.plant" if kind == "task" else None)
    notify(env, [gardeners["cid"].uid], "Not for Bob")
    page = text_of(bob.get(CENTER))
    assert all(title in page for title in ("Hello", "Do it", "Late", "Party")) and "Not for Bob" not in page
    assert re.search(r'All <span class="cnt">4</span>', page)
    assert "4" in text_of(bob.get("/notifications/count"))
    assert "Hello" not in text_of(bob.get(f"{CENTER}?kind=warning"))
    ids = {row["title"]: row["id"] for row in me["core.notification"].read(None, ["title"])}
    foreign = gardeners["cid"]["core.notification"].read(None, ["id"])[0]["id"]
    assert post(bob, CENTER, do="read", id=[ids["Hello"], foreign]).status_code == 303
    assert count_unread(me) == 3 and count_unread(gardeners["cid"]) == 1
    assert "Hello" not in text_of(bob.get(f"{CENTER}?unread=1"))
    post(bob, CENTER, do="unread", id=ids["Hello"])
    assert count_unread(me) == 4
    opened = post(bob, f"{CENTER}/{ids['Do it']}")
    assert opened.headers["Location"].endswith("/records/garden.plant") and count_unread(me) == 3
    post(bob, CENTER, do="all")
    assert count_unread(me) == 0
    bob.get(CENTER)
    statements()
    bob.get(CENTER)
    few = statements()
    for number in range(30):
        notify(env, [me.uid], f"N{number}")
    statements()
    bob.get(CENTER)
    assert statements() == few


@pytest.mark.rows("CORE-75", "CORE-71")
def test_an_sms_to_several_people_leaves_at_the_time_set_in_the_words_of_each(env, client, run_jobs, clock):
    env["core.parameter"].search([["key", "=", "base_mail.sms_gateway"]])[0].update(value="file")
    values = [("Rose", "+86 138-0000 0001"), ("Daisy", None), ("Iris", "+8613800000002")]
    plants = env["garden.plant"].create([{"name": name, "phone": phone, "price": 5} for name, phone in values])
    env.flush()
    later = (clock() + datetime.timedelta(hours=2)).isoformat()
    sent = post(
        client,
        "/x/base_mail/send",
        channel="sms",
        model="garden.plant",
        ids=",".join(str(each.id) for each in plants),
        text="{{ record.name }} costs {{ record.price }}",
        send_at=later,
    )
    assert sent.status_code == 303

    def log():
        rows = env["base.mail.message"].read([["channel", "=", "sms"]], None, "record_name")
        return [(row["record_name"], row["recipients"], row["text"], row["state"]) for row in rows]

    run_jobs()
    assert {state for *_rest, state in log()} == {"queued"}
    clock.forward(hours=2, minutes=1)
    run_jobs()
    assert log() == [
        ("Iris", "+8613800000002", "Iris costs CNY 5.00", "sent"),
        ("Rose", "+8613800000001", "Rose costs CNY 5.00", "sent"),
    ]
    assert [message.cost for message in env["base.mail.message"].search([["channel", "=", "sms"]])] == [0, 0]


@pytest.mark.parametrize("query", ["kind=secret", "page=x"])
def test_a_wrong_address_of_the_centre_is_refused(bob, query):
    assert 400 <= bob.get(f"{CENTER}?{query}").status_code < 500


@pytest.mark.rows("CORE-46")
def test_a_letter_reaches_people_teams_and_departments_below_once(env, bob, gardeners, as_user, told):
    above = env["core.department"].create({"name": "Above"})
    below = env["core.department"].create({"name": "Below", "parent": above})
    dora = as_user("dora", groups=["base.user"], department=below)
    team = env["core.team"].create({"name": "T", "members": [dora.uid, gardeners["cid"].uid]})
    env.flush()
    form = {
        "title": "Rain",
        "text": "Bring\nboots",
        "users": gardeners["cid"].uid,
        "teams": team.id,
        "departments": above.id,
    }
    assert post(bob, "/x/base_mail/write", **form).status_code == 303
    assert told(dora) == told(gardeners["cid"]) == ["Rain"] and told(gardeners["ann"]) == []
    refused = post(bob, "/x/base_mail/write", title="Rain", text="Typed before")
    assert refused.status_code == 422 and "Typed before" in text_of(refused)
    denied = post(bob, "/x/base_mail/write", title="All", text="x", everybody="1", announcement="1")
    assert denied.status_code == 422 and told(dora) == ["Rain"]
    bob.log_in("admin")
    assert post(bob, "/x/base_mail/write", title="All", text="x", everybody="1", announcement="1").status_code == 303
    assert told(dora) == ["Rain", "All"]


@pytest.mark.rows("CORE-76")
def test_channels_are_chosen_for_what_offers_them(env, bob, gardeners):
    values = {"name": "Look", "model": "garden.plant", "paths": "owner", "by_mail": True}
    rule = env["base.mail.rule"].create(values)
    env.flush()
    page = text_of(bob.get("/x/base_mail/channels"))
    assert f"rule:{rule.id}:mail" in page and f"rule:{rule.id}:sms" not in page
    post(bob, "/x/base_mail/channels", on=f"rule:{rule.id}:message")
    [choice] = gardeners["bob"]["base.mail.choice"].search([["kind", "=", f"rule:{rule.id}"]])
    assert (choice.by_message, choice.by_mail) == (True, False)
    assert gardeners["cid"]["base.mail.choice"].count() == 0


@pytest.mark.rows("CORE-71")
def test_a_mail_by_hand_goes_to_who_is_in_the_records_and_names_who_is_left_out(
    env, bob, gardeners, account, run_jobs, inbox
):
    rows = [
        {"name": "Rose", "mail": "rose@example.org"},
        {"name": "Daisy", "mail": None},
        {"name": "Iris", "mail": "iris@example.org"},
    ]
    mine = gardeners["bob"]["garden.plant"].create([*rows])
    hers = env["garden.plant"].create({"name": "Hidden", "mail": "hidden@example.org", "owner": gardeners["cid"].uid})
    env.flush()
    gardeners["bob"].flush()
    assert "compose?channel=mail" in text_of(bob.get(f"/records/garden.plant/{mine[0].id}"))
    page = text_of(bob.get(f"/x/base_mail/compose?channel=mail&model=garden.plant&ids={mine[0].id}"))
    assert "rose@example.org" in page
    assert bob.get(f"/x/base_mail/compose?channel=mail&model=garden.plant&ids={hers.id}").status_code == 404
    assert bob.get("/x/base_mail/compose?channel=sms").status_code == 403
    ids = ",".join(str(each.id) for each in [*mine, hers])
    form = {
        "channel": "mail",
        "model": "garden.plant",
        "ids": ids,
        "subject": "To {{ record.name }}",
        "text": "Dear {{ record.name }}",
    }
    refused = post(bob, "/x/base_mail/send", **{**form, "text": "{{ record.nme }}"})
    assert refused.status_code == 422 and "nme" in text_of(refused)
    assert post(bob, "/x/base_mail/send", **form).status_code == 303
    run_jobs()
    assert sorted(mail.rcpt_tos[0] for mail in inbox.mails) == ["iris@example.org", "rose@example.org"]
    log = gardeners["bob"]["base.mail.message"].read(None, ["subject", "record_name", "author"], "subject")
    assert [(row["subject"], row["record_name"]) for row in log] == [("To Iris", "Iris"), ("To Rose", "Rose")]
    assert gardeners["cid"]["base.mail.message"].count() == 0


def test_the_password_of_an_account_is_kept_sealed_and_shown_nowhere(env, client, account, gardeners):
    path = f"/x/base_mail/accounts/{account.id}"
    assert post(client, f"{path}/password", password="s3cret-zyx").status_code == 303
    kept = env.as_user(1)["base.mail.account"].get(account.id)
    assert kept.has_password and "s3cret" not in kept.secret
    seen = [
        text_of(client.get(each))
        for each in (path, "/records/base.mail.account", f"/records/base.mail.account/{account.id}")
    ]
    seen.append(text_of(client.get(f"/api/v1/base.mail.account/{account.id}")))
    for model in ("core.history", "core.audit"):
        seen.append(str(env[model].read(None)))
    assert not [text for text in seen if "s3cret" in text or kept.secret in text]
    account.update(login="post")
    env.flush()
    tested = text_of(client.post(f"{path}/test", data={}))
    assert "er0" in tested and "s3cret" not in tested  # this server knows no login, or takes none
    own = env["base.mail.account"].create(
        {"name": "Bob", "sender": "bob@example.com", "host": "127.0.0.1", "user": gardeners["bob"].uid}
    )
    env.flush()
    client.log_in("bob")
    assert post(client, f"/x/base_mail/accounts/{own.id}/password", password="mine").status_code == 303
    moved = client.request("PATCH", f"/api/v1/base.mail.account/{own.id}", json={"host": "10.0.0.1"})
    assert moved.status_code == 403 and own.host == "127.0.0.1" and own.has_password
    assert client.get(path).status_code == 404 and post(client, f"{path}/password", password="x").status_code == 404


def test_reminders_stand_on_the_workbench_and_in_the_centre(env, bob, gardeners):
    env["garden.plant"].create({"name": "Thirsty", "water_on": env.today(), "owner": gardeners["bob"].uid})
    env.as_user(1).flush()
    make_items(env.as_user(1))
    assert "/x/base_mail/panel/reminders" in text_of(bob.get("/"))
    assert "Thirsty" in text_of(bob.get("/x/base_mail/panel/reminders"))
    assert "Thirsty" in text_of(bob.get(f"{CENTER}?kind=reminder"))
