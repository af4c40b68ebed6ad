"""Two people do the same thing at once: one of them wins, the other is told so."""

import threading

import pytest

from core.api import CoreError

LINES = [{"name": "LP-200", "quantity": 10, "price": 880}]


def run_twice(app, engine, work):
    """Run ``work(env)`` in two transactions at once; return what they answered, sorted, with the code of an error."""
    ready = threading.Barrier(2, timeout=20)
    answers = []

    def run():
        first = True

        def attempt(env):
            nonlocal first

            def meet():
                nonlocal first
                if first and engine == "postgresql":
                    # SQLite lets in one writer after the other; here both have read before either writes.
                    first = False
                    ready.wait()

            work(env, meet)
            return "done"

        try:
            answers.append(app.run(attempt, user="admin"))
        except CoreError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers)


@pytest.fixture
def contract_id(own_app):
    def make(env):
        customer = env["crm.customer"].create({"name": "Huaxing"})
        return env["crm.order"].create({"customer": customer, "lines": LINES}).id

    return own_app.run(make, user="admin")


@pytest.mark.rows("SALE-29")
def test_a_contract_becomes_effective_once(own_app, tangram_engine, contract_id):
    def confirm(env, meet):
        order = env["crm.order"].get(contract_id)
        meet()
        order.confirm()

    assert run_twice(own_app, tangram_engine, confirm) == ["conflict.state", "done"]


@pytest.mark.rows("SALE-30")
@pytest.mark.parametrize("verbs", [("submit",), ("submit", "accept")])
def test_a_quote_becomes_one_contract(own_app, tangram_engine, verbs):
    def prepare(env):
        customer = env["crm.customer"].create({"name": "Huaxing"})
        quote = env["crm.quote"].create({"customer": customer, "lines": LINES})
        for verb in verbs:
            getattr(quote, verb)()
        return quote.id

    quote_id = own_app.run(prepare, user="admin")

    def make(env, meet):
        quote = env["crm.quote"].get(quote_id)
        meet()
        quote.make_contract()

    assert run_twice(own_app, tangram_engine, make) == ["conflict", "done"]
    with own_app.env("admin") as env:
        assert env["crm.order"].count([["quote", "=", quote_id]]) == 1


@pytest.mark.rows("SALE-41", "SALE-44")
def test_the_last_goods_are_delivered_once(own_app, tangram_engine, contract_id):
    own_app.run(lambda env: env["crm.order"].get(contract_id).confirm(), user="admin")

    def deliver(env, meet):
        line = env["crm.order"].get(contract_id).lines[0]
        assert line.open_quantity in (0, 10)
        meet()
        env["crm.delivery"].create({"order": contract_id, "line": line, "quantity": 10})

    assert run_twice(own_app, tangram_engine, deliver) == ["done", "validation"]
    with own_app.env("admin") as env:
        assert env["crm.order"].get(contract_id).lines[0].delivered == 10
