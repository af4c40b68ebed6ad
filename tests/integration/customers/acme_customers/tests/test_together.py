"""What customers ship for other addons: envelopes, measures, and that they are brought in and sent out like every object."""

import io

import pytest
from pypdf import PdfReader

from addons.base_report.services.answer import build_answer
from addons.base_report.services.question import read_question

YEAR = {"range": "custom", "from": "2025-01-01", "to": "2025-12-31"}


def text_of(response):
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    return [page.extract_text() for page in PdfReader(io.BytesIO(response.get_data())).pages]


def ask(env, measure, **given):
    answer = build_answer(env, read_question(env, {"m": [measure], **YEAR, **given}))
    return {
        row.label: [None if cell.text == "–" else int(cell.value) for cell in row.cells] for row in answer.grid.rows
    }


@pytest.mark.rows("BASE-18")
def test_envelopes_are_printed_for_one_customer_and_for_many(env, client, create_customer):
    template = env.ref("crm_base.envelope_dl")
    made = [
        create_customer(
            name=f"华星贸易{number}",
            address="苏州市虎丘区锦峰路 8 号",
            postcode="215011",
            contacts=[{"name": "王芳"}, {"name": "李四"}],
        )
        for number in range(3)
    ]
    (page,) = text_of(client.get(f"/x/base_print/print/crm.customer/{made[0].id}", template=template.id))
    for text in ("215011", "锦峰路", "华星贸易0", "王芳"):
        assert text.replace(" ", "") in page.replace(" ", "")
    assert "李四" not in page
    batch = client.request(
        "POST",
        "/x/base_print/print/crm.customer",
        data={"id": [each.id for each in made], "template": template.id, "back": "/records/crm.customer"},
        headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
    )
    assert len(text_of(batch)) == 3


@pytest.mark.rows("BASE-59")
def test_new_customers_are_counted_by_person_period_and_what_they_are(env, clock, as_user, create_customer):
    li = as_user("li", groups=["crm_base.salesperson"], name="Li").user.id
    for day, count, values in (
        ("2025-01-15", 2, {"region": "CN-JS", "value": "high"}),
        ("2025-02-15", 3, {"owner": li, "region": "CN-SH", "value": "low"}),
        ("2025-02-20", 1, {"region": "CN-SH", "value": "high"}),
    ):
        clock.set(day)
        for _number in range(count):
            create_customer(**values)
    me = env.user.name
    assert ask(env, "crm_base.new_customers", by="@person", period="month")["Li"][1] == 3
    totals = {label: cells[-1] for label, cells in ask(env, "crm_base.new_customers", by="region").items()}
    assert sorted(totals.values()) == [2, 4]
    totals = {label: cells[-1] for label, cells in ask(env, "crm_base.new_customers", by="value").items()}
    assert (totals["High value"], totals["Low value"]) == (3, 3)
    assert {label: cells[-1] for label, cells in ask(env, "crm_base.new_customers", by="@person").items()} == {
        me: 3,
        "Li": 3,
    }


@pytest.mark.rows("BASE-26")
def test_contacts_are_counted_by_what_their_customers_are_and_whom_nobody_speaks_to(env, clock, create_customer):
    clock.set("2025-03-01")
    key = create_customer(
        category="key", contacts=[{"name": "王芳", "post": "Buyer"}, {"name": "李四", "post": "Buyer"}]
    )
    create_customer(category="small", contacts=[{"name": "赵雷", "post": "Director"}])
    with env.system_changes():
        key.contacts[0].last_contact = env.today()
    env.flush()
    totals = {label: cells[-1] for label, cells in ask(env, "crm_base.contacts", by="customer.category").items()}
    assert totals == {"Key account": 2, "Small customer": 1}
    assert {label: cells[-1] for label, cells in ask(env, "crm_base.contacts", by="post").items()} == {
        "Buyer": 2,
        "Director": 1,
    }
    totals = {
        label: cells[-1] for label, cells in ask(env, "crm_base.untouched_contacts", by="customer.category").items()
    }
    assert totals == {"Key account": 1, "Small customer": 1}


@pytest.mark.rows("BASE-17")
def test_customers_are_brought_in_by_those_with_the_right(env, client, as_user):
    for login, group, is_offered in (("wang", "manager", True), ("li", "salesperson", False)):
        as_user(login, groups=[f"crm_base.{group}"])
        client.log_in(login)
        page = client.request("GET", "/records/crm.customer", headers={"Accept": "text/html"}).get_data(as_text=True)
        assert ("/x/base_exchange/import/crm.customer" in page) == is_offered


@pytest.mark.rows("BASE-13", "BASE-14")
def test_an_addon_asks_the_registry_and_reads_cards(client, create_customer):
    customer = create_customer(name="远航科技")
    customer.look_up_registry()
    assert (customer.legal_name, customer.representative) == ("深圳远航科技有限公司", "赵雷")
    sent = {"file": (io.BytesIO("card:赵雷".encode()), "card.png")}
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    page = client.request("POST", "/x/crm_base/card/file", data=sent, headers=headers)
    assert 'value="赵雷"' in page.get_data(as_text=True)
