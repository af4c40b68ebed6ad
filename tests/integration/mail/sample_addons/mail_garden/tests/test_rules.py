"""Notification rules: who is told what when something happens, by which channel, and who is not."""

import datetime

import pytest

from core.api import ValidationError

MODEL = "garden.plant"


@pytest.mark.rows("CORE-76")
def test_a_new_record_is_told_to_the_superior_of_its_owner_and_not_to_who_made_it(
    create_rule, gardeners, run_jobs, told
):
    create_rule(paths="owner, owner.superior")
    gardeners["bob"][MODEL].create({"name": "Rose"})
    gardeners["bob"].flush()
    run_jobs()
    assert told(gardeners["ann"]) == ["Look: Rose"]
    assert told(gardeners["bob"]) == []


def test_nobody_is_told_of_what_they_may_not_read(env, create_rule, gardeners, run_jobs, told):
    create_rule(paths=None, groups=[env.ref("mail_garden.gardener").id], users=[gardeners["cid"].uid])
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid})
    run_jobs()
    assert told(gardeners["bob"]) == told(gardeners["ann"]) == ["Look: Rose"] and told(gardeners["cid"]) == []


def test_a_change_from_one_value_to_another_is_told_and_other_changes_are_not(
    env, create_rule, gardeners, run_jobs, told
):
    create_rule(event="changed", field="price", value_from="10.00", value_to="20.00, 30.00")
    plant = env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid, "price": 10})
    for price in (15, 10, 30):
        plant.update(price=price)
        env.flush()
    plant.update(name="Red rose")
    run_jobs()
    assert [title for title in told(gardeners["bob"]) if title.startswith("Look")] == ["Look: Red rose"]


@pytest.mark.rows("CORE-76")
def test_a_condition_is_asked_when_it_happens(env, create_rule, gardeners, run_jobs, told):
    create_rule(condition=[["price", ">", 100]])
    plant = env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid, "price": 500})
    plant.update(price=1)
    env[MODEL].create({"name": "Daisy", "owner": gardeners["bob"].uid, "price": 1}).update(price=500)
    run_jobs()
    assert [title for title in told(gardeners["bob"]) if title.startswith("Look")] == ["Look: Rose"]


def test_a_change_of_state_is_told_by_the_rule_that_came_as_yaml(env, gardeners, run_jobs, told):
    plant = env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid})
    plant.sell()
    run_jobs()
    assert "A plant is sold: Rose" in told(gardeners["bob"])


def test_records_made_in_bulk_are_told_of_in_one_message(env, create_rule, gardeners, run_jobs, told):
    create_rule()
    env[MODEL].create([{"name": f"Rose {n}", "owner": gardeners["bob"].uid} for n in range(30)])
    run_jobs()
    assert told(gardeners["bob"]) == ["Look: 30 records"]


def test_a_date_is_told_once_some_days_before_it(env, create_rule, gardeners, run_jobs, told, clock):
    create_rule(event="date", field="water_on", days=-2)
    env[MODEL].create(
        {"name": "Rose", "owner": gardeners["bob"].uid, "water_on": env.today() + datetime.timedelta(days=3)}
    )
    env.flush()
    seen = []
    for _day in range(3):
        env.as_user(1).defer("base_mail.reach_dates")
        run_jobs()
        seen.append(told(gardeners["bob"]).count("Look: Rose"))
        clock.forward(days=1)
    assert seen == [0, 1, 1]


@pytest.mark.rows("CORE-76")
def test_a_mail_goes_out_once_and_the_reader_may_choose_otherwise(
    env, create_rule, gardeners, run_jobs, told, account, inbox
):
    rule = create_rule(by_message=False, by_mail=True, paths="owner, owner.superior")
    kind = f"rule:{rule.id}"
    gardeners["ann"]["base.mail.choice"].create({"user": gardeners["ann"].uid, "kind": kind, "by_message": True})
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid})
    run_jobs()
    run_jobs()
    assert [mail.rcpt_tos for mail in inbox.mails] == [["bob@example.com"]]
    # Ann switched mail off, and a message is none of the rule's channels.
    assert "Look: Rose" not in told(gardeners["ann"])
    sent = env["base.mail.message"].search([["recipients", "=", "bob@example.com"]])
    assert [(m.state, m.record_name, m.sender, m.error) for m in sent] == [("sent", "Rose", "post@example.com", None)]


def test_who_has_no_address_gets_a_message_instead(env, create_rule, gardeners, run_jobs, told, as_user):
    create_rule(by_message=False, by_sms=True)
    env[MODEL].create({"name": "Rose", "owner": gardeners["cid"].uid})
    run_jobs()
    assert told(gardeners["cid"])[-1] == "Look: Rose"


def test_a_template_shows_what_its_reader_may_read(env, create_rule, gardeners, run_jobs, account, inbox):
    text = "{{ record.name }} {{ record.state }} {{ record.price }} [{{ record.cost }}] {{ record.owner.name }}"
    template = env["base.mail.template"].create(
        {"name": "T", "model": MODEL, "subject": "{{ record.name }}!", "text": text, "html": "<b>{{ record.name }}</b>"}
    )
    create_rule(by_message=False, by_mail=True, template=template, paths="owner, owner.superior")
    env[MODEL].create({"name": "<i>Rose</i>", "owner": gardeners["bob"].uid, "price": 5, "cost": 3})
    run_jobs()
    rows = env["base.mail.message"].read(None, ["recipients", "subject", "text", "html"], "id")
    texts = {row["recipients"]: row for row in rows}
    assert "[]" in texts["bob@example.com"]["text"] and "Growing" in texts["bob@example.com"]["text"]
    assert "3.00]" in texts["ann@example.com"]["text"]
    assert texts["bob@example.com"]["html"] == "<b>&lt;i&gt;Rose&lt;/i&gt;</b>"
    assert len(inbox.mails) == 2 and texts["bob@example.com"]["subject"] == "<i>Rose</i>!"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"model": "garden.plnt"}, "model"),
        ({"model": "core.notification"}, "model"),
        ({"event": "changed", "field": "pric"}, "field"),
        ({"event": "date", "field": "price"}, "field"),
        ({"event": "transition", "transition": "sel"}, "transition"),
        ({"condition": [["nothing", "=", 1]]}, "condition"),
        ({"paths": "name"}, "paths"),
        ({"paths": None}, "paths"),
    ],
)
def test_a_slip_in_a_rule_is_told_when_it_is_saved(create_rule, values, field):
    with pytest.raises(ValidationError) as caught:
        create_rule(**values)
    assert caught.value.where.field == field


@pytest.mark.parametrize(
    "text", ["{{ record.nme }}", "{{ record.name", "{% if x %}", "{{ record.__class__ }}", "{{ env }}"]
)
def test_a_slip_in_a_template_is_told_when_it_is_saved(env, text):
    with pytest.raises(ValidationError):
        env["base.mail.template"].create({"name": "T", "model": MODEL, "text": text})


def test_rules_cost_a_save_one_statement(env, create_rule, gardeners, statements):
    create_rule(model="core.team", paths="leader")
    env.cache.clear()
    env[MODEL].create({"name": "Warm", "owner": gardeners["bob"].uid})
    statements()
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid})
    with_cache = statements()
    env.cache.pop("base_mail.rules", None)
    env[MODEL].create({"name": "Rose", "owner": gardeners["bob"].uid})
    assert statements() == with_cache + 1
