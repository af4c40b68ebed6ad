"""The page of one customer: everything that belongs to it, with the rights of who looks (BASE-08, BASE-09, BASE-12)."""

import datetime as dt

import pytest

from addons.crm_base.services.touches import Touch

pytestmark = pytest.mark.rows("BASE-08")


def shown(client, path, status=200):
    answer = client.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


@pytest.fixture
def customer(env, create_customer):
    return create_customer(
        name="华星贸易",
        level=env.ref("crm_base.level_vip"),
        phone="021-55501234",
        contacts=[{"name": "王芳", "mobile": "13800001111"}],
    )


def test_the_view_shows_heading_owner_main_contact_and_phone(client, customer):
    page = shown(client, f"/x/crm_base/customer/{customer.id}")
    for text in ("华星贸易", customer.number, "王芳", "021-5550 1234", "VIP"):
        assert text in page


def test_panels_of_the_place_stand_in_the_view_and_show_what_belongs_to_this_customer(
    client, customer, create_customer
):
    create_customer(name="远航科技", contacts=[{"name": "赵雷"}])
    page = shown(client, f"/x/crm_base/customer/{customer.id}")
    assert f'/panels/crm_base.view_contacts?place=crm_base.customer_view&amp;record={customer.id}"' in page
    panel = shown(client, f"/panels/crm_base.view_contacts?place=crm_base.customer_view&record={customer.id}")
    assert "王芳" in panel and "赵雷" not in panel


def test_a_customer_one_may_not_read_has_no_view(client, customer, as_user):
    as_user("li", groups=["crm_base.salesperson"])
    client.log_in("li")
    for part in ("", "/touches", "/map", "/organisation", "/partners"):
        shown(client, f"/x/crm_base/customer/{customer.id}{part}", 404)


def test_a_panel_beside_a_record_shows_no_more_than_the_user_may_read(client, customer, as_user):
    as_user("li", groups=["crm_base.salesperson"])
    client.log_in("li")
    panel = shown(client, f"/panels/crm_base.view_contacts?place=crm_base.customer_view&record={customer.id}")
    assert "王芳" not in panel


def test_a_panel_that_needs_a_record_tells_its_error_without_one(client, customer):
    assert 'role="alert"' in shown(client, "/panels/crm_base.view_contacts?place=crm_base.customer_view")


def test_the_number_of_a_customer_leads_to_its_view(client, customer):
    answer = client.get(f"/x/crm_base/customer/by-number/{customer.number}")
    assert answer.headers["Location"].endswith(f"/x/crm_base/customer/{customer.id}")
    shown(client, "/x/crm_base/customer/by-number/none", 404)


@pytest.mark.rows("BASE-09")
def test_the_profile_stands_in_a_tab_of_its_own(client, env, create_customer):
    customer = create_customer(
        interests="高尔夫",
        best_time="工作日下午",
        preferred_channel="wechat",
        club="gold",
        suitable_products="打印耗材",
    )
    page = shown(client, f"/x/crm_base/customer/{customer.id}")
    profile = page.partition('id="page-pv-profile"')[2]
    for text in ("高尔夫", "工作日下午", "WeChat", "Gold member", "打印耗材"):
        assert text in profile


@pytest.mark.rows("BASE-12")
def test_touches_of_all_kinds_stand_newest_first_and_can_be_narrowed(client, customer, hooks):
    def tell(customer_id, limit):
        return [
            Touch(dt.datetime(2026, 7, 1, 2, tzinfo=dt.UTC), "complaint", "Complaint", "交货晚了", who="周客服"),
            Touch(dt.datetime(2026, 7, 3, 2, tzinfo=dt.UTC), "repair", "Repair", "换定影组件"),
        ]

    hooks.register(customer_touches=tell)
    page = shown(client, f"/x/crm_base/customer/{customer.id}/touches")
    assert page.index("换定影组件") < page.index("交货晚了")
    only = shown(client, f"/x/crm_base/customer/{customer.id}/touches?kind=complaint")
    assert "交货晚了" in only and "换定影组件" not in only


@pytest.mark.rows("BASE-12")
def test_follow_ups_and_planned_activities_are_touches(client, env, customer):
    env["crm.follow_up"].create({"customer": customer, "channel": "phone", "content": "确认最终报价"})
    start = env.now() + dt.timedelta(days=1)
    kind = env["crm.activity.kind"].search(limit=1)[0]
    env["crm.activity"].create({"customer": customer, "name": "上门演示", "kind": kind, "start": start})
    page = shown(client, f"/x/crm_base/customer/{customer.id}/touches")
    assert page.index("上门演示") < page.index("确认最终报价")
    assert "上门演示" not in shown(client, f"/x/crm_base/customer/{customer.id}/touches?kind=follow_up")


def test_opening_the_view_takes_few_statements_however_much_there_is(client, customer, statements, create_contact):
    shown(client, f"/x/crm_base/customer/{customer.id}")
    for _number in range(20):
        create_contact(customer=customer)
    with statements.at_most(28):
        shown(client, f"/x/crm_base/customer/{customer.id}")
