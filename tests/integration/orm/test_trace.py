"""Tracing tells what ran in which order, for whom and how long; off, nothing of it is there (design 1.11)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from core.errors import ValidationError
from core.orm.database import Database
from core.orm.environment import Environment
from core.orm.trace import CORE, Share, Summary, Tracer, tracing


def make_order(env: Environment) -> Any:
    customer = env["shop.customer"].create({"name": "Hai"})
    return env["shop.order"].create({"customer": customer, "lines": [{"quantity": 2, "price": 10}]})


def test_the_chain_of_a_save_holds_computed_fields_constraints_rules_and_statements(env: Environment) -> None:
    with tracing(env) as trace:
        env["shop.customer"].create({"name": "Hai"})
    chain = [(row.kind, row.name, row.addon) for row in trace.rows if row.kind != "sql"]
    assert chain[0] == ("save", "flush", CORE)
    assert ("compute", "_compute_total", "shop") in chain
    assert ("constraint", "_check_name", "shop") in chain
    assert [step[1] for step in chain if step[0] == "rule"] == ["before_save", "after_save"]
    inserts = [row for row in trace.rows if row.kind == "sql" and row.name.startswith("INSERT INTO shop_customer")]
    assert len(inserts) == 1
    assert inserts[0].depth == 1
    assert "Hai" not in inserts[0].name


def test_an_action_is_told_for_the_addon_with_the_topmost_layer(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "Hai"})
    with tracing(env) as trace:
        assert customer.promote() == "promoted with points"
    assert (trace.rows[0].kind, trace.rows[0].name, trace.rows[0].addon) == ("action", "promote", "points")


def test_steps_inside_a_step_are_deeper_and_their_time_is_not_counted_twice(env: Environment) -> None:
    order = make_order(env)
    with tracing(env) as trace:
        order.confirm()
    first = trace.rows[0]
    assert (first.kind, first.name, first.depth) == ("action", "confirm", 0)
    assert first.statements == sum(row.kind == "sql" for row in trace.rows if row is not first)
    assert all(row.depth > 0 for row in trace.rows[1:])
    own = sum(row.own_seconds for row in trace.rows)
    assert own <= trace.seconds
    assert sum(share.seconds for share in trace.by_addon()) == pytest.approx(trace.seconds)
    assert sum(share.part for share in trace.by_addon()) == pytest.approx(1)
    assert sum(share.statements for share in trace.by_addon()) == trace.statements > 0


def test_a_step_that_raises_ends_all_the_same(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "Hai"})
    with tracing(env) as trace, pytest.raises(ValidationError):
        customer.update(name="forbidden")
    env["shop.customer"].count()
    assert [row.name for row in trace.rows if row.kind == "constraint"] == ["_check_name"]
    assert all(row.seconds > 0 for row in trace.rows)


def test_transactions_of_a_database_are_traced_in_this_thread_only(database: Database) -> None:
    def elsewhere() -> None:
        with database.transaction() as env:
            seen.append(env.tracer)
            env["shop.customer"].count()

    seen: list[Tracer | None] = []
    with tracing(database) as trace:
        with database.transaction() as env:
            assert env.tracer is trace
            assert env.as_user("li").tracer is trace
            env["shop.tag"].count()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert seen == [None]
    assert [row.name for row in trace.rows if "shop_customer" in row.name] == []
    assert any("shop_tag" in row.name for row in trace.rows)


def listeners(database: Database) -> list[int]:
    dispatch = database.engine.dispatch
    names = ("begin", "commit", "rollback", "before_cursor_execute", "after_cursor_execute", "before_execute")
    return [len(list(getattr(dispatch, name))) for name in names]


def test_nothing_is_left_behind(database: Database) -> None:
    before = listeners(database)
    with tracing(database), database.transaction() as env:
        env["shop.tag"].create({"name": "a"})
    with database.transaction() as env:
        assert env.tracer is None
        assert not env.connection._has_events
        env["shop.tag"].create({"name": "b"})
    assert listeners(database) == before


def test_hooks_are_told_with_their_addon_and_what_they_do_is_inside(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.plugins import hookimpl
    from core.plugins.manager import PluginManager

    class Approval:
        @hookimpl
        def after_transition(self, env: Any, record: Any) -> None:
            env["shop.tag"].count()

    manager = PluginManager()
    monkeypatch.setattr(env.registry, "hooks", manager)
    order = make_order(env)
    with manager.registered(Approval(), "approval"):
        with tracing(env) as trace:
            order.confirm()
        assert manager.on_call is None
    at = next(place for place, row in enumerate(trace.rows) if row.kind == "hook" and row.name == "after_transition")
    assert trace.rows[at].addon == "approval"
    assert "shop_tag" in trace.rows[at + 1].name or "shop_tag" in trace.rows[at + 2].name
    shares = {share.addon: share for share in trace.by_addon()}
    assert shares["approval"].statements == 1
    assert shares["approval"].calls == 1


def test_the_setting_keeps_a_rolling_summary(database: Database) -> None:
    traced = Database(
        "traced",
        database.url,
        lambda _database, _connection: database.registry(),
        settings=type("Settings", (), {"trace": True, "language": "en", "timezone": "UTC"})(),
    )
    with traced.transaction() as env:
        make_order(env)
    assert traced.traces.summary is not None
    shares = {share.addon: share for share in traced.traces.summary.by_addon()}
    assert shares["shop"].calls >= 3
    assert traced.traces.summary.transactions == 1
    assert database.traces.summary is None
    traced.dispose()


def test_the_summary_forgets_what_is_older_than_an_hour() -> None:
    clock = [0.0]
    summary = Summary(lambda: clock[0])
    tracer = Tracer(keep_rows=False)
    with tracer.step("hook", "sold", "shop"):
        pass
    tracer.close()
    summary.add(tracer)
    clock[0] = 3599.0
    assert [share.addon for share in summary.by_addon()] != []
    clock[0] = 3600.0
    assert summary.by_addon() == []
    assert summary.transactions == 0
    summary.add(tracer)
    assert summary.transactions == 1


def test_a_share_adds_up() -> None:
    share = Share("shop", 1.0, 2, 3)
    share.add(Share("shop", 0.5, 1, 1))
    assert (share.seconds, share.statements, share.calls) == (1.5, 3, 4)
