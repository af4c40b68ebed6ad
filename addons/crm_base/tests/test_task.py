"""Tasks are given, submitted, and accepted or sent back; return visits come by themselves."""

import datetime

import pytest

from addons.crm_base.services.keep_in_touch import make_return_visits
from core.api import SYSTEM_UID, AccessDenied, ValidationError

SALES = ["crm_base.salesperson"]
DAY = datetime.date


@pytest.fixture
def people(env, as_user):
    """A superior and two salespeople below: logins li, zhang, chen."""
    system = env.as_user(SYSTEM_UID)
    chief = system["core.position"].create({"name": "Sales manager"})
    seller = system["core.position"].create({"name": "Salesperson", "parent": chief})
    li = as_user("li", groups=SALES, position=chief.id)
    return li, as_user("zhang", groups=SALES, position=seller.id), as_user("chen", groups=SALES, position=seller.id)


@pytest.fixture
def given(people):
    li, zhang, _chen = people
    with li:
        return li["crm.task"].create({"name": "Visit three shops", "owner": zhang.user.id, "due": "2025-03-20"}).id


def told(env, login):
    return [each.title for each in env["core.notification"].search([["user.login", "=", login]], order="id")]


@pytest.mark.rows("BASE-54")
def test_a_task_without_another_is_ones_own(as_user):
    with as_user("zhang", groups=SALES) as zhang:
        task = zhang["crm.task"].create({"name": "Tidy up the list"})
        assert (task.owner, task.giver) == (zhang.user, zhang.user)
        task.complete()
        assert (task.state, task.progress) == ("done", 100)


@pytest.mark.rows("BASE-55")
def test_a_superior_gives_a_task_to_who_stands_below_and_both_see_it(people, given, env):
    li, zhang, chen = people
    assert li["crm.task"].search().ids == zhang["crm.task"].search().ids == [given]
    assert chen["crm.task"].count() == 0
    assert told(env, "zhang") == ["New task: Visit three shops"]


@pytest.mark.rows("BASE-55")
def test_nobody_gives_tasks_to_a_superior_or_a_colleague(people):
    li, zhang, chen = people
    for other in (li, chen):
        with pytest.raises(AccessDenied), zhang:
            zhang["crm.task"].create({"name": "Do it for me", "owner": other.user.id})


@pytest.mark.rows("BASE-55")
def test_each_of_several_people_gets_a_copy_and_the_giver_sees_all(people, env):
    li, zhang, chen = people
    with li:
        values = {"name": "Report by Friday", "due": "2025-03-21", "executors": [zhang.user.id, chen.user.id]}
        assignment = li["crm.task.assignment"].create(values)
        assert assignment.tasks.mapped("owner.login") == ["zhang", "chen"]
        assert {(task.name, task.due, task.giver.login) for task in assignment.tasks} == {
            ("Report by Friday", DAY(2025, 3, 21), "li")
        }
    with chen:
        chen["crm.task"].search()[0].submit("Here it is")
    assert li["crm.task"].search(order="id").mapped("state") == ["open", "submitted"]
    assert zhang["crm.task"].count() == chen["crm.task"].count() == 1


@pytest.mark.rows("BASE-55")
def test_somebody_added_later_gets_a_copy_too(people):
    li, zhang, chen = people
    with li:
        assignment = li["crm.task.assignment"].create({"name": "Report", "executors": [zhang.user.id]})
        assignment.update(executors=[zhang.user.id, chen.user.id])
    assert sorted(li["crm.task"].search().mapped("owner.login")) == ["chen", "zhang"]


@pytest.mark.rows("BASE-55")
def test_a_task_for_several_people_needs_somebody(people):
    li, _zhang, _chen = people
    with pytest.raises(ValidationError), li:
        li["crm.task.assignment"].create({"name": "Report", "executors": []})


@pytest.mark.rows("BASE-55")
def test_passing_a_task_on_is_logged_and_told(people, given, env):
    li, _zhang, chen = people
    with li:
        li["crm.task"].get(given).update(owner=chen.user.id)
    assert told(env, "chen") == ["New task: Visit three shops"]
    changed = env["core.history"].search(
        [["model", "=", "crm.task"], ["record_id", "=", given], ["field", "=", "owner"]]
    )
    assert len(changed) == 1


@pytest.mark.rows("BASE-56")
def test_a_submitted_task_is_told_to_the_giver_who_accepts_it(people, given, env):
    li, zhang, _chen = people
    with zhang:
        zhang["crm.task"].get(given).submit("Two of three bought")
    assert told(env, "li") == ["Zhang submitted the task Visit three shops"]
    with li:
        task = li["crm.task"].get(given)
        task.accept()
        assert (task.state, task.result, task.returns) == ("done", "Two of three bought", 0)


@pytest.mark.rows("BASE-56")
def test_sending_back_tells_why_and_is_counted(people, given, env):
    li, zhang, _chen = people
    for _time in range(2):
        with zhang:
            zhang["crm.task"].get(given).submit("Done")
        with li:
            li["crm.task"].get(given).send_back("Name the shops")
    task = env["crm.task"].get(given)
    assert (task.state, task.returns, task.remark) == ("in_progress", 2, "Name the shops")
    assert told(env, "zhang").count("Li sent the task Visit three shops back") == 2


@pytest.mark.rows("BASE-56")
def test_submitting_needs_a_result_and_sending_back_a_remark(people, given):
    li, zhang, _chen = people
    with pytest.raises(ValidationError, match="result"), zhang:
        zhang["crm.task"].get(given).submit()
    with zhang:
        zhang["crm.task"].get(given).submit("Done")
    with pytest.raises(ValidationError, match="remark"), li:
        li["crm.task"].get(given).send_back()


@pytest.mark.rows("BASE-56")
def test_who_carries_a_task_out_neither_accepts_nor_cancels_it(people, given):
    _li, zhang, _chen = people
    with pytest.raises(ValidationError, match="accepts the result"), zhang:
        zhang["crm.task"].get(given).complete()
    with pytest.raises(AccessDenied), zhang:
        zhang["crm.task"].get(given).cancel()
    with zhang:
        zhang["crm.task"].get(given).submit("Done")
    with pytest.raises(AccessDenied), zhang:
        zhang["crm.task"].get(given).accept()


@pytest.fixture
def kept(env, as_user, clock):
    """A customer of zhang, to be contacted every 30 days, last contacted on 1 March 2025."""
    clock.set("2025-03-10")
    zhang = as_user("zhang", groups=SALES)
    values = {"name": "Huaxing", "owner": zhang.user.id, "contact_interval": 30}
    customer = env["crm.customer"].create(values)
    customer.last_contact = DAY(2025, 3, 1)
    env.flush()
    return customer


def visits(env):
    rows = env["crm.task"].read([["is_return_visit", "=", True]], ["due", "state", "owner.login"], "id")
    return [(row["due"], row["state"], row["owner.login"]) for row in rows]


@pytest.mark.rows("BASE-21")
def test_the_return_visit_is_due_an_interval_after_the_last_contact(kept, env):
    assert make_return_visits(env) == 1
    assert visits(env) == [(DAY(2025, 3, 31), "open", "zhang")]


@pytest.mark.rows("BASE-21")
def test_there_is_one_open_return_visit_at_a_time(kept, env):
    make_return_visits(env)
    assert make_return_visits(env) == 0
    assert len(visits(env)) == 1


@pytest.mark.rows("BASE-21")
def test_completing_a_return_visit_sets_the_next_one(kept, env, clock):
    make_return_visits(env)
    clock.set("2025-04-02")
    with env.as_user("zhang") as zhang:
        zhang["crm.task"].search()[0].complete()
    assert visits(env) == [(DAY(2025, 3, 31), "done", "zhang"), (DAY(2025, 5, 2), "open", "zhang")]


@pytest.mark.rows("BASE-21")
def test_a_customer_without_an_interval_takes_that_of_the_category(env, create_customer, clock):
    clock.set("2025-03-10")
    dictionary = env["core.dictionary"].search([["code", "=", "customer_category"]])[0]
    values = {"dictionary": dictionary, "key": "weekly", "name": "Weekly"}
    category = env["core.dictionary.item"].create(values)
    env["crm.contact.interval"].create({"category": category, "contact_days": 7})
    create_customer(category=category)
    create_customer(category=category, contact_interval=0)
    create_customer()
    assert make_return_visits(env) == 1
    assert visits(env)[0][0] == DAY(2025, 3, 17)


@pytest.mark.rows("BASE-21")
def test_an_overdue_return_visit_is_due_today(kept, env, clock):
    clock.set("2025-06-01")
    make_return_visits(env)
    assert visits(env)[0][0] == DAY(2025, 6, 1)


@pytest.mark.rows("BASE-21")
def test_a_return_visit_goes_along_with_its_customer(kept, env, as_user):
    make_return_visits(env)
    kept.owner = as_user("chen", groups=SALES).user.id
    env.flush()
    assert visits(env) == [(DAY(2025, 3, 31), "open", "chen")]
    kept.owner = None
    env.flush()
    assert visits(env) == [(DAY(2025, 3, 31), "cancelled", "chen")]
    assert make_return_visits(env) == 0


@pytest.mark.rows("BASE-21")
def test_another_interval_moves_the_open_return_visit(kept, env):
    make_return_visits(env)
    kept.contact_interval = 14
    env.flush()
    assert visits(env)[0][0] == DAY(2025, 3, 15)


@pytest.mark.rows("BASE-21")
def test_return_visits_of_many_customers_take_few_statements(env, create_customer, clock, statements):
    clock.set("2025-03-10")
    for _number in range(20):
        create_customer(contact_interval=30)
    env.flush()
    with statements.at_most(40):
        assert make_return_visits(env) == 20
