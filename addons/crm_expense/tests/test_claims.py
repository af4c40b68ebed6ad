"""Claims are submitted, approved line by line by somebody else, paid, and count in the profit of contracts."""

import pytest

from core.api import AccessDenied, ConflictError, ValidationError


@pytest.fixture
def category(env):
    """The category transport."""
    return env.ref("crm_expense.transport")


@pytest.fixture
def order(create_order):
    """An effective contract of 1,000.00."""
    order = create_order(lines=[{"name": "Tea", "price": 1000}])
    order.confirm()
    return order


@pytest.fixture
def claim(env, category, order, create_user):
    """A function that makes a claim of an employee for the contract: one line for each amount."""
    employee = create_user()

    def make(*amounts, **values):
        lines = [{"category": category, "name": "Train", "amount": amount, "order": order} for amount in amounts]
        made = env["crm.expense"].create({"title": "Trip", "owner": employee, "lines": lines, **values})
        env.flush()
        return made

    return make


@pytest.mark.rows("EXP-02", "EXP-04", "EXP-08")
def test_an_approved_claim_lowers_the_profit_of_its_contract_and_a_refused_one_does_not(env, claim, order):
    expense = claim(300, 260)
    assert (expense.claimed, expense.amount, expense.number[:2]) == (560, 560, "BX")
    expense.submit()
    env.flush()
    assert order.expenses == 0
    expense.approve()
    env.flush()
    assert (order.expenses, order.profit) == (560, 440)
    expense.refuse()
    env.flush()
    assert (order.expenses, order.profit) == (0, 1000)


@pytest.mark.rows("EXP-08")
def test_refused_lines_drop_out_of_the_total(env, claim, order):
    expense = claim(300, 260)
    expense.submit()
    expense.lines[0].update(refused=True, refusal="No receipt")
    env.flush()
    assert (expense.claimed, expense.amount) == (560, 260)
    expense.approve()
    env.flush()
    assert order.expenses == 260
    with pytest.raises(ConflictError), env.savepoint():
        expense.lines[1].update(refused=True)
        env.flush()


@pytest.mark.rows("EXP-04")
def test_a_paid_claim_counts_as_before_and_a_payment_can_be_taken_back(env, claim, order):
    expense = claim(300)
    for verb, state in (("submit", "submitted"), ("approve", "approved"), ("pay", "paid"), ("unpay", "approved")):
        getattr(expense, verb)()
        env.flush()
        assert expense.state == state
    assert (order.expenses, expense.paid_on) == (300, None)


@pytest.mark.rows("EXP-05")
def test_a_submitted_claim_is_locked_until_it_is_sent_back(env, claim):
    expense = claim(300)
    expense.submit()
    env.flush()
    with pytest.raises(ConflictError), env.savepoint():
        expense.lines[0].update(amount=900)
        env.flush()
    with pytest.raises(ConflictError), env.savepoint():
        expense.delete()
    expense.send_back()
    expense.lines[0].update(amount=200)
    env.flush()
    assert expense.amount == 200


@pytest.mark.rows("EXP-02")
def test_amounts_in_another_currency_count_at_their_rate(env, claim, order):
    expense = claim()
    values = {"expense": expense, "category": env.ref("crm_expense.hotel"), "name": "Hotel"}
    env["crm.expense.line"].create({**values, "amount": 100, "currency": "USD", "rate": "7.2", "order": order})
    env.flush()
    assert expense.amount == 720
    with pytest.raises(ValidationError), env.savepoint():
        env["crm.expense.line"].create({**values, "amount": 0})
        env.flush()


def test_a_claim_without_lines_is_not_submitted(env, claim):
    with pytest.raises(ValidationError, match="no expense"):
        claim().submit()


@pytest.mark.rows("EXP-04", "EXP-08")
def test_employees_see_their_own_claims_and_nobody_approves_the_own_ones(as_user, claim):
    claim(300)
    with as_user("bo", groups=["crm_expense.approver"]) as bo:
        assert bo["crm.expense"].count() == 1
        own = bo["crm.expense"].create(
            {"title": "Own", "lines": [{"category": bo.ref("crm_expense.other"), "name": "Pens", "amount": 5}]}
        )
        own.submit()
        with pytest.raises(AccessDenied, match="own expenses"), bo.savepoint():
            own.approve()
    with as_user("an", groups=["base.user"]) as an:
        assert (an["crm.expense"].count(), an["crm.expense.line"].count()) == (0, 0)


@pytest.mark.rows("EXP-09")
def test_expenses_are_exported(client, claim):
    claim(300)
    query = "view=pivot&rows=category&columns=-&measure=base_amount:sum"
    answer = client.get(f"/records/crm.expense.line/export/csv?{query}")
    assert answer.status_code == 200
    assert "Transport,300" in answer.get_data(as_text=True)


@pytest.mark.rows("EXP-02")
def test_a_line_without_category_is_told_at_its_place_in_the_readers_words(client, env):
    env.user.update(language="zh_CN")
    env.flush()
    # Line 0 was left empty: it is no line, but counts in the form.
    sent = {"title": "出差", "lines.sent": "1", "lines.0.name": "", "lines.4.name": "高铁", "lines.4.amount": "300"}
    answer = client.post("/records/crm.expense/new", data=sent)
    assert answer.status_code == 422
    assert 'id="field-lines-4-category-error"' in answer.text
    assert "“费用类别”为必填项。" in answer.text
