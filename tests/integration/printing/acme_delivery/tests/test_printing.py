"""An addon that says nothing of printing is printed, with the rights of who prints and no more."""

import io
import re

import pytest
from pypdf import PdfReader

from addons.base_print.jobs import forget_files, print_many
from core.api import SYSTEM_UID, ValidationError

MODEL = "acme.delivery"
PRINT = f"/x/base_print/print/{MODEL}"
DESIGN = f"/x/base_print/design/{MODEL}/new"


@pytest.fixture
def clerk(as_user):
    return as_user("li", groups=["acme_delivery.clerk"], language="zh_CN")


@pytest.fixture
def delivery(create_delivery, create_receiver):
    """Return a function that makes a delivery."""

    def make(number="D-1", count=2, **values):
        lines = [{"name": f"货物 {at}", "amount": at} for at in range(1, count + 1)]
        given = {"number": number, "state": "sent", "cost": 4711, "lines": lines, "note": "轻放 喆龘臺灣", **values}
        return create_delivery(**given)

    return make


@pytest.fixture
def create_receiver(env):
    return lambda **values: env["acme.delivery.receiver"].create(values)


@pytest.fixture
def create_template(env):
    def make(name="Note", body="<h1>{{ record.number }}</h1>", **values):
        return env["base.print.template"].create({"name": name, "model": MODEL, "body": body, "footer": "", **values})

    return make


def text_of(response):
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    assert response.mimetype == "application/pdf"
    return [page.extract_text() for page in PdfReader(io.BytesIO(response.get_data())).pages]


def page_of(response):
    return response.get_data(as_text=True)


@pytest.mark.rows("CORE-65", "CORE-30")
def test_a_record_of_an_addon_that_says_nothing_of_printing_is_printed(clerk, client, delivery, env):
    made = delivery(count=100)
    client.log_in("li")
    assert f"{PRINT}/{made.id}" in page_of(client.get(f"/records/{MODEL}/{made.id}"))
    boosted = client.request("GET", f"{PRINT}/{made.id}", headers={"HX-Request": "true"})
    assert (boosted.status_code, boosted.headers["HX-Redirect"]) == (204, f"{PRINT}/{made.id}")
    pages = text_of(client.get(f"{PRINT}/{made.id}"))
    assert len(pages) == 4
    assert "D-1" in pages[0]
    assert "货物 100" in "".join(pages)
    assert "喆龘臺灣" in "".join(pages)
    # The print log, the operation log of the record and the audit log know it.
    (log,) = env["base.print.log"].read([], ["user.login", "model", "title", "count", "pages", "records"])
    assert (log["user.login"], log["model"], log["title"], log["count"], log["pages"]) == ("li", MODEL, "D-1", 1, 4)
    assert log["records"] == [made.id]
    history = env["core.history"].read([["model", "=", MODEL], ["operation", "=", "printed"]], ["record_id"])
    assert [row["record_id"] for row in history] == [made.id]
    assert env["core.audit"].exists([["reason", "like", "printed D-1"]])


def test_a_hidden_field_is_never_printed_and_asking_for_it_is_refused_with_its_line(
    clerk, client, delivery, create_template
):
    made = delivery()
    client.log_in("li")
    assert "4,711" not in "".join(text_of(client.get(f"{PRINT}/{made.id}")))
    create_template(body="<p>x</p>\n{{ record.cost }}")
    answer = client.get(f"{PRINT}/{made.id}")
    assert answer.status_code == 422
    assert "2" in answer.json["detail"]
    assert "cost" in answer.json["detail"]
    assert "4711" not in page_of(answer)
    client.log_in("admin")
    assert "4,711.00" in "".join(text_of(client.get(f"{PRINT}/{made.id}")))


def test_of_related_records_only_what_the_reader_may_see_is_printed(
    clerk, client, delivery, create_receiver, create_template
):
    body = "[{{ record.receiver }}/{{ record.receiver.phone }}/{{ record.receiver.secret is defined }}]"
    create_template(body=body)
    seen, hidden = (create_receiver(name=name, phone="12345", secret="S") for name in ("Seen", "Hidden"))
    ids = [delivery(receiver=each).id for each in (seen, hidden, None)]
    client.log_in("li")
    assert [text_of(client.get(f"{PRINT}/{number}")) for number in ids] == [
        ["[Seen/12345/–]"], ["[//–]"], ["[//–]"],
    ]  # fmt: skip


def test_without_the_right_there_is_no_link_and_the_request_is_refused(as_user, client, delivery):
    as_user("wang", groups=["acme_delivery.reader"])
    made = delivery()
    client.log_in("wang")
    assert PRINT not in page_of(client.get(f"/records/{MODEL}/{made.id}"))
    assert PRINT not in page_of(client.get(f"/records/{MODEL}"))
    assert client.get(f"{PRINT}/{made.id}").status_code == 403
    assert client.post(PRINT, data={"id": [made.id], "back": f"/records/{MODEL}"}).status_code == 403
    for path in (DESIGN, f"/x/base_print/templates/{MODEL}"):
        assert client.get(path).status_code == 403


def test_a_record_that_may_not_be_seen_answers_like_one_that_is_not_there(clerk, client, delivery):
    hidden = delivery(state="packed")
    client.log_in("li")
    answers = [client.get(f"{PRINT}/{number}") for number in (hidden.id, hidden.id + 1000)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert client.get("/x/base_print/print/acme.nothing/1").status_code == 404
    assert client.get(f"{PRINT}/{hidden.id}?template=nonsense").status_code == 404


def test_selected_rows_become_one_pdf_in_their_order(clerk, client, delivery, create_template):
    create_template(footer="[page] / [pages]", parts="第一联\n第二联", body="<h1>{{ record.number }} {{ part }}</h1>")
    ids = [delivery(f"D-{at}").id for at in (1, 2, 3)]
    delivery("D-4", state="packed")
    client.log_in("li")
    for chosen in ({"id": ids}, {"all": "1"}):
        pages = text_of(client.post(PRINT, data={**chosen, "back": f"/records/{MODEL}"}))
        heads = [re.search(r"D-\d 第.联", page)[0] for page in pages]
        assert heads == [f"D-{at} 第{part}联" for at in (1, 2, 3) for part in "一二"]
        assert all("1 / 1" in page for page in pages)


def test_of_several_templates_the_default_is_printed_and_the_others_are_offered(
    clerk, client, delivery, create_template
):
    first, second = create_template("One", "<p>one</p>"), create_template("Two", "<p>two</p>")
    second.make_default()
    made = delivery()
    client.log_in("li")
    assert text_of(client.get(f"{PRINT}/{made.id}")) == ["two"]
    assert text_of(client.get(f"{PRINT}/{made.id}?template={first.id}")) == ["one"]
    assert f"{PRINT}/{made.id}?template={first.id}" in page_of(client.get(f"/records/{MODEL}/{made.id}"))
    asked = page_of(client.post(PRINT, data={"id": [made.id], "back": f"/records/{MODEL}"}))
    assert "One" in asked and "Two" in asked
    chosen = client.post(PRINT, data={"id": [made.id], "template": first.id, "back": f"/records/{MODEL}"})
    assert text_of(chosen) == ["one"]
    first.make_default()
    assert (first.is_default, second.is_default) == (True, False)


class Inline:
    """A running job whose steps belong to the transaction of the test."""

    def __init__(self, env):
        self.run = lambda work: work(env)

    def progress(self, done, total):
        pass


def test_many_records_are_printed_in_the_background_for_who_asked_and_kept_for_some_days(
    clock, clerk, client, delivery, env, as_user
):
    ids = [delivery(f"D-{at}", count=1).id for at in range(31)]
    client.log_in("li")
    answer = client.post(PRINT, data={"all": "1", "back": f"/records/{MODEL}"})
    assert answer.status_code == 303
    (job,) = env["core.job"].read([["name", "=", "base_print.print_many"]], ["user.login"])
    assert job["user.login"] == "li"
    print_many(Inline(clerk), MODEL, ids, None)
    clerk.flush()
    (told,) = env.as_user(SYSTEM_UID)["core.notification"].read([["user.login", "=", "li"]], ["url"])
    page = page_of(client.get(told["url"]))
    file = client.get(re.search(r'href="(/files/[^"]+)"', page)[1])
    assert len(PdfReader(io.BytesIO(file.get_data())).pages) == 31
    assert env["base.print.log"].read([], ["count", "pages"])[0]["pages"] == 31
    as_user("wang", groups=["acme_delivery.boss"])
    client.log_in("wang")
    assert client.get(told["url"]).status_code == 404
    system = env.as_user(SYSTEM_UID)
    assert forget_files(system) == 0
    clock.forward(days=15)
    assert [forget_files(system), forget_files(system)] == [1, 0]
    client.log_in("li")
    assert client.get(told["url"]).status_code == 404


def test_a_designer_sees_the_form_as_a_beginning_previews_it_and_saves_it(as_user, client, delivery, env):
    designer = ["acme_delivery.clerk", "base_print.designer"]
    as_user("zhang", groups=designer)
    made = delivery()
    client.log_in("zhang")
    html = page_of(client.get(DESIGN))
    assert "{{ record.number }}" in html
    assert "record.cost" not in html
    typed = {
        "name": "Slip", "body": "<b>{{ record.number }}</b>", "css": "", "header": "", "footer": "", "parts": "",
        "copies": "1", "paper": "a5", "orientation": "portrait", "width": "210", "height": "297", "margin_top": "10",
        "margin_right": "10", "margin_bottom": "10", "margin_left": "10", "record": made.id, "is_default": "1",
    }  # fmt: skip

    def sent(do, **changes):
        return client.post(DESIGN, data={**typed, **changes, "do": do})

    preview = page_of(sent("preview"))
    assert preview.count("data:image/png;base64,") == 1
    assert not env["base.print.template"].count()
    assert not env["base.print.log"].count()
    faulty = sent("preview", body="one\n{{ record.numbre }}", name="<Kept>")
    assert faulty.status_code == 422
    assert all(word in page_of(faulty) for word in ("numbre", "number", "&lt;Kept&gt;", 'data-line="2"'))
    for changes in (
        {"body": "{% if %}"},
        {"copies": "many"},
        {"copies": "30"},
        {"paper": "a99"},
        {"width": "x"},
        {"name": ""},
    ):
        refused = sent("save", **changes)
        assert refused.status_code == 422, changes
        assert 'class="ms er"' in page_of(refused) or 'class="msg er0"' in page_of(refused)
    assert not env["base.print.template"].count()
    assert sent("save").status_code == 303
    (template,) = env["base.print.template"].search([])
    assert (template.name, template.model, template.is_default, template.paper) == ("Slip", MODEL, True, "a5")
    assert text_of(client.get(f"{PRINT}/{made.id}")) == ["D-1"]
    edit = f"/x/base_print/design/{template.id}"
    assert "Slip" in page_of(client.get(edit))
    assert client.post(edit, data={**typed, "name": "Slip 2", "do": "save"}).status_code == 303
    assert page_of(client.get(f"{DESIGN}?copy={template.id}")).count("&lt;b&gt;{{ record.number }}&lt;/b&gt;") == 1
    changed = client.post(f"/x/base_print/templates/{MODEL}", data={"template": template.id, "do": "retire"})
    assert changed.status_code == 303
    assert not template.active
    assert "Slip 2" in page_of(client.get(f"/x/base_print/templates/{MODEL}"))


def test_who_may_print_but_not_design_is_kept_out_of_templates(clerk, client, create_template):
    template = create_template()
    client.log_in("li")
    for path in (DESIGN, f"/x/base_print/design/{template.id}", f"/x/base_print/templates/{MODEL}"):
        assert client.get(path).status_code == 403
        assert client.post(path, data={"do": "save", "template": template.id}).status_code == 403


def test_a_template_that_can_not_be_read_is_not_saved_on_any_way(create_template, env):
    for values in ({"body": "a\n{% endfor %}"}, {"footer": "{{"}, {"model": "acme.nothing"}, {"parts": "x\n" * 51}):
        with pytest.raises(ValidationError) as refused, env.savepoint():
            create_template(**values)
        assert refused.value.field or refused.value.faults


def test_printing_asks_the_same_number_of_statements_however_many_lines_there_are(clerk, client, delivery, statements):
    counts = []
    small, large = delivery(count=1), delivery(count=60)
    client.log_in("li")
    for made in (small, large):
        text_of(client.get(f"{PRINT}/{made.id}"))
        statements()
        text_of(client.get(f"{PRINT}/{made.id}"))
        counts.append(statements())
    assert counts[0] == counts[1]
