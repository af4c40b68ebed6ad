"""Hot customers are marked with degree and reason, and stand on the workbench of boss and manager (BASE-15)."""

import datetime as dt

import pytest

from core.api import ValidationError

pytestmark = pytest.mark.rows("BASE-15")
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def customer(as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        return li["crm.customer"].create({"name": "华星贸易"})


def test_marking_keeps_degree_reason_and_day(customer, clock):
    clock.set("2025-03-01")
    customer.update(is_hot=True, hot_reason="三月要下单")
    customer.env.flush()
    assert (customer.hot_degree, customer.hot_since) == ("hot", dt.date(2025, 3, 1))
    clock.set("2025-03-05")
    customer.update(hot_degree="burning", hot_reason="等合同")
    customer.env.flush()
    assert (customer.hot_degree, customer.hot_since) == ("burning", dt.date(2025, 3, 1))


def test_marking_without_a_reason_is_refused(customer):
    with pytest.raises(ValidationError, match="why"):
        customer.update(is_hot=True, hot_reason="  ")
        customer.env.flush()


def test_unmarking_takes_everything_with_it(customer):
    customer.update(is_hot=True, hot_degree="warm", hot_reason="问价")
    customer.env.flush()
    customer.update(is_hot=False)
    customer.env.flush()
    assert (customer.hot_degree, customer.hot_reason, customer.hot_since) == (None, None, None)


def test_the_view_marks_and_unmarks(client, customer):
    client.log_in("li")
    here = f"/x/crm_base/customer/{customer.id}"
    answer = client.request("POST", f"{here}/hot", data={"degree": "burning", "reason": "等合同"}, headers=FORM)
    assert answer.status_code == 303 and answer.headers["Location"].endswith(here)
    assert client.get_json(f"/api/v1/crm.customer/{customer.id}")["hot_degree"] == "burning"
    client.request("POST", f"{here}/hot", data={"off": "1"}, headers=FORM)
    assert client.get_json(f"/api/v1/crm.customer/{customer.id}")["is_hot"] is False
    client.request("POST", f"{here}/hot", data={"degree": "boiling", "reason": "?"}, headers=FORM)
    assert client.get_json(f"/api/v1/crm.customer/{customer.id}")["is_hot"] is False


def test_the_panel_shows_the_hottest_first_and_leads_to_the_view(client, env, customer, as_user, create_customer):
    create_customer(name="远航科技", is_hot=True, hot_degree="burning", hot_reason="招标")
    customer.update(is_hot=True, hot_degree="warm", hot_reason="问价")
    customer.env.flush()
    as_user("zhou", groups=["crm_base.manager"])
    client.log_in("zhou")
    panel = client.request("GET", "/x/crm_base/hot", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert panel.index("远航科技") < panel.index("华星贸易")
    assert f"/x/crm_base/customer/{customer.id}" in panel and "问价" in panel
    as_user("zhao", groups=["crm_base.salesperson"])
    client.log_in("zhao")
    panel = client.request("GET", "/x/crm_base/hot", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "华星贸易" not in panel


def test_whoever_may_see_no_customers_has_no_panel_of_hot_ones(client, as_user):
    as_user("song", groups=["base.user"])
    client.log_in("song")
    assert "/x/crm_base/hot" not in client.request("GET", "/", headers={"Accept": "text/html"}).get_data(as_text=True)
    as_user("zhou", groups=["crm_base.manager"])
    client.log_in("zhou")
    assert "/x/crm_base/hot" in client.request("GET", "/", headers={"Accept": "text/html"}).get_data(as_text=True)
