"""Customers are shared for reading or for following up; they stay their owner's."""

import pytest

from addons.crm_base.services import sharing
from core.api import AccessDenied, MissingRecord, ValidationError

SELLER = ["crm_base.salesperson"]
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def li(as_user):
    return as_user("li", groups=SELLER, name="李")


@pytest.fixture
def zhang(as_user):
    return as_user("zhang", groups=SELLER, name="张")


@pytest.fixture
def customer(li):
    return li["crm.customer"].create({"name": "Huaxing", "contacts": [{"name": "Wang"}]})


@pytest.mark.rows("BASE-35")
def test_a_customer_shared_for_reading_is_read_with_its_contacts_and_not_changed(li, zhang, customer):
    sharing.share(customer, user=zhang.user.id)
    found = zhang["crm.customer"].get(customer.id)
    assert zhang["crm.contact"].search().mapped("name") == ["Wang"]
    with pytest.raises(AccessDenied):
        found.update(phone="1")
    assert zhang["core.notification"].search().mapped("title") == ["李 shares a customer with you: Huaxing"]


@pytest.mark.rows("BASE-35")
def test_who_follows_up_as_well_records_follow_ups_and_the_owner_stays(li, zhang, customer):
    sharing.share(customer, user=zhang.user.id, access="write")
    made = zhang["crm.follow_up"].create({"customer": customer.id, "content": "Called", "channel": "phone"})
    assert made.owner.name == "张"
    theirs = li["crm.customer"].get(customer.id)
    assert (theirs.owner.name, li["crm.follow_up"].search().mapped("content")) == ("李", ["Called"])
    assert zhang["crm.customer"].count([["owner", "=", zhang.uid]]) == 0


@pytest.mark.rows("BASE-35")
def test_managers_see_all_shares_others_those_they_gave_or_got(as_user, li, zhang, customer):
    sharing.share(customer, user=zhang.user.id)
    wang, chen = as_user("wang", groups=["crm_base.manager"]), as_user("chen", groups=SELLER)
    for env, count in ((wang, 1), (li, 1), (zhang, 1), (chen, 0)):
        assert len(sharing.all_shares(env)) == count
    shown = sharing.all_shares(wang)[0]
    assert (shown["customer"], shown["owner"], shown["whom"], shown["by"]) == ("Huaxing", "李", "张", "李")


@pytest.mark.rows("BASE-35")
def test_only_owner_and_superiors_share_and_withdraw(as_user, li, zhang, customer):
    made = sharing.share(customer, user=zhang.user.id, access="write")
    with pytest.raises(AccessDenied):
        sharing.share(zhang["crm.customer"].get(customer.id), user=as_user("chen", groups=SELLER).user.id)
    with pytest.raises(AccessDenied):
        sharing.unshare(zhang, made.id)
    sharing.unshare(li, made.id)
    assert zhang["crm.customer"].count() == 0
    with pytest.raises(MissingRecord):
        sharing.unshare(li, made.id)


@pytest.mark.rows("BASE-35")
def test_a_share_needs_exactly_one_holder(li, zhang, customer):
    with pytest.raises(ValidationError, match="exactly one"):
        sharing.share(customer)


@pytest.mark.rows("BASE-35")
def test_the_pages_share_list_and_withdraw(client, li, zhang, customer):
    client.log_in("li")
    page = f"/x/crm_base/share/{customer.id}"
    assert "Huaxing" in client.get(page).text
    assert client.post(page, headers=FORM, data={"access": "read"}).status_code == 422
    assert client.post(page, headers=FORM, data={"user": "x", "access": "read"}).status_code == 422
    done = client.post(page, headers=FORM, data={"user": str(zhang.user.id), "access": "write", "until": "2099-01-01"})
    assert done.status_code == 303
    assert "2099-01-01" in client.get("/x/crm_base/shares").text
    share = li["core.share"].search()[0].id
    client.log_in("zhang")
    assert client.get(page).status_code == 200
    assert client.post(f"/x/crm_base/share/{share}/withdraw", headers=FORM).status_code == 403
    client.log_in("li")
    assert client.post(f"/x/crm_base/share/{share}/withdraw", headers=FORM).status_code == 303
    assert li["core.share"].count() == 0
    client.log_in("zhang")
    assert client.get(page).status_code == 404
