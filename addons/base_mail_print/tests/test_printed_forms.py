"""A printed form goes along with a mail to whoever may print the record (hook ``offer_mail_files``)."""

import pytest


@pytest.fixture
def template(env):
    values = {"name": "Card", "model": "core.department", "body": "<p>{{ record.name }}</p>"}
    return env["base.print.template"].create(values)


@pytest.fixture
def department(env, template):
    made = env["core.department"].create({"name": "Sales"})
    env.flush()
    return made


def write(client, department, **typed):
    data = {
        "channel": "mail",
        "model": "core.department",
        "ids": str(department.id),
        "subject": "Card",
        "text": "Here it is",
    }
    return client.post("/x/base_mail/send", data={**data, "to": "zoe@example.org", **typed})


def test_the_page_offers_the_print_templates_of_the_record(client, department, template):
    page = client.get(f"/x/base_mail/compose?model=core.department&ids={department.id}&attach=1")
    text = page.get_data(as_text=True)
    assert f'value="base_print.{template.id}" checked' in text and "Card (PDF)" in text


def test_the_form_that_was_ticked_goes_along_and_is_noted_as_printed(client, department, template, env):
    write(client, department, file=f"base_print.{template.id}")
    [message] = env["base.mail.message"].search()
    [file] = env["core.attachment"].search([["model", "=", "base.mail.message"], ["record_id", "=", message.id]])
    assert file.mimetype == "application/pdf" and file.name.endswith("Sales.pdf")
    assert env["base.print.log"].count([["model", "=", "core.department"]]) == 1


def test_a_form_that_is_not_offered_is_refused_and_what_was_typed_stays(client, department, env):
    answer = write(client, department, file="base_print.0")
    assert answer.status_code == 422
    assert "Here it is" in answer.get_data(as_text=True)
    assert env["base.mail.message"].count() == 0
