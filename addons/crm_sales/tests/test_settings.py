"""The settings of sales stand on one page, to be changed with the right of the sales administrator (SALE-54)."""

import pytest

from core.api import get_parameter

pytestmark = pytest.mark.rows("SALE-54")
HERE = "/x/crm_sales/settings"
DAYS = "crm_sales.quote_days,crm_sales.opportunity_days,crm_sales.untouched_days,crm_sales.direct_receipts"


def shown(client, path, status=200):
    answer = client.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def send(client, path, form):
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return client.request("POST", path, data=form, headers=headers)


def names(env, code):
    return env["core.dictionary.item"].search([["dictionary.code", "=", code], ["active", "=", True]]).mapped("name")


@pytest.fixture
def boss(client, as_user):
    env = as_user("zhou", groups=["crm_base.manager"])
    client.log_in("zhou")
    return env


def test_stages_reasons_sources_terms_categories_and_parameters_stand_on_one_page(client, boss):
    page = shown(client, HERE)
    for section in ("processes", "stages", "terms", "order_stages"):
        assert f"/panels/crm_sales.set_{section}?place=crm_sales.settings" in page
    for code in ("opportunity_won_reason", "opportunity_lost_reason", "customer_source", "contract_category"):
        assert f'"{HERE}/choices/{code}"' in page
        assert 'name="new"' in shown(client, f"{HERE}/choices/{code}")
    assert 'value="30"' in shown(client, f"{HERE}/parameters/{DAYS}")
    assert "/records/crm.sales.stage/new" in page, "a stage can be added from here"


def test_choices_are_renamed_retired_and_added(client, env, boss):
    code = "opportunity_lost_reason"
    first, second = env["core.dictionary.item"].search([["dictionary.code", "=", code]], limit=2)
    form = {f"name:{first.id}": "Too expensive", f"name:{second.id}": "", "new": "Bought elsewhere"}
    assert send(client, f"{HERE}/choices/{code}", form).status_code == 303
    assert names(env, code) == ["Too expensive", "Went to a competitor", "No budget", "Other", "Bought elsewhere"]


def test_parameters_are_set_and_a_wrong_value_changes_none(client, env, boss):
    key = "crm_sales.quote_days"
    assert (
        send(
            client,
            f"{HERE}/parameters/{DAYS}",
            {
                f"p:{key}": "45",
                "p:crm_sales.opportunity_days": "20",
                "p:crm_sales.untouched_days": "7",
                "p:crm_sales.direct_receipts": "1",
            },
        ).status_code
        == 303
    )
    assert (get_parameter(env, key), get_parameter(env, "crm_sales.direct_receipts")) == (45, True)
    for wrong in ("x", "-1", "99999"):
        send(
            client,
            f"{HERE}/parameters/{DAYS}",
            {f"p:{key}": wrong, "p:crm_sales.opportunity_days": "1", "p:crm_sales.untouched_days": "7"},
        )
    assert (get_parameter(env, key), get_parameter(env, "crm_sales.opportunity_days")) == (45, 20)


def test_only_who_has_the_right_sees_and_changes_them_and_only_what_a_section_names(client, env, boss, as_user):
    for path in ("choices/industry", "parameters/base.mnemonic", f"parameters/{DAYS},base.mnemonic"):
        shown(client, f"{HERE}/{path}", 404)
        assert send(client, f"{HERE}/{path}", {"new": "x", "p:base.mnemonic": "off"}).status_code == 404
    as_user("li", groups=["crm_base.salesperson"])
    client.log_in("li")
    for path in ("", "/choices/opportunity_lost_reason", f"/parameters/{DAYS}"):
        shown(client, f"{HERE}{path}", 403)
    before = names(env, "opportunity_lost_reason")
    assert send(client, f"{HERE}/choices/opportunity_lost_reason", {"new": "x"}).status_code == 403
    assert names(env, "opportunity_lost_reason") == before
