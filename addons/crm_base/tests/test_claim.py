"""Customers of the pool are claimed within limits: one by one, at random, by application."""

import pytest

from addons.crm_base.services import claims
from addons.crm_base.services.transfer import assign
from core.api import AccessDenied, ConflictError, ValidationError

SELLER = ["crm_base.salesperson"]
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def pool(env, create_customer, set_limits):
    set_limits(total=5, daily=2)
    return [create_customer(name=f"C{number:02}", owner=None) for number in range(1, 11)]


@pytest.fixture
def set_limits(env):
    def change(**limits):
        for name, value in limits.items():
            env.ref(f"crm_base.parameter_claim_{name}").update(value=value)

    return change


def entry(user, customer):
    """Return the customer as somebody finds it in the pool."""
    return user["crm.pool.customer"].search([["name", "=", customer.name]])[0]


@pytest.mark.rows("BASE-27", "BASE-31")
def test_who_claims_a_customer_owns_it_and_it_leaves_the_pool(as_user, pool):
    li = as_user("li", groups=SELLER)
    entry(li, pool[0]).claim()
    assert li["crm.customer"].search().mapped("name") == ["C01"]
    assert li["crm.pool.customer"].count() == 9


@pytest.mark.rows("BASE-31")
def test_claims_beyond_the_daily_limit_are_refused_and_the_limit_is_named(as_user, pool, clock):
    clock.set("2025-03-01")
    li = as_user("li", groups=SELLER, name="张三")
    for customer in pool[:2]:
        entry(li, customer).claim()
    with pytest.raises(ValidationError, match="张三 has claimed 2 customers today; at most 2 a day"):
        entry(li, pool[2]).claim()
    clock.set("2025-03-02")
    entry(li, pool[2]).claim()
    assert li["crm.customer"].count() == 3


@pytest.mark.rows("BASE-31")
def test_claims_beyond_the_total_are_refused_whatever_the_customers_came_from(
    as_user, create_customer, pool, set_limits
):
    set_limits(total=3, daily=0)
    li = as_user("li", groups=SELLER, name="张三")
    for number in range(2):
        create_customer(name=f"Own {number}", owner=li.user)
    entry(li, pool[0]).claim()
    with pytest.raises(ValidationError, match="张三 holds 3 customers; at most 3"):
        entry(li, pool[1]).claim()


@pytest.mark.rows("BASE-31")
def test_limits_of_the_person_come_before_those_of_roles_and_those_before_the_general_ones(
    env, as_user, create_claim_limit
):
    li = as_user("li", groups=SELLER)
    role = env["core.group"].search([["key", "=", SELLER[0]]])[0]
    assert claims.limits_of(env, li.user).total == 50
    create_claim_limit(user=None, group=role, total=20, daily=None)
    limits = claims.limits_of(env, li.user)
    assert (limits.total, limits.daily) == (20, 10)
    create_claim_limit(user=li.user, group=None, total=3, daily=0)
    limits = claims.limits_of(env, li.user)
    assert (limits.total, limits.daily, limits.left) == (3, None, 3)


@pytest.mark.rows("BASE-31")
def test_a_limit_is_for_one_person_or_one_role(create_claim_limit, env):
    with pytest.raises(ValidationError, match="one person or one role"):
        create_claim_limit(user=None, group=None, total=1)


@pytest.mark.rows("BASE-29", "BASE-31")
def test_an_assignment_is_never_refused_and_is_no_claim(env, as_user, pool, set_limits):
    set_limits(total=1, daily=1)
    li = as_user("li", groups=SELLER)
    wang = as_user("wang", groups=["crm_base.manager"])
    assign(wang, [customer.id for customer in pool[:4]], li.user)
    limits = claims.limits_of(env, li.user)
    assert (limits.held, limits.claimed) == (4, 0)


@pytest.mark.rows("BASE-27")
def test_a_customer_claimed_by_somebody_else_meanwhile_is_refused_with_their_name(as_user, pool):
    li, zhang = as_user("li", groups=SELLER, name="李"), as_user("zhang", groups=SELLER)
    late = entry(zhang, pool[0])
    entry(li, pool[0]).claim()
    with pytest.raises(ConflictError, match="李 was faster"):
        late.claim()


@pytest.mark.rows("BASE-27")
def test_who_is_no_salesperson_claims_nothing(as_user, pool):
    clerk = as_user("clerk", groups=["base.user"])
    with pytest.raises(AccessDenied):
        clerk["crm.pool.customer"].search()
    with pytest.raises(AccessDenied):
        claims.claim(clerk, [pool[0].id])
    with pytest.raises(AccessDenied):
        claims.claim_random(clerk, 1)


@pytest.mark.rows("BASE-30")
def test_a_random_claim_gives_as_many_different_customers_as_the_limits_leave(as_user, pool, set_limits):
    set_limits(total=5, daily=4)
    li = as_user("li", groups=SELLER)
    first = claims.claim_random(li, 3)
    second = claims.claim_random(li, 3)
    assert (len(first), len(second)) == (3, 1)
    assert len({*first, *second}) == 4
    with pytest.raises(ValidationError, match="at most 4 a day"):
        claims.claim_random(li, 1)


@pytest.mark.rows("BASE-30")
def test_a_random_claim_from_a_small_pool_gives_what_there_is(as_user, create_customer, set_limits):
    create_customer(name="Only", owner=None)
    li = as_user("li", groups=SELLER)
    assert len(claims.claim_random(li, 9)) == 1
    assert claims.claim_random(li, 9) == []
    with pytest.raises(ValidationError, match="at least one"):
        claims.claim_random(li, 0)


@pytest.mark.rows("BASE-28")
def test_only_approval_makes_the_applicant_the_owner(as_user, pool, clock):
    clock.set("2025-04-01")
    li, wang = as_user("li", groups=SELLER), as_user("wang", groups=["crm_base.manager"])
    first = entry(li, pool[6]).apply()
    assert li["crm.customer"].count() == 0
    asked = wang["crm.claim.request"].get(first)
    with pytest.raises(ValidationError, match="why it is refused"):
        asked.refuse()
    asked.update(answer="Too far away")
    asked.refuse()
    assert (li["crm.customer"].count(), li["crm.pool.customer"].count()) == (0, 10)
    assert li["crm.claim.request"].get(first).answer == "Too far away"
    assert li["core.notification"].search().mapped("title") == ["Your application was refused: C07"]

    second = entry(li, pool[6]).apply()
    wang["crm.claim.request"].get(second).approve()
    assert li["crm.customer"].search().mapped("name") == ["C07"]
    assert claims.limits_of(li, li.user).claimed == 1


@pytest.mark.rows("BASE-28", "BASE-31")
def test_approval_beyond_the_limit_of_the_applicant_is_refused(as_user, pool, set_limits):
    set_limits(daily=1)
    li, wang = as_user("li", groups=SELLER), as_user("wang", groups=["crm_base.manager"])
    asked = entry(li, pool[1]).apply()
    entry(li, pool[0]).claim()
    with pytest.raises(ValidationError, match="at most 1 a day"):
        wang["crm.claim.request"].get(asked).approve()
    assert wang["crm.claim.request"].get(asked).state == "open"


@pytest.mark.rows("BASE-28")
def test_of_two_applicants_one_gets_the_customer_and_the_other_is_told(as_user, pool):
    li, zhang = as_user("li", groups=SELLER, name="李"), as_user("zhang", groups=SELLER)
    wang = as_user("wang", groups=["crm_base.manager"])
    first, second = entry(li, pool[0]).apply(), entry(zhang, pool[0]).apply()
    wang["crm.claim.request"].get(first).approve()
    other = zhang["crm.claim.request"].get(second)
    assert (other.state, other.answer) == ("refused", "The customer was given to 李.")


@pytest.mark.rows("BASE-28")
def test_applicants_neither_decide_nor_apply_twice_nor_see_the_applications_of_others(as_user, pool):
    li, zhang = as_user("li", groups=SELLER), as_user("zhang", groups=SELLER)
    asked = entry(li, pool[0]).apply()
    with pytest.raises(ValidationError, match="already"):
        entry(li, pool[0]).apply()
    request = li["crm.claim.request"].get(asked)
    with pytest.raises(AccessDenied):
        request.approve()
    with pytest.raises(AccessDenied):
        request.update(answer="Yes")
    assert zhang["crm.claim.request"].count() == 0
    request.update(note="They called me")
    request.withdraw()
    assert request.state == "withdrawn"
    with pytest.raises(AccessDenied):
        li["crm.claim.request"].create({"customer": pool[1].id, "name": "C02"})


@pytest.mark.rows("BASE-30")
def test_the_page_of_the_random_claim_tells_the_limits_and_claims(client, as_user, pool):
    as_user("li", groups=SELLER)
    client.log_in("li")
    assert "2" in client.get("/x/crm_base/pool/random").text
    assert client.post("/x/crm_base/pool/random", headers=FORM, data={"count": "x"}).status_code == 422
    answer = client.post("/x/crm_base/pool/random", headers=FORM, data={"count": "2"})
    assert answer.status_code in (302, 303)
    assert client.post("/x/crm_base/pool/random", headers=FORM, data={"count": "1"}).status_code == 422


@pytest.mark.rows("BASE-27", "BASE-28")
def test_the_pages_claim_apply_and_decide_and_tell_who_was_faster(client, as_user, pool):
    li, zhang = as_user("li", groups=SELLER, name="李"), as_user("zhang", groups=SELLER)
    as_user("wang", groups=["crm_base.manager"])
    first, second = entry(li, pool[0]).id, entry(li, pool[1]).id
    client.log_in("li")
    shown = client.request("GET", f"/records/crm.pool.customer/{first}", headers=FORM).text
    assert f"/x/crm_base/pool/{first}/claim" in shown
    answer = client.post(f"/x/crm_base/pool/{first}/claim", headers=FORM, data={})
    assert answer.headers["Location"] == f"/records/crm.customer/{pool[0].id}"
    client.log_in("zhang")
    late = client.post(f"/x/crm_base/pool/{first}/claim", headers=FORM, data={})
    assert (late.status_code, late.headers["Location"]) == (303, "/records/crm.pool.customer")
    assert zhang["crm.customer"].count() == 0
    assert client.post("/x/crm_base/pool/999/claim", headers=FORM, data={}).status_code == 404
    asked = client.post(f"/x/crm_base/pool/{second}/apply", headers=FORM, data={"note": "They called"})
    request = zhang["crm.claim.request"].search()[0]
    assert (asked.headers["Location"], request.note) == (f"/records/crm.claim.request/{request.id}", "They called")
    assert client.post(f"/x/crm_base/claims/{request.id}/approve", headers=FORM, data={}).status_code == 403
    client.log_in("wang")
    assert (
        f"/x/crm_base/claims/{request.id}/approve"
        in client.request("GET", f"/records/crm.claim.request/{request.id}", headers=FORM).text
    )
    client.post(f"/x/crm_base/claims/{request.id}/refuse", headers=FORM, data={})
    assert zhang["crm.claim.request"].read([], ["state"])[0]["state"] == "open"
    client.post(f"/x/crm_base/claims/{request.id}/approve", headers=FORM, data={"answer": "Good"})
    assert zhang["crm.claim.request"].read([], ["state", "answer"])[0] == {
        "id": request.id,
        "state": "approved",
        "answer": "Good",
    }
    assert zhang["crm.customer"].count() == 1


@pytest.mark.rows("BASE-27")
def test_a_claim_on_the_page_leads_on_where_the_customer_can_not_be_seen_in_the_pool_any_more(client, as_user, pool):
    li = as_user("li", groups=SELLER)
    client.log_in("li")
    number = entry(li, pool[0]).id
    answer = client.post(f"/records/crm.pool.customer/{number}/actions/claim", headers=FORM, data={})
    assert answer.status_code in (302, 303)
    assert answer.headers["Location"].partition("?")[0].endswith("/records/crm.pool.customer")
    number = entry(li, pool[1]).id
    answer = client.post(f"/api/v1/crm.pool.customer/{number}/actions/claim")
    assert (answer.status_code, answer.json["record"]) == (200, {"id": number})
