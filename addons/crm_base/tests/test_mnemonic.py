"""Mnemonic codes of customers: made by rule, changed by hand, found everywhere (CORE-55)."""

import pytest

pytestmark = pytest.mark.rows("CORE-55")


def found(env, text):
    return env["crm.customer"].search([["mnemonic", "fuzzy", text]]).mapped("name")


def test_a_code_is_made_of_the_name_by_the_rule_and_again_when_the_name_changes(env, create_customer, set_parameter):
    customer = create_customer(name="深圳海洋科技有限公司")
    assert customer.mnemonic == "SZHYKJYXGS"
    customer.update(name="重庆 Blue Ocean 3M")
    env.flush()
    # 重庆 is read Chóngqìng; of words the first letter, digits as they are.
    assert customer.mnemonic == "CQBO3M"
    set_parameter("base.mnemonic", "lower")
    assert create_customer(name="华星贸易").mnemonic == "hxmy"
    set_parameter("base.mnemonic", "off")
    assert create_customer(name="远航科技").mnemonic is None


def test_a_code_written_by_hand_stays_until_it_is_emptied(env, create_customer):
    customer = create_customer(name="深圳海洋", mnemonic="OCEAN")
    customer.update(name="深圳大洋")
    env.flush()
    assert customer.mnemonic == "OCEAN"
    customer.update(mnemonic=None)
    env.flush()
    assert customer.mnemonic == "SZDY"
    customer.update(mnemonic="DY-1", name="大洋")
    env.flush()
    assert customer.mnemonic == "DY-1"


def test_a_customer_is_found_by_parts_of_its_code_in_list_and_palette(client, env, create_customer):
    create_customer(name="深圳海洋", mnemonic="OCEAN-7")
    create_customer(name="远航科技")
    assert found(env, "oc7") == ["深圳海洋"], "fuzzy: characters in order"
    for path in (
        "/records/crm.customer?q=cean-7",
        "/palette?q=ocean",
    ):
        answer = client.request("GET", path, headers={"Accept": "text/html"}).get_data(as_text=True)
        assert "深圳海洋" in answer and "远航科技" not in answer, path


@pytest.mark.rows("CORE-37")
def test_a_selection_box_finds_customers_by_name_code_and_telephone(client, create_customer):
    ocean = create_customer(name="深圳海洋", mnemonic="OCEAN-7", phone="0755-8860 1234")
    create_customer(name="远航科技", phone="020-1111")
    for typed in ("szhy", "海洋", "cean-7", "8860"):
        found = client.get_json("/choices/crm.contact/customer", q=typed)
        assert [choice["id"] for choice in found["choices"]] == [ocean.id], typed
